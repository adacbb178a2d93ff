//! A process without file descriptors left: it waits for some, and does not end.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::support::Socket;

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_goes_on_when_there_are_some_again() {
    let unused = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = unused.local_addr().unwrap();
    drop(unused);
    let serve = format!("ulimit -n 40; exec \"$0\" serve --upstream http://127.0.0.1:9 --listen {address}");
    let mut command = Command::new("sh");
    command.args(["-c", &serve, env!("CARGO_BIN_EXE_leadconnector-mcp")]).env_clear();
    let mut process = Killed(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    while TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut connections = Vec::new();
    for _ in 0..60 {
        connections.push(Socket::open(address).await);
    }
    assert_eq!(connections[0].get("/healthz").await.status, 200, "those that are in are served");
    let mut last = connections.pop().unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(500), last.get("/healthz")).await;
    assert!(waits.is_err(), "it is not accepted: {waits:?}");
    drop(connections);
    assert_eq!(last.answer().await.status, 200);
    assert!(process.0.try_wait().unwrap().is_none());
}
