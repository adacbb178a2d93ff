//! An API that responds only when the test allows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use tokio::sync::{Semaphore, watch};

use super::{Server, within};

/// Holds every request until the test releases it.
pub struct BlockedUpstream {
    pub server: Server,
    state: Arc<Requests>,
}

struct Requests {
    in_flight: watch::Sender<usize>,
    most: AtomicUsize,
    /// Requests whose connection ended before the response.
    abandoned: watch::Sender<usize>,
    answered: AtomicUsize,
    answers: Semaphore,
}

impl BlockedUpstream {
    pub async fn start() -> Self {
        let state = Arc::new(Requests {
            in_flight: watch::Sender::default(),
            most: AtomicUsize::default(),
            abandoned: watch::Sender::default(),
            answered: AtomicUsize::default(),
            answers: Semaphore::new(0),
        });
        let router = Router::new().fallback(hold).with_state(state.clone());
        Self { server: Server::start(router).await, state }
    }

    /// Releases `count` requests.
    pub fn answer(&self, count: usize) {
        self.state.answers.add_permits(count);
    }

    pub async fn until_in_flight(&self, count: usize) {
        within("requests in flight", self.state.in_flight.subscribe().wait_for(|now| *now == count)).await.unwrap();
    }

    pub async fn until_abandoned(&self, count: usize) {
        within("abandoned requests", self.state.abandoned.subscribe().wait_for(|now| *now == count)).await.unwrap();
    }

    /// The largest number of concurrent requests.
    pub fn most(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }

    pub fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }
}

async fn hold(State(state): State<Arc<Requests>>) -> &'static str {
    let mut request = HeldRequest::new(state.clone());
    state.answers.acquire().await.unwrap().forget();
    request.answered = true;
    state.answered.fetch_add(1, Ordering::SeqCst);
    "{}"
}

/// A request that is held; it ends when this is dropped.
struct HeldRequest {
    state: Arc<Requests>,
    answered: bool,
}

impl HeldRequest {
    fn new(state: Arc<Requests>) -> Self {
        state.in_flight.send_modify(|now| {
            *now += 1;
            state.most.fetch_max(*now, Ordering::SeqCst);
        });
        Self { state, answered: false }
    }
}

impl Drop for HeldRequest {
    fn drop(&mut self) {
        self.state.in_flight.send_modify(|now| *now -= 1);
        if !self.answered {
            self.state.abandoned.send_modify(|now| *now += 1);
        }
    }
}
