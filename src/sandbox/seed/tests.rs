//! The data as a whole, on several days of a year.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use serde_json::Value;

use super::*;
use crate::sandbox::store::{date as date_of, text};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Every weekday, the days around both changes of the clocks, a leap day and the turn of a year.
fn starts() -> Vec<Date> {
    let week = (16..=22).map(|day| date(2026, 11, day));
    let others = [date(2026, 3, 8), date(2026, 11, 1), date(2028, 2, 29), date(2026, 12, 31), date(2000, 1, 1)];
    week.chain(others).collect()
}

/// The data of each.
static STORES: LazyLock<Vec<Store>> =
    LazyLock::new(|| starts().into_iter().map(|start| store(Clock::new(Some(start)))).collect());

/// Every list of records.
fn lists(store: &Store) -> [&[Value]; 11] {
    [
        &store.contacts,
        &store.tasks,
        &store.events,
        &store.appointment_notes,
        &store.conversations,
        &store.messages,
        &store.opportunities,
        &store.orders,
        &store.transactions,
        &store.contact_notes,
        &store.form_submissions,
    ]
}

/// The dates of a record, in epoch milliseconds: every text that is one.
fn dates(record: &Value) -> Vec<i64> {
    let properties = record.as_object().unwrap();
    properties.keys().map(|name| date_of(record, name)).filter(|at| *at != 0).collect()
}

#[test]
fn every_id_is_unique_and_every_reference_leads_to_a_record() {
    for store in STORES.iter() {
        let ids = |records: &[Value], name: &str| -> HashSet<String> {
            let ids: HashSet<String> = records.iter().map(|r| r[name].as_str().unwrap().to_owned()).collect();
            assert_eq!(ids.len(), records.len(), "an id occurs twice");
            ids
        };
        let contacts = ids(&store.contacts, "id");
        let conversations = ids(&store.conversations, "id");
        let events = ids(&store.events, "id");
        let orders = ids(&store.orders, "_id");
        let users = ids(&store.users, "id");
        let calendars = ids(&store.calendars, "id");
        let forms = ids(&store.forms, "id");
        let products = ids(&store.products, "_id");
        for records in [&store.transactions, &store.invoices, &store.prices] {
            ids(records, "_id");
        }
        let refers = |records: &[Value], name: &str, ids: &HashSet<String>| {
            assert!(records.iter().all(|record| ids.contains(text(record, name))), "{name}");
        };
        refers(&store.events, "assignedUserId", &users);
        refers(&store.events, "calendarId", &calendars);
        refers(&store.contacts, "assignedTo", &users);
        refers(&store.contact_notes, "userId", &users);
        refers(&store.form_submissions, "formId", &forms);
        refers(&store.prices, "product", &products);
        assert!(store.invoices.iter().all(|invoice| contacts.contains(text(&invoice["contactDetails"], "id"))));
        for records in [
            &store.tasks,
            &store.contact_notes,
            &store.appointment_notes,
            &store.messages,
            &store.opportunities,
            &store.users,
            &store.calendars,
            &store.location_tags,
            &store.custom_values,
            &store.workflows,
            &store.forms,
            &store.form_submissions,
            &store.businesses,
        ] {
            ids(records, "id");
        }
        for records in &lists(store)[1..] {
            assert!(records.iter().all(|r| contacts.contains(r["contactId"].as_str().unwrap())));
        }
        assert!(store.messages.iter().all(|m| conversations.contains(m["conversationId"].as_str().unwrap())));
        assert!(store.appointment_notes.iter().all(|n| events.contains(n["appointmentId"].as_str().unwrap())));
        let of_orders = store.transactions.iter().filter(|t| t["entityType"] == "order");
        assert!(of_orders.map(|t| t["entityId"].as_str().unwrap()).all(|id| orders.contains(id)));
        assert_eq!(store.contacts.len(), contacts::COUNT as usize);
        assert!(store.opportunities.len() >= 20);
    }
}

#[test]
fn ids_do_not_depend_on_the_day() {
    let ids = |store: &Store| -> Vec<Vec<Value>> {
        // Events lie on working days, so that there are others on other weekdays.
        let lists = lists(store).into_iter().enumerate().filter(|(index, _)| ![2, 3].contains(index));
        lists.map(|(_, records)| records.iter().map(|r| r.get("id").unwrap_or(&r["_id"]).clone()).collect()).collect()
    };
    assert!(STORES.iter().all(|store| ids(store) == ids(&STORES[0])));
}

