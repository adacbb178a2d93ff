//! A caller: makes valid and invalid calls in several forms, and sometimes disconnects before the response.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::report::Report;

/// After this many calls a caller changes its token and location: rate limiters no longer in use must not accumulate.
const CALLS_PER_IDENTITY: usize = 40;

/// Makes calls, one after the other, until `end`.
pub async fn call_until(end: Instant, number: usize, http: reqwest::Client, address: SocketAddr, report: Arc<Report>) {
    for calls in 0.. {
        let now = Instant::now();
        if now >= end {
            return;
        }
        let identity = format!("{}-{number}", calls / CALLS_PER_IDENTITY);
        let request = http
            .post(format!("http://{address}/mcp"))
            .header("authorization", format!("Bearer pit-{identity}"))
            .header("locationid", format!("loc{identity}"))
            .header("content-type", "application/json")
            .header("accept", if rand::random() { "application/json" } else { "application/json, text/event-stream" })
            .body(body().to_string());
        // One in twenty disconnects after 2 ms.
        let timeout = if rand::random_range(0..20) == 0 { Duration::from_millis(2) } else { Duration::from_secs(30) };
        let response = async {
            let response = request.send().await?;
            response.text().await
        };
        match tokio::time::timeout(timeout, response).await {
            Ok(Ok(response)) => report.add(&outcome(&response), now.elapsed()),
            Ok(Err(error)) => report.add(&format!("transport: {error}"), now.elapsed()),
            Err(_) if timeout < Duration::from_secs(1) => report.add("disconnected", now.elapsed()),
            Err(_) => report.add("no response", now.elapsed()),
        }
    }
}

fn body() -> Value {
    let rpc = |name: &str, arguments: Value| {
        let meta = json!({ "progressToken": 1 });
        let params = json!({ "name": name, "arguments": arguments, "_meta": meta });
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
    };
    match rand::random_range(0..20) {
        0..8 => rpc("contacts_get-contact", json!({ "contactId": "c1" })),
        8..11 => rpc("contacts_get-contacts", json!({ "query": "rosa", "limit": 20, "fields": ["text"] })),
        11..13 => rpc("contacts_create-contact", json!({ "email": "rosa@example.com" })),
        13..15 => rpc("contacts_add-tags", json!({ "contactId": "c1", "tags": ["vip"] })),
        15 => rpc("contacts_update-contact", json!({ "contactId": "c1", "customFields": { "score": 7 } })),
        16 => rpc("contacts_get-contact", json!({ "contactid": 1, "nonsense": "x".repeat(1000) })),
        17 => json!({ "tool": "locations_get-location", "input": {} }),
        18 => json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
        _ => json!({ "jsonrpc": "2.0", "id": "x".repeat(100), "method": "nonsense" }),
    }
}

/// The outcome of a call: success, an error kind, or a JSON-RPC error.
fn outcome(response: &str) -> String {
    let json = response.lines().find_map(|line| line.strip_prefix("data:").filter(|data| data.contains("\"id\"")));
    let Ok(message) = serde_json::from_str::<Value>(json.unwrap_or(response)) else {
        return "malformed".to_owned();
    };
    if let Some(code) = message["error"]["code"].as_i64() {
        return format!("JSON-RPC {code}");
    }
    let text = message["result"]["content"][0]["text"].as_str();
    let result = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(message);
    result["error"]["kind"].as_str().unwrap_or("success").to_owned()
}
