//! What came of a call, as a client sees it.

mod failure;

use http::StatusCode;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::InvalidArguments;
use crate::leadconnector::{Endpoint, Error, Response};

pub use failure::{Failure, Kind};

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The upstream's status if it answered, else the one that a gateway gives for this failure.
    pub status: StatusCode,
    /// The kind of failure; `None` is success.
    pub failure: Option<Kind>,
    /// The result's JSON text.
    pub text: String,
}

impl Outcome {
    /// What came of a request to `endpoint`.
    pub fn of_call(endpoint: &Endpoint, result: Result<Response, Error>) -> Self {
        match result {
            Ok(Response { status, body }) if status.is_success() => {
                success(status, &body).unwrap_or_else(|| failure::unreadable(endpoint, status, &body).into())
            }
            Ok(Response { status, body }) => failure::of_answer(endpoint, status, &body).into(),
            Err(error) => failure::of_error(endpoint, &error).into(),
        }
    }

    /// The result of a call that was refused for its arguments, before anything was sent.
    pub fn refused(problems: &InvalidArguments) -> Self {
        failure::of_arguments(problems).into()
    }

    /// The result as MCP carries it.
    pub fn into_result(self, structured_content: bool) -> CallToolResult {
        let structured = if structured_content { serde_json::from_str(&self.text).ok() } else { None };
        let content = vec![ContentBlock::text(self.text)];
        let mut result = match self.failure {
            None => CallToolResult::success(content),
            Some(_) => CallToolResult::error(content),
        };
        result.structured_content = structured;
        result
    }
}

/// The result of a successful answer; `None` if its body is not JSON.
///
/// The body is checked and then passed on byte for byte: a tree of it would cost more than all the rest of a call.
fn success(status: StatusCode, body: &[u8]) -> Option<Outcome> {
    let data = json_text(body)?;
    let mut text = String::with_capacity(data.len() + 48);
    text.push_str(r#"{"success":true,"status":"#);
    text.push_str(status.as_str());
    text.push_str(r#","data":"#);
    text.push_str(data);
    text.push('}');
    Some(Outcome { status, failure: None, text })
}

/// The body as JSON text, without the white space around it; an empty body is `null`.
fn json_text(body: &[u8]) -> Option<&str> {
    if body.trim_ascii().is_empty() {
        return Some("null");
    }
    serde_json::from_slice::<&RawValue>(body).ok().map(RawValue::get)
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self { status: failure.status, failure: Some(failure.kind), text: failure.to_text() }
    }
}

/// The schema of the result's JSON, for clients that want structured content.
pub fn output_schema() -> JsonObject {
    let schema = json!({
        "type": "object",
        "properties": {
            "success": { "type": "boolean" },
            "status": { "type": "integer", "description": "HTTP status of the LeadConnector API" },
            "data": { "description": "Its answer, unchanged" },
            "error": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "enum": Kind::ALL.map(Kind::as_str) },
                    "message": { "type": "string" },
                    "hint": { "type": "string", "description": "The next step" }
                },
                "required": ["kind", "message", "hint"]
            }
        },
        "required": ["success", "status", "data"]
    });
    match schema {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upstreams_bytes_are_passed_on() {
        let body = " {\"contact\": {\"id\":\"c1\",\n \"n\":1.0e2, \"x\":\"\\u00e4\" }}\n";
        let outcome = success(StatusCode::CREATED, body.as_bytes()).unwrap();
        assert_eq!(outcome.text, format!(r#"{{"success":true,"status":201,"data":{}}}"#, body.trim()));
        assert_eq!(success(StatusCode::OK, b"").unwrap().text, r#"{"success":true,"status":200,"data":null}"#);
    }

    #[test]
    fn what_is_not_json_is_no_success() {
        for body in [&b"<html>"[..], b"{\"a\":1", b"{} {}", b"\"\xff\"", b"nul"] {
            assert!(success(StatusCode::OK, body).is_none(), "{body:?}");
        }
    }
}
