//! The signals that ask the process to stop.

use std::io;

use super::Failure;
use crate::server::Shutdown;

/// SIGINT (Ctrl-C), and SIGTERM where there is one. They are caught from when this is made.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Starts to catch them.
    #[cfg(unix)]
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Starts to catch them.
    #[cfg(not(unix))]
    pub fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }

    /// Serves until the first one, and then until what is in flight has ended; the second one ends it at once.
    pub async fn stop<T>(mut self, serving: impl Future<Output = T>, shutdown: &Shutdown) -> Result<T, Failure> {
        let asked_twice = async {
            self.next().await;
            tracing::info!("stopping");
            shutdown.begin();
            self.next().await;
        };
        tokio::select! {
            ended = serving => Ok(ended),
            () = asked_twice => Err(Failure::ForcedShutdown),
        }
    }
}
