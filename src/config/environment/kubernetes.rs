//! The variables that Kubernetes sets in every container for each Service of its namespace.
//!
//! A Service `leadconnector-mcp-server` becomes `LEADCONNECTOR_MCP_SERVER_SERVICE_HOST` and so on, which start with
//! the prefix of our settings. Both name and value must match, so that `LEADCONNECTOR_MCP_PORT=8080`, a plausible guess at
//! a setting, is still an error.
//! Source: <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables> and
//! `pkg/kubelet/envvars` of Kubernetes.

use std::net::{IpAddr, SocketAddr};

/// The protocols of a Service's ports.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// The kind of value that such a variable has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Ip,
    Port,
    Protocol,
    /// `tcp://10.0.0.1:80`
    Url,
}

/// Whether Kubernetes set the variable.
pub fn is_service_variable(name: &str, value: &str) -> bool {
    value_kind(name).is_some_and(|kind| kind.matches(value))
}

/// The kind of value that a variable of this name has; `None` if the name is not of a form that Kubernetes uses.
///
/// The forms: `*_SERVICE_HOST`, `*_SERVICE_PORT`, `*_SERVICE_PORT_<name>`, `*_PORT`, and `*_PORT_<n>_<protocol>` alone or
/// followed by `_PROTO`, `_PORT` or `_ADDR`.
pub fn value_kind(name: &str) -> Option<ValueKind> {
    if name.ends_with("_SERVICE_HOST") {
        return Some(ValueKind::Ip);
    }
    if name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
        return Some(ValueKind::Port);
    }
    // The Service's name may contain `_PORT` too, so every occurrence is tried.
    let numbered = name.match_indices("_PORT").find_map(|(at, part)| port_value_kind(&name[at + part.len()..]));
    numbered.or_else(|| name.ends_with("_PORT").then_some(ValueKind::Url))
}

/// The kind of value by what follows `_PORT`: the port number, the protocol and, optionally, the part.
fn port_value_kind(rest: &str) -> Option<ValueKind> {
    let (number, rest) = rest.strip_prefix('_')?.split_once('_')?;
    let (protocol, part) = rest.split_once('_').map_or((rest, None), |(protocol, part)| (protocol, Some(part)));
    if number.parse::<u16>().is_err() || !PROTOCOLS.contains(&protocol) {
        return None;
    }
    match part {
        None => Some(ValueKind::Url),
        Some("PROTO") => Some(ValueKind::Protocol),
        Some("PORT") => Some(ValueKind::Port),
        Some("ADDR") => Some(ValueKind::Ip),
        Some(_) => None,
    }
}

impl ValueKind {
    fn matches(self, value: &str) -> bool {
        let is_protocol = |given: &str| PROTOCOLS.iter().any(|protocol| protocol.to_ascii_lowercase() == given);
        match self {
            Self::Ip => value.parse::<IpAddr>().is_ok(),
            Self::Port => value.parse::<u16>().is_ok(),
            Self::Protocol => is_protocol(value),
            Self::Url => value
                .split_once("://")
                .is_some_and(|(protocol, address)| is_protocol(protocol) && address.parse::<SocketAddr>().is_ok()),
        }
    }
}
