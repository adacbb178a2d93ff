//! Builds the call service of the process from its settings.

use std::sync::Arc;

use crate::auth::oauth::AuthorizationServer;
use crate::auth::oauth::client_documents::Fetcher;
use crate::calls::{CallObserver, CallService, StartError};
use crate::config::{ConfigError, Settings};
use crate::leadconnector::{InvalidLocationId, LocationId, Marketplace};
use crate::telemetry::CallLog;
use crate::tools::{ListOptions, ToolRegistry};
use crate::web::{self, OAuth};

/// Builds the call service, with its observers.
///
/// # Errors
///
/// If a setting names a tool or a location that cannot exist, or the TLS library fails to initialize.
pub fn call_service(settings: &Settings) -> Result<Arc<CallService>, StartError> {
    let registry = ToolRegistry::new(list_options(settings));
    CallService::new(registry, settings, observers()).map(Arc::new)
}

/// Builds the authorization server; `None` if the settings have OAuth off.
///
/// # Errors
///
/// If a setting names what cannot exist, or a library fails to initialize.
pub fn oauth(settings: &Settings, calls: &Arc<CallService>) -> Result<Option<Arc<OAuth>>, StartError> {
    let Some(oauth) = &settings.oauth else { return Ok(None) };
    check_locations(&oauth.locations)?;
    let fetcher = Fetcher::new(&oauth.client_metadata_hosts).map_err(|error| StartError::OAuth(error.into()))?;
    let marketplace = oauth.marketplace.as_ref().map(|app| Marketplace::new(app, &settings.upstream)).transpose()?;
    let registry = calls.clone();
    let is_endpoint = move |path: &str| web::is_endpoint(registry.registry(), path);
    let server = AuthorizationServer::new(oauth.clone(), fetcher, is_endpoint)
        .map_err(|error| StartError::OAuth(error.into()))?;
    Ok(Some(Arc::new(OAuth::new(Arc::new(server), marketplace, calls.clone(), &settings.server))))
}

/// Rejects a text that is no location's id: it would match none, so nobody could connect, and no message would say why.
fn check_locations(locations: &[String]) -> Result<(), ConfigError> {
    let all: Result<Vec<LocationId>, _> = locations.iter().map(|id| id.parse()).collect();
    let invalid = |error: InvalidLocationId| ConfigError::Value {
        setting: "oauth.locations",
        value: locations.join(","),
        problem: error.to_string(),
    };
    all.map(drop).map_err(invalid)
}

/// The list options that the settings imply.
pub fn list_options(settings: &Settings) -> ListOptions {
    ListOptions {
        structured_content: settings.server.structured_content,
        location_required: !settings.tools.locations.is_empty(),
    }
}

/// The observers of every call.
pub fn observers() -> Vec<Box<dyn CallObserver>> {
    vec![Box::new(CallLog::new())]
}
