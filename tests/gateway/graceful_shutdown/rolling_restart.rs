//! Two gateways behind a proxy are restarted one after the other under load: no call fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::Request;
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::process::Process;
use super::proxy::Proxy;
use crate::support::{LOCATION, TOKEN, answering, eventually};

const CLIENTS: usize = 12;
const ROUNDS: usize = 2;

fn call() -> Request<Full<Bytes>> {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "contacts_add-tags", "arguments": { "contactId": "c", "tags": ["vip"] } } });
    Request::post("/mcp")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("locationid", LOCATION)
        .header("content-type", "application/json")
        .body(Full::new(message.to_string().into()))
        .unwrap()
}

/// Makes calls until `over` is set, and returns the failures.
async fn load(proxy: Arc<Proxy>, over: Arc<AtomicBool>, done: Arc<AtomicUsize>, index: u64) -> Vec<String> {
    let mut failures = Vec::new();
    while !over.load(Ordering::Relaxed) {
        match proxy.forward(call()).await {
            Ok(answer) => {
                let message: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
                if answer.status() != 200 || message["result"]["isError"] != false {
                    failures.push(format!("{}: {message}", answer.status()));
                }
            }
            Err(problem) => failures.push(problem),
        }
        done.fetch_add(1, Ordering::Relaxed);
        // With pauses, so that some connections are idle whenever a gateway stops.
        tokio::time::sleep(Duration::from_millis(3 + index * 2)).await;
    }
    failures
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_is_lost() {
    let slow = ResponseTemplate::new(200).set_body_string("{}").set_delay(Duration::from_millis(30));
    // No call may wait for the API's rate limit.
    let slow = slow.insert_header("x-ratelimit-max", "1000000").insert_header("x-ratelimit-remaining", "1000000");
    let upstream = answering(slow).await;
    let mut gateways: Vec<Process> = (0..2).map(|_| Process::start("127.0.0.1:0", &upstream.uri(), &[])).collect();
    let proxy = Arc::new(Proxy::new(gateways.iter().map(|gateway| gateway.address)));
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> =
        (0..CLIENTS as u64).map(|index| tokio::spawn(load(proxy.clone(), over.clone(), done.clone(), index))).collect();

    let until_more = async |count: usize| {
        let wanted = done.load(Ordering::Relaxed) + count;
        eventually("more calls", async || done.load(Ordering::Relaxed) >= wanted).await;
    };
    for _ in 0..ROUNDS {
        for gateway in &mut gateways {
            until_more(200).await;
            gateway.signal("-TERM");
            assert_eq!(gateway.ended().await, Some(0));
            until_more(50).await;
            *gateway = Process::start(&gateway.address.to_string(), &upstream.uri(), &[]);
        }
    }
    until_more(200).await;
    over.store(true, Ordering::Relaxed);
    let mut failures = Vec::new();
    for client in clients {
        failures.extend(client.await.unwrap());
    }
    let done = done.load(Ordering::Relaxed);
    assert!(failures.is_empty(), "{} of {done} calls failed, the first: {}", failures.len(), failures[0]);
    // Each successful call was executed exactly once.
    assert_eq!(upstream.received_requests().await.unwrap().len(), done);
}
