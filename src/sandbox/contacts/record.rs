//! A contact as it is stored, and as the different responses show it.
//!
//! The stored properties are those of the documents' bodies plus `id`, `locationId`, `dateAdded` and `dateUpdated`. A
//! property without a value is absent.

use serde_json::{Map, Value, json};

use crate::sandbox::fields::FieldValues;
use crate::sandbox::store::{Store, text};

/// First and last name together.
pub fn name(contact: &Value) -> String {
    let name = format!("{} {}", text(contact, "firstName"), text(contact, "lastName"));
    name.trim().to_owned()
}

/// Every property and the derived ones: the response to reading or writing a single contact.
pub fn full(contact: &Value) -> Value {
    let lower = |name| text(contact, name).to_lowercase();
    let mut full = contact.clone();
    let name = name(contact);
    full["fullNameLowerCase"] = name.to_lowercase().into();
    full["firstNameLowerCase"] = lower("firstName").into();
    full["lastNameLowerCase"] = lower("lastName").into();
    full["emailLowerCase"] = lower("email").into();
    full["name"] = name.into();
    full
}

/// The shape in lists: always the same properties, null without a value.
pub fn listed(contact: &Value) -> Value {
    let mut listed = json!({
        "id": contact["id"],
        "locationId": contact["locationId"],
        "contactName": name(contact),
    });
    for property in [
        "firstName",
        "lastName",
        "companyName",
        "email",
        "phone",
        "dnd",
        "type",
        "source",
        "assignedTo",
        "address1",
        "city",
        "state",
        "postalCode",
        "country",
        "website",
        "timezone",
        "dateOfBirth",
        "dateAdded",
        "dateUpdated",
        "tags",
        "customFields",
        "followers",
    ] {
        listed[property] = contact[property].clone();
    }
    listed
}

/// The short form inside an opportunity.
pub fn embedded(contact: &Value) -> Value {
    json!({
        "id": contact["id"],
        "name": name(contact),
        "companyName": contact["companyName"],
        "email": contact["email"],
        "phone": contact["phone"],
        "tags": contact["tags"],
    })
}

/// Phone numbers are stored, and compared, without their punctuation.
pub fn normal_phone(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// Tags in lower case, as the real API stores them, each once.
pub fn normal_tags<'t>(tags: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut normal = Vec::new();
    for tag in tags.into_iter().map(|tag| tag.trim().to_lowercase()) {
        if !tag.is_empty() && !normal.contains(&tag) {
            normal.push(tag);
        }
    }
    normal
}

/// The texts in an array.
pub fn texts(array: &Value) -> impl Iterator<Item = &str> {
    array.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Applies a body: null removes a property, `tags` replaces the whole set. Custom fields are set by
/// [`set_custom_fields`].
pub fn apply(contact: &mut Map<String, Value>, body: &FieldValues) {
    for (property, value) in body.iter() {
        let stored = match property {
            // No properties of the record: the location and the options of the write, and what is set elsewhere.
            "locationId" | "createNewIfDuplicateAllowed" | "customFields" => continue,
            "name" => {
                apply_name(contact, value, body);
                continue;
            }
            "phone" => value.as_str().map(|phone| normal_phone(phone).into()).unwrap_or_default(),
            "tags" => normal_tags(texts(value)).into(),
            _ => value.clone(),
        };
        if stored.is_null() {
            contact.shift_remove(property);
        } else {
            contact.insert(property.to_owned(), stored);
        }
    }
}

/// A full name sets the parts that the body does not have.
fn apply_name(contact: &mut Map<String, Value>, name: &Value, body: &FieldValues) {
    let name = name.as_str().unwrap_or_default().trim();
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    for (property, part) in [("firstName", first), ("lastName", last.trim())] {
        if body.get(property).is_some() {
            continue;
        }
        if part.is_empty() {
            contact.shift_remove(property);
        } else {
            contact.insert(property.to_owned(), part.into());
        }
    }
}

/// The custom fields that a body sets, as `{id, field_value}`. Like the real API, an entry that is not an object
/// or has no known id is dropped silently.
pub fn known_custom_fields(store: &Store, body: &FieldValues, model: &str) -> Vec<(String, Value)> {
    let entries = body.get("customFields").and_then(Value::as_array);
    let entries = entries.into_iter().flatten();
    entries
        .filter_map(|entry| {
            let id = entry["id"].as_str()?;
            let value = entry.get("field_value").or_else(|| entry.get("value"));
            let known = store.has_custom_field(id, model);
            known.then(|| (id.to_owned(), value.cloned().unwrap_or_default()))
        })
        .collect()
}

/// Sets custom fields of a stored record, whose values are named `value_name`. Null and empty text remove one; fields
/// that are not named stay.
pub fn set_custom_fields(record: &mut Value, value_name: &str, fields: Vec<(String, Value)>) {
    let Some(stored) = record["customFields"].as_array_mut() else {
        return;
    };
    for (id, value) in fields {
        stored.retain(|field| field["id"] != id.as_str());
        if !value.is_null() && value != "" {
            stored.push(json!({ "id": id, value_name: value }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_lower_case_unique_and_not_blank() {
        assert_eq!(normal_tags(["VIP", " vip ", "", "Straße"]), ["vip", "straße"]);
    }

    #[test]
    fn phones_have_no_punctuation() {
        assert_eq!(normal_phone("+1 (888) 555-0101"), "+18885550101");
    }
}
