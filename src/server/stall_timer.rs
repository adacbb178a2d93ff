//! Detects HTTP/2 streams whose client stops reading.
//!
//! Each stream has its own flow-control window, so a stream may be blocked while bytes flow on its connection. Over
//! HTTP/1.1 this is not needed: a client that stops reading blocks the connection itself.

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

/// Since when the current chunk of the response waits for the client to read it; `None` while no chunk waits.
#[derive(Debug, Default)]
pub struct StallTimer(Mutex<Option<Instant>>);

impl StallTimer {
    /// The timer of the current stream; `None` over HTTP/1.1.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// A chunk was passed to h2, which has not yet asked for the next one.
    pub fn start(&self) {
        self.set(Some(Instant::now()));
    }

    /// The client has read the last chunk.
    pub fn stop(&self) {
        self.set(None);
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock() = since;
    }

    fn since(&self) -> Option<Instant> {
        *self.0.lock()
    }
}

/// Runs a stream until it ends, or until its client has read nothing for `timeout`: the stream is then dropped, which
/// resets it.
pub async fn run_until_stalled<F: Future>(stream: F, timeout: Duration) {
    let stall_timer = Arc::new(StallTimer::default());
    let mut stream = pin!(CURRENT.scope(stall_timer.clone(), stream));
    // Created when first needed: most streams end at once.
    let mut timer: Option<std::pin::Pin<Box<Sleep>>> = None;
    poll_fn(|context| {
        if stream.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let Some(since) = stall_timer.since() else { return Poll::Pending };
        let deadline = since + timeout;
        let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(context)
    })
    .await;
}
