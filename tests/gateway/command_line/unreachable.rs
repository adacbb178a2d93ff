//! An API that cannot be reached: the result and the log say why.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use http::StatusCode;
use leadconnector_mcp::sandbox::{LOCATION, TOKEN};
use serde_json::{Value, json};

use super::{Serving, TextFile, program};
use crate::support::{Script, Scripted, answer};

const SETTINGS: &str = "[upstream]\nmax_attempts = 1\nconnect_timeout = \"TIMEOUT\"\n";

/// Calls a tool of a gateway in front of `upstream`, and returns the error and the call's line in the log.
async fn failed_call(upstream: &str, proxy: Option<&str>, timeout: &str) -> (Value, Value) {
    let settings = TextFile::new(&SETTINGS.replace("TIMEOUT", timeout));
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--upstream", upstream, "--config", settings.path()];
    let mut command = program(&arguments);
    if let Some(proxy) = proxy {
        command.env("HTTPS_PROXY", proxy);
    }
    let mut serving = Serving::spawn(command.stderr(Stdio::piped()));
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let body = json!({ "tool": "contacts_get-contact", "input": { "contactId": "c1" } }).to_string();
    let mut log = BufReader::new(serving.child.stderr.take().unwrap()).lines();
    let mut line = |message: &str| {
        let mut lines = log.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.find(|line| line["message"] == message).unwrap_or_else(|| panic!("there is no line {message:?}"))
    };
    let url = format!("http://{}/mcp", line("listening")["address"].as_str().unwrap());
    let post = http.post(url).bearer_auth(TOKEN).header("locationid", LOCATION);
    let response = post.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    let result: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    drop(http); // its idle connection would stay open for 2 s
    let call = line("call");
    assert_eq!(serving.terminate(), Some(0));
    (result["error"].clone(), call)
}

#[track_caller]
fn assert_cause((error, line): &(Value, Value), cause: &str, words: &str, step: &str) {
    assert_eq!((&line["cause"], &line["failure"]), (&json!(cause), &json!("upstream_unavailable")), "{line}");
    let message = format!("the LeadConnector API could not be reached: {words}");
    assert_eq!((&error["kind"], &error["message"]), (&json!("upstream_unavailable"), &json!(message)));
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("Nothing was sent") && hint.contains(step), "{hint}");
    let all = format!("{error}{line}");
    assert!(!all.contains("127.0.0.1") && !all.contains("invalid.") && !all.contains("secret"), "{all}");
}

#[tokio::test]
async fn a_host_that_cannot_be_resolved() {
    let failed = failed_call("https://nonexistent.invalid", None, "10s").await;
    assert_cause(&failed, "dns", "DNS lookup failed", "DNS");
}

#[tokio::test]
async fn a_port_that_refuses_connections() {
    let closed = Scripted::closed();
    for scheme in ["http", "https"] {
        let failed = failed_call(&closed.url().replace("http", scheme), None, "10s").await;
        assert_cause(&failed, "connect", "no connection (refused, closed or no route)", "firewall");
    }
}

#[tokio::test]
async fn a_server_without_tls() {
    let scripts = [
        Script::read(5).write(answer(400, &[], "The plain HTTP request was sent to HTTPS port")).close(),
        Script::read(5).close(),
        Script::read(5).reset(),
    ];
    for script in scripts {
        let upstream = Scripted::always(script).await;
        let failed = failed_call(&upstream.https_url(), None, "10s").await;
        assert_cause(&failed, "tls", "TLS handshake failed", "certificate");
    }
}

#[tokio::test]
async fn a_connection_that_takes_too_long() {
    let silent = Scripted::always(Script::default().silence()).await;
    let failed = failed_call(&silent.https_url(), None, "200ms").await;
    assert_cause(&failed, "timeout", "timed out while connecting", "network");
}

#[tokio::test]
async fn a_proxy_that_fails_or_rejects() {
    let words = "the proxy failed or rejected the connection";
    let api = "https://nonexistent.invalid";
    let closed = Scripted::closed();
    let failed = failed_call(api, Some(&closed.url()), "10s").await;
    assert_cause(&failed, "proxy", words, "HTTPS_PROXY");
    for status in [403, 407, 502] {
        let rejecting = Scripted::always(Script::execute().write(answer(status, &[], "no")).close()).await;
        let proxy = rejecting.url().replace("http://", "http://user:secret@");
        let failed = failed_call(api, Some(&proxy), "10s").await;
        assert_cause(&failed, "proxy", words, "HTTPS_PROXY");
    }
}
