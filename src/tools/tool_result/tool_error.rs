//! Why a call failed, and what to do next.
//!
//! The API tells a missing scope, a wrong token and a wrong location apart only by words, so the words are read too.

use std::fmt::Write;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::InvalidArguments;
use super::super::error_kind::ErrorKind;
use super::json;
use crate::leadconnector::rate_limit_headers::Limit;
use crate::leadconnector::{Endpoint, Error, Response, seconds};
use crate::text;

/// The longest id, in bytes, that a hint repeats; the API's have about 20.
const MAX_ID_BYTES: usize = 100;

/// A failed call.
#[derive(Debug)]
pub struct ToolError {
    /// See [`ToolResult::status`](super::ToolResult::status).
    pub status: StatusCode,
    /// The kind.
    pub kind: ErrorKind,
    /// The limit that is reached, and for how long.
    pub reached: Option<(Duration, Limit)>,
    /// See [`ToolResult::outcome_unknown`](super::ToolResult::outcome_unknown).
    pub outcome_unknown: bool,
    data: Option<String>,
    message: String,
    hint: String,
}

impl ToolError {
    fn new(status: StatusCode, kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            reached: None,
            outcome_unknown: false,
            data: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The result's JSON text.
    pub fn to_text(&self) -> String {
        let data = self.data.as_deref().unwrap_or("null");
        let mut error = serde_json::json!({ "kind": self.kind.as_str(), "message": self.message, "hint": self.hint });
        if let Some((wait, limit)) = self.reached {
            error["wait_seconds"] = seconds(wait).into();
            error["limit"] = limit.as_str().into();
        }
        format!(r#"{{"success":false,"status":{},"data":{data},"error":{error}}}"#, self.status.as_str())
    }
}

/// A call refused for its arguments.
pub fn of_arguments(problems: &InvalidArguments) -> ToolError {
    let hint = "Correct the arguments and call again; nothing was sent.";
    ToolError::new(StatusCode::BAD_REQUEST, ErrorKind::InvalidArguments, problems.to_string(), hint)
}

/// The answer if its status is one of success, else the failure.
pub fn unless_successful(endpoint: &Endpoint, result: Result<Response, Error>) -> Result<Response, ToolError> {
    match result {
        Ok(response) if response.status.is_success() => Ok(response),
        Ok(response) => {
            let mut error = of_answer(endpoint, response.status, &response.body);
            if let Some((wait, limit)) = response.retry_after.zip(response.limit) {
                error = error.reached(wait, limit);
            }
            // Only a 4xx says for sure that nothing was done; a redirect often follows what was.
            if endpoint.writes() && (response.outcome_unknown || !response.status.is_client_error()) {
                error.mark_outcome_unknown();
            }
            Err(error)
        }
        Err(error) => Err(of_error(endpoint, &error)),
    }
}

/// A request that got no usable answer.
fn of_error(endpoint: &Endpoint, error: &Error) -> ToolError {
    if let Error::RateLimited { wait, limit } = error {
        return ToolError::new(StatusCode::TOO_MANY_REQUESTS, ErrorKind::RateLimited, error.to_string(), "")
            .reached(*wait, *limit);
    }
    let (status, kind, hint) = match error {
        Error::Unreachable(_) => {
            (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, "Nothing was sent; try again in a moment.")
        }
        Error::Interrupted(_) => (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, "Try again in a moment."),
        Error::Timeout(_) => (StatusCode::GATEWAY_TIMEOUT, ErrorKind::Timeout, "Try again, or ask for less at once."),
        Error::QueueFull => (
            StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::RateLimited,
            "Nothing was sent; wait for the answers of the calls before, and make fewer at once.",
        ),
        Error::QueueTimeout(_) => {
            (StatusCode::GATEWAY_TIMEOUT, ErrorKind::Timeout, "Nothing was sent; try again with fewer calls at once.")
        }
        Error::TooLarge { status, .. } => (
            failed(*status),
            ErrorKind::ResponseTooLarge,
            "Ask for less at once: a smaller limit or a narrower filter.",
        ),
        // The first is above; the others are no result of a call: nobody waits for the one, and the other is an internal
        // error.
        Error::RateLimited { .. } | Error::Cancelled | Error::Unsendable(_) => {
            (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, "Nothing was sent.")
        }
    };
    let mut tool_error = ToolError::new(status, kind, error.to_string(), hint);
    if let Error::TooLarge { status, .. } = error
        && endpoint.writes()
        && status.is_success()
    {
        "The write was carried out; only its answer is missing. Do not repeat it.".clone_into(&mut tool_error.hint);
    } else if endpoint.writes() && error.outcome_unknown() && !status.is_client_error() {
        tool_error.mark_outcome_unknown();
    }
    tool_error
}

/// A successful status with a body that is not JSON.
pub fn unreadable(endpoint: &Endpoint, status: StatusCode, body: &[u8]) -> ToolError {
    let message = format!("the LeadConnector API answered {status} with {}", describe(body));
    let hint = if endpoint.writes() {
        "The write was probably carried out: look before repeating it."
    } else {
        "Try again; if it stays so, the API or a proxy before it is disturbed."
    };
    ToolError::new(failed(status), ErrorKind::InvalidResponse, message, hint)
}

/// An answer that reports a failure.
fn of_answer(endpoint: &Endpoint, status: StatusCode, body: &[u8]) -> ToolError {
    let Some(data) = json(body).map(RawValue::get) else {
        let mut error = unreadable(endpoint, status, body);
        error.kind = match status {
            // Without words it is more likely a CDN's block page than the API's verdict on the location.
            StatusCode::FORBIDDEN => ErrorKind::InvalidResponse,
            _ => kind(status, ""),
        };
        hint(error.kind, endpoint, "").clone_into(&mut error.hint);
        return error;
    };
    let answer: Value = serde_json::from_str(data).unwrap_or_default();
    let said = message(&answer);
    let existing = answer.pointer("/meta/contactId").and_then(Value::as_str);
    let existing = existing.filter(|id| status.is_client_error() && id.len() <= MAX_ID_BYTES);
    let kind = if existing.is_some() { ErrorKind::Duplicate } else { kind(status, &said) };
    let mut text = match kind {
        ErrorKind::ScopeMissing => format!("the token lacks the scope {}", endpoint.scope),
        _ => format!("the LeadConnector API answered {status}"),
    };
    if !said.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(text, ": {}", text::elide(&said));
    }
    let hint = match existing {
        Some(id) => format!("The contact exists with the id {id}: update that one, or use contacts_upsert-contact."),
        None => hint(kind, endpoint, &said),
    };
    let mut error = ToolError::new(status, kind, text, hint);
    error.data = Some(data.to_owned());
    error
}

impl ToolError {
    /// Says that it is about looking custom fields up, before anything was written.
    pub fn of_lookup(mut self) -> Self {
        self.message = format!("custom fields are given by key or name, and looking them up failed: {}", self.message);
        self.hint.push_str(" Or give the custom fields' ids. Nothing was written.");
        self
    }

