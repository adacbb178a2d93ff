//! The plain call of HighLevel's help article: `{"tool": …, "input": {…}}`. The response is the result's JSON, with the
//! upstream's status. The hosted endpoint documents this form but does not serve it.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Extensions, HeaderValue, StatusCode};
use serde::Deserialize;

use super::middleware::CallLogged;
use crate::calls::{ArgumentsScan, CallRequest, CallService, Caller};
use crate::leadconnector::{ArgumentError, seconds};
use crate::mcp::{self, INTERNAL_ERROR, RpcError};
use crate::text::truncate;
use crate::tools::{Callable, ErrorKind, InvalidArguments, JsonObject, ToolResult};

/// A plain call. Unknown fields are an error: an input under another name would otherwise be silently ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainCall {
    tool: String,
    #[serde(default, alias = "arguments")]
    input: Option<JsonObject>,
}

/// Handles a plain call.
pub async fn handle(
    calls: &CallService,
    caller: &Caller,
    extensions: &Extensions,
    body: &[u8],
    scan: &ArgumentsScan,
) -> Response {
    let request_id = mcp::request_id(extensions);
    let (result, is_logged) = match parse(calls, caller, body) {
        Ok((tool, arguments)) => {
            let call = CallRequest { arguments, scan: Some(scan), request_id, is_probe: false, observer: None };
            (calls.call(tool, caller, call).await, true)
        }
        Err(problem) => (Ok(ToolResult::invalid_arguments(&InvalidArguments(vec![problem]))), false),
    };
    let mut response = match result {
        Ok(result) => {
            let wait = result.retry_after.map(|wait| [(RETRY_AFTER, seconds(wait))]);
            let challenge = challenge(&result).map(|challenge| [(WWW_AUTHENTICATE, challenge)]);
            (status_with_body(result.status), wait, challenge, [(CONTENT_TYPE, "application/json")], result.into_json())
                .into_response()
        }
        Err(error) => {
            let message = error.message(request_id);
            RpcError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR, message).into_response()
        }
    };
    if is_logged && !response.status().is_success() {
        response.extensions_mut().insert(CallLogged);
    }
    response
}

/// The challenge that a 401 response must have (RFC 9110 section 15.5.2). The API's own challenge is meant for the gateway.
fn challenge(result: &ToolResult) -> Option<HeaderValue> {
    (result.status == StatusCode::UNAUTHORIZED).then(|| match result.error_kind {
        Some(ErrorKind::ScopeMissing) => HeaderValue::from_static(r#"Bearer error="insufficient_scope""#),
        _ => HeaderValue::from_static(r#"Bearer error="invalid_token""#),
    })
}

/// The upstream's status; a status that cannot have a body (RFC 9110 section 6.4.1) is replaced by the nearest that can.
fn status_with_body(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => StatusCode::OK,
        StatusCode::NOT_MODIFIED => StatusCode::BAD_GATEWAY,
        status if status.is_informational() => StatusCode::BAD_GATEWAY,
        status => status,
    }
}

/// Finds the tool and its input; an absent input is empty.
fn parse<'a>(
    calls: &'a CallService,
    caller: &Caller,
    body: &[u8],
) -> Result<(Callable<'a>, JsonObject), ArgumentError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let PlainCall { tool, input } = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let name = path.split('.').next().filter(|name| *name != "?").unwrap_or("input").to_owned();
        let form = r#"send {"tool": "<name of a tool>", "input": {<its arguments>}}"#;
        ArgumentError::new(truncate(&name), format!("cannot be read: {}; {form}", error.into_inner()))
    })?;
    let found = calls
        .find(&tool, caller)
        .map_err(|problem| ArgumentError::new("tool", format!("{:?} {problem}", truncate(&tool))))?;
    Ok((found, input.unwrap_or_default()))
}
