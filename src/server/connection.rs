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

/// How long an idle connection stays open once the server stops accepting: a proxy may be about to send a request on it,
/// and the response to that one has `connection: close`. Over HTTP/2 the client gets a GOAWAY at once.
const IDLE_GRACE: Duration = Duration::from_secs(2);

/// Serves a connection until either side ends it.
pub async fn serve(server: Arc<Server>, stream: TcpStream, peer: IpAddr, _permit: Permit) {
    let activity = Arc::new(Activity::new(server.clone()));
    let service = service_fn(|mut request: Request<Incoming>| {
        let active_request = activity.start_request(body_length(request.body()));
        let http1 = request.version() < Version::HTTP_2;
        let client = server.settings.trusted_proxies.client_addr(peer, request.headers());
        request.extensions_mut().insert(client);
        let response = server.router.clone().oneshot(request.map(Body::new));
        async move {
            let mut response: Response<Body> = response.await?;
            if http1 && active_request.is_last() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response.map(|body| ResponseBody::new(body, active_request)))
        }
    });
    let transport = TokioIo::new(Transport::new(stream, activity.clone()));
    let mut connection = pin!(server.protocol.serve_connection(transport, service));
    let mut closing = pin!(server.closing.cancelled());
    let mut close_state = CloseState::Open;
    let mut timer = pin!(sleep_until(Instant::now()));
    poll_fn(|context| {
        activity.register_waker(context.waker());
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                if let Some(reason) = ended.err().and_then(|error| rejection_reason(&*error)) {
                    server.rejections.record_connection(reason, peer);
                }
                return Poll::Ready(());
            }
            if close_state == CloseState::Open && closing.as_mut().poll(context).is_ready() {
                close_state = CloseState::IdleUntil(Instant::now() + IDLE_GRACE);
            }
            if close_state.is_due(&activity) {
                connection.as_mut().graceful_shutdown();
                close_state = CloseState::Draining(Instant::now());
                continue;
            }
            let Some(deadline) = [activity.deadline(), close_state.deadline(&activity)].into_iter().flatten().min()
            else {
                return Poll::Pending;
            };
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(context));
            if !close_state.is_due(&activity) {
                return Poll::Ready(());
            }
        }
    })
    .await;
}

/// The reason for which hyper rejected bytes that never became a request.
fn rejection_reason(error: &(dyn Error + 'static)) -> Option<Reason> {
    let error = error.downcast_ref::<hyper::Error>()?;
    if error.is_parse_too_large() {
        return Some(Reason::HeadTooLarge);
    }
    error.is_parse().then_some(Reason::MalformedHttp)
}

fn body_length(body: &Incoming) -> BodyLength {
    body.size_hint().exact().map_or(BodyLength::Chunked, BodyLength::Known)
}

/// How far the server has got with closing a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CloseState {
    /// The server is not closing it.
    Open,
    /// The next response closes it. Without a request it is closed at this time.
    IdleUntil(Instant),
    /// The graceful shutdown began at this time: the connection closes once its requests are done.
    Draining(Instant),
}

impl CloseState {
    /// Whether it is time for the graceful shutdown.
    fn is_due(self, activity: &Activity) -> bool {
        match self {
            Self::IdleUntil(_) if activity.is_http2() => true,
            // A head that is arriving has its own timeout; hyper would drop it.
            Self::IdleUntil(at) => at <= Instant::now() && !activity.is_reading_head(),
            Self::Open | Self::Draining(_) => false,
        }
    }

    /// When the state changes, or the connection is closed, if nothing happens until then.
    fn deadline(self, activity: &Activity) -> Option<Instant> {
        match self {
            Self::Open => None,
            Self::IdleUntil(at) => (!activity.is_reading_head()).then_some(at),
            // An HTTP/2 client has to acknowledge the GOAWAY; the connection of one that does not is closed.
            Self::Draining(at) => {
                activity.idle_since().filter(|_| activity.is_http2()).map(|since| since.max(at) + IDLE_GRACE)
            }
        }
    }
}
