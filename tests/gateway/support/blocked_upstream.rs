//! An API that answers when it is let.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use tokio::sync::{Semaphore, watch};

use super::{Server, within};

/// Holds every request until it is let go.
pub struct BlockedUpstream {
    pub server: Server,
    state: Arc<Requests>,
}

struct Requests {
    in_flight: watch::Sender<usize>,
    most: AtomicUsize,
    /// Requests whose connection ended before they were answered.
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

    /// Lets so many requests be answered.
    pub fn answer(&self, count: usize) {
        self.state.answers.add_permits(count);
    }

    pub async fn until_in_flight(&self, count: usize) {
        within("requests in flight", self.state.in_flight.subscribe().wait_for(|now| *now == count)).await.unwrap();
    }

    pub async fn until_abandoned(&self, count: usize) {
        within("requests given up", self.state.abandoned.subscribe().wait_for(|now| *now == count)).await.unwrap();
    }

    /// The most requests that were in flight at once.
    pub fn most(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }

    pub fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }
}

async fn hold(State(state): State<Arc<Requests>>) -> &'static str {
    let mut request = InFlight::new(state.clone());
    state.answers.acquire().await.unwrap().forget();
    request.answered = true;
    state.answered.fetch_add(1, Ordering::SeqCst);
    "{}"
}

/// A request is held as long as this lives.
struct InFlight {
    state: Arc<Requests>,
    answered: bool,
}

impl InFlight {
    fn new(state: Arc<Requests>) -> Self {
        state.in_flight.send_modify(|now| {
            *now += 1;
            state.most.fetch_max(*now, Ordering::SeqCst);
        });
        Self { state, answered: false }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.state.in_flight.send_modify(|now| *now -= 1);
        if !self.answered {
            self.state.abandoned.send_modify(|now| *now += 1);
        }
    }
}
