//! The result of a call, as a client sees it.

mod attachment;
mod dry_run;
mod size;
mod tool_error;

use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{InvalidArguments, PreparedCall};
use crate::leadconnector::{Endpoint, Error, Response, Unreachable, next_page};

use super::error_kind::ErrorKind;
pub use attachment::Attachment;
pub use tool_error::ToolError;

/// The result of a call.
#[derive(Debug, Clone)]
pub struct ToolResult {
    /// The API's HTTP status; for a failure that the API did not report, the status that a gateway returns for it.
    pub status: StatusCode,
    /// The kind of error; `None` for success.
    pub error_kind: Option<ErrorKind>,
    /// The result's text.
    pub text: String,
    /// Whether the text is JSON; what is written for a model only is not.
    pub is_json: bool,
    /// Whether it is the gateway's own answer: nothing was sent, and nothing is wrong.
    pub is_local: bool,
    /// A file that the API responded with, small enough to be sent along.
    pub attachment: Option<Attachment>,
    /// Whether it is an error of a write that the API may have carried out.
    pub outcome_unknown: bool,
    /// The time to wait before the next call, if a rate limit is exceeded.
    pub retry_after: Option<Duration>,
    /// Why the API could not be reached, if it could not.
    pub unreachable: Option<Unreachable>,
}

impl ToolResult {
    fn success(status: StatusCode, text: String) -> Self {
        Self {
            status,
            error_kind: None,
            text,
            is_json: true,
            is_local: false,
            attachment: None,
            outcome_unknown: false,
            retry_after: None,
            unreachable: None,
        }
    }

    /// A successful result that a model reads; nothing was sent.
    pub fn text(text: String) -> Self {
        Self { is_json: false, is_local: true, ..Self::success(StatusCode::OK, text) }
    }

    /// The result as JSON: what is written for a model only becomes its `data`.
    pub fn into_json(self) -> String {
        if self.is_json {
            return self.text;
        }
        json!({ "success": true, "status": self.status.as_u16(), "data": self.text }).to_string()
    }

    /// Makes a result from the API's response, or from the error of the request.
    pub fn from_response(call: &PreparedCall, result: Result<Response, Error>) -> Self {
        let endpoint = &call.request.endpoint;
        match tool_error::require_success(endpoint, result) {
            Ok(response)
                if call.operation.is_some_and(|operation| operation.answer.is_some()) && !response.is_page() =>
            {
                attachment::result(call, &response)
            }
            Ok(Response { status, body, .. }) => {
                success(call, status, &body).unwrap_or_else(|| tool_error::invalid_body(endpoint, status, &body).into())
            }
            Err(error) => {
                let mut result = Self::from(error);
                // What was read in an unusual way may be why the API rejected it.
                if !call.notes.is_empty() && result.text.pop() == Some('}') {
                    push_notes(&mut result.text, &call.notes);
                    result.text.push('}');
                }
                result
            }
        }
    }

    /// Parses the response of the lookup that a call depends on: its location's custom fields.
    ///
    /// # Errors
    ///
    /// The result of the call, if the lookup failed.
    pub fn parse_lookup<T: DeserializeOwned>(endpoint: &Endpoint, result: Result<Response, Error>) -> Result<T, Self> {
        let parsed = tool_error::require_success(endpoint, result).and_then(|Response { status, body, .. }| {
            serde_json::from_slice(&body).map_err(|_| tool_error::invalid_body(endpoint, status, &body))
        });
        parsed.map_err(|error| error.in_custom_field_lookup().into())
    }

    /// Why the API could not be reached, as the log names it.
    pub fn cause(&self) -> Option<&'static str> {
        self.unreachable.map(Unreachable::as_str)
    }

    /// The result of a call that the caller may not make, or that the gateway never makes.
    pub fn forbidden(message: &str) -> Self {
        tool_error::forbidden(message).into()
    }

    /// The result of a call with invalid arguments; nothing was sent.
    pub fn invalid_arguments(problems: &InvalidArguments) -> Self {
        tool_error::invalid_arguments(problems).into()
    }
}

/// The result of a successful response; `None` if its body is not JSON.
///
/// The body is validated and then copied byte for byte: parsing it into a tree would cost more than the rest of the call.
fn success(call: &PreparedCall, status: StatusCode, body: &[u8]) -> Option<ToolResult> {
    let data = json(body)?;
    let masked = call.fields.as_ref().map(|fields| fields.apply(data));
    let selected = masked.as_ref().map_or(data.get(), |masked| &masked.text);

    let mut text = String::with_capacity(selected.len() + 128);
    text.push_str(r#"{"success":true,"status":"#);
    text.push_str(status.as_str());
    text.push_str(r#","data":"#);
    text.push_str(selected);
    if let Some(next) = next_page::after(&call.request, data.get()) {
        text.push_str(r#","next":"#);
        text.push_str(&Value::Object(next).to_string());
    }
    if let Some(masked) = masked.filter(|masked| !masked.unmatched.is_empty()) {
        text.push_str(r#","unmatched":"#);
        text.push_str(&json!(masked.unmatched).to_string());
        // Nothing was selected: the names that there are make the next call the right one.
        if call.fields.as_ref().is_some_and(|fields| fields.len() == masked.unmatched.len()) {
            text.push_str(r#","shape":"#);
            text.push_str(&Value::Object(size::shape(data)).to_string());
        }
    }
    push_notes(&mut text, &call.notes);
    text.push('}');
    Some(ToolResult::success(status, text))
}

/// Adds what the caller should know of how its arguments were read.
fn push_notes(text: &mut String, notes: &[String]) {
    if !notes.is_empty() {
        text.push_str(r#","notes":"#);
        text.push_str(&json!(notes).to_string());
    }
}

/// The body as JSON, without surrounding white space; an empty body is `null`. `None` if it is not JSON.
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
            is_json: true,
            is_local: false,
            attachment: None,
            outcome_unknown: error.outcome_unknown,
            retry_after: error.rate_limit.map(|(wait, _)| wait),
            unreachable: error.unreachable,
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
    fn the_body_is_copied_byte_for_byte() {
        let body = " {\"contact\": {\"id\":\"c1\",\n \"n\":1.0e2, \"x\":\"\\u00e4\" }}\n";
        assert_eq!(text(json!({}), body), format!(r#"{{"success":true,"status":200,"data":{}}}"#, body.trim()));
        assert_eq!(text(json!({}), ""), r#"{"success":true,"status":200,"data":null}"#);
    }

    #[test]
    fn the_next_page_and_unmatched_paths_follow_the_data() {
        let body = r#"{"contacts":[{"id":"a","n":1}],"meta":{"startAfter":5,"startAfterId":"a","nextPage":2}}"#;
        let expected = r#"{"success":true,"status":200,"data":{"contacts":[{"id":"a"}]},"next":{"startAfter":5,"startAfterId":"a"},"unmatched":["x"]}"#;
        assert_eq!(text(json!({"fields": ["contacts.id", "x"]}), body), expected);
    }

    #[test]
    fn an_oversize_result_advises_how_to_get_a_smaller_one() {
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
            "Pass `fields` with the paths you need, like contacts.id, or a smaller `limit`."
        );
    }

    #[test]
    fn a_body_that_is_not_json_is_an_error() {
        for body in [&b"<html>"[..], b"{\"a\":1", b"{} {}", b"\"\xff\"", b"nul"] {
            assert!(success(&call(json!({})), StatusCode::OK, body).is_none(), "{body:?}");
        }
    }
}
