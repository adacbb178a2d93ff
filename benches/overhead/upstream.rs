//! The upstream: a server with fixed responses, in a process of its own so that its CPU time is not counted elsewhere.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::plan::{SIZES, Size};
use crate::process::Process;
use crate::{Result, contact};

/// The argument that makes this program the upstream.
pub const ROLE: &str = "--as-upstream";

/// The path of the response with a size; its last segment is the contact's id.
pub fn path(size: Size) -> String {
    format!("/contacts/{}", contact_id(size))
}

/// The id of the contact whose response has a size.
pub fn contact_id(size: Size) -> String {
    format!("contact{:013}", size.bytes)
}

/// The running upstream.
pub struct Upstream {
    pub address: SocketAddr,
    _process: Process,
}

impl Upstream {
    /// Starts this same program as the upstream.
    pub fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::start(&mut command)?;
        let mut line = String::new();
        BufReader::new(process.take_stdout().ok_or("the upstream has no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, _process: process })
    }
}

/// Serves until standard input ends, which it does when the parent exits for any reason.
pub async fn run() -> Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let responses: Vec<(String, Bytes)> =
        SIZES.iter().map(|&size| (path(size), contact::response(size.bytes).into())).collect();
    // Leaked, because they are needed as long as the process runs.
    let responses: &'static [(String, Bytes)] = responses.leak();
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let service = service_fn(move |request: Request<Incoming>| async move {
            Ok::<_, Infallible>(respond(responses, request.uri().path()))
        });
        // A broken connection is reported by its client.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

fn respond(responses: &[(String, Bytes)], path: &str) -> Response<Full<Bytes>> {
    let body = responses.iter().find(|(key, _)| key == path).map(|(_, body)| body.clone());
    let mut response = Response::new(Full::new(body.clone().unwrap_or_default()));
    if body.is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // A rate limit that is never reached, because the gateway obeys it.
    headers.insert("x-ratelimit-max", HeaderValue::from_static("1000000000"));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("1000000000"));
    headers.insert("x-ratelimit-interval-milliseconds", HeaderValue::from_static("10000"));
    response
}
