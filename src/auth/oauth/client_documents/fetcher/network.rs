//! The HTTP client that documents are fetched with. It shares nothing with the one that talks to the API.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::{HeaderMap, HeaderValue};
use reqwest::dns::Resolve;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::addresses::is_global;
use super::resolver::{SystemResolver, VettingResolver};

const USER_AGENT: &str = concat!("leadconnector-mcp/", env!("CARGO_PKG_VERSION"));

/// What a fetch reaches: in tests something else than the internet.
pub struct Network {
    /// Finds addresses.
    pub resolver: Arc<dyn Resolve>,
    /// Whether an address may be connected to.
    pub is_allowed: fn(IpAddr) -> bool,
    /// The port to connect to; 0 is the one of https.
    pub port: u16,
    /// Which certificates are trusted.
    pub tls: ClientConfig,
}

impl Network {
    /// The internet. `certificates`: whether the system's certificates are read; without them no connection succeeds.
    pub fn system(certificates: bool) -> Result<Self, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = if certificates {
            builder.with_platform_verifier()?.with_no_client_auth()
        } else {
            builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        };
        Ok(Self { resolver: Arc::new(SystemResolver), is_allowed: is_global, port: 0, tls })
    }

    /// The HTTP client for this network.
    pub fn into_client(self) -> Result<reqwest::Client, reqwest::Error> {
        let Self { resolver: inner, is_allowed, port, mut tls } = self;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let headers = [
            (ACCEPT, HeaderValue::from_static("application/json")),
            // The limit of the size is one of the document, not of what it takes to send it.
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ];
        reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(HeaderMap::from_iter(headers))
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .dns_resolver(VettingResolver { inner, is_allowed, port })
            // A proxy would look the name up itself, unchecked.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_gzip()
            // An open connection would be used again without a look-up.
            .pool_max_idle_per_host(0)
            .build()
    }
}
