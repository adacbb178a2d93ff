//! Replaces the placeholders in the files of `config/clients/`.
//!
//! The files are JSON, TOML, Python and shell. URL, token and location may contain only characters without a special meaning
//! in any of them, so they are inserted unescaped; only the path of the program is escaped.

use serde_json::json;

use crate::leadconnector::LocationId;

/// The placeholder for the gateway's URL.
pub const URL: &str = "http://127.0.0.1:8080/mcp";
/// The same, in files of clients that cannot reach a local gateway.
pub const PUBLIC_URL: &str = "https://YOUR_HOST/mcp";
/// The placeholder for the token.
pub const TOKEN: &str = "YOUR_TOKEN";
/// The placeholder for the location's id.
pub const LOCATION: &str = "YOUR_LOCATION_ID";
/// The placeholder for the program's path, in files of clients that start it.
pub const PROGRAM: &str = "/path/to/leadconnector-mcp";

/// The values of the placeholders; a placeholder without a value stays.
#[derive(Debug, Default)]
pub struct Template {
    /// The gateway's URL.
    pub url: String,
    /// The location's id.
    pub location: Option<LocationId>,
    /// The token, validated by [`is_token`].
    pub token: Option<String>,
}

impl Template {
    /// Replaces the placeholders in a file's text.
    pub fn fill(&self, text: &str) -> String {
        let mut text = text.replace(URL, &self.url).replace(PUBLIC_URL, &self.url);
        if text.contains(PROGRAM)
            && let Some(program) = std::env::current_exe().ok().as_ref().and_then(|path| path.to_str())
        {
            text = text.replace(&format!("\"{PROGRAM}\""), &json!(program).to_string());
        }
        for (placeholder, value) in
            [(LOCATION, self.location.as_ref().map(LocationId::as_str)), (TOKEN, self.token.as_deref())]
        {
            if let Some(value) = value {
                text = text.replace(placeholder, value);
            }
        }
        text
    }
}

/// Whether a token can be written into any of the files unescaped: the characters that RFC 6750 section 2.1 allows.
pub fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}
