//! The requests that may be sent: so many in an interval and so many at once, for each token at each location.
//!
//! Requests over the budget wait for their turn, first come, first served. Nobody waits for another's.

mod queue;
mod retries;
mod window;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use super::{LocationId, Request, Token};
use retries::{Retries, Spend};

pub use queue::{Bounds, Budget, Permit, Place, Refused};

/// How long a budget is kept after its last use; by then its interval is long over.
const KEPT: Duration = Duration::from_mins(15);

/// How many are kept: about 10 MB. Should more be in use, the API's own refusals still keep the limit.
const MAX_KEPT: u64 = 10_000;

/// How many retries a second all calls together may make in any case: more than one location may, so that one in trouble
/// does not take those of the others.
const RESERVE_PER_SECOND: u32 = 5;

/// Whose budget it is. The token is in it only as a keyed hash.
type Key = (u64, Option<LocationId>);

/// The budgets of all tokens and locations.
#[derive(Debug)]
pub struct Budgets {
    kept: moka::future::Cache<Key, Arc<Budget>>,
    hash_key: RandomState,
    bounds: Bounds,
    /// The retries that all calls together may make.
    retries: Retries,
}

impl Budgets {
    /// None yet. Each will have these bounds.
    pub fn new(bounds: Bounds) -> Self {
        let kept = moka::future::Cache::builder().max_capacity(MAX_KEPT).time_to_idle(KEPT).build();
        Self { kept, hash_key: RandomState::new(), bounds, retries: Retries::new(RESERVE_PER_SECOND) }
    }

    /// The budget of a token at a location.
    ///
    /// It belongs to both: with the location alone, anybody could spend a stranger's with a token of his own.
    pub async fn of(&self, token: &Token, location: Option<&LocationId>) -> Arc<Budget> {
        let key = (self.hash_key.hash_one(token), location.cloned());
        self.kept.get_with(key, async { Arc::new(Budget::new(self.bounds)) }).await
    }

    /// Counts a call, of which some may be retried.
    pub fn count(&self, budget: &Budget) {
        budget.retries.count();
        self.retries.count();
    }

    /// Whether a request may be sent once more. Its own location is asked first: one in trouble must not use up what
    /// there is for all.
    pub fn may_retry(&self, budget: &Budget, request: &Request) -> bool {
        let of_location = budget.retries.spend();
        if of_location == Spend::Exhausted {
            let location = request.location.as_ref().map(tracing::field::display);
            tracing::warn!(location, "the retry budget of a location is spent: its failing calls are not sent again");
        }
        if of_location != Spend::Granted {
            return false;
        }
        let of_all = self.retries.spend();
        if of_all == Spend::Exhausted {
            tracing::warn!("the retry budget is spent: failing calls are not sent again");
        }
        of_all == Spend::Granted
    }
}
