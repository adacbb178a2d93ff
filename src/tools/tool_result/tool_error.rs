//! Errors of a call: what happened, and the next step.
//!
//! The API distinguishes a missing scope, an invalid token and a forbidden location only by its message, so the message is
//! matched as well as the status.

use std::fmt::Write;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::InvalidArguments;
use super::super::error_kind::ErrorKind;
use super::json;
use crate::leadconnector::rate_limit_headers::Limit;
use crate::leadconnector::{Endpoint, Error, Response, Unreachable, seconds};
use crate::text;
use crate::text::tokens::mask_tokens;

/// The maximum length of an id that a hint repeats, in bytes; the API's ids have about 20.
const MAX_ID_BYTES: usize = 100;

/// A failed call.
#[derive(Debug)]
pub struct ToolError {
    /// See [`ToolResult::status`](super::ToolResult::status).
    pub status: StatusCode,
    /// The kind.
    pub kind: ErrorKind,
    /// The rate limit that is exceeded, and the time until it resets.
    pub rate_limit: Option<(Duration, Limit)>,
    /// See [`ToolResult::outcome_unknown`](super::ToolResult::outcome_unknown).
    pub outcome_unknown: bool,
    /// See [`ToolResult::unreachable`](super::ToolResult::unreachable).
    pub unreachable: Option<Unreachable>,
    data: Option<String>,
    message: String,
    hint: String,
}

