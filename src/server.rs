//! Listening and serving: HTTP/1.1 and HTTP/2 without TLS, with a bound on everything that a client could make long.

mod accept;
mod activity;
mod admission;
mod concurrency_limit;
mod connection;
mod protocol;
mod reason;
mod rejection;
mod rejections;
mod request_bytes;
mod response_body;
mod shutdown;
mod stall_timer;
mod transport;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::ConnectionSettings;
use admission::Admission;
pub use concurrency_limit::{ConcurrencyLimit, Holder, LimitExceeded, Maxima, Permit};
pub use reason::{ErrorDetail, Reason};
pub use rejections::{LOG_TARGET, Rejections};
pub use shutdown::Shutdown;

/// What all connections of a server share.
struct Server {
    router: Router,
    /// What a connection over the limit is answered.
    too_many_connections: fn() -> Response,
    settings: ConnectionSettings,
    protocol: protocol::Protocol,
    admission: Admission,
    /// Of connections: those of requests are the router's.
    rejections: Arc<Rejections>,
    connections: TaskTracker,
    requests: AtomicUsize,
    /// Nobody is let in any more, and connections end as soon as their requests are answered.
    closing: CancellationToken,
}

/// How a server ended.
#[derive(Debug, Clone, Copy)]
pub struct Drained {
    /// Requests that were not answered in time.
    pub cut: usize,
    /// When the time to drain is over: what else is to be finished has until then.
    pub until: Instant,
}

/// Listens on an address.
///
/// # Errors
///
/// If the address is taken or not this machine's.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Serves until `shutdown` begins, and then what is in flight, for no longer than the time to drain.
///
/// Connections that are kept open are not cut between two requests, where a proxy may be about to send the next one:
/// they are told to close with their next answer, or are closed after 2 s without one.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    too_many_connections: fn() -> Response,
    settings: ConnectionSettings,
    shutdown: Shutdown,
) -> Drained {
    let rejections = Rejections::new();
    let server = Arc::new(Server {
        router,
        too_many_connections,
        protocol: protocol::protocol(&settings),
        admission: Admission::new(&settings, rejections.clone()),
        rejections,
        connections: TaskTracker::new(),
        requests: AtomicUsize::new(0),
        closing: CancellationToken::new(),
        settings,
    });
    let time_to_close = async {
        shutdown.begun().await;
        tokio::time::sleep(server.settings.shutdown_delay).await;
    };
    tokio::select! {
        () = accept::forever(&server, &listener) => {}
        () = time_to_close => {}
    }
    server.closing.cancel();
    accept::rest(&server, listener);
    server.connections.close();
    let until = Instant::now() + server.settings.drain_timeout;
    let ended = tokio::time::timeout_at(until, server.connections.wait()).await;
    let cut = if ended.is_ok() { 0 } else { server.requests.load(Ordering::Relaxed) };
    Drained { cut, until }
}
