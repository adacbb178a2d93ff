//! The rate limit of one token at one location: tracks what the API reports, and decides how many requests may be sent.
//! A pure state machine: the caller passes the time.
//!
//! The API counts requests per interval. Each response reports how many remain, but not when the interval ends. Responses
//! overtake each other, and other programs may use the same limit. So the lowest number reported since the interval began
//! counts, minus the requests in flight; and the interval ends no later than its length after its first response.

use std::time::Duration;

use tokio::time::Instant;

use crate::leadconnector::rate_limit_headers::{Limit, RateLimit};

/// The limit that is assumed until a response reports one.
const DEFAULT_MAX: u32 = 100;
const DEFAULT_INTERVAL: Duration = Duration::from_secs(10);

/// The shortest time that a 429 with `Retry-After` blocks for. A shorter one, or a date in the past, may come from clocks
/// that differ.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// The longest time that a window is blocked and the longest interval, whatever the API reports. After a longer
/// `Retry-After` a single request probes whether the API still rejects. An exhausted daily limit blocks for this time too,
/// because the API does not report when its day ends.
///
/// Without this bound a single wrong response, for example of a proxy, would block a location for as long as it says.
const MAX_WAIT: Duration = Duration::from_mins(5);

/// The requests that may be sent in the current interval.
#[derive(Debug)]
pub struct Window {
    max: u32,
    interval: Duration,
    /// The lowest number of remaining requests reported in this interval; before the first response, all of them.
    remaining: u32,
    /// The number of the first request sent after `remaining` was reported.
    remaining_since: u64,
    /// When the interval ends at the latest; `None` before its first response.
    ends_at: Option<Instant>,
    /// The limit that is reported when no request remains.
    limit: Limit,
    /// Whether the window is blocked for less time than the API requested: the next interval then begins with one request.
    probe_next: bool,
    /// The number of the first request that certainly belongs to this interval.
    first: u64,
    /// The number of the next request.
    next: u64,
    /// The requests in flight that `remaining` does not include yet.
    outstanding: u32,
}

/// A request taken from the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    number: u64,
}

/// Why no request may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhausted {
    /// Until this time, unless a response reports more requests earlier.
    Until(Instant, Limit),
    /// Until a response arrives: all remaining requests are in flight.
    InFlight,
}

impl Window {
    /// A window with the default limit, before any response.
    pub fn new() -> Self {
        Self {
            max: DEFAULT_MAX,
            interval: DEFAULT_INTERVAL,
            remaining: DEFAULT_MAX,
            remaining_since: 0,
            ends_at: None,
            limit: Limit::Burst,
            probe_next: false,
            first: 0,
            next: 0,
            outstanding: 0,
        }
    }

    /// Takes one request.
    ///
    /// # Errors
    ///
    /// If none remains.
    pub fn take(&mut self, now: Instant) -> Result<Ticket, Exhausted> {
        self.roll_over(now);
        if self.remaining > self.outstanding {
            self.outstanding += 1;
            self.next += 1;
            return Ok(Ticket { number: self.next - 1 });
        }
        Err(self.ends_at.map_or(Exhausted::InFlight, |ends_at| Exhausted::Until(ends_at, self.limit)))
    }

    /// How long a request with `ahead` requests ahead of it has to wait, and for which limit.
    pub fn wait(&mut self, ahead: usize, now: Instant) -> (Duration, Limit) {
        self.roll_over(now);
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let free = self.remaining.saturating_sub(self.outstanding);
        if ahead < free {
            return (Duration::ZERO, self.limit);
        }
        let until_end = self.ends_at.map_or(self.interval, |ends_at| ends_at.saturating_duration_since(now));
        let more_intervals = (ahead - free) / self.max;
        (until_end.saturating_add(self.interval.saturating_mul(more_intervals)), self.limit)
    }

    /// Records the response to a request.
    pub fn on_response(&mut self, ticket: Ticket, limits: &RateLimit, now: Instant) {
        self.outstanding = self.outstanding.saturating_sub(1);
        self.max = limits.max.unwrap_or(self.max);
        self.interval = limits.interval.unwrap_or(self.interval).min(MAX_WAIT);
        let counted = self.remaining.saturating_sub(1);
        let remaining = limits.remaining.unwrap_or(counted);
        match self.ends_at {
            // The request was sent in the previous interval; it may have been counted in this one, which then has begun.
            _ if ticket.number < self.first => {
                self.remaining = counted;
                self.ends_at.get_or_insert(now + self.interval);
            }
            // The first response of the interval replaces the assumed number.
            None => {
                self.remaining = remaining;
                self.remaining_since = self.next;
                self.ends_at = Some(now + self.interval);
            }
            Some(_) if remaining <= self.remaining => {
                self.remaining = remaining;
                self.remaining_since = self.next;
            }
            // More requests remain although this one was sent later: another interval has begun.
            Some(_) if ticket.number >= self.remaining_since => {
                self.start(ticket.number, remaining);
                self.ends_at = Some(now + self.interval);
            }
            // The response was overtaken by another.
            Some(_) => {}
        }
        if limits.daily_remaining == Some(0) {
            self.block_until(now + MAX_WAIT, Limit::Day);
            self.probe_next = true;
        }
    }

    /// Records that a request ended without a response. Whether the API counted it is unknown; it is assumed to have been.
    pub fn on_no_response(&mut self, ticket: Ticket, now: Instant) {
        self.on_response(ticket, &RateLimit::default(), now);
    }

    /// Records a 429. Returns when the next request may be sent, and which limit was reached.
    ///
    /// A 429 that belongs to a past interval changes nothing, unless it has a `Retry-After`.
    pub fn on_rate_limited(
        &mut self,
        ticket: Ticket,
        limits: &RateLimit,
        retry_after: Option<Duration>,
        now: Instant,
    ) -> (Instant, Limit) {
        let (is_current, was_exhausted) = (ticket.number >= self.first, self.remaining == 0);
        self.on_response(ticket, &RateLimit { remaining: limits.remaining.or(Some(0)), ..*limits }, now);
        if let Some(wait) = retry_after {
            self.block_until(now + wait.clamp(MIN_WAIT, MAX_WAIT), self.limit);
            self.probe_next |= wait > MAX_WAIT;
        } else if is_current {
            let latest = now + self.interval;
            let ends_at = match self.ends_at {
                // An earlier 429 may have requested this time.
                Some(ends_at) if was_exhausted => ends_at,
                Some(ends_at) => ends_at.min(latest),
                None => latest,
            };
            self.block_until(ends_at, self.limit);
        }
        (self.ends_at.unwrap_or(now), self.limit)
    }

    /// Starts an interval. It began no later than the request with the number `first`.
    fn start(&mut self, first: u64, remaining: u32) {
        self.first = first;
        self.remaining = remaining;
        self.remaining_since = self.next;
        self.limit = Limit::Burst;
        self.probe_next = false;
    }

    /// Allows no request until then. Responses to requests sent before do not unblock it.
    fn block_until(&mut self, until: Instant, limit: Limit) {
        self.remaining = 0;
        self.remaining_since = self.next;
        self.ends_at = Some(until);
        self.limit = limit;
    }

    /// Starts the next interval if the current one is over.
    fn roll_over(&mut self, now: Instant) {
        if self.ends_at.is_some_and(|ends_at| ends_at <= now) {
            // Whether the day, or the time of the `Retry-After`, is over is unknown: a single request probes it.
            let remaining = if self.probe_next { 1 } else { self.max };
            self.start(self.next, remaining);
            self.ends_at = None;
        }
    }
}

#[cfg(test)]
mod tests;
