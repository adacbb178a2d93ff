//! How a request is sent: until when, for whom, and who observes it.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::rate_limit_headers::Limit;

/// How a request is sent.
#[derive(Debug, Clone)]
pub struct SendOptions<'a> {
    /// When the response must be complete: waiting, retries and reading included.
    pub deadline: Instant,
    /// Cancelled once the caller is gone: nothing more is sent then, but a request already sent is read to its end.
    pub cancelled: CancellationToken,
    /// Who observes the request on its way.
    pub observer: &'a dyn SendObserver,
}

/// Observes a request on its way to the API.
///
/// It is called by the task that sends, so it must not block.
pub trait SendObserver: Debug + Send + Sync {
    /// Something happened.
    fn on_send_event(&self, event: SendEvent);
}

/// What happens to a request on its way to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendEvent {
    /// It waits before it is sent. The next event ends the wait, or replaces it by another.
    Queued(WaitStatus),
    /// It is sent: for the first time, or once more. Counted from 1.
    Attempt(u32),
    /// It has a permit to be sent once more; its attempt follows.
    Retried(RetryCause),
}

/// Why a request waits, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitStatus {
    /// Why.
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

/// Observes nothing.
impl SendObserver for () {
    fn on_send_event(&self, _: SendEvent) {}
}

impl SendOptions<'static> {
    /// Until a deadline, with no caller who could leave and no observer.
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
