//! Redirect URIs as users see them, and with parameters.

use url::Url;

pub use crate::config::redirect_uri::{check, is_loopback, matches};

/// Where a redirect goes, to be shown to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A host, with its port if it has one.
    Host(String),
    /// A program on the user's own machine, by its host and port.
    ThisComputer(String),
    /// An app that opens URIs of this scheme.
    App(String),
}

/// Where a redirect to a well-formed URI goes.
pub fn destination(uri: &str) -> Destination {
    let url: Option<Url> = uri.parse().ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
    match url.as_ref().map_or("", Url::scheme) {
        "http" | "https" if is_loopback(uri) => Destination::ThisComputer(format!("{host}{port}")),
        "http" | "https" => Destination::Host(format!("{host}{port}")),
        scheme => Destination::App(scheme.to_owned()),
    }
}

/// The URI with parameters added to its query.
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        query.append_pair(name, value);
    }
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{}", query.finish())
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_sees_where_a_redirect_goes() {
        let this = |text: &str| Destination::ThisComputer(text.to_owned());
        assert_eq!(destination("https://claude.ai/cb"), Destination::Host("claude.ai".to_owned()));
        assert_eq!(destination("https://x.example:8443/cb"), Destination::Host("x.example:8443".to_owned()));
        assert_eq!(destination("http://127.0.0.1:33418/"), this("127.0.0.1:33418"));
        assert_eq!(destination("http://localhost/cb"), this("localhost"));
        assert_eq!(destination("cursor://anysphere.cursor-mcp/cb"), Destination::App("cursor".to_owned()));
    }

    #[test]
    fn parameters_are_encoded_and_follow_an_existing_query() {
        assert_eq!(
            with_parameters("https://a/cb", &[("code", "x"), ("state", "a&b=c")]),
            "https://a/cb?code=x&state=a%26b%3Dc"
        );
        assert_eq!(with_parameters("app://cb?x=1", &[("error", "e")]), "app://cb?x=1&error=e");
    }
}
