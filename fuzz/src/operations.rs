//! The arguments of every operation of the catalogue.
//!
//! An input is a line with the operation and optionally `pinned`, then the arguments: a JSON object, or bytes from which one is
//! generated.

use leadconnector_mcp::catalogue::{BodyForm, Catalogue, Operation, Prepared};
use leadconnector_mcp::leadconnector::{LocationId, Request};
use serde_json::{Map, Value};

use super::arbitrary::Bytes;
use super::{check_path, head_and_rest};

/// The location of calls that are bound to one.
const PINNED: &str = "LOC";

/// The most text of a problem, in bytes. What shows problems to a model limits them further.
const MAX_PROBLEM: usize = 4 << 10;

/// The most notes, and the most text of one, in bytes.
const MAX_NOTES: usize = 11;
const MAX_NOTE: usize = 4 << 10;

/// How many bytes may be allocated per byte of a call, and in addition for any call.
const MAX_BYTES_PER_BYTE: u64 = 400;
const MAX_BYTES_PER_CALL: u64 = 8 << 20;

/// Reads arguments and builds the request.
pub fn check(input: &[u8]) {
    let (head, rest) = head_and_rest(input);
    let mut words = head.split(|byte| *byte == b' ');
    let operation = operation(words.next().unwrap_or_default());
    let pinned: Option<LocationId> = words.next().map(|_| PINNED.parse().expect("it is an id"));
    let names: Vec<String> = operation.parameters().iter().map(|shape| shape.argument().to_owned()).collect();
    let given: Map<String, Value> = serde_json::from_slice(rest).unwrap_or_else(|_| Bytes(rest).arguments(&names));
    let size = serde_json::to_vec(&given).map_or(0, |text| text.len() as u64);

    let mut result = None;
    let allocated = allocation_counter::measure(|| result = Some(operation.prepare(given, pinned.as_ref())));
    let most = MAX_BYTES_PER_BYTE * size + MAX_BYTES_PER_CALL;
    assert!(allocated.bytes_total <= most, "{size} bytes allocate {} bytes", allocated.bytes_total);
    match result.expect("it was measured") {
        Ok(Prepared { request, notes }) => {
            assert!(notes.len() <= MAX_NOTES && notes.iter().all(|note| note.len() <= MAX_NOTE), "{notes:?}");
            check_path(operation.path, &request);
            check_body(operation, &request);
            if pinned.is_some() {
                assert_eq!(request.location, pinned);
                check_location(&request);
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(error.argument.len() + error.problem.len() <= MAX_PROBLEM, "{error:?}");
            }
        }
    }
}

/// The operation of that name, or else one chosen by the first bytes.
fn operation(word: &[u8]) -> &'static Operation {
    let catalogue = Catalogue::published();
    let by_name = std::str::from_utf8(word).ok().and_then(|name| catalogue.find(name));
    let byte = |index: usize| usize::from(word.get(index).copied().unwrap_or_default());
    by_name.unwrap_or_else(|| &catalogue.operations()[(byte(0) * 256 + byte(1)) % catalogue.operations().len()])
}

/// A body is there if the operation has one, and has its form.
fn check_body(operation: &Operation, request: &Request) {
    assert_eq!(request.body.is_some(), operation.body.is_some());
    let (Some(body), Some(form)) = (&request.body, operation.body) else { return };
    match form {
        BodyForm::Json => drop(serde_json::from_slice::<Map<String, Value>>(body).expect("the body is an object")),
        BodyForm::Bare => drop(serde_json::from_slice::<Value>(body).expect("the body is JSON")),
        BodyForm::Form => assert!(body.is_ascii()),
        BodyForm::Multipart => assert!(body.ends_with(b"--\r\n")),
    }
}

/// No other location is named in the query, or in the body under the API's own names.
fn check_location(request: &Request) {
    for (name, value) in form_urlencoded::parse(request.query.as_bytes()) {
        assert!(
            !["locationId", "location_id", "altId"].contains(&name.as_ref()) || value == PINNED,
            "{}",
            request.query
        );
    }
    if let Some(Ok(body)) = request.body.as_ref().map(|body| serde_json::from_slice::<Value>(body)) {
        check_fields(&body, &body);
    }
}

fn check_fields(value: &Value, body: &Value) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| check_fields(element, body)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_foreign = |text: &str| !text.trim_matches([',', ' ']).is_empty() && text.trim() != PINNED;
                let named = ["locationId", "location_id"].contains(&name.as_str());
                assert!(!named || !value.as_str().is_some_and(is_foreign), "{body}");
                check_fields(value, body);
            }
        }
        _ => {}
    }
}
