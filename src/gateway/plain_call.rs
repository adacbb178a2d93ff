//! The plain call of HighLevel's help article: `{"tool": …, "input": {…}}`, answered with the result's JSON and the
//! upstream's status. The hosted endpoint documents it and does not serve it.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{Extensions, StatusCode};
use rmcp::model::JsonObject;
use serde_json::value::RawValue;

use super::rpc_error::{INTERNAL_ERROR, RpcError};
use super::{Caller, Gateway, mcp};
use crate::leadconnector::Fault;
use crate::tools::{InvalidArguments, Outcome};

/// Calls a tool in the plain form.
pub async fn answer(
    gateway: &Gateway,
    caller: &Caller,
    extensions: &Extensions,
    tool: &RawValue,
    input: Option<&RawValue>,
) -> Response {
    let request_id = mcp::request_id(extensions);
    let outcome = match read(gateway, caller, tool, input) {
        Ok((tool, input)) => gateway.call(tool, caller, input, request_id).await,
        Err(fault) => Ok(Outcome::refused(&InvalidArguments(vec![fault]))),
    };
    match outcome {
        Ok(outcome) => (outcome.status, [(CONTENT_TYPE, "application/json")], outcome.text).into_response(),
        Err(_) => {
            let message = format!("an internal error; the log has more under the request id {request_id}");
            RpcError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR, message).into_response()
        }
    }
}

/// Finds the tool and reads its input; an absent one is empty.
fn read<'a>(
    gateway: &'a Gateway,
    caller: &Caller,
    tool: &RawValue,
    input: Option<&RawValue>,
) -> Result<(&'a crate::tools::Tool, JsonObject), Fault> {
    let name: String =
        serde_json::from_str(tool.get()).map_err(|_| Fault::new("tool", "must be the name of a tool, as text"))?;
    let tool = gateway.find(&name, caller).map_err(|problem| Fault::new("tool", format!("{name:?} {problem}")))?;
    let input = input.map_or("{}", RawValue::get);
    match serde_json::from_str::<Option<JsonObject>>(input) {
        Ok(input) => Ok((tool, input.unwrap_or_default())),
        Err(_) => Err(Fault::new("input", "must be an object of arguments")),
    }
}
