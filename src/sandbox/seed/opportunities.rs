//! Two pipelines and twenty-four opportunities: one for each of the first twenty-four contacts.

use serde_json::{Value, json};

use super::{contact_id, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::store::text;
use crate::sandbox::time::{iso, november};
use crate::sandbox::well_known::{OPPORTUNITY, OPPORTUNITY_FIELD, PIPELINE, STAGE_INSPECTED, STAGE_PROPOSAL, id, uuid};

const COUNT: usize = 24;

pub fn pipelines() -> Vec<Value> {
    let roofing = ["New lead", "Inspected", "Proposal sent", "Scheduled", "Done"];
    let plans = ["Offered", "Trial year", "Renewing"];
    vec![
        pipeline(PIPELINE, "Roofing projects", &roofing, roofing_stage),
        pipeline(&id("pipeline", 1), "Maintenance plans", &plans, plan_stage),
    ]
}

fn pipeline(id: &str, name: &str, stages: &[&str], stage_id: fn(u32) -> String) -> Value {
    let stages: Vec<Value> = (0..)
        .zip(stages)
        .map(|(position, name)| {
            json!({
                "id": stage_id(position),
                "name": name,
                "position": position,
                "showInFunnel": true,
                "showInPieChart": true,
            })
        })
        .collect();
    json!({
        "id": id,
        "name": name,
        "stages": stages,
        "showInFunnel": true,
        "showInPieChart": true,
        "locationId": LOCATION,
    })
}

fn roofing_stage(position: u32) -> String {
    match position {
        1 => STAGE_INSPECTED.to_owned(),
        2 => STAGE_PROPOSAL.to_owned(),
        _ => uuid("roofing stage", position),
    }
}

fn plan_stage(position: u32) -> String {
    uuid("plan stage", position)
}

pub fn opportunities(contacts: &[Value]) -> Vec<Value> {
    (0..).zip(contacts).take(COUNT).map(|(number, contact)| opportunity(number, contact)).collect()
}

/// Three days apart, newest first, but for two that share their date. Every fourth is about a maintenance plan.
fn opportunity(number: u32, contact: &Value) -> Value {
    let is_plan = number % 4 == 3;
    let (pipeline, stage) = if is_plan {
        (id("pipeline", 1), plan_stage(number / 4 % 3))
    } else if number == 0 {
        (PIPELINE.to_owned(), STAGE_INSPECTED.to_owned())
    } else {
        (PIPELINE.to_owned(), roofing_stage(number % 5))
    };
    let subject =
        if is_plan { "maintenance plan" } else { pick(&["residence roof", "garage roof", "gutters"], number) };
    let status = pick(&["open", "open", "won", "open", "lost", "open", "abandoned", "won"], number);
    let age = 3 * i64::from(if number == 11 { 10 } else { number });
    let created = iso(november(3 - age, 17, 0));
    let changed = iso(november(5 - age, 9, 0));
    json!({
        "id": well_known_or("opportunity", number, OPPORTUNITY),
        "name": format!("{} {subject}", text(contact, "lastName")),
        "monetaryValue": if is_plan { 480 } else { 2_400 + 350 * number },
        "pipelineId": pipeline,
        "pipelineStageId": stage,
        "assignedTo": user_id(number),
        "status": status,
        "source": contact["source"],
        "lastStatusChangeAt": if status == "open" { &created } else { &changed },
        "lastStageChangeAt": changed,
        "lastActionDate": changed,
        "indexVersion": "1",
        "createdAt": created,
        "updatedAt": changed,
        "contactId": contact_id(number),
        "locationId": LOCATION,
        "customFields": [{ "id": OPPORTUNITY_FIELD, "fieldValue": 60 + 5 * number }],
        "followers": [],
    })
}
