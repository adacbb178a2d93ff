//! Two pipelines and twenty-four opportunities: one for each of the first twenty-four contacts.

use serde_json::{Value, json};

use super::{contact_id, inspection_day, pick, user_id, well_known_or};
use crate::sandbox::LOCATION;
use crate::sandbox::clock::Calendar;
use crate::sandbox::store::text;
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{OPPORTUNITY, OPPORTUNITY_FIELD, PIPELINE, STAGE_INSPECTED, STAGE_PROPOSAL, id, uuid};

const COUNT: usize = 24;

pub fn pipelines() -> Vec<Value> {
    let roofing = ["New lead", "Inspected", "Proposal sent", "Scheduled", "Done"];
    let plans = ["Offered", "Accepted", "Closed won"];
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

pub fn opportunities(contacts: &[Value], days: &Calendar) -> Vec<Value> {
    (0..).zip(contacts).take(COUNT).map(|(number, contact)| opportunity(number, contact, days)).collect()
}

/// Every fourth is a maintenance plan.
fn is_plan(number: u32) -> bool {
    number % 4 == 3
}

/// The stage's position, which suits the status: a won deal has reached the last stage, a lost or abandoned one has not.
fn stage(number: u32, status: &str) -> u32 {
    let round = number / 8;
    match (status, is_plan(number)) {
        _ if number == 0 => 1,
        ("won", true) => 2,
        ("won", false) => pick(&[4, 3], round),
        (_, true) => pick(&[0, 1], round),
        ("open", false) => (number / 4 + number) % 4,
        (_, false) => pick(&[2, 1, 0], round),
    }
}

/// One a day, but for two that share their date. Rosa's was created when she called.
fn opportunity(number: u32, contact: &Value, days: &Calendar) -> Value {
    let is_plan = is_plan(number);
    let status = pick(&["open", "open", "won", "open", "lost", "open", "abandoned", "won"], number);
    let stage = stage(number, status);
    let (pipeline, stage) =
        if is_plan { (id("pipeline", 1), plan_stage(stage)) } else { (PIPELINE.to_owned(), roofing_stage(stage)) };
    let subject =
        if is_plan { "maintenance plan" } else { pick(&["residence roof", "garage roof", "gutters"], number) };
    let inspection = inspection_day(days);
    let created_day = match number {
        0 => inspection - 4,
        11 => -17,
        _ => (-27..0).nth(number as usize).unwrap_or(-1),
    };
    let changed_day = if number == 0 { inspection } else { created_day + 2 };
    let created = iso(days.at(created_day, 17, 0));
    let changed = iso(days.at(changed_day, 18, 0));
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
