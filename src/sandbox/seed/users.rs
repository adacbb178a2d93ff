//! The three users: the team of Harbor Roofing.

use serde_json::{Value, json};

use super::user_id;
use crate::sandbox::LOCATION;

/// First and last name and role. The index is the user's number, and that of the calendar that books the user.
const TEAM: [(&str, &str, &str); 3] =
    [("Marta", "Lindqvist", "admin"), ("Jonah", "Pike", "user"), ("Priya", "Nair", "user")];

pub fn users() -> Vec<Value> {
    (0..).zip(TEAM).map(|(number, (first, last, role))| user(number, first, last, role)).collect()
}

fn user(number: u32, first: &str, last: &str, role: &str) -> Value {
    json!({
        "id": user_id(number),
        "name": format!("{first} {last}"),
        "firstName": first,
        "lastName": last,
        "email": format!("{}@harbor-roofing.example", first.to_lowercase()),
        "phone": format!("+1555010090{}", number + 1),
        "extension": "",
        "permissions": {
            "contactsEnabled": true,
            "conversationsEnabled": true,
            "opportunitiesEnabled": true,
            "appointmentsEnabled": true,
            "invoiceEnabled": role == "admin",
            "settingsEnabled": role == "admin",
            "assignedDataOnly": false,
        },
        "roles": { "type": "account", "role": role, "locationIds": [LOCATION] },
        "deleted": false,
    })
}
