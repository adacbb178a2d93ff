//! The limits on requests in flight and on queued calls of a location.

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::json;

use crate::support::{BlockedUpstream, TestGateway, TestGatewayBuilder};

async fn call(gateway: &TestGateway, location: &str) {
    let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" }));
    let response = post.header("locationid", location).send().await;
    assert!(!response.tool_result().is_error, "{}", response.body);
}

#[tokio::test]
async fn each_location_has_its_own_limit() {
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url())
        .settings(|settings| settings.upstream.max_in_flight_per_location = 3)
        .start()
        .await;
    let calls = join_all((0..20).map(|index| call(&gateway, if index % 2 == 0 { "EVEN" } else { "ODD" })));
    let watch = async {
        upstream.until_in_flight(6).await;
        upstream.answer(20);
    };
    tokio::join!(calls, watch);
    assert_eq!((upstream.most(), upstream.answered()), (6, 20));
}

/// A token usually has one location, so its calls without a location count for that one.
#[tokio::test]
async fn calls_with_and_without_a_location_of_one_token_share_a_limit() {
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url())
        .settings(|settings| settings.upstream.max_in_flight_per_location = 3)
        .start()
        .await;
    let unpinned = async || {
        let post = gateway.tool("contacts_get-contact", json!({ "contactId": "c1" })).unpinned();
        assert!(!post.send().await.tool_result().is_error);
    };
    let pinned = join_all((0..10).map(|_| call(&gateway, "LOC")));
    let unpinned = join_all((0..10).map(|_| unpinned()));
    let watch = async {
        upstream.until_in_flight(3).await;
        upstream.answer(20);
    };
    tokio::join!(pinned, unpinned, watch);
    assert_eq!((upstream.most(), upstream.answered()), (3, 20));
}

/// A location with a full queue must not use up the permits that all clients share.
#[tokio::test]
async fn calls_are_rejected_at_once_when_the_queue_is_full() {
    let upstream = BlockedUpstream::start().await;
    let gateway = TestGatewayBuilder::on(&upstream.server.url())
        .settings(|settings| {
            settings.upstream.max_in_flight_per_location = 1;
            settings.upstream.max_queued_per_location = 2;
        })
        .start()
        .await;
    let mut responses: FuturesUnordered<_> =
        (0..5).map(|_| gateway.call("contacts_get-contact", json!({ "contactId": "c1" }))).collect();
    for _ in 0..2 {
        let result = responses.next().await.unwrap();
        assert_eq!(result.kind(), "rate_limited", "{}", result.text);
        assert_eq!(result.problem(), "too many calls for this location are already queued", "{}", result.text);
    }
    // Another location has a queue of its own.
    let unblock = async {
        upstream.until_in_flight(2).await;
        upstream.answer(10);
    };
    tokio::join!(call(&gateway, "OTHER"), unblock);
    while let Some(result) = responses.next().await {
        assert!(!result.is_error, "{}", result.text);
    }
}
