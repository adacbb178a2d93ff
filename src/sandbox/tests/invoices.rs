use serde_json::{Value, json};

use super::calls::invoice_body;
use super::{Client, column};
use crate::sandbox::well_known::{CONTACT, INVOICE, USER, hex_id, id};

const OWNER: &str = "altId=LOCATION&altType=location";

async fn list(client: &Client, filter: &str) -> Value {
    client.get(&format!("/invoices/?{OWNER}&limit=50&offset=0&{filter}")).await.ok()
}

async fn show(client: &Client, id: &str) -> Value {
    client.get(&format!("/invoices/{id}?{OWNER}")).await.ok()
}

fn owned(mut body: Value) -> Value {
    body["altId"] = "LOCATION".into();
    body["altType"] = "location".into();
    body
}

async fn create(client: &Client) -> Value {
    client.post("/invoices/", invoice_body()).await.ok()
}

#[tokio::test]
async fn filters_select_invoices() {
    let client = Client::new();
    let all = list(&client, "").await;
    assert_eq!(all["total"], 7);
    assert!(column(&all["invoices"], "issueDate").iter().rev().is_sorted(), "newest first");
    assert_eq!(list(&client, "status=paid").await["total"], 2);
    assert_eq!(column(&list(&client, &format!("contactId={CONTACT}")).await["invoices"], "_id"), [INVOICE]);
    assert_eq!(column(&list(&client, "search=chimney").await["invoices"], "_id"), [INVOICE]);
    assert_eq!(column(&list(&client, "search=1041").await["invoices"], "_id"), [INVOICE]);
    assert_eq!(list(&client, "startAt=2026-11-02&endAt=2026-11-02").await["total"], 1);
    assert_eq!(list(&client, "paymentMode=test").await["total"], 0);
    let page = client.get(&format!("/invoices/?{OWNER}&limit=2&offset=6")).await.ok();
    assert_eq!((page["invoices"].as_array().unwrap().len(), &page["total"]), (1, &json!(7)));
    let missing = client.get(&format!("/invoices/?{OWNER}")).await.error(422);
    assert_eq!(missing, "limit should not be empty; offset should not be empty");
    assert_eq!(
        client.get("/invoices/?limit=1&offset=0").await.error(422),
        "altId should not be empty; altType should not be empty"
    );
}

#[tokio::test]
async fn paid_invoices_agree_with_a_payment() {
    let client = Client::new();
    let paid = list(&client, "status=paid").await;
    for invoice in paid["invoices"].as_array().unwrap() {
        let contact = invoice["contactDetails"]["id"].as_str().unwrap();
        let path = format!("/payments/transactions?{OWNER}&contactId={contact}");
        let payments = client.get(&path).await.ok();
        assert_eq!((&payments["data"][0]["amount"], &invoice["amountDue"]), (&invoice["total"], &json!(0)));
        let day = &payments["data"][0]["createdAt"].as_str().unwrap()[..10];
        assert_eq!(day, invoice["issueDate"]);
    }
}

#[tokio::test]
async fn a_new_invoice_is_a_draft_with_the_next_number_and_its_totals() {
    let client = Client::new();
    let number = client.get(&format!("/invoices/generate-invoice-number?{OWNER}")).await.ok();
    let invoice = create(&client).await;
    assert_eq!((&invoice["invoiceNumber"], &invoice["status"]), (&number["invoiceNumber"], &json!("draft")));
    assert_eq!((&invoice["total"], &invoice["amountDue"]), (&json!(170), &json!(170)));
    assert_eq!(invoice["contactDetails"]["email"], "rosa@example.com", "from the contact's record");
    assert_eq!(show(&client, invoice["_id"].as_str().unwrap()).await, invoice);
    let next = client.get(&format!("/invoices/generate-invoice-number?{OWNER}")).await.ok();
    assert_ne!(next, number);
    let mut taken = invoice_body();
    taken["invoiceNumber"] = "1041".into();
    client.post("/invoices/", taken.clone()).await.error(400);
    taken["invoiceNumber"] = "2000".into();
    assert_eq!(client.post("/invoices/", taken).await.ok()["invoiceNumber"], 2000);
}

#[tokio::test]
async fn an_invoice_needs_valid_fields_down_to_its_items() {
    let client = Client::new();
    let required = [
        "altId",
        "altType",
        "name",
        "businessDetails",
        "currency",
        "items",
        "discount",
        "contactDetails",
        "issueDate",
        "sentTo",
        "liveMode",
    ];
    for name in required {
        let mut body = invoice_body();
        body.as_object_mut().unwrap().remove(name);
        assert_eq!(client.post("/invoices/", body).await.error(422), format!("{name} should not be empty"));
    }
    let item = json!({"name": "x", "currency": "USD", "amount": 1, "qty": 1});
    let mut unpriced = item.clone();
    unpriced["amount"] = "1".into();
    for (name, wrong, message) in [
        ("items", json!([]), "items should not be empty"),
        ("items", json!("x"), "items must be an array"),
        ("items", json!([item, 1]), "items.1 must be an object"),
        ("items", json!([unpriced]), "items.0.amount must be a number conforming to the specified constraints"),
        ("items", json!([{"name": "x"}]), "items.0.currency should not be empty"),
        ("discount", json!({"type": "half"}), "discount.type must be one of the following values: percentage, fixed"),
        ("sentTo", json!({"email": ["x"]}), "each value in email must be an email"),
        ("dueDate", json!("2026-11-01"), "dueDate must not be before issueDate"),
        ("contactDetails", json!({}), "contactDetails.id should not be empty"),
        ("liveMode", json!("yes"), "liveMode must be a boolean value"),
    ] {
        let mut body = invoice_body();
        body[name] = wrong;
        let error = client.post("/invoices/", body).await.error(422);
        assert!(error.ends_with(message), "{error}");
    }
    let mut unknown = invoice_body();
    unknown["contactDetails"]["id"] = "unknown".into();
    client.post("/invoices/", unknown).await.error(400);
    client.get(&format!("/invoices/unknown?{OWNER}")).await.error(400);
}

