//! HTTP clients by caller: a keep-alive connection to the API serves one token at one location, and no other.
//!
//! Over HTTP/1.1 only its position on the connection assigns a response to a request. If the API, or a proxy in front of
//! it, sends one response too many, the next request on that connection receives it, as a success. hyper closes a
//! connection on which bytes arrive while no request is in flight, but cannot detect bytes that arrive just as the next
//! request is sent. With connections by caller, that request is at least never another caller's. A connection per request
//! would exclude the case entirely, but costs a TLS handshake per call.
//!
//! The expensive parts of a [`reqwest::Client`] are shared: one TLS configuration, with the system's certificates read once,
//! and one store of TLS sessions, so that a further connection resumes a session. The DNS resolver has no state.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use moka::future::Cache;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use crate::config::{UpstreamSettings, is_loopback};
use crate::leadconnector::{LocationId, Token};

/// The CDN in front of the API rejects the default user agent of some HTTP libraries.
pub const USER_AGENT: &str = concat!("leadconnector-mcp/", env!("CARGO_PKG_VERSION"));

/// How many idle connections are kept open in total. Each takes a file descriptor, of which a process often has 1,024.
const MAX_IDLE_CONNECTIONS: usize = 512;

/// How many idle connections a caller with few concurrent calls may have. Not one, because a call that starts before the
/// connection of the previous call is idle again opens a second.
const MIN_IDLE_PER_CALLER: usize = 2;

/// How long an idle connection is kept open; the check may take up to twice as long. An agent's next call usually follows
/// within seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP clients of all callers.
pub struct HttpClients {
    /// By a keyed hash of token and location. The weight of a client is the number of idle connections that it may have.
    cache: Cache<u64, Arc<HttpClient>>,
    hash_key: RandomState,
    tls: ClientConfig,
    connect_timeout: Duration,
    /// Whether a proxy set in the environment is used.
    use_proxy: bool,
    /// Whether requests to the API go through such a proxy.
    via_proxy: bool,
    /// How many idle connections a caller with many concurrent calls may have.
    max_idle_per_caller: usize,
}

/// The HTTP client of one token at one location. A call holds it until its response is read. If the cache evicts it
/// earlier, the call continues, and its connection is closed afterwards.
pub struct HttpClient {
    /// reqwest's client, with a connection pool of its own.
    pub http: reqwest::Client,
    max_idle: usize,
}

/// The TLS library could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The TLS configuration or the system's certificates are invalid.
    #[error(transparent)]
    Config(#[from] rustls::Error),
    /// The HTTP client could not be built.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

impl HttpClients {
    /// Creates an empty set. Builds one client to report an invalid configuration at startup.
    pub fn new(settings: &UpstreamSettings) -> Result<Self, TlsError> {
        let cache = Cache::builder()
            .weigher(|_, client: &Arc<HttpClient>| u32::try_from(client.max_idle).unwrap_or(u32::MAX))
            .max_capacity(MAX_IDLE_CONNECTIONS as u64)
            // By then the client's idle connections are closed.
            .time_to_idle(2 * IDLE_TIMEOUT)
            .build();
        // A proxy set in the environment is meant for external hosts.
        let use_proxy = !is_loopback(&settings.url);
        let clients = Self {
            cache,
            hash_key: RandomState::new(),
            tls: tls_config(settings.url.scheme() == "https")?,
            connect_timeout: settings.connect_timeout,
            use_proxy,
            via_proxy: use_proxy && is_proxied(&settings.url),
            max_idle_per_caller: settings
                .max_in_flight_per_location
                .clamp(MIN_IDLE_PER_CALLER, MAX_IDLE_CONNECTIONS / 2),
        };
        clients.build(MIN_IDLE_PER_CALLER)?;
        Ok(clients)
    }

    /// The HTTP client of a token at a location. When a caller makes more concurrent calls than its client may have idle
    /// connections, a client with a larger pool replaces it. So the total of idle connections is bounded, although only few
    /// callers need a large pool.
    pub async fn get_or_create(
        &self,
        token: &Token,
        location: Option<&LocationId>,
    ) -> Result<Arc<HttpClient>, reqwest::Error> {
        let caller = self.hash_key.hash_one((token, location));
        let max_idle = match self.cache.get(&caller).await {
            Some(client) => {
                // Without the references of the cache and of this function.
                let concurrent_calls = Arc::strong_count(&client).saturating_sub(2);
                if concurrent_calls < client.max_idle || client.max_idle >= self.max_idle_per_caller {
                    return Ok(client);
                }
                self.max_idle_per_caller
            }
            None => MIN_IDLE_PER_CALLER,
        };
        let client = Arc::new(self.build(max_idle)?);
        self.cache.insert(caller, client.clone()).await;
        // Evicts now, not some inserts later, so that connections over the bound are closed before more are opened.
        self.cache.run_pending_tasks().await;
        Ok(client)
    }

    /// Whether requests to the API go through a proxy.
    pub fn via_proxy(&self) -> bool {
        self.via_proxy
    }

    fn build(&self, max_idle: usize) -> Result<HttpClient, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(self.connect_timeout)
            .tls_backend_preconfigured(self.tls.clone())
            // Following a redirect could send the caller's token to another host.
            .redirect(reqwest::redirect::Policy::none())
            // One request at a time on a connection. Over HTTP/2 all calls of a caller would fail with their connection.
            .http1_only()
            .pool_max_idle_per_host(max_idle)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true);
        if !self.use_proxy {
            builder = builder.no_proxy();
        }
        Ok(HttpClient { http: builder.build()?, max_idle })
    }
}

/// Whether the environment or the system sets a proxy for a URL. This is the matcher that reqwest uses itself; it does not tell
/// whether it used one.
fn is_proxied(url: &Url) -> bool {
    url.as_str().parse().is_ok_and(|uri: http::Uri| Matcher::from_system().intercept(&uri).is_some())
}

/// The TLS configuration that reqwest would otherwise build once for each client.
pub fn tls_config(https: bool) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = if https {
        builder.with_platform_verifier()?.with_no_client_auth()
    } else {
        // Plain HTTP does not need the system's certificates, so they are not read.
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

impl fmt::Debug for HttpClients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HttpClients").field("cached", &self.cache.entry_count()).finish_non_exhaustive()
    }
}