    /// Says how long a limit is reached.
    fn reached(mut self, wait: Duration, limit: Limit) -> Self {
        let wait_seconds = seconds(wait);
        self.hint = match limit {
            Limit::Burst => {
                format!("Wait {wait_seconds} s before the next call to this location, and make fewer at once.")
            }
            Limit::Day => format!(
                "The location's calls of this day are used up, and the API does not say when its day ends: wait {wait_seconds} s before the next try."
            ),
        };
        self.reached = Some((wait, limit));
        self
    }

    /// Says of a write that nobody knows whether it was carried out.
    fn mark_outcome_unknown(&mut self) {
        self.outcome_unknown = true;
        self.message.push_str("; whether the write was carried out is unknown");
        let check = "Look whether it was carried out before repeating it.";
        match self.reached {
            // How long to wait has its place beside it.
            Some(_) => self.hint = format!("{check} {}", self.hint),
            None => check.clone_into(&mut self.hint),
        }
    }
}

/// The status of a failure: the API's own if that says so, else that of a gateway whose upstream is at fault.
fn failed(status: StatusCode) -> StatusCode {
    if status.is_success() { StatusCode::BAD_GATEWAY } else { status }
}

/// What a status alone says; `None` where the words decide.
fn kind_of_status(status: StatusCode) -> Option<ErrorKind> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorKind::RateLimited),
        StatusCode::NOT_FOUND => Some(ErrorKind::NotFound),
        _ if status.is_server_error() => Some(ErrorKind::UpstreamUnavailable),
        _ => None,
    }
}

