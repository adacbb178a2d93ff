//! The data of a fresh sandbox: the CRM of Harbor Roofing, an invented roofer. Everything is counted out, nothing
//! random, so that the same calls always give the same answers.

mod calendars;
pub mod contacts;
mod conversations;
mod location;
mod opportunities;
mod payments;

use super::store::Store;
use super::well_known::{self, id};

/// A store with everything in it.
pub fn store() -> Store {
    let contacts = contacts::contacts();
    Store {
        location: location::location(),
        custom_fields: location::custom_fields(),
        tasks: contacts::tasks(),
        events: calendars::events(),
        appointment_notes: calendars::appointment_notes(),
        conversations: conversations::conversations(),
        messages: conversations::messages(),
        pipelines: opportunities::pipelines(),
        opportunities: opportunities::opportunities(&contacts),
        orders: payments::orders(&contacts),
        transactions: payments::transactions(&contacts),
        contacts,
        changes: 0,
    }
}

/// The id of the `number`th contact; 0 is Rosa Deo.
fn contact_id(number: u32) -> String {
    well_known_or("contact", number, well_known::CONTACT)
}

/// The id of one of the three users, in turn.
fn user_id(number: u32) -> String {
    well_known_or("user", number % 3, well_known::USER)
}

/// Records number 0 are Rosa's, and have well-known ids.
fn well_known_or(kind: &str, number: u32, well_known: &str) -> String {
    if number == 0 { well_known.to_owned() } else { id(kind, number) }
}

/// One of several, in turn.
fn pick<T: Copy>(choices: &[T], number: u32) -> T {
    choices[number as usize % choices.len()]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn every_id_is_there_once_and_every_reference_leads_somewhere() {
        let store = store();
        let ids = |records: &[Value], name: &str| -> HashSet<String> {
            let ids: HashSet<String> = records.iter().map(|r| r[name].as_str().unwrap().to_owned()).collect();
            assert_eq!(ids.len(), records.len(), "an id is there twice");
            ids
        };
        let contacts = ids(&store.contacts, "id");
        let conversations = ids(&store.conversations, "id");
        let orders = ids(&store.orders, "_id");
        ids(&store.transactions, "_id");
        for records in [&store.tasks, &store.events, &store.appointment_notes, &store.messages, &store.opportunities] {
            ids(records, "id");
        }
        for records in [
            &store.tasks,
            &store.events,
            &store.appointment_notes,
            &store.conversations,
            &store.messages,
            &store.opportunities,
            &store.orders,
            &store.transactions,
        ] {
            assert!(records.iter().all(|r| contacts.contains(r["contactId"].as_str().unwrap())));
        }
        assert!(store.messages.iter().all(|m| conversations.contains(m["conversationId"].as_str().unwrap())));
        let of_orders = store.transactions.iter().filter(|t| t["entityType"] == "order");
        assert!(of_orders.map(|t| t["entityId"].as_str().unwrap()).all(|id| orders.contains(id)));
        assert_eq!(store.contacts.len(), contacts::COUNT as usize);
        assert!(store.opportunities.len() >= 20);
    }
}
