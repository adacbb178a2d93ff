//! What came of a call, as a client sees it.

mod size;
mod tool_error;

use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{InvalidArguments, PreparedCall};
use crate::leadconnector::{Endpoint, Error, Response, next_page};

use super::error_kind::ErrorKind;
pub use tool_error::ToolError;

/// What came of a call.
#[derive(Debug, Clone)]
pub struct ToolResult {
    /// The upstream's status; of a failure that it does not report itself, the one that a gateway gives for it.
    pub status: StatusCode,
    /// The kind of failure; `None` is success.
    pub error_kind: Option<ErrorKind>,
    /// The result's JSON text.
    pub text: String,
    /// Whether it is an error of a write that the API may have carried out.
    pub outcome_unknown: bool,
    /// How long to wait before the next call, where a limit is reached.
    pub retry_after: Option<Duration>,
}

impl ToolResult {
    /// What came of a call.
    pub fn of_call(call: &PreparedCall, result: Result<Response, Error>) -> Self {
        let endpoint = &call.request.endpoint;
        match tool_error::unless_successful(endpoint, result) {
            Ok(Response { status, body, .. }) => {
                success(call, status, &body).unwrap_or_else(|| tool_error::unreadable(endpoint, status, &body).into())
            }
            Err(error) => error.into(),
        }
    }

    /// Reads the answer to a question that a call depends on: what its custom fields are.
    ///
    /// # Errors
    ///
    /// What comes of the call without the answer.
    pub fn of_lookup<T: DeserializeOwned>(endpoint: &Endpoint, result: Result<Response, Error>) -> Result<T, Self> {
        let read = tool_error::unless_successful(endpoint, result).and_then(|Response { status, body, .. }| {
            serde_json::from_slice(&body).map_err(|_| tool_error::unreadable(endpoint, status, &body))
        });
        read.map_err(|error| error.of_lookup().into())
    }

    /// The result of a call that was refused for its arguments, before anything was sent.
    pub fn refused(problems: &InvalidArguments) -> Self {
        tool_error::of_arguments(problems).into()
    }
}

/// The result of a successful answer; `None` if its body is not JSON.
///
/// The body is checked and then passed on byte for byte: a tree of it would cost more than all the rest of a call.
fn success(call: &PreparedCall, status: StatusCode, body: &[u8]) -> Option<ToolResult> {
    let data = json(body)?;
    let projection = call.fields.as_ref().map(|fields| fields.apply(data));
    let shown = projection.as_ref().map_or(data.get(), |projection| &projection.text);

    let mut text = String::with_capacity(shown.len() + 128);
    text.push_str(r#"{"success":true,"status":"#);
    text.push_str(status.as_str());
    text.push_str(r#","data":"#);
    text.push_str(shown);
    if let Some(next) = next_page::after(&call.request, data.get()) {
        text.push_str(r#","next":"#);
        text.push_str(&Value::Object(next).to_string());
    }
    if let Some(projection) = projection.filter(|projection| !projection.unmatched.is_empty()) {
        text.push_str(r#","unmatched":"#);
        text.push_str(&json!(projection.unmatched).to_string());
    }
    text.push('}');
    Some(ToolResult { status, error_kind: None, text, outcome_unknown: false, retry_after: None })
}

/// The body as JSON, without the white space around it; an empty body is `null`.
fn json(body: &[u8]) -> Option<&RawValue> {
    if body.trim_ascii().is_empty() {
        return Some(RawValue::NULL);
    }
    serde_json::from_slice(body).ok()
}

impl From<ToolError> for ToolResult {
    fn from(error: ToolError) -> Self {
        Self {
            status: error.status,
            error_kind: Some(error.kind),
            text: error.to_text(),
            outcome_unknown: error.outcome_unknown,
            retry_after: error.reached.map(|(wait, _)| wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: Value) -> PreparedCall {
        let registry = crate::tools::ToolRegistry::default();
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let tool = registry.find("contacts_get-contacts").unwrap();
        tool.prepare(tool.read(arguments, Some(&"LOC".parse().unwrap()))).unwrap()
    }

    fn text(arguments: Value, body: &str) -> String {
        success(&call(arguments), StatusCode::OK, body.as_bytes()).unwrap().text
    }

    #[test]
    fn the_upstreams_bytes_are_passed_on() {
        let body = " {\"contact\": {\"id\":\"c1\",\n \"n\":1.0e2, \"x\":\"\\u00e4\" }}\n";
        assert_eq!(text(json!({}), body), format!(r#"{{"success":true,"status":200,"data":{}}}"#, body.trim()));
        assert_eq!(text(json!({}), ""), r#"{"success":true,"status":200,"data":null}"#);
    }

    #[test]
    fn the_next_page_and_unmatched_paths_stand_beside_the_data() {
        let body = r#"{"contacts":[{"id":"a","n":1}],"meta":{"startAfter":5,"startAfterId":"a","nextPage":2}}"#;
        let expected = r#"{"success":true,"status":200,"data":{"contacts":[{"id":"a"}]},"next":{"startAfter":5,"startAfterId":"a"},"unmatched":["x"]}"#;
        assert_eq!(text(json!({"fields": ["contacts.id", "x"]}), body), expected);
    }

    #[test]
    fn an_oversize_result_says_how_to_get_a_smaller_one() {
        let body = r#"{"contacts":[{"id":"a"},{"id":"b"}],"meta":{"startAfter":5,"startAfterId":"a","nextPage":2},"traceId":"t"}"#;
        let call = call(json!({}));
        let result = || success(&call, StatusCode::OK, body.as_bytes()).unwrap();
        assert_eq!(result().limited(&call, 0).error_kind, None);
        assert_eq!(result().limited(&call, 1000).error_kind, None);
        let limited = result().limited(&call, 50);
        assert_eq!(limited.error_kind, Some(ErrorKind::ResponseTooLarge));
        let result: Value = serde_json::from_str(&limited.text).unwrap();
        assert_eq!(result["shape"]["contacts"], "list of 2, 23 bytes");
        assert_eq!(result["next"], json!({"startAfter": 5, "startAfterId": "a"}));
        assert_eq!(
            result["error"]["hint"],
            "Give `fields` with the paths that are needed, like contacts.id, or a smaller `limit`."
        );
    }

    #[test]
    fn what_is_not_json_is_no_success() {
        for body in [&b"<html>"[..], b"{\"a\":1", b"{} {}", b"\"\xff\"", b"nul"] {
            assert!(success(&call(json!({})), StatusCode::OK, body).is_none(), "{body:?}");
        }
    }
}
