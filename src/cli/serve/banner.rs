//! The banner of `serve --sandbox`, with examples to copy.

use std::io::{self, Write};
use std::net::SocketAddr;

use serde_json::json;

use crate::sandbox::{LOCATION, TOKEN};

/// Prints the URL, an `mcpServers` snippet and a curl command or, with OAuth, what to enter at the consent page. A thread of its own does so, since the gateway must not wait
/// for standard output: it may be closed, full, or a pipe that no process reads.
///
/// # Errors
///
/// If the thread cannot be started.
pub fn print(address: SocketAddr, public_url: Option<String>) -> io::Result<()> {
    let text = public_url.map_or_else(|| text(address), |url| oauth_text(&url));
    std::thread::Builder::new().name("banner".to_owned()).spawn(move || {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            tracing::warn!(%error, "the banner could not be printed");
        }
    })?;
    Ok(())
}

fn oauth_text(public_url: &str) -> String {
    format!(
        "\
The gateway runs on the embedded sandbox: it needs no account and no network. Data is lost when it stops.

URL: {public_url}/mcp

Give exactly this URL, and nothing else, to a client that speaks OAuth. It opens a page in your browser: enter

  Private Integration Token: {TOKEN}
  Location id:               {LOCATION}

or continue with HighLevel, which the sandbox plays too.

"
    )
}

fn text(address: SocketAddr) -> String {
    let url = format!("http://{address}/mcp");
    let snippet = json!({
        "mcpServers": {
            "leadconnector": {
                "url": url,
                "headers": { "Authorization": format!("Bearer {TOKEN}"), "locationId": LOCATION }
            }
        }
    });
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "contacts_get-contacts", "arguments": { "query": "rosa", "limit": 1 } }
    });
    format!(
        "\
The gateway runs on the embedded sandbox: it needs no account and no network. Data is lost when it stops.

URL: {url}

Configuration for Cursor, Devin Desktop and other clients:

{snippet:#}

A first call (the sandbox does not require a token):

curl -s {url} -H 'Content-Type: application/json' -d '{call}'

"
    )
}
