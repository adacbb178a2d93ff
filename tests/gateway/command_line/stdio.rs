//! `stdio`: MCP on standard input and output.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{TextFile, program};
use crate::support::{Watchdog, listed_count};

/// The output of a process that has exited.
pub struct Transcript {
    pub answers: Vec<Value>,
    pub log: String,
    pub code: Option<i32>,
}

impl Transcript {
    pub fn answer(&self, id: u64) -> &Value {
        let mut found = self.answers.iter().filter(|answer| answer["id"] == id);
        let answer = found.next().unwrap_or_else(|| panic!("no answer to {id}: {:?}\n{}", self.answers, self.log));
        assert!(found.next().is_none(), "two answers to {id}");
        answer
    }

    /// The JSON of a tool call's result.
    pub fn tool_result(&self, id: u64) -> Value {
        let text = self.answer(id)["result"]["content"][0]["text"].as_str().unwrap();
        serde_json::from_str(text).unwrap()
    }
}

/// Sends lines, closes standard input, and waits until the process exits. Every line of standard output must be a message.
pub fn talk(command: &mut Command, messages: &[Value]) -> Transcript {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines: String = messages.iter().flat_map(|message| [message.to_string(), "\n".to_owned()]).collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let _watchdog = Watchdog::of(&child);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole: {text}");
    let answers = text.lines().map(message).collect();
    Transcript { answers, log: String::from_utf8(output.stderr).unwrap(), code: output.status.code() }
}

pub fn message(line: &str) -> Value {
    let message: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    assert_eq!(message["jsonrpc"], "2.0", "{line}");
    message
}

pub fn request(id: u64, method: &str, params: Value) -> Value {
    let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
    message["params"] = params;
    message
}

pub fn call(id: u64, tool: &str, arguments: Value) -> Value {
    let mut params = json!({ "name": tool });
    params["arguments"] = arguments;
    request(id, "tools/call", params)
}

fn handshake(version: &str) -> [Value; 2] {
    let params =
        json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    [request(1, "initialize", params), json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })]
}

pub fn names(list: &Value) -> Vec<&str> {
    list["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[test]
fn the_sandbox_needs_no_settings() {
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let find = call(3, "contacts_get-contacts", json!({ "query": "rosa", "fields": "contacts.email" }));
        let wrong = call(4, "contacts_get-contact", json!({ "contact": "c1" }));
        let rest = [request(2, "tools/list", json!({})), find, wrong, request(5, "ping", json!({}))];
        let transcript = talk(&mut program(&["stdio", "--sandbox"]), &[&handshake(version)[..], &rest].concat());
        assert_eq!((transcript.code, transcript.answers.len()), (Some(0), 5), "{}", transcript.log);
        assert_eq!(transcript.answer(1)["result"]["protocolVersion"], version);
        assert_eq!(transcript.answer(1)["result"]["serverInfo"]["name"], "leadconnector-mcp");
        assert_eq!(names(transcript.answer(2)).len(), listed_count());
        assert_eq!(transcript.tool_result(3)["data"], json!({ "contacts": [{ "email": "rosa@example.com" }] }));
        assert_eq!(transcript.answer(4)["result"]["isError"], true);
        assert_eq!(transcript.tool_result(4)["error"]["kind"], "invalid_arguments");
        assert_eq!(transcript.answer(5)["result"], json!({}));
    }
}

/// At any log level, standard output contains only messages.
#[test]
fn only_messages_are_on_standard_output_and_the_log_is_on_standard_error() {
    let messages = [&handshake("2025-06-18")[..], &[call(2, "contacts_get-contacts", json!({}))]].concat();
    for log in ["trace", "debug", "trace,rmcp=trace"] {
        let transcript = talk(&mut program(&["stdio", "--sandbox", "--log", log]), &messages);
        assert_eq!((transcript.code, transcript.answers.len()), (Some(0), 2), "{log}");
        assert!(transcript.log.lines().any(|line| line.contains("contacts_get-contacts")), "{log}: {}", transcript.log);
        let transcript = talk(program(&["stdio", "--sandbox"]).env("LEADCONNECTOR_MCP_LOG", log), &messages);
        assert_eq!(transcript.answers.len(), 2, "{log}");
        assert!(!transcript.log.is_empty());
    }
    let quiet = talk(&mut program(&["stdio", "--sandbox", "--log", "off"]), &messages);
    assert_eq!((quiet.answers.len(), quiet.log.as_str()), (2, ""));
}

#[test]
fn it_exits_when_standard_input_closes() {
    let transcript = talk(&mut program(&["stdio", "--sandbox"]), &[]);
    assert_eq!((transcript.code, transcript.answers.len()), (Some(0), 0), "{}", transcript.log);
    // A last line without a line feed counts.
    let mut child = program(&["stdio", "--sandbox"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(request(1, "ping", json!({})).to_string().as_bytes()).unwrap();
    let _watchdog = Watchdog::of(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(message(str::from_utf8(&output.stdout).unwrap())["id"], 1);
}

#[test]
fn the_operators_settings_apply() {
    let file = TextFile::new(
        "[server]\nmax_result_bytes = 2000\n[tools]\nservices = [\"contacts\"]\nread_only = true\n\
         exclude = [\"contacts_get-all-tasks\"]",
    );
    let messages = [
        request(1, "tools/list", json!({})),
        call(2, "contacts_add-tags", json!({ "contactId": "c1", "tags": ["vip"] })),
        call(3, "locations_get-location", json!({})),
        call(4, "contacts_get-contacts", json!({ "limit": 100 })),
    ];
    let transcript = talk(&mut program(&["stdio", "--sandbox", "--config", file.path()]), &messages);
    let listed = names(transcript.answer(1));
    assert_eq!(listed[..2], ["contacts_get-contact", "contacts_get-contacts"]);
    assert!(listed.iter().all(|name| name.starts_with("contacts_") && !name.contains("create")), "{listed:?}");
    for (id, setting) in [(2, "tools.read_only"), (3, "tools.services")] {
        assert_eq!(transcript.answer(id)["error"]["code"], -32602);
        let message = transcript.answer(id)["error"]["message"].as_str().unwrap();
        assert!(message.contains("is hidden by the operator's setting") && message.contains(setting), "{message}");
    }
    assert_eq!(transcript.tool_result(4)["error"]["kind"], "response_too_large");
}
