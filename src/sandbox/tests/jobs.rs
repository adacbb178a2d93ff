//! Everyday jobs from the first call to the last, on one sandbox.

use serde_json::{Value, json};

use super::{Client, column};
use crate::sandbox::well_known::{PIPELINE, id};

/// A client at work for one contact.
struct Job {
    client: Client,
    contact: String,
}

impl Job {
    async fn get(&self, path: &str) -> Value {
        self.client.get(path).await.ok()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.client.post(path, body).await.ok()
    }

    async fn user(&self) -> String {
        let users = self.get("/users/?locationId=LOCATION").await;
        column(&users["users"], "id")[0].to_owned()
    }
}

#[tokio::test]
async fn a_day_at_the_office() {
    let client = Client::new();
    let new = json!({"locationId": "LOCATION", "firstName": "Ada", "lastName": "Quinn", "email": "ada@example.com"});
    let contact = client.post("/contacts/", new).await.ok()["contact"]["id"].as_str().unwrap().to_owned();
    let job = Job { client, contact };
    book_the_next_free_slot(&job).await;
    note_and_task(&job).await;
    win_a_deal(&job).await;
    bill(&job).await;
    organize(&job).await;
    job.client.delete(&format!("/contacts/{}", job.contact), json!({})).await.ok();
    let found = job.get("/contacts/search/duplicate?locationId=LOCATION&email=ada%40example.com").await;
    assert_eq!(found["contact"], Value::Null);
}

async fn book_the_next_free_slot(job: &Job) {
    let calendars = job.get("/calendars/?locationId=LOCATION").await;
    let calendar = column(&calendars["calendars"], "id")[0];
    let path = format!("/calendars/{calendar}/free-slots?startDate=1794834000000&endDate=1795438800000");
    let slots = || job.get(&path);
    let next = slots().await.as_object().unwrap().values().next().unwrap()["slots"][0].clone();
    let body = json!({"calendarId": calendar, "locationId": "LOCATION", "contactId": job.contact, "startTime": next});
    let booked = job.post("/calendars/events/appointments", body).await;
    let is_free =
        slots().await.as_object().unwrap().values().any(|day| day["slots"].as_array().unwrap().contains(&next));
    assert!(!is_free, "{next}");
    let own = job.get(&format!("/contacts/{}/appointments", job.contact)).await;
    assert_eq!(own["events"], json!([booked]));
}

async fn note_and_task(job: &Job) {
    let contact = format!("/contacts/{}", job.contact);
    job.post(&format!("{contact}/notes"), json!({"body": "Wants slate"})).await;
    let task =
        json!({"title": "Send samples", "dueDate": "2026-11-18", "completed": false, "assignedTo": job.user().await});
    let task = job.post(&format!("{contact}/tasks"), task).await["task"]["id"].as_str().unwrap().to_owned();
    job.client.put(&format!("{contact}/tasks/{task}/completed"), json!({"completed": true})).await.ok();
    assert_eq!(column(&job.get(&format!("{contact}/notes")).await["notes"], "body"), ["Wants slate"]);
    assert_eq!(job.get(&format!("{contact}/tasks")).await["tasks"][0]["completed"], true);
}

async fn win_a_deal(job: &Job) {
    let deal = json!({"pipelineId": PIPELINE, "locationId": "LOCATION", "name": "Quinn roof", "status": "open",
        "contactId": job.contact, "monetaryValue": 5200});
    let deal = job.post("/opportunities/", deal).await["opportunity"]["id"].as_str().unwrap().to_owned();
    let path = format!("/opportunities/{deal}");
    job.client.put(&format!("{path}/status"), json!({"status": "won"})).await.ok();
    let search = || job.get("/opportunities/search?location_id=LOCATION&status=won&limit=100");
    assert!(column(&search().await["opportunities"], "id").contains(&deal.as_str()));
    job.client.delete(&path, json!({})).await.ok();
    assert!(!column(&search().await["opportunities"], "id").contains(&deal.as_str()));
}

async fn bill(job: &Job) {
    let mut invoice = super::calls::invoice_body();
    invoice["contactDetails"] = json!({"id": job.contact});
    invoice["sentTo"] = json!({"email": []});
    let invoice = job.post("/invoices/", invoice).await["_id"].as_str().unwrap().to_owned();
    let request = json!({"altId": "LOCATION", "altType": "location", "userId": job.user().await, "action": "email",
        "liveMode": true});
    let sent = job.post(&format!("/invoices/{invoice}/send"), request).await;
    assert_eq!((&sent["invoice"]["status"], &sent["emailData"]["to"]), (&json!("sent"), &json!(["ada@example.com"])));
    let pay = json!({"altId": "LOCATION", "altType": "location", "mode": "bank_transfer"});
    job.post(&format!("/invoices/{invoice}/record-payment"), pay).await;
    let path = format!("/payments/transactions?altId=LOCATION&altType=location&contactId={}", job.contact);
    assert_eq!(job.get(&path).await["data"][0]["amount"], 170);
}

async fn organize(job: &Job) {
    job.post("/locations/LOCATION/tags", json!({"name": "slate"})).await;
    job.post(&format!("/contacts/{}/tags", job.contact), json!({"tags": ["slate"]})).await;
    let tags = job.get("/locations/LOCATION/tags").await;
    assert_eq!(column(&tags["tags"], "name").iter().filter(|name| **name == "slate").count(), 1);
    let value = json!({"name": "Slate supplier", "value": "Quarry Lane 4"});
    job.post("/locations/LOCATION/customValues", value).await;
    let values = job.get("/locations/LOCATION/customValues").await;
    assert!(column(&values["customValues"], "value").contains(&"Quarry Lane 4"));

    let workflows = job.get("/workflows/?locationId=LOCATION").await;
    let workflow = column(&workflows["workflows"], "id")[0];
    let path = format!("/contacts/{}/workflow/{workflow}", job.contact);
    assert_eq!(job.post(&path, json!({})).await, json!({"succeded": true}));
    job.client.delete(&path, json!({})).await.ok();
    // Another contact is in no workflow.
    job.client.delete(&format!("/contacts/{}/workflow/{workflow}", id("contact", 9)), json!({})).await.error(400);
}
