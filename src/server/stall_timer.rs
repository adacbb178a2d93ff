//! A stream of HTTP/2 whose client takes nothing more of it.
//!
//! The connection's bytes may well flow: a stream has a window of its own, and the client need not open it. Over
//! HTTP/1.1 a connection that is blocked says as much.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, Sleep, sleep_until};

tokio::task_local! {
    static CURRENT: Arc<StallTimer>;
}

/// Since when a part of the answer waits for the client to take it.
#[derive(Debug, Default)]
pub struct StallTimer(Mutex<Option<Instant>>);

impl StallTimer {
    /// That of the stream that runs; `None` over HTTP/1.1.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// A part was handed over, and nothing has asked for the next one yet.
    pub fn handed_over(&self) {
        self.set(Some(Instant::now()));
    }

    /// All that was handed over is taken.
    pub fn taken(&self) {
        self.set(None);
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock() = since;
    }

    fn since(&self) -> Option<Instant> {
        *self.0.lock()
    }
}

/// Runs a stream until it ends, or until its client has taken nothing for so long. Then it is dropped, which resets it.
pub async fn until_stalled<F: Future>(stream: F, timeout: Duration) {
    let progress = Arc::new(StallTimer::default());
    let mut stream = pin!(CURRENT.scope(progress.clone(), stream));
    // Most streams end at once and need no timer.
    let mut timer: Option<std::pin::Pin<Box<Sleep>>> = None;
    poll_fn(|context| {
        if stream.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let Some(since) = progress.since() else { return Poll::Pending };
        let deadline = since + timeout;
        let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(context)
    })
    .await;
}