#[test]
fn all_dates_lie_within_thirty_days() {
    for store in STORES.iter() {
        let days = &store.clock.calendar;
        let (first, end) = (days.at(-30, 0, 0), days.at(31, 0, 0));
        let start = store.clock.now_ms();
        for record in lists(store).into_iter().flatten() {
            assert!(dates(record).iter().all(|at| (first..end).contains(at)), "{record}");
        }
        for (records, planned) in [(&store.contacts, false), (&store.messages, false), (&store.orders, false)] {
            assert!(records.iter().flat_map(dates).all(|at| (at > start) == planned));
        }
        // Something has happened, and something is planned, in each week.
        for week in [-3, -2, -1, 0, 1, 2, 3] {
            let week = days.at(week * 7, 0, 0)..days.at(week * 7 + 7, 0, 0);
            assert!(store.events.iter().any(|event| week.contains(&date_of(event, "startTime"))), "{week:?}");
        }
    }
}

#[test]
fn nothing_happens_before_its_contact_is_added() {
    for store in STORES.iter() {
        for records in &lists(store)[1..] {
            for record in *records {
                let contact = store.contact(text(record, "contactId")).unwrap();
                let added = date_of(contact, "dateAdded");
                assert!(dates(record).iter().all(|at| *at >= added), "{record} {contact}");
            }
        }
    }
}

#[test]
fn invoices_are_issued_after_their_contact_and_opportunity() {
    for store in STORES.iter() {
        let (first, start) = (store.clock.calendar.at(-30, 0, 0), store.clock.now_ms());
        for invoice in &store.invoices {
            let created = date_of(invoice, "createdAt");
            assert!((first..start).contains(&created) && (created..start).contains(&date_of(invoice, "updatedAt")));
            let contact = text(&invoice["contactDetails"], "id");
            assert!(date_of(store.contact(contact).unwrap(), "dateAdded") < created, "{invoice}");
            let deal = store.opportunities.iter().find(|deal| deal["contactId"] == contact).unwrap();
            let is_deposit = text(invoice, "name").starts_with("Deposit");
            assert!(!is_deposit || (deal["status"] == "won" && date_of(deal, "lastStatusChangeAt") < created));
            assert_eq!(invoice["status"] == "paid", invoice["amountPaid"] == invoice["total"], "{invoice}");
        }
    }
}

#[test]
fn every_event_is_one_that_its_calendar_books() {
    for store in STORES.iter() {
        for event in &store.events {
            let calendar = store.calendar(text(event, "calendarId")).unwrap();
            assert_eq!(calendar["teamMembers"][0]["userId"], event["assignedUserId"]);
            assert_eq!((&calendar["eventTitle"], &calendar["groupId"]), (&event["title"], &event["groupId"]));
        }
    }
}

#[test]
fn events_lie_on_working_days_and_their_status_suits_their_date() {
    for store in STORES.iter() {
        let start = store.clock.now_ms();
        for event in &store.events {
            let at = date_of(event, "startTime");
            // All start between 10:00 and 15:00, so that the day in UTC is that of the time zone.
            let weekday = jiff::Timestamp::from_millisecond(at).unwrap().to_zoned(jiff::tz::TimeZone::UTC).weekday();
            assert!(!matches!(weekday, Weekday::Saturday | Weekday::Sunday), "{event}");
            let is_planned = ["new", "confirmed"].contains(&text(event, "appointmentStatus"));
            assert_eq!(is_planned, at > start, "{event}");
            assert!(date_of(event, "dateAdded") < at.min(start), "{event}");
        }
    }
}

#[test]
fn rosas_story_has_its_order() {
    for store in STORES.iter() {
        let at = |records: &[Value], id: &str, name: &str| {
            date_of(records.iter().find(|record| record["id"] == id).unwrap(), name)
        };
        let added = at(&store.contacts, well_known::CONTACT, "dateAdded");
        let inspection = at(&store.events, well_known::APPOINTMENT, "startTime");
        let messages = store.messages.iter().filter(|m| m["conversationId"] == well_known::CONVERSATION);
        let messages: Vec<i64> = messages.map(|message| date_of(message, "dateAdded")).collect();
        assert!(messages.is_sorted_by(|one, next| one < next), "{messages:?}");
        assert!(added <= messages[0] && messages[0] < inspection && inspection < messages[4]);
        let now = store.clock.now_ms();
        assert!((now - 2 * DAY_MS..now).contains(messages.last().unwrap()));
        assert!((now - 20 * DAY_MS..now - 12 * DAY_MS).contains(&inspection));
    }
}
