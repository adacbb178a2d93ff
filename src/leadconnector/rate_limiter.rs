//! Rate limiters: one for each token at each location. Each limits the requests per interval and the requests in flight.
//!
//! Requests over a limit wait in the rate limiter's queue, first come, first served. Rate limiters do not affect each other.

mod queue;
mod registry;
mod retry_budget;
mod window;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use super::{LocationId, Token};
use parking_lot::Mutex;
use registry::Registry;

pub use queue::{Priority, QueueLimits, RateLimiter, Rejected, SendPermit};

/// How long an unused rate limiter is cached; its interval is over long before.
const TIME_TO_IDLE: Duration = Duration::from_mins(15);

/// How many rate limiters are cached, in about 10 MB. Those in use exist beyond that number.
const MAX_CACHED: u64 = 10_000;

/// The token and location of a rate limiter. Of the token only a keyed hash is stored.
type Key = (u64, Option<LocationId>);

/// The rate limiters of all tokens and locations.
#[derive(Debug)]
pub struct RateLimiters {
    cache: moka::future::Cache<Key, Arc<RateLimiter>>,
    /// The rate limiters that are cached or in use.
    registry: Mutex<Registry>,
    hash_key: RandomState,
    limits: QueueLimits,
}

impl RateLimiters {
    /// Creates an empty set, whose rate limiters will have these limits.
    pub fn new(limits: QueueLimits) -> Self {
        Self::with_capacity(MAX_CACHED, limits)
    }

    fn with_capacity(capacity: u64, limits: QueueLimits) -> Self {
        let cache = moka::future::Cache::builder().max_capacity(capacity).time_to_idle(TIME_TO_IDLE).build();
        Self { cache, registry: Mutex::new(Registry::new()), hash_key: RandomState::new(), limits }
    }

    /// The rate limiter of a token at a location.
    ///
    /// The key has both: by location alone, any client could exhaust another client's limit with a token of its own.
    pub async fn get_or_create(&self, token: &Token, location: Option<&LocationId>) -> Arc<RateLimiter> {
        let token = self.hash_key.hash_one(token);
        let key = (token, location.cloned());
        if let Some(limiter) = self.cache.get(&key).await {
            return limiter;
        }
        let (limiter, is_cacheable) = {
            let mut registry = self.registry.lock();
            registry.get_or_create(token, location, self.limits)
        };
        if is_cacheable {
            self.cache.insert(key, limiter.clone()).await;
        }
        limiter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However many others are created: a second rate limiter would allow its requests twice.
    #[tokio::test]
    async fn a_rate_limiter_in_use_is_never_created_again() {
        let rate_limiters = RateLimiters::with_capacity(2, QueueLimits { in_flight: 1, queued: 1 });
        let (token, location) = (Token::new("pit-in-use").unwrap(), "LOC".parse().unwrap());
        let in_use = rate_limiters.get_or_create(&token, Some(&location)).await;
        for other in 0..50 {
            let other = Token::new(&format!("pit-{other}")).unwrap();
            for _ in 0..5 {
                rate_limiters.get_or_create(&other, Some(&location)).await;
            }
            rate_limiters.cache.run_pending_tasks().await;
        }
        // Does not rely on which entries the cache evicts.
        rate_limiters.cache.invalidate(&(rate_limiters.hash_key.hash_one(&token), Some(location.clone()))).await;
        assert!(Arc::ptr_eq(&in_use, &rate_limiters.get_or_create(&token, Some(&location)).await));
        assert!(rate_limiters.cache.entry_count() <= 2);
    }
}