/// The kind of a failure from its status and words.
fn kind(status: StatusCode, said: &str) -> ErrorKind {
    let said = said.to_ascii_lowercase();
    let says = |words: &str| said.contains(words);
    if let Some(kind) = kind_of_status(status) {
        return kind;
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if says("scope") => ErrorKind::ScopeMissing,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if says("access to this location") => {
            ErrorKind::LocationForbidden
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if says("not yet supported") => {
            ErrorKind::NotSupportedForToken
        }
        StatusCode::UNAUTHORIZED if says("version header") => ErrorKind::InvalidRequest,
        StatusCode::UNAUTHORIZED => ErrorKind::TokenRejected,
        StatusCode::FORBIDDEN => ErrorKind::LocationForbidden,
        _ if says("not found") => ErrorKind::NotFound,
        _ if status.is_client_error() => ErrorKind::InvalidRequest,
        // Neither success nor failure: a redirect, which is never followed.
        _ => ErrorKind::InvalidResponse,
    }
}

/// The next step.
fn hint(kind: ErrorKind, endpoint: &Endpoint, said: &str) -> String {
    let fixed = match kind {
        ErrorKind::ScopeMissing => {
            return format!(
                "Add the scope {} to the private integration (Settings > Private Integrations); its token stays the same.",
                endpoint.scope
            );
        }
        ErrorKind::TokenRejected if said.to_ascii_lowercase().contains("jwt") => {
            "Use a Private Integration Token (pit-…) of the location; another kind of token was sent."
        }
        ErrorKind::TokenRejected => {
            "Check the token: it must be a current Private Integration Token (pit-…) of the location."
        }
        ErrorKind::LocationForbidden => "Check the locationId: the token belongs to another location.",
        ErrorKind::NotSupportedForToken => {
            "Use a token of the location (sub-account): an agency's token does not work here."
        }
        ErrorKind::Duplicate => "Update the existing record instead of creating one.",
        ErrorKind::NotFound => "Check the id: search for the record to get a current one.",
        ErrorKind::InvalidRequest | ErrorKind::InvalidArguments => "Correct what the message names and call again.",
        ErrorKind::RateLimited => "Wait 10 seconds before the next call, and make fewer at once.",
        ErrorKind::UpstreamUnavailable => {
            "Try again in a moment; if it stays so, check the ids: the API answers some wrong ones so."
        }
        ErrorKind::Timeout => "Try again, or ask for less at once.",
        ErrorKind::ResponseTooLarge => "Ask for less at once.",
        ErrorKind::InvalidResponse => "Try again; if it stays so, the API or a proxy before it is disturbed.",
    };
    fixed.to_owned()
}

/// The words of an error answer: `message` is text or a list of texts; some services use other names.
fn message(answer: &Value) -> String {
    let texts = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    };
    ["message", "msg", "error_description", "error"]
        .iter()
        .filter_map(|name| answer.get(name))
        .map(texts)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// What a body is that is not JSON, without its content.
fn describe(body: &[u8]) -> &'static str {
    let start = body.trim_ascii_start();
    match start.first() {
        Some(b'<') => "an HTML or XML page instead of JSON",
        Some(b'{' | b'[' | b'"') => "JSON that is broken or cut off",
        _ => "something that is not JSON",
    }
}
