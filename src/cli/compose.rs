//! Builds the call service of the process from its settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::auth::oauth::client_documents::{Fetcher, FetcherError};
use crate::auth::oauth::{AuthorizationServer, Rules};
use crate::calls::{CallObserver, CallService, StartError};
use crate::config::{ConfigError, MarketplaceSettings, Settings};
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
    let value = |setting, list: &[String], problem: String| {
        StartError::Settings(ConfigError::Value { setting, value: list.join(","), problem })
    };
    let hosts = &oauth.client_metadata_hosts;
    let fetcher = Fetcher::new(hosts).map_err(|error| match error {
        FetcherError::Host(error) => value("oauth.client_metadata_hosts", hosts, error.to_string()),
        error => StartError::OAuth(error.into()),
    })?;
    let locations: Result<Vec<LocationId>, _> = oauth.locations.iter().map(|id| id.parse()).collect();
    let locations = locations.map_err(|error: InvalidLocationId| {
        value("oauth.locations", &oauth.locations, format!("one of them is {error}"))
    })?;
    let marketplace = oauth.marketplace.as_ref().map(|app| {
        let app =
            if app.scopes.is_empty() { &MarketplaceSettings { scopes: scopes(calls), ..app.clone() } } else { app };
        Marketplace::new(app, &settings.upstream)
    });
    let marketplace = marketplace.transpose()?;
    let (registry, policy) = (calls.clone(), calls.clone());
    let may_connect = move |location: &LocationId| {
        (locations.is_empty() || locations.contains(location)) && policy.policy().check_location(Some(location)).is_ok()
    };
    let rules = Rules {
        is_endpoint: Box::new(move |path| web::is_endpoint(registry.registry(), path)),
        may_connect: Box::new(may_connect),
    };
    let server =
        AuthorizationServer::new(oauth.clone(), fetcher, rules).map_err(|error| StartError::OAuth(error.into()))?;
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