#[tokio::test]
async fn an_update_replaces_the_items_and_their_totals() {
    let client = Client::new();
    let body = owned(json!({"name": "Seal", "currency": "USD", "issueDate": "2026-11-16", "dueDate": "2026-11-30",
        "invoiceItems": [{"name": "Seal", "currency": "USD", "amount": 99.5, "qty": 3}]}));
    let path = format!("/invoices/{INVOICE}");
    let updated = client.put(&path, body.clone()).await.ok();
    assert_eq!((&updated["total"], &updated["dueDate"]), (&json!(298.5), &json!("2026-11-30")));
    assert_eq!((&updated["invoiceNumber"], &updated["contactDetails"]["id"]), (&json!(1041), &json!(CONTACT)));
    assert_eq!(show(&client, INVOICE).await, updated);
    client.put(&format!("/invoices/{}", hex_id("invoice", 1)), body.clone()).await.error(400);
    client.put("/invoices/unknown", body).await.error(400);
    assert!(client.put(&path, owned(json!({}))).await.error(422).contains("invoiceItems should not be empty"));
}

#[tokio::test]
async fn an_invoice_is_sent_to_an_address_that_it_has() {
    let client = Client::new();
    let id_of = create(&client).await["_id"].as_str().unwrap().to_owned();
    let path = format!("/invoices/{id_of}/send");
    let body = |action: &str| owned(json!({"userId": USER, "action": action, "liveMode": true}));
    let sent = client.post(&path, body("email")).await.ok();
    assert_eq!((&sent["invoice"]["status"], &sent["emailData"]["to"]), (&json!("sent"), &json!(["rosa@example.com"])));
    assert_eq!(sent["smsData"], json!({}));
    let mut stranger = invoice_body();
    // Contact 7 has no phone number.
    stranger["contactDetails"] = json!({"id": id("contact", 7)});
    let other = client.post("/invoices/", stranger).await.ok()["_id"].as_str().unwrap().to_owned();
    let error = client.post(&format!("/invoices/{other}/send"), body("sms")).await.error(400);
    assert!(error.contains("phone number"), "{error}");
    assert_eq!(show(&client, &other).await["status"], "draft");
    client.post(&path, body("fax")).await.error(422);
    let mut unknown = body("email");
    unknown["userId"] = "unknown".into();
    client.post(&path, unknown).await.error(400);
    client.post(&format!("/invoices/{}/send", hex_id("invoice", 1)), body("email")).await.error(400);
}

#[tokio::test]
async fn payments_add_up_to_a_paid_invoice_and_are_transactions() {
    let client = Client::new();
    let path = format!("/invoices/{INVOICE}/record-payment");
    let pay = async |body: Value| client.post(&path, owned(body)).await;
    let half = pay(json!({"mode": "cheque", "amount": 120, "cheque": {"number": "7"}, "notes": ""})).await.ok();
    let shown = |response: &Value| {
        let invoice = &response["invoice"];
        (invoice["status"].clone(), invoice["amountPaid"].clone(), invoice["amountDue"].clone())
    };
    assert_eq!(shown(&half), (json!("partially_paid"), json!(120), json!(120)));
    pay(json!({"mode": "cash", "amount": 121})).await.error(400);
    pay(json!({"mode": "cash", "amount": 0})).await.error(400);
    pay(json!({"mode": "gold"})).await.error(422);
    let rest = pay(json!({"mode": "cash"})).await.ok();
    assert_eq!(shown(&rest), (json!("paid"), json!(240), json!(0)));
    pay(json!({"mode": "cash"})).await.error(400);
    let payments = client.get(&format!("/payments/transactions?{OWNER}&entityId={INVOICE}")).await.ok();
    assert_eq!((&payments["totalCount"], &payments["data"][0]["amount"]), (&json!(2), &json!(120)));
}

#[tokio::test]
async fn an_invoice_without_a_payment_is_voided_or_deleted() {
    let client = Client::new();
    let void = async |id: &str| client.post(&format!("/invoices/{id}/void"), owned(json!({}))).await;
    assert_eq!(void(INVOICE).await.ok()["status"], "void");
    void(INVOICE).await.error(400);
    void(&hex_id("invoice", 1)).await.error(400);
    let pay = owned(json!({"mode": "cash"}));
    client.post(&format!("/invoices/{INVOICE}/record-payment"), pay).await.error(400);
    let delete = async |id: &str| client.delete(&format!("/invoices/{id}?{OWNER}"), json!({})).await;
    assert_eq!(delete(INVOICE).await.ok()["_id"], INVOICE);
    delete(INVOICE).await.error(400);
    delete(&hex_id("invoice", 1)).await.error(400);
    assert_eq!(list(&client, "").await["total"], 6);
}
