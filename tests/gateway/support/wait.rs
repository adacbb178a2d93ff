//! Waits with a time limit: a test fails instead of hanging.
//!
//! All limits use the wall clock, so that they also hold while a test's own clock is paused.

use std::panic::Location;
use std::pin::pin;
use std::process::{Child, Command};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::Server;

/// The time limit: far more than a loaded machine needs, and less than a call's deadline (45 s) and the drain timeout
/// (30 s), so that neither of them can be the cause of what a test waits for.
pub const LIMIT: Duration = Duration::from_secs(25);

/// The step in which a paused clock advances.
const STEP: Duration = Duration::from_millis(100);

/// Awaits a future, for [`LIMIT`] at most.
#[track_caller]
pub fn within<T>(what: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = Location::caller();
    async move {
        // Dropping `_over` ends the alarm's thread, however this future ends.
        let (over, alarm) = channel::<()>();
        let alarm = spawn_blocking(move || alarm.recv_timeout(LIMIT));
        let _over = over;
        let future = pin!(future);
        tokio::select! {
            biased;
            output = future => output,
            rang = alarm => panic!("{what}: not within {LIMIT:?} ({caller}, {:?})", rang.unwrap()),
        }
    }
}

/// Waits until a condition holds, checking every few milliseconds: for conditions without a notification.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    within(what, async move {
        while !condition().await {
            spawn_blocking(|| thread::sleep(Duration::from_millis(5))).await.unwrap();
        }
    })
}

/// A paused clock: no timeout of the gateway passes unless the test advances it. For single-threaded tests whose gateway
/// runs in this process; sockets work as usual.
pub struct Clock {
    /// tokio advances a paused clock when the runtime is idle, but not while a blocking task runs: one runs until this is
    /// dropped.
    _stands: Sender<()>,
}

#[expect(clippy::unused_self, reason = "the clock can be advanced only while it is paused")]
impl Clock {
    pub fn stop() -> Self {
        tokio::time::pause();
        let (stands, until) = channel::<()>();
        spawn_blocking(move || assert_eq!(until.recv_timeout(LIMIT * 4), Err(RecvTimeoutError::Disconnected)));
        Self { _stands: stands }
    }

    /// Advances the clock by `time` at once.
    pub async fn advance(&self, time: Duration) {
        tokio::time::advance(time).await;
    }

    /// Begins a server's shutdown, and advances the clock by a few milliseconds so that it takes effect: tokio's shortest
    /// sleep is one.
    pub async fn stop_server(&self, server: &Server) {
        server.shutdown.begin();
        for _ in 0..10 {
            self.advance(Duration::from_millis(1)).await;
        }
    }

    /// Advances the clock in small steps until a future is ready; returns its output and the time that passed.
    #[track_caller]
    pub fn advance_until<T>(&self, what: &str, future: impl Future<Output = T>) -> impl Future<Output = (T, Duration)> {
        let began = tokio::time::Instant::now();
        within(what, async move {
            let mut future = pin!(future);
            loop {
                // Between two steps, due timers fire and sockets are read.
                let pause = spawn_blocking(|| thread::sleep(Duration::from_millis(1)));
                tokio::select! {
                    biased;
                    output = &mut future => return (output, began.elapsed()),
                    paused = pause => paused.unwrap(),
                }
                tokio::time::advance(STEP).await;
            }
        })
    }

    /// Resumes the clock.
    pub fn resume(self) {
        tokio::time::resume();
    }
}

/// Kills a process that does not end in time, so that a test that reads from it or waits for it does not hang.
pub struct Watchdog {
    _ended: Sender<()>,
}

impl Watchdog {
    pub fn of(process: &Child) -> Self {
        let id = process.id().to_string();
        let (ended, until) = channel::<()>();
        thread::spawn(move || {
            if until.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                drop(Command::new("kill").args(["-KILL", &id]).status());
            }
        });
        Self { _ended: ended }
    }
}
