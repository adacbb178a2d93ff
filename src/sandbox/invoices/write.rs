//! Creating, updating and deleting invoices.

use serde_json::{Value, json};

use super::amounts::set_totals;
use super::{ALT_TYPE, OWNER, WRITE, invoice, next_number};
use crate::sandbox::LOCATION;
use crate::sandbox::contacts::record::name;
use crate::sandbox::fields::{FieldKind, FieldValues, optional, required};
use crate::sandbox::records;
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, find_mut, remove, text};
use crate::sandbox::time;

const ITEMS: FieldKind = FieldKind::Items(&[
    required("name", FieldKind::String),
    required("currency", FieldKind::String),
    required("amount", FieldKind::Number),
    required("qty", FieldKind::Number),
    optional("description", FieldKind::String),
    optional("productId", FieldKind::String),
    optional("priceId", FieldKind::String),
    optional("taxes", FieldKind::Array),
]);
const DISCOUNT: FieldKind = FieldKind::Nested(&[
    required("type", FieldKind::OneOf(&["percentage", "fixed"])),
    optional("value", FieldKind::Number),
]);
/// The documents require a name, phone number and email, too; here they default to the contact's.
const CONTACT: FieldKind = FieldKind::Nested(&[required("id", FieldKind::String)]);

/// `POST /invoices/`
pub const CREATE: Route = Route::with_body(
    WRITE,
    &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        required("name", FieldKind::String),
        required("businessDetails", FieldKind::Object),
        required("currency", FieldKind::String),
        required("items", ITEMS),
        required("discount", DISCOUNT),
        optional("termsNotes", FieldKind::String),
        optional("title", FieldKind::String),
        required("contactDetails", CONTACT),
        optional("invoiceNumber", FieldKind::String),
        required("issueDate", FieldKind::Date),
        optional("dueDate", FieldKind::Date),
        required("sentTo", FieldKind::Nested(&[required("email", FieldKind::Emails)])),
        required("liveMode", FieldKind::Boolean),
        optional("automaticTaxesEnabled", FieldKind::Boolean),
        optional("paymentSchedule", FieldKind::Object),
        optional("lateFeesConfiguration", FieldKind::Object),
        optional("tipsConfiguration", FieldKind::Object),
        optional("invoiceNumberPrefix", FieldKind::String),
        optional("paymentMethods", FieldKind::Object),
        optional("attachments", FieldKind::Array),
        optional("miscellaneousCharges", FieldKind::Object),
    ],
    create,
);

/// `PUT /invoices/{invoiceId}`
pub const UPDATE: Route = Route::with_body(
    WRITE,
    &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        required("name", FieldKind::String),
        optional("title", FieldKind::String),
        required("currency", FieldKind::String),
        optional("description", FieldKind::String),
        optional("businessDetails", FieldKind::Object),
        optional("invoiceNumber", FieldKind::String),
        optional("contactId", FieldKind::String),
        optional("contactDetails", CONTACT),
        optional("termsNotes", FieldKind::String),
        optional("discount", DISCOUNT),
        required("invoiceItems", ITEMS),
        optional("automaticTaxesEnabled", FieldKind::Boolean),
        optional("liveMode", FieldKind::Boolean),
        required("issueDate", FieldKind::Date),
        required("dueDate", FieldKind::Date),
        optional("paymentSchedule", FieldKind::Object),
        optional("tipsConfiguration", FieldKind::Object),
        optional("xeroDetails", FieldKind::Object),
        optional("invoiceNumberPrefix", FieldKind::String),
        optional("paymentMethods", FieldKind::Object),
        optional("attachments", FieldKind::Array),
        optional("miscellaneousCharges", FieldKind::Object),
    ],
    update,
);

/// `DELETE /invoices/{invoiceId}`
pub const DELETE: Route = Route::without_body(WRITE, OWNER, delete);

/// What is set elsewhere.
const NOT_COPIED: &[&str] =
    &["altId", "altType", "items", "invoiceNumber", "issueDate", "dueDate", "contactDetails", "contactId"];

fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let body = &request.body;
    let mut invoice = json!({
        "status": "draft",
        "amountPaid": 0,
        "altId": LOCATION,
        "altType": "location",
        "title": "INVOICE",
        "invoiceNumber": next_number(store),
        "automaticTaxesEnabled": false,
        "automaticTaxesCalculated": false,
    });
    apply(store, &mut invoice, body)?;
    if invoice["dueDate"].is_null() {
        invoice["dueDate"] = invoice["issueDate"].clone();
    }
    let now = store.tick();
    invoice["_id"] = store.new_hex_id().into();
    invoice["createdAt"] = now.as_str().into();
    invoice["updatedAt"] = now.into();
    store.invoices.push(invoice.clone());
    Ok(ApiResponse::ok(invoice))
}

/// What was paid or is void does not change any more.
fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let mut changed = invoice(store, &request.id)?.clone();
    let status = text(&changed, "status");
    if !["draft", "sent"].contains(&status) {
        return Err(ApiError::bad_request(format!("An invoice with the status {status} cannot be changed.")));
    }
    apply(store, &mut changed, &request.body)?;
    changed["updatedAt"] = store.tick().into();
    if let Some(stored) = find_mut(&mut store.invoices, &request.id) {
        *stored = changed.clone();
    }
    Ok(ApiResponse::ok(changed))
}

/// Responds with the deleted invoice. One with a payment stays, as in any bookkeeping.
fn delete(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let status = text(invoice(store, &request.id)?, "status");
    if ["paid", "partially_paid"].contains(&status) {
        return Err(ApiError::bad_request("An invoice with a payment cannot be deleted."));
    }
    store.tick();
    Ok(ApiResponse::ok(remove(&mut store.invoices, &request.id).unwrap_or_default()))
}

/// Applies either body to an invoice that is not stored yet, or to a copy.
fn apply(store: &Store, invoice: &mut Value, body: &FieldValues) -> Result<(), ApiError> {
    records::set(invoice, body, NOT_COPIED);
    if let Some(items) = body.get("items") {
        invoice["invoiceItems"] = items.clone();
    }
    for name in ["issueDate", "dueDate"] {
        // The API writes the day alone, whatever was sent.
        if let Some(at) = body.moment(name) {
            invoice[name] = time::iso(at)[..10].into();
        }
    }
    if time::parse_span(text(invoice, "dueDate"))
        .is_some_and(|due| Some(due) < time::parse_span(text(invoice, "issueDate")))
    {
        return Err(ApiError::unprocessable(vec!["dueDate must not be before issueDate".to_owned()]));
    }
    if let Some(number) = body.text("invoiceNumber") {
        set_number(store, invoice, number)?;
    }
    set_contact(store, invoice, body)?;
    set_totals(invoice);
    Ok(())
}

/// The documents send the number as a text and show it as a number.
fn set_number(store: &Store, invoice: &mut Value, number: &str) -> Result<(), ApiError> {
    let number = number.parse::<i64>().map_or_else(|_| number.into(), Value::from);
    let is_taken = |other: &Value| other["invoiceNumber"] == number && other["_id"] != invoice["_id"];
    if store.invoices.iter().any(is_taken) {
        return Err(ApiError::bad_request(format!("There is an invoice with the number {number} already.")));
    }
    invoice["invoiceNumber"] = number;
    Ok(())
}

/// What is not sent of the contact comes from its record.
fn set_contact(store: &Store, invoice: &mut Value, body: &FieldValues) -> Result<(), ApiError> {
    let sent = body.get("contactDetails").cloned().unwrap_or_else(|| json!({}));
    let Some(id) = sent["id"].as_str().or(body.text("contactId")) else {
        return Ok(());
    };
    let contact = store.contact(id)?;
    let mut details =
        json!({ "id": id, "name": name(contact), "phoneNo": contact["phone"], "email": contact["email"] });
    if let (Some(details), Some(sent)) = (details.as_object_mut(), sent.as_object()) {
        details.extend(sent.clone());
    }
    invoice["contactDetails"] = details;
    Ok(())
}
