//! Listening and serving: HTTP/1.1 and HTTP/2 without TLS, with a bound on every size and duration that a client controls.

mod accept;
mod activity;
mod concurrency_limit;
mod connection;
mod connection_limit;
mod log_throttle;
mod overload;
mod protocol;
mod reason;
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
pub use concurrency_limit::{ClientKey, ConcurrencyLimit, LimitExceeded, Limits, Permit};
use connection_limit::ConnectionLimit;
pub use log_throttle::{LogThrottle, ThrottleKey};
pub use reason::{ErrorDetail, Reason};
pub use rejections::{LOG_TARGET, Rejections};
pub use shutdown::Shutdown;

/// The state that all connections of a server share.
struct Server {
    router: Router,
    /// Makes the response to a connection over the limit.
    too_many_connections: fn() -> Response,
    settings: ConnectionSettings,
    protocol: protocol::Protocol,
    connection_limit: ConnectionLimit,
    /// Those of connections only: the router has its own for requests.
    rejections: Arc<Rejections>,
    connections: TaskTracker,
    /// How many requests are in flight.
    requests: AtomicUsize,
    /// Cancelled once no more connections are accepted; each connection then closes as soon as its requests are done.
    closing: CancellationToken,
}

/// How a server ended.
#[derive(Debug, Clone, Copy)]
pub struct Drained {
    /// How many requests were aborted because the drain timeout passed.
    pub aborted_requests: usize,
    /// When the drain timeout passes: other work may go on until then.
    pub deadline: Instant,
}

/// Listens on an address.
///
/// # Errors
///
/// If the address is in use, or not one of this machine.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Serves until `shutdown` begins, then finishes the requests in flight within the drain timeout.
///
/// Idle keep-alive connections are not closed at once, because a proxy may be about to send the next request: their next
/// response has `connection: close`, and after 2 s without a request they are closed.
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
        protocol: protocol::build(&settings),
        connection_limit: ConnectionLimit::new(&settings, rejections.clone()),
        rejections,
        connections: TaskTracker::new(),
        requests: AtomicUsize::new(0),
        closing: CancellationToken::new(),
        settings,
    });
    let stop_accepting = async {
        shutdown.begun().await;
        tokio::time::sleep(server.settings.shutdown_delay).await;
    };
    tokio::select! {
        () = accept::accept_loop(&server, &listener) => {}
        () = stop_accepting => {}
    }
    server.closing.cancel();
    accept::accept_backlog(&server, listener);
    server.connections.close();
    let deadline = Instant::now() + server.settings.drain_timeout;
    let drained = tokio::time::timeout_at(deadline, server.connections.wait()).await;
    let aborted_requests = if drained.is_ok() { 0 } else { server.requests.load(Ordering::Relaxed) };
    Drained { aborted_requests, deadline }
}
