//! Listens on an address, and says what to do if that fails.

use std::io::{Error, ErrorKind};
use std::net::{SocketAddr, TcpListener as StdListener};

use tokio::net::TcpListener;

use super::Failure;
use crate::server;

/// The number of ports that are tried to find a free one.
const TRIED_PORTS: u16 = 20;

/// Listens on an address.
///
/// # Errors
///
/// If that is not possible, with the next step.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    server::bind(address).await.map_err(|error| Failure::Listen { address, problem: problem(address, &error) })
}

/// What happened and the next step.
fn problem(address: SocketAddr, error: &Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => match free_address(address) {
            Some(free) => format!("another program uses this port; choose another, like --listen {free}"),
            None => format!("another program uses this port; choose another with --listen {}:PORT", address.ip()),
        },
        ErrorKind::PermissionDenied => {
            let example = SocketAddr::new(address.ip(), 8080);
            format!("{error}; ports below 1024 may need privileges: use a higher one, like --listen {example}")
        }
        ErrorKind::AddrNotAvailable => {
            let port = address.port();
            format!(
                "no interface of this machine has this IP address; use --listen 127.0.0.1:{port} for this machine only, or \
                 0.0.0.0:{port} for all interfaces"
            )
        }
        _ => error.to_string(),
    }
}

/// The next port that is free now.
fn free_address(address: SocketAddr) -> Option<SocketAddr> {
    let ports = (1..=TRIED_PORTS).filter_map(|offset| address.port().checked_add(offset));
    ports.map(|port| SocketAddr::new(address.ip(), port)).find(|address| StdListener::bind(address).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_depends_on_the_problem() {
        let taken = StdListener::bind(("127.0.0.1", 0)).unwrap();
        let address = taken.local_addr().unwrap();
        let said = |kind: ErrorKind| problem(address, &kind.into());
        let in_use = said(ErrorKind::AddrInUse);
        let example: SocketAddr = in_use.rsplit_once("--listen ").unwrap().1.parse().unwrap();
        assert!(example.ip() == address.ip() && example.port() > address.port(), "{in_use}");
        assert!(said(ErrorKind::PermissionDenied).ends_with("--listen 127.0.0.1:8080"));
        assert!(said(ErrorKind::AddrNotAvailable).contains("0.0.0.0:"));
    }
}
