//! Under which conditions a request is sent.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::rate_limit_headers::Limit;

/// How long a request may take, who waits for it, and who is told when it has to wait.
#[derive(Debug, Clone)]
pub struct SendOptions {
    /// When it must be answered: waiting, repeating and reading included.
    pub deadline: Instant,
    /// Cancelled once nobody waits for the answer: nothing more is sent then, but what was sent is read to its end.
    pub cancelled: CancellationToken,
    /// What the request waits for at the moment.
    pub waiting: watch::Sender<Option<WaitStatus>>,
}

/// A request waits before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitStatus {
    /// For what.
    pub reason: WaitReason,
    /// Until when, if that is known; it may turn out later.
    pub until: Option<Instant>,
}

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The API's limit.
    RateLimit(Limit),
    /// Other requests of the same location, to be answered.
    Turn,
    /// Some time to pass before it is sent once more.
    Retry,
}

impl SendOptions {
    /// Until a deadline, with nobody who could leave or be told.
    pub fn until(deadline: Instant) -> Self {
        Self { deadline, cancelled: CancellationToken::new(), waiting: watch::Sender::default() }
    }

    /// The time that is left.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Tells of a wait for as long as the answer to this is kept.
    pub(super) fn wait(&self, wait: WaitStatus) -> WaitGuard<'_> {
        self.tell(wait);
        WaitGuard(self)
    }

    /// Tells of a wait; it is another one, or turned out otherwise.
    pub(super) fn tell(&self, wait: WaitStatus) {
        self.waiting.send_replace(Some(wait));
    }
}

impl WaitStatus {
    /// For the API's limit.
    pub(super) fn rate_limit(limit: Limit, until: Instant) -> Self {
        Self { reason: WaitReason::RateLimit(limit), until: Some(until) }
    }

    /// For other requests' answers.
    pub(super) fn turn() -> Self {
        Self { reason: WaitReason::Turn, until: None }
    }

    /// For the next attempt.
    pub(super) fn retry(until: Instant) -> Self {
        Self { reason: WaitReason::Retry, until: Some(until) }
    }
}

/// Ends a wait when it is dropped.
pub(super) struct WaitGuard<'a>(&'a SendOptions);

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        self.0.waiting.send_replace(None);
    }
}
