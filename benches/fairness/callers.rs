//! The two callers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Result;

/// How many calls the greedy caller has in flight at any time.
const GREEDY_CALLS: usize = 200;

/// How many locations the greedy caller invents. Each may have 8 requests in flight to the API.
const GREEDY_LOCATIONS: usize = 6;

/// How long the greedy caller waits after a rejection. (The response tells it to wait one second.)
const PAUSE: Duration = Duration::from_millis(100);

/// The durations of calls.
#[derive(Default)]
pub struct Latencies {
    durations: Vec<Duration>,
    pub failed: usize,
}

impl Latencies {
    pub fn calls(&self) -> usize {
        self.durations.len()
    }

    /// A percentile, in milliseconds.
    pub fn ms(&self, percent: usize) -> f64 {
        let index = self.durations.len().saturating_sub(1) * percent / 100;
        self.durations.get(index).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1e3)
    }
}

fn request(http: &reqwest::Client, address: SocketAddr, caller: &str, location: &str) -> reqwest::RequestBuilder {
    const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"contacts_get-contact","arguments":{"contactId":"c1"}}}"#;
    let client_ip = if caller == "greedy" { "192.0.2.1" } else { "192.0.2.2" };
    http.post(format!("http://{address}/mcp"))
        .bearer_auth(format!("pit-{caller}"))
        .header("locationid", location)
        .header("content-type", "application/json")
        .header("x-forwarded-for", client_ip)
        .body(CALL)
}

/// Sends a call and returns its status; 0 if it failed.
async fn send(request: reqwest::RequestBuilder) -> u16 {
    let Ok(response) = request.send().await else { return 0 };
    let status = response.status().as_u16();
    match response.text().await {
        Ok(text) if !text.contains("\"isError\":true") => status,
        _ => 0,
    }
}

/// Makes calls, one after the other.
pub async fn steady(address: SocketAddr, calls: usize) -> Latencies {
    let http = reqwest::Client::builder().no_proxy().build().unwrap_or_default();
    let mut latencies = Latencies::default();
    for _ in 0..calls {
        let start = Instant::now();
        if send(request(&http, address, "steady", "steady")).await != 200 {
            latencies.failed += 1;
        }
        latencies.durations.push(start.elapsed());
    }
    latencies.durations.sort_unstable();
    latencies
}

/// Runs the greedy caller for as long as the steady one. Also returns the number of its calls by status.
pub async fn with_greedy(address: SocketAddr, steady: impl Future<Output = Latencies>) -> Result<(Latencies, String)> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let statuses = Arc::new(Mutex::new(BTreeMap::<u16, usize>::new()));
    let mut calls = JoinSet::new();
    for number in 0..GREEDY_CALLS {
        let (http, statuses) = (http.clone(), statuses.clone());
        let location = format!("invented-{}", number % GREEDY_LOCATIONS);
        calls.spawn(async move {
            loop {
                let status = send(request(&http, address, "greedy", &location)).await;
                *statuses.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
                if status != 200 {
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
    }
    // By then all of its calls are in flight or rejected.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let latencies = steady.await;
    calls.shutdown().await;
    let statuses = statuses.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((latencies, statuses.iter().map(|(status, calls)| format!("{calls} × {status}")).collect::<Vec<_>>().join(", ")))
}
