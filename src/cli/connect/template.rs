//! The placeholders of the files in `config/clients/`, and what takes their place.
//!
//! The files are JSON, TOML, Python and shell. URL, token and location are held to characters that mean nothing in any
//! of them, so that they go in as they are; only the program's own path is escaped.

use serde_json::json;

use crate::leadconnector::LocationId;

/// The gateway's URL in the files.
pub const URL: &str = "http://127.0.0.1:8080/mcp";
/// The same in the files of clients that cannot reach a local gateway.
const PUBLIC_URL: &str = "https://YOUR_HOST/mcp";
/// The token in the files.
pub const TOKEN: &str = "YOUR_TOKEN";
/// The location's id in the files.
pub const LOCATION: &str = "YOUR_LOCATION_ID";
/// The program in the files of clients that start it.
pub const PROGRAM: &str = "/path/to/leadconnector-mcp";

/// What takes the placeholders' places; those without anything stay.
#[derive(Debug, Default)]
pub struct Template {
    /// The gateway's URL.
    pub url: String,
    /// The location's id.
    pub location: Option<LocationId>,
    /// The token, which [`is_token`].
    pub token: Option<String>,
}

impl Template {
    /// Fills in a file.
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

/// Whether a token can be written into any of the files as it is: what RFC 6750 section 2.1 allows.
pub fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}
