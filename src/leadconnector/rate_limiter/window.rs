//! What is known of the limits of one token at one location, and how many requests that leaves. Pure: time is given.
//!
//! The API counts requests in intervals and tells with each answer how many are left, but not when the interval ends.
//! Answers overtake each other, and other programs may use the same budget. So the lowest number told since the interval
//! began is the one that counts, less the requests that are on their way; and the interval ends, at the latest, its length
//! after its first answer came.

use std::time::Duration;

use tokio::time::Instant;

use crate::leadconnector::rate_limit_headers::{Limit, RateLimit};

/// The limits until an answer tells them.
const MAX: u32 = 100;
const INTERVAL: Duration = Duration::from_secs(10);

/// A refusal that asks for less, or for nothing, is not meant so: the clocks differ, perhaps.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The longest that a window is closed or an interval lasts, whatever the API says; then one request finds out whether it
/// meant so. A day's limit is closed for so long too: the API does not say when its day ends.
///
/// A single absurd answer, of a proxy perhaps, would else close a location for as long as it says.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// The requests that may still be sent.
#[derive(Debug)]
pub struct Window {
    max: u32,
    interval: Duration,
    /// The lowest number of requests left that was told in this interval; before the first answer, all of them.
    left: u32,
    /// The number of the first request that was sent after `left` was told.
    left_since: u64,
    /// When the interval ends at the latest; `None` before its first answer.
    ends: Option<Instant>,
    /// The limit to blame if none is left.
    limit: Limit,
    /// Whether it is closed for less than the API asked, so that the next interval begins with a single request.
    probe_next: bool,
    /// The number of the first request that surely belongs to this interval.
    first: u64,
    /// The number of the next request.
    next: u64,
    /// The requests on their way of which no answer told yet what they left.
    outstanding: u32,
}

/// A request that was taken from the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    number: u64,
}

/// Why no request may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhausted {
    /// Until this moment, unless an answer tells better before.
    Until(Instant, Limit),
    /// Until an answer comes: all that is left is on its way.
    InFlight,
}

impl Window {
    /// One of which nothing is known.
    pub fn new() -> Self {
        Self {
            max: MAX,
            interval: INTERVAL,
            left: MAX,
            left_since: 0,
            ends: None,
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
    /// If none is left.
    pub fn take(&mut self, now: Instant) -> Result<Ticket, Exhausted> {
        self.roll_over(now);
        if self.left > self.outstanding {
            self.outstanding += 1;
            self.next += 1;
            return Ok(Ticket { number: self.next - 1 });
        }
        Err(self.ends.map_or(Exhausted::InFlight, |ends| Exhausted::Until(ends, self.limit)))
    }

    /// How long a request waits that has so many others before it, and because of which limit.
    pub fn wait(&mut self, before: usize, now: Instant) -> (Duration, Limit) {
        self.roll_over(now);
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let free = self.left.saturating_sub(self.outstanding);
        if before < free {
            return (Duration::ZERO, self.limit);
        }
        let rest = self.ends.map_or(self.interval, |ends| ends.saturating_duration_since(now));
        let more_intervals = (before - free) / self.max;
        (rest.saturating_add(self.interval.saturating_mul(more_intervals)), self.limit)
    }

    /// A request was answered.
    pub fn on_response(&mut self, ticket: Ticket, limits: &RateLimit, now: Instant) {
        self.outstanding = self.outstanding.saturating_sub(1);
        self.max = limits.max.unwrap_or(self.max);
        self.interval = limits.interval.unwrap_or(self.interval).min(LONGEST_WAIT);
        let counted = self.left.saturating_sub(1);
        let left = limits.remaining.unwrap_or(counted);
        match self.ends {
            // It was sent in the interval before, and may have been counted in this one, which then has begun.
            _ if ticket.number < self.first => {
                self.left = counted;
                self.ends.get_or_insert(now + self.interval);
            }
            // The first answer of its interval: it replaces what was assumed.
            None => {
                self.left = left;
                self.left_since = self.next;
                self.ends = Some(now + self.interval);
            }
            Some(_) if left <= self.left => {
                self.left = left;
                self.left_since = self.next;
            }
            // More is left than before, though this was sent later: another interval has begun.
            Some(_) if ticket.number >= self.left_since => {
                self.start(ticket.number, left);
                self.ends = Some(now + self.interval);
            }
            // It was overtaken.
            Some(_) => {}
        }
        if limits.daily_remaining == Some(0) {
            self.block_until(now + LONGEST_WAIT, Limit::Day);
            self.probe_next = true;
        }
    }

    /// A request ended without an answer. Whether it was counted is not known.
    pub fn on_no_response(&mut self, ticket: Ticket, now: Instant) {
        self.on_response(ticket, &RateLimit::default(), now);
    }

    /// A request was refused for being one too many; tells when the next may be sent, and which limit was met.
    ///
    /// A refusal that belongs to an interval that is over changes nothing, unless it asks for a time itself.
    pub fn on_rate_limited(
        &mut self,
        ticket: Ticket,
        limits: &RateLimit,
        retry_after: Option<Duration>,
        now: Instant,
    ) -> (Instant, Limit) {
        let (current, known_to_be_spent) = (ticket.number >= self.first, self.left == 0);
        self.on_response(ticket, &RateLimit { remaining: limits.remaining.or(Some(0)), ..*limits }, now);
        if let Some(asked) = retry_after {
            self.block_until(now + asked.clamp(SHORTEST_WAIT, LONGEST_WAIT), self.limit);
            self.probe_next |= asked > LONGEST_WAIT;
        } else if current {
            let latest = now + self.interval;
            let ends = match self.ends {
                // Perhaps an answer before asked for this time.
                Some(ends) if known_to_be_spent => ends,
                Some(ends) => ends.min(latest),
                None => latest,
            };
            self.block_until(ends, self.limit);
        }
        (self.ends.unwrap_or(now), self.limit)
    }

    /// An interval has begun, with this request at the latest.
    fn start(&mut self, first: u64, left: u32) {
        self.first = first;
        self.left = left;
        self.left_since = self.next;
        self.limit = Limit::Burst;
        self.probe_next = false;
    }

    /// Lets nothing through until then. What was sent before cannot open it again.
    fn block_until(&mut self, until: Instant, limit: Limit) {
        self.left = 0;
        self.left_since = self.next;
        self.ends = Some(until);
        self.limit = limit;
    }

    /// Begins the next interval when this one is over.
    fn roll_over(&mut self, now: Instant) {
        if self.ends.is_some_and(|ends| ends <= now) {
            // Nobody knows whether the day, or the time that was asked for, is over: one request is to find out.
            let left = if self.probe_next { 1 } else { self.max };
            self.start(self.next, left);
            self.ends = None;
        }
    }
}

#[cfg(test)]
mod tests;
