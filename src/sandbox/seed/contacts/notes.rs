//! What the team has noted about contacts.

use serde_json::{Value, json};

use crate::sandbox::clock::Calendar;
use crate::sandbox::seed::{contact_id, inspection_day, user_id};
use crate::sandbox::time::iso;
use crate::sandbox::well_known::id;

/// Rosa has two notes, three others have one.
pub fn notes(days: &Calendar) -> Vec<Value> {
    let inspection = inspection_day(days);
    let notes = [
        (0, inspection - 4, "Prefers texts; calls only after four."),
        (0, inspection + 3, "Waits for word from her insurance before she decides."),
        (1, -10, "Larch boards stay unpainted, copper gutters."),
        (2, -10, "Storm damage: three tiles, photos are in the conversation."),
        (7, -8, "Pays in two parts: half now, half after the work."),
    ];
    let notes = (0..).zip(notes).map(|(number, (contact, day, body))| {
        json!({
            "id": id("contact note", number),
            "body": body,
            "userId": user_id(contact),
            "dateAdded": iso(days.at(day, 16, 30)),
            "contactId": contact_id(contact),
            "pinned": false,
        })
    });
    notes.collect()
}
