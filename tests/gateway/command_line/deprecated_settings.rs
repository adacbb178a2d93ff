//! Deprecated settings: still validated and applied, each with one warning.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::json;

use super::stdio::{request, talk};
use super::{Serving, TextFile, post, program};

/// The deprecated settings, each with a value that is not its default.
const DEPRECATED: [(&str, &str); 7] = [
    ("max_arguments_bytes", "1000"),
    ("max_json_depth", "20"),
    ("max_id_bytes", "36"),
    ("max_headers", "50"),
    ("max_header_bytes", "16384"),
    ("header_timeout", "5s"),
    ("body_timeout", "5s"),
];

fn warning(setting: &str) -> String {
    format!(
        "`server.{setting}` is deprecated and will be removed; it is still applied. Remove it from the configuration to use the built-in value"
    )
}

/// Starts `serve` and sends a ping with an id of 42 bytes. Returns whether the ping succeeded, and the log.
async fn serve(command: &mut Command) -> (bool, String) {
    let mut serving = Serving::spawn(command.stderr(Stdio::piped()));
    let url = serving.line("URL: ");
    let response = post(&url, json!({ "jsonrpc": "2.0", "id": "i".repeat(40), "method": "ping" })).await;
    assert_eq!(serving.terminate(), Some(0)); // the log is complete only after a graceful shutdown
    let mut log = String::new();
    serving.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    (response.get("error").is_none(), log)
}

const SERVE: [&str; 4] = ["serve", "--sandbox", "--listen", "127.0.0.1:0"];

#[tokio::test]
async fn each_is_applied_with_one_warning() {
    let (accepted, log) = serve(&mut program(&SERVE)).await;
    assert!(accepted && !log.contains("deprecated"), "none is set by default: {log}");

    let (file, environment) = DEPRECATED.split_at(4);
    let lines: Vec<String> = file.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let file = TextFile::new(&format!("[server]\n{}", lines.join("\n")));
    let mut command = program(&[&SERVE[..], &["--config", file.path()]].concat());
    for (name, value) in environment {
        command.env(format!("LEADCONNECTOR_MCP_SERVER_{}", name.to_uppercase()), value);
    }
    let (accepted, log) = serve(&mut command).await;
    assert!(!accepted, "an id over server.max_id_bytes is rejected");
    for (setting, _) in DEPRECATED {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&warning(setting))).collect();
        assert!(matches!(lines[..], [line] if line.contains("\"level\":\"WARN\"")), "{setting}: {log}");
    }
}

#[test]
fn over_stdio_too() {
    let mut command = program(&["stdio", "--sandbox"]);
    let said = talk(command.env("LEADCONNECTOR_MCP_SERVER_MAX_JSON_DEPTH", "20"), &[request(1, "ping", json!({}))]);
    assert!(said.log.contains(&warning("max_json_depth")), "{}", said.log);
    assert_eq!(said.code, Some(0));
}

#[test]
fn an_invalid_variable_is_an_error() {
    let output = super::finish(program(&SERVE).env("LEADCONNECTOR_MCP_SERVER_MAX_ID_BYTES", "1"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{error}");
    assert!(error.contains("server.max_id_bytes = \"1\": must be at least 36"), "{error}");
}
