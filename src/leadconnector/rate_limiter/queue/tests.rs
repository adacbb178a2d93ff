use tokio::sync::{mpsc, watch};

use super::*;
use crate::leadconnector::send_options::{SendEvent, SendObserver, WaitReason};

fn limiter(max_in_flight: usize) -> Arc<RateLimiter> {
    Arc::new(RateLimiter::new(QueueLimits { in_flight: max_in_flight, queued: 10 }))
}

fn options(seconds: u64) -> SendOptions<'static> {
    SendOptions::until(Instant::now() + Duration::from_secs(seconds))
}

/// The newest event of a request.
#[derive(Debug, Default)]
struct LastEvent(watch::Sender<Option<SendEvent>>);

impl SendObserver for LastEvent {
    fn on_send_event(&self, event: SendEvent) {
        self.0.send_replace(Some(event));
    }
}

fn limits(remaining: u32) -> RateLimit {
    RateLimit {
        max: Some(100),
        remaining: Some(remaining),
        interval: Some(Duration::from_secs(10)),
        daily_remaining: None,
    }
}

/// Exhausts the rate limit.
async fn exhaust(limiter: &Arc<RateLimiter>) {
    limiter.acquire(Priority::New, &options(1)).await.unwrap().on_response(&limits(0));
}

/// Spawns tasks that queue in order. Each sends its number when it gets its permit, which it then drops.
fn queue(
    limiter: &Arc<RateLimiter>,
    priority: Priority,
    numbers: std::ops::Range<usize>,
    acquired: &mpsc::UnboundedSender<usize>,
) {
    for number in numbers {
        let (limiter, acquired) = (limiter.clone(), acquired.clone());
        tokio::spawn(async move {
            let mut permit = limiter.acquire(priority, &options(60)).await.unwrap();
            permit.on_response(&limits(99));
            acquired.send(number).unwrap();
        });
    }
}

#[tokio::test(start_paused = true)]
async fn first_come_first_served() {
    let limiter = limiter(1);
    let held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
    let (acquired, mut order) = mpsc::unbounded_channel();
    queue(&limiter, Priority::New, 0..5, &acquired);
    tokio::task::yield_now().await;
    queue(&limiter, Priority::Retry, 5..7, &acquired);
    tokio::task::yield_now().await;
    drop((held, acquired));
    let mut numbers = Vec::new();
    while let Some(number) = order.recv().await {
        numbers.push(number);
    }
    assert_eq!(numbers, [5, 6, 0, 1, 2, 3, 4], "retries go first");
}

#[tokio::test(start_paused = true)]
async fn the_requests_in_flight_are_limited() {
    let limiter = limiter(3);
    let mut permits = Vec::new();
    for _ in 0..3 {
        permits.push(limiter.acquire(Priority::New, &options(60)).await.unwrap());
    }
    let observer: &'static LastEvent = Box::leak(Box::default());
    let mut events = observer.0.subscribe();
    let fourth = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(Priority::New, &SendOptions { observer, ..options(60) }).await.is_ok() }
    });
    let event = events.wait_for(Option::is_some).await.unwrap().unwrap();
    assert!(matches!(event, SendEvent::Queued(wait) if wait.reason == WaitReason::Queue), "{event:?}");
    assert!(!fourth.is_finished());
    permits.pop();
    assert!(fourth.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_request_over_the_limit_waits_for_the_next_interval() {
    let limiter = limiter(8);
    exhaust(&limiter).await;
    let started = Instant::now();
    let _permit = limiter.acquire(Priority::New, &options(45)).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_meet_its_deadline_is_rejected_at_once() {
    let limiter = limiter(8);
    exhaust(&limiter).await;
    let started = Instant::now();
    let rejected = limiter.acquire(Priority::New, &options(9)).await.unwrap_err();
    assert_eq!(rejected, Rejected::RateLimited(Duration::from_secs(10), Limit::Burst));
    assert!(started.elapsed().is_zero());
}

/// A later response reports that the wait is longer than expected.
#[tokio::test(start_paused = true)]
async fn queued_requests_that_can_no_longer_meet_their_deadline_are_rejected() {
    let limiter = limiter(1);
    let mut held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(Priority::New, &options(45)).await.map(drop) })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    held.on_rate_limited(&RateLimit::default(), Some(Duration::from_mins(1)));
    drop(held);
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap(), Err(Rejected::RateLimited(Duration::from_mins(1), Limit::Burst)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_leaves_the_queue_does_not_block_it() {
    let limiter = limiter(1);
    let held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
    let leaving = options(60);
    let cancelled = tokio::spawn({
        let (limiter, leaving) = (limiter.clone(), leaving.clone());
        async move { limiter.acquire(Priority::New, &leaving).await.map(drop) }
    });
    tokio::task::yield_now().await;
    let dropped = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(Priority::New, &options(60)).await.map(drop) }
    });
    tokio::task::yield_now().await;
    let last = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(Priority::New, &options(60)).await.map(drop) }
    });
    tokio::task::yield_now().await;
    leaving.cancelled.cancel();
    dropped.abort();
    assert_eq!(cancelled.await.unwrap(), Err(Rejected::Cancelled));
    drop(held);
    assert_eq!(last.await.unwrap(), Ok(()));
    let state = limiter.state();
    assert_eq!((state.queued, state.in_flight), ([0, 0], 0));
}

/// The permit and the cancellation are both ready before the task is polled.
#[tokio::test(start_paused = true)]
async fn a_request_cancelled_just_as_it_may_be_sent_is_not_sent() {
    for _ in 0..50 {
        let limiter = limiter(1);
        let held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
        let leaving = options(60);
        let waiting = tokio::spawn({
            let (limiter, leaving) = (limiter.clone(), leaving.clone());
            async move { limiter.acquire(Priority::New, &leaving).await.map(drop) }
        });
        tokio::task::yield_now().await;
        drop(held);
        leaving.cancelled.cancel();
        assert_eq!(waiting.await.unwrap(), Err(Rejected::Cancelled));
    }
}

#[tokio::test(start_paused = true)]
async fn a_queued_request_is_rejected_at_its_deadline() {
    let limiter = limiter(1);
    let _held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
    let started = Instant::now();
    assert_eq!(limiter.acquire(Priority::New, &options(5)).await.map(drop), Err(Rejected::QueueTimeout));
    assert_eq!(started.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_rejected_at_once_when_the_queue_is_full() {
    let limiter = limiter(1);
    let held = limiter.acquire(Priority::New, &options(60)).await.unwrap();
    let (acquired, mut order) = mpsc::unbounded_channel();
    queue(&limiter, Priority::New, 0..10, &acquired);
    tokio::task::yield_now().await;
    assert_eq!(limiter.acquire(Priority::New, &options(60)).await.map(drop), Err(Rejected::QueueFull));
    drop((held, acquired));
    let mut served = 0;
    while order.recv().await.is_some() {
        served += 1;
    }
    assert_eq!(served, 10);
    assert!(limiter.acquire(Priority::New, &options(60)).await.is_ok());
}
