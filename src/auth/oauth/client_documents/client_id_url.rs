//! A client id that is the URL of the client's document.

use std::fmt;

use url::{Host, Url};

/// The longest client id of this kind, in bytes. It is part of the authorization request's URL, which proxies limit.
const MAX_LENGTH: usize = 512;

/// The URL of a client's document, which is its client id: `https://host/path`, in its normalized form. So two texts that
/// name one document cannot be two clients, and comparing client ids as text is enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientIdUrl(Url);

/// Why a text is not the URL of a client's document. The messages contain nothing of the text, so they can stand in an HTML
/// page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientIdUrlError {
    /// Longer than 512 bytes.
    #[error("the client id is longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// Not an `https` URL.
    #[error("the client id is not an https URL")]
    NotHttps,
    /// `user@` or `user:password@`, empty or not.
    #[error("the client id has a user name in it")]
    UserInfo,
    /// Any port, also 443: the normalized form has none.
    #[error("the client id has a port in it")]
    Port,
    /// `#`, also with nothing behind it.
    #[error("the client id has a fragment")]
    Fragment,
    /// `?`, also with nothing behind it. The draft only advises against a query; with one, a host that serves any client's
    /// text by a parameter could be made to vouch for it.
    #[error("the client id has a query")]
    Query,
    /// A segment `.` or `..`, plain or percent-encoded.
    #[error("the path of the client id has a dot segment")]
    DotSegment,
    /// The path is empty or `/`.
    #[error("the client id has no path")]
    NoPath,
    /// An IP address, or a name with other characters than `a-z`, `0-9`, `-` and `.`.
    #[error("the host of the client id is not a domain name")]
    Host,
    /// The text differs from the URL that a parser makes of it: upper case in the host, a backslash, a space.
    #[error("the client id is not a normalized URL")]
    NotNormalized,
}

impl ClientIdUrl {
    /// Reads a client id. The raw text is checked before it is parsed, because the URL parser resolves dot segments and drops
    /// default ports.
    ///
    /// # Errors
    ///
    /// If the text is anything else than `https://host/path` in its normalized form.
    pub fn parse(text: &str) -> Result<Self, ClientIdUrlError> {
        if text.len() > MAX_LENGTH {
            return Err(ClientIdUrlError::TooLong);
        }
        let rest = text.strip_prefix("https://").ok_or(ClientIdUrlError::NotHttps)?;
        if rest.contains('#') {
            return Err(ClientIdUrlError::Fragment);
        }
        if rest.contains('?') {
            return Err(ClientIdUrlError::Query);
        }
        let (authority, path) = rest.split_once('/').ok_or(ClientIdUrlError::NoPath)?;
        if authority.contains('@') {
            return Err(ClientIdUrlError::UserInfo);
        }
        if path.is_empty() {
            return Err(ClientIdUrlError::NoPath);
        }
        if path.split(['/', '\\']).any(is_dot_segment) {
            return Err(ClientIdUrlError::DotSegment);
        }
        let url = Url::parse(text).map_err(|_| ClientIdUrlError::Host)?;
        // An IPv6 address has colons of its own.
        if authority.contains(':') && !authority.starts_with('[') {
            return Err(ClientIdUrlError::Port);
        }
        match url.host() {
            Some(Host::Domain(domain)) if is_domain_name(domain) => {}
            _ => return Err(ClientIdUrlError::Host),
        }
        if url.as_str() != text {
            return Err(ClientIdUrlError::NotNormalized);
        }
        Ok(Self(url))
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host: a domain name in lower case.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The URL, to be fetched.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for ClientIdUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whether a domain name, as the URL parser returns it, consists of labels of letters, digits and hyphens. The parser lets
/// more pass, quotes among them; and a dot at the end would be a second name for one host.
pub(super) fn is_domain_name(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    domain.split('.').all(is_label)
}

fn is_dot_segment(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests;
