//! The metadata documents.

use serde_json::{Value, json};

use super::scope::{OFFLINE, READ, WRITE};
use crate::config::OAuthSettings;

/// Where clients register.
pub const REGISTER: &str = "/oauth/register";
/// Where users consent.
pub const AUTHORIZE: &str = "/oauth/authorize";
/// Where clients get tokens.
pub const TOKEN: &str = "/oauth/token";
/// Where `HighLevel` sends users back to.
pub const CALLBACK: &str = "/oauth/callback";
/// Where the metadata of a protected resource is; the resource's path follows (RFC 9728 section 3.1).
pub const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// Where the metadata of the authorization server is (RFC 8414 section 3.1).
pub const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// The metadata of the endpoint at `path`, as the client typed it (RFC 9728 section 3.2): clients compare it with the URL that
/// they were given. `offline_access` is not listed, because it is no scope of a resource.
pub fn protected_resource(settings: &OAuthSettings, path: &str) -> Value {
    let origin = settings.public_url.origin();
    json!({
        "resource": format!("{origin}{path}"),
        "authorization_servers": [origin],
        "scopes_supported": [READ, WRITE],
        "bearer_methods_supported": ["header"],
        "resource_name": "LeadConnector MCP gateway",
    })
}

/// The metadata of the authorization server (RFC 8414 section 2). Nothing is listed that is not enforced.
pub fn authorization_server(settings: &OAuthSettings) -> Value {
    let origin = settings.public_url.origin();
    let mut metadata = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}{AUTHORIZE}"),
        "token_endpoint": format!("{origin}{TOKEN}"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": [READ, WRITE, OFFLINE],
        "authorization_response_iss_parameter_supported": true,
    });
    if settings.registration {
        metadata["registration_endpoint"] = format!("{origin}{REGISTER}").into();
    }
    if settings.client_metadata {
        metadata["client_id_metadata_document_supported"] = true.into();
    }
    metadata
}
