//! The sums of an invoice.

use serde_json::{Number, Value, json};

/// The largest amount in cents: a hundred billion in units of the currency. As many of them as fit into the largest body
/// can be added up.
const MAX_CENTS: i64 = 10_000_000_000_000;

/// An amount of money in cents, so that sums are exact. Larger amounts count as the largest one.
pub fn cents(amount: &Value) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and the cast saturates")]
    let cents = (amount.as_f64().unwrap_or(0.0) * 100.0).round() as i64;
    cents.clamp(-MAX_CENTS, MAX_CENTS)
}

/// Cents as the API writes an amount: in units of the currency, with decimals only if there are any.
pub fn money(cents: i64) -> Value {
    if cents % 100 == 0 {
        return (cents / 100).into();
    }
    let sign = if cents < 0 { "-" } else { "" };
    let decimal = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
    decimal.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

/// Sets what follows from the items, the discount and the payments: the totals and the amount that is due.
pub fn set_totals(invoice: &mut Value) {
    let items = invoice["invoiceItems"].as_array().map_or(&[][..], Vec::as_slice);
    let sub_total: i64 = items.iter().map(price).sum();
    let tax: i64 = items.iter().map(tax).sum();
    let value = &invoice["discount"]["value"];
    let discount = if invoice["discount"]["type"] == "percentage" { share(sub_total, value) } else { cents(value) };
    let discount = discount.clamp(0, sub_total.max(0));
    let total = sub_total - discount + tax;
    let due = total - cents(&invoice["amountPaid"]);
    invoice["total"] = money(total);
    invoice["amountDue"] = money(due);
    invoice["totalSummary"] = json!({ "subTotal": money(sub_total), "discount": money(discount), "tax": money(tax) });
}

/// The price of an item's whole quantity. Quantities may be fractions, like metres.
fn price(item: &Value) -> i64 {
    let quantity = item["qty"].as_f64().unwrap_or(0.0);
    let amount = item["amount"].as_f64().unwrap_or(0.0);
    cents(&json!(amount * quantity))
}

/// The taxes that an item's price does not include.
fn tax(item: &Value) -> i64 {
    if item["taxInclusive"] == true {
        return 0;
    }
    item["taxes"].as_array().into_iter().flatten().map(|tax| share(price(item), &tax["rate"])).sum()
}

/// A percentage of an amount in cents.
fn share(amount: i64, percent: &Value) -> i64 {
    // `cents` of a percentage is its hundredth part of a percent.
    (amount.saturating_mul(cents(percent)).saturating_add(5000) / 10_000).clamp(-MAX_CENTS, MAX_CENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_to_the_cent() {
        let mut invoice = json!({
            "amountPaid": 10,
            "discount": { "type": "percentage", "value": 10 },
            "invoiceItems": [
                { "amount": 0.1, "qty": 3 },
                { "amount": 19.99, "qty": 2, "taxes": [{ "rate": 8.25 }] },
                { "amount": 100, "qty": 1, "taxes": [{ "rate": 20 }], "taxInclusive": true },
            ],
        });
        set_totals(&mut invoice);
        assert_eq!(invoice["totalSummary"], json!({ "subTotal": 140.28, "discount": 14.03, "tax": 3.3 }));
        assert_eq!((&invoice["total"], &invoice["amountDue"]), (&json!(129.55), &json!(119.55)));
    }

    #[test]
    fn the_largest_amounts_have_a_sum() {
        let item = json!({ "amount": 1e300, "qty": 1e300, "taxes": [{ "rate": 1e300 }, { "rate": -1e300 }] });
        let items = vec![item; 10_000];
        let mut invoice = json!({ "discount": { "type": "percentage", "value": 1e300 }, "invoiceItems": items });
        set_totals(&mut invoice);
        assert!(invoice["total"].is_number());
    }

    #[test]
    fn whole_amounts_have_no_decimals() {
        assert_eq!(money(45_000), json!(450));
        assert_eq!(money(-5), json!(-0.05));
        assert_eq!(cents(&json!("12")), 0, "a text is no amount");
    }
}
