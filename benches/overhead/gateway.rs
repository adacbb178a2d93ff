//! The gateway as a process of its own, and a call through it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};

use crate::process::Process;
use crate::{Result, subject};

/// Starts the program with its default settings, except that concurrency limits neither queue nor reject calls. It writes
/// its log, which is discarded.
pub fn start(program: &Path, address: SocketAddr, upstream: SocketAddr) -> Result<Process> {
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", &address.to_string(), "--upstream", &format!("http://{upstream}")])
        // The environment must not affect the measurement.
        .env_clear()
        .env("LEADCONNECTOR_MCP_UPSTREAM_MAX_IN_FLIGHT_PER_LOCATION", "1000")
        // The load comes from one client IP.
        .env("LEADCONNECTOR_MCP_SERVER_MAX_CONNECTIONS_PER_ADDRESS", "0")
        .env("LEADCONNECTOR_MCP_SERVER_MAX_REQUESTS_PER_ADDRESS", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

/// A call of the tool that reads one contact.
pub fn call(address: SocketAddr, contact_id: &str) -> Result<Request<Full<Bytes>>> {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "contacts_get-contact", "arguments": { "contactId": contact_id } }
    });
    Ok(subject::request("POST", address, "/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-06-18")
        .body(Full::new(body.to_string().into()))?)
}

/// The upstream's body within a result.
pub fn data(response: &[u8]) -> Result<String> {
    let response: Value = serde_json::from_slice(response)?;
    let text = response["result"]["content"][0]["text"].as_str().ok_or("the response has no text")?;
    let data = text.strip_prefix(r#"{"success":true,"status":200,"data":"#).and_then(|data| data.strip_suffix('}'));
    Ok(data.ok_or("the call failed")?.to_owned())
}
