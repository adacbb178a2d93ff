//! A raw connection: for bytes that no HTTP client would send, and to observe when it is closed.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{LOCATION, TOKEN, within};

/// A raw TCP connection.
pub struct Socket(TcpStream);

/// An HTTP/1.1 response, read by its `content-length`.
#[derive(Debug)]
pub struct Received {
    pub status: u16,
    /// Lower case.
    pub head: String,
    pub body: String,
}

/// The head of a POST to the MCP endpoint with a body of this length.
pub fn head(length: usize) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\nlocationid: {LOCATION}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

impl Socket {
    pub async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// A connection with a small receive buffer.
    pub async fn narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(8192).unwrap();
        Self(socket.connect(address).await.unwrap())
    }

    pub fn into_stream(self) -> TcpStream {
        self.0
    }

    pub async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Sends to a connection that may be closed already.
    pub async fn try_send(&mut self, text: &str) -> std::io::Result<()> {
        self.0.write_all(text.as_bytes()).await
    }

    /// Sends a POST of a message.
    pub async fn post(&mut self, message: Value) {
        let body = message.to_string();
        self.send(&format!("{}{body}", head(body.len()))).await;
    }

    /// Sends a GET and reads the response.
    pub async fn get(&mut self, path: &str) -> Received {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        self.answer().await
    }

    /// Waits for the first byte of a response, and leaves it unread.
    pub async fn begins_to_arrive(&mut self) {
        assert_eq!(within("the first byte of a response", self.0.peek(&mut [0])).await.unwrap(), 1);
    }

    /// Reads one response.
    pub async fn answer(&mut self) -> Received {
        within("a response", self.read()).await
    }

    async fn read(&mut self) -> Received {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            assert_ne!(
                self.0.read_buf(&mut bytes).await.unwrap(),
                0,
                "closed after {:?}",
                String::from_utf8_lossy(&bytes)
            );
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        while bytes.len() < end + length {
            assert_ne!(self.0.read_buf(&mut bytes).await.unwrap(), 0, "the body ended early");
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Received { status, head, body: String::from_utf8(bytes[end..].to_vec()).unwrap() }
    }

    /// Reads until the other side closes the connection, and returns what it read.
    pub async fn closed(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A reset counts as well.
        drop(within("the connection's end", self.0.read_to_end(&mut bytes)).await);
        bytes
    }
}

impl Received {
    /// The message of the JSON-RPC error in the body.
    pub fn problem(&self) -> String {
        let message: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        message["error"]["message"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }
}
