//! Throttles log lines that any client can cause: a client that sends bad requests without end must not fill the log.

use std::fmt::Debug;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};

/// A kind of line is logged at most once per period; those in between are counted.
const PERIOD: Duration = Duration::from_secs(1);

/// How long after a line the number of suppressed ones is logged at the latest. It is longer than the period, so that
/// usually the next line of the kind has their number.
const FLUSH_DELAY: Duration = Duration::from_secs(2);

/// The kinds of lines that share a throttle.
pub trait ThrottleKey: Copy + Debug + Send + Sync + 'static {
    /// All kinds.
    const ALL: &'static [Self];

    /// The position of this kind in [`ALL`](Self::ALL).
    fn index(self) -> usize;

    /// Logs the number of suppressed lines.
    fn log_suppressed(self, suppressed: u64);
}

/// A log throttle, per kind of line. One lock for all: it is taken for throttled lines only.
#[derive(Debug)]
pub struct LogThrottle<K: ThrottleKey> {
    throttles: Mutex<Box<[Throttle]>>,
    kinds: &'static [K],
}

/// The throttle of one kind.
#[derive(Debug, Default, Clone, Copy)]
struct Throttle {
    /// When it was last logged.
    logged_at: Option<Instant>,
    /// How many since then have no line.
    suppressed: u64,
    /// Whether a task is waiting to log their number.
    flush_pending: bool,
}

impl<K: ThrottleKey> LogThrottle<K> {
    /// A throttle that has suppressed nothing.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { throttles: Mutex::new(K::ALL.iter().map(|_| Throttle::default()).collect()), kinds: K::ALL })
    }

    /// Records a line. If it is to be logged, returns the number of lines suppressed since the last one; otherwise `None`.
    pub fn record(self: &Arc<Self>, kind: K) -> Option<u64> {
        let now = Instant::now();
        let mut throttles = self.throttles.lock();
        let throttle = &mut throttles[kind.index()];
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
            runtime.spawn(flush_later(Arc::downgrade(self), kind));
        }
        None
    }

    /// Logs the number of suppressed lines if that is due; otherwise returns when it is.
    fn flush(&self, kind: K) -> Option<Instant> {
        let now = Instant::now();
        let mut throttles = self.throttles.lock();
        let throttle = &mut throttles[kind.index()];
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
        log_suppressed(kind, suppressed);
        None
    }
}

/// Logs what is still suppressed when the process ends.
impl<K: ThrottleKey> Drop for LogThrottle<K> {
    fn drop(&mut self) {
        for kind in self.kinds {
            let suppressed = self.throttles.lock()[kind.index()].suppressed;
            log_suppressed(*kind, suppressed);
        }
    }
}

async fn flush_later<K: ThrottleKey>(throttle: Weak<LogThrottle<K>>, kind: K) {
    while let Some(due) = throttle.upgrade().and_then(|throttle| throttle.flush(kind)) {
        sleep_until(due).await;
    }
}

fn log_suppressed<K: ThrottleKey>(kind: K, suppressed: u64) {
    if suppressed > 0 {
        kind.log_suppressed(suppressed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::server::Reason;

    #[tokio::test(start_paused = true)]
    async fn a_reason_is_logged_once_a_second() {
        let rejections = LogThrottle::new();
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
        let rejections = LogThrottle::new();
        let suppressed = || rejections.throttles.lock()[Reason::Unauthorized.index()];
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
        let rejections = LogThrottle::new();
        assert_eq!(rejections.record(Reason::Unauthorized), Some(0));
        assert_eq!(rejections.record(Reason::Unauthorized), None);
        tokio::time::sleep(PERIOD + PERIOD / 10).await;
        assert_eq!(rejections.record(Reason::Unauthorized), Some(1), "this line has the number");
        tokio::time::sleep(PERIOD * 12 / 10).await;
        assert_eq!(rejections.record(Reason::Unauthorized), Some(0), "the task has run, and logged nothing");
    }
}
