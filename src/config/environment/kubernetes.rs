//! The variables that Kubernetes gives every container for each Service of its namespace.
//!
//! A Service `leadconnector-mcp-server` becomes `LEADCONNECTOR_MCP_SERVER_SERVICE_HOST` and so on, which begin like a
//! setting's. Name and value are both checked, so that `LEADCONNECTOR_MCP_PORT=8080`, a person's guess, stays an error.
//! Source: <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables> and
//! `pkg/kubelet/envvars` of Kubernetes.

use std::net::{IpAddr, SocketAddr};

/// The protocols of a Service's ports.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// What the value of such a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Ip,
    Port,
    Protocol,
    /// `tcp://10.0.0.1:80`
    Url,
}

/// Whether Kubernetes made the variable.
pub fn is_service_variable(name: &str, value: &str) -> bool {
    shape(name).is_some_and(|kind| kind.allows(value))
}

/// What kind of value a variable of this name has, if the name has one of the forms that Kubernetes uses:
/// `*_SERVICE_HOST`, `*_SERVICE_PORT`, `*_SERVICE_PORT_<name>`, `*_PORT`, and `*_PORT_<n>_<protocol>` alone or with
/// `_PROTO`, `_PORT` or `_ADDR`.
pub fn shape(name: &str) -> Option<Value> {
    if name.ends_with("_SERVICE_HOST") {
        return Some(Value::Ip);
    }
    if name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
        return Some(Value::Port);
    }
    // The Service's own name may hold `_PORT`, too.
    let numbered = name.match_indices("_PORT").find_map(|(at, part)| of_port(&name[at + part.len()..]));
    numbered.or_else(|| name.ends_with("_PORT").then_some(Value::Url))
}

/// The kind of value by what follows `_PORT`: the port's number, its protocol, and which part of it.
fn of_port(rest: &str) -> Option<Value> {
    let (number, rest) = rest.strip_prefix('_')?.split_once('_')?;
    let (protocol, part) = rest.split_once('_').map_or((rest, None), |(protocol, part)| (protocol, Some(part)));
    if number.parse::<u16>().is_err() || !PROTOCOLS.contains(&protocol) {
        return None;
    }
    match part {
        None => Some(Value::Url),
        Some("PROTO") => Some(Value::Protocol),
        Some("PORT") => Some(Value::Port),
        Some("ADDR") => Some(Value::Ip),
        Some(_) => None,
    }
}

impl Value {
    fn allows(self, value: &str) -> bool {
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
