//! The client: keep-alive connections with one call at a time each. It reads complete bodies and checks every response.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Result;

/// One connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(connection)).await?;
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Sends a request and returns the body of its response.
    pub async fn fetch(&mut self, request: &Request<Full<Bytes>>) -> Result<Bytes> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request.clone()).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != StatusCode::OK {
            return Err(format!("status {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }

    /// Sends a request, and reads and discards a response that must have `expected` bytes.
    async fn call(&mut self, request: &Request<Full<Bytes>>, expected: usize) -> Result<()> {
        self.sender.ready().await?;
        let mut response = self.sender.send_request(request.clone()).await?;
        let mut length = 0;
        while let Some(frame) = response.frame().await {
            length += frame?.data_ref().map_or(0, Bytes::len);
        }
        if response.status() != StatusCode::OK || length != expected {
            return Err(format!("status {}, {length} bytes instead of {expected}", response.status()).into());
        }
        Ok(())
    }
}

/// Many connections to one server.
pub struct Load {
    connections: Vec<Connection>,
    /// One for each connection.
    requests: Vec<Request<Full<Bytes>>>,
    expected: usize,
}

impl Load {
    /// Opens a connection for each of these requests, whose responses have `expected` bytes.
    pub async fn open(address: SocketAddr, requests: Vec<Request<Full<Bytes>>>, expected: usize) -> Result<Self> {
        let mut load = Self { connections: Vec::with_capacity(requests.len()), requests, expected };
        for _ in 0..load.requests.len() {
            load.connections.push(Connection::open(address).await?);
        }
        Ok(load)
    }

    /// Makes calls on all connections until `window` is over, at least one each, and returns their durations.
    pub async fn run(&mut self, window: Duration) -> Result<Vec<Duration>> {
        let end = Instant::now() + window;
        let mut running = JoinSet::new();
        for (index, mut connection) in self.connections.drain(..).enumerate() {
            let (request, expected) = (self.requests[index % self.requests.len()].clone(), self.expected);
            running.spawn(async move {
                let mut durations = Vec::with_capacity(4096);
                loop {
                    let begin = Instant::now();
                    connection.call(&request, expected).await?;
                    durations.push(begin.elapsed());
                    if Instant::now() >= end {
                        return Result::Ok((connection, durations));
                    }
                }
            });
        }
        let mut all = Vec::new();
        while let Some(ended) = running.join_next().await {
            let (connection, durations) = ended??;
            self.connections.push(connection);
            all.extend(durations);
        }
        Ok(all)
    }
}
