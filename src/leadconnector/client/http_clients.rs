//! HTTP clients by caller: a kept-open connection to the API serves one token at one location, and no other.
//!
//! Over HTTP/1.1 a response belongs to a request by its place on the connection alone. If the API, or a proxy before it,
//! sends one response too many, whoever sends the next request on that connection gets it, as success. hyper closes a
//! connection on which bytes arrive while no request is in flight, but cannot tell those that arrive just as the next
//! request is sent. So that request is at least never another caller's. To open a connection for each request would rule
//! it out, at a TLS handshake a call.
//!
//! What a [`reqwest::Client`] makes dear is shared: one TLS configuration, with the system's certificates read once and one
//! store of TLS sessions, so that a further connection resumes a session. Its DNS resolver has no state.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::config::{UpstreamSettings, is_loopback};
use crate::leadconnector::{LocationId, Token};

/// The CDN in front of the API turns some libraries' default away.
const USER_AGENT: &str = concat!("leadconnector-mcp/", env!("CARGO_PKG_VERSION"));

/// How many idle connections are kept open in all. Each takes a file descriptor, of which a process often has 1,024.
const MAX_IDLE_CONNECTIONS: usize = 512;

/// How many idle connections a caller has who makes few calls at once. Not one: a call that begins before the connection
/// of the one before is idle again opens a second.
const FEW: usize = 2;

/// How long an idle connection is kept open, and up to twice as long until that is looked at: an agent's next call comes
/// within seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP clients that may have idle connections.
pub struct HttpClients {
    /// By a keyed hash of token and location. Each weighs the idle connections that it may have.
    cached: Cache<u64, Arc<HttpClient>>,
    hash_key: RandomState,
    tls: ClientConfig,
    connect_timeout: Duration,
    /// Whether a proxy of the environment is used.
    use_proxy: bool,
    /// How many idle connections a caller has who makes many calls at once.
    many: usize,
}

/// The HTTP client of one token at one location. A call holds it until its response is read; should it leave the cache
/// before, the call goes on, and its connection is closed after it.
pub struct HttpClient {
    /// The client.
    pub http: reqwest::Client,
    max_idle: usize,
}

/// The TLS library could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Its configuration, or the system's certificates.
    #[error(transparent)]
    Config(#[from] rustls::Error),
    /// The HTTP client with it.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

impl HttpClients {
    /// None yet.
    pub fn new(settings: &UpstreamSettings) -> Result<Self, TlsError> {
        let cached = Cache::builder()
            .weigher(|_, client: &Arc<HttpClient>| u32::try_from(client.max_idle).unwrap_or(u32::MAX))
            .max_capacity(MAX_IDLE_CONNECTIONS as u64)
            // Its connections are closed by then.
            .time_to_idle(2 * IDLE_TIMEOUT)
            .build();
        let clients = Self {
            cached,
            hash_key: RandomState::new(),
            tls: tls_config(settings.url.scheme() == "https")?,
            connect_timeout: settings.connect_timeout,
            // A proxy of the environment is for the world outside.
            use_proxy: !is_loopback(&settings.url),
            many: settings.max_in_flight_per_location.clamp(FEW, MAX_IDLE_CONNECTIONS / 2),
        };
        clients.build(FEW)?;
        Ok(clients)
    }

    /// The HTTP client of a token at a location. One whose caller makes more calls at once than it keeps connections for
    /// is replaced by a larger one: so the sum of what all may keep open is known, and few callers need much of it.
    pub async fn of(&self, token: &Token, location: Option<&LocationId>) -> Result<Arc<HttpClient>, reqwest::Error> {
        let caller = self.hash_key.hash_one((token, location));
        let max_idle = match self.cached.get(&caller).await {
            Some(client) => {
                // But for the cache's own reference and this one.
                let others = Arc::strong_count(&client).saturating_sub(2);
                if others < client.max_idle || client.max_idle >= self.many {
                    return Ok(client);
                }
                self.many
            }
            None => FEW,
        };
        let client = Arc::new(self.build(max_idle)?);
        self.cached.insert(caller, client.clone()).await;
        // Now, and not some inserts later: what is over the bound is closed before there is more of it.
        self.cached.run_pending_tasks().await;
        Ok(client)
    }

    fn build(&self, max_idle: usize) -> Result<HttpClient, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(self.connect_timeout)
            .tls_backend_preconfigured(self.tls.clone())
            // A redirect could lead the caller's token to another host.
            .redirect(reqwest::redirect::Policy::none())
            // One request, one connection. Over HTTP/2 the calls of a caller would share its end.
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

/// As reqwest would make it for itself, once for each client.
fn tls_config(https: bool) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = if https {
        builder.with_platform_verifier()?.with_no_client_auth()
    } else {
        // The system's certificates would be read and kept for nothing.
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

impl fmt::Debug for HttpClients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HttpClients").field("cached", &self.cached.entry_count()).finish_non_exhaustive()
    }
}
