//! The rate limiters in use, by token: when the cache evicts a rate limiter that is in use, no second one is created.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use super::queue::{QueueLimits, RateLimiter};
use crate::leadconnector::LocationId;

/// How many locations of a token have a rate limiter of their own. It is more than an agency has, and a tenth of what is
/// cached, so that a token with invented locations cannot use more. Further locations share the token's first rate limiter.
const MAX_PER_TOKEN: usize = 1_000;

/// The number of tokens at which those without a rate limiter are first removed.
const FIRST_SWEEP: usize = 1_024;

/// Rate limiters by a keyed hash of their token.
#[derive(Debug)]
pub struct Registry {
    tokens: HashMap<u64, Vec<Entry>>,
    /// The number of tokens at which those without a rate limiter are removed.
    sweep_at: usize,
}

/// The rate limiter of a token at a location.
#[derive(Debug)]
struct Entry {
    /// `None` until the first call of the token that names a location.
    location: Option<LocationId>,
    limiter: Weak<RateLimiter>,
}

impl Registry {
    /// Creates an empty registry.
    pub fn new() -> Self {
        Self { tokens: HashMap::new(), sweep_at: FIRST_SWEEP }
    }

    /// The rate limiter of a token at a location, and whether it may be cached for that location.
    ///
    /// A token of one location has one rate limiter, whether its calls name the location or not. Calls without a location
    /// use the rate limiter of the first location that the token was used with; if there is none yet, the first call with a
    /// location takes theirs over. Further locations of the token have rate limiters of their own.
    pub fn get_or_create(
        &mut self,
        token: u64,
        location: Option<&LocationId>,
        limits: QueueLimits,
    ) -> (Arc<RateLimiter>, bool) {
        self.sweep();
        let entries = self.tokens.entry(token).or_default();
        entries.retain(|entry| entry.limiter.strong_count() > 0);
        let found = match location {
            None => entries.first_mut(),
            Some(_) => entries.iter_mut().find(|entry| entry.location.is_none() || entry.location.as_ref() == location),
        };
        if let Some((entry, limiter)) = found.and_then(|entry| entry.limiter.upgrade().map(|limiter| (entry, limiter)))
        {
            if entry.location.is_none() {
                entry.location = location.cloned();
            }
            return (limiter, true);
        }
        if entries.len() >= MAX_PER_TOKEN
            && let Some(limiter) = entries.first().and_then(|first| first.limiter.upgrade())
        {
            return (limiter, false);
        }
        let limiter = Arc::new(RateLimiter::new(limits));
        entries.push(Entry { location: location.cloned(), limiter: Arc::downgrade(&limiter) });
        (limiter, true)
    }

    /// Removes tokens without a rate limiter, each time that the number of tokens has doubled since the last removal.
    fn sweep(&mut self) {
        if self.tokens.len() >= self.sweep_at {
            self.tokens.retain(|_, entries| entries.iter().any(|entry| entry.limiter.strong_count() > 0));
            self.sweep_at = (2 * self.tokens.len()).max(FIRST_SWEEP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: QueueLimits = QueueLimits { in_flight: 1, queued: 1 };

    fn location(name: &str) -> LocationId {
        name.parse().unwrap()
    }

    #[test]
    fn calls_without_a_location_use_the_limiter_of_the_first_location() {
        let mut registry = Registry::new();
        let (without, _) = registry.get_or_create(1, None, LIMITS);
        let (first, _) = registry.get_or_create(1, Some(&location("FIRST")), LIMITS);
        let (second, _) = registry.get_or_create(1, Some(&location("SECOND")), LIMITS);
        assert!(Arc::ptr_eq(&without, &first) && !Arc::ptr_eq(&first, &second));
        let (other_token, _) = registry.get_or_create(2, Some(&location("FIRST")), LIMITS);
        assert!(!Arc::ptr_eq(&first, &other_token));

        let mut registry = Registry::new();
        let (first, _) = registry.get_or_create(1, Some(&location("FIRST")), LIMITS);
        let (second, _) = registry.get_or_create(1, Some(&location("SECOND")), LIMITS);
        let (without, _) = registry.get_or_create(1, None, LIMITS);
        assert!(Arc::ptr_eq(&without, &first) && !Arc::ptr_eq(&first, &second));
    }

    #[test]
    fn invented_locations_share_one_limiter() {
        let mut registry = Registry::new();
        let in_use: Vec<_> =
            (0..MAX_PER_TOKEN).map(|n| registry.get_or_create(1, Some(&location(&format!("L{n}"))), LIMITS)).collect();
        assert!(in_use.iter().all(|(_, is_cacheable)| *is_cacheable));
        for n in 0..10 {
            let (limiter, is_cacheable) = registry.get_or_create(1, Some(&location(&format!("X{n}"))), LIMITS);
            assert!(Arc::ptr_eq(&limiter, &in_use[0].0) && !is_cacheable);
        }
        assert_eq!(registry.tokens[&1].len(), MAX_PER_TOKEN);
    }

    #[test]
    fn tokens_without_a_limiter_are_removed() {
        let mut registry = Registry::new();
        let (in_use, _) = registry.get_or_create(0, None, LIMITS);
        for token in 1..10_000 {
            registry.get_or_create(token, None, LIMITS);
        }
        assert!(registry.tokens.len() <= FIRST_SWEEP, "{}", registry.tokens.len());
        assert!(Arc::ptr_eq(&in_use, &registry.get_or_create(0, None, LIMITS).0));
    }
}
