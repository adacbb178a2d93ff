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

    fn after(&mut self, ms: u64) -> &mut Self {
        self.now += Duration::from_millis(ms);
        self
    }

    fn take(&mut self) -> Ticket {
        self.window.take(self.now).unwrap()
    }

    /// Takes all that may be taken.
    fn take_all(&mut self) -> Vec<Ticket> {
        std::iter::from_fn(|| self.window.take(self.now).ok()).collect()
    }

    fn on_response(&mut self, ticket: Ticket, remaining: u32) {
        self.window.on_response(ticket, &remaining_of_100(remaining), self.now);
    }

    fn on_rate_limited(&mut self, ticket: Ticket) {
        self.window.on_rate_limited(ticket, &RateLimit::default(), None, self.now);
    }

    /// How long nothing may be sent.
    fn closed_ms(&mut self) -> Option<u128> {
        match self.window.take(self.now) {
            Err(Exhausted::Until(until, _)) => Some((until - self.now).as_millis()),
            Err(Exhausted::InFlight) => None,
            Ok(ticket) => panic!("{ticket:?} could be taken"),
        }
    }
}

fn remaining_of_100(remaining: u32) -> RateLimit {
    RateLimit { max: Some(100), remaining: Some(remaining), interval: Some(INTERVAL), daily_remaining: None }
}

#[test]
fn a_hundred_in_ten_seconds_until_more_is_known() {
    let mut clock = Clock::new();
    let tickets = clock.take_all();
    assert_eq!(tickets.len(), 100);
    assert_eq!(clock.closed_ms(), None, "no answer told yet when the interval ends");
    clock.after(50).on_response(tickets[0], 99);
    assert_eq!(clock.closed_ms(), Some(10_000));
    assert_eq!(clock.after(10_000).take_all().len(), 1, "99 are still on their way");
}

#[test]
fn the_lowest_number_counts_whatever_the_order_of_the_answers() {
    let mut clock = Clock::new();
    let tickets: Vec<Ticket> = (0..4).map(|_| clock.take()).collect();
    for (ticket, remaining) in tickets.into_iter().zip([48, 46, 49, 47]) {
        clock.after(1).on_response(ticket, remaining);
    }
    assert_eq!(clock.take_all().len(), 46, "others use the budget too");
}

#[test]
fn more_left_after_a_later_request_is_another_interval() {
    let mut clock = Clock::new();
    let early = clock.take();
    let late = clock.take();
    clock.after(10).on_response(early, 0);
    clock.after(10).on_response(late, 1);
    assert_eq!(clock.closed_ms(), Some(9_990), "sent before the other was answered: merely overtaken");

    let mut clock = Clock::new();
    let first = clock.take();
    clock.after(10).on_response(first, 60);
    let second = clock.take();
    let overtaken = clock.take();
    clock.after(10).on_response(overtaken, 90);
    clock.after(10).on_response(second, 59);
    assert_eq!(clock.take_all().len(), 89, "what was sent before may have been counted, but tells nothing more");
}

#[test]
fn a_larger_limit_is_learnt() {
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
    assert_eq!(clock.closed_ms(), Some(1_000));
    assert_eq!(clock.after(1_000).take_all().len(), 250);
}

#[test]
fn a_request_without_an_answer_may_have_been_counted() {
    let mut clock = Clock::new();
    let lost: Vec<Ticket> = (0..10).map(|_| clock.take()).collect();
    for ticket in lost {
        clock.window.on_no_response(ticket, clock.now);
    }
    assert_eq!(clock.take_all().len(), 90);
}

#[test]
fn a_refusal_closes_until_the_interval_ends() {
    let mut clock = Clock::new();
    let (first, second, third) = (clock.take(), clock.take(), clock.take());
    clock.on_response(first, 80);
    clock.after(4_000).on_rate_limited(second);
    assert_eq!(clock.closed_ms(), Some(6_000));
    clock.after(100).on_rate_limited(third);
    assert_eq!(clock.closed_ms(), Some(5_900), "the second refusal does not make it longer");
    assert_eq!(clock.after(5_900).take_all().len(), 100);
}

