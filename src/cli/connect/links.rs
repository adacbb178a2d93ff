//! Links that install the server in a client. They hold placeholders and never a token: a link ends up in a browser's
//! history, and VS Code's passes through a web server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::client_config::{CURSOR, VSCODE};
use super::template::Template;

/// What the server is called in the clients.
const NAME: &str = "leadconnector";

/// Like JavaScript's `encodeURIComponent`, which both clients' own generators use.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A link.
#[derive(Debug)]
pub struct Link {
    /// What it is for.
    pub title: &'static str,
    /// The address.
    pub target: String,
}

/// The links, without the filling's token.
pub fn all(filling: &Template) -> serde_json::Result<Vec<Link>> {
    let filling = Template { url: filling.url.clone(), location: filling.location.clone(), token: None };
    let cursor: Value = serde_json::from_str(&filling.fill(CURSOR))?;
    let vscode: Value = serde_json::from_str(&filling.fill(VSCODE))?;
    // https://cursor.com/docs/mcp/install-links: the entry of mcp.json without its name. GitHub takes cursor: out of a
    // page's links, which is what the second form is for.
    let cursor = encode(&STANDARD.encode(cursor["mcpServers"][NAME].to_string()));
    // https://code.visualstudio.com/api/extension-guides/ai/mcp#create-an-mcp-installation-url: one object with its name
    // and inputs. GitHub takes vscode: out too; the redirect wants the parts apart.
    let (server, inputs) = (&vscode["servers"][NAME], &vscode["inputs"]);
    let mut whole = server.clone();
    whole["name"] = NAME.into();
    whole["inputs"] = inputs.clone();
    let (server, inputs, whole) =
        (encode(&server.to_string()), encode(&inputs.to_string()), encode(&whole.to_string()));
    Ok(vec![
        Link {
            title: "Cursor",
            target: format!("cursor://anysphere.cursor-deeplink/mcp/install?name={NAME}&config={cursor}"),
        },
        Link {
            title: "Cursor, from a web page",
            target: format!("https://cursor.com/en/install-mcp?name={NAME}&config={cursor}"),
        },
        Link { title: "VS Code", target: format!("vscode:mcp/install?{whole}") },
        Link {
            title: "VS Code, from a web page",
            target: format!(
                "https://insiders.vscode.dev/redirect/mcp/install?name={NAME}&inputs={inputs}&config={server}"
            ),
        },
    ])
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}
