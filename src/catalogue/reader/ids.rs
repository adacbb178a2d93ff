//! Values of path parameters: ids, and the few others.

use serde::Deserialize;
use serde_json::Value;

use super::at::At;
use super::names;
use super::problems::Problems;
use crate::catalogue::operation::Operation;
use crate::catalogue::shape::{Place, Shape, Type};
use crate::leadconnector::field::{Id, NOT_AN_ID};
use crate::leadconnector::path;
use crate::text::tokens::contains_token;

/// The one id in the path other than the location's, which a call may name `id`.
pub fn own_id(operation: &'static Operation) -> Option<usize> {
    let parameters = operation.parameters().iter().enumerate();
    let mut ids = parameters.filter(|(_, shape)| is_id(shape) && shape.name != "locationId");
    let (index, _) = ids.next()?;
    ids.next().is_none().then_some(index)
}

/// Whether a parameter is an id in the path.
fn is_id(shape: &Shape) -> bool {
    let name = shape.name.as_str();
    let ends_as_id = ["Id", "ID", "_id"].iter().any(|end| name.ends_with(end)) || name == "id";
    shape.place == Some(Place::Path) && shape.kind == Type::String && ends_as_id
}

/// Parameters outside the path that hold the API's own ids, in every operation. Others that end in `Id` may be another system's.
const OWN_IDS: [&str; 12] = [
    "contactId",
    "userId",
    "assignedTo",
    "assignedUserId",
    "calendarId",
    "conversationId",
    "opportunityId",
    "pipelineId",
    "pipelineStageId",
    "workflowId",
    "invoiceId",
    "appointmentId",
];

/// Lists of the API's own ids.
const OWN_ID_LISTS: [&str; 5] = ["followers", "contactIds", "userIds", "calendarIds", "assignedUserIds"];

/// Checks an id, a list of ids, or another value that goes into the path.
pub fn check(shape: &Shape, value: Option<&Value>, at: &At<'_>, problems: &mut Problems) {
    let Some(value) = value else { return };
    if let (Value::Array(elements), true) = (value, OWN_ID_LISTS.contains(&shape.name.as_str())) {
        for (index, element) in elements.iter().enumerate().filter(|(_, element)| element.is_string()) {
            if problems.too_many() {
                return;
            }
            if let Err(error) = Id::deserialize(element) {
                problems.add(&at.element(index), || format!("is wrong: {error}"));
            }
        }
        return;
    }
    let is_own = OWN_IDS.contains(&shape.name.as_str()) && shape.kind == Type::String && value != "";
    if shape.place != Some(Place::Path) && !is_own {
        return;
    }
    if is_id(shape) || is_own {
        // The problem does not repeat a token, and is short: an id that is too long is not repeated either.
        if let Err(error) = Id::deserialize(value) {
            return problems.add(at, || format!("is wrong: {error}"));
        }
        if value.as_str().is_some_and(|text| is_placeholder(text, &shape.name)) {
            problems.add(at, || format!("is wrong: {NOT_AN_ID}: it is a placeholder, replace it with the id"));
        }
    } else if let Some(text) = value.as_str() {
        if let Some(problem) = path::segment_problem(text) {
            problems.add(at, || problem.to_owned());
        } else if text.contains(['/', '\\', '%']) {
            // Percent-encoded it stays in its segment; but a proxy on the way may decode it.
            problems.add(at, || "must not contain `/`, `\\` or `%`".to_owned());
        } else if contains_token(text.as_bytes()) {
            problems.add(at, || "contains a token, which must not stand in a URL".to_owned());
        }
    }
}

/// Whether text stands for an id that was never filled in: `{contactId}`, `<id>`, `YOUR_CONTACT_ID`, `contact_id`.
fn is_placeholder(text: &str, name: &str) -> bool {
    const MARKS: [char; 12] = ['{', '}', '<', '>', '[', ']', '$', '"', '\'', '`', '*', '|'];
    let word: String = names::folded(text).collect();
    let is_example = word.starts_with("your") && word.ends_with("id");
    let is_blank = word.len() >= 3 && word.bytes().all(|byte| byte == b'x');
    text.contains(MARKS) || is_example || is_blank || names::same(text, name)
}
