//! What belongs to a contact: notes, tasks, appointments, workflows; and how it is deleted.

use serde_json::json;

use super::{Client, column};
use crate::sandbox::well_known::{APPOINTMENT, CONTACT, CONVERSATION, OPPORTUNITY, USER, WORKFLOW, id, uuid};

#[tokio::test]
async fn a_note_is_created_changed_and_deleted() {
    let client = Client::new();
    let notes = format!("/contacts/{CONTACT}/notes");
    let created = client.post(&notes, json!({"body": "Has a dog", "userId": USER})).await;
    assert_eq!(created.status, 201);
    let note = created.ok()["note"].take();
    assert_eq!((&note["contactId"], &note["dateAdded"]), (&json!(CONTACT), &json!("2026-11-16T14:00:01.000Z")));
    let path = format!("{notes}/{}", note["id"].as_str().unwrap());
    let listed = client.get(&notes).await.ok();
    assert_eq!(listed["notes"][0], note, "newest first");
    assert_eq!(listed["notes"].as_array().unwrap().len(), 3);
    client.put(&path, json!({"body": "Has two dogs", "pinned": true})).await.ok();
    let read = client.get(&path).await.ok();
    assert_eq!((&read["note"]["body"], &read["note"]["userId"]), (&json!("Has two dogs"), &json!(USER)));
    assert_eq!(client.delete(&path, json!({})).await.ok(), json!({"succeded": true}));
    client.get(&path).await.error(400);
    assert_eq!(client.get(&notes).await.ok()["notes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_note_needs_a_body_and_its_contact() {
    let client = Client::new();
    let notes = format!("/contacts/{CONTACT}/notes");
    assert_eq!(client.post(&notes, json!({})).await.error(422), "body should not be empty");
    assert_eq!(client.post(&notes, json!({"body": 1})).await.error(422), "body must be a string");
    client.post(&notes, json!({"body": "x", "userId": "unknown"})).await.error(400);
    client.post("/contacts/unknown/notes", json!({"body": "x"})).await.error(400);
    let others = format!("/contacts/{}/notes/{}", id("contact", 1), id("contact note", 0));
    client.get(&others).await.error(400);
    client.delete(&others, json!({})).await.error(400);
    client.get(&format!("{notes}/{}", id("contact note", 0))).await.ok();
}

#[tokio::test]
async fn a_task_is_created_completed_and_deleted() {
    let client = Client::new();
    let tasks = format!("/contacts/{CONTACT}/tasks");
    let body = json!({"title": "Call", "dueDate": "2026-11-20T10:00:00-05:00", "completed": false, "assignedTo": USER});
    let created = client.post(&tasks, body).await;
    assert_eq!(created.status, 201);
    let task = created.ok()["task"].take();
    assert_eq!(task["dueDate"], "2026-11-20T15:00:00.000Z");
    let path = format!("{tasks}/{}", task["id"].as_str().unwrap());
    assert_eq!(client.put(&path, json!({"title": "Call back"})).await.ok()["task"]["completed"], false);
    assert_eq!(client.put(&format!("{path}/completed"), json!({})).await.error(422), "completed should not be empty");
    client.put(&format!("{path}/completed"), json!({"completed": true})).await.ok();
    let read = client.get(&path).await.ok()["task"].take();
    assert_eq!((&read["title"], &read["completed"]), (&json!("Call back"), &json!(true)));
    assert!(client.get(&tasks).await.ok()["tasks"].as_array().unwrap().contains(&read));
    client.delete(&path, json!({})).await.ok();
    client.get(&path).await.error(400);
}

#[tokio::test]
async fn a_task_needs_a_title_a_date_and_known_ids() {
    let client = Client::new();
    let tasks = format!("/contacts/{CONTACT}/tasks");
    let message = client.post(&tasks, json!({"dueDate": "soon"})).await.error(422);
    assert_eq!(
        message,
        "title should not be empty; dueDate must be a valid ISO 8601 date string; completed should not be empty"
    );
    let body = json!({"title": "x", "dueDate": "2026-11-20", "completed": false, "assignedTo": "unknown"});
    client.post(&tasks, body).await.error(400);
    client.put(&format!("{tasks}/unknown/completed"), json!({"completed": true})).await.error(400);
    client.get(&format!("/contacts/{}/tasks/{}", id("contact", 1), id("task", 0))).await.error(400);
}

#[tokio::test]
async fn appointments_of_a_contact_are_its_own() {
    let client = Client::new();
    let events = client.get(&format!("/contacts/{CONTACT}/appointments")).await.ok()["events"].take();
    assert!(column(&events, "id").contains(&APPOINTMENT));
    assert!(column(&events, "contactId").iter().all(|id| *id == CONTACT));
    client.get("/contacts/unknown/appointments").await.error(400);
}

#[tokio::test]
async fn a_contact_enters_a_published_workflow_and_leaves_it_once() {
    let client = Client::new();
    let path = format!("/contacts/{CONTACT}/workflow/{WORKFLOW}");
    assert!(client.delete(&path, json!({})).await.error(400).contains("not in this workflow"));
    client.post(&path, json!({"eventStartTime": "2026-11-20T10:00:00-05:00"})).await.ok();
    client.post(&path, json!({})).await.ok();
    client.delete(&path, json!({})).await.ok();
    client.delete(&path, json!({})).await.error(400);
    let draft = format!("/contacts/{CONTACT}/workflow/{}", uuid("workflow", 3));
    assert!(client.post(&draft, json!({})).await.error(400).contains("draft"));
    client.post(&format!("/contacts/{CONTACT}/workflow/unknown"), json!({})).await.error(400);
    client.post(&format!("/contacts/unknown/workflow/{WORKFLOW}"), json!({})).await.error(400);
    assert!(client.post(&path, json!({"eventStartTime": "soon"})).await.error(422).starts_with("eventStartTime"));
}

#[tokio::test]
async fn a_duplicate_is_found_by_email_or_number() {
    let client = Client::new();
    let find = async |query: &str| client.get(&format!("/contacts/search/duplicate?locationId=LOCATION&{query}")).await;
    assert_eq!(find("email=ROSA%40example.com").await.ok()["contact"]["id"], CONTACT);
    assert_eq!(find("number=%2B1%20888%20555%200101").await.ok()["contact"]["id"], CONTACT);
    assert_eq!(find("email=nobody%40example.com").await.ok(), json!({"contact": null}));
    assert_eq!(find("").await.error(422), "either of number or email is required");
}

#[tokio::test]
async fn a_deleted_contact_takes_what_belongs_to_it_along() {
    let client = Client::new();
    client.delete(&format!("/contacts/{CONTACT}"), json!({})).await.ok();
    for path in [
        format!("/contacts/{CONTACT}"),
        format!("/contacts/{CONTACT}/notes"),
        format!("/conversations/{CONVERSATION}"),
        format!("/opportunities/{OPPORTUNITY}"),
        format!("/calendars/events/appointments/{APPOINTMENT}"),
    ] {
        client.get(&path).await.error(400);
    }
    client.delete(&format!("/contacts/{CONTACT}"), json!({})).await.error(400);
    let found = client.get("/contacts/?locationId=LOCATION&query=rosa%40").await.ok();
    assert_eq!(found["meta"]["total"], 0);
    // Bookkeeping stays.
    let paid = client.get("/payments/transactions?altId=LOCATION&altType=location&search=rosa").await.ok();
    assert_eq!(paid["totalCount"], 1);
}
