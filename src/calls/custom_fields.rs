//! Caches the definitions of locations' custom fields.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::{InternalError, NotSent};
use super::off_worker::off_worker;
use crate::leadconnector::locations::GetCustomFields;
use crate::leadconnector::{Client, Error, LocationId, Request, SendEvent, SendOptions, Token, WaitReason, WaitStatus};
use crate::tools::{CustomFieldDefinitions, ToolResult};

/// How long definitions are cached. For this time a field that was deleted or renamed is still resolved as before.
const TIME_TO_LIVE: Duration = Duration::from_mins(5);

/// The minimum time between two fetches for a name that is not among the cached definitions: the field may have been created
/// since. Without a minimum, every misspelt name would cost a request of the location's rate limit.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// The limit on the cache's memory, for all callers together.
const MAX_BYTES: u64 = 16 << 20;

/// The overhead of an entry besides the definitions and the location's id: the cache's bookkeeping, the hash of the token, the
/// time. If it were not counted, locations without custom fields would weigh nothing and never be evicted.
const ENTRY_BYTES: usize = 512;

/// The caller and location that definitions are cached for. Of the token it holds only a keyed hash.
type Key = (u64, LocationId);

/// The cached definitions, by caller and location.
#[derive(Debug)]
pub struct CustomFields {
    cache: moka::future::Cache<Key, Arc<CachedDefinitions>>,
    hash_key: RandomState,
}

#[derive(Debug)]
struct CachedDefinitions {
    definitions: Arc<CustomFieldDefinitions>,
    /// When these or newer definitions were last fetched. Locked during a fetch.
    last_fetch: Mutex<Instant>,
}

impl CachedDefinitions {
    fn new(definitions: CustomFieldDefinitions) -> Arc<Self> {
        Arc::new(Self { definitions: Arc::new(definitions), last_fetch: Mutex::new(Instant::now()) })
    }
}

/// A lookup of a location's definitions.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    /// The client of the API.
    pub client: &'a Client,
    /// The caller's own token.
    pub token: &'a Token,
    /// The location.
    pub location: &'a LocationId,
    /// The deadline, and how the call is cancelled.
    pub options: &'a SendOptions<'a>,
}

impl CustomFields {
    /// Creates an empty cache.
    pub fn new() -> Self {
        let weigher = |(_, location): &Key, entry: &Arc<CachedDefinitions>| {
            let bytes = ENTRY_BYTES + location.as_str().len() + entry.definitions.size();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let cache = moka::future::Cache::builder();
        let cache = cache.weigher(weigher).max_capacity(MAX_BYTES).time_to_live(TIME_TO_LIVE).build();
        Self { cache, hash_key: RandomState::new() }
    }

    fn key(&self, lookup: &Lookup<'_>) -> Key {
        (self.hash_key.hash_one(lookup.token), lookup.location.clone())
    }

    /// Returns the definitions of a location, from the cache or the API.
    ///
    /// # Errors
    ///
    /// If fetching them fails.
    pub async fn get(&self, lookup: &Lookup<'_>) -> Result<Arc<CustomFieldDefinitions>, NotSent> {
        let key = self.key(lookup);
        if let Some(entry) = self.cache.get(&key).await {
            return Ok(entry.definitions.clone());
        }
        // If another call fetches them already, this one waits without a request of its own.
        lookup.options.observer.on_send_event(SendEvent::Queued(WaitStatus { reason: WaitReason::Queue, until: None }));
        let fetch = async { lookup.fetch().await.map(CachedDefinitions::new) };
        let entry = self.cache.try_get_with(key, fetch).await.map_err(|not_sent| (*not_sent).clone())?;
        Ok(entry.definitions.clone())
    }

    /// Returns newer definitions of a location, for a name that is missing from those of [`get`](Self::get). Fetches them
    /// again, unless that was done within the last ten seconds.
    ///
    /// # Errors
    ///
    /// If fetching them fails.
    pub async fn get_newer(&self, lookup: &Lookup<'_>) -> Result<Arc<CustomFieldDefinitions>, NotSent> {
        let key = self.key(lookup);
        let Some(entry) = self.cache.get(&key).await else {
            return self.get(lookup).await;
        };
        let mut last_fetch = entry.last_fetch.lock().await;
        let newest = self.cache.get(&key).await.unwrap_or_else(|| entry.clone());
        // Another call fetched them while this one waited for the lock, or shortly before.
        if !Arc::ptr_eq(&newest, &entry) || last_fetch.elapsed() < REFRESH_INTERVAL {
            return Ok(newest.definitions.clone());
        }
        // Set before the fetch too, in case this call is cancelled during it.
        *last_fetch = Instant::now();
        let fetched = lookup.fetch().await;
        // The interval starts when the fetch ends, however long it took and even if it failed: a failing API must not get a
        // request for every misspelt name either.
        *last_fetch = Instant::now();
        let newer = CachedDefinitions::new(fetched?);
        self.cache.insert(key, newer.clone()).await;
        Ok(newer.definitions.clone())
    }
}

impl Lookup<'_> {
    async fn fetch(&self) -> Result<CustomFieldDefinitions, NotSent> {
        let request = Request::new(&GetCustomFields::all(), Some(self.location.clone()))
            .map_err(|error| NotSent::Internal(InternalError::before_sending(&error)))?;
        match self.client.send(self.token, &request, self.options).await {
            Err(error @ (Error::Unsendable(_) | Error::Cancelled)) => {
                Err(NotSent::Internal(InternalError::before_sending(&error)))
            }
            result => {
                let bytes = result.as_ref().map_or(0, |response| response.body.len());
                Ok(off_worker(bytes, move || ToolResult::parse_lookup(&request.endpoint, result)).await?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn locations_without_custom_fields_have_a_weight_too() {
        let fields = CustomFields::new();
        let empty: CustomFieldDefinitions = serde_json::from_value(json!({ "customFields": [] })).unwrap();
        let most = MAX_BYTES / ENTRY_BYTES as u64;
        for number in 0..most * 2 {
            let key = (number, "ve9EPM428h8vShlRW1KT".parse().unwrap());
            fields.cache.insert(key, CachedDefinitions::new(empty.clone())).await;
        }
        fields.cache.run_pending_tasks().await;
        assert!(fields.cache.entry_count() <= most, "{}", fields.cache.entry_count());
        assert!(fields.cache.weighted_size() <= MAX_BYTES, "{}", fields.cache.weighted_size());
    }
}
