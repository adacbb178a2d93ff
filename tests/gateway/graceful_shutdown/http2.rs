//! HTTP/2, where the server sends GOAWAY before it closes the connection (RFC 9113 section 6.8).

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Clock, Socket, TestGatewayBuilder, within};

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// `END_STREAM` and `END_HEADERS`.
const WHOLE: u8 = 0x5;

async fn write_frame(stream: &mut TcpStream, kind: u8, flags: u8, number: u8, payload: &[u8]) {
    let length = u8::try_from(payload.len()).unwrap();
    stream.write_all(&[0, 0, length, kind, flags, 0, 0, 0, number]).await.unwrap();
    stream.write_all(payload).await.unwrap();
}

/// Reads frames until one of this kind.
async fn until_frame(stream: &mut TcpStream, kind: u8) {
    let reading = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
            stream.read_exact(&mut payload).await.unwrap();
            if head[3] == kind {
                return;
            }
        }
    };
    within("a frame", reading).await;
}

/// The connection has been idle for longer than the grace period, which starts with the GOAWAY.
#[tokio::test]
async fn a_request_sent_before_the_goaway_arrives_gets_its_response() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    let mut stream = Socket::open(gateway.server.address).await.into_stream();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    write_frame(&mut stream, SETTINGS, 0, 0, &[]).await;
    until_frame(&mut stream, SETTINGS).await;
    let clock = Clock::stop();
    clock.advance(Duration::from_millis(2500)).await;
    clock.stop_server(&gateway.server).await;
    until_frame(&mut stream, GOAWAY).await;
    // GET, http, and two fields without Huffman coding: the path and the host.
    let fields = [&[0x82, 0x86, 0x04, 8][..], b"/healthz", &[0x01, 9], b"localhost"].concat();
    write_frame(&mut stream, HEADERS, WHOLE, 1, &fields).await;
    until_frame(&mut stream, HEADERS).await;
    let mut rest = Vec::new();
    clock.advance_until("the connection's end", stream.read_to_end(&mut rest)).await.0.unwrap();
}
