//! Waiting for what must happen, with an end: a test fails then, and does not hang.
//!
//! All of this goes by the wall clock, so that it ends while a test's own clock stands still, too.

use std::panic::Location;
use std::pin::pin;
use std::process::{Child, Command};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::Server;

/// How long anything may take that must happen: far more than a loaded machine needs, and less than a call's deadline
/// (45 s) and the time to drain (30 s), so that neither of them can be what made it happen.
pub const LIMIT: Duration = Duration::from_secs(25);

/// How much time passes at once while something is waited for.
const STEP: Duration = Duration::from_millis(100);

/// What a future gives, within [`LIMIT`].
#[track_caller]
pub fn within<T>(what: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = Location::caller();
    async move {
        // The alarm's thread is free again as soon as this is over, however it ends.
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

/// Waits until a condition holds, asking every few milliseconds: for what nothing tells of.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    within(what, async move {
        while !condition().await {
            spawn_blocking(|| thread::sleep(Duration::from_millis(5))).await.unwrap();
        }
    })
}

/// A clock that stands still, so that no time limit of the gateway passes unless the test says so. For tests of one thread
/// whose gateway runs in it; sockets work as ever.
pub struct Clock {
    /// tokio moves a paused clock on when nothing else is to be done, but not while a blocking task runs: one waits for
    /// the end of this.
    _stands: Sender<()>,
}

#[expect(clippy::unused_self, reason = "time passes by hand only while there is one")]
impl Clock {
    pub fn stop() -> Self {
        tokio::time::pause();
        let (stands, until) = channel::<()>();
        spawn_blocking(move || assert_eq!(until.recv_timeout(LIMIT * 4), Err(RecvTimeoutError::Disconnected)));
        Self { _stands: stands }
    }

    /// Lets so much time pass at once.
    pub async fn advance(&self, time: Duration) {
        tokio::time::advance(time).await;
    }

    /// Asks a gateway to stop and lets it see that: a few milliseconds pass, since tokio's shortest sleep is one.
    pub async fn stop_server(&self, server: &Server) {
        server.shutdown.begin();
        for _ in 0..10 {
            self.advance(Duration::from_millis(1)).await;
        }
    }

    /// Lets time pass, a little at a time, until a future is ready; gives what it gives and how much time that took.
    #[track_caller]
    pub fn advance_until<T>(&self, what: &str, future: impl Future<Output = T>) -> impl Future<Output = (T, Duration)> {
        let began = tokio::time::Instant::now();
        within(what, async move {
            let mut future = pin!(future);
            loop {
                // Between two steps, what has become due is done and sockets are read.
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

    /// Lets time pass as ever.
    pub fn resume(self) {
        tokio::time::resume();
    }
}

/// Kills a process that does not end in time, so that whoever reads from it or waits for it comes back.
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
