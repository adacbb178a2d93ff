//! The clients that are built in: their documents, which are not fetched, and the redirect URIs that registration may keep.
//!
//! As their documents were in autumn 2026. A redirect URI that a client has added since fails closed: it is rejected. The list
//! is to be compared with the published documents before a release.

use super::ClientDocument;

/// Stands for one path segment: 1 to [`MAX_ID_LENGTH`] letters, digits, `-` and `_`. ChatGPT and Codex can have a client of its
/// own for each server.
const ID: &str = "{id}";

/// The longest id. The real ones have a dozen characters; nothing is published about them.
const MAX_ID_LENGTH: usize = 128;

/// A built-in document.
struct Known {
    name: &'static str,
    /// The document's URL, perhaps with [`ID`] in it.
    client_id: &'static str,
    /// With the same [`ID`], where the URL has one.
    redirect_uris: &'static [&'static str],
}

/// The exact ones stand before the patterns: `codex` in `/oauth/codex/client.json` could be read as an id.
const CLIENTS: [Known; 10] = [
    Known {
        name: "Claude",
        client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
        redirect_uris: &["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
    },
    Known {
        name: "Claude Code",
        client_id: "https://claude.ai/oauth/claude-code-client-metadata",
        redirect_uris: &["http://localhost/callback", "http://127.0.0.1/callback"],
    },
    Known {
        name: "ChatGPT",
        client_id: "https://chatgpt.com/oauth/client.json",
        redirect_uris: &["https://chatgpt.com/connector_platform_oauth_redirect"],
    },
    Known {
        name: "Codex",
        client_id: "https://chatgpt.com/oauth/codex/client.json",
        redirect_uris: &["http://127.0.0.1/callback", "http://localhost/callback"],
    },
    Known {
        name: "Codex",
        client_id: "https://chatgpt.com/oauth/codex/{id}/client.json",
        redirect_uris: &["http://127.0.0.1/callback/{id}", "http://localhost/callback/{id}"],
    },
    Known {
        name: "ChatGPT",
        client_id: "https://chatgpt.com/oauth/{id}/client.json",
        redirect_uris: &[CHATGPT_PATTERN, "https://chatgpt.com/connector_platform_oauth_redirect"],
    },
    Known {
        name: "Cursor",
        client_id: "https://cursor.com/oauth/mcp-client.json",
        redirect_uris: &[
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "https://www.cursor.com/bot/mcp/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "http://localhost:8787/callback",
            "http://127.0.0.1:8787/callback",
        ],
    },
    Known {
        name: "Visual Studio Code",
        client_id: "https://vscode.dev/oauth/client-metadata.json",
        redirect_uris: &["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    },
    Known {
        name: "Zed",
        client_id: "https://zed.dev/oauth/client-metadata.json",
        redirect_uris: &["http://127.0.0.1/callback"],
    },
    Known {
        name: "OpenCode",
        client_id: "https://opencode.ai/oauth/opencode/client.json",
        redirect_uris: &["http://127.0.0.1/callback", "http://localhost/callback"],
    },
];

/// ChatGPT's redirect for a client of one server. The only one to another computer that is not exact.
const CHATGPT_PATTERN: &str = "https://chatgpt.com/connector/oauth/{id}";

/// The exact redirect URIs that registration may keep. Those to a program on the user's computer are not here: they are the
/// operator's decision as a whole ([`is_loopback`](super::is_loopback)), and have any port.
const REGISTRATION_REDIRECTS: [&str; 11] = [
    "https://claude.ai/api/mcp/auth_callback",
    "https://claude.com/api/mcp/auth_callback",
    "https://chatgpt.com/connector_platform_oauth_redirect",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "https://www.cursor.com/agents/mcp/oauth/callback",
    "https://www.cursor.com/bot/mcp/oauth/callback",
    "https://vscode.dev/redirect",
    "https://insiders.vscode.dev/redirect",
    "https://antigravity.google/oauth-callback",
    "https://grok.com/connectors-oauth-exchange-code/",
    "https://www.perplexity.ai/rest/connections/oauth_callback",
];

/// The built-in document of a client id, if there is one.
pub fn document(client_id: &str) -> Option<ClientDocument> {
    CLIENTS.iter().find_map(|known| {
        let id = match_pattern(known.client_id, client_id)?;
        Some(ClientDocument {
            client_id: client_id.to_owned(),
            name: Some(known.name.to_owned()),
            redirect_uris: known.redirect_uris.iter().map(|uri| uri.replace(ID, id)).collect(),
        })
    })
}

/// Whether registration may keep a redirect URI because a known client has it. Says nothing of redirects to a program on the
/// user's computer.
pub fn is_registration_redirect(uri: &str) -> bool {
    REGISTRATION_REDIRECTS.contains(&uri) || match_pattern(CHATGPT_PATTERN, uri).is_some()
}

/// The id in `text`, which is empty if the pattern has none; `None` if the text does not match.
fn match_pattern<'a>(pattern: &str, text: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once(ID) else {
        return (pattern == text).then_some("");
    };
    let id = text.strip_prefix(before)?.strip_suffix(after)?;
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    ((1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_id_byte)).then_some(id)
}

#[cfg(test)]
mod tests;
