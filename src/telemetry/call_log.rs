//! The one line that a call leaves in the log.

use std::sync::Arc;
use std::time::Instant;

use crate::leadconnector::LocationId;
use crate::server::{Reason, Rejections};
use crate::tools::{ErrorKind, ToolResult};

/// The target of the line. It is a name of its own, so that a filter outlives a moved file.
const TARGET: &str = "leadconnector_mcp::call";

/// Writes a call's line: when it is over, or when nobody waits for it any more.
///
/// Never in it: a token, an argument, an answer. A call that anybody can make, with a made-up token or by leaving, has no
/// more than one line a second at `info`; the others are counted, and stand at `debug`.
#[derive(Debug)]
pub struct CallLog {
    tool: &'static str,
    location: Option<LocationId>,
    request_id: String,
    started: Instant,
    rejections: Arc<Rejections>,
    written: bool,
}

impl CallLog {
    /// Starts the clock.
    pub fn start(
        tool: &'static str,
        location: Option<LocationId>,
        request_id: &str,
        rejections: Arc<Rejections>,
    ) -> Self {
        Self { tool, location, request_id: request_id.to_owned(), started: Instant::now(), rejections, written: false }
    }

    /// The call's arguments named the location.
    pub fn set_location(&mut self, location: Option<&LocationId>) {
        self.location = location.cloned();
    }

    /// The call is over.
    pub fn finish(mut self, result: &ToolResult) {
        self.written = true;
        let (tool, request_id) = (self.tool, self.request_id.as_str());
        let (location, elapsed_ms) = (self.location.as_ref().map(tracing::field::display), self.elapsed_ms());
        let (status, failure) = (result.status.as_u16(), result.error_kind.map(ErrorKind::as_str));
        let suppressed = if result.error_kind == Some(ErrorKind::TokenRejected) {
            let Some(suppressed) = self.rejections.record(Reason::TokenRejected) else {
                tracing::debug!(target: TARGET, tool, location, status, failure, elapsed_ms, request_id, "call");
                return;
            };
            (suppressed > 0).then_some(suppressed)
        } else {
            None
        };
        tracing::info!(target: TARGET, tool, location, status, failure, elapsed_ms, request_id, suppressed, "call");
    }

    /// The call met a bug of this program. `None` is a panic, of which the panic hook logs more.
    pub fn fail(mut self, detail: Option<&str>) {
        self.written = true;
        let (tool, request_id) = (self.tool, self.request_id.as_str());
        let (location, elapsed_ms) = (self.location.as_ref().map(tracing::field::display), self.elapsed_ms());
        match detail {
            Some(detail) => {
                tracing::error!(target: TARGET, tool, location, elapsed_ms, request_id, detail, "internal error");
            }
            None => tracing::error!(target: TARGET, tool, location, elapsed_ms, request_id, "call panicked"),
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        if !self.written {
            let (tool, request_id) = (self.tool, self.request_id.as_str());
            let (location, elapsed_ms) = (self.location.as_ref().map(tracing::field::display), self.elapsed_ms());
            let Some(suppressed) = self.rejections.record(Reason::CallCancelled) else {
                tracing::debug!(target: TARGET, tool, location, elapsed_ms, request_id, "call cancelled");
                return;
            };
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::info!(target: TARGET, tool, location, elapsed_ms, request_id, suppressed, "call cancelled");
        }
    }
}
