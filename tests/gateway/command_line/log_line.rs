//! The log lines in the README and in `docs/` match what the program writes.
#![cfg(unix)]

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use leadconnector_mcp::sandbox::{LOCATION, TOKEN};
use serde_json::{Map, Value, json};

use super::oauth::browser::use_everything;
use super::{Serving, program};

/// The fields that differ between runs, and between clients.
const VARYING: [&str; 6] = ["timestamp", "elapsed_ms", "request_id", "grant", "client", "scope"];

fn line(line: &str) -> Map<String, Value> {
    let mut line: Map<String, Value> = serde_json::from_str(line).unwrap();
    for name in VARYING {
        line.get_mut(name).into_iter().for_each(|value| *value = Value::Null);
    }
    line
}

/// The JSON log lines of the README and of all pages in `docs/`.
fn documented_lines() -> Vec<Map<String, Value>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = std::fs::read_dir(here.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.chain([here.join("README.md")]).map(|page| std::fs::read_to_string(page).unwrap());
    let text: String = pages.collect();
    text.lines().filter(|line| line.trim_start().starts_with(r#"{"timestamp""#)).map(line).collect()
}

/// The log of a gateway by which a user connects.
async fn log_of_oauth() -> String {
    let arguments = ["serve", "--sandbox", "--oauth", "--listen", "127.0.0.1:0"];
    let mut serving = Serving::spawn(program(&arguments).stderr(Stdio::piped()));
    let url = serving.line("URL: ");
    use_everything(url.strip_suffix("/mcp").unwrap()).await;
    assert_eq!(serving.terminate(), Some(0));
    let mut log = String::new();
    serving.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    // Its calls are not those that are documented.
    let lines = log.lines().filter(|line| line.contains(r#""message":"connected""#));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// One failing call and one rejected request: whoever documents another line makes the request that causes it here.
#[tokio::test]
async fn the_documented_lines_match() {
    let shown = documented_lines();
    assert!(shown.len() >= 2);

    let arguments = ["serve", "--sandbox", "--listen", "127.0.0.1:0"];
    let mut serving = Serving::spawn(program(&arguments).stderr(Stdio::piped()));
    let params = json!({ "name": "contacts_get-contact", "arguments": { "contactId": "00000000000000000000" } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let url = serving.line("URL: ");
    let post = http.post(&url).bearer_auth(TOKEN).header("locationid", LOCATION);
    let post = post.header("content-type", "application/json").body(body.to_string());
    assert_eq!(post.send().await.unwrap().status(), 200);
    assert_eq!(http.get(url.replace("/mcp", "/nowhere")).send().await.unwrap().status(), 404);
    drop(http); // its idle connection would stay open for 2 s
    assert_eq!(serving.terminate(), Some(0));

    let mut log = log_of_oauth().await;
    serving.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    for shown in shown {
        let written = log.lines().map(line).find(|written| written.get("message") == shown.get("message"));
        let written = written.unwrap_or_else(|| panic!("{:?} is not logged: {log}", shown["message"]));
        assert_eq!(written, shown);
        assert_eq!(written.keys().collect::<Vec<_>>(), shown.keys().collect::<Vec<_>>(), "in the same order");
    }
}
