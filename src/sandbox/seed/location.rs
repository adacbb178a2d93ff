//! The location, its custom-field definitions, tags and custom values.

use serde_json::{Value, json};

use crate::sandbox::LOCATION;
use crate::sandbox::clock::TIME_ZONE_NAME;
use crate::sandbox::locations::custom_values::key;
use crate::sandbox::tokens::COMPANY;
use crate::sandbox::well_known::{CHOICE_FIELD, OPPORTUNITY_FIELD, TEXT_FIELD, id};

pub fn location() -> Value {
    json!({
        "id": LOCATION,
        "companyId": COMPANY,
        "name": "Harbor Roofing (sandbox)",
        "address": "12 Quay Street",
        "city": "Portland",
        "state": "ME",
        "country": "US",
        "postalCode": "04101",
        "website": "https://harbor-roofing.example",
        "timezone": TIME_ZONE_NAME,
        "firstName": "Marta",
        "lastName": "Lindqvist",
        "email": "office@harbor-roofing.example",
        "phone": "+15550100900",
        "business": {
            "name": "Harbor Roofing",
            "address": "12 Quay Street",
            "city": "Portland",
            "state": "ME",
            "country": "US",
            "postalCode": "04101",
            "website": "https://harbor-roofing.example",
            "timezone": TIME_ZONE_NAME,
        },
        "social": {},
        "settings": {
            "allowDuplicateContact": false,
            "allowDuplicateOpportunity": false,
            "allowFacebookNameMerge": false,
            "disableContactTimezone": false,
        },
    })
}

pub fn custom_fields() -> Vec<Value> {
    let field = |position: u32, id: String, model: &str, name: &str, data_type: &str, options: &[&str]| {
        let key = name.to_lowercase().replace(' ', "_");
        let mut field = json!({
            "id": id,
            "name": name,
            "model": model,
            "fieldKey": format!("{model}.{key}"),
            "placeholder": "",
            "dataType": data_type,
            "position": position * 50,
            "locationId": LOCATION,
        });
        if !options.is_empty() {
            field["picklistOptions"] = options.into();
        }
        field
    };
    let contact = "contact";
    let opportunity = "opportunity";
    vec![
        field(0, TEXT_FIELD.to_owned(), contact, "Policy number", "TEXT", &[]),
        field(1, CHOICE_FIELD.to_owned(), contact, "Roof material", "SINGLE_OPTIONS", &["Shingle", "Slate", "Metal"]),
        field(2, id("field", 1), contact, "Interests", "CHECKBOX", &["Gutters", "Skylights", "Solar"]),
        field(3, id("field", 2), contact, "House built in", "NUMERICAL", &[]),
        field(4, id("field", 3), contact, "Last inspection", "DATE", &[]),
        field(5, id("field", 4), contact, "Access notes", "LARGE_TEXT", &[]),
        field(0, OPPORTUNITY_FIELD.to_owned(), opportunity, "Roof area in square metres", "NUMERICAL", &[]),
        field(1, id("field", 5), opportunity, "Lead quality", "SINGLE_OPTIONS", &["Hot", "Warm", "Cold"]),
        // The API's own spelling of monetary.
        field(2, id("field", 6), opportunity, "Insurance share", "MONETORY", &[]),
    ]
}

/// Every tag that a contact has, and one that none has yet.
pub fn tags() -> Vec<Value> {
    let names = (0..).zip(["customer", "lead", "newsletter", "vip", "roof", "gutter", "storm"]);
    names.map(|(number, name)| json!({ "id": id("tag", number), "name": name, "locationId": LOCATION })).collect()
}

pub fn custom_values() -> Vec<Value> {
    let values = [
        ("Office hours", "Monday to Friday, 9 to 17"),
        ("Review link", "https://harbor-roofing.example/review"),
        ("Emergency phone", "+15550100911"),
    ];
    let values = (0..).zip(values).map(|(number, (name, value))| {
        json!({
            "id": id("custom value", number),
            "name": name,
            "fieldKey": key(name),
            "value": value,
            "locationId": LOCATION,
        })
    });
    values.collect()
}
