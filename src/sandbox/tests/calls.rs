//! A valid request to every route.

use serde_json::{Value, json};

use crate::sandbox::COMPANY;
use crate::sandbox::well_known::{
    APPOINTMENT, CALENDAR, CONTACT, CONVERSATION, INVOICE, OPPORTUNITY, ORDER, PIPELINE, PRODUCT, USER, WORKFLOW,
    hex_id, id,
};

/// Method, path and body. `LOCATION` stands for the sandbox's location.
pub type Call = (&'static str, String, Option<Value>);

/// How many operations the sandbox models.
pub const COUNT: usize = 87;

/// Every route once, in an order in which all succeed on one sandbox, and those of each scope on another.
pub fn every_call() -> Vec<Call> {
    let services = [calendars(), users(), contacts(), conversations(), locations(), opportunities(), money(), lists()];
    services.into_iter().flatten().collect()
}

/// Whether a call changes nothing, so that a read-only token may make it. One search is a POST.
pub fn is_read(method: &str, path: &str) -> bool {
    method == "GET" || path == "/contacts/search"
}

fn get(path: impl Into<String>) -> Call {
    ("GET", path.into(), None)
}

fn delete(path: impl Into<String>) -> Call {
    ("DELETE", path.into(), None)
}

fn post(path: impl Into<String>, body: Value) -> Call {
    ("POST", path.into(), Some(body))
}

fn put(path: impl Into<String>, body: Value) -> Call {
    ("PUT", path.into(), Some(body))
}

fn calendars() -> Vec<Call> {
    let appointment = json!({"calendarId": CALENDAR, "locationId": "LOCATION", "contactId": CONTACT,
        "startTime": "2026-11-17T14:00:00Z"});
    vec![
        get("/calendars/?locationId=LOCATION"),
        get("/calendars/events?locationId=LOCATION&userId=x&startTime=1&endTime=2"),
        get(format!("/calendars/appointments/{APPOINTMENT}/notes?limit=10&offset=0")),
        get(format!("/calendars/{CALENDAR}")),
        get(format!("/calendars/{CALENDAR}/free-slots?startDate=1794834000000&endDate=1795438800000")),
        post("/calendars/events/appointments", appointment),
        get(format!("/calendars/events/appointments/{APPOINTMENT}")),
        put(format!("/calendars/events/appointments/{APPOINTMENT}"), json!({"title": "Inspection"})),
        delete(format!("/calendars/events/{}", id("event", 2))),
    ]
}

fn users() -> Vec<Call> {
    vec![
        get("/users/?locationId=LOCATION"),
        get(format!("/users/search?companyId={COMPANY}")),
        get(format!("/users/{USER}")),
    ]
}

fn contacts() -> Vec<Call> {
    let contact = format!("/contacts/{CONTACT}");
    let (tasks, notes) = (format!("{contact}/tasks"), format!("{contact}/notes"));
    let (task, note) = (id("task", 0), id("contact note", 0));
    let workflow = format!("{contact}/workflow/{WORKFLOW}");
    vec![
        get(&tasks),
        post(&tasks, json!({"title": "Call", "dueDate": "2026-11-20", "completed": false})),
        get(format!("{tasks}/{task}")),
        put(format!("{tasks}/{task}"), json!({"title": "Call back"})),
        put(format!("{tasks}/{task}/completed"), json!({"completed": true})),
        delete(format!("{tasks}/{}", id("task", 1))),
        get(&notes),
        post(&notes, json!({"body": "Has a dog"})),
        get(format!("{notes}/{note}")),
        put(format!("{notes}/{note}"), json!({"body": "Has two dogs"})),
        delete(format!("{notes}/{}", id("contact note", 1))),
        post(format!("{contact}/tags"), json!({"tags": ["a"]})),
        ("DELETE", format!("{contact}/tags"), Some(json!({"tags": ["a"]}))),
        get(format!("{contact}/appointments")),
        post(&workflow, json!({})),
        delete(&workflow),
        get(&contact),
        put(&contact, json!({"city": "Bath"})),
        post("/contacts/search", json!({"locationId": "LOCATION", "pageLimit": 5})),
        get("/contacts/search/duplicate?locationId=LOCATION&email=rosa%40example.com"),
        post("/contacts/upsert", json!({"locationId": "LOCATION", "email": "a@example.com"})),
        post("/contacts/", json!({"locationId": "LOCATION", "email": "b@example.com"})),
        get("/contacts/?locationId=LOCATION"),
        delete(format!("/contacts/{}", id("contact", 100))),
    ]
}

fn conversations() -> Vec<Call> {
    vec![
        get("/conversations/search?locationId=LOCATION"),
        get(format!("/conversations/{CONVERSATION}/messages")),
        post("/conversations/messages", json!({"type": "SMS", "contactId": CONTACT, "message": "Hi"})),
        post("/conversations/", json!({"locationId": "LOCATION", "contactId": id("contact", 60)})),
        get(format!("/conversations/{CONVERSATION}")),
        put(format!("/conversations/{CONVERSATION}"), json!({"locationId": "LOCATION", "starred": true})),
        delete(format!("/conversations/{}", id("conversation", 5))),
    ]
}

fn locations() -> Vec<Call> {
    let (tags, values) = ("/locations/LOCATION/tags", "/locations/LOCATION/customValues");
    let (tag, value) = (id("tag", 0), id("custom value", 0));
    vec![
        get("/locations/LOCATION"),
        get("/locations/LOCATION/customFields"),
        get(tags),
        post(tags, json!({"name": "solar"})),
        get(format!("{tags}/{tag}")),
        put(format!("{tags}/{tag}"), json!({"name": "client"})),
        delete(format!("{tags}/{}", id("tag", 1))),
        get(values),
        post(values, json!({"name": "Slogan", "value": "Dry for decades"})),
        get(format!("{values}/{value}")),
        put(format!("{values}/{value}"), json!({"name": "Office hours", "value": "9 to 5"})),
        delete(format!("{values}/{}", id("custom value", 1))),
    ]
}

fn opportunities() -> Vec<Call> {
    let deal = json!({"pipelineId": PIPELINE, "locationId": "LOCATION", "name": "Porch roof", "status": "open",
        "contactId": id("contact", 50)});
    let upsert = json!({"id": OPPORTUNITY, "pipelineId": PIPELINE, "locationId": "LOCATION", "followers": [],
        "isRemoveAllFollowers": false, "followersActionType": "add"});
    vec![
        get("/opportunities/search?location_id=LOCATION"),
        get("/opportunities/pipelines?locationId=LOCATION"),
        post("/opportunities/", deal),
        post("/opportunities/upsert", upsert),
        get(format!("/opportunities/{OPPORTUNITY}")),
        put(format!("/opportunities/{OPPORTUNITY}"), json!({"status": "won"})),
        put(format!("/opportunities/{OPPORTUNITY}/status"), json!({"status": "lost"})),
        delete(format!("/opportunities/{}", id("opportunity", 1))),
    ]
}

/// The body of a new invoice, and with `items` renamed that of an update.
pub fn invoice_body() -> Value {
    json!({"altId": "LOCATION", "altType": "location", "name": "Gutters", "businessDetails": {"name": "Harbor Roofing"},
        "currency": "USD", "discount": {"type": "fixed", "value": 20}, "contactDetails": {"id": CONTACT},
        "items": [{"name": "Gutter cleaning", "currency": "USD", "amount": 95, "qty": 2}],
        "issueDate": "2026-11-16", "dueDate": "2026-11-30", "sentTo": {"email": ["rosa@example.com"]}, "liveMode": true})
}

fn money() -> Vec<Call> {
    let owner = "altId=LOCATION&altType=location";
    let with = |mut body: Value| {
        body["altId"] = "LOCATION".into();
        body["altType"] = "location".into();
        body
    };
    let update = with(json!({"name": "Seal", "currency": "USD", "issueDate": "2026-11-16", "dueDate": "2026-11-30",
        "invoiceItems": [{"name": "Seal", "currency": "USD", "amount": 240, "qty": 1}]}));
    let product = json!({"name": "Skylight", "locationId": "LOCATION", "productType": "PHYSICAL"});
    vec![
        get(format!("/payments/orders/{ORDER}?{owner}")),
        get(format!("/payments/transactions?{owner}")),
        get(format!("/invoices/?{owner}&limit=10&offset=0")),
        post("/invoices/", invoice_body()),
        get(format!("/invoices/generate-invoice-number?{owner}")),
        get(format!("/invoices/{INVOICE}?{owner}")),
        put(format!("/invoices/{INVOICE}"), update),
        post(format!("/invoices/{INVOICE}/send"), with(json!({"userId": USER, "action": "email", "liveMode": true}))),
        post(format!("/invoices/{INVOICE}/record-payment"), with(json!({"mode": "cash", "amount": 100}))),
        post(format!("/invoices/{}/void", hex_id("invoice", 3)), with(json!({}))),
        delete(format!("/invoices/{}?{owner}", hex_id("invoice", 5))),
        get("/products/?locationId=LOCATION"),
        post("/products/", product),
        get(format!("/products/{PRODUCT}?locationId=LOCATION")),
        get(format!("/products/{PRODUCT}/price?locationId=LOCATION")),
    ]
}

fn lists() -> Vec<Call> {
    vec![
        get("/workflows/?locationId=LOCATION"),
        get("/campaigns/?locationId=LOCATION"),
        get("/links/?locationId=LOCATION"),
        get("/forms/?locationId=LOCATION"),
        get("/forms/submissions?locationId=LOCATION"),
        get("/surveys/?locationId=LOCATION"),
        get("/businesses/?locationId=LOCATION"),
        get(format!("/businesses/{}", hex_id("business", 0))),
        post("/businesses/", json!({"name": "Stone & Sons", "locationId": "LOCATION"})),
    ]
}
