//! Builds the call service of the process from its settings.

use std::sync::Arc;

use crate::calls::{CallObserver, CallService, StartError};
use crate::config::Settings;
use crate::telemetry::CallLog;
use crate::tools::{ListOptions, ToolRegistry};

/// Builds the call service, with its observers.
///
/// # Errors
///
/// If a setting names a tool or a location that cannot exist, or the TLS library fails to initialize.
pub fn call_service(settings: &Settings) -> Result<Arc<CallService>, StartError> {
    let registry = ToolRegistry::new(list_options(settings));
    CallService::new(registry, settings, observers()).map(Arc::new)
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
