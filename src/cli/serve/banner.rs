//! What `serve --sandbox` says, in a form one can copy.

use std::io::{self, Write};
use std::net::SocketAddr;

use serde_json::json;

use crate::sandbox::{LOCATION, TOKEN};

/// Prints the URL, an `mcpServers` snippet and a curl line. The gateway neither waits for it nor needs it: standard
/// output may be closed, full, or a pipe that nobody reads.
///
/// # Errors
///
/// If no thread can be started.
pub fn print(address: SocketAddr) -> io::Result<()> {
    std::thread::Builder::new().name("banner".to_owned()).spawn(move || {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text(address).as_bytes()).and_then(|()| out.flush()) {
            tracing::warn!(%error, "the banner could not be printed");
        }
    })?;
    Ok(())
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
The gateway runs on the embedded sandbox: no account, no network; what you write is gone when it ends.

URL: {url}

For Cursor, Windsurf and others:

{snippet:#}

A first call (the sandbox needs no token):

curl -s {url} -H 'Content-Type: application/json' -d '{call}'

"
    )
}