impl ToolError {
    fn new(status: StatusCode, kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            rate_limit: None,
            outcome_unknown: false,
            unreachable: None,
            data: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The result's JSON text.
    pub fn to_text(&self) -> String {
        let data = self.data.as_deref().unwrap_or("null");
        let mut error = serde_json::json!({ "kind": self.kind.as_str(), "message": self.message, "hint": self.hint });
        if let Some((wait, limit)) = self.rate_limit {
            error["wait_seconds"] = seconds(wait).into();
            error["limit"] = limit.as_str().into();
        }
        format!(r#"{{"success":false,"status":{},"data":{data},"error":{error}}}"#, self.status.as_str())
    }
}

/// The error of a call with invalid arguments.
pub fn invalid_arguments(problems: &InvalidArguments) -> ToolError {
    let hint = "Nothing was sent. Correct the arguments and call again.";
    let problems = problems.to_string();
    ToolError::new(StatusCode::BAD_REQUEST, ErrorKind::InvalidArguments, mask_tokens(&problems), hint)
}

/// The error of a call that no arguments make possible.
pub fn forbidden(message: &str) -> ToolError {
    let hint = "Nothing was sent, and no argument changes that: tell the user.";
    ToolError::new(StatusCode::FORBIDDEN, ErrorKind::InvalidArguments, mask_tokens(message), hint)
}

/// Returns the response if it reports success, else the error.
pub fn require_success(endpoint: &Endpoint, result: Result<Response, Error>) -> Result<Response, ToolError> {
    match result {
        Ok(response) if response.status.is_success() => Ok(response),
        Ok(response) => {
            let mut error = from_response(endpoint, response.status, &response.body);
            if let Some((wait, limit)) = response.retry_after.zip(response.limit) {
                error = error.with_rate_limit(wait, limit);
            }
            // Only a 4xx guarantees that the write had no effect; a redirect often follows a successful write.
            if endpoint.writes() && (response.outcome_unknown || !response.status.is_client_error()) {
                error.mark_outcome_unknown();
            }
            Err(error)
        }
        Err(error) => Err(from_client_error(endpoint, &error)),
    }
}

/// The error of a request without a usable response.
fn from_client_error(endpoint: &Endpoint, error: &Error) -> ToolError {
    if let Error::RateLimited { wait, limit } = error {
        return ToolError::new(StatusCode::TOO_MANY_REQUESTS, ErrorKind::RateLimited, error.to_string(), "")
            .with_rate_limit(*wait, *limit);
    }
    let (status, kind, hint) = match error {
        Error::Unreachable { cause, .. } => {
            (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, unreachable_hint(*cause))
        }
        Error::Interrupted(_) => (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, "Retry in a moment."),
        Error::Timeout(_) => (StatusCode::GATEWAY_TIMEOUT, ErrorKind::Timeout, "Retry, or request less at once."),
        Error::QueueFull => (
            StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::RateLimited,
            "Nothing was sent. Wait for pending calls to finish, and make fewer at once.",
        ),
        Error::QueueTimeout(_) => {
            (StatusCode::GATEWAY_TIMEOUT, ErrorKind::Timeout, "Nothing was sent. Retry with fewer calls at once.")
        }
        Error::TooLarge { status, .. } => (
            error_status(*status),
            ErrorKind::ResponseTooLarge,
            "Request less at once: a smaller limit or a narrower filter.",
        ),
        // RateLimited is handled above. The other two never become a result: the client of a cancelled call is gone, and
        // an unsendable request is an internal error.
        Error::RateLimited { .. } | Error::Cancelled | Error::Unsendable(_) => {
            (StatusCode::BAD_GATEWAY, ErrorKind::UpstreamUnavailable, "Nothing was sent.")
        }
    };
    let mut tool_error = ToolError::new(status, kind, error.to_string(), hint);
    if let Error::Unreachable { cause, .. } = error {
        tool_error.unreachable = Some(*cause);
    }
    if let Error::TooLarge { status, .. } = error
        && endpoint.writes()
        && status.is_success()
    {
        "The write was carried out; only its response is missing. Do not retry it.".clone_into(&mut tool_error.hint);
    } else if endpoint.writes() && error.outcome_unknown() && !status.is_client_error() {
        tool_error.mark_outcome_unknown();
    }
    tool_error
}

/// The next step if the API could not be reached. All but a passing fault are for the operator, whom the model can inform.
fn unreachable_hint(cause: Unreachable) -> &'static str {
    match cause {
        Unreachable::Dns => {
            "Nothing was sent. Retry once. If this persists, the gateway's operator must check its DNS and the API's URL."
        }
        Unreachable::Connect => {
            "Nothing was sent. Retry in a moment. If this persists, the gateway's operator must check its network, firewall and the API's URL."
        }
        Unreachable::Tls => {
            "Nothing was sent, and retrying rarely helps: the gateway's operator must check the API's URL, and the certificates and clock of its machine."
        }
        Unreachable::Proxy => {
            "Nothing was sent. Retry once. If this persists, the gateway's operator must check the proxy that HTTPS_PROXY or the system sets."
        }
        Unreachable::Timeout => {
            "Nothing was sent. Retry in a moment. If this persists, the gateway's operator must check its network and firewall."
        }
    }
}

/// The error of a successful response whose body is not the expected JSON.
pub fn invalid_body(endpoint: &Endpoint, status: StatusCode, body: &[u8]) -> ToolError {
    let message = format!("the LeadConnector API returned {status} with {}", describe(body));
    let hint = if endpoint.writes() {
        "The write was probably carried out: check before retrying."
    } else {
        "Retry. If this persists, the API or a proxy in front of it is failing."
    };
    let mut error = ToolError::new(error_status(status), ErrorKind::InvalidResponse, message, hint);
    error.outcome_unknown = endpoint.writes() && status.is_success();
    error
}

/// The error of a response that reports a failure.
fn from_response(endpoint: &Endpoint, status: StatusCode, body: &[u8]) -> ToolError {
    let Some(data) = json(body).map(RawValue::get) else {
        let mut error = invalid_body(endpoint, status, body);
        error.kind = match status {
            // Without JSON it is more likely the block page of a CDN than the API rejecting the location.
            StatusCode::FORBIDDEN => ErrorKind::InvalidResponse,
            _ => kind_of(status, ""),
        };
        hint_for(status, error.kind, endpoint, "").clone_into(&mut error.hint);
        return error;
    };
    let body: Value = serde_json::from_str(data).unwrap_or_default();
    let api_message = api_message(&body);
    let existing = body.pointer("/meta/contactId").and_then(Value::as_str);
    let existing = existing.filter(|id| status.is_client_error() && id.len() <= MAX_ID_BYTES);
    let kind = if existing.is_some() { ErrorKind::Duplicate } else { kind_of(status, &api_message) };
    let mut message = match kind {
        ErrorKind::ScopeMissing if endpoint.scope.is_empty() => {
            "the token lacks the scope that this operation needs; no document names it".to_owned()
        }
        ErrorKind::ScopeMissing => format!("the token lacks the scope {}", endpoint.scope),
        _ => format!("the LeadConnector API returned {status}"),
    };
    if !api_message.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(message, ": {}", text::elide(&api_message));
    }
    let hint = match existing {
        Some(id) => format!("The contact already exists with id {id}: update it, or use contacts_upsert-contact."),
        None => hint_for(status, kind, endpoint, &api_message),
    };
    let mut error = ToolError::new(status, kind, message, hint);
    error.data = Some(data.to_owned());
    error
}

