//! Builds the call service of the process from its settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::auth::oauth::AuthorizationServer;
use crate::auth::oauth::client_documents::Fetcher;
use crate::calls::{CallObserver, CallService, StartError};
use crate::config::{MarketplaceSettings, Settings};
use crate::leadconnector::Marketplace;
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
    let fetcher = Fetcher::new(&oauth.client_metadata_hosts).map_err(|error| StartError::OAuth(error.into()))?;
    let marketplace = oauth.marketplace.as_ref().map(|app| {
        let app =
            if app.scopes.is_empty() { &MarketplaceSettings { scopes: scopes(calls), ..app.clone() } } else { app };
        Marketplace::new(app, &settings.upstream)
    });
    let marketplace = marketplace.transpose()?;
    let registry = calls.clone();
    let is_endpoint = move |path: &str| web::is_endpoint(registry.registry(), path);
    let server = AuthorizationServer::new(oauth.clone(), fetcher, is_endpoint)
        .map_err(|error| StartError::OAuth(error.into()))?;
    Ok(Some(Arc::new(OAuth::new(Arc::new(server), marketplace, calls.clone(), &settings.server))))
}

/// The scopes that the hand-written tools need, and the one to exchange an agency's token for a location's.
fn scopes(calls: &CallService) -> Vec<String> {
    let tools = calls.registry().tools().iter().map(|tool| tool.endpoint.scope);
    let scopes: BTreeSet<&str> = tools.chain(["oauth.write"]).collect();
    scopes.into_iter().map(str::to_owned).collect()
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
