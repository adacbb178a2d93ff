//! Adding and removing single tags of a contact.

use serde_json::{Value, json};

use super::{WRITE, record};
use crate::sandbox::fields::{Field, FieldKind, required};
use crate::sandbox::response::{ApiError, ApiResponse};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::Store;

const BODY: &[Field] = &[required("tags", FieldKind::Strings)];

/// `POST /contacts/{contactId}/tags`
pub const ADD: Route = Route {
    version: VERSION_2021_07,
    scope: WRITE,
    query: &[],
    body: Some(BODY),
    handler: |store, request| {
        let tags = change(store, request, |tags, sent| {
            record::normal_tags(tags.into_iter().chain(sent.iter().map(String::as_str)))
        })?;
        Ok(ApiResponse::created(json!({ "tags": tags })))
    },
};

/// `DELETE /contacts/{contactId}/tags`, with a body
pub const REMOVE: Route = Route {
    version: VERSION_2021_07,
    scope: WRITE,
    query: &[],
    body: Some(BODY),
    handler: |store, request| {
        let tags = change(store, request, |tags, sent| {
            record::normal_tags(tags.into_iter().filter(|tag| sent.iter().all(|sent| sent != tag)))
        })?;
        Ok(ApiResponse::ok(json!({ "tags": tags })))
    },
};

/// Replaces a contact's tags with what `new_set` makes of them and the sent ones. Returns the whole new set.
fn change(
    store: &mut Store,
    request: &ApiRequest,
    new_set: for<'t> fn(Vec<&'t str>, &'t [String]) -> Vec<String>,
) -> Result<Vec<String>, ApiError> {
    let sent = record::normal_tags(record::texts(request.body.get("tags").unwrap_or(&Value::Null)));
    store.contact(&request.id)?;
    let now = store.tick();
    let contact = store.contact_mut(&request.id)?;
    let tags = new_set(record::texts(&contact["tags"]).collect(), &sent);
    contact["tags"] = tags.clone().into();
    contact["dateUpdated"] = now.into();
    Ok(tags)
}