impl ToolError {
    /// Adds that the lookup of custom fields failed, before anything was written.
    pub fn in_custom_field_lookup(mut self) -> Self {
        self.message = format!("looking up custom fields by key or name failed: {}", self.message);
        self.hint.push_str(" Or pass the custom fields' ids. Nothing was written.");
        self
    }

    /// Adds the exceeded rate limit, with the time until it resets.
    fn with_rate_limit(mut self, wait: Duration, limit: Limit) -> Self {
        let wait_seconds = seconds(wait);
        self.hint = match limit {
            Limit::Burst => {
                format!("Wait {wait_seconds} s before the next call to this location, and make fewer at once.")
            }
            Limit::Day => format!(
                "The location's daily limit is exhausted, and the API does not report when it resets: retry after {wait_seconds} s."
            ),
        };
        self.rate_limit = Some((wait, limit));
        self
    }

    /// Adds that the outcome of the write is unknown.
    fn mark_outcome_unknown(&mut self) {
        self.outcome_unknown = true;
        self.message.push_str("; whether the write was carried out is unknown");
        let check = "Check whether the write took effect before retrying.";
        match self.rate_limit {
            // The time to wait must stay in the hint.
            Some(_) => self.hint = format!("{check} {}", self.hint),
            None => check.clone_into(&mut self.hint),
        }
    }
}

/// The status of an error: the API's own if it reports a failure, else 502.
fn error_status(status: StatusCode) -> StatusCode {
    if status.is_success() { StatusCode::BAD_GATEWAY } else { status }
}

/// The kind by the status alone; `None` if the API's message decides.
fn kind_of_status(status: StatusCode) -> Option<ErrorKind> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorKind::RateLimited),
        StatusCode::NOT_FOUND => Some(ErrorKind::NotFound),
        _ if status.is_server_error() => Some(ErrorKind::UpstreamUnavailable),
        _ => None,
    }
}

