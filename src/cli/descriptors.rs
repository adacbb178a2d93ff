//! How many file descriptors the process may have: each connection takes one.

use crate::config::ConnectionSettings;

/// Those of idle connections to the API, of connections that are only told that there are too many, and of the rest.
const BESIDE_CLIENTS: u64 = 512 + 64 + 128;

/// Raises the soft limit to the hard one, and warns if the settings allow more than that.
#[cfg(unix)]
pub fn raise_limit(settings: &ConnectionSettings) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_ok();
    let available = if raised { limit.maximum } else { limit.current };
    let wanted = settings.max_connections as u64 + BESIDE_CLIENTS;
    if let Some(available) = available.filter(|available| *available < wanted) {
        tracing::warn!(
            available,
            wanted,
            "too few file descriptors: raise `ulimit -n`, or lower server.max_connections"
        );
    }
}

/// There is no such limit.
#[cfg(not(unix))]
pub fn raise_limit(_: &ConnectionSettings) {}
