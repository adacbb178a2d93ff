//! The limit on file descriptors: each connection needs one.

use crate::config::ConnectionSettings;

/// Descriptors beside those of client connections: idle connections to the API, connections that are being rejected, and
/// everything else.
const OTHER_DESCRIPTORS: u64 = 512 + 64 + 128;

/// Raises the soft limit to the hard limit, and warns if the settings allow more connections than that.
#[cfg(unix)]
pub fn raise_limit(settings: &ConnectionSettings) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_ok();
    let available = if raised { limit.maximum } else { limit.current };
    let wanted = settings.max_connections as u64 + OTHER_DESCRIPTORS;
    if let Some(available) = available.filter(|available| *available < wanted) {
        tracing::warn!(
            available,
            wanted,
            "too few file descriptors: raise `ulimit -n`, or lower server.max_connections"
        );
    }
}

/// This system has no such limit.
#[cfg(not(unix))]
pub fn raise_limit(_: &ConnectionSettings) {}
