//! What `serve --sandbox` says, in a form one can copy.

use std::io::{self, Write};
use std::net::SocketAddr;

use serde_json::json;

use crate::sandbox::{LOCATION, TOKEN};

/// Prints the URL, an `mcpServers` snippet and a curl line.
pub fn print(address: SocketAddr) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text(address).as_bytes())?;
    out.flush()
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
