//! Probes the API with a caller's token: small reads that show whether the token, its location and its scopes work.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::caller::Caller;
use super::service::{CallRequest, CallService};
use crate::tools::{ErrorKind, JsonObject, Tool, ToolResult};

/// An id that no record has: the response still shows whether the token has the scope.
const NO_SUCH_ID: &str = "000000000000000000000000";

/// The read of the location itself: the cheapest that shows whether the token and the location belong together.
const LOCATION: &str = "locations_get-location";

/// What a read showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// The kind of its error, if it failed.
    pub error: Option<ErrorKind>,
    /// What the API, or the gateway, said. It may hold anything.
    pub message: String,
    /// What the gateway advises.
    pub hint: String,
    /// Whether the response is the API's own: JSON, and not the page of something in between.
    is_json: bool,
}

/// Whether a token works with its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenCheck {
    /// It does. These scopes, which the caller's tools need, it lacks.
    Works {
        /// The scopes, as `HighLevel` names them.
        lacking: Vec<&'static str>,
    },
    /// The API does not know the token.
    TokenRefused,
    /// It is a token of an agency, not of a location.
    AgencyToken,
    /// The location is not the token's.
    LocationRefused,
    /// The token works, but none of its reads names the location: it may be another's.
    LocationUnproved,
    /// There is no such location, or something in between answers for the API.
    LocationUnknown,
    /// The API gave no answer that would tell.
    Unknown,
}

/// Calls a tool with arguments that change nothing and ask for little.
pub async fn ask(calls: &CallService, caller: &Caller, tool: &Tool, request_id: &str) -> Probed {
    let request = CallRequest { arguments: arguments(tool), scan: None, request_id, is_probe: true, observer: None };
    match calls.call(tool.callable(), caller, request).await {
        Ok(result) => Probed::of(&result),
        Err(_) => Probed {
            error: Some(ErrorKind::UpstreamUnavailable),
            message: "internal error".to_owned(),
            hint: String::new(),
            is_json: false,
        },
    }
}

/// Checks whether a caller's token works with its location.
pub async fn check_token(calls: &CallService, caller: &Caller, request_id: &str) -> TokenCheck {
    let Some(tool) = calls.registry().tools().iter().find(|tool| tool.name == LOCATION) else {
        return TokenCheck::Unknown;
    };
    let probed = ask(calls, caller, tool, request_id).await;
    match probed.error {
        None => TokenCheck::Works { lacking: Vec::new() },
        Some(ErrorKind::ScopeMissing) => TokenCheck::Works { lacking: vec![tool.endpoint.scope] },
        // Not at the word of a firewall or a proxy: their pages come with such statuses too.
        Some(_) if !probed.is_json => TokenCheck::Unknown,
        Some(ErrorKind::TokenRejected) => TokenCheck::TokenRefused,
        Some(ErrorKind::NotSupportedForToken) => TokenCheck::AgencyToken,
        Some(ErrorKind::LocationForbidden) => TokenCheck::LocationRefused,
        Some(ErrorKind::NotFound | ErrorKind::InvalidRequest) => TokenCheck::LocationUnknown,
        Some(_) => TokenCheck::Unknown,
    }
}

/// Checks the same, and the scopes of all tools that the caller sees and that read.
pub async fn check_scopes(calls: &CallService, caller: &Caller, request_id: &str) -> TokenCheck {
    let mut lacking = match check_token(calls, caller, request_id).await {
        TokenCheck::Works { lacking } => lacking,
        other => return other,
    };
    let mut is_proved = lacking.is_empty();
    let mut scopes: BTreeSet<&str> = lacking.iter().copied().collect();
    let sees = |tool: &&Tool| caller.selection.lists(tool.callable());
    let mut reads: Vec<&Tool> = calls.registry().tools().iter().filter(sees).collect();
    reads.retain(|tool| !tool.endpoint.writes() && tool.name != LOCATION);
    // Of the tools of a scope the one that names the location: it shows whether the location is the token's, too.
    reads.sort_by_key(|tool| !tool.endpoint.needs_location());
    reads.retain(|tool| scopes.insert(tool.endpoint.scope));
    // What is not offered need not be allowed.
    lacking.retain(|scope| calls.registry().tools().iter().filter(sees).any(|tool| tool.endpoint.scope == *scope));
    let probes = reads.into_iter().map(async |tool| (tool, ask(calls, caller, tool, request_id).await.error));
    let found = join_all(probes).await;
    let lacks = found.iter().filter(|(_, error)| *error == Some(ErrorKind::ScopeMissing));
    lacking.extend(lacks.map(|(tool, _)| tool.endpoint.scope));
    // Without the scope for the location's own read, the others show whether it is the token's.
    if found.iter().any(|(_, error)| *error == Some(ErrorKind::LocationForbidden)) {
        return TokenCheck::LocationRefused;
    }
    is_proved |= found.iter().any(|(tool, error)| error.is_none() && tool.endpoint.needs_location());
    if is_proved { TokenCheck::Works { lacking } } else { TokenCheck::LocationUnproved }
}

impl Probed {
    fn of(result: &ToolResult) -> Self {
        let json: Value = serde_json::from_str(&result.text).unwrap_or_default();
        let text = |path: &str| json.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_json = json.get("data").is_some_and(Value::is_object);
        match result.error_kind {
            None => Self { error: None, message: String::new(), hint: String::new(), is_json: true },
            error => Self { error, message: text("/error/message"), hint: text("/error/hint"), is_json },
        }
    }
}

/// Arguments for a small read: ids that do not exist, and the smallest limit.
fn arguments(tool: &Tool) -> JsonObject {
    let mut arguments = JsonObject::new();
    for name in tool.required_arguments() {
        let value = match name.as_str() {
            "startTime" => json!("2026-01-01T00:00:00Z"),
            "endTime" => json!("2026-01-01T01:00:00Z"),
            _ => json!(NO_SUCH_ID),
        };
        arguments.insert(name.clone(), value);
    }
    if tool.arguments().iter().any(|name| name == "limit") {
        arguments.insert("limit".to_owned(), json!(1));
    }
    if tool.arguments().iter().any(|name| name == "userId") {
        arguments.insert("userId".to_owned(), json!(NO_SUCH_ID));
    }
    arguments
}
