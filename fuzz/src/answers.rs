//! Responses of the API.
//!
//! An input is a line with the tool, the status, the limit on results and `fields`; the rest is the body.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use leadconnector_mcp::leadconnector::Response;
use leadconnector_mcp::leadconnector::rate_limit_headers::Limit;
use leadconnector_mcp::mcp::convert;
use leadconnector_mcp::tools::{PreparedCall, Tool, ToolRegistry, ToolResult};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{head_and_rest, is_json, tool};

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

/// How many bytes a result over the limit may have beyond it, for its advice on how to get a smaller one.
const MAX_ADVICE: usize = 8 << 10;

/// Converts a response into a tool result, like a call does.
pub fn check(input: &[u8]) {
    let (head, body) = head_and_rest(input);
    let mut words = head.splitn(4, |byte| *byte == b' ');
    let tool = tool(&REGISTRY, words.next().unwrap_or_default());
    let mut number = || words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse::<u16>().ok());
    let status = number().and_then(|number| StatusCode::from_u16(number).ok()).unwrap_or_default();
    let limit = usize::from(number().unwrap_or_default());
    let fields = words.next().map(|word| String::from_utf8_lossy(word).into_owned());
    // Invalid `fields` are rejected before anything is sent.
    let call =
        fields.and_then(|fields| call(tool, Some(fields))).or_else(|| call(tool, None)).expect("it is a valid call");

    let reached = status == StatusCode::TOO_MANY_REQUESTS;
    let response = Response {
        status,
        content_type: None,
        body: Bytes::copy_from_slice(body),
        retry_after: reached.then(|| Duration::from_millis(limit as u64)),
        limit: reached.then_some(Limit::Burst),
        outcome_unknown: limit % 2 == 1,
    };
    let result = ToolResult::from_response(&call, Ok(response));
    check_result(&call, &result, status, body);
    let size = result.text.len();
    let limited = result.limited(&call, limit);
    assert!(is_json(limited.text.as_bytes()), "{}", limited.text);
    let max = if limit == 0 { size } else { limit + MAX_ADVICE };
    assert!(limited.text.len() <= max, "{} of {size} bytes, limit {limit}", limited.text.len());
    assert!(limited.error_kind.is_some() || status.is_success());
    let result = convert::result(limited, true);
    assert!(result.content.len() == 1);
}

/// A call of the tool with the minimal arguments.
fn call(tool: &Tool, fields: Option<String>) -> Option<PreparedCall> {
    let mut arguments: Map<String, Value> = match tool.name {
        "calendars_get-calendar-events" => {
            json!({ "userId": "u1", "startTime": "2026-11-01", "endTime": "2026-11-08" })
        }
        "conversations_send-a-new-message" => json!({ "type": "SMS", "contactId": "c1", "message": "hello" }),
        "contacts_create-contact" | "contacts_upsert-contact" => json!({ "email": "a@example.com" }),
        _ => tool.required_arguments().iter().map(|name| (name.clone(), json!("x1"))).collect(),
    }
    .as_object()
    .cloned()
    .unwrap_or_default();
    if let Some(fields) = fields.filter(|_| tool.hints.read_only) {
        arguments.insert("fields".to_owned(), fields.into());
    }
    tool.prepare(tool.read(arguments, Some(&"LOC".parse().ok()?))).ok()
}

fn check_result(call: &PreparedCall, result: &ToolResult, status: StatusCode, body: &[u8]) {
    assert!(is_json(result.text.as_bytes()), "{}", result.text);
    let trimmed = body.trim_ascii();
    let is_good = status.is_success() && (trimmed.is_empty() || is_json(body));
    assert_eq!(result.error_kind.is_none(), is_good, "{}", result.text);

    let entries: std::collections::HashMap<&str, &RawValue> =
        serde_json::from_str(&result.text).expect("the result's own names have no escapes");
    assert_eq!(entries["success"].get(), if is_good { "true" } else { "false" });
    assert_eq!(entries["status"].get(), result.status.as_str());
    if !is_good {
        assert!(entries.contains_key("error"));
    } else if call.fields.is_none() {
        let expected = if trimmed.is_empty() { &b"null"[..] } else { trimmed };
        assert!(entries["data"].get().as_bytes() == expected, "{entries:?}");
    }
}
