//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use axum::body::Body;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response, Version};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tower::ServiceExt;

use super::Server;
use super::activity::Activity;
use super::concurrency_limit::Permit;
use super::reason::Reason;
use super::request_bytes::BodyLength;
use super::response_body::ResponseBody;
use super::transport::Transport;

/// How long a connection without a request is kept once the server closes: a proxy may be about to send one on it, and
/// one that is used gets `connection: close` with its answer. Over HTTP/2 the client is told at once.
pub const GRACE: Duration = Duration::from_secs(2);

/// Serves a connection until either side ends it.
pub async fn serve(server: Arc<Server>, stream: TcpStream, peer: IpAddr, _permit: Permit) {
    let activity = Arc::new(Activity::new(server.clone()));
    let service = service_fn(|mut request: Request<Incoming>| {
        let in_flight = activity.begin(body_length(request.body()));
        let http1 = request.version() < Version::HTTP_2;
        let client = server.settings.trusted_proxies.client_addr(peer, request.headers());
        request.extensions_mut().insert(client);
        let answer = server.router.clone().oneshot(request.map(Body::new));
        async move {
            let mut response: Response<Body> = answer.await?;
            if http1 && in_flight.is_last() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| ResponseBody::new(body, in_flight)))
        }
    });
    let transport = TokioIo::new(Transport::new(stream, activity.clone()));
    let mut connection = pin!(server.protocol.serve_connection(transport, service));
    let mut closing = pin!(server.closing.cancelled());
    let mut close = Close::NotAsked;
    let mut timer = pin!(sleep_until(Instant::now()));
    poll_fn(|context| {
        activity.wakes(context.waker());
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                if let Some(reason) = ended.err().and_then(|error| rejected(&*error)) {
                    server.rejections.connection(reason, peer);
                }
                return Poll::Ready(());
            }
            if close == Close::NotAsked && closing.as_mut().poll(context).is_ready() {
                close = Close::After(Instant::now() + GRACE);
            }
            if close.is_due(&activity) {
                connection.as_mut().graceful_shutdown();
                close = Close::Begun(Instant::now());
                continue;
            }
            let Some(deadline) = [activity.deadline(), close.deadline(&activity)].into_iter().flatten().min() else {
                return Poll::Pending;
            };
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(context));
            if !close.is_due(&activity) {
                return Poll::Ready(());
            }
        }
    })
    .await;
}

/// Why hyper rejected what a client sent, where that never became a request.
fn rejected(error: &(dyn Error + 'static)) -> Option<Reason> {
    let error = error.downcast_ref::<hyper::Error>()?;
    if error.is_parse_too_large() {
        return Some(Reason::HeadTooLarge);
    }
    error.is_parse().then_some(Reason::MalformedHttp)
}

fn body_length(body: &Incoming) -> BodyLength {
    body.size_hint().exact().map_or(BodyLength::Chunked, BodyLength::Known)
}

/// How far a connection is on its way to being closed by this side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Close {
    NotAsked,
    /// An answer closes it; without a request, this moment.
    After(Instant),
    /// From that moment on, what is in flight ends it.
    Begun(Instant),
}

impl Close {
    fn is_due(self, activity: &Activity) -> bool {
        match self {
            Self::After(_) if activity.is_http2() => true,
            // A head that has begun has its own time: hyper would drop it.
            Self::After(at) => at <= Instant::now() && !activity.is_reading_head(),
            Self::NotAsked | Self::Begun(_) => false,
        }
    }

    fn deadline(self, activity: &Activity) -> Option<Instant> {
        match self {
            Self::NotAsked => None,
            Self::After(at) => (!activity.is_reading_head()).then_some(at),
            // A client of HTTP/2 has to say that it knows; one that does not is not waited for.
            Self::Begun(at) => {
                activity.quiet_since().filter(|_| activity.is_http2()).map(|since| since.max(at) + GRACE)
            }
        }
    }
}
