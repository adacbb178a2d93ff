//! Links that install the server in a client. They contain placeholders and never a token: a link ends up in the browser
//! history, and VS Code's goes through a web server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::client_config::{CURSOR, VSCODE};
use super::template::Template;

/// The server's name in the clients.
const NAME: &str = "leadconnector";

/// Like JavaScript's `encodeURIComponent`, which both clients' own generators use.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// An install link.
#[derive(Debug)]
pub struct Link {
    /// The client that it is for.
    pub title: &'static str,
    /// The URL.
    pub target: String,
}

/// All links. The template's token is not used.
pub fn all(template: &Template) -> serde_json::Result<Vec<Link>> {
    let template = Template { url: template.url.clone(), location: template.location.clone(), token: None };
    let cursor: Value = serde_json::from_str(&template.fill(CURSOR))?;
    let vscode: Value = serde_json::from_str(&template.fill(VSCODE))?;
    // https://cursor.com/docs/mcp/install-links: the entry of mcp.json without its name. GitHub removes cursor: links
    // from pages, so there is a second form.
    let cursor = encode(&STANDARD.encode(cursor["mcpServers"][NAME].to_string()));
    // https://code.visualstudio.com/api/extension-guides/ai/mcp#create-an-mcp-installation-url: one object with its name
    // and inputs. GitHub removes vscode: links too; the redirect takes the parts separately.
    let (server, inputs) = (&vscode["servers"][NAME], &vscode["inputs"]);
    let mut combined = server.clone();
    combined["name"] = NAME.into();
    combined["inputs"] = inputs.clone();
    let (server, inputs, combined) =
        (encode(&server.to_string()), encode(&inputs.to_string()), encode(&combined.to_string()));
    Ok(vec![
        Link {
            title: "Cursor",
            target: format!("cursor://anysphere.cursor-deeplink/mcp/install?name={NAME}&config={cursor}"),
        },
        Link {
            title: "Cursor, from a web page",
            target: format!("https://cursor.com/en/install-mcp?name={NAME}&config={cursor}"),
        },
        Link { title: "VS Code", target: format!("vscode:mcp/install?{combined}") },
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
