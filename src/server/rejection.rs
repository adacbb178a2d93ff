//! Telling a connection over the limit that there is no place.

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
use super::admission::RejectionPermit;

/// How long it may take to be told.
const REJECTION_TIMEOUT: Duration = Duration::from_secs(2);

/// How much of a request is read before the answer, in bytes: to close with something unread loses the answer.
const READ: usize = 64 * 1024;

/// Answers the first request with 503 and closes the connection.
pub async fn answer(server: Arc<Server>, stream: TcpStream, _permit: RejectionPermit) {
    let answered = Arc::new(Notify::new());
    let too_many_connections = server.too_many_connections;
    let service = service_fn(|request: Request<Incoming>| {
        let answered = answered.clone();
        let http1 = request.version() < Version::HTTP_2;
        async move {
            drop(Limited::new(request.into_body(), READ).collect().await);
            let mut response = too_many_connections();
            if http1 {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            answered.notify_one();
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(server.protocol.serve_connection(TokioIo::new(stream), service));
    let told = async {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = answered.notified() => {}
        }
        connection.as_mut().graceful_shutdown();
        drop(connection.await);
    };
    drop(tokio::time::timeout(REJECTION_TIMEOUT, told).await);
}
