//! Which hosts a request may name: against DNS rebinding, where a web page makes a browser call this machine by the
//! page's own name.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::HOST;
use http::uri::{Authority, Scheme};

use crate::calls::Gateway;
use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::server::Reason;

/// The names of this machine that only this machine can use.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The hosts that a request may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Any: behind a proxy or in a container nobody knows the name in advance.
    Any,
    /// These.
    Only(Vec<AllowedHost>),
}

/// A host that a request may name; without a port, at any port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    name: String,
    port: Option<u16>,
}

/// Text that is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a host name")]
pub struct InvalidHost;

impl FromStr for AllowedHost {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let authority: Authority = text.parse().map_err(|_| InvalidHost)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(InvalidHost);
        }
        Ok(Self { name: authority.host().to_ascii_lowercase(), port: authority.port_u16() })
    }
}

impl AllowedHosts {
    /// The hosts that are allowed: those listed; if none is, what suits the address that is listened on.
    pub fn new(listed: Vec<AllowedHost>, address: IpAddr) -> Self {
        if !listed.is_empty() {
            return Self::Only(listed);
        }
        if !address.is_loopback() {
            return Self::Any;
        }
        Self::Only(LOOPBACK.iter().map(|name| AllowedHost { name: (*name).to_owned(), port: None }).collect())
    }

    fn allow(&self, host: &AllowedHost) -> bool {
        match self {
            Self::Any => true,
            Self::Only(allowed) => allowed
                .iter()
                .any(|allowed| allowed.name == host.name && (allowed.port.is_none() || allowed.port == host.port)),
        }
    }
}

/// Refuses a request that names a host which is not allowed, with 403.
pub async fn check(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let allowed = &gateway.settings.server.allowed_hosts;
    if *allowed == AllowedHosts::Any || named(&request).is_some_and(|host| allowed.allow(&host)) {
        return next.run(request).await;
    }
    let message = "the Host of this request is not allowed here; the operator allows it with --allowed-host";
    RpcError::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message).because(Reason::HostNotAllowed).into_response()
}

/// The host that a request names: in the `Host` header, or over HTTP/2 in the URL.
pub fn named(request: &Request) -> Option<AllowedHost> {
    let header = request.headers().get(HOST).map(|value| value.to_str().unwrap_or_default());
    header.or_else(|| request.uri().authority().map(Authority::as_str))?.parse().ok()
}

/// Whether the `Host` header names another host than the URL does. Over HTTP/2 that is `:authority`; over HTTP/1.1 only
/// requests to a proxy have a host in the URL.
pub fn differs_from_url(request: &Request) -> bool {
    let (Some(header), Some(authority)) = (request.headers().get(HOST), request.uri().authority()) else {
        return false;
    };
    if header.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) {
        return false;
    }
    let default_port = if request.uri().scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    let of = |text: &str| -> Option<(String, u16)> {
        let host: AllowedHost = text.parse().ok()?;
        Some((host.name, host.port.unwrap_or(default_port)))
    };
    let header = header.to_str().ok().and_then(of);
    header.is_none() || header != of(authority.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> AllowedHost {
        text.parse().unwrap()
    }

    #[test]
    fn on_loopback_only_loopback_names_are_allowed() {
        let hosts = AllowedHosts::new(Vec::new(), IpAddr::from([127, 0, 0, 1]));
        for name in ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080"] {
            assert!(hosts.allow(&host(name)), "{name}");
        }
        for name in ["evil.example", "localhost.evil.example", "127.0.0.2"] {
            assert!(!hosts.allow(&host(name)), "{name}");
        }
        assert_eq!(AllowedHosts::new(Vec::new(), IpAddr::from([0, 0, 0, 0])), AllowedHosts::Any);
    }

    #[test]
    fn a_listed_port_is_the_only_one() {
        let hosts =
            AllowedHosts::new(vec![host("crm.example:8443"), host("other.example")], IpAddr::from([0, 0, 0, 0]));
        assert!(hosts.allow(&host("crm.example:8443")) && hosts.allow(&host("other.example:1")));
        assert!(!hosts.allow(&host("crm.example")) && !hosts.allow(&host("localhost")));
        assert!("a b".parse::<AllowedHost>().is_err() && "u@h".parse::<AllowedHost>().is_err());
    }
}
