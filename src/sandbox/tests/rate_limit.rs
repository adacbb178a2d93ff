use std::time::Duration;

use super::{Answered, Client};
use crate::sandbox::{Options, READ_ONLY_TOKEN};

fn header(answered: &Answered, name: &str) -> u32 {
    answered.headers[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_ten_seconds_runs_out_and_renews() {
    let mut client = Client::with(Options { rate_limit: Some(3), ..Options::default() });
    for remaining in [2, 1, 0] {
        let answered = client.get("/locations/LOCATION").await;
        assert_eq!(answered.status, 200);
        assert_eq!(header(&answered, "X-RateLimit-Max"), 3);
        assert_eq!(header(&answered, "X-RateLimit-Remaining"), remaining);
        assert_eq!(header(&answered, "X-RateLimit-Interval-Milliseconds"), 10_000);
        assert_eq!(header(&answered, "X-RateLimit-Limit-Daily"), 200_000);
        assert_eq!(header(&answered, "X-RateLimit-Daily-Remaining"), 199_997 + remaining);
    }
    let refused = client.get("/locations/LOCATION").await;
    assert_eq!(header(&refused, "X-RateLimit-Remaining"), 0);
    assert_eq!(refused.refused(429), "Too Many Requests");

    client.token = READ_ONLY_TOKEN;
    client.get("/locations/LOCATION").await.ok();

    client.token = crate::sandbox::TOKEN;
    tokio::time::advance(Duration::from_millis(9_999)).await;
    client.get("/locations/LOCATION").await.refused(429);
    tokio::time::advance(Duration::from_millis(1)).await;
    client.get("/locations/LOCATION").await.ok();
}

#[tokio::test]
async fn refusals_have_the_headers_too() {
    let mut client = Client::with(Options::default());
    assert_eq!(header(&client.get("/nowhere").await, "X-RateLimit-Remaining"), 99);
    client.token = "pit-unknown";
    assert_eq!(header(&client.get("/locations/LOCATION").await, "X-RateLimit-Remaining"), 100);
}

#[tokio::test]
async fn without_a_limit_nothing_is_counted() {
    let client = Client::new();
    for _ in 0..150 {
        let answered = client.get("/locations/LOCATION").await;
        assert_eq!(header(&answered, "X-RateLimit-Remaining"), 1_000_000);
        answered.ok();
    }
}
