//! The challenge of a 401 response: how to get a token (RFC 6750 section 3, RFC 9728 section 5.1).

use http::HeaderValue;

use crate::auth::Bearers;
use crate::auth::oauth::{READ, WRITE, metadata};

/// The challenge of a request that is refused for its token, or for having none.
pub struct Challenge<'a> {
    /// Knows whether there is an authorization server.
    pub bearers: &'a Bearers,
    /// The path of the request.
    pub path: &'a str,
    /// What is wrong with the token, in a few words; `None` if there is none.
    pub description: Option<&'static str>,
}

impl Challenge<'_> {
    /// The token has expired.
    pub const EXPIRED: &'static str = "the access token has expired";
    /// The token is not valid, for any other reason.
    pub const INVALID: &'static str = "the token is not valid here";

    /// The value of the header. Without a token it names no error (RFC 6750 section 3.1).
    pub fn value(&self) -> HeaderValue {
        let mut parameters = Vec::new();
        if let Some(server) = self.bearers.authorization_server() {
            let (origin, path) = (server.public_url().origin(), self.endpoint_path());
            let scope = if path.trim_end_matches('/').ends_with("/readonly") {
                READ.to_owned()
            } else {
                format!("{READ} {WRITE}")
            };
            // Absolute: some clients do not resolve a relative one.
            parameters.push(format!(r#"resource_metadata="{origin}{}{path}""#, metadata::PROTECTED_RESOURCE));
            parameters.push(format!(r#"scope="{scope}""#));
        }
        if let Some(description) = self.description {
            parameters.push(r#"error="invalid_token""#.to_owned());
            // Without OAuth there is only one thing to do.
            if self.bearers.authorization_server().is_some() {
                parameters.push(format!(r#"error_description="{description}""#));
            }
        }
        let separator = if parameters.is_empty() { "" } else { " " };
        let value = HeaderValue::from_maybe_shared(format!("Bearer{separator}{}", parameters.join(", ")));
        value.unwrap_or(HeaderValue::from_static("Bearer"))
    }

    /// The path as it was sent, if it is one of the endpoint's and needs no quoting; else the endpoint's own.
    fn endpoint_path(&self) -> &str {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/,._-%".contains(&byte);
        let is_endpoint = self.bearers.authorization_server().is_some_and(|server| server.is_endpoint(self.path));
        if is_endpoint && self.path.bytes().all(is_plain) { self.path } else { "/mcp" }
    }
}
