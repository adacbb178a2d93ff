//! Why no connection to the API could be made.

use std::error::Error;
use std::{fmt, io};

/// Why no connection to the API could be made, as a class: each has another next step.
///
/// Found by the types of the errors below reqwest's, not by their texts, which may change with any release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// The host's name could not be resolved.
    Dns,
    /// The connection was refused or closed, or there is no route.
    Connect,
    /// The TLS handshake failed: an invalid certificate, or a server that does not speak TLS.
    Tls,
    /// The proxy that the environment or the system sets could not be reached, or rejected the tunnel.
    Proxy,
    /// The connection was not established in time.
    Timeout,
}

impl Unreachable {
    /// All classes.
    pub const ALL: [Self; 5] = [Self::Dns, Self::Connect, Self::Tls, Self::Proxy, Self::Timeout];

    /// The name in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Timeout => "timeout",
        }
    }

    /// The class of an error before the request was sent. `via_proxy`: whether requests to the API go through a proxy.
    ///
    /// A proxy resolves the API's host and connects to it, so behind one an error that is neither about time nor about TLS is
    /// the proxy's: reqwest's error for a rejected tunnel has no public type.
    pub(super) fn of(error: &reqwest::Error, via_proxy: bool) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if any_cause(error, is_tls) {
            Self::Tls
        } else if via_proxy {
            Self::Proxy
        } else if error.is_dns() {
            Self::Dns
        } else {
            Self::Connect
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Dns => "DNS lookup failed",
            Self::Connect => "no connection (refused, closed or no route)",
            Self::Tls => "TLS handshake failed",
            Self::Proxy => "the proxy failed or rejected the connection",
            Self::Timeout => "timed out while connecting",
        })
    }
}

/// Whether an error or one of its causes satisfies `test`.
pub(super) fn any_cause(error: &(dyn Error + 'static), test: fn(&(dyn Error + 'static)) -> bool) -> bool {
    causes(error).any(test)
}

/// The text of an error's last cause, which says the most; for the log.
pub fn root_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its causes.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    // The `source` of an I/O error skips the error that it wraps.
    wrapped(error).or_else(|| error.source())
}

/// Whether an error is of the TLS handshake: rustls's own, or an I/O error during it, which the connector wraps in another
/// I/O error. One of the connection itself is not wrapped.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>() || wrapped(error).is_some_and(<dyn Error>::is::<io::Error>)
}

/// The error that an I/O error wraps.
fn wrapped<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_inside_an_io_error_is_found() {
        let handshake = io::Error::other(io::Error::from(io::ErrorKind::UnexpectedEof));
        let certificate = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::DecryptError);
        assert!(any_cause(&handshake, is_tls) && any_cause(&certificate, is_tls));
        let nested = io::Error::other(certificate);
        assert!(any_cause(&nested, is_tls));
        assert_eq!(root_cause(&nested), rustls::Error::DecryptError.to_string());
        assert!(!any_cause(&io::Error::from(io::ErrorKind::ConnectionRefused), is_tls));
    }

    #[test]
    fn every_class_has_a_name_and_words_of_its_own() {
        for class in Unreachable::ALL {
            let same =
                |other: &&Unreachable| other.as_str() == class.as_str() || other.to_string() == class.to_string();
            assert_eq!(Unreachable::ALL.iter().filter(same).count(), 1, "{class:?}");
        }
    }
}
