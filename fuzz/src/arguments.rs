//! The arguments of every tool.
//!
//! An input is a line with the tool and optionally `pinned`, then the arguments: a JSON object, or bytes from which one is
//! generated.

use std::sync::LazyLock;

use leadconnector_mcp::leadconnector::{LocationId, LocationIn, Request};
use leadconnector_mcp::tools::{CustomFieldDefinitions, InvalidArguments, Tool, ToolRegistry, ToolResult};
use serde_json::{Map, Value, json};

use super::arbitrary::Bytes;
use super::{check_path, head_and_rest, is_json, tool};

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

static DEFINITIONS: LazyLock<CustomFieldDefinitions> = LazyLock::new(|| {
    serde_json::from_value(json!({ "customFields": [
        { "id": "f1", "name": "Lead score", "fieldKey": "contact.lead_score", "model": "contact" },
        { "id": "f2", "name": "Twin", "fieldKey": "contact.twin_a", "model": "contact" },
        { "id": "f3", "name": "Twin", "fieldKey": "contact.twin_b", "model": "contact" },
        { "id": "o1", "name": "Lead score", "fieldKey": "opportunity.lead_score", "model": "opportunity" },
    ] }))
    .expect("the definitions are valid")
});

/// The longest error result, in bytes: a model reads it.
const MAX_ERROR_BYTES: usize = 8 << 10;

/// Reads arguments and builds the request, like a call does.
pub fn check(input: &[u8]) {
    let (head, rest) = head_and_rest(input);
    let mut words = head.split(|byte| *byte == b' ');
    let tool = tool(&REGISTRY, words.next().unwrap_or_default());
    let pinned: Option<LocationId> = words.next().map(|_| "LOC".parse().expect("it is an id"));
    let given: Map<String, Value> =
        serde_json::from_slice(rest).unwrap_or_else(|_| Bytes(rest).arguments(tool.arguments()));

    match prepare(tool, given, pinned.as_ref()) {
        Ok(request) => {
            check_path(tool.endpoint.path, &request);
            check_location(&request, pinned.as_ref());
        }
        Err(problems) => {
            assert!(!problems.0.is_empty());
            let error = ToolResult::invalid_arguments(&problems).text;
            assert!(is_json(error.as_bytes()) && error.len() <= MAX_ERROR_BYTES, "{} bytes: {error}", error.len());
        }
    }
}

fn prepare(tool: &Tool, given: Map<String, Value>, pinned: Option<&LocationId>) -> Result<Request, InvalidArguments> {
    let mut arguments = tool.read(given, pinned);
    if arguments.needs_custom_field_lookup() {
        tool.prepare(arguments.without_custom_fields())?;
        arguments.resolve_custom_fields(tool.custom_field_model(), &DEFINITIONS);
    }
    tool.prepare(arguments).map(|call| call.request)
}

/// All occurrences of the location agree with each other, and with the pinned location if there is one.
fn check_location(request: &Request, pinned: Option<&LocationId>) {
    if pinned.is_some() {
        assert_eq!(request.location.as_ref(), pinned);
    }
    let expected = request.location.as_ref().map(LocationId::as_str);
    let names = |name: &str| ["locationId", "location_id", "altId"].contains(&name);
    for (name, value) in form_urlencoded::parse(request.query.as_bytes()) {
        assert!(!names(&name) || Some(value.as_ref()) == expected, "{}", request.query);
    }
    if let Some(body) = &request.body {
        let body: Map<String, Value> = serde_json::from_slice(body).expect("the body is an object");
        for (name, value) in &body {
            assert!(!names(name) || value.as_str() == expected, "{body:?}");
        }
    }
    assert_eq!(request.body.is_some(), request.endpoint.writes());
    if request.endpoint.location == LocationIn::Path {
        assert!(request.path.split('/').any(|segment| Some(segment) == expected), "{}", request.path);
    }
}
