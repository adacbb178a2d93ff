//! Logs rejections, throttled.

use std::net::IpAddr;
use std::sync::Arc;

use super::log_throttle::{LogThrottle, ThrottleKey};
use super::reason::Reason;

/// The log target of the access log. It is not the module path, so that log filters survive a moved file.
pub const LOG_TARGET: &str = "leadconnector_mcp::access";

/// The log throttle for rejections, per reason.
#[derive(Debug)]
pub struct Rejections(Arc<LogThrottle<Reason>>);

impl Rejections {
    /// A throttle without rejections.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(LogThrottle::new()))
    }

    /// Records a rejection. If it is to be logged, returns the number of rejections suppressed since the last line;
    /// otherwise `None`.
    pub fn record(&self, reason: Reason) -> Option<u64> {
        if reason == Reason::InternalError {
            // Not a client's error: the operator must act, and needs every request id.
            return Some(0);
        }
        self.0.record(reason)
    }

    /// Records a connection that was rejected before it became a request, and logs it unless it is suppressed.
    pub fn record_connection(&self, reason: Reason, client: IpAddr) {
        if let Some(suppressed) = self.record(reason) {
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::info!(target: LOG_TARGET, reason = reason.as_str(), %client, suppressed, "connection rejected");
        }
    }
}

impl ThrottleKey for Reason {
    const ALL: &'static [Self] = &Self::ALL;

    fn index(self) -> usize {
        self as usize
    }

    fn log_suppressed(self, suppressed: u64) {
        tracing::info!(target: LOG_TARGET, reason = self.as_str(), suppressed, "more rejections for this reason");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn internal_errors_are_never_suppressed() {
        let rejections = Rejections::new();
        assert!((0..10).all(|_| rejections.record(Reason::InternalError) == Some(0)));
    }
}
