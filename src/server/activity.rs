//! What a connection is doing, and until when it may.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::Server;
use super::request_bytes::{BodyLength, RequestBytes};

/// What an HTTP/2 client sends first (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a connection is doing: known to its transport, which sees bytes, its service, which sees requests, and the task
/// that ends it when it takes too long.
pub struct Activity {
    server: Arc<Server>,
    state: Mutex<State>,
    task: AtomicWaker,
}

struct State {
    phase: Phase,
    /// When the phase began.
    since: Instant,
    in_flight: usize,
    /// Since when the client takes no bytes that are ready for it.
    blocked: Option<Instant>,
    /// How much of the preface of HTTP/2 has been seen; `None` if something else came.
    preface: Option<usize>,
    /// Those of the request that is read or answered; not over HTTP/2.
    request: RequestBytes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No request has come yet.
    Opening,
    /// A request has begun, but its head has not ended.
    Head,
    /// Between requests.
    Idle,
}

/// A request in flight, until its answer is sent or given up.
pub struct InFlight(Arc<Activity>);

impl Activity {
    pub fn new(server: Arc<Server>) -> Self {
        let state = State {
            phase: Phase::Opening,
            since: Instant::now(),
            in_flight: 0,
            blocked: None,
            preface: Some(0),
            request: RequestBytes::default(),
        };
        Self { server, state: Mutex::new(state), task: AtomicWaker::new() }
    }

    /// The task to wake when HTTP/2 has become idle: its answers are sent by other tasks.
    pub fn wakes(&self, task: &Waker) {
        self.task.register(task);
    }

    /// Bytes have come.
    pub fn received(&self, bytes: &[u8]) {
        let mut state = self.state.lock();
        match state.preface {
            // Its frames say nothing of when a request begins.
            Some(seen) if seen == PREFACE.len() => return,
            Some(seen) => {
                let expected = &PREFACE[seen..];
                let length = expected.len().min(bytes.len());
                state.preface = (bytes[..length] == expected[..length]).then_some(seen + length);
                if state.is_http2() {
                    state.enter(Phase::Idle);
                }
            }
            None if state.in_flight == 0 && state.phase == Phase::Idle => state.enter(Phase::Head),
            None => {}
        }
        state.request.received(bytes);
    }

    /// A write could not go on, or it could.
    pub fn blocked(&self, blocked: bool) {
        let mut state = self.state.lock();
        if !blocked {
            state.blocked = None;
        } else if state.blocked.is_none() {
            state.blocked = Some(Instant::now());
        }
    }

    /// A request's head has been read; its body has this length.
    pub fn begin(self: &Arc<Self>, body: BodyLength) -> InFlight {
        self.server.requests.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state.lock();
        state.in_flight += 1;
        state.phase = Phase::Idle;
        state.request.head_read(body);
        drop(state);
        InFlight(self.clone())
    }

    /// When the connection is to be cut, if nothing happens until then.
    pub fn deadline(&self) -> Option<Instant> {
        let state = self.state.lock();
        let settings = &self.server.settings;
        let read = match state.phase {
            _ if state.in_flight > 0 => None,
            Phase::Idle => Some(state.since + settings.idle_timeout),
            Phase::Opening | Phase::Head => Some(state.since + settings.header_timeout),
        };
        let write = state.blocked.map(|since| since + settings.write_timeout);
        [read, write].into_iter().flatten().min()
    }

    /// Since when there has been no request; `None` while there is one.
    pub fn quiet_since(&self) -> Option<Instant> {
        let state = self.state.lock();
        (state.in_flight == 0).then_some(state.since)
    }

    /// Whether a part of a head has come, and not yet the rest.
    pub fn is_reading_head(&self) -> bool {
        let state = self.state.lock();
        match state.phase {
            Phase::Opening => state.preface != Some(0),
            Phase::Head => true,
            Phase::Idle => false,
        }
    }

    pub fn is_http2(&self) -> bool {
        self.state.lock().is_http2()
    }
}

impl State {
    fn is_http2(&self) -> bool {
        self.preface == Some(PREFACE.len())
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

impl InFlight {
    /// Whether the connection is to end with this request.
    pub fn is_last(&self) -> bool {
        self.0.server.closing.is_cancelled()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.server.requests.fetch_sub(1, Ordering::Relaxed);
        let mut state = self.0.state.lock();
        state.in_flight -= 1;
        let became_idle = state.in_flight == 0;
        if became_idle {
            // A part of the next head may be here already.
            let head_begun = !state.is_http2() && state.request.ended();
            state.enter(if head_begun { Phase::Head } else { Phase::Idle });
        }
        let wake = became_idle && state.is_http2();
        drop(state);
        if wake {
            self.0.task.wake();
        }
    }
}
