//! What moves an invoice on: sending it, a payment, and voiding it.

use serde_json::{Value, json};

use super::amounts::{cents, money, set_totals};
use super::{ALT_TYPE, OWNER, WRITE, invoice};
use crate::sandbox::LOCATION;
use crate::sandbox::fields::{FieldKind, optional, required};
use crate::sandbox::response::{ApiError, ApiResponse, ApiResult};
use crate::sandbox::route::{ApiRequest, Route};
use crate::sandbox::store::{Store, find_mut, text};
use crate::sandbox::time::iso;

/// `POST /invoices/{invoiceId}/send`
pub const SEND: Route = Route::with_body(
    WRITE,
    &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        required("userId", FieldKind::String),
        required("action", FieldKind::OneOf(&["sms_and_email", "send_manually", "email", "sms"])),
        required("liveMode", FieldKind::Boolean),
        optional("sentFrom", FieldKind::Object),
        optional("autoPayment", FieldKind::Object),
    ],
    send,
);

/// `POST /invoices/{invoiceId}/void`
pub const VOID: Route = Route::with_body(WRITE, OWNER, void);

/// `POST /invoices/{invoiceId}/record-payment`
pub const RECORD_PAYMENT: Route = Route::with_body(
    WRITE,
    &[
        required("altId", FieldKind::String),
        required("altType", ALT_TYPE),
        required("mode", FieldKind::OneOf(&["cash", "card", "cheque", "bank_transfer", "other"])),
        // The documents require these three whatever the mode, which no payment can fulfil.
        optional("card", FieldKind::Object),
        optional("cheque", FieldKind::Object),
        optional("notes", FieldKind::String),
        optional("amount", FieldKind::Number),
        optional("meta", FieldKind::Object),
        optional("paymentScheduleIds", FieldKind::Strings),
        optional("fulfilledAt", FieldKind::Date),
    ],
    record_payment,
);

/// An invoice may be sent again.
fn send(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let invoice = invoice(store, &request.id)?;
    reject(invoice, "sent", &["paid", "void"])?;
    store.user(request.body.text("userId").unwrap_or_default())?;
    let action = request.body.text("action").unwrap_or_default();
    let by = |channel: &str| action == channel || action == "sms_and_email";
    let (email, phone) = (address(invoice, "email"), address(invoice, "phoneNo"));
    for (channel, address, what) in [("email", &email, "email address"), ("sms", &phone, "phone number")] {
        if by(channel) && address.is_null() {
            return Err(ApiError::bad_request(format!("The invoice has no {what} to be sent to.")));
        }
    }
    let data = |channel: &str, to: Value| if by(channel) { json!({ "to": [to] }) } else { json!({}) };
    let (email, sms) = (data("email", email), data("sms", phone));
    let invoice = change(store, request, |invoice| {
        invoice["liveMode"] = request.body.boolean("liveMode").into();
        if invoice["status"] == "draft" {
            invoice["status"] = "sent".into();
        }
    });
    Ok(ApiResponse::ok(json!({ "invoice": invoice, "smsData": sms, "emailData": email })))
}

/// The first address that an invoice is sent to: its own, or else its contact's.
fn address(invoice: &Value, name: &str) -> Value {
    let own = &invoice["sentTo"][name][0];
    if own.is_null() { invoice["contactDetails"][name].clone() } else { own.clone() }
}

fn void(store: &mut Store, request: &ApiRequest) -> ApiResult {
    reject(invoice(store, &request.id)?, "voided", &["paid", "partially_paid", "void"])?;
    Ok(ApiResponse::ok(change(store, request, |invoice| invoice["status"] = "void".into())))
}

/// Without an amount, all that is due is paid. The payment is one of the transactions, too.
fn record_payment(store: &mut Store, request: &ApiRequest) -> ApiResult {
    let invoice = invoice(store, &request.id)?;
    reject(invoice, "paid", &["paid", "void"])?;
    let due = cents(&invoice["amountDue"]);
    let amount = request.body.get("amount").map_or(due, cents);
    if !(1..=due).contains(&amount) {
        let due = money(due);
        return Err(ApiError::bad_request(format!("The amount must be more than 0 and at most {due}, which is due.")));
    }
    let invoice = change(store, request, |invoice| {
        invoice["amountPaid"] = money(cents(&invoice["amountPaid"]) + amount);
        invoice["status"] = if amount == due { "paid" } else { "partially_paid" }.into();
        set_totals(invoice);
    });
    let transaction = transaction(store, &invoice, amount, request);
    store.transactions.push(transaction);
    Ok(ApiResponse::ok(json!({ "success": true, "invoice": invoice })))
}

fn transaction(store: &mut Store, invoice: &Value, amount: i64, request: &ApiRequest) -> Value {
    let now = &invoice["updatedAt"];
    let fulfilled = request.body.moment("fulfilledAt").map_or_else(|| now.clone(), |at| iso(at).into());
    json!({
        "_id": store.new_hex_id(),
        "altId": LOCATION,
        "altType": "location",
        "contactId": invoice["contactDetails"]["id"],
        "contactName": invoice["contactDetails"]["name"],
        "contactEmail": invoice["contactDetails"]["email"],
        "currency": invoice["currency"],
        "amount": money(amount),
        "amountRefunded": 0,
        "status": "succeeded",
        "liveMode": invoice["liveMode"],
        "entityType": "invoice",
        "entityId": invoice["_id"],
        "entitySourceType": "invoice",
        "entitySourceName": invoice["name"],
        "entitySourceId": invoice["_id"],
        "paymentProviderType": request.body.text("mode"),
        "createdAt": now,
        "updatedAt": now,
        "fulfilledAt": fulfilled,
    })
}

/// Rejects what an invoice with one of these statuses does not allow.
fn reject(invoice: &Value, action: &str, statuses: &[&str]) -> Result<(), ApiError> {
    let status = text(invoice, "status");
    if statuses.contains(&status) {
        return Err(ApiError::bad_request(format!("An invoice with the status {status} cannot be {action}.")));
    }
    Ok(())
}

/// Changes the request's invoice, which is known to exist, and returns it.
fn change(store: &mut Store, request: &ApiRequest, change: impl FnOnce(&mut Value)) -> Value {
    let now = store.tick();
    let Some(invoice) = find_mut(&mut store.invoices, &request.id) else {
        return Value::Null;
    };
    change(invoice);
    invoice["updatedAt"] = now.into();
    invoice.clone()
}
