//! The signals that stop the process.

use std::io;

use super::Failure;
use crate::server::Shutdown;

/// SIGINT (Ctrl-C), and SIGTERM on Unix. They are caught from the creation of this value on.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Starts catching the signals.
    #[cfg(unix)]
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Starts catching the signals.
    #[cfg(not(unix))]
    pub fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next signal.
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for the next signal.
    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }

    /// Runs `serving`; the first signal begins the graceful shutdown, and a second one ends it at once.
    pub async fn stop<T>(mut self, serving: impl Future<Output = T>, shutdown: &Shutdown) -> Result<T, Failure> {
        let second_signal = async {
            self.next().await;
            tracing::info!("stopping");
            shutdown.begin();
            self.next().await;
        };
        tokio::select! {
            ended = serving => Ok(ended),
            () = second_signal => Err(Failure::ForcedShutdown),
        }
    }
}
