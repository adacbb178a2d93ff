//! The program as a process.

mod bad_settings;
#[cfg(unix)]
mod broken_output;
mod check;
#[cfg(unix)]
mod deprecated_settings;
mod log_line;
mod oauth;
mod oauth_settings;
mod sandbox;
mod stdio;
mod stdio_credentials;
mod stdio_session;
#[cfg(unix)]
mod stdio_stopping;
mod tokens;
mod unreachable;

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use leadconnector_mcp::tools::ToolRegistry;
use serde_json::{Value, json};

use crate::support::{Watchdog, listed_count, minimal_calls};

/// The program, with an empty environment.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadconnector-mcp"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// Runs the program until it exits.
fn run(arguments: &[&str]) -> Output {
    finish(&mut program(arguments))
}

/// Runs a process until it exits. One that does not exit is killed, so that its test fails.
fn finish(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _watchdog = Watchdog::of(&child);
    child.wait_with_output().unwrap()
}

/// A temporary file, removed when dropped.
struct TextFile(PathBuf);

impl TextFile {
    fn new(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("leadconnector-mcp-{}.toml", uuid::Uuid::new_v4().simple()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TextFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A running server process, killed when dropped.
struct Serving {
    _watchdog: Watchdog,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        Self::spawn(program(arguments).stderr(Stdio::null()))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { _watchdog: Watchdog::of(&child), child, output }
    }

    /// Reads until a line with this start, and returns the rest of the line.
    fn line(&mut self, start: &str) -> String {
        let mut line = String::new();
        while self.output.read_line(&mut line).unwrap() > 0 {
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim().to_owned();
            }
            line.clear();
        }
        panic!("the output ended without a line that begins with {start:?}");
    }

    /// Stops it with SIGTERM, and returns the exit code.
    #[cfg(unix)]
    fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Fails if a test has stopped it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn post(url: &str, body: Value) -> Value {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let request = http.post(url).header("content-type", "application/json").body(body.to_string());
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

fn find_rosa() -> Value {
    let params = json!({ "name": "contacts_get-contacts", "arguments": { "query": "rosa" } });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

#[cfg(unix)]
#[tokio::test]
async fn serving_the_sandbox_needs_no_settings() {
    for arguments in [&["serve", "--sandbox", "--listen", "127.0.0.1:0"][..], &["--sandbox", "--listen", "127.0.0.1:0"]]
    {
        let mut serving = Serving::start(arguments);
        let url = serving.line("URL: ");
        let answer = post(&url, find_rosa()).await;
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("rosa@example.com"), "{text}");

        let address = url.strip_prefix("http://").unwrap().strip_suffix("/mcp").unwrap();
        let health = run(&["health", "--listen", address]);
        assert!(health.status.success(), "{health:?}");
        assert_eq!(serving.terminate(), Some(0));
        let health = run(&["health", "--listen", address]);
        assert_eq!(health.status.code(), Some(1), "it has stopped: {health:?}");
    }
}

/// Users copy the banner's curl command and snippet.
#[tokio::test]
async fn the_banners_examples_work() {
    let mut serving = Serving::start(&["serve", "--sandbox", "--listen", "127.0.0.1:0"]);
    let url = serving.line("URL: ");
    let mut snippet = "{".to_owned();
    serving.line("{");
    loop {
        let mut line = String::new();
        assert!(serving.output.read_line(&mut line).unwrap() > 0);
        snippet.push_str(&line);
        if line.starts_with('}') {
            break;
        }
    }
    let snippet: Value = serde_json::from_str(&snippet).unwrap();
    let server = &snippet["mcpServers"]["leadconnector"];
    assert_eq!(server["url"], url);
    assert!(server["headers"]["Authorization"].as_str().unwrap().starts_with("Bearer pit-"));
    let curl = serving.line("curl ");
    assert!(curl.contains(&url), "{curl}");
    let body = curl.split("-d '").nth(1).unwrap().strip_suffix('\'').unwrap();
    let answer = post(&url, serde_json::from_str(body).unwrap()).await;
    assert_ne!(answer["result"]["isError"], true, "{answer}");
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("rosa@example.com"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_sandbox_runs_as_a_separate_process() {
    let mut sandbox = Serving::start(&["sandbox", "--listen", "127.0.0.1:0"]);
    let upstream = sandbox.line("The sandbox listens on ");
    let (token, location) = (sandbox.line("token:"), sandbox.line("locationId:"));
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let ask = |token: &str| {
        let url = format!("{upstream}/contacts/?locationId={location}&query=rosa");
        http.get(url).header("version", "2021-07-28").header("authorization", format!("Bearer {token}")).send()
    };
    let answer = ask(&token).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("rosa@example.com"));
    assert_eq!(ask("pit-wrong").await.unwrap().status(), 401);
    assert_eq!(sandbox.terminate(), Some(0));
}

#[test]
fn the_tools_are_listed_for_programs() {
    let output = run(&["tools", "--json"]);
    assert!(output.status.success() && output.stderr.is_empty());
    let mut listed: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed.len(), listed_count());
    // The schemas are those that clients get, of which there are snapshots already.
    for (tool, definition) in listed.iter_mut().zip(ToolRegistry::default().definitions(false).iter()) {
        let schema = tool.as_object_mut().unwrap().remove("inputSchema").unwrap();
        assert_eq!((&tool["name"], &schema), (&json!(definition.name), &json!(definition.input_schema)));
        assert_eq!(schema["type"], "object", "{schema}");
    }
    for call in minimal_calls() {
        let tool = listed.iter().find(|tool| tool["name"] == call.tool).unwrap();
        assert_eq!(tool["scope"], call.scope, "{}", call.tool);
    }
    insta::assert_json_snapshot!("tools", listed);
}

#[test]
fn the_tools_are_listed_for_people() {
    let output = run(&["tools"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for call in minimal_calls() {
        assert!(text.contains(call.tool) && text.contains(call.scope), "{}", call.tool);
    }
}

#[test]
fn help_and_version_succeed() {
    for arguments in [&["--help"][..], &["serve", "--help"], &["sandbox", "--help"], &["--version"]] {
        let output = run(arguments);
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}");
    }
    for command in ["stdio", "check"] {
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        assert!(help.contains("--location <ID>") && help.contains("LEADCONNECTOR_LOCATION_ID"), "{help}");
    }
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version.trim(), concat!("leadconnector-mcp ", env!("CARGO_PKG_VERSION")));
}

/// In Docker a port alone would mean all interfaces.
#[cfg(unix)]
#[test]
fn a_port_alone_and_localhost_listen_on_loopback() {
    for (listen, port_only) in [("0", true), (":0", true), ("localhost:0", false)] {
        let arguments = ["serve", "--sandbox", "--listen", listen];
        let mut serving = Serving::spawn(program(&arguments).stderr(Stdio::piped()));
        assert!(serving.line("URL: ").starts_with("http://127.0.0.1:"), "{listen}");
        assert_eq!(serving.terminate(), Some(0));
        let mut log = String::new();
        serving.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert_eq!(log.contains("0.0.0.0:PORT listens on all interfaces"), port_only, "{log}");
    }
    let mut sandbox = Serving::start(&["sandbox", "--listen", ":0"]);
    assert!(sandbox.line("The sandbox listens on ").starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn read_only_excludes_tools_that_write() {
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let arguments = ["serve", "--sandbox", "--listen", "127.0.0.1:0"];
    let mut flag = program(&[&arguments[..], &["--read-only"]].concat());
    let mut variable = program(&arguments);
    variable.env("LEADCONNECTOR_MCP_READ_ONLY", "true");
    for command in [&mut flag, &mut variable] {
        let mut serving = Serving::spawn(command.stderr(Stdio::null()));
        let tools = post(&serving.line("URL: "), list.clone()).await["result"]["tools"].clone();
        let tools = tools.as_array().unwrap();
        assert!(!tools.is_empty() && tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true), "{tools:?}");
    }
}

/// The settings are valid, so the exit code is not 64.
#[test]
fn a_port_in_use_is_not_a_settings_error() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for arguments in [&["serve", "--sandbox", "--listen", &address][..], &["sandbox", "--listen", &address]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(&address) && message.contains("another program uses this port"), "{message}");
        let example = message.trim().rsplit_once("--listen ").unwrap().1;
        assert!(std::net::TcpListener::bind(example).is_ok(), "{example} is free");
    }
}
