//! One caller with many calls in flight: other callers behind the same IP are served.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use leadconnector_mcp::config::ServerSettings;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::call;
use crate::support::{Answer, Server, TestGateway, TestGatewayBuilder};

const GREEDY: &str = "pit-greedy";
const GREEDY_CALLS: usize = 200;
const LOCATIONS: usize = 6;
const STEADY_CALLS: usize = 20;
/// How long one response may take: a busy machine needs long for 200 calls.
const TIMEOUT: Duration = Duration::from_mins(1);

/// An API that blocks the greedy caller, and responds to all others.
async fn upstream(turn: Arc<Semaphore>) -> Server {
    let answer = async |State(turn): State<Arc<Semaphore>>, headers: HeaderMap| {
        if headers[AUTHORIZATION] == format!("Bearer {GREEDY}") {
            turn.acquire().await.unwrap().forget();
        }
        "{}"
    };
    Server::start(Router::new().fallback(answer).with_state(turn)).await
}

/// An HTTP/2 client, whose calls share a connection.
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap()
}

fn post(
    client: &reqwest::Client,
    gateway: &TestGateway,
    token: &str,
    location: &str,
    from: &str,
) -> reqwest::RequestBuilder {
    client
        .post(gateway.url("/mcp"))
        .bearer_auth(token)
        .header("locationid", location)
        .header("content-type", "application/json")
        .header("x-forwarded-for", from)
        .body(call().to_string())
}

/// The greedy caller makes 200 calls at once, from an IP of its own if a trusted proxy says so. Returns the rejections, which
/// all come at once.
async fn assert_others_are_served(change: impl FnOnce(&mut ServerSettings) + 'static, in_flight: usize) -> Vec<Answer> {
    let turn = Arc::new(Semaphore::new(0));
    let upstream = upstream(turn.clone()).await;
    let gateway = TestGatewayBuilder::on(&upstream.url())
        .settings(move |settings| {
            settings.server.max_requests = 100;
            change(&mut settings.server);
        })
        .start()
        .await;
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut calls = JoinSet::new();
    // A connection has 64 streams at most.
    let clients = [client(), client(), client(), client()];
    for number in 0..GREEDY_CALLS {
        let location = format!("made-up-{}", number % LOCATIONS);
        let request = post(&clients[number % clients.len()], &gateway, GREEDY, &location, "192.0.2.1");
        let answered = answered.clone();
        calls.spawn(async move { answered.send(Answer::read(request.send().await.unwrap()).await) });
    }
    drop(answered);
    let mut rejected = Vec::new();
    while rejected.len() < GREEDY_CALLS - in_flight {
        let answer = tokio::time::timeout(TIMEOUT, answers.recv()).await;
        // It is rejected at once.
        rejected.push(answer.unwrap().unwrap());
    }
    let steady = client();
    for _ in 0..STEADY_CALLS {
        let answer = post(&steady, &gateway, "pit-steady", "steady", "192.0.2.2").send().await.unwrap();
        assert!(!Answer::read(answer).await.tool_result().is_error);
    }
    turn.add_permits(GREEDY_CALLS);
    while let Some(answer) = answers.recv().await {
        assert!(!answer.tool_result().is_error, "calls in flight succeed");
    }
    rejected
}

/// All were rejected by this limit, except those whose incoming bodies were evicted.
fn assert_rejected(answers: &[Answer], status: u16, named: &str) {
    let mut by_limit = 0;
    for answer in answers {
        let (got, code, message) = answer.rpc_error();
        let evicted = got == 503 && message.contains("too many request bodies");
        assert!(code == -32000 && (evicted || got == status && message.contains(named)), "{got}: {message}");
        assert_eq!(answer.header("retry-after"), "1");
        assert!(!answer.body.contains(GREEDY), "a token is never repeated");
        by_limit += usize::from(!evicted);
    }
    assert!(by_limit > 0);
}

/// As behind a proxy that is not configured as trusted.
#[tokio::test]
async fn one_token_cannot_take_all_permits() {
    let change = |server: &mut ServerSettings| {
        server.max_requests_per_address = 0;
        server.max_requests_per_token = 40;
    };
    assert_rejected(&assert_others_are_served(change, 40).await, 429, "with this token");
}

#[tokio::test]
async fn one_client_of_a_trusted_proxy_cannot_take_all_permits() {
    let change = |server: &mut ServerSettings| {
        server.max_requests_per_address = 50;
        server.max_requests_per_token = 0;
        server.connections.trusted_proxies =
            leadconnector_mcp::config::TrustedProxies::parse(&["127.0.0.0/8".into()]).unwrap();
    };
    assert_rejected(&assert_others_are_served(change, 50).await, 503, "from this client IP");
}

/// The calls of one location, in flight and queued, fit into the limit of one token: a caller of one location reaches the
/// API's limits first, whose errors say more.
#[tokio::test]
async fn by_default_a_token_has_room_for_a_location() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let settings = &gateway.settings;
    let of_location = settings.upstream.max_in_flight_per_location + settings.upstream.max_queued_per_location;
    let of_token = settings.server.max_requests_per_token;
    assert!((of_location..=settings.server.max_requests / 4).contains(&of_token), "{of_token}");
    assert!(gateway.rpc("ping", json!({})).send().await.result().is_object());
}
