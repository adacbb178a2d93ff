//! `stdio` when a signal stops it, and when its output is not read.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::broken_output::{closed, full, full_and_non_blocking};
use super::program;
use super::stdio::{call, message, request};
use crate::support::BlockedUpstream;

/// The time limit of each step.
const WAIT_TIMEOUT: Duration = Duration::from_mins(1);

/// A process whose log a thread reads.
struct Session {
    child: Child,
    input: Option<ChildStdin>,
    log: Receiver<Value>,
}

impl Session {
    fn start(upstream: &str, stdout: Stdio) -> Self {
        let mut command = program(&["stdio", "--upstream", upstream]);
        command.env("LEADCONNECTOR_TOKEN", "pit-1").env("LEADCONNECTOR_MCP_LOG_FORMAT", "json");
        // At `debug` every call has a line.
        command.env("LEADCONNECTOR_MCP_LOG", "info,leadconnector_mcp::call=debug");
        let mut child = command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        let input = child.stdin.take();
        Self { child, input, log }
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input.as_ref().unwrap(), "{message}").unwrap();
    }

    fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for a log line with this message.
    fn logged(&self, message: &str) -> Value {
        loop {
            let line = self.log.recv_timeout(WAIT_TIMEOUT).unwrap_or_else(|_| panic!("{message:?} is not logged"));
            if line["message"].as_str().unwrap().contains(message) {
                return line;
            }
        }
    }

    /// Waits until it exits, with its input still open, and returns the exit code.
    fn ended(&mut self) -> Option<i32> {
        while self.log.recv_timeout(WAIT_TIMEOUT).is_ok() {}
        self.child.wait().unwrap().code()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(id: u64) -> Value {
    call(id, "contacts_create-contact", json!({ "email": "a@b.c", "locationId": "LOC" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_lets_calls_in_flight_finish() {
    let upstream = BlockedUpstream::start().await;
    let mut session = Session::start(&upstream.server.url(), Stdio::piped());
    let mut output = BufReader::new(session.child.stdout.take().unwrap()).lines();
    session.send(&write(1));
    session.send(&call(2, "contacts_get-contact", json!({ "contactId": "c1", "locationId": "LOC" })));
    upstream.until_in_flight(2).await;
    session.signal();
    session.logged("stopping");
    upstream.answer(2);
    let mut answered = [(); 2].map(|()| message(&output.next().unwrap().unwrap())["id"].as_u64().unwrap());
    answered.sort_unstable();
    assert_eq!(answered, [1, 2]);
    assert_eq!(session.logged("call")["status"], 200);
    assert_eq!(session.ended(), Some(0));
    assert!(output.next().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let upstream = BlockedUpstream::start().await;
    let mut session = Session::start(&upstream.server.url(), Stdio::null());
    session.send(&write(1));
    upstream.until_in_flight(1).await;
    session.signal();
    session.logged("stopping");
    session.signal();
    assert_eq!(session.child.wait().unwrap().code(), Some(1));
    assert_eq!(upstream.answered(), 0);
}

/// The client has disconnected: reads are aborted, but the outcome of a write is logged.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_output_stops_it_after_its_writes() {
    for stdout in [closed(), full()] {
        let upstream = BlockedUpstream::start().await;
        let mut session = Session::start(&upstream.server.url(), stdout);
        session.send(&write(1));
        upstream.until_in_flight(1).await;
        session.send(&request(2, "ping", json!({})));
        session.logged("the output failed");
        upstream.answer(1);
        let line = session.logged("call");
        assert_eq!((&line["message"], &line["status"]), (&json!("call"), &json!(200)), "{line}");
        assert_eq!(session.ended(), Some(0));
        assert_eq!(upstream.answered(), 1);
    }
}

/// The parent process may have made the output non-blocking, and may read slowly.
#[test]
fn a_non_blocking_output_loses_no_response() {
    let (mut reader, stdout) = full_and_non_blocking();
    let mut session = Session::start("http://127.0.0.1:9", stdout);
    for id in 0..50 {
        session.send(&call(id, "contacts_get-contact", json!({ "nonsense": 1, "locationId": "LOC" })));
    }
    for _ in 0..50 {
        session.logged("call");
    }
    // Nothing could be written so far.
    drop(session.input.take());
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    let answers = text.lines().filter(|line| !line.is_empty()).map(message);
    let mut answered: Vec<u64> = answers.map(|answer| answer["id"].as_u64().unwrap()).collect();
    answered.sort_unstable();
    assert_eq!(answered, (0..50).collect::<Vec<u64>>());
    assert_eq!(session.ended(), Some(0));
}
