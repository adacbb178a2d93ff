//! Logs one line for each call.

use std::sync::Arc;

use crate::calls::{CallEnd, CallEvent, CallInfo, CallObserver, InternalError};
use crate::server::{LogThrottle, ThrottleKey};
use crate::tools::{ErrorKind, ToolResult};

/// The log target. It is not the module's path, so that an operator's filter still works if the file moves.
const TARGET: &str = "leadconnector_mcp::call";

/// Logs each call when it has ended.
///
/// A line never holds a token, an argument or a response. Calls that any client can make without a valid token (with an
/// invented token, with invalid arguments, answered without the API, over a rate limit, or cancelled by the client) get at most one line a second at `info`; the rest are counted, and logged at
/// `debug`.
#[derive(Debug)]
pub struct CallLog {
    throttle: Arc<LogThrottle<ThrottledCall>>,
}

/// The calls whose lines are throttled.
#[derive(Debug, Clone, Copy)]
enum ThrottledCall {
    /// The API rejected the token.
    TokenRejected,
    /// The arguments are invalid, so that nothing was sent.
    InvalidArguments,
    /// A rate limit rejected the call, which the gateway may do without asking the API.
    RateLimited,
    /// The gateway answered without a request to the API.
    Local,
    /// The client disconnected.
    Cancelled,
}

impl ThrottledCall {
    /// Whether this result needs no valid token: then a client without one could fill the log.
    fn from_result(result: &ToolResult) -> Option<Self> {
        if result.is_local {
            return Some(Self::Local);
        }
        match result.error_kind? {
            ErrorKind::TokenRejected => Some(Self::TokenRejected),
            ErrorKind::InvalidArguments => Some(Self::InvalidArguments),
            ErrorKind::RateLimited => Some(Self::RateLimited),
            _ => None,
        }
    }
}

impl ThrottleKey for ThrottledCall {
    const ALL: &'static [Self] =
        &[Self::TokenRejected, Self::InvalidArguments, Self::RateLimited, Self::Local, Self::Cancelled];

    fn index(self) -> usize {
        self as usize
    }

    fn log_suppressed(self, suppressed: u64) {
        let reason = match self {
            Self::TokenRejected => "token_rejected",
            Self::InvalidArguments => "invalid_arguments",
            Self::RateLimited => "rate_limited",
            Self::Local => "not_sent",
            Self::Cancelled => "call_cancelled",
        };
        tracing::info!(target: TARGET, reason, suppressed, "more calls like this");
    }
}

impl CallLog {
    /// Creates the log.
    pub fn new() -> Self {
        Self { throttle: LogThrottle::new() }
    }

    fn log_result(&self, call: &CallInfo, result: &ToolResult) {
        let (tool, operation, elapsed_ms) = (call.tool, call.operation, elapsed_ms(call));
        let request_id = call.request_id.as_str();
        let location = call.location.as_ref().map(tracing::field::display);
        let grant = call.grant.map(|grant| grant.short());
        let (status, failure) = (result.status.as_u16(), result.error_kind.map(ErrorKind::as_str));
        let outcome_unknown = result.outcome_unknown.then_some(true);
        let cause = result.cause();
        if call.is_probe {
            // An operator would take it for a call of a client; of tokens that are refused the response tells.
            tracing::debug!(target: TARGET, tool, location, status, failure, elapsed_ms, request_id, "probe");
            return;
        }
        let suppressed = match ThrottledCall::from_result(result) {
            Some(kind) => {
                let Some(suppressed) = self.throttle.record(kind) else {
                    tracing::debug!(target: TARGET, tool, operation, location, grant, status, failure, elapsed_ms, request_id, "call");
                    return;
                };
                (suppressed > 0).then_some(suppressed)
            }
            None => None,
        };
        tracing::info!(
            target: TARGET, tool, operation, location, grant, status, failure, cause, outcome_unknown, elapsed_ms, request_id, suppressed,
            "call"
        );
    }

    fn log_cancelled(&self, call: &CallInfo, outcome_unknown: bool) {
        let (tool, operation, elapsed_ms) = (call.tool, call.operation, elapsed_ms(call));
        let request_id = call.request_id.as_str();
        let location = call.location.as_ref().map(tracing::field::display);
        let grant = call.grant.map(|grant| grant.short());
        if outcome_unknown {
            // The gateway stopped while a write was in flight: the operator may have to look.
            tracing::warn!(
                target: TARGET, tool, operation, location, grant, outcome_unknown, elapsed_ms, request_id, "call cancelled"
            );
            return;
        }
        let Some(suppressed) = self.throttle.record(ThrottledCall::Cancelled) else {
            tracing::debug!(target: TARGET, tool, operation, location, grant, elapsed_ms, request_id, "call cancelled");
            return;
        };
        let suppressed = (suppressed > 0).then_some(suppressed);
        tracing::info!(target: TARGET, tool, operation, location, grant, elapsed_ms, request_id, suppressed, "call cancelled");
    }
}

impl Default for CallLog {
    fn default() -> Self {
        Self::new()
    }
}

impl CallObserver for CallLog {
    fn on_call_event(&self, call: &CallInfo, event: CallEvent<'_>) {
        match event {
            CallEvent::Accepted | CallEvent::Queued(_) | CallEvent::Attempt(_) => {}
            CallEvent::Retried(cause) => {
                let (tool, request_id, cause) = (call.tool, call.request_id.as_str(), cause.as_str());
                tracing::debug!(target: TARGET, tool, cause, request_id, "request retried");
            }
            CallEvent::Finished(CallEnd::Result(result)) => self.log_result(call, result),
            CallEvent::Finished(CallEnd::InternalError(error)) => log_internal_error(call, error),
            CallEvent::Finished(CallEnd::Cancelled { outcome_unknown }) => self.log_cancelled(call, outcome_unknown),
        }
    }
}

/// Logs a bug of the gateway. Without a detail it is a panic, whose source location the panic hook logs.
fn log_internal_error(call: &CallInfo, error: &InternalError) {
    let (tool, operation, elapsed_ms) = (call.tool, call.operation, elapsed_ms(call));
    let request_id = call.request_id.as_str();
    let location = call.location.as_ref().map(tracing::field::display);
    let grant = call.grant.map(|grant| grant.short());
    let outcome_unknown = error.outcome_unknown().then_some(true);
    match error.detail() {
        Some(detail) => tracing::error!(
            target: TARGET, tool, operation, location, grant, outcome_unknown, elapsed_ms, request_id, detail, "internal error"
        ),
        None => tracing::error!(
            target: TARGET, tool, operation, location, grant, outcome_unknown, elapsed_ms, request_id, "call panicked"
        ),
    }
}

fn elapsed_ms(call: &CallInfo) -> u64 {
    u64::try_from(call.started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
