//! What a connection is doing, and its timeouts.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::Server;
use super::request_bytes::{BodyLength, RequestBytes};

/// The first bytes that an HTTP/2 client sends (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a connection is doing. Shared by its transport, which sees bytes, its service, which sees requests, and the task
/// that closes it when a timeout passes.
pub struct Activity {
    server: Arc<Server>,
    state: Mutex<State>,
    task: AtomicWaker,
}

struct State {
    phase: Phase,
    /// When the phase began.
    since: Instant,
    requests_in_flight: usize,
    /// Since when the client has not read bytes that are ready for it.
    write_blocked_since: Option<Instant>,
    /// How many bytes of the HTTP/2 preface have arrived; `None` if other bytes did.
    preface: Option<usize>,
    /// The bytes of the current request; not used over HTTP/2.
    request: RequestBytes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No request has arrived yet.
    New,
    /// A part of a request head has arrived.
    ReadingHead,
    /// Between requests.
    Idle,
}

/// A request in flight, until its response is sent or dropped.
pub struct ActiveRequest(Arc<Activity>);

impl Activity {
    pub fn new(server: Arc<Server>) -> Self {
        let state = State {
            phase: Phase::New,
            since: Instant::now(),
            requests_in_flight: 0,
            write_blocked_since: None,
            preface: Some(0),
            request: RequestBytes::default(),
        };
        Self { server, state: Mutex::new(state), task: AtomicWaker::new() }
    }

    /// Registers the connection's task, which is woken when an HTTP/2 connection becomes idle: other tasks send its
    /// responses.
    pub fn register_waker(&self, waker: &Waker) {
        self.task.register(waker);
    }

    /// Bytes have arrived.
    pub fn bytes_received(&self, bytes: &[u8]) {
        let mut state = self.state.lock();
        match state.preface {
            // HTTP/2: its frames do not show where a request begins.
            Some(seen) if seen == PREFACE.len() => return,
            Some(seen) => {
                let expected = &PREFACE[seen..];
                let length = expected.len().min(bytes.len());
                state.preface = (bytes[..length] == expected[..length]).then_some(seen + length);
                if state.is_http2() {
                    state.set_phase(Phase::Idle);
                }
            }
            None if state.requests_in_flight == 0 && state.phase == Phase::Idle => state.set_phase(Phase::ReadingHead),
            None => {}
        }
        state.request.received(bytes);
    }

    /// Writes have become blocked, or have succeeded again.
    pub fn set_write_blocked(&self, blocked: bool) {
        let mut state = self.state.lock();
        if !blocked {
            state.write_blocked_since = None;
        } else if state.write_blocked_since.is_none() {
            state.write_blocked_since = Some(Instant::now());
        }
    }

    /// A request head has been read. `body` is the length of its body.
    pub fn start_request(self: &Arc<Self>, body: BodyLength) -> ActiveRequest {
        self.server.requests.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state.lock();
        state.requests_in_flight += 1;
        state.phase = Phase::Idle;
        state.request.head_read(body);
        drop(state);
        ActiveRequest(self.clone())
    }

    /// When the connection is to be closed, if nothing happens until then.
    pub fn deadline(&self) -> Option<Instant> {
        let state = self.state.lock();
        let settings = &self.server.settings;
        let read = match state.phase {
            _ if state.requests_in_flight > 0 => None,
            Phase::Idle => Some(state.since + settings.idle_timeout),
            Phase::New | Phase::ReadingHead => Some(state.since + settings.header_timeout),
        };
        let write = state.write_blocked_since.map(|since| since + settings.write_timeout);
        [read, write].into_iter().flatten().min()
    }

    /// Since when there has been no request; `None` while there is one.
    pub fn idle_since(&self) -> Option<Instant> {
        let state = self.state.lock();
        (state.requests_in_flight == 0).then_some(state.since)
    }

    /// Whether a part of a request head has arrived, and not yet all of it.
    pub fn is_reading_head(&self) -> bool {
        let state = self.state.lock();
        match state.phase {
            Phase::New => state.preface != Some(0),
            Phase::ReadingHead => true,
            Phase::Idle => false,
        }
    }

    /// Whether the client speaks HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.state.lock().is_http2()
    }
}

impl State {
    fn is_http2(&self) -> bool {
        self.preface == Some(PREFACE.len())
    }

    fn set_phase(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

impl ActiveRequest {
    /// Whether the connection closes after this request.
    pub fn is_last(&self) -> bool {
        self.0.server.closing.is_cancelled()
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.0.server.requests.fetch_sub(1, Ordering::Relaxed);
        let mut state = self.0.state.lock();
        state.requests_in_flight -= 1;
        let became_idle = state.requests_in_flight == 0;
        if became_idle {
            // A part of the next head may have arrived already.
            let head_started = !state.is_http2() && state.request.finish();
            state.set_phase(if head_started { Phase::ReadingHead } else { Phase::Idle });
        }
        let wake = became_idle && state.is_http2();
        drop(state);
        if wake {
            self.0.task.wake();
        }
    }
}
