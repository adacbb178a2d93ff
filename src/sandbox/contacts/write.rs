//! Creating, updating and upserting contacts, and finding the duplicate that a write would be rejected for.

use serde_json::{Value, json};

use super::{READ, WRITE, record};
use crate::sandbox::LOCATION;
use crate::sandbox::fields::{Field, FieldKind, FieldValues, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route, VERSION_2021_07};
use crate::sandbox::store::{Store, text};

/// A text that `null` clears.
const NULLABLE_STRING: FieldKind = FieldKind::Nullable(&FieldKind::String);
const DND: FieldKind =
    FieldKind::Channels(&["Call", "Email", "SMS", "WhatsApp", "GMB", "FB"], &["active", "inactive", "permanent"]);
const INBOUND_DND: FieldKind = FieldKind::Channels(&["all"], &["active", "inactive"]);

/// `POST /contacts/`
pub const CREATE: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(CREATE_BODY), handler: create };

/// `POST /contacts/upsert`
pub const UPSERT: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(UPSERT_BODY), handler: upsert };

/// `PUT /contacts/{contactId}`
pub const UPDATE: Route =
    Route { version: VERSION_2021_07, scope: WRITE, query: &[], body: Some(UPDATE_BODY), handler: update };

/// `GET /contacts/search/duplicate`
pub const DUPLICATE: Route = Route::without_body(
    READ,
    &[
        required("locationId", FieldKind::String),
        optional("number", FieldKind::String),
        optional("email", FieldKind::String),
    ],
    |store, request| {
        let (email, phone) = (request.query.text("email"), request.query.text("number"));
        if email.is_none() && phone.is_none() {
            return Err(ApiError::unprocessable(vec!["either of number or email is required".to_owned()]));
        }
        let found = duplicate(store, email, phone, None);
        let contact = found.map(|found| store.contact(&found.contact_id).map(record::full)).transpose()?;
        Ok(ApiResponse::ok(json!({ "contact": contact })))
    },
);

/// An update has no location and, in the documents, no gender and company.
const UPDATE_BODY: &[Field] = UPSERT_BODY.split_at(20).0;
const CREATE_BODY: &[Field] = UPSERT_BODY.split_at(23).0;

/// The longest of the three bodies; the others are its beginning.
const UPSERT_BODY: &[Field] = &[
    optional("firstName", NULLABLE_STRING),
    optional("lastName", NULLABLE_STRING),
    optional("name", NULLABLE_STRING),
    optional("email", FieldKind::Nullable(&FieldKind::Email)),
    optional("phone", FieldKind::Nullable(&FieldKind::Phone)),
    optional("address1", NULLABLE_STRING),
    optional("city", NULLABLE_STRING),
    optional("state", NULLABLE_STRING),
    optional("postalCode", FieldKind::String),
    optional("website", NULLABLE_STRING),
    optional("timezone", NULLABLE_STRING),
    optional("dnd", FieldKind::Boolean),
    optional("dndSettings", DND),
    optional("inboundDndSettings", INBOUND_DND),
    optional("tags", FieldKind::Strings),
    optional("customFields", FieldKind::Array),
    // The documents let only an update clear source and assignedTo; the sandbox lets all three bodies do so.
    optional("source", NULLABLE_STRING),
    optional("assignedTo", NULLABLE_STRING),
    optional("dateOfBirth", NULLABLE_STRING),
    optional("country", FieldKind::String),
    // From here on not in an update.
    required("locationId", FieldKind::String),
    optional("gender", FieldKind::String),
    optional("companyName", NULLABLE_STRING),
    // In an upsert alone.
    optional("createNewIfDuplicateAllowed", FieldKind::Boolean),
];

fn create(store: &mut Store, request: &ApiRequest) -> ApiResult {
    require_identity(&request.body)?;
    if let Some(duplicate) = duplicate_of(store, &request.body, None) {
        return Err(duplicate_error(&duplicate));
    }
    let contact = insert(store, &request.body)?;
    Ok(ApiResponse::created(json!({ "contact": contact })))
}

fn update(store: &mut Store, request: &ApiRequest) -> ApiResult {
    store.contact(&request.id)?;
    if let Some(duplicate) = duplicate_of(store, &request.body, Some(&request.id)) {
        return Err(duplicate_error(&duplicate));
    }
    let contact = change(store, &request.id, &request.body)?;
    // The documents' spelling.
    Ok(ApiResponse::ok(json!({ "succeded": true, "contact": contact })))
}

/// The location does not allow duplicates, so that `createNewIfDuplicateAllowed` has no effect.
fn upsert(store: &mut Store, request: &ApiRequest) -> ApiResult {
    require_identity(&request.body)?;
    let existing = duplicate_of(store, &request.body, None);
    let contact = match &existing {
        Some(found) => change(store, &found.contact_id, &request.body)?,
        None => insert(store, &request.body)?,
    };
    let trace_id = format!("00000000-0000-4000-9000-{:012x}", store.next_number());
    Ok(ApiResponse::ok(json!({ "new": existing.is_none(), "contact": contact, "traceId": trace_id })))
}

/// Rejects a body that would create an empty contact.
///
/// The documents require the location alone. They say nothing of a contact that has neither a name nor an address, and
/// the real API's message for one is not known: this one is in its framework's style.
fn require_identity(body: &FieldValues) -> Result<(), ApiError> {
    let identity = ["firstName", "lastName", "name", "email", "phone", "companyName"];
    if identity.iter().any(|name| body.text(name).is_some_and(|text| !text.trim().is_empty())) {
        return Ok(());
    }
    Err(ApiError::unprocessable(vec![format!("at least one of {} should not be empty", identity.join(", "))]))
}

fn insert(store: &mut Store, body: &FieldValues) -> Result<Value, ApiError> {
    let id = store.new_id();
    let now = store.tick();
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

/// Applies a body and returns the contact as responses show it.
fn change(store: &mut Store, id: &str, body: &FieldValues) -> Result<Value, ApiError> {
    let custom_fields = record::known_custom_fields(store, body, "contact");
    let now = store.tick();
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

/// The contact, other than `own_id`, that has the body's email, or else its phone number.
fn duplicate_of(store: &Store, body: &FieldValues, own_id: Option<&str>) -> Option<Duplicate> {
    duplicate(store, body.text("email"), body.text("phone"), own_id)
}

fn duplicate(store: &Store, email: Option<&str>, phone: Option<&str>, own_id: Option<&str>) -> Option<Duplicate> {
    let find = |matching_field: &'static str, sent: Option<&str>, normal: fn(&str) -> String| {
        let wanted = normal(sent?);
        let contact = store.contacts.iter().find(|contact| {
            let stored = text(contact, matching_field);
            !stored.is_empty() && normal(stored) == wanted && own_id.is_none_or(|id| contact["id"] != id)
        })?;
        Some(Duplicate {
            contact_id: text(contact, "id").to_owned(),
            contact_name: record::name(contact),
            matching_field,
        })
    };
    find("email", email, |email| email.trim().to_lowercase()).or_else(|| find("phone", phone, record::normal_phone))
}

fn duplicate_error(duplicate: &Duplicate) -> ApiError {
    ApiError::bad_request("This location does not allow duplicated contacts.").with_meta(json!({
        "contactId": duplicate.contact_id,
        "contactName": duplicate.contact_name,
        "matchingField": duplicate.matching_field,
    }))
}
