//! Creating, updating and upserting contacts.

use serde_json::{Value, json};

use super::{WRITE, record};
use crate::sandbox::LOCATION;
use crate::sandbox::fields::{Field, FieldKind, FieldValues, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::{Store, text};
use crate::sandbox::time;

const DND: FieldKind =
    FieldKind::Channels(&["Call", "Email", "SMS", "WhatsApp", "GMB", "FB"], &["active", "inactive", "permanent"]);
const INBOUND_DND: FieldKind = FieldKind::Channels(&["all"], &["active", "inactive"]);

/// `POST /contacts/`
pub const CREATE: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(CREATE_BODY), run: create };

/// `POST /contacts/upsert`
pub const UPSERT: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(UPSERT_BODY), run: upsert };

/// `PUT /contacts/{contactId}`
pub const UPDATE: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(UPDATE_BODY), run: update };

/// An update knows neither the location nor, in the documents, gender and company.
const UPDATE_BODY: &[Field] = UPSERT_BODY.split_at(20).0;
const CREATE_BODY: &[Field] = UPSERT_BODY.split_at(23).0;

/// The longest of the three bodies; the others are its beginning.
const UPSERT_BODY: &[Field] = &[
    optional("firstName", FieldKind::ClearableText),
    optional("lastName", FieldKind::ClearableText),
    optional("name", FieldKind::ClearableText),
    optional("email", FieldKind::ClearableText),
    optional("phone", FieldKind::ClearableText),
    optional("address1", FieldKind::ClearableText),
    optional("city", FieldKind::ClearableText),
    optional("state", FieldKind::ClearableText),
    optional("postalCode", FieldKind::Text),
    optional("website", FieldKind::ClearableText),
    optional("timezone", FieldKind::ClearableText),
    optional("dnd", FieldKind::Flag),
    optional("dndSettings", DND),
    optional("inboundDndSettings", INBOUND_DND),
    optional("tags", FieldKind::Texts),
    optional("customFields", FieldKind::List),
    // The documents let only an update clear source and assignedTo; the sandbox does not tell the bodies apart here.
    optional("source", FieldKind::ClearableText),
    optional("assignedTo", FieldKind::ClearableText),
    optional("dateOfBirth", FieldKind::ClearableText),
    optional("country", FieldKind::Text),
    // From here on not in an update.
    required("locationId", FieldKind::Text),
    optional("gender", FieldKind::Text),
    optional("companyName", FieldKind::ClearableText),
    // In an upsert alone.
    optional("createNewIfDuplicateAllowed", FieldKind::Flag),
];

fn create(store: &mut Store, call: &ApiRequest) -> ApiResult {
    if let Some(duplicate) = duplicate(store, &call.body, None) {
        return Err(refuse_duplicate(&duplicate));
    }
    let contact = insert(store, &call.body)?;
    Ok(ApiResponse::created(json!({ "contact": contact })))
}

fn update(store: &mut Store, call: &ApiRequest) -> ApiResult {
    store.contact(&call.id)?;
    if let Some(duplicate) = duplicate(store, &call.body, Some(&call.id)) {
        return Err(refuse_duplicate(&duplicate));
    }
    let contact = change(store, &call.id, &call.body)?;
    // The documents spell it so.
    Ok(ApiResponse::ok(json!({ "succeded": true, "contact": contact })))
}

/// The location does not allow duplicates, so `createNewIfDuplicateAllowed` has nothing to allow.
fn upsert(store: &mut Store, call: &ApiRequest) -> ApiResult {
    let existing = duplicate(store, &call.body, None);
    let contact = match &existing {
        Some(found) => change(store, &found.contact_id, &call.body)?,
        None => insert(store, &call.body)?,
    };
    let trace_id = format!("00000000-0000-4000-9000-{:012x}", store.changes);
    Ok(ApiResponse::ok(json!({ "new": existing.is_none(), "contact": contact, "traceId": trace_id })))
}

fn insert(store: &mut Store, body: &FieldValues) -> Result<Value, ApiError> {
    let id = store.new_id();
    let now = time::iso(store.tick());
    let contact = json!({
        "id": id,
        "locationId": LOCATION,
        "type": "lead",
        "dnd": false,
        "tags": [],
        "customFields": [],
        "followers": [],
        "dateAdded": now,
    });
    store.contacts.push(contact);
    change(store, &id, body)
}

/// Takes over a body and returns the contact as answers show it.
fn change(store: &mut Store, id: &str, body: &FieldValues) -> Result<Value, ApiError> {
    let custom_fields = record::known_custom_fields(store, body, "contact");
    let now = time::iso(store.tick());
    let contact = store.contact_mut(id)?;
    if let Some(properties) = contact.as_object_mut() {
        record::apply(properties, body);
    }
    record::set_custom_fields(contact, "value", custom_fields);
    contact["dateUpdated"] = now.into();
    Ok(record::full(contact))
}

struct Duplicate {
    contact_id: String,
    contact_name: String,
    matching_field: &'static str,
}

/// Another contact than `own_id` with the body's email, or else with its phone number.
fn duplicate(store: &Store, body: &FieldValues, own_id: Option<&str>) -> Option<Duplicate> {
    let find = |matching_field: &'static str, normal: fn(&str) -> String| {
        let wanted = normal(body.text(matching_field)?);
        let contact = store.contacts.iter().find(|contact| {
            let theirs = text(contact, matching_field);
            !theirs.is_empty() && normal(theirs) == wanted && own_id.is_none_or(|id| contact["id"] != id)
        })?;
        Some(Duplicate {
            contact_id: text(contact, "id").to_owned(),
            contact_name: record::name(contact),
            matching_field,
        })
    };
    find("email", |email| email.trim().to_lowercase()).or_else(|| find("phone", record::normal_phone))
}

fn refuse_duplicate(duplicate: &Duplicate) -> ApiError {
    ApiError::bad_request("This location does not allow duplicated contacts.").with_meta(json!({
        "contactId": duplicate.contact_id,
        "contactName": duplicate.contact_name,
        "matchingField": duplicate.matching_field,
    }))
}