/// An answer that told no limits let the interval seem longer than it is.
#[test]
fn a_refusal_that_tells_a_shorter_interval_closes_for_no_longer() {
    let mut clock = Clock::new();
    let (first, second) = (clock.take(), clock.take());
    clock.window.on_response(first, &RateLimit::default(), clock.now);
    let limits = RateLimit { interval: Some(Duration::from_millis(200)), ..RateLimit::default() };
    clock.window.on_rate_limited(second, &limits, None, clock.now);
    assert_eq!(clock.closed_ms(), Some(200));
}

#[test]
fn a_refusal_that_asks_for_a_time_gets_it() {
    let mut clock = Clock::new();
    let (ticket, other) = (clock.take(), clock.take());
    let (until, limit) =
        clock.window.on_rate_limited(ticket, &RateLimit::default(), Some(Duration::from_secs(42)), clock.now);
    assert_eq!((until - clock.now, limit), (Duration::from_secs(42), Limit::Burst));
    clock.on_rate_limited(other);
    assert_eq!(clock.closed_ms(), Some(42_000), "one that asks for none does not make it shorter");
}

#[test]
fn a_refusal_of_the_interval_before_is_late() {
    let mut clock = Clock::new();
    let (first, second) = (clock.take(), clock.take());
    clock.on_response(first, 80);
    let _next = clock.after(10_000).take();
    clock.on_rate_limited(second);
    assert_eq!(clock.take_all().len(), 98, "it opens no budget either");
}

#[test]
fn after_a_spent_day_one_request_finds_out() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    clock.window.on_response(ticket, &RateLimit { daily_remaining: Some(0), ..remaining_of_100(50) }, clock.now);
    let (wait, limit) = clock.window.wait(0, clock.now);
    assert_eq!((wait, limit), (LONGEST_WAIT, Limit::Day));
    let probes = clock.after(300_000).take_all();
    assert_eq!(probes.len(), 1);
    clock.on_response(probes[0], 99);
    assert_eq!(clock.take_all().len(), 99);
}

/// However long the API asks for: it is asked again after some minutes, by one request.
#[test]
fn an_absurd_wait_is_not_believed() {
    for hours in [1, 24] {
        let mut clock = Clock::new();
        let (ticket, asked) = (clock.take(), Duration::from_hours(hours));
        let (until, limit) = clock.window.on_rate_limited(ticket, &RateLimit::default(), Some(asked), clock.now);
        assert_eq!((until - clock.now, limit), (LONGEST_WAIT, Limit::Burst));
        let probes = clock.after(300_000).take_all();
        assert_eq!(probes.len(), 1);
        clock.on_response(probes[0], 99);
        assert_eq!(clock.take_all().len(), 99);
    }
}

#[test]
fn a_probe_that_is_refused_too_closes_once_more() {
    let mut clock = Clock::new();
    let asked = Some(Duration::from_hours(24));
    for _ in 0..3 {
        let probe = clock.take();
        clock.window.on_rate_limited(probe, &RateLimit::default(), asked, clock.now);
        assert_eq!(clock.closed_ms(), Some(300_000));
        clock.after(300_000);
    }
}

#[test]
fn an_absurd_interval_is_not_believed() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    let limits = RateLimit { interval: Some(Duration::from_hours(24)), ..remaining_of_100(0) };
    clock.window.on_response(ticket, &limits, clock.now);
    assert_eq!(clock.closed_ms(), Some(300_000));
}

#[test]
fn the_wait_counts_those_before() {
    let mut clock = Clock::new();
    let ticket = clock.take();
    clock.on_response(ticket, 10);
    let mut wait = |before| clock.window.wait(before, clock.now).0.as_secs();
    assert_eq!([wait(0), wait(9), wait(10), wait(109), wait(110)], [0, 0, 10, 10, 20]);
}

