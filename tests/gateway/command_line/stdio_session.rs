//! `stdio` line by line: it responds while its input is open, and continues after malformed input.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::program;
use super::stdio::{call, message, names, request};
use crate::support::{BlockedUpstream, RawUpstream, Watchdog, listed_count};

/// A process that gets its input line by line.
struct Session {
    _watchdog: Watchdog,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    fn start() -> Self {
        Self::spawn(&mut program(&["stdio", "--sandbox"]))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { _watchdog: Watchdog::of(&child), child, input, output }
    }

    fn send_line(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Closes its input and waits until it exits.
    fn close(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }

    /// Sends a line and reads the response: the process responds while its input is open.
    fn exchange(&mut self, line: &str) -> Value {
        self.send_line(line);
        let mut answer = String::new();
        assert!(self.output.read_line(&mut answer).unwrap() > 0, "it ended after {line:?}");
        message(&answer)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Fails if it has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_malformed_line_gets_an_error_and_the_process_continues() {
    let mut session = Session::start();
    for (line, code) in [
        ("{broken", -32700),
        ("hello", -32700),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,", -32700),
        ("[]", -32600),
        ("7", -32600),
        ("{\"tool\":\"contacts_get-contact\",\"input\":{}}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/frobnicate\"}", -32601),
    ] {
        let answer = session.exchange(line);
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
        if code == -32700 {
            assert_eq!(answer["id"], Value::Null, "{line}");
        }
        let after = session.exchange(&request(2, "tools/list", json!({})).to_string());
        assert_eq!(names(&after).len(), listed_count(), "after {line}");
    }
    // Empty lines and CRLF line ends are valid.
    let ping = request(3, "ping", json!({}));
    assert_eq!(session.exchange(&format!("\n\r\n{ping}\r"))["id"], 3);
    assert_eq!(session.close(), Some(0));
}

/// Neither the client nor the exit of the process waits for a cancelled call.
#[tokio::test]
async fn a_cancelled_call_does_not_delay_the_exit() {
    let silent = RawUpstream::silent().await;
    let url = silent.url();
    let mut session = Session::spawn(program(&["stdio", "--upstream", &url]).env("LEADCONNECTOR_TOKEN", "pit-1"));
    session.send_line(&call(1, "contacts_get-contact", json!({ "contactId": "c1" })).to_string());
    silent.until_requests(1).await;
    let cancelled = json!({ "requestId": 1, "reason": "changed my mind" });
    session
        .send_line(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled }).to_string());
    // It was read after the cancelled call, which has no response yet, or an error.
    let mut answer = session.exchange(&request(2, "ping", json!({})).to_string());
    if answer["id"] == 1 {
        assert!(answer.get("error").is_some(), "{answer}");
        answer = session.exchange("");
    }
    assert_eq!(answer["id"], 2);
    assert_eq!(session.close(), Some(0));
}

/// A write that was sent cannot be undone: the process waits for its response, and logs it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_write_runs_to_completion() {
    let upstream = BlockedUpstream::start().await;
    let url = upstream.server.url();
    let mut session = Session::spawn(program(&["stdio", "--upstream", &url]).env("LEADCONNECTOR_TOKEN", "pit-1"));
    session
        .send_line(&call(1, "contacts_create-contact", json!({ "email": "a@b.c", "locationId": "LOC" })).to_string());
    upstream.until_in_flight(1).await;
    let cancelled = json!({ "requestId": 1, "reason": "changed my mind" });
    session
        .send_line(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled }).to_string());
    drop(session.exchange(&request(2, "ping", json!({})).to_string()));
    let ended = tokio::task::spawn_blocking(|| session.close());
    upstream.answer(1);
    assert_eq!(ended.await.unwrap(), Some(0));
    assert_eq!(upstream.answered(), 1);
}