/// The kind by the status and the API's message.
fn kind_of(status: StatusCode, api_message: &str) -> ErrorKind {
    let api_message = api_message.to_ascii_lowercase();
    let mentions = |words: &str| api_message.contains(words);
    if let Some(kind) = kind_of_status(status) {
        return kind;
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if mentions("scope") => ErrorKind::ScopeMissing,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if mentions("access to this location") => {
            ErrorKind::LocationForbidden
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if mentions("not yet supported") => {
            ErrorKind::NotSupportedForToken
        }
        StatusCode::UNAUTHORIZED if mentions("version header") => ErrorKind::InvalidRequest,
        StatusCode::UNAUTHORIZED => ErrorKind::TokenRejected,
        StatusCode::FORBIDDEN => ErrorKind::LocationForbidden,
        _ if mentions("not found") => ErrorKind::NotFound,
        _ if status.is_client_error() => ErrorKind::InvalidRequest,
        // A redirect: it is never followed.
        _ => ErrorKind::InvalidResponse,
    }
}

/// The next step, by the status where it says more than the kind.
fn hint_for(status: StatusCode, kind: ErrorKind, endpoint: &Endpoint, api_message: &str) -> String {
    if status == StatusCode::NOT_IMPLEMENTED {
        return "The API does not have this operation, however often it is called. dry_run shows the request that would be sent.".to_owned();
    }
    hint(kind, endpoint, api_message)
}

/// The next step, by the kind.
fn hint(kind: ErrorKind, endpoint: &Endpoint, api_message: &str) -> String {
    let fixed = match kind {
        ErrorKind::ScopeMissing if endpoint.scope.is_empty() => {
            "Add the scopes of this service to the private integration (Settings > Private Integrations); the token stays the same."
        }
        ErrorKind::ScopeMissing => {
            return format!(
                "Add the scope {} to the private integration (Settings > Private Integrations); the token stays the same.",
                endpoint.scope
            );
        }
        ErrorKind::TokenRejected if api_message.to_ascii_lowercase().contains("jwt") => {
            "Use a Private Integration Token (pit-…) of the location; this is another kind of token."
        }
        ErrorKind::TokenRejected => {
            "Check the token: it must be an active Private Integration Token (pit-…) of the location."
        }
        ErrorKind::LocationForbidden => "Check the locationId: the token belongs to another location.",
        ErrorKind::NotSupportedForToken => "Use a token of the location (sub-account); agency tokens do not work here.",
        ErrorKind::Duplicate => "Update the existing record instead of creating one.",
        ErrorKind::NotFound => not_found_hint(endpoint),
        ErrorKind::InvalidRequest | ErrorKind::InvalidArguments => "Correct what the message names and call again.",
        ErrorKind::RateLimited => "Wait 10 seconds before the next call, and make fewer at once.",
        ErrorKind::UpstreamUnavailable => {
            "Retry in a moment. If this persists, check the ids: the API returns 5xx for some invalid ids."
        }
        ErrorKind::Timeout => "Retry, or request less at once.",
        ErrorKind::ResponseTooLarge => "Request less at once.",
        ErrorKind::InvalidResponse => "Retry. If this persists, the API or a proxy in front of it is failing.",
    };
    fixed.to_owned()
}

/// The next step if a record was not found. The services without a search list what contains the id.
fn not_found_hint(endpoint: &Endpoint) -> &'static str {
    let service = endpoint.path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    match service {
        "payments" if endpoint.path.contains("/orders") => {
            "Check the id: payments_list-transactions has the ids of orders as entityId."
        }
        "calendars" if endpoint.path.contains("/appointments") || endpoint.path.contains("/events") => {
            "Check the id: calendars_get-calendar-events lists events with their ids."
        }
        "contacts" => "Check the id: contacts_get-contacts finds contacts with their current ids.",
        // A message is sent to a contact.
        "conversations" if endpoint.writes() => {
            "Check the id: contacts_get-contacts finds contacts with their current ids."
        }
        "conversations" => {
            "Check the id: conversations_search-conversation finds conversations with their current ids."
        }
        "opportunities" => "Check the id: opportunities_search-opportunity finds opportunities with their current ids.",
        _ => "Check the id: list such records to find the current one.",
    }
}

/// The API's message: usually `message`, a text or a list of texts; some services use other names.
fn api_message(body: &Value) -> String {
    let texts = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    };
    ["message", "msg", "error_description", "error"]
        .iter()
        .filter_map(|name| body.get(name))
        .map(texts)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Describes a body that is not JSON, without its content.
fn describe(body: &[u8]) -> &'static str {
    let start = body.trim_ascii_start();
    match start.first() {
        Some(b'<') => "an HTML or XML page instead of JSON",
        Some(b'{' | b'[' | b'"') => "malformed or truncated JSON",
        _ => "a body that is not JSON",
    }
}
