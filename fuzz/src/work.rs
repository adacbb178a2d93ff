//! The work that a call's arguments cause must be linear in their size.
//!
//! An input is a line with the tool and a line with a count, then the text before, of and after the repeated part of the
//! arguments, a line each. `#` in the repeated part becomes its index, so that few bytes describe large and expensive calls.
//!
//! The measure is the thread's allocations: everything expensive here (trees, copies, comparisons, error messages) allocates
//! in every step. Time is a weaker measure, and differs between machines.

use std::sync::LazyLock;

use axum::Router;
use http::{HeaderName, HeaderValue, Uri};
use leadconnector_mcp::tools::{CustomFieldDefinitions, ToolRegistry, ToolResult};
use serde_json::{Map, Value, json};

use super::post::{gateway, headers, post};
use super::{head_and_rest, tool};

/// The largest call, in bytes: the default limit on a request.
const MAX_BYTES: usize = 1 << 20;

/// How many bytes may be allocated per byte of a call, and in addition for any call. A tree takes up to 40 per byte, and
/// rmcp and the reading of arguments build several.
const MAX_BYTES_PER_BYTE: u64 = 400;
const MAX_BYTES_PER_CALL: u64 = 8 << 20;

/// How many allocations there may be per byte of a call, and in addition for any call: comparing a name with the definitions
/// takes some for each definition, and is done for a few names only.
const MAX_ALLOCATIONS_PER_BYTE: u64 = 4;
const MAX_ALLOCATIONS_PER_CALL: u64 = 80_000;

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

/// As many definitions as the largest location has.
static DEFINITIONS: LazyLock<CustomFieldDefinitions> = LazyLock::new(|| {
    let field = |index: usize| json!({ "id": format!("f{index}"), "name": format!("Lead score {index}"), "fieldKey": format!("contact.lead_score_{index}"), "model": "contact" });
    serde_json::from_value(json!({ "customFields": (0..2_000).map(field).collect::<Value>() }))
        .expect("the definitions are valid")
});

thread_local! {
    static GATEWAY: Router = gateway(|_| {});
}

/// Makes a call, once over HTTP and once with resolved custom fields.
pub fn check(input: &[u8]) {
    let (head, rest) = head_and_rest(input);
    let (number, rest) = head_and_rest(rest);
    let (before, rest) = head_and_rest(rest);
    let (unit, after) = head_and_rest(rest);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
    let number: usize = text(number).parse().unwrap_or(1);
    let (before, unit, after) = (text(before), text(unit), text(after));
    let mut arguments = before;
    for index in 0..number {
        if arguments.len() + unit.len() + after.len() > MAX_BYTES {
            break;
        }
        arguments.push_str(if index > 0 { "," } else { "" });
        arguments.push_str(&unit.replace('#', &index.to_string()));
    }
    arguments.push_str(&after);
    let tool = tool(&REGISTRY, head);

    let params = format!(r#"{{"name":"{}","arguments":{arguments}}}"#, tool.name);
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#).into_bytes();
    let size = body.len() as u64;
    GATEWAY.with(|router| {
        let mut headers = headers();
        headers.insert(HeaderName::from_static("locationid"), HeaderValue::from_static("LOC"));
        assert_linear("over HTTP", size, || drop(post(router, Uri::from_static("/mcp"), headers, body)));
    });

    let Ok(given) = serde_json::from_str::<Map<String, Value>>(&arguments) else { return };
    LazyLock::force(&DEFINITIONS);
    assert_linear("with definitions", size, || {
        let mut arguments = tool.read(given, Some(&"LOC".parse().expect("it is an id")));
        if arguments.needs_custom_field_lookup() {
            arguments.resolve_custom_fields(tool.custom_field_model(), &DEFINITIONS);
        }
        if let Err(problems) = tool.prepare(arguments) {
            drop(ToolResult::invalid_arguments(&problems));
        }
    });
}

fn assert_linear(what: &str, size: u64, run: impl FnOnce()) {
    let allocated = allocation_counter::measure(run);
    let (bytes, count) =
        (MAX_BYTES_PER_BYTE * size + MAX_BYTES_PER_CALL, MAX_ALLOCATIONS_PER_BYTE * size + MAX_ALLOCATIONS_PER_CALL);
    assert!(allocated.bytes_total <= bytes, "{what}: {size} bytes allocate {} bytes", allocated.bytes_total);
    assert!(allocated.count_total <= count, "{what}: {size} bytes make {} allocations", allocated.count_total);
}
