//! One connection of a scripted upstream.

use std::io;

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::script::{Script, Step};
use super::{Log, Received};

pub(super) struct Connection {
    stream: TcpStream,
    /// Bytes of the next request that were read already.
    unread: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, unread: Vec::new() }
    }

    /// Follows one script for each request; the first one starts at once.
    pub(super) async fn follow(mut self, log: Log) {
        loop {
            // The gateway may disconnect at any time.
            if let Ok(false) | Err(_) = self.play(&log.next(), &log).await {
                return;
            }
            if self.unread.is_empty() && !matches!(self.stream.peek(&mut [0]).await, Ok(1)) {
                return;
            }
        }
    }

    /// Follows a script. Returns whether the connection stays open for the next request.
    async fn play(&mut self, script: &Script, log: &Log) -> io::Result<bool> {
        for step in &script.0 {
            match step {
                Step::Read(bytes) => {
                    self.stream.read_exact(&mut vec![0; *bytes]).await?;
                }
                Step::Execute | Step::Refuse => {
                    let mut request = self.request().await?;
                    request.executed = matches!(step, Step::Execute);
                    log.received(request);
                }
                Step::Write(bytes) => self.stream.write_all(bytes).await?,
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        tokio::time::sleep(*pause).await;
                        self.stream.write_all(&[*byte]).await?;
                    }
                }
                Step::Endless(bytes) => loop {
                    self.stream.write_all(bytes).await?;
                },
                Step::Silence => while self.stream.read(&mut [0; 64]).await? > 0 {},
                Step::Close => {
                    self.stream.shutdown().await?;
                    // Closing with unread bytes would reset the connection.
                    while self.stream.read(&mut [0; 4096]).await? > 0 {}
                    return Ok(false);
                }
                Step::Reset => {
                    self.stream.set_zero_linger()?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Reads a complete request: its head, and a body of its `content-length`.
    async fn request(&mut self) -> io::Result<Received> {
        let (head, body) = loop {
            if let Some(end) = self.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break (String::from_utf8(self.unread[..end].to_vec()).unwrap(), end + 4);
            }
            self.more().await?;
        };
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
        let (method, path) = (first.next().unwrap(), first.next().unwrap());
        let headers: HeaderMap = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.trim().parse::<HeaderValue>().unwrap()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
        while self.unread.len() < body + length {
            self.more().await?;
        }
        let rest = self.unread.split_off(body + length);
        let body = std::mem::replace(&mut self.unread, rest).split_off(body);
        Ok(Received { method, path, headers, body, executed: false })
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
