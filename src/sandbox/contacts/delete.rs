//! Deleting a contact, and what belongs to it.

use super::WRITE;
use crate::sandbox::records::{self, succeeded};
use crate::sandbox::response::ApiResult;
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::Store;

/// `DELETE /contacts/{contactId}`
pub const DELETE: Route = Route::without_body(WRITE, &[], delete);

/// The documents do not say what is deleted with a contact. Here it is everything that the app shows on its page;
/// orders, transactions and invoices stay, as in any bookkeeping.
fn delete(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let id = request.id.as_str();
    records::delete(&mut store.contacts, "Contact", id)?;
    store.tick();
    for list in [
        &mut store.tasks,
        &mut store.contact_notes,
        &mut store.events,
        &mut store.appointment_notes,
        &mut store.conversations,
        &mut store.messages,
        &mut store.opportunities,
        &mut store.form_submissions,
    ] {
        list.retain(|record| record["contactId"] != id);
    }
    store.enrolments.retain(|(contact, _)| contact != id);
    Ok(succeeded())
}
