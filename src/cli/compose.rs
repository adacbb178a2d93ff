//! How the rooms are put together.

use std::sync::Arc;

use crate::calls::{CallObserver, CallService, StartError};
use crate::config::Settings;
use crate::telemetry::CallLog;
use crate::tools::{ListOptions, ToolRegistry};

/// The calls of this process, with everything that observes them.
///
/// # Errors
///
/// If a setting names a tool or a location that cannot exist, or the TLS library cannot be set up.
pub fn call_service(settings: &Settings) -> Result<Arc<CallService>, StartError> {
    let registry = ToolRegistry::new(list_options(settings));
    CallService::new(registry, settings, observers()).map(Arc::new)
}

/// How the settings have tools listed.
pub fn list_options(settings: &Settings) -> ListOptions {
    ListOptions {
        structured_content: settings.server.structured_content,
        location_required: !settings.tools.locations.is_empty(),
    }
}

/// What observes every call.
pub fn observers() -> Vec<Box<dyn CallObserver>> {
    vec![Box::new(CallLog::new())]
}
