use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// A window and its clock.
struct Clock {
    window: Window,
    now: Instant,
}

impl Clock {
    fn new() -> Self {
        Self { window: Window::new(), now: Instant::now() }
    }

    fn advance(&mut self, ms: u64) -> &mut Self {
        self.now += Duration::from_millis(ms);
        self
    }

    fn take(&mut self) -> Ticket {
        self.window.take(self.now).unwrap()
    }

    /// Takes requests until none remains.
    fn take_all(&mut self) -> Vec<Ticket> {
        std::iter::from_fn(|| self.window.take(self.now).ok()).collect()
    }

    fn on_response(&mut self, ticket: Ticket, remaining: u32) {
        self.window.on_response(ticket, &remaining_of_100(remaining), self.now);
    }

    fn on_rate_limited(&mut self, ticket: Ticket) {
        self.window.on_rate_limited(ticket, &RateLimit::default(), None, self.now);
    }

    /// How long no request may be sent; `None` if that is until a response arrives.
    fn blocked_ms(&mut self) -> Option<u128> {
        match self.window.take(self.now) {
            Err(Exhausted::Until(until, _)) => Some((until - self.now).as_millis()),
            Err(Exhausted::InFlight) => None,
            Ok(ticket) => panic!("{ticket:?} could be taken"),
        }
    }
}

fn remaining_of_100(remaining: u32) -> RateLimit {
    RateLimit { max: Some(100), remaining: Some(remaining), interval: Some(DEFAULT_INTERVAL), daily_remaining: None }
}

#[test]
fn the_default_limit_is_100_in_10_seconds() {
    let mut clock = Clock::new();
    let tickets = clock.take_all();
    assert_eq!(tickets.len(), 100);
    assert_eq!(clock.blocked_ms(), None, "no response yet, so the end of the interval is unknown");
    clock.advance(50).on_response(tickets[0], 99);
    assert_eq!(clock.blocked_ms(), Some(10_000));
    assert_eq!(clock.advance(10_000).take_all().len(), 1, "99 are still in flight");
}

#[test]
fn the_lowest_number_counts_whatever_the_order_of_responses() {
    let mut clock = Clock::new();
    let tickets: Vec<Ticket> = (0..4).map(|_| clock.take()).collect();
    for (ticket, remaining) in tickets.into_iter().zip([48, 46, 49, 47]) {
        clock.advance(1).on_response(ticket, remaining);
    }
    assert_eq!(clock.take_all().len(), 46, "other programs use the limit too");
}

#[test]
fn more_remaining_for_a_later_request_means_a_new_interval() {
    let mut clock = Clock::new();
    let early = clock.take();
    let late = clock.take();
    clock.advance(10).on_response(early, 0);
    clock.advance(10).on_response(late, 1);
    assert_eq!(clock.blocked_ms(), Some(9_990), "sent before the other response came: only overtaken");

    let mut clock = Clock::new();
    let first = clock.take();
    clock.advance(10).on_response(first, 60);
    let second = clock.take();
    let overtaken = clock.take();
    clock.advance(10).on_response(overtaken, 90);
    clock.advance(10).on_response(second, 59);
    assert_eq!(
        clock.take_all().len(),
        89,
        "a request sent earlier may have been counted, but its number does not apply"
    );
}

#[test]
fn a_larger_limit_is_adopted() {
    let mut clock = Clock::new();
    let first = clock.take();
    let limits = RateLimit {
        max: Some(250),
        remaining: Some(249),
        interval: Some(Duration::from_secs(1)),
        daily_remaining: Some(5),
    };
    clock.window.on_response(first, &limits, clock.now);
    let tickets = clock.take_all();
    assert_eq!(tickets.len(), 249);
    for ticket in tickets {
        clock.window.on_response(ticket, &RateLimit { remaining: Some(0), ..limits }, clock.now);
    }
    assert_eq!(clock.blocked_ms(), Some(1_000));
    assert_eq!(clock.advance(1_000).take_all().len(), 250);
}

#[test]
fn a_request_without_a_response_may_have_been_counted() {
    let mut clock = Clock::new();
    let lost: Vec<Ticket> = (0..10).map(|_| clock.take()).collect();
    for ticket in lost {
        clock.window.on_no_response(ticket, clock.now);
    }
    assert_eq!(clock.take_all().len(), 90);
}

