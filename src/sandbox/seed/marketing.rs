//! Workflows, campaigns, links, forms with submissions, surveys and businesses.

use serde_json::{Value, json};

use super::DAYS;
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::contacts::record;
use crate::sandbox::store::text;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{WORKFLOW, hex_id, id, uuid};

/// How many of the contacts who came by the form have their submission here.
const SUBMISSIONS: usize = 6;

pub fn workflows(days: &Calendar) -> Vec<Value> {
    let workflows = [
        ("New lead nurture", "published"),
        ("Review request", "published"),
        ("Appointment reminder", "published"),
        ("Storm damage follow-up", "draft"),
    ];
    let created = iso(days.at(-DAYS, 9, 0));
    let workflows = (0..).zip(workflows).map(|(number, (name, status))| {
        json!({
            "id": if number == 0 { WORKFLOW.to_owned() } else { uuid("workflow", number) },
            "name": name,
            "status": status,
            "version": 2,
            "createdAt": created,
            "updatedAt": created,
            "locationId": LOCATION,
        })
    });
    workflows.collect()
}

pub fn campaigns() -> Vec<Value> {
    let campaigns = (0..).zip([("Spring gutters", "published"), ("Winter offer", "draft")]);
    let campaigns = campaigns.map(|(number, (name, status))| {
        json!({ "id": id("campaign", number), "name": name, "status": status, "locationId": LOCATION })
    });
    campaigns.collect()
}

pub fn links() -> Vec<Value> {
    let links = [("Leave a review", "review"), ("Book an inspection", "book"), ("Gutter brochure", "gutters.pdf")];
    let links = (0..).zip(links).map(|(number, (name, page))| {
        let id = id("link", number);
        json!({
            "id": id,
            "name": name,
            "redirectTo": format!("https://harbor-roofing.example/{page}"),
            "fieldKey": format!("{{{{trigger_link.{id}}}}}"),
            "locationId": LOCATION,
        })
    });
    links.collect()
}

pub fn forms() -> Vec<Value> {
    named("form", &["Ask for an inspection", "Contact us"])
}

pub fn surveys() -> Vec<Value> {
    named("survey", &["After the work"])
}

fn named(kind: &str, names: &[&str]) -> Vec<Value> {
    let names = (0..).zip(names);
    names.map(|(number, name)| json!({ "id": id(kind, number), "name": name, "locationId": LOCATION })).collect()
}

/// The forms by which contacts were added.
pub fn form_submissions(contacts: &[Value]) -> Vec<Value> {
    let by_form = contacts.iter().filter(|contact| contact["source"] == "website form").take(SUBMISSIONS);
    let submissions = (0..).zip(by_form).map(|(number, contact)| {
        json!({
            "id": id("submission", number),
            "contactId": contact["id"],
            "createdAt": contact["dateAdded"],
            "formId": id("form", number % 2),
            "name": record::name(contact),
            "email": contact["email"],
            "others": { "city": contact["city"], "phone": contact["phone"] },
        })
    });
    submissions.collect()
}

/// The businesses of the first three contacts who have one.
pub fn businesses(contacts: &[Value]) -> Vec<Value> {
    let with_business = contacts.iter().filter(|contact| contact["companyName"].is_string()).take(3);
    let businesses = (0..).zip(with_business).map(|(number, contact)| {
        json!({
            "id": hex_id("business", number),
            "name": text(contact, "companyName"),
            "website": contact["website"],
            "city": contact["city"],
            "country": contact["country"],
            "locationId": LOCATION,
            "createdAt": contact["dateAdded"],
            "updatedAt": contact["dateAdded"],
        })
    });
    businesses.collect()
}
