//! A process that runs out of file descriptors waits until some are free, and does not exit.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tokio::net::TcpStream;
use tokio::task::spawn_blocking;

use crate::support::{Socket, eventually, within};

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_accepts_again_once_some_are_free() {
    let unused = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = unused.local_addr().unwrap();
    drop(unused);
    let serve = format!("ulimit -n 40; exec \"$0\" serve --upstream http://127.0.0.1:9 --listen {address}");
    let mut command = Command::new("sh");
    command.args(["-c", &serve, env!("CARGO_BIN_EXE_leadconnector-mcp")]).env_clear();
    let mut process = Killed(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    eventually("it listens", async || TcpStream::connect(address).await.is_ok()).await;
    let mut connections = Vec::new();
    for _ in 0..60 {
        connections.push(Socket::open(address).await);
    }
    assert_eq!(connections[0].get("/healthz").await.status, 200, "open connections are served");
    let mut last = connections.pop().unwrap();
    last.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut log = BufReader::new(process.0.stderr.take().unwrap()).lines();
    let ran_out = spawn_blocking(move || {
        let line = log.find(|line| line.as_ref().unwrap().contains("cannot accept connections"));
        // The log stays open: the process goes on writing to it.
        (line, log)
    });
    let (line, _log) = within("a log line", ran_out).await.unwrap();
    assert!(line.is_some());
    drop(connections);
    assert_eq!(last.answer().await.status, 200);
    assert!(process.0.try_wait().unwrap().is_none());
}
