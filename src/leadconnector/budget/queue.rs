//! The queue in front of one budget.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::retries::{Retries, Spend};
use super::window::{Spent, Ticket, Window};
use crate::leadconnector::Request;
use crate::leadconnector::context::{Context, Wait};
use crate::leadconnector::rate_limit::{Limit, RateLimit};

/// How many retries a second its calls may make in any case.
const RETRY_RESERVE_PER_SECOND: u32 = 1;

/// The budget of one token at one location.
#[derive(Debug)]
pub struct Budget {
    state: Mutex<State>,
    /// An answer came, or somebody left: who is first in a queue looks again.
    changed: Notify,
    /// The retries that its calls may make.
    retries: Retries,
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
pub enum Place {
    /// Before the others: it was sent before and is sent once more.
    Front,
    /// Behind those that came before.
    Back,
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
pub struct Permit {
    budget: Arc<Budget>,
    /// Until an answer tells what is left.
    ticket: Option<Ticket>,
}

/// Why a request may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The budget is spent for so long: longer than the request has time.
    Spent(Duration, Limit),
    /// As many wait as may.
    Full,
    /// The requests before it took all the time that it had.
    Crowded,
    /// Nobody waits for it any more.
    Abandoned,
}

/// Why the first of a queue has to wait.
enum Blocked {
    Spent(Spent),
    /// As many are in flight as may be, or one that was sent before goes first.
    Turn,
}

impl Budget {
    /// One of which nothing is known.
    pub fn new(bounds: Bounds) -> Self {
        let state = State { window: Window::new(), in_flight: 0, bounds, queued: [0; 2] };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
            retries: Retries::new(RETRY_RESERVE_PER_SECOND),
            first_of: [Semaphore::const_new(1), Semaphore::const_new(1)],
        }
    }

    /// Counts a call, of which some may be retried.
    pub fn count_call(&self) {
        self.retries.count();
    }

    /// Whether a request may be sent once more.
    ///
    /// Only its own budget is asked: a reserve that all callers share could be used up by the failures of one. What all of
    /// them retry is bounded all the same, as if each called the API directly: by a tenth of the calls of each location,
    /// and by a reserve for each that is a tenth of what the API allows it.
    pub fn may_retry(&self, request: &Request) -> bool {
        let spent = self.retries.spend();
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
    pub async fn enter(self: &Arc<Self>, place: Place, context: &Context) -> Result<Permit, Refused> {
        if context.abandoned.is_cancelled() {
            return Err(Refused::Abandoned);
        }
        let wait = {
            let mut state = self.state();
            let now = Instant::now();
            let before = state.before(place);
            if before == 0
                && let Ok(ticket) = state.take(place, now)
            {
                return Ok(self.permit(ticket));
            }
            let (wait, limit) = state.window.wait(before, now);
            if !wait.is_zero() && wait > context.rest() {
                return Err(Refused::Spent(wait, limit));
            }
            if place == Place::Back && before >= state.bounds.queued {
                return Err(Refused::Full);
            }
            state.queued[place as usize] += 1;
            if wait.is_zero() { Wait::turn() } else { Wait::rate_limit(limit, now + wait) }
        };
        let queued = Queued { budget: self, place };
        let _waiting = context.wait(wait);
        let turn = async {
            // The semaphores are never closed.
            let _first = self.first_of[place as usize].acquire().await;
            self.turn(queued, context).await
        };
        tokio::select! {
            // Where its turn comes as its caller leaves, it is not sent.
            biased;
            () = context.abandoned.cancelled() => Err(Refused::Abandoned),
            permit = turn => permit,
            () = tokio::time::sleep_until(context.deadline) => Err(self.out_of_time()),
        }
    }

    /// Waits, first in the queue, until a request may be sent.
    async fn turn(self: &Arc<Self>, queued: Queued<'_>, context: &Context) -> Result<Permit, Refused> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable(); // from here on no change is missed
            let blocked = self.state().take(queued.place, Instant::now());
            match blocked {
                Ok(ticket) => return Ok(self.permit(ticket)),
                Err(Blocked::Spent(Spent::Until(until, limit))) => {
                    if until > context.deadline {
                        return Err(Refused::Spent(until.saturating_duration_since(Instant::now()), limit));
                    }
                    context.tell(Wait::rate_limit(limit, until));
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep_until(until) => {}
                    }
                }
                Err(Blocked::Spent(Spent::OnTheirWay) | Blocked::Turn) => changed.await,
            }
        }
    }

    /// What to say to a request whose time ran out in the queue.
    fn out_of_time(&self) -> Refused {
        match self.state().window.wait(0, Instant::now()) {
            (Duration::ZERO, _) => Refused::Crowded,
            (wait, limit) => Refused::Spent(wait, limit),
        }
    }

    fn permit(self: &Arc<Self>, ticket: Ticket) -> Permit {
        Permit { budget: self.clone(), ticket: Some(ticket) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The requests that go before a new one.
    fn before(&self, place: Place) -> usize {
        match place {
            Place::Front => self.queued[Place::Front as usize],
            Place::Back => self.queued.iter().sum(),
        }
    }

    fn take(&mut self, place: Place, now: Instant) -> Result<Ticket, Blocked> {
        let yields = place == Place::Back && self.queued[Place::Front as usize] > 0;
        if yields || self.in_flight >= self.bounds.in_flight {
            return Err(Blocked::Turn);
        }
        let ticket = self.window.take(now).map_err(Blocked::Spent)?;
        self.in_flight += 1;
        Ok(ticket)
    }
}

/// Leaves the queue when it is dropped.
struct Queued<'a> {
    budget: &'a Budget,
    place: Place,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.budget.state().queued[self.place as usize] -= 1;
        self.budget.changed.notify_waiters();
    }
}

impl Permit {
    /// The answer's head came.
    pub fn told(&mut self, told: &RateLimit) {
        if let Some(ticket) = self.ticket.take() {
            self.budget.state().window.told(ticket, told, Instant::now());
            self.budget.changed.notify_waiters();
        }
    }

    /// The request was one too many. Gives how long the budget is closed, and for which limit.
    pub fn refused(&mut self, told: &RateLimit, retry_after: Option<Duration>) -> (Duration, Limit) {
        let now = Instant::now();
        let Some(ticket) = self.ticket.take() else { return (Duration::ZERO, Limit::Burst) };
        let (until, limit) = self.budget.state().window.refused(ticket, told, retry_after, now);
        self.budget.changed.notify_waiters();
        (until.saturating_duration_since(now), limit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.budget.state();
            state.in_flight -= 1;
            if let Some(ticket) = self.ticket.take() {
                state.window.lost(ticket, Instant::now());
            }
        }
        self.budget.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