#[test]
fn a_429_blocks_until_the_interval_ends() {
    let mut clock = Clock::new();
    let (first, second, third) = (clock.take(), clock.take(), clock.take());
    clock.on_response(first, 80);
    clock.advance(4_000).on_rate_limited(second);
    assert_eq!(clock.blocked_ms(), Some(6_000));
    clock.advance(100).on_rate_limited(third);
    assert_eq!(clock.blocked_ms(), Some(5_900), "the second 429 does not extend it");
    assert_eq!(clock.advance(5_900).take_all().len(), 100);
}

/// After a response without limits the interval is assumed to be longer than it is.
#[test]
fn a_429_that_reports_a_shorter_interval_blocks_for_no_longer() {
    let mut clock = Clock::new();
    let (first, second) = (clock.take(), clock.take());
    clock.window.on_response(first, &RateLimit::default(), clock.now);
    let limits = RateLimit { interval: Some(Duration::from_millis(200)), ..RateLimit::default() };
    clock.window.on_rate_limited(second, &limits, None, clock.now);
    assert_eq!(clock.blocked_ms(), Some(200));
}

#[test]
fn retry_after_is_honoured() {
    let mut clock = Clock::new();
    let (ticket, other) = (clock.take(), clock.take());
    let (until, limit) =
        clock.window.on_rate_limited(ticket, &RateLimit::default(), Some(Duration::from_secs(42)), clock.now);
    assert_eq!((until - clock.now, limit), (Duration::from_secs(42), Limit::Burst));
    clock.on_rate_limited(other);
    assert_eq!(clock.blocked_ms(), Some(42_000), "a 429 without retry-after does not shorten it");
}

#[test]
fn a_late_429_of_the_previous_interval_does_not_block() {
    let mut clock = Clock::new();
    let (first, second) = (clock.take(), clock.take());
    clock.on_response(first, 80);
    let _next = clock.advance(10_000).take();
    clock.on_rate_limited(second);
    assert_eq!(clock.take_all().len(), 98, "it frees no request either");
}

#[test]
fn an_exhausted_day_is_probed_with_one_request() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    clock.window.on_response(ticket, &RateLimit { daily_remaining: Some(0), ..remaining_of_100(50) }, clock.now);
    let (wait, limit) = clock.window.wait(0, clock.now);
    assert_eq!((wait, limit), (MAX_WAIT, Limit::Day));
    let probes = clock.advance(300_000).take_all();
    assert_eq!(probes.len(), 1);
    clock.on_response(probes[0], 99);
    assert_eq!(clock.take_all().len(), 99);
}

/// However long the `Retry-After`: after some minutes one request probes the API.
#[test]
fn an_absurd_retry_after_is_capped() {
    for hours in [1, 24] {
        let mut clock = Clock::new();
        let (ticket, retry_after) = (clock.take(), Duration::from_hours(hours));
        let (until, limit) = clock.window.on_rate_limited(ticket, &RateLimit::default(), Some(retry_after), clock.now);
        assert_eq!((until - clock.now, limit), (MAX_WAIT, Limit::Burst));
        let probes = clock.advance(300_000).take_all();
        assert_eq!(probes.len(), 1);
        clock.on_response(probes[0], 99);
        assert_eq!(clock.take_all().len(), 99);
    }
}

#[test]
fn a_probe_that_gets_a_429_blocks_again() {
    let mut clock = Clock::new();
    let retry_after = Some(Duration::from_hours(24));
    for _ in 0..3 {
        let probe = clock.take();
        clock.window.on_rate_limited(probe, &RateLimit::default(), retry_after, clock.now);
        assert_eq!(clock.blocked_ms(), Some(300_000));
        clock.advance(300_000);
    }
}

#[test]
fn an_absurd_interval_is_capped() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    let limits = RateLimit { interval: Some(Duration::from_hours(24)), ..remaining_of_100(0) };
    clock.window.on_response(ticket, &limits, clock.now);
    assert_eq!(clock.blocked_ms(), Some(300_000));
}

