//! Latency and faults.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::Client;
use crate::sandbox::seed::contacts::COUNT;
use crate::sandbox::{Options, READ_ONLY_TOKEN};

fn faulty(share: &str) -> Client {
    Client::with(&Options { faults: share.parse().unwrap(), rate_limit: None, ..Options::default() })
}

#[tokio::test]
async fn a_share_of_the_requests_fails_and_every_run_fails_the_same() {
    let run = async || {
        let client = faulty("20%");
        let mut statuses = Vec::new();
        for _ in 0..200 {
            statuses.push(client.get("/locations/LOCATION").await.status);
        }
        statuses
    };
    let statuses = run().await;
    let failed = statuses.iter().filter(|status| **status != 200).count();
    assert!((25..60).contains(&failed), "{failed}");
    assert!(statuses.contains(&500) && statuses.contains(&503));
    assert_eq!(run().await, statuses);
}

#[tokio::test]
async fn a_failed_request_is_not_carried_out() {
    let client = faulty("50%");
    let mut created = 0;
    for number in 0..40 {
        let body = json!({"locationId": "LOCATION", "email": format!("new{number}@example.com")});
        match client.post("/contacts/", body).await {
            response if response.status == 201 => created += 1,
            response if response.status == 500 => assert_eq!(response.error(500), "Internal server error"),
            response => assert_eq!(response.error(503), "Service Unavailable"),
        }
    }
    assert!((10..30).contains(&created), "{created}");
    let list = loop {
        let response = client.get("/contacts/?locationId=LOCATION").await;
        if response.status == 200 {
            break response.ok();
        }
    };
    assert_eq!(list["meta"]["total"], COUNT + created);
}

#[tokio::test]
async fn every_request_can_fail() {
    let mut client = faulty("100%");
    client.token = READ_ONLY_TOKEN;
    for path in ["/locations/LOCATION", "/nowhere"] {
        assert!(client.get(path).await.status >= 500);
    }
}

#[tokio::test(start_paused = true)]
async fn every_response_is_delayed() {
    let latency = Duration::from_millis(120);
    let client = Client::with(&Options { latency, rate_limit: Some(1), ..Options::default() });
    for (path, status) in [("/locations/LOCATION", 200), ("/locations/LOCATION", 429), ("/nowhere", 429)] {
        let start = Instant::now();
        assert_eq!(client.get(path).await.status, status);
        assert_eq!(start.elapsed(), latency, "{path}");
    }
}
