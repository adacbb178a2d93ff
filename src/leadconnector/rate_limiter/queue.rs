//! A rate limiter and its queue.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::retry_budget::{RetryBudget, Withdrawal};
use super::window::{Exhausted, Ticket, Window};
use crate::leadconnector::Request;
use crate::leadconnector::rate_limit_headers::{Limit, RateLimit};
use crate::leadconnector::send_options::{SendOptions, WaitStatus};

/// How many retries per second are always allowed.
const RETRY_RESERVE_PER_SECOND: u32 = 1;

/// The rate limiter of one token at one location.
#[derive(Debug)]
pub struct RateLimiter {
    state: Mutex<State>,
    /// Notified of each response and of each request that leaves a queue: the head of a queue then checks again.
    changed: Notify,
    /// The retries that its calls may make.
    retry_budget: RetryBudget,
    /// The two queues: the request that holds the semaphore's permit is the head. The semaphore is fair.
    queue_heads: [Semaphore; 2],
}

/// The limits of a rate limiter on concurrent requests.
#[derive(Debug, Clone, Copy)]
pub struct QueueLimits {
    /// The maximum number of requests in flight; at least 1.
    pub in_flight: usize,
    /// The maximum number of requests in the queue.
    pub queued: usize,
}

/// The queue of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Ahead of new requests: the request was sent before.
    Retry,
    /// First come, first served.
    New,
}

#[derive(Debug)]
struct State {
    window: Window,
    /// The number of requests in flight.
    in_flight: usize,
    limits: QueueLimits,
    /// The number of requests in each queue.
    queued: [usize; 2],
}

/// Permission to send a request. The request counts as in flight until this is dropped.
#[derive(Debug)]
pub struct SendPermit {
    limiter: Arc<RateLimiter>,
    /// `None` once the response has been recorded.
    ticket: Option<Ticket>,
}

/// Why a request may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// The rate limit resets only after the request's deadline, in this time.
    RateLimited(Duration, Limit),
    /// The queue is full.
    QueueFull,
    /// The deadline passed while the request was queued behind others.
    QueueTimeout,
    /// The call was cancelled.
    Cancelled,
}

/// Why the head of a queue has to wait.
enum Blocked {
    Exhausted(Exhausted),
    /// The maximum number of requests is in flight, or a retry goes first.
    Busy,
}

