//! Rejects a connection over the limit with a response.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderValue};
use http::{Request, Version};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::Server;
use super::connection_limit::RejectionPermit;

/// How long a rejected connection may stay open in all.
const REJECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// How much of a request's body is read before the response, in bytes: closing a socket with unread bytes loses the
/// response.
const MAX_READ_BYTES: usize = 64 * 1024;

/// Responds to the first request with 503 and closes the connection.
pub async fn reject(server: Arc<Server>, stream: TcpStream, _permit: RejectionPermit) {
    let responded = Arc::new(Notify::new());
    let too_many_connections = server.too_many_connections;
    let service = service_fn(|request: Request<Incoming>| {
        let responded = responded.clone();
        let http1 = request.version() < Version::HTTP_2;
        async move {
            drop(Limited::new(request.into_body(), MAX_READ_BYTES).collect().await);
            let mut response = too_many_connections();
            if http1 {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            responded.notify_one();
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(server.protocol.serve_connection(TokioIo::new(stream), service));
    let rejection = async {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = responded.notified() => {}
        }
        connection.as_mut().graceful_shutdown();
        drop(connection.await);
    };
    drop(tokio::time::timeout(REJECTION_TIMEOUT, rejection).await);
}
