use std::convert::Infallible;
use std::net::IpAddr;

use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};

use super::*;
use crate::config::{CliOverrides, Settings};
use crate::web::endpoint::incoming_bodies::IncomingBodies;

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn settings() -> ServerSettings {
    Settings::load(&CliOverrides::default(), |_| None).unwrap().server
}

/// A body of so many pieces of this size, with a pause before each.
fn paced(pieces: usize, bytes: usize, pause: Duration) -> Body {
    Body::from_stream(unfold(0, move |sent| async move {
        tokio::time::sleep(pause).await;
        (sent < pieces).then(|| (Ok::<_, Infallible>(Bytes::from(vec![b' '; bytes])), sent + 1))
    }))
}

/// Pieces, and then nothing more.
fn stalling(pieces: usize, bytes: usize) -> Body {
    let pieces =
        futures_util::stream::iter((0..pieces).map(move |_| Ok::<_, Infallible>(Bytes::from(vec![b' '; bytes]))));
    Body::from_stream(pieces.chain(futures_util::stream::pending()))
}

async fn read_alone(body: Body) -> Result<usize, (StatusCode, Duration)> {
    let (settings, start) = (settings(), Instant::now());
    read(body, &settings, &IncomingBodies::new(&settings), CLIENT)
        .await
        .map(|body| body.len())
        .map_err(|error| (error.status, start.elapsed()))
}

#[tokio::test(start_paused = true)]
async fn a_slow_link_is_no_stalled_one() {
    let second = Duration::from_secs(1);
    assert_eq!(read_alone(paced(18, 58_254, second)).await, Ok(1_048_572), "1 MiB in 18 s");
    assert_eq!(read_alone(paced(20, 1100, second * 9 / 10)).await, Ok(22_000), "just above the slowest rate");
    assert_eq!(read_alone(paced(3, 1, second)).await, Ok(3), "a short body may take as long as a window");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_hardly_arrives_is_given_up() {
    let timeout = Err((StatusCode::REQUEST_TIMEOUT, RATE_WINDOW));
    assert_eq!(read_alone(stalling(0, 0)).await, timeout);
    assert_eq!(read_alone(stalling(1, 10)).await, timeout);
    assert_eq!(read_alone(paced(1000, 1, Duration::from_millis(100))).await, timeout);
    let burst = Err((StatusCode::REQUEST_TIMEOUT, RATE_WINDOW * 2));
    assert_eq!(read_alone(stalling(10, 100_000)).await, burst, "what came before does not help");
    let whole = Err((StatusCode::REQUEST_TIMEOUT, settings().body_timeout));
    assert_eq!(read_alone(paced(100, 2000, Duration::from_secs(1))).await, whole);
}

/// Chunks of two bytes that are all there at once.
fn chunks(count: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
    futures_util::stream::iter((0..count).map(|_| Ok(Bytes::from_static(b"ab"))))
}

#[tokio::test]
async fn chunks_are_joined_up_to_the_limit() {
    let max = settings().max_request_bytes;
    assert_eq!(read_alone(Body::from_stream(chunks(max / 2))).await, Ok(max));
    let status = read_alone(Body::from_stream(chunks(max / 2 + 1))).await.map_err(|(status, _)| status);
    assert_eq!(status, Err(StatusCode::PAYLOAD_TOO_LARGE));
    let bodies = IncomingBodies::new(&settings());
    assert_eq!(read(Body::from_stream(chunks(3)), &settings(), &bodies, CLIENT).await.unwrap(), "ababab");
}

/// Starts to read bodies of so many clients that all stall, oldest first, and gives what becomes of each.
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
        for body in [Body::empty(), Body::from("abc"), Body::from_stream(chunks(3))] {
            read(body, &settings, &bodies, CLIENT).await.unwrap();
        }
    };
    let (stalled, ()) = tokio::join!(stalled, complete);
    assert_eq!(stalled.unwrap_err().status, STALLED);
}

const EVICTED: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
const STALLED: StatusCode = StatusCode::REQUEST_TIMEOUT;

#[tokio::test(start_paused = true)]
async fn the_oldest_body_makes_room() {
    let settings = ServerSettings { max_requests: 2, max_requests_per_address: 0, ..settings() };
    let bodies = (0..3).map(|_| (CLIENT, stalling(1, 10))).collect();
    assert_eq!(read_all(&settings, bodies).await, [EVICTED, STALLED, STALLED]);
}

#[tokio::test(start_paused = true)]
async fn an_address_makes_room_for_itself() {
    let settings = ServerSettings { max_requests: 4, max_requests_per_address: 2, ..settings() };
    let other: IpAddr = "192.0.2.1".parse().unwrap();
    let bodies = [other, CLIENT, CLIENT, CLIENT].map(|address| (address, stalling(1, 10))).into();
    assert_eq!(read_all(&settings, bodies).await, [STALLED, EVICTED, STALLED, STALLED]);
}

#[tokio::test(start_paused = true)]
async fn large_bodies_make_room_for_each_other() {
    let settings = ServerSettings { max_request_bytes: 10_000_000, ..settings() };
    // 80 MB may be held: the ninth body is too much, and the small one that is older has no part in it.
    let mut bodies = vec![(CLIENT, stalling(1, 10_000))];
    bodies.extend((0..9).map(|_| (CLIENT, stalling(1, 9_900_000))));
    let ended = read_all(&settings, bodies).await;
    assert_eq!((ended[0], ended[1]), (STALLED, EVICTED));
    assert!(ended[2..].iter().all(|status| *status == STALLED), "{ended:?}");
}
