//! Throttles the log lines of rejections: a client that sends bad requests without end must not fill the log.

use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};

use super::reason::Reason;

/// The log target of the access log. It is not the module path, so that log filters survive a moved file.
pub const LOG_TARGET: &str = "leadconnector_mcp::access";

/// A reason is logged at most once per period; the rejections in between are counted.
const PERIOD: Duration = Duration::from_secs(1);

/// How long after a line the suppressed rejections are logged at the latest. It is longer than the period, so that usually
/// the next rejection's own line has their number.
const FLUSH_DELAY: Duration = Duration::from_secs(2);

/// The log throttle for rejections, per reason. One lock for all: it is taken for rejected requests only.
#[derive(Debug)]
pub struct Rejections {
    throttles: Mutex<[Throttle; Reason::COUNT]>,
}

/// The throttle of one reason.
#[derive(Debug, Default, Clone, Copy)]
struct Throttle {
    /// When it was last logged.
    logged_at: Option<Instant>,
    /// How many rejections since then have no line.
    suppressed: u64,
    /// Whether a task is waiting to log their number.
    flush_pending: bool,
}

impl Rejections {
    /// A throttle without rejections.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { throttles: Mutex::new([Throttle::default(); Reason::COUNT]) })
    }

    /// Records a rejection. If it is to be logged, returns the number of rejections suppressed since the last line;
    /// otherwise `None`.
    pub fn record(self: &Arc<Self>, reason: Reason) -> Option<u64> {
        if reason == Reason::InternalError {
            // Not a client's error: the operator must act, and needs every request id.
            return Some(0);
        }
        let now = Instant::now();
        let mut throttles = self.throttles.lock();
        let throttle = &mut throttles[reason as usize];
        if throttle.logged_at.is_none_or(|at| now - at >= PERIOD) {
            throttle.logged_at = Some(now);
            return Some(std::mem::take(&mut throttle.suppressed));
        }
        throttle.suppressed += 1;
        // There is no runtime if a call is dropped after it.
        if !throttle.flush_pending
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            throttle.flush_pending = true;
            runtime.spawn(flush_later(Arc::downgrade(self), reason));
        }
        None
    }

    /// Records a connection that was rejected before it became a request, and logs it unless it is suppressed.
    pub fn record_connection(self: &Arc<Self>, reason: Reason, client: IpAddr) {
        if let Some(suppressed) = self.record(reason) {
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::info!(target: LOG_TARGET, reason = reason.as_str(), %client, suppressed, "connection rejected");
        }
    }

    /// Logs the number of suppressed rejections if that is due; otherwise returns when it is.
    fn flush(&self, reason: Reason) -> Option<Instant> {
        let now = Instant::now();
        let mut throttles = self.throttles.lock();
        let throttle = &mut throttles[reason as usize];
        let due = throttle.logged_at.map_or(now, |at| at + FLUSH_DELAY);
        if throttle.suppressed > 0 && due > now {
            return Some(due);
        }
        throttle.flush_pending = false;
        let suppressed = std::mem::take(&mut throttle.suppressed);
        if suppressed > 0 {
            throttle.logged_at = Some(now);
        }
        drop(throttles);
        log_suppressed(reason, suppressed);
        None
    }
}

/// Logs what is still suppressed when the process ends.
impl Drop for Rejections {
    fn drop(&mut self) {
        for reason in Reason::ALL {
            let suppressed = self.throttles.lock()[reason as usize].suppressed;
            log_suppressed(reason, suppressed);
        }
    }
}

async fn flush_later(rejections: Weak<Rejections>, reason: Reason) {
    while let Some(due) = rejections.upgrade().and_then(|rejections| rejections.flush(reason)) {
        sleep_until(due).await;
    }
}

fn log_suppressed(reason: Reason, suppressed: u64) {
    if suppressed > 0 {
        tracing::info!(target: LOG_TARGET, reason = reason.as_str(), suppressed, "more rejections for this reason");
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reason_is_logged_once_a_second() {
        let rejections = Rejections::new();
        assert_eq!(rejections.record(Reason::Unauthorized), Some(0));
        assert_eq!(rejections.record(Reason::UnknownPath), Some(0), "each reason has its own throttle");
        for _ in 0..500 {
            assert_eq!(rejections.record(Reason::Unauthorized), None);
        }
        advance(PERIOD).await;
        assert_eq!(rejections.record(Reason::Unauthorized), Some(500));
        assert_eq!(rejections.record(Reason::Unauthorized), None);
    }

    #[tokio::test(start_paused = true)]
    async fn suppressed_rejections_are_logged_without_a_further_one() {
        let rejections = Rejections::new();
        let suppressed = || rejections.throttles.lock()[Reason::Unauthorized as usize];
        for _ in 0..3 {
            rejections.record(Reason::Unauthorized);
        }
        assert_eq!(suppressed().suppressed, 2);
        tokio::time::sleep(FLUSH_DELAY + PERIOD / 2).await;
        assert_eq!((suppressed().suppressed, suppressed().flush_pending), (0, false), "the task has logged them");
        assert_eq!(rejections.record(Reason::Unauthorized), None, "the task's line counts as a line of the reason");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flush_with_nothing_to_log_delays_no_line() {
        let rejections = Rejections::new();
        assert_eq!(rejections.record(Reason::Unauthorized), Some(0));
        assert_eq!(rejections.record(Reason::Unauthorized), None);
        tokio::time::sleep(PERIOD + PERIOD / 10).await;
        assert_eq!(rejections.record(Reason::Unauthorized), Some(1), "this line has the number");
        tokio::time::sleep(PERIOD * 12 / 10).await;
        assert_eq!(rejections.record(Reason::Unauthorized), Some(0), "the task has run, and logged nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn internal_errors_are_never_suppressed() {
        let rejections = Rejections::new();
        assert!((0..10).all(|_| rejections.record(Reason::InternalError) == Some(0)));
    }
}
