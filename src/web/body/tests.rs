use std::convert::Infallible;
use std::net::IpAddr;

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};

use super::*;
use crate::config::{CliOverrides, Settings};
use crate::web::incoming_bodies::IncomingBodies;

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn settings() -> ServerSettings {
    Settings::load(&CliOverrides::default(), |_| None).unwrap().server
}

/// A body of `chunks` chunks of `bytes` bytes, with a pause before each.
fn paced(chunks: usize, bytes: usize, pause: Duration) -> Body {
    Body::from_stream(unfold(0, move |sent| async move {
        tokio::time::sleep(pause).await;
        (sent < chunks).then(|| (Ok::<_, Infallible>(Bytes::from(vec![b' '; bytes])), sent + 1))
    }))
}

/// A body that stalls after `chunks` chunks of `bytes` bytes.
fn stalling(chunks: usize, bytes: usize) -> Body {
    let chunks =
        futures_util::stream::iter((0..chunks).map(move |_| Ok::<_, Infallible>(Bytes::from(vec![b' '; bytes]))));
    Body::from_stream(chunks.chain(futures_util::stream::pending()))
}

async fn read_alone(body: Body) -> Result<usize, (StatusCode, Duration)> {
    let (settings, start) = (settings(), Instant::now());
    read(body, &settings, &IncomingBodies::new(&settings), CLIENT)
        .await
        .map(|body| body.len())
        .map_err(|error| (error.status, start.elapsed()))
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_not_a_stalled_one() {
    let second = Duration::from_secs(1);
    assert_eq!(read_alone(paced(18, 58_254, second)).await, Ok(1_048_572), "1 MiB in 18 s");
    assert_eq!(read_alone(paced(20, 1100, second * 9 / 10)).await, Ok(22_000), "just above the slowest rate");
    assert_eq!(read_alone(paced(3, 1, second)).await, Ok(3), "a short body may take as long as a window");
}

#[tokio::test(start_paused = true)]
async fn a_body_below_the_minimum_rate_times_out() {
    let timeout = Err((StatusCode::REQUEST_TIMEOUT, RATE_WINDOW));
    assert_eq!(read_alone(stalling(0, 0)).await, timeout);
    assert_eq!(read_alone(stalling(1, 10)).await, timeout);
    assert_eq!(read_alone(paced(1000, 1, Duration::from_millis(100))).await, timeout);
    let burst = Err((StatusCode::REQUEST_TIMEOUT, RATE_WINDOW * 2));
    assert_eq!(read_alone(stalling(10, 100_000)).await, burst, "an earlier burst does not count");
    let total = Err((StatusCode::REQUEST_TIMEOUT, settings().body_timeout));
    assert_eq!(read_alone(paced(100, 2000, Duration::from_secs(1))).await, total);
}

/// Chunks that are all there at once.
fn chunks(count: usize, bytes: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let chunk = Bytes::from(vec![b'a'; bytes]);
    futures_util::stream::iter((0..count).map(move |_| Ok(chunk.clone())))
}

#[tokio::test]
async fn chunks_are_joined_up_to_the_limit() {
    let max = settings().max_request_bytes;
    assert_eq!(read_alone(Body::from_stream(chunks(max / 128, 128))).await, Ok(max));
    let status = read_alone(Body::from_stream(chunks(max / 128 + 1, 128))).await.map_err(|(status, _)| status);
    assert_eq!(status, Err(StatusCode::PAYLOAD_TOO_LARGE));
    let bodies = IncomingBodies::new(&settings());
    assert_eq!(read(Body::from_stream(chunks(3, 2)), &settings(), &bodies, CLIENT).await.unwrap(), "aaaaaa");
}

#[tokio::test]
async fn a_body_in_too_many_pieces_is_rejected() {
    for bytes in [0, 1] {
        assert!(read_alone(Body::from_stream(chunks(MAX_FRAMES, bytes))).await.is_ok());
        let status = read_alone(Body::from_stream(chunks(MAX_FRAMES + 1, bytes))).await.map_err(|(status, _)| status);
        assert_eq!(status, Err(StatusCode::BAD_REQUEST), "{bytes}");
    }
}

/// Reads bodies that all stall, oldest first, and returns the status that each ends with.
async fn read_all(settings: &ServerSettings, bodies: Vec<(IpAddr, Body)>) -> Vec<StatusCode> {
    let incoming = IncomingBodies::new(settings);
    let readers = bodies.into_iter().map(|(client_ip, body)| {
        let incoming = &incoming;
        async move { read(body, settings, incoming, client_ip).await.unwrap_err().status }
    });
    futures_util::future::join_all(readers.collect::<Vec<_>>()).await
}

/// The only entry stays that of a stalled body, which a registered second one would evict.
#[tokio::test(start_paused = true)]
async fn a_body_that_arrived_with_its_head_is_not_registered() {
    let settings = ServerSettings { max_requests: 1, ..settings() };
    let bodies = IncomingBodies::new(&settings);
    let stalled = read(stalling(1, 10), &settings, &bodies, CLIENT);
    let complete = async {
        for body in [Body::empty(), Body::from("abc"), Body::from_stream(chunks(3, 2))] {
            read(body, &settings, &bodies, CLIENT).await.unwrap();
        }
    };
    let (stalled, ()) = tokio::join!(stalled, complete);
    assert_eq!(stalled.unwrap_err().status, STALLED);
}

const EVICTED: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
const STALLED: StatusCode = StatusCode::REQUEST_TIMEOUT;

#[tokio::test(start_paused = true)]
async fn the_oldest_body_is_evicted() {
    let settings = ServerSettings { max_requests: 2, max_requests_per_address: 0, ..settings() };
    let bodies = (0..3).map(|_| (CLIENT, stalling(1, 10))).collect();
    assert_eq!(read_all(&settings, bodies).await, [EVICTED, STALLED, STALLED]);
}

#[tokio::test(start_paused = true)]
async fn a_client_over_its_limit_evicts_its_own_oldest_body() {
    let settings = ServerSettings { max_requests: 4, max_requests_per_address: 2, ..settings() };
    let other: IpAddr = "192.0.2.1".parse().unwrap();
    let bodies = [other, CLIENT, CLIENT, CLIENT].map(|client_ip| (client_ip, stalling(1, 10))).into();
    assert_eq!(read_all(&settings, bodies).await, [STALLED, EVICTED, STALLED, STALLED]);
}

#[tokio::test(start_paused = true)]
async fn large_bodies_evict_the_oldest_large_one() {
    let settings = ServerSettings { max_request_bytes: 10_000_000, ..settings() };
    // The limit is 80 MB: the ninth large body exceeds it. The small body is older, but is not counted.
    let mut bodies = vec![(CLIENT, stalling(1, 10_000))];
    bodies.extend((0..9).map(|_| (CLIENT, stalling(1, 9_900_000))));
    let ended = read_all(&settings, bodies).await;
    assert_eq!((ended[0], ended[1]), (STALLED, EVICTED));
    assert!(ended[2..].iter().all(|status| *status == STALLED), "{ended:?}");
}
