//! How often the log reports each reason for a rejection: a client that sends bad requests without end must not fill it.

use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};

use super::reason::Reason;

/// The target of the access log's lines. It is a name of its own, so that a filter outlives a moved file.
pub const LOG_TARGET: &str = "leadconnector_mcp::access";

/// A reason is logged at most once in this time; what comes in between is counted.
const PERIOD: Duration = Duration::from_secs(1);

/// When what was counted is logged at the latest. It is later than the period, so that the next rejection usually has
/// the number in its own line.
const FLUSH: Duration = Duration::from_secs(2);

/// How often each reason was logged and counted. One lock for all: it is taken for rejected requests only.
#[derive(Debug)]
pub struct Rejections {
    reasons: Mutex<[Recent; Reason::COUNT]>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Recent {
    logged: Option<Instant>,
    /// Rejections since then that have no line.
    suppressed: u64,
    /// Whether a task waits to log them.
    flushing: bool,
}

impl Rejections {
    /// None so far.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { reasons: Mutex::new([Recent::default(); Reason::COUNT]) })
    }

    /// Counts a rejection. If it is to be logged, gives the number of those before it that were not.
    pub fn count(self: &Arc<Self>, reason: Reason) -> Option<u64> {
        if reason == Reason::InternalError {
            // No client's mistake: somebody must act, and looks for the request's id.
            return Some(0);
        }
        let now = Instant::now();
        let mut reasons = self.reasons.lock();
        let recent = &mut reasons[reason as usize];
        if recent.logged.is_none_or(|at| now - at >= PERIOD) {
            recent.logged = Some(now);
            return Some(std::mem::take(&mut recent.suppressed));
        }
        recent.suppressed += 1;
        // A call may be dropped after its runtime.
        if !recent.flushing
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            recent.flushing = true;
            runtime.spawn(flush_later(Arc::downgrade(self), reason));
        }
        None
    }

    /// Counts a connection that ended before it was a request, and logs it if its turn has come.
    pub fn connection(self: &Arc<Self>, reason: Reason, client: IpAddr) {
        if let Some(suppressed) = self.count(reason) {
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::info!(target: LOG_TARGET, reason = reason.as_str(), %client, suppressed, "connection rejected");
        }
    }

    /// Logs what was counted if it is time; otherwise gives the time.
    fn flush(&self, reason: Reason) -> Option<Instant> {
        let now = Instant::now();
        let mut reasons = self.reasons.lock();
        let recent = &mut reasons[reason as usize];
        let due = recent.logged.map_or(now, |at| at + FLUSH);
        if recent.suppressed > 0 && due > now {
            return Some(due);
        }
        recent.flushing = false;
        let suppressed = std::mem::take(&mut recent.suppressed);
        if suppressed > 0 {
            recent.logged = Some(now);
        }
        drop(reasons);
        log_suppressed(reason, suppressed);
        None
    }
}

/// At the end of the process as well.
impl Drop for Rejections {
    fn drop(&mut self) {
        for reason in Reason::ALL {
            let suppressed = self.reasons.lock()[reason as usize].suppressed;
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
        tracing::info!(target: LOG_TARGET, reason = reason.as_str(), suppressed, "more for this reason");
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reason_is_logged_once_a_second() {
        let rejections = Rejections::new();
        assert_eq!(rejections.count(Reason::Unauthorized), Some(0));
        assert_eq!(rejections.count(Reason::UnknownPath), Some(0), "each reason for itself");
        for _ in 0..500 {
            assert_eq!(rejections.count(Reason::Unauthorized), None);
        }
        advance(PERIOD).await;
        assert_eq!(rejections.count(Reason::Unauthorized), Some(500));
        assert_eq!(rejections.count(Reason::Unauthorized), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_counted_comes_out_without_another() {
        let rejections = Rejections::new();
        let suppressed = || rejections.reasons.lock()[Reason::Unauthorized as usize];
        for _ in 0..3 {
            rejections.count(Reason::Unauthorized);
        }
        assert_eq!(suppressed().suppressed, 2);
        tokio::time::sleep(FLUSH + PERIOD / 2).await;
        assert_eq!((suppressed().suppressed, suppressed().flushing), (0, false), "the task has logged it");
        assert_eq!(rejections.count(Reason::Unauthorized), None, "its line counts as one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_with_nothing_to_log_delays_no_line() {
        let rejections = Rejections::new();
        assert_eq!(rejections.count(Reason::Unauthorized), Some(0));
        assert_eq!(rejections.count(Reason::Unauthorized), None);
        tokio::time::sleep(PERIOD + PERIOD / 10).await;
        assert_eq!(rejections.count(Reason::Unauthorized), Some(1), "this line took the number along");
        tokio::time::sleep(PERIOD * 12 / 10).await;
        assert_eq!(rejections.count(Reason::Unauthorized), Some(0), "the task has run, and logged nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn every_bug_has_a_line() {
        let rejections = Rejections::new();
        assert!((0..10).all(|_| rejections.count(Reason::InternalError) == Some(0)));
    }
}
