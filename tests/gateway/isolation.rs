//! Many concurrent callers: each gets its own responses, and each request is sent with its caller's token and location.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use futures_util::future::join_all;
use http::request::Parts;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Logs, Server, TestGateway, TestGatewayBuilder};

const CALLERS: usize = 200;
const CALLS_EACH: usize = 50;

/// Concurrent calls; each uses two connections with two file descriptors each.
const CONCURRENT_CALLS: usize = 64;

#[derive(Clone, Default)]
struct Seen {
    requests: Arc<Mutex<Vec<String>>>,
    mixed_up: Arc<Mutex<Vec<String>>>,
}

fn push(list: &Mutex<Vec<String>>, item: String) {
    list.lock().unwrap_or_else(PoisonError::into_inner).push(item);
}

fn take(list: &Mutex<Vec<String>>) -> Vec<String> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The token of a caller. The requests of a caller contain only its own token and location.
fn token(caller: usize) -> String {
    format!("pit-caller-{caller:03}")
}

fn location(caller: usize) -> String {
    format!("LOCx{caller:03}")
}

/// Responds with the request, and records requests that mix callers.
async fn echo(State(seen): State<Seen>, parts: Parts, body: Bytes) -> impl IntoResponse {
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    let token = header("authorization").trim_start_matches("Bearer ");
    let caller = token.trim_start_matches("pit-caller-");
    let body = String::from_utf8(body.to_vec()).unwrap();
    let request = format!("{} {} {} {}", parts.method, parts.uri, header("locationid"), body);
    // Each of these prefixes is followed by the caller's number.
    let named: Vec<&str> = ["LOCx", "contact-", "mail-"]
        .iter()
        .flat_map(|name| request.match_indices(name).map(|(at, name)| &request[at + name.len()..][..3]))
        .collect();
    if caller.len() != 3 || named.is_empty() || named.iter().any(|named| *named != caller) {
        push(&seen.mixed_up, format!("{token}: {request}"));
    }
    push(&seen.requests, format!("{token}: {request}"));
    // A random delay, so that responses overtake each other.
    tokio::time::sleep(Duration::from_millis(rand::random_range(0..4))).await;
    let field = json!({ "id": format!("field-{caller}"), "name": "Lead score", "fieldKey": "contact.lead_score", "model": "contact" });
    let response = json!({
        "token": token,
        "location": header("locationid"),
        "path": parts.uri.path(),
        "query": parts.uri.query(),
        "body": serde_json::from_str::<Value>(&body).unwrap_or_default(),
        "customFields": [field],
    });
    let limits =
        [("x-ratelimit-max", "100000"), ("x-ratelimit-remaining", "99999"), ("x-ratelimit-daily-remaining", "199999")];
    (limits, axum::Json(response))
}

/// A caller's next call: the tool, its arguments, and a text that the request to the API must contain.
fn next_call(caller: usize, call: usize) -> (&'static str, Value, String) {
    let id = format!("contact-{caller:03}-{call}");
    let email = format!("mail-{caller:03}-{call}@example.com");
    match call % 7 {
        0 => ("contacts_get-contact", json!({ "contactId": id }), id),
        1 => ("contacts_get-contacts", json!({ "query": email }), format!("mail-{caller:03}-{call}")),
        2 => ("contacts_create-contact", json!({ "email": email }), email),
        // The custom field has a different id at each location.
        3 => (
            "contacts_update-contact",
            json!({ "contactId": id, "customFields": { "lead_score": call } }),
            format!(r#"[{{"field_value":{call},"id":"field-{caller:03}"}}]"#),
        ),
        4 => ("contacts_add-tags", json!({ "contactId": id, "tags": [email] }), email),
        5 => ("locations_get-location", json!({}), format!("/locations/{}", location(caller))),
        _ => {
            let message = json!({ "type": "SMS", "contactId": id, "message": email });
            ("conversations_send-a-new-message", message, email)
        }
    }
}

/// Makes a call with the location in a header or in the URL, and checks that the response belongs to the call.
async fn call(gateway: &TestGateway, caller: usize, call: usize) {
    let (tool, arguments, expected) = next_call(caller, call);
    let (token, location) = (token(caller), location(caller));
    let post = if call % 5 == 4 {
        gateway.post(json!({ "tool": tool, "input": arguments }))
    } else {
        gateway.tool(tool, arguments)
    };
    let post = match call % 2 {
        0 => post.header("locationid", &location),
        _ => post.unpinned().path(&format!("/mcp?locationId={location}")),
    };
    let response = post.token(&token).send().await;
    let data = if call % 5 == 4 { response.json()["data"].clone() } else { response.tool_result().data() };
    assert_eq!((&data["token"], &data["location"]), (&json!(token), &json!(location)), "{response:?}");
    let mut sent = data.clone();
    if let Some(field) = sent.pointer_mut("/body/customFields/0").and_then(Value::as_object_mut) {
        field.sort_keys();
    }
    let sent = format!("{} {} {} ", sent["path"], sent["query"], sent["body"]);
    assert!(sent.contains(&expected), "{expected}: {sent}");
}

#[test]
fn no_caller_gets_the_response_or_sends_the_token_of_another() {
    // The log of ten thousand calls at trace level would fill the memory.
    let _muted = Logs::mute_thread();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(|| std::mem::forget(Logs::mute_thread()))
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let seen = Seen::default();
        let upstream = Server::start(Router::new().fallback(echo).with_state(seen.clone())).await;
        let gateway = TestGatewayBuilder::on(&upstream.url()).start().await;
        let concurrent_calls = Semaphore::new(CONCURRENT_CALLS);
        let callers = (0..CALLERS).map(|caller| {
            let (gateway, concurrent_calls) = (&gateway, &concurrent_calls);
            async move {
                for number in 0..CALLS_EACH {
                    let _permit = concurrent_calls.acquire().await.unwrap();
                    call(gateway, caller, number).await;
                }
            }
        });
        join_all(callers).await;
        let (requests, mixed_up) = (take(&seen.requests), take(&seen.mixed_up));
        assert!(mixed_up.is_empty(), "{mixed_up:#?}");
        // Each caller's custom fields are looked up once.
        assert_eq!(requests.len(), CALLERS * (CALLS_EACH + 1));
    });
}
