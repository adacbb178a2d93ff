//! Upstreams for a gateway.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::civil::{Date, date};
use leadconnector_mcp::sandbox::{self, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::test_gateway::Server;
use super::wait::{eventually, within};

/// A mocked API that gives every request the same response. It reports a rate limit that no test reaches.
pub async fn answering(answer: ResponseTemplate) -> MockServer {
    let upstream = MockServer::start().await;
    let answer = answer.insert_header("x-ratelimit-max", "1000000").insert_header("x-ratelimit-remaining", "1000000");
    Mock::given(any()).respond_with(answer).mount(&upstream).await;
    upstream
}

/// Waits until a mocked API has received a request.
pub async fn until_received(upstream: &MockServer) {
    eventually("a request", async || !upstream.received_requests().await.unwrap().is_empty()).await;
}

/// The day of a test's sandbox, so that its data is always the same: a Monday.
const TODAY: Date = date(2026, 11, 16);

/// The sandbox on a port of its own, on a fixed day, without a rate limit.
pub async fn sandbox() -> Server {
    sandbox_with(Options::default()).await
}

/// The same with these options for latency and faults.
pub async fn sandbox_with(options: Options) -> Server {
    Server::start(sandbox::router(&Options { date: Some(TODAY), rate_limit: None, ..options })).await
}

/// The sandbox on a port of its own, with this rate limit.
pub async fn strict_sandbox(rate_limit: u32, rate_interval: Duration) -> Server {
    Server::start(sandbox::router(&Options { rate_limit: Some(rate_limit), rate_interval, ..Options::default() })).await
}

/// An upstream that sends raw bytes: for responses that no HTTP server would send. It stops when it is dropped.
pub struct RawUpstream {
    address: SocketAddr,
    requests: watch::Receiver<usize>,
    accepting: JoinHandle<()>,
}

impl RawUpstream {
    /// Reads each request, responds with these bytes, and closes the connection.
    pub async fn answering(bytes: &'static [u8]) -> Self {
        Self::serve(Some(bytes)).await
    }

    /// Reads each request and keeps the connection open without a response.
    pub async fn silent() -> Self {
        Self::serve(None).await
    }

    async fn serve(answer: Option<&'static [u8]>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, requests) = watch::channel(0);
        let accepting = tokio::spawn(async move {
            let mut silent = Vec::new();
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                read_request(&mut connection).await;
                seen.send_modify(|requests| *requests += 1);
                match answer {
                    Some(bytes) => {
                        connection.write_all(bytes).await.unwrap();
                        connection.shutdown().await.unwrap();
                    }
                    None => silent.push(connection),
                }
            }
        });
        Self { address, requests, accepting }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests were read.
    pub fn requests(&self) -> usize {
        *self.requests.borrow()
    }

    /// Waits until `count` requests were read.
    pub async fn until_requests(&self, count: usize) {
        within("requests", self.requests.clone().wait_for(|requests| *requests >= count)).await.unwrap();
    }
}

impl Drop for RawUpstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Reads a request's head, and a body of its `content-length`.
async fn read_request(connection: &mut TcpStream) {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut chunk = [0; 4096];
        let length = connection.read(&mut chunk).await.unwrap();
        if length == 0 {
            return;
        }
        request.extend_from_slice(&chunk[..length]);
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.map_or(0, |length| length.trim().parse().unwrap())
}
