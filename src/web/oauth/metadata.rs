//! The metadata documents.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::OAuth;
use super::response::OAuthResponse;
use crate::auth::oauth::metadata::{self, PROTECTED_RESOURCE};
use crate::web::no_oauth;

/// `GET /.well-known/oauth-authorization-server`.
pub async fn authorization_server(State(oauth): State<Arc<OAuth>>) -> OAuthResponse<Value> {
    OAuthResponse::Ok(metadata::authorization_server(oauth.server.settings()))
}

/// `GET /.well-known/oauth-protected-resource`, with the path of the endpoint behind it or, for the endpoint as a whole, without.
pub async fn protected_resource(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let path = request.uri().path().strip_prefix(PROTECTED_RESOURCE).unwrap_or_default();
    let path = if path.is_empty() || path == "/" { "/mcp" } else { path };
    if !oauth.server.is_endpoint(path) {
        return no_oauth::response(true);
    }
    OAuthResponse::Ok(metadata::protected_resource(oauth.server.settings(), path)).into_response()
}
