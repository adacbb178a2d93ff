//! A long mixed load with faults on both sides: memory must not grow and no call may be lost. See `benches/README.md`.

mod caller;
#[path = "../overhead/process.rs"]
#[expect(dead_code, reason = "the other benchmark uses more of it")]
mod process;
mod report;
mod upstream;

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use process::Process;
use report::Report;
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The number of concurrent callers, each with one call at a time.
const CALLERS: usize = 64;

/// The duration of a run, unless `SOAK_SECONDS` is set.
const SECONDS: u64 = 120;

fn main() -> Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --benches` starts this program too.
        println!("run with: cargo bench --bench soak");
        return Ok(());
    }
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        tokio::select! {
            done = run() => done,
            // Returning drops the guard, which ends the gateway.
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
        }
    })
}

async fn run() -> Result<()> {
    let seconds = match std::env::var("SOAK_SECONDS") {
        Ok(seconds) => seconds.parse()?,
        Err(_) => SECONDS,
    };
    let upstream = upstream::start().await?;
    let address = free_address()?;
    let gateway = start_gateway(address, upstream)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    until_ready(&http, address).await?;

    let report = Arc::new(Report::default());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        callers.spawn(caller::call_until(end, number, http.clone(), address, report.clone()));
    }
    // The first tenth is the warm-up; memory is sampled ten times after it.
    tokio::time::sleep(Duration::from_secs(seconds) / 10).await;
    let mut resident_kib = vec![gateway.resident_kib()?];
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_secs(seconds) / 10).await;
        resident_kib.push(gateway.resident_kib()?);
    }
    while let Some(ended) = callers.join_next().await {
        ended?;
    }
    report.print(seconds, &resident_kib)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// Starts the program with limits that the load reaches. It logs every call, and the log is discarded.
fn start_gateway(address: SocketAddr, upstream: SocketAddr) -> Result<Process> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadconnector-mcp"));
    command
        .args(["serve", "--listen", &address.to_string(), "--upstream", &format!("http://{upstream}")])
        .env_clear()
        .env("LEADCONNECTOR_MCP_UPSTREAM_CALL_DEADLINE", "4s")
        .env("LEADCONNECTOR_MCP_UPSTREAM_ATTEMPT_TIMEOUT", "1s")
        .env("LEADCONNECTOR_MCP_UPSTREAM_MAX_RESPONSE_BYTES", "1000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

async fn until_ready(http: &reqwest::Client, address: SocketAddr) -> Result<()> {
    for _ in 0..500 {
        if http.get(format!("http://{address}/healthz")).send().await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err("the gateway did not start".into())
}
