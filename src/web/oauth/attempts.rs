//! Counts the attempts of each consent page: it must not serve to guess tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use moka::future::Cache;
use moka::policy::EvictionPolicy;

use crate::auth::oauth::GrantId;

/// How many tokens may be tried with one page.
const MAX_ATTEMPTS: u32 = 10;

/// How long a page's attempts are remembered: longer than the page is accepted.
const LIFETIME: Duration = Duration::from_mins(15);

/// How many pages are remembered.
const MAX_PAGES: u64 = 100_000;

/// The attempts of each page, by its id.
#[derive(Debug)]
pub struct Attempts(Cache<GrantId, Arc<AtomicU32>>);

impl Attempts {
    /// No attempts.
    pub fn new() -> Self {
        Self(
            Cache::builder()
                .eviction_policy(EvictionPolicy::lru())
                .max_capacity(MAX_PAGES)
                .time_to_live(LIFETIME)
                .build(),
        )
    }

    /// Counts a try; returns whether it is still allowed.
    pub async fn count(&self, page: GrantId) -> bool {
        let attempts = self.0.get_with(page, async { Arc::default() }).await;
        attempts.fetch_add(1, Ordering::Relaxed) < MAX_ATTEMPTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_page_has_ten_tries() {
        let (attempts, one, other) = (Attempts::new(), GrantId::random(), GrantId::random());
        for _ in 0..10 {
            assert!(attempts.count(one).await);
        }
        assert!(!attempts.count(one).await && attempts.count(other).await);
    }
}