#[test]
fn the_wait_includes_the_requests_ahead() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    clock.on_response(ticket, 10);
    let mut wait = |ahead| clock.window.wait(ahead, clock.now).0.as_secs();
    assert_eq!([wait(0), wait(9), wait(10), wait(109), wait(110)], [0, 0, 10, 10, 20]);
}

/// After late responses of the previous interval the window must not wait for a response that never arrives.
#[test]
fn late_responses_do_not_lock_the_window() {
    let limits =
        RateLimit { max: Some(5), remaining: Some(0), interval: Some(DEFAULT_INTERVAL), daily_remaining: None };
    let mut clock = Clock::new();
    let tickets: Vec<Ticket> = (0..8).map(|_| clock.take()).collect();
    clock.window.on_response(tickets[0], &limits, clock.now);
    clock.advance(10_000).take_all();
    for ticket in &tickets[1..] {
        clock.window.on_response(*ticket, &limits, clock.now);
    }
    assert_eq!(clock.advance(10_000).take_all().len(), 5);
}

proptest! {
    /// Whatever the API reports, and however late: after all responses and the longest wait, a request may be sent.
    #[test]
    fn it_always_unblocks(
        steps in prop::collection::vec((0u64..20_000, 0u8..4, 0usize..30, prop::option::of(0u32..20), 1u64..15_000), 1..100)
    ) {
        let mut clock = Clock::new();
        let mut in_flight = Vec::new();
        for (ms, event, index, remaining, interval_ms) in steps {
            clock.advance(ms);
            in_flight.extend(clock.window.take(clock.now).ok());
            if index >= in_flight.len() {
                continue;
            }
            let interval = Some(Duration::from_millis(interval_ms));
            let limits = RateLimit { max: Some(5), remaining, interval, daily_remaining: remaining };
            let ticket = in_flight.swap_remove(index);
            match event {
                0 => clock.window.on_no_response(ticket, clock.now),
                1 => drop(clock.window.on_rate_limited(ticket, &limits, Some(Duration::from_secs(ms)), clock.now)),
                2 => drop(clock.window.on_rate_limited(ticket, &limits, None, clock.now)),
                _ => clock.window.on_response(ticket, &limits, clock.now),
            }
        }
        for ticket in in_flight {
            clock.window.on_no_response(ticket, clock.now);
        }
        clock.now += MAX_WAIT;
        prop_assert!(clock.window.take(clock.now).is_ok(), "{:?}", clock.window);
    }

    /// An API that counts in intervals and responds after a while, and a caller who takes every request. When an interval
    /// ends is only estimated, so a few requests may get a 429.
    #[test]
    fn few_requests_get_a_429(max in 5u32..50, latency in 0u64..500, steps in prop::collection::vec(0u64..500, 1..300)) {
        let mut clock = Clock::new();
        let limits = |remaining| RateLimit { max: Some(max), remaining: Some(remaining), ..remaining_of_100(0) };
        let (mut started, mut used) = (clock.now, 1);
        let first = clock.take();
        clock.window.on_response(first, &limits(max - used), clock.now);
        let (mut served, mut rejected) = (0, 0);
        let mut in_flight = VecDeque::new();
        for ms in steps {
            clock.advance(ms);
            for ticket in clock.take_all() {
                if clock.now - started >= DEFAULT_INTERVAL {
                    (started, used) = (clock.now, 0);
                }
                let remaining = max.checked_sub(used + 1);
                used = max.min(used + 1);
                in_flight.push_back((clock.now, ticket, remaining));
            }
            let arrived = |sent: Instant, now: Instant| now - sent >= Duration::from_millis(latency);
            while let Some((_, ticket, remaining)) = in_flight.pop_front_if(|(sent, ..)| arrived(*sent, clock.now)) {
                match remaining {
                    Some(remaining) => {
                        served += 1;
                        clock.window.on_response(ticket, &limits(remaining), clock.now);
                    }
                    None => {
                        rejected += 1;
                        clock.window.on_rate_limited(ticket, &limits(0), None, clock.now);
                    }
                }
            }
        }
        prop_assert!(rejected <= 1 + served / 20, "{rejected} rejected, {served} served");
    }
}
