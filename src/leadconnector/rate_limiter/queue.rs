//! The queue in front of one budget.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::retry_budget::{RetryBudget, Spend};
use super::window::{Exhausted, Ticket, Window};
use crate::leadconnector::Request;
use crate::leadconnector::rate_limit_headers::{Limit, RateLimit};
use crate::leadconnector::send_options::{SendOptions, WaitStatus};

/// How many retries a second its calls may make in any case.
const RETRY_RESERVE_PER_SECOND: u32 = 1;

/// The budget of one token at one location.
#[derive(Debug)]
pub struct RateLimiter {
    state: Mutex<State>,
    /// An answer came, or somebody left: who is first in a queue looks again.
    changed: Notify,
    /// The retries that its calls may make.
    retry_budget: RetryBudget,
    /// The two queues: whoever holds the permit is first in it. The semaphore keeps the order.
    first_of: [Semaphore; 2],
}

/// How many requests a budget takes at a time.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// On their way; at least 1.
    pub in_flight: usize,
    /// Waiting for their turn.
    pub queued: usize,
}

/// Where a request queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Before the others: it was sent before and is sent once more.
    Retry,
    /// Behind those that came before.
    New,
}

#[derive(Debug)]
struct State {
    window: Window,
    /// Requests on their way.
    in_flight: usize,
    bounds: Bounds,
    /// Requests in each queue.
    queued: [usize; 2],
}

/// A request may be sent. It is in flight until this is dropped.
#[derive(Debug)]
pub struct SendPermit {
    limiter: Arc<RateLimiter>,
    /// Until an answer tells what is left.
    ticket: Option<Ticket>,
}

/// Why a request may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// The budget is spent for so long: longer than the request has time.
    RateLimited(Duration, Limit),
    /// As many wait as may.
    QueueFull,
    /// The requests before it took all the time that it had.
    QueueTimeout,
    /// Nobody waits for it any more.
    Cancelled,
}

/// Why the first of a queue has to wait.
enum Blocked {
    Exhausted(Exhausted),
    /// As many are in flight as may be, or one that was sent before goes first.
    Turn,
}

impl RateLimiter {
    /// One of which nothing is known.
    pub fn new(bounds: Bounds) -> Self {
        let state = State { window: Window::new(), in_flight: 0, bounds, queued: [0; 2] };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
            retry_budget: RetryBudget::new(RETRY_RESERVE_PER_SECOND),
            first_of: [Semaphore::const_new(1), Semaphore::const_new(1)],
        }
    }

    /// Counts a call, of which some may be retried.
    pub fn count_call(&self) {
        self.retry_budget.count();
    }

    /// Whether a request may be sent once more.
    ///
    /// Only its own budget is asked: a reserve that all callers share could be used up by the failures of one. What all of
    /// them retry is bounded all the same, as if each called the API directly: by a tenth of the calls of each location,
    /// and by a reserve for each that is a tenth of what the API allows it.
    pub fn may_retry(&self, request: &Request) -> bool {
        let spent = self.retry_budget.spend();
        if spent == Spend::Exhausted {
            let location = request.location.as_ref().map(tracing::field::display);
            tracing::warn!(location, "the retry budget of a location is spent: its failing calls are not sent again");
        }
        spent == Spend::Granted
    }

    /// Waits for the request's turn.
    ///
    /// # Errors
    ///
    /// If it cannot be its turn before the deadline (told at once, as far as that is known), or nobody waits for it.
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
            let before = state.before(priority);
            if before == 0
                && let Ok(ticket) = state.take(priority, now)
            {
                return Ok(self.permit(ticket));
            }
            let (wait, limit) = state.window.wait(before, now);
            if !wait.is_zero() && wait > options.remaining() {
                return Err(Rejected::RateLimited(wait, limit));
            }
            if priority == Priority::New && before >= state.bounds.queued {
                return Err(Rejected::QueueFull);
            }
            state.queued[priority as usize] += 1;
            if wait.is_zero() { WaitStatus::queue() } else { WaitStatus::rate_limit(limit, now + wait) }
        };
        let queued = Queued { limiter: self, priority };
        options.report_wait(wait);
        let turn = async {
            // The semaphores are never closed.
            let _first = self.first_of[priority as usize].acquire().await;
            self.turn(queued, options).await
        };
        tokio::select! {
            // Where its turn comes as its caller leaves, it is not sent.
            biased;
            () = options.cancelled.cancelled() => Err(Rejected::Cancelled),
            permit = turn => permit,
            () = tokio::time::sleep_until(options.deadline) => Err(self.out_of_time()),
        }
    }

    /// Waits, first in the queue, until a request may be sent.
    async fn turn(self: &Arc<Self>, queued: Queued<'_>, options: &SendOptions<'_>) -> Result<SendPermit, Rejected> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable(); // from here on no change is missed
            let blocked = self.state().take(queued.priority, Instant::now());
            match blocked {
                Ok(ticket) => return Ok(self.permit(ticket)),
                Err(Blocked::Exhausted(Exhausted::Until(until, limit))) => {
                    if until > options.deadline {
                        return Err(Rejected::RateLimited(until.saturating_duration_since(Instant::now()), limit));
                    }
                    options.report_wait(WaitStatus::rate_limit(limit, until));
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep_until(until) => {}
                    }
                }
                Err(Blocked::Exhausted(Exhausted::InFlight) | Blocked::Turn) => changed.await,
            }
        }
    }

    /// What to say to a request whose time ran out in the queue.
    fn out_of_time(&self) -> Rejected {
        match self.state().window.wait(0, Instant::now()) {
            (Duration::ZERO, _) => Rejected::QueueTimeout,
            (wait, limit) => Rejected::RateLimited(wait, limit),
        }
    }

    fn permit(self: &Arc<Self>, ticket: Ticket) -> SendPermit {
        SendPermit { limiter: self.clone(), ticket: Some(ticket) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The requests that go before a new one.
    fn before(&self, priority: Priority) -> usize {
        match priority {
            Priority::Retry => self.queued[Priority::Retry as usize],
            Priority::New => self.queued.iter().sum(),
        }
    }

    fn take(&mut self, priority: Priority, now: Instant) -> Result<Ticket, Blocked> {
        let yields = priority == Priority::New && self.queued[Priority::Retry as usize] > 0;
        if yields || self.in_flight >= self.bounds.in_flight {
            return Err(Blocked::Turn);
        }
        let ticket = self.window.take(now).map_err(Blocked::Exhausted)?;
        self.in_flight += 1;
        Ok(ticket)
    }
}

/// Leaves the queue when it is dropped.
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
    /// The answer's head came.
    pub fn on_response(&mut self, limits: &RateLimit) {
        if let Some(ticket) = self.ticket.take() {
            self.limiter.state().window.on_response(ticket, limits, Instant::now());
            self.limiter.changed.notify_waiters();
        }
    }

    /// The request was one too many. Gives how long the budget is closed, and for which limit.
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
