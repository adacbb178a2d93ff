//! What came of a call, as a client sees it.

mod failure;
mod size;

use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Call, InvalidArguments};
use crate::leadconnector::{Endpoint, Error, Response, next_page};

use super::error_kind::Kind;
pub use failure::Failure;

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The upstream's status; of a failure that it does not report itself, the one that a gateway gives for it.
    pub status: StatusCode,
    /// The kind of failure; `None` is success.
    pub failure: Option<Kind>,
    /// The result's JSON text.
    pub text: String,
    /// How long to wait before the next call, where a limit is reached.
    pub retry_after: Option<Duration>,
}

impl Outcome {
    /// What came of a call.
    pub fn of_call(call: &Call, result: Result<Response, Error>) -> Self {
        let endpoint = &call.request.endpoint;
        match failure::unless_successful(endpoint, result) {
            Ok(Response { status, body, .. }) => {
                success(call, status, &body).unwrap_or_else(|| failure::unreadable(endpoint, status, &body).into())
            }
            Err(failure) => failure.into(),
        }
    }

    /// Reads the answer to a question that a call depends on: what its custom fields are.
    ///
    /// # Errors
    ///
    /// What comes of the call without the answer.
    pub fn of_lookup<T: DeserializeOwned>(endpoint: &Endpoint, result: Result<Response, Error>) -> Result<T, Self> {
        let read = failure::unless_successful(endpoint, result).and_then(|Response { status, body, .. }| {
            serde_json::from_slice(&body).map_err(|_| failure::unreadable(endpoint, status, &body))
        });
        read.map_err(|failure| failure.of_lookup().into())
    }

    /// The result of a call that was refused for its arguments, before anything was sent.
    pub fn refused(problems: &InvalidArguments) -> Self {
        failure::of_arguments(problems).into()
    }
}

/// The result of a successful answer; `None` if its body is not JSON.
///
/// The body is checked and then passed on byte for byte: a tree of it would cost more than all the rest of a call.
fn success(call: &Call, status: StatusCode, body: &[u8]) -> Option<Outcome> {
    let data = json(body)?;
    let projection = call.fields.as_ref().map(|fields| fields.project(data));
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
    Some(Outcome { status, failure: None, text, retry_after: None })
}

/// The body as JSON, without the white space around it; an empty body is `null`.
fn json(body: &[u8]) -> Option<&RawValue> {
    if body.trim_ascii().is_empty() {
        return Some(RawValue::NULL);
    }
    serde_json::from_slice(body).ok()
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self {
            status: failure.status,
            failure: Some(failure.kind),
            text: failure.to_text(),
            retry_after: failure.reached.map(|(wait, _)| wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: Value) -> Call {
        let catalogue = crate::tools::Catalogue::default();
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let tool = catalogue.find("contacts_get-contacts").unwrap();
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
        let outcome = || success(&call, StatusCode::OK, body.as_bytes()).unwrap();
        assert_eq!(outcome().limited(&call, 0).failure, None);
        assert_eq!(outcome().limited(&call, 1000).failure, None);
        let limited = outcome().limited(&call, 50);
        assert_eq!(limited.failure, Some(Kind::ResponseTooLarge));
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