impl RateLimiter {
    /// Creates a rate limiter with the API's default rate limit.
    pub fn new(limits: QueueLimits) -> Self {
        let state = State { window: Window::new(), in_flight: 0, limits, queued: [0; 2] };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
            retry_budget: RetryBudget::new(RETRY_RESERVE_PER_SECOND),
            queue_heads: [Semaphore::const_new(1), Semaphore::const_new(1)],
        }
    }

    /// Records a call in the retry budget.
    pub fn count_call(&self) {
        self.retry_budget.deposit();
    }

    /// Whether a request may be retried, as far as the retry budget is concerned.
    ///
    /// Each rate limiter has a retry budget of its own: the failures of one caller could exhaust a shared one. The retries of
    /// all callers are bounded nevertheless, as if each called the API directly: by a tenth of the calls of each location,
    /// plus a reserve for each that is a tenth of its rate limit.
    pub fn may_retry(&self, request: &Request) -> bool {
        let withdrawal = self.retry_budget.withdraw();
        if withdrawal == Withdrawal::Exhausted {
            let location = request.location.as_ref().map(tracing::field::display);
            tracing::warn!(location, "the retry budget of a location is exhausted: its failed calls are not retried");
        }
        withdrawal == Withdrawal::Granted
    }

    /// Waits until the request may be sent.
    ///
    /// # Errors
    ///
    /// If the request cannot be sent before its deadline (rejected immediately if that is known), or is cancelled.
    pub async fn acquire(
        self: &Arc<Self>,
        priority: Priority,
        options: &SendOptions<'_>,
    ) -> Result<SendPermit, Rejected> {
        if options.cancelled.is_cancelled() {
            return Err(Rejected::Cancelled);
        }
        let wait = {
            let mut state = self.state();
            let now = Instant::now();
            let ahead = state.ahead_of(priority);
            if ahead == 0
                && let Ok(ticket) = state.take(priority, now)
            {
                return Ok(self.permit(ticket));
            }
            let (wait, limit) = state.window.wait(ahead, now);
            if !wait.is_zero() && wait > options.remaining() {
                return Err(Rejected::RateLimited(wait, limit));
            }
            if priority == Priority::New && ahead >= state.limits.queued {
                return Err(Rejected::QueueFull);
            }
            state.queued[priority as usize] += 1;
            if wait.is_zero() { WaitStatus::queue() } else { WaitStatus::rate_limit(limit, now + wait) }
        };
        let queued = Queued { limiter: self, priority };
        options.report_wait(wait);
        let permit = async {
            // Acquiring cannot fail: the semaphores are never closed.
            let _head = self.queue_heads[priority as usize].acquire().await;
            self.acquire_at_head(queued, wait, options).await
        };
        tokio::select! {
            // Cancellation goes first: a request that is cancelled just as it may be sent is not sent.
            biased;
            () = options.cancelled.cancelled() => Err(Rejected::Cancelled),
            permit = permit => permit,
            () = tokio::time::sleep_until(options.deadline) => Err(self.rejected_at_deadline()),
        }
    }

    /// Waits, at the head of the queue, until the request may be sent. `reported` is the wait that was last reported.
    async fn acquire_at_head(
        self: &Arc<Self>,
        queued: Queued<'_>,
        mut reported: WaitStatus,
        options: &SendOptions<'_>,
    ) -> Result<SendPermit, Rejected> {
        let mut report = |wait| {
            if wait != reported {
                reported = wait;
                options.report_wait(wait);
            }
        };
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable(); // no notification is missed from here on
            let blocked = self.state().take(queued.priority, Instant::now());
            match blocked {
                Ok(ticket) => return Ok(self.permit(ticket)),
                Err(Blocked::Exhausted(Exhausted::Until(until, limit))) => {
                    if until > options.deadline {
                        return Err(Rejected::RateLimited(until.saturating_duration_since(Instant::now()), limit));
                    }
                    report(WaitStatus::rate_limit(limit, until));
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep_until(until) => {}
                    }
                }
                Err(Blocked::Exhausted(Exhausted::InFlight) | Blocked::Busy) => {
                    report(WaitStatus::queue());
                    changed.await;
                }
            }
        }
    }

    /// Why a request whose deadline passed in the queue is rejected.
    fn rejected_at_deadline(&self) -> Rejected {
        match self.state().window.wait(0, Instant::now()) {
            (Duration::ZERO, _) => Rejected::QueueTimeout,
            (wait, limit) => Rejected::RateLimited(wait, limit),
        }
    }

    fn permit(self: &Arc<Self>, ticket: Ticket) -> SendPermit {
        SendPermit { limiter: self.clone(), ticket: Some(ticket) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// The number of queued requests ahead of one that is added.
    fn ahead_of(&self, priority: Priority) -> usize {
        match priority {
            Priority::Retry => self.queued[Priority::Retry as usize],
            Priority::New => self.queued.iter().sum(),
        }
    }

    fn take(&mut self, priority: Priority, now: Instant) -> Result<Ticket, Blocked> {
        let yields = priority == Priority::New && self.queued[Priority::Retry as usize] > 0;
        if yields || self.in_flight >= self.limits.in_flight {
            return Err(Blocked::Busy);
        }
        let ticket = self.window.take(now).map_err(Blocked::Exhausted)?;
        self.in_flight += 1;
        Ok(ticket)
    }
}

/// A request in the queue. Dropping it removes the request.
struct Queued<'a> {
    limiter: &'a RateLimiter,
    priority: Priority,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.limiter.state().queued[self.priority as usize] -= 1;
        self.limiter.changed.notify_waiters();
    }
}

impl SendPermit {
    /// Records the head of a response.
    pub fn on_response(&mut self, limits: &RateLimit) {
        if let Some(ticket) = self.ticket.take() {
            self.limiter.state().window.on_response(ticket, limits, Instant::now());
            self.limiter.changed.notify_waiters();
        }
    }

    /// Records a 429. Returns how long the rate limiter blocks, and for which limit.
    pub fn on_rate_limited(&mut self, limits: &RateLimit, retry_after: Option<Duration>) -> (Duration, Limit) {
        let now = Instant::now();
        let Some(ticket) = self.ticket.take() else { return (Duration::ZERO, Limit::Burst) };
        let (until, limit) = self.limiter.state().window.on_rate_limited(ticket, limits, retry_after, now);
        self.limiter.changed.notify_waiters();
        (until.saturating_duration_since(now), limit)
    }
}

impl Drop for SendPermit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state();
            state.in_flight -= 1;
            if let Some(ticket) = self.ticket.take() {
                state.window.on_no_response(ticket, Instant::now());
            }
        }
        self.limiter.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
