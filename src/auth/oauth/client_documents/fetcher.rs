//! Fetches clients' documents: from hosts that the operator listed, and only from public addresses.
//!
//! The URL comes from whoever opens the authorization page, so a fetch is a request that anyone can cause (server-side request
//! forgery). Against it: https on its usual port only, no redirects, no proxy, addresses that are checked in the look-up that
//! the connection uses, little time, little data, few fetches at once. Successes are cached, failures are not.

mod addresses;
mod cache_control;
mod error;
mod hosts;
mod network;
mod resolver;
mod response;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use moka::Expiry;
use moka::future::Cache;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use super::{ClientDocument, ClientIdUrl};
use hosts::AllowedHosts;
use network::Network;

pub use error::{FetchError, FetcherError};

/// How many documents are cached.
const MAX_CACHED: u64 = 1_000;

/// How many documents are fetched at once.
const MAX_FETCHES: usize = 4;

/// The largest document, in bytes: what the draft suggests. The usual ones have less than 1 KB.
const MAX_SIZE: usize = 5 * 1024;

/// Fetches and caches clients' documents.
#[derive(Debug)]
pub struct Fetcher {
    hosts: AllowedHosts,
    client: reqwest::Client,
    cache: Cache<String, Cached>,
    permits: Semaphore,
    times: Times,
}

/// A document, and how long it is cached.
#[derive(Debug, Clone)]
struct Cached {
    document: Arc<ClientDocument>,
    lifetime: Duration,
}

/// How long things take at most.
#[derive(Debug, Clone)]
struct Times {
    /// A whole fetch: waiting for a permit, look-up, connection, response.
    fetch: Duration,
    /// Waiting for a permit.
    permit: Duration,
    /// The bounds of a document's lifetime in the cache.
    lifetimes: RangeInclusive<Duration>,
}

impl Default for Times {
    fn default() -> Self {
        let lifetimes = cache_control::LIFETIMES;
        // Claude waits 10 s for a page, and 5 s are enough for a small file.
        Self { fetch: Duration::from_secs(5), permit: Duration::from_secs(1), lifetimes }
    }
}

impl Fetcher {
    /// Creates a fetcher for documents of these hosts: exact names, or `*` for any. With none, the system's certificates are not
    /// read, and every document is rejected.
    ///
    /// # Errors
    ///
    /// If an entry is not a host, or TLS cannot be set up.
    pub fn new(hosts: &[String]) -> Result<Self, FetcherError> {
        let hosts = AllowedHosts::new(hosts)?;
        let network = Network::system(!hosts.is_empty())?;
        Self::with_network(hosts, network, Times::default())
    }

    fn with_network(hosts: AllowedHosts, network: Network, times: Times) -> Result<Self, FetcherError> {
        let cache = Cache::builder().max_capacity(MAX_CACHED).expire_after(ByLifetime).build();
        Ok(Self { hosts, client: network.into_client()?, cache, permits: Semaphore::new(MAX_FETCHES), times })
    }

    /// The document at a URL, from the cache or from its host. Callers that ask for the same document at the same time share one
    /// fetch, and its failure.
    ///
    /// # Errors
    ///
    /// If documents of this host are not fetched, or too many are just now; if the host cannot be reached, or not in time; or if
    /// what it answers is not the client's document.
    pub async fn get(&self, url: &ClientIdUrl) -> Result<Arc<ClientDocument>, FetchError> {
        if !self.hosts.allows(url.host()) {
            return Err(FetchError::HostNotListed { host: url.host().to_owned() });
        }
        let deadline = Instant::now() + self.times.fetch;
        let fetch = async { timeout_at(deadline, self.fetch(url)).await.unwrap_or(Err(FetchError::Timeout)) };
        // A caller that waits for another's fetch takes it over if the other one leaves, but has no more time for that.
        let shared = timeout_at(deadline, Box::pin(self.cache.try_get_with_by_ref(url.as_str(), fetch))).await;
        match shared {
            Ok(Ok(cached)) => Ok(cached.document),
            Ok(Err(error)) => Err(FetchError::clone(&error)),
            Err(_) => Err(FetchError::Timeout),
        }
    }

    async fn fetch(&self, url: &ClientIdUrl) -> Result<Cached, FetchError> {
        let permit = timeout(self.times.permit, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(FetchError::Busy) };
        let response = self.client.get(url.url().clone()).send().await.map_err(FetchError::of_request)?;
        let lifetime = cache_control::lifetime(response.headers(), &self.times.lifetimes);
        let bytes = response::read(response).await?;
        let document = Arc::new(ClientDocument::parse(&bytes, url)?);
        Ok(Cached { document, lifetime })
    }
}

/// Lets each document expire after its own lifetime.
struct ByLifetime;

impl Expiry<String, Cached> for ByLifetime {
    fn expire_after_create(&self, _: &String, cached: &Cached, _: std::time::Instant) -> Option<Duration> {
        Some(cached.lifetime)
    }
}

#[cfg(test)]
mod tests;
