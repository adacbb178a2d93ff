//! How a greedy caller affects a steady one behind the same client IP. See `benches/README.md`.

mod callers;
#[path = "../overhead/process.rs"]
#[expect(dead_code, reason = "the other benchmark uses more of it")]
mod process;

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use callers::{Latencies, steady, with_greedy};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use process::Process;
use tower::ServiceExt;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The response time of the API.
const UPSTREAM_LATENCY: Duration = Duration::from_millis(20);

/// How many calls the steady caller makes in each part, one after the other.
const STEADY_CALLS: usize = 2000;

/// By how much the steady caller's p99 may be longer beside the greedy one.
const MAX_RATIO: f64 = 3.0;

fn main() -> Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --benches` starts this program too.
        println!("run with: cargo bench --bench fairness");
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
    let upstream = start_upstream().await?;
    println!("{:<28}{:<10}{:>7}{:>9}{:>10}{:>10}", "limits", "beside", "calls", "failed", "p50 ms", "p99 ms");
    let mut worst = 0.0_f64;
    for (name, variables) in [
        ("per token", &[("MAX_REQUESTS_PER_ADDRESS", "0"), ("MAX_CONNECTIONS_PER_ADDRESS", "0")][..]),
        ("per token and client IP", &[("TRUSTED_PROXIES", "127.0.0.1")]),
    ] {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let _gateway = start_gateway(address, upstream, variables)?;
        until_ready(address).await?;
        steady(address, STEADY_CALLS / 4).await;
        let alone = steady(address, STEADY_CALLS).await;
        let (beside, greedy) = with_greedy(address, steady(address, STEADY_CALLS)).await?;
        print_row(name, "none", &alone);
        print_row(name, "greedy", &beside);
        println!("{:<28}greedy caller: {greedy}", "");
        if beside.failed > 0 {
            return Err("the steady caller's calls failed".into());
        }
        worst = worst.max(beside.ms(99) / alone.ms(99));
    }
    println!("\np99 beside the greedy caller: at most {worst:.2} times that alone");
    if worst > MAX_RATIO { Err(format!("more than {MAX_RATIO} times").into()) } else { Ok(()) }
}

fn print_row(limits: &str, beside: &str, latencies: &Latencies) {
    let (p50, p99) = (latencies.ms(50), latencies.ms(99));
    println!("{limits:<28}{beside:<10}{:>7}{:>9}{p50:>10.1}{p99:>10.1}", latencies.calls(), latencies.failed);
}

/// An API that responds after a delay and reports a rate limit that no caller reaches. This is the harder case: a lower
/// limit would slow the greedy caller down.
async fn start_upstream() -> Result<SocketAddr> {
    let respond = async || {
        tokio::time::sleep(UPSTREAM_LATENCY).await;
        let limit = [("x-ratelimit-max", "1000000"), ("x-ratelimit-remaining", "1000000")];
        (limit, format!(r#"{{"contact":{{"id":"c1","notes":"{}"}}}}"#, "x".repeat(2000)))
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { serve(listener, Router::new().fallback(respond)).await });
    Ok(address)
}

/// Serves with hyper, because the program does not enable axum's own server.
async fn serve(listener: tokio::net::TcpListener, router: Router) {
    while let Ok((connection, _)) = listener.accept().await {
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| router.clone().oneshot(request.map(Body::new)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

fn start_gateway(address: SocketAddr, upstream: SocketAddr, variables: &[(&str, &str)]) -> Result<Process> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadconnector-mcp"));
    command
        .args(["serve", "--listen", &address.to_string(), "--upstream", &format!("http://{upstream}")])
        .env_clear()
        .envs(variables.iter().map(|(name, value)| (format!("LEADCONNECTOR_MCP_SERVER_{name}"), value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

async fn until_ready(address: SocketAddr) -> Result<()> {
    for _ in 0..500 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err("the gateway did not start".into())
}
