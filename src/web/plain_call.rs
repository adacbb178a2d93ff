//! The plain call of HighLevel's help article: `{"tool": …, "input": {…}}`, answered with the result's JSON and the
//! upstream's status. The hosted endpoint documents it and does not serve it.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Extensions, HeaderValue, StatusCode};
use serde::Deserialize;

use super::caller::INVALID_TOKEN;
use super::middleware::CallLogged;
use crate::calls::{ArgumentsScan, CallRequest, CallService, Caller};
use crate::leadconnector::{ArgumentError, seconds};
use crate::mcp::{self, INTERNAL_ERROR, RpcError};
use crate::text::truncate;
use crate::tools::{ErrorKind, InvalidArguments, JsonObject, Tool, ToolResult};

/// A plain call. What it does not know it refuses: an input under another name would be ignored in silence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainCall {
    tool: String,
    #[serde(default, alias = "arguments")]
    input: Option<JsonObject>,
}

/// Calls a tool in the plain form.
pub async fn answer(
    calls: &CallService,
    caller: &Caller,
    extensions: &Extensions,
    body: &[u8],
    scan: &ArgumentsScan,
) -> Response {
    let request_id = mcp::request_id(extensions);
    let (result, has_line) = match read(calls, caller, body) {
        Ok((tool, arguments)) => {
            let call = CallRequest { arguments, scan: Some(scan), request_id, observer: None };
            (calls.call(tool, caller, call).await, true)
        }
        Err(fault) => (Ok(ToolResult::invalid_arguments(&InvalidArguments(vec![fault]))), false),
    };
    let mut response = match result {
        Ok(result) => {
            let wait = result.retry_after.map(|wait| [(RETRY_AFTER, seconds(wait))]);
            let challenge = challenge(&result).map(|challenge| [(WWW_AUTHENTICATE, challenge)]);
            (with_body(result.status), wait, challenge, [(CONTENT_TYPE, "application/json")], result.text)
                .into_response()
        }
        Err(panicked) => {
            let message = panicked.message(request_id);
            RpcError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR, message).into_response()
        }
    };
    if has_line && !response.status().is_success() {
        response.extensions_mut().insert(CallLogged);
    }
    response
}

/// The challenge that a 401 must have (RFC 9110 section 15.5.2). The API's own is for its caller, which is the gateway.
fn challenge(result: &ToolResult) -> Option<HeaderValue> {
    (result.status == StatusCode::UNAUTHORIZED).then(|| match result.error_kind {
        Some(ErrorKind::ScopeMissing) => HeaderValue::from_static(r#"Bearer error="insufficient_scope""#),
        _ => INVALID_TOKEN,
    })
}

/// The upstream's status; in place of one that cannot have a body (RFC 9110 section 6.4.1) the nearest that can.
fn with_body(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => StatusCode::OK,
        StatusCode::NOT_MODIFIED => StatusCode::BAD_GATEWAY,
        status if status.is_informational() => StatusCode::BAD_GATEWAY,
        status => status,
    }
}

/// Finds the tool and its input; an absent one is empty.
fn read<'a>(calls: &'a CallService, caller: &Caller, body: &[u8]) -> Result<(&'a Tool, JsonObject), ArgumentError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let PlainCall { tool, input } = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let name = path.split('.').next().filter(|name| *name != "?").unwrap_or("input").to_owned();
        let form = r#"the form is {"tool": "a tool's name", "input": {its arguments}}"#;
        ArgumentError::new(truncate(&name), format!("cannot be read: {}; {form}", error.into_inner()))
    })?;
    let found = calls
        .find(&tool, caller)
        .map_err(|problem| ArgumentError::new("tool", format!("{:?} {problem}", truncate(&tool))))?;
    Ok((found, input.unwrap_or_default()))
}
