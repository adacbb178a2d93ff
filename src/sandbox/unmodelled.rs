//! Paths of the API that the sandbox does not model, and paths that are none of the API.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::Sandbox;
use super::access;
use super::response::ApiError;

/// Operations that the sandbox does not model and whose paths look like one that it does, with the last segment as an
/// id: `GET /invoices/settings` is not the invoice with the id `settings`.
pub const LOOKALIKES: [&str; 10] = [
    "/calendars/blocked-slots",
    "/calendars/groups",
    "/invoices/schedule",
    "/invoices/settings",
    "/invoices/template",
    "/locations/search",
    "/opportunities/lost-reason",
    "/products/collections",
    "/products/inventory",
    "/products/reviews",
];

/// The first segment of every path of the API.
const SERVICES: [&str; 43] = [
    "ad-publishing",
    "affiliate-manager",
    "agent-studio",
    "associations",
    "blogs",
    "brand-boards",
    "businesses",
    "calendars",
    "campaigns",
    "chat-widget",
    "companies",
    "contacts",
    "conversation-ai",
    "conversations",
    "courses",
    "custom-fields",
    "custom-menus",
    "email",
    "emails",
    "forms",
    "funnels",
    "invoices",
    "knowledge-bases",
    "links",
    "locations",
    "marketplace",
    "medias",
    "oauth",
    "objects",
    "opportunities",
    "payments",
    "phone-system",
    "products",
    "proposals",
    "saas",
    "saas-api",
    "snapshots",
    "social-media-posting",
    "store",
    "surveys",
    "users",
    "voice-ai",
    "workflows",
];

/// The response to a path or method that no route has: 501, or 404 in the words of the real API's framework if the
/// path belongs to no service. Every token may learn so, even an agency's, because some operations need one.
pub async fn respond(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let error = if belongs_to_a_service(path) {
        match access::authenticate(&sandbox, request.headers()) {
            Ok(_) => ApiError::new(
                StatusCode::NOT_IMPLEMENTED,
                format!(
                    "The sandbox does not model {method} {path}; call the tool with `dry_run` to see the request \
                     that the gateway would send."
                ),
            ),
            Err(error) => error,
        }
    } else {
        ApiError::new(StatusCode::NOT_FOUND, format!("Cannot {method} {path}"))
    };
    sandbox.respond(Err(error))
}

/// Whether a path may be one of the API's. None consists of a service's name alone: `/contacts` lacks its last slash.
fn belongs_to_a_service(path: &str) -> bool {
    let segments = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    segments.is_some_and(|(service, _)| SERVICES.contains(&service))
}
