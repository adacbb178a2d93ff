//! `stdio`, line by line: it answers while its input is open, and lives on after what it cannot read.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::program;
use super::stdio::{call, message, names, request};
use crate::support::{BlockedUpstream, RawUpstream, Watchdog, tool_count};

/// A process that is talked to line by line.
struct Session {
    _watchdog: Watchdog,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    fn start() -> Self {
        Self::of(&mut program(&["stdio", "--sandbox"]))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { _watchdog: Watchdog::of(&child), child, input, output }
    }

    fn tell(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Closes its input and waits for its end.
    fn close(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }

    /// Sends a line and reads the next one: the process answers while its input is open.
    fn ask(&mut self, line: &str) -> Value {
        self.tell(line);
        let mut answer = String::new();
        assert!(self.output.read_line(&mut answer).unwrap() > 0, "it ended after {line:?}");
        message(&answer)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It has ended already where its test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_broken_line_is_answered_and_the_process_lives_on() {
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
        let answer = session.ask(line);
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
        if code == -32700 {
            assert_eq!(answer["id"], Value::Null, "{line}");
        }
        let after = session.ask(&request(2, "tools/list", json!({})).to_string());
        assert_eq!(names(&after).len(), tool_count(), "after {line}");
    }
    // Empty lines and the line ends of Windows are no mistakes.
    let ping = request(3, "ping", json!({}));
    assert_eq!(session.ask(&format!("\n\r\n{ping}\r"))["id"], 3);
    assert_eq!(session.close(), Some(0));
}

/// Nobody waits for a call that was cancelled, and the end of the process does not either.
#[tokio::test]
async fn a_cancelled_call_does_not_keep_it() {
    let silent = RawUpstream::silent().await;
    let url = silent.url();
    let mut session = Session::of(program(&["stdio", "--upstream", &url]).env("LEADCONNECTOR_TOKEN", "pit-1"));
    session.tell(&call(1, "contacts_get-contact", json!({ "contactId": "c1" })).to_string());
    silent.until_requests(1).await;
    let cancelled = json!({ "requestId": 1, "reason": "changed my mind" });
    session.tell(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled }).to_string());
    // Answered while the cancelled one is not, or is with an error: it was read after it.
    let mut answer = session.ask(&request(2, "ping", json!({})).to_string());
    if answer["id"] == 1 {
        assert!(answer.get("error").is_some(), "{answer}");
        answer = session.ask("");
    }
    assert_eq!(answer["id"], 2);
    assert_eq!(session.close(), Some(0));
}

/// What a write that was sent has done cannot be taken back: its answer is waited for, and logged.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_write_is_read_to_its_end() {
    let upstream = BlockedUpstream::start().await;
    let url = upstream.server.url();
    let mut session = Session::of(program(&["stdio", "--upstream", &url]).env("LEADCONNECTOR_TOKEN", "pit-1"));
    session.tell(&call(1, "contacts_create-contact", json!({ "email": "a@b.c", "locationId": "LOC" })).to_string());
    upstream.until_in_flight(1).await;
    let cancelled = json!({ "requestId": 1, "reason": "changed my mind" });
    session.tell(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled }).to_string());
    drop(session.ask(&request(2, "ping", json!({})).to_string()));
    let ended = tokio::task::spawn_blocking(|| session.close());
    upstream.answer(1);
    assert_eq!(ended.await.unwrap(), Some(0));
    assert_eq!(upstream.answered(), 1);
}
