//! The paths where OAuth clients look for an authorization server and there is none: without OAuth all of them, with it those
//! of other standards.
//!
//! An MCP client without a token gets a 401, looks here, and shows the user the last error that it got. So that error says
//! what to do, in the form that OAuth clients read (RFC 6749 section 5.2, RFC 7591 section 3.2.2).

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// The metadata documents; each may have the path of the MCP endpoint appended (RFC 8414 section 3.1, RFC 9728 section 3.1).
const METADATA: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

/// The endpoints of an authorization server without metadata, as MCP 2025-03-26 has them.
const ENDPOINTS: [&str; 3] = ["/register", "/authorize", "/token"];

/// Without quotation marks and backslashes, which RFC 6749 does not allow here.
const DESCRIPTION: &str = "This gateway has no OAuth: configure your client to send the header `Authorization: Bearer \
    <Private Integration Token>` with every request, and `locationId: <id of the location>`. With mcp-remote, add \
    --header 'Authorization: Bearer <token>' --header 'locationId: <id>'. If the header is sent already, look for a \
    placeholder, quotes or an unset variable in it.";

/// Whether an OAuth client asks for this path.
pub fn is_oauth_path(path: &str) -> bool {
    let is_metadata =
        |document: &str| path.strip_prefix(document).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    METADATA.into_iter().any(is_metadata) || ENDPOINTS.contains(&path)
}

/// Where OAuth is on: the metadata names the endpoints.
const ELSEWHERE: &str = "There is nothing at this path: the metadata of the authorization server is at \
    /.well-known/oauth-authorization-server";

/// The response: 404, because a client takes any other status for an authorization server that fails.
pub fn response(oauth_is_on: bool) -> Response {
    let description = if oauth_is_on { ELSEWHERE } else { DESCRIPTION };
    // The error of RFC 6749 that makes no client discard credentials or try another way.
    let body = json!({ "error": "invalid_request", "error_description": description });
    let mut response = (StatusCode::NOT_FOUND, [(X_CONTENT_TYPE_OPTIONS, "nosniff")], Json(body)).into_response();
    if oauth_is_on {
        // A client in a browser must see that there is nothing here.
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_path_segments_count() {
        for path in
            ["/register", "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server/mcp/x"]
        {
            assert!(is_oauth_path(path), "{path}");
        }
        for path in ["/", "/registers", "/mcp/register", "/.well-known/oauth-protected-resources", "/.well-known/x"] {
            assert!(!is_oauth_path(path), "{path}");
        }
    }

    /// RFC 6749 section 5.2: `%x20-21 / %x23-5B / %x5D-7E`.
    #[test]
    fn the_description_has_only_allowed_characters() {
        assert!(DESCRIPTION.bytes().all(|byte| (0x20..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\'));
    }
}
