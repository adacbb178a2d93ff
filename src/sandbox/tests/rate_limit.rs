use std::time::Duration;

use super::{Client, TestResponse};
use crate::sandbox::{Options, READ_ONLY_TOKEN};

fn header(response: &TestResponse, name: &str) -> u32 {
    response.headers[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_ten_seconds_is_reached_and_ends() {
    let mut client = Client::with(&Options { rate_limit: Some(3), ..Options::default() });
    for remaining in [2, 1, 0] {
        let response = client.get("/locations/LOCATION").await;
        assert_eq!(response.status, 200);
        assert_eq!(header(&response, "X-RateLimit-Max"), 3);
        assert_eq!(header(&response, "X-RateLimit-Remaining"), remaining);
        assert_eq!(header(&response, "X-RateLimit-Interval-Milliseconds"), 10_000);
        assert_eq!(header(&response, "X-RateLimit-Limit-Daily"), 200_000);
        assert_eq!(header(&response, "X-RateLimit-Daily-Remaining"), 199_997 + remaining);
    }
    let rejected = client.get("/locations/LOCATION").await;
    assert_eq!(header(&rejected, "X-RateLimit-Remaining"), 0);
    assert_eq!(rejected.error(429), "Too Many Requests");

    client.token = READ_ONLY_TOKEN;
    client.get("/locations/LOCATION").await.ok();

    client.token = crate::sandbox::TOKEN;
    tokio::time::advance(Duration::from_millis(9_999)).await;
    client.get("/locations/LOCATION").await.error(429);
    tokio::time::advance(Duration::from_millis(1)).await;
    client.get("/locations/LOCATION").await.ok();
}

#[tokio::test]
async fn errors_have_the_headers_too() {
    let mut client = Client::with(&Options::default());
    assert_eq!(header(&client.get("/nowhere").await, "X-RateLimit-Remaining"), 99);
    client.token = "pit-unknown";
    assert_eq!(header(&client.get("/locations/LOCATION").await, "X-RateLimit-Remaining"), 100);
}

#[tokio::test]
async fn without_a_limit_nothing_is_counted() {
    let client = Client::new();
    for _ in 0..150 {
        let response = client.get("/locations/LOCATION").await;
        assert_eq!(header(&response, "X-RateLimit-Remaining"), 1_000_000);
        response.ok();
    }
}
