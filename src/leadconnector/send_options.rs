//! Options of one send: deadline, cancellation and observer.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::rate_limit_headers::Limit;

/// Options of one send.
#[derive(Debug, Clone)]
pub struct SendOptions<'a> {
    /// When the response must be complete, including waiting, retries and reading.
    pub deadline: Instant,
    /// Cancelled when the client disconnects: nothing more is sent then, but the response of a request already sent is read.
    pub cancelled: CancellationToken,
    /// Receives the events of the request.
    pub observer: &'a dyn SendObserver,
}

/// Receives the events of a request. It runs in the task that sends, so it must not block.
pub trait SendObserver: Debug + Send + Sync {
    /// Handles an event.
    fn on_send_event(&self, event: SendEvent);
}

/// What happens to a request on its way to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendEvent {
    /// It waits before it is sent. The next event ends the wait, or replaces it by another.
    Queued(WaitStatus),
    /// Attempt n is sent, counted from 1.
    Attempt(u32),
    /// It has a permit to be sent once more; its attempt follows.
    Retried(RetryCause),
}

/// Why a request waits, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitStatus {
    /// The reason.
    pub reason: WaitReason,
    /// When the wait ends, if that is known.
    pub until: Option<Instant>,
}

/// Why a request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The API's rate limit is reached.
    RateLimit(Limit),
    /// Other requests for the same location are ahead.
    Queue,
    /// The pause before a retry.
    Retry,
}

/// Why a request is sent once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryCause {
    /// The API rejected it for its rate limit.
    RateLimited,
    /// The API failed, or did not respond.
    Failed,
}

impl RetryCause {
    /// The name that the log uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::Failed => "failed",
        }
    }
}

/// Ignores all events.
impl SendObserver for () {
    fn on_send_event(&self, _: SendEvent) {}
}

impl SendOptions<'static> {
    /// Options with a deadline only.
    pub fn until(deadline: Instant) -> Self {
        Self { deadline, cancelled: CancellationToken::new(), observer: &() }
    }
}

impl SendOptions<'_> {
    /// The time left until the deadline.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Reports that the request waits, or that its wait has changed.
    pub(super) fn report_wait(&self, wait: WaitStatus) {
        self.observer.on_send_event(SendEvent::Queued(wait));
    }
}

impl WaitStatus {
    /// A wait for the API's rate limit.
    pub(super) fn rate_limit(limit: Limit, until: Instant) -> Self {
        Self { reason: WaitReason::RateLimit(limit), until: Some(until) }
    }

    /// A wait for other requests of the same location.
    pub(super) fn queue() -> Self {
        Self { reason: WaitReason::Queue, until: None }
    }

    /// The pause before a retry.
    pub(super) fn retry(until: Instant) -> Self {
        Self { reason: WaitReason::Retry, until: Some(until) }
    }
}
