//! The data of a fresh sandbox: the CRM of Harbor Roofing, an invented roofer. Nothing is random, so that the data of one
//! day is always the same.
//!
//! It tells one story: a contact is added first, then writes, has an appointment, an opportunity and an order. All of it
//! happened in the 30 days before the start, except for what is planned for the 30 days after it.

mod bookings;
mod calendars;
pub mod contacts;
mod conversations;
mod invoices;
mod location;
mod marketing;
mod opportunities;
mod payments;
mod products;
mod users;

use jiff::civil::Weekday;

use super::clock::{Calendar, Clock};
use super::store::Store;
use super::well_known::{self, id};

/// How many days the data reaches into the past and into the future.
const DAYS: i32 = 30;

/// A store with all data.
pub fn store(clock: Clock) -> Store {
    let days = &clock.calendar.clone();
    let contacts = contacts::contacts(days);
    let events = calendars::events(days, clock.now_ms());
    let (conversations, messages) = conversations::conversations(days);
    let opportunities = opportunities::opportunities(&contacts, days);
    let orders = payments::orders(&contacts, days);
    Store {
        clock,
        location: location::location(),
        custom_fields: location::custom_fields(),
        custom_values: location::custom_values(),
        location_tags: location::tags(),
        tasks: contacts::tasks(days),
        contact_notes: contacts::notes::notes(days),
        enrolments: Vec::new(),
        users: users::users(),
        calendars: bookings::calendars(),
        appointment_notes: calendars::appointment_notes(days, &events),
        events,
        conversations,
        messages,
        pipelines: opportunities::pipelines(),
        invoices: invoices::invoices(&contacts, &opportunities, &orders, days),
        opportunities,
        orders,
        transactions: payments::transactions(&contacts, days),
        products: products::products(days),
        prices: products::prices(days),
        workflows: marketing::workflows(days),
        forms: marketing::forms(),
        form_submissions: marketing::form_submissions(&contacts),
        surveys: marketing::surveys(),
        campaigns: marketing::campaigns(),
        links: marketing::links(),
        businesses: marketing::businesses(&contacts),
        contacts,
        last_number: 0,
    }
}

/// The day of Rosa's roof inspection, the middle of her story: a Tuesday, at least 13 days ago.
///
/// She calls four days before, on a Friday, and asks for the proposal the day before the start.
fn inspection_day(days: &Calendar) -> i32 {
    (-19..=-13).find(|day| days.weekday(*day) == Weekday::Tuesday).unwrap_or(-13)
}

/// The id of the `number`th contact; 0 is Rosa Deo.
fn contact_id(number: u32) -> String {
    well_known_or("contact", number, well_known::CONTACT)
}

/// The id of one of the three users, in turn.
fn user_id(number: u32) -> String {
    well_known_or("user", number % 3, well_known::USER)
}

/// The record with number 0 is Rosa's and has a well-known id.
fn well_known_or(kind: &str, number: u32, well_known: &str) -> String {
    if number == 0 { well_known.to_owned() } else { id(kind, number) }
}

/// One of these, in turn.
fn pick<T: Copy>(choices: &[T], number: u32) -> T {
    choices[number as usize % choices.len()]
}

#[cfg(test)]
mod tests;