/// Late answers of the interval before must not leave a window that waits for an answer to come.
#[test]
fn late_answers_do_not_lock_the_window() {
    let limits = RateLimit { max: Some(5), remaining: Some(0), interval: Some(INTERVAL), daily_remaining: None };
    let mut clock = Clock::new();
    let tickets: Vec<Ticket> = (0..8).map(|_| clock.take()).collect();
    clock.window.on_response(tickets[0], &limits, clock.now);
    clock.after(10_000).take_all();
    for ticket in &tickets[1..] {
        clock.window.on_response(*ticket, &limits, clock.now);
    }
    assert_eq!(clock.after(10_000).take_all().len(), 5);
}

proptest! {
    /// Whatever the API tells, and however late: once all is answered and the longest wait is over, a request may be sent.
    #[test]
    fn it_always_opens_again(
        steps in prop::collection::vec((0u64..20_000, 0u8..4, 0usize..30, prop::option::of(0u32..20), 1u64..15_000), 1..100)
    ) {
        let mut clock = Clock::new();
        let mut on_their_way = Vec::new();
        for (ms, what, index, remaining, interval_ms) in steps {
            clock.after(ms);
            on_their_way.extend(clock.window.take(clock.now).ok());
            if index >= on_their_way.len() {
                continue;
            }
            let interval = Some(Duration::from_millis(interval_ms));
            let limits = RateLimit { max: Some(5), remaining, interval, daily_remaining: remaining };
            let ticket = on_their_way.swap_remove(index);
            match what {
                0 => clock.window.on_no_response(ticket, clock.now),
                1 => drop(clock.window.on_rate_limited(ticket, &limits, Some(Duration::from_secs(ms)), clock.now)),
                2 => drop(clock.window.on_rate_limited(ticket, &limits, None, clock.now)),
                _ => clock.window.on_response(ticket, &limits, clock.now),
            }
        }
        for ticket in on_their_way {
            clock.window.on_no_response(ticket, clock.now);
        }
        clock.now += LONGEST_WAIT;
        prop_assert!(clock.window.take(clock.now).is_ok(), "{:?}", clock.window);
    }

    /// An API that counts in intervals, with answers that take a while, and a caller who takes all there is. When an
    /// interval ends is only guessed, so a request may be one too many; but hardly any is.
    #[test]
    fn hardly_a_request_is_one_too_many(max in 5u32..50, latency in 0u64..500, steps in prop::collection::vec(0u64..500, 1..300)) {
        let mut clock = Clock::new();
        let limits = |remaining| RateLimit { max: Some(max), remaining: Some(remaining), ..remaining_of_100(0) };
        let (mut began, mut used) = (clock.now, 1);
        let first = clock.take();
        clock.window.on_response(first, &limits(max - used), clock.now);
        let (mut served, mut refused) = (0, 0);
        let mut on_their_way = VecDeque::new();
        for ms in steps {
            clock.after(ms);
            for ticket in clock.take_all() {
                if clock.now - began >= INTERVAL {
                    (began, used) = (clock.now, 0);
                }
                let remaining = max.checked_sub(used + 1);
                used = max.min(used + 1);
                on_their_way.push_back((clock.now, ticket, remaining));
            }
            let arrived = |sent: Instant, now: Instant| now - sent >= Duration::from_millis(latency);
            while let Some((_, ticket, remaining)) = on_their_way.pop_front_if(|(sent, ..)| arrived(*sent, clock.now)) {
                match remaining {
                    Some(remaining) => {
                        served += 1;
                        clock.window.on_response(ticket, &limits(remaining), clock.now);
                    }
                    None => {
                        refused += 1;
                        clock.window.on_rate_limited(ticket, &limits(0), None, clock.now);
                    }
                }
            }
        }
        prop_assert!(refused <= 1 + served / 20, "{refused} refused, {served} served");
    }
}
