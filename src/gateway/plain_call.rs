//! The plain call of HighLevel's help article: `{"tool": …, "input": {…}}`, answered with the result's JSON and the
//! upstream's status. The hosted endpoint documents it and does not serve it.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{Extensions, StatusCode};
use rmcp::model::JsonObject;
use serde_json::value::RawValue;

use super::call::CallPanicked;
use super::rpc_error::{INTERNAL_ERROR, RpcError};
use super::{Caller, Gateway, mcp};
use crate::leadconnector::Fault;
use crate::tools::{InvalidArguments, Outcome, Tool};

/// Calls a tool in the plain form.
pub async fn answer(
    gateway: &Arc<Gateway>,
    caller: Caller,
    extensions: &Extensions,
    tool: &RawValue,
    input: Option<&RawValue>,
) -> Response {
    let request_id = mcp::request_id(extensions).to_owned();
    let outcome = match read(gateway, &caller, tool, input) {
        Ok((tool, input)) => call(gateway.clone(), tool, caller, input, request_id.clone()).await,
        Err(fault) => Ok(Outcome::refused(&InvalidArguments(vec![fault]))),
    };
    match outcome {
        Ok(outcome) => (outcome.status, [(CONTENT_TYPE, "application/json")], outcome.text).into_response(),
        Err(CallPanicked) => {
            let message = format!("an internal error; the log has more under the request id {request_id}");
            RpcError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR, message).into_response()
        }
    }
}

/// Calls the tool. A write that was begun is read to its end, even if the client is gone: so it has a task of its own.
async fn call(
    gateway: Arc<Gateway>,
    tool: &Tool,
    caller: Caller,
    input: JsonObject,
    request_id: String,
) -> Result<Outcome, CallPanicked> {
    if !tool.endpoint.writes() {
        return gateway.call(tool, &caller, input, &request_id).await;
    }
    let name = tool.name;
    let write = async move {
        let tool = gateway.catalogue.find(name).ok_or(CallPanicked)?;
        gateway.call(tool, &caller, input, &request_id).await
    };
    tokio::spawn(write).await.unwrap_or(Err(CallPanicked))
}

/// Finds the tool and reads its input; an absent one is empty.
fn read<'a>(
    gateway: &'a Gateway,
    caller: &Caller,
    tool: &RawValue,
    input: Option<&RawValue>,
) -> Result<(&'a Tool, JsonObject), Fault> {
    let name: String =
        serde_json::from_str(tool.get()).map_err(|_| Fault::new("tool", "must be the name of a tool, as text"))?;
    let tool = gateway.find(&name, caller).map_err(|problem| Fault::new("tool", format!("{name:?} {problem}")))?;
    let input = input.map_or("{}", RawValue::get);
    match serde_json::from_str::<Option<JsonObject>>(input) {
        Ok(input) => Ok((tool, input.unwrap_or_default())),
        Err(_) => Err(Fault::new("input", "must be an object of arguments")),
    }
}
