//! Listening and serving.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Listens on an address.
///
/// # Errors
///
/// If the address is taken or not this machine's.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Serves until `shutdown` ends, and then the requests in flight, but no longer than `drain` in all.
///
/// # Errors
///
/// If the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    drain: Duration,
) -> io::Result<()> {
    // Without it the kernel holds small writes back for the client's acknowledgement: 40 ms for an event stream.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
    });
    let stopping = CancellationToken::new();
    let stop = stopping.clone();
    let signal = async move {
        shutdown.await;
        stop.cancel();
    };
    // A client that never finishes its request must not keep the process alive.
    let patience = async {
        stopping.cancelled().await;
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        result = async { axum::serve(listener, router).with_graceful_shutdown(signal).await } => result,
        () = patience => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}
