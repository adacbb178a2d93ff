//! Connections to the API: which caller they serve, and how many are kept open.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Stray, StrayUpstream, TestGateway, TestGatewayBuilder};

/// The maximum number of idle connections in total.
const MAX_IDLE: usize = 512;

/// Longer than it takes to notice a closed connection.
const SOON: Duration = Duration::from_secs(20);

/// Makes a read, and returns the token and location that its response is for.
async fn call(gateway: &TestGateway, token: &str, location: Option<&str>) -> Value {
    let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" })).token(token);
    let post = match location {
        Some(location) => post.header("locationid", location),
        None => post.unpinned(),
    };
    post.send().await.tool_result().data()
}

/// Over HTTP/1.1 only the order on the connection assigns a response to a request: if callers shared a connection, the next
/// caller would receive a stray response.
#[tokio::test]
async fn a_stray_response_reaches_no_other_caller() {
    let callers = [
        ("pit-a", Some("LOCxONE")),
        ("pit-b", Some("LOCxONE")),
        ("pit-a", Some("LOCxTWO")),
        ("pit-a", None),
        ("pit-b", None),
    ];
    for stray in [Stray::SamePacket, Stray::BeforeTheNext] {
        let upstream = StrayUpstream::start(stray).await;
        let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
        for round in 0..10 {
            for (token, location) in callers {
                let own = json!({ "token": format!("Bearer {token}"), "location": location.unwrap_or_default() });
                assert_eq!(call(&gateway, token, location).await, own, "{stray:?}, round {round}");
            }
        }
    }
}

#[tokio::test]
async fn a_caller_reuses_its_connection() {
    let upstream = StrayUpstream::start(Stray::Never).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    for _ in 0..30 {
        call(&gateway, "pit-a", Some("LOCxONE")).await;
    }
    // A call may start before the connection of the previous call is idle again.
    assert!(upstream.opened() <= 2, "{} connections", upstream.opened());
}

/// A caller with many concurrent calls may have as many idle connections as requests in flight.
#[tokio::test]
async fn a_caller_with_many_concurrent_calls_reuses_its_connections() {
    let upstream = StrayUpstream::start(Stray::Never).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let calls = 400;
    for _ in 0..calls / 8 {
        futures_util::future::join_all((0..8).map(|_| call(&gateway, "pit-a", Some("LOCxONE")))).await;
    }
    assert!(upstream.opened() < calls / 8, "{} connections for {calls} calls", upstream.opened());
    assert!(upstream.open() <= 16, "{} open", upstream.open());
}

#[tokio::test]
async fn idle_connections_are_bounded_in_total() {
    let upstream = StrayUpstream::start(Stray::Never).await;
    let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
    let callers = MAX_IDLE + 200;
    for caller in 0..callers {
        call(&gateway, "pit-a", Some(&format!("LOCx{caller}"))).await;
    }
    assert_eq!(upstream.opened(), callers, "one for each");
    tokio::time::timeout(SOON, upstream.until_open_at_most(MAX_IDLE)).await.unwrap();
}
