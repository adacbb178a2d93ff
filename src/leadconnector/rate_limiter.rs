//! The requests that may be sent: so many in an interval and so many at once, for each token at each location.
//!
//! Requests over the budget wait for their turn, first come, first served. Nobody waits for another's.

mod queue;
mod registry;
mod retry_budget;
mod window;

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{LocationId, Token};
use registry::Registry;

pub use queue::{Bounds, Priority, RateLimiter, Rejected, SendPermit};

/// How long a budget is kept after its last use; by then its interval is long over.
const KEPT: Duration = Duration::from_mins(15);

/// How many are kept: about 10 MB. One in use is kept beyond that.
const MAX_KEPT: u64 = 10_000;

/// Whose budget it is. The token is in it only as a keyed hash.
type Key = (u64, Option<LocationId>);

/// The budgets of all tokens and locations.
#[derive(Debug)]
pub struct RateLimiters {
    kept: moka::future::Cache<Key, Arc<RateLimiter>>,
    /// Those in the cache and those in use.
    registry: Mutex<Registry>,
    hash_key: RandomState,
    bounds: Bounds,
}

impl RateLimiters {
    /// None yet. Each will have these bounds.
    pub fn new(bounds: Bounds) -> Self {
        Self::with_capacity(MAX_KEPT, bounds)
    }

    fn with_capacity(capacity: u64, bounds: Bounds) -> Self {
        let kept = moka::future::Cache::builder().max_capacity(capacity).time_to_idle(KEPT).build();
        Self { kept, registry: Mutex::new(Registry::new()), hash_key: RandomState::new(), bounds }
    }

    /// The budget of a token at a location.
    ///
    /// It belongs to both: with the location alone, anybody could spend a stranger's with a token of his own.
    pub async fn of(&self, token: &Token, location: Option<&LocationId>) -> Arc<RateLimiter> {
        let token = self.hash_key.hash_one(token);
        let key = (token, location.cloned());
        if let Some(limiter) = self.kept.get(&key).await {
            return limiter;
        }
        let (limiter, cached) = {
            let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
            registry.limiter(token, location, self.bounds)
        };
        if cached {
            self.kept.insert(key, limiter.clone()).await;
        }
        limiter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However many others there are: a second one would let as many more requests out.
    #[tokio::test]
    async fn a_budget_in_use_is_never_made_anew() {
        let rate_limiters = RateLimiters::with_capacity(2, Bounds { in_flight: 1, queued: 1 });
        let (token, location) = (Token::new("pit-held").unwrap(), "LOC".parse().unwrap());
        let held = rate_limiters.of(&token, Some(&location)).await;
        for other in 0..50 {
            let other = Token::new(&format!("pit-{other}")).unwrap();
            for _ in 0..5 {
                rate_limiters.of(&other, Some(&location)).await;
            }
            rate_limiters.kept.run_pending_tasks().await;
        }
        // What the cache prefers to keep is its own affair.
        rate_limiters.kept.invalidate(&(rate_limiters.hash_key.hash_one(&token), Some(location.clone()))).await;
        assert!(Arc::ptr_eq(&held, &rate_limiters.of(&token, Some(&location)).await));
        assert!(rate_limiters.kept.entry_count() <= 2);
    }
}
