//! Seven invoices, one for each status that they can have. The paid ones agree with the orders of their contacts, the
//! others with their contacts' opportunities.

use serde_json::{Value, json};

use super::inspection_day;
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::contacts::record;
use crate::sandbox::invoices::amounts::set_totals;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{INVOICE, hex_id};

/// The number of the first invoice; the next ones count up.
const FIRST_NUMBER: u32 = 1041;

/// How many days a contact has to pay.
const DAYS_TO_PAY: i32 = 10;

/// An invoice, before it is a record. Amounts are in dollars.
struct Invoice {
    contact: usize,
    status: &'static str,
    day: i32,
    items: Vec<(&'static str, i64)>,
}

/// Of contacts, their opportunities and their orders, all in the order of the contacts.
pub fn invoices(contacts: &[Value], opportunities: &[Value], orders: &[Value], days: &Calendar) -> Vec<Value> {
    let deposit = |contact: usize| {
        let value = opportunities.get(contact).and_then(|deal| deal["monetaryValue"].as_i64()).unwrap_or(0);
        vec![("Deposit of 30 percent", value * 3 / 10)]
    };
    let order = |contact: usize| {
        let amount = orders.get(contact).and_then(|order| order["amount"].as_i64()).unwrap_or(0);
        vec![("Roof inspection", 150), ("Inspection report", amount - 150)]
    };
    let plan = || vec![("Maintenance plan, one year", 480)];
    let invoice = |contact, status, day, items| Invoice { contact, status, day, items };
    let invoices = [
        invoice(0, "sent", inspection_day(days) + 3, vec![("Emergency seal of the chimney", 240)]),
        // Issued on the day on which the order was paid.
        invoice(2, "paid", -15, order(2)),
        invoice(8, "paid", -27, order(8)),
        invoice(7, "sent", -9, plan()),
        // Overdue.
        invoice(10, "sent", -14, deposit(10)),
        invoice(18, "draft", -2, deposit(18)),
        invoice(15, "void", -9, plan()),
    ];
    let invoices = (0..).zip(invoices);
    invoices
        .filter_map(|(number, invoice)| Some(record_of(number, &invoice, contacts.get(invoice.contact)?, days)))
        .collect()
}

fn record_of(number: u32, invoice: &Invoice, contact: &Value, days: &Calendar) -> Value {
    let Invoice { status, day, .. } = *invoice;
    let name = record::name(contact);
    let items = invoice.items.iter().map(|(name, amount)| {
        json!({ "name": name, "currency": "USD", "amount": amount, "qty": 1, "taxes": [], "type": "one_time" })
    });
    let items: Vec<Value> = items.collect();
    let sum: i64 = invoice.items.iter().map(|(_, amount)| amount).sum();
    let updated_hour = if status == "draft" { 10 } else { 13 };
    let mut record = json!({
        "_id": if number == 0 { INVOICE.to_owned() } else { hex_id("invoice", number) },
        "status": status,
        "liveMode": true,
        "amountPaid": if status == "paid" { sum } else { 0 },
        "altId": LOCATION,
        "altType": "location",
        "name": format!("{} for {name}", invoice.items.first().map_or("Invoice", |(name, _)| *name)),
        "title": "INVOICE",
        "invoiceNumber": FIRST_NUMBER + number,
        "currency": "USD",
        "businessDetails": {
            "name": "Harbor Roofing",
            "phoneNo": "+15550100900",
            "address": { "addressLine1": "12 Quay Street", "city": "Portland", "state": "ME", "countryCode": "US" },
        },
        "contactDetails": {
            "id": contact["id"],
            "name": name,
            "phoneNo": contact["phone"],
            "email": contact["email"],
        },
        "sentTo": { "email": [contact["email"]] },
        "issueDate": days.date(day).to_string(),
        "dueDate": days.date(day + DAYS_TO_PAY).to_string(),
        "discount": { "type": "percentage", "value": 0 },
        "invoiceItems": items,
        "automaticTaxesEnabled": false,
        "automaticTaxesCalculated": false,
        "createdAt": iso(days.at(day, 10, 0)),
        "updatedAt": iso(days.at(day, updated_hour, 0)),
    });
    set_totals(&mut record);
    record
}
