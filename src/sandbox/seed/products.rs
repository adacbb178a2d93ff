//! Four products, each with one price.

use serde_json::{Value, json};

use super::DAYS;
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{PRODUCT, hex_id};

/// Name, type, price in dollars, and whether it is paid every year. Orders and invoices have the same names and prices.
const PRODUCTS: [(&str, &str, u32, bool); 4] = [
    ("Roof inspection", "SERVICE", 150, false),
    ("Gutter cleaning", "SERVICE", 95, false),
    ("Maintenance plan", "SERVICE", 480, true),
    ("Gutter guard, per metre", "PHYSICAL", 18, false),
];

fn product_id(number: u32) -> String {
    if number == 0 { PRODUCT.to_owned() } else { hex_id("product", number) }
}

pub fn products(days: &Calendar) -> Vec<Value> {
    let created = iso(days.at(-DAYS, 9, 0));
    let products = (0..).zip(PRODUCTS).map(|(number, (name, product_type, ..))| {
        json!({
            "_id": product_id(number),
            "name": name,
            "description": "",
            "locationId": LOCATION,
            "productType": product_type,
            "availableInStore": product_type == "PHYSICAL",
            "variants": [],
            "createdAt": created,
            "updatedAt": created,
        })
    });
    products.collect()
}

pub fn prices(days: &Calendar) -> Vec<Value> {
    let created = iso(days.at(-DAYS, 9, 0));
    let prices = (0..).zip(PRODUCTS).map(|(number, (_, _, amount, is_yearly))| {
        let mut price = json!({
            "_id": hex_id("price", number),
            "product": product_id(number),
            "locationId": LOCATION,
            "name": if is_yearly { "Yearly" } else { "Standard" },
            "type": if is_yearly { "recurring" } else { "one_time" },
            "currency": "USD",
            "amount": amount,
            "createdAt": created,
            "updatedAt": created,
        });
        if is_yearly {
            price["recurring"] = json!({ "interval": "year", "intervalCount": 1 });
        }
        price
    });
    prices.collect()
}
