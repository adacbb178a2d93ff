//! The definitions of locations' custom fields, cached for a while.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::{InternalError, NotSent};
use super::off_worker::off_worker;
use crate::leadconnector::locations::GetCustomFields;
use crate::leadconnector::{Client, Error, LocationId, Request, SendOptions, Token};
use crate::tools::{CustomFieldDefinitions, ToolResult};

/// How long definitions are cached: so long a field that was deleted or renamed is still taken for what it was.
const TIME_TO_LIVE: Duration = Duration::from_mins(5);

/// How old definitions must be before a name that they do not have makes the gateway ask again: a field may have been
/// created since. Without it every misspelt name would cost a request of the location's budget.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// How much memory they may take, for all callers together.
const MAX_BYTES: u64 = 16 << 20;

/// What an entry takes besides the definitions and the location's id: the cache's own book-keeping, the hash of the token,
/// the time. Without it a location that has no custom fields would cost nothing, and never be evicted.
const ENTRY_BYTES: usize = 512;

/// Who may see a definition. The token is in it only as a keyed hash.
type Key = (u64, LocationId);

/// Cached definitions by caller and location.
#[derive(Debug)]
pub struct CustomFields {
    cache: moka::future::Cache<Key, Arc<CachedDefinitions>>,
    hash_key: RandomState,
}

#[derive(Debug)]
struct CachedDefinitions {
    definitions: Arc<CustomFieldDefinitions>,
    /// When the API was last asked for these or newer ones. It is locked while it is being asked.
    asked: Mutex<Instant>,
}

impl CachedDefinitions {
    fn new(definitions: CustomFieldDefinitions) -> Arc<Self> {
        Arc::new(Self { definitions: Arc::new(definitions), asked: Mutex::new(Instant::now()) })
    }
}

/// Whose definitions are asked for, and how.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    /// The client to ask with.
    pub client: &'a Client,
    /// The caller's own token.
    pub token: &'a Token,
    /// The location.
    pub location: &'a LocationId,
    /// The deadline.
    pub options: &'a SendOptions<'a>,
}

impl CustomFields {
    /// None yet.
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

    /// The definitions of a location.
    ///
    /// # Errors
    ///
    /// What came of asking, if they did not come.
    pub async fn get(&self, lookup: &Lookup<'_>) -> Result<Arc<CustomFieldDefinitions>, NotSent> {
        let ask = async { lookup.ask().await.map(CachedDefinitions::new) };
        let entry = self.cache.try_get_with(self.key(lookup), ask).await.map_err(|not_sent| (*not_sent).clone())?;
        Ok(entry.definitions.clone())
    }

    /// The definitions of a location where those that [`get`](Self::get) gave lack a name: asked for once more, unless
    /// that was done within the last ten seconds.
    ///
    /// # Errors
    ///
    /// What came of asking, if they did not come.
    pub async fn get_newer(&self, lookup: &Lookup<'_>) -> Result<Arc<CustomFieldDefinitions>, NotSent> {
        let key = self.key(lookup);
        let Some(entry) = self.cache.get(&key).await else {
            return self.get(lookup).await;
        };
        let mut asked = entry.asked.lock().await;
        let newest = self.cache.get(&key).await.unwrap_or_else(|| entry.clone());
        // Another call asked while this one waited, or one did shortly before.
        if !Arc::ptr_eq(&newest, &entry) || asked.elapsed() < REFRESH_INTERVAL {
            return Ok(newest.definitions.clone());
        }
        // Also if this call is cancelled while it asks.
        *asked = Instant::now();
        let answer = lookup.ask().await;
        // The interval begins when the asking ends, however long that took and whatever came of it: an API that fails is
        // not asked by every misspelt name either.
        *asked = Instant::now();
        let newer = CachedDefinitions::new(answer?);
        self.cache.insert(key, newer.clone()).await;
        Ok(newer.definitions.clone())
    }
}

impl Lookup<'_> {
    async fn ask(&self) -> Result<CustomFieldDefinitions, NotSent> {
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
    async fn locations_without_custom_fields_take_room_too() {
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
