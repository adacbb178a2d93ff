//! The rate limiters that something holds, by token: a cache that drops one in use does not make a second of it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use super::queue::{Bounds, RateLimiter};
use crate::leadconnector::LocationId;

/// How many locations of a token have a rate limiter of their own: more than an agency has, and a tenth of all that are
/// cached, so that one token with made-up locations takes no more. Further ones share the token's first.
const MAX_PER_TOKEN: usize = 1_000;

/// How many tokens are noted before those without a rate limiter are first removed.
const FIRST_SWEEP: usize = 1_024;

/// Rate limiters by a keyed hash of their token.
#[derive(Debug)]
pub struct Registry {
    tokens: HashMap<u64, Vec<Registered>>,
    /// The number of tokens at which those without a rate limiter are removed.
    sweep_at: usize,
}

/// The rate limiter of a token at a location.
#[derive(Debug)]
struct Registered {
    /// `None` until the first call of the token that names a location.
    location: Option<LocationId>,
    limiter: Weak<RateLimiter>,
}

impl Registry {
    /// Without rate limiters.
    pub fn new() -> Self {
        Self { tokens: HashMap::new(), sweep_at: FIRST_SWEEP }
    }

    /// The rate limiter of a token at a location, and whether it may be cached for that location.
    ///
    /// A token of a location has one rate limiter, whether its calls name the location or not: those that do not use that
    /// of the location which the token was first seen with, and the first that does takes over theirs. Further locations
    /// of the token have rate limiters of their own.
    pub fn limiter(&mut self, token: u64, location: Option<&LocationId>, bounds: Bounds) -> (Arc<RateLimiter>, bool) {
        self.sweep();
        let registered = self.tokens.entry(token).or_default();
        registered.retain(|one| one.limiter.strong_count() > 0);
        let known = match location {
            None => registered.first_mut(),
            Some(_) => registered.iter_mut().find(|one| one.location.is_none() || one.location.as_ref() == location),
        };
        if let Some((one, limiter)) = known.and_then(|one| one.limiter.upgrade().map(|limiter| (one, limiter))) {
            if one.location.is_none() {
                one.location = location.cloned();
            }
            return (limiter, true);
        }
        if registered.len() >= MAX_PER_TOKEN
            && let Some(limiter) = registered.first().and_then(|first| first.limiter.upgrade())
        {
            return (limiter, false);
        }
        let limiter = Arc::new(RateLimiter::new(bounds));
        registered.push(Registered { location: location.cloned(), limiter: Arc::downgrade(&limiter) });
        (limiter, true)
    }

    /// Removes tokens without a rate limiter, each time that there are twice as many as were left the last time.
    fn sweep(&mut self) {
        if self.tokens.len() >= self.sweep_at {
            self.tokens.retain(|_, registered| registered.iter().any(|one| one.limiter.strong_count() > 0));
            self.sweep_at = (2 * self.tokens.len()).max(FIRST_SWEEP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { in_flight: 1, queued: 1 };

    fn location(name: &str) -> LocationId {
        name.parse().unwrap()
    }

    #[test]
    fn calls_without_a_location_use_the_limiter_of_the_first() {
        let mut registry = Registry::new();
        let (without, _) = registry.limiter(1, None, BOUNDS);
        let (first, _) = registry.limiter(1, Some(&location("FIRST")), BOUNDS);
        let (second, _) = registry.limiter(1, Some(&location("SECOND")), BOUNDS);
        assert!(Arc::ptr_eq(&without, &first) && !Arc::ptr_eq(&first, &second));
        let (other_token, _) = registry.limiter(2, Some(&location("FIRST")), BOUNDS);
        assert!(!Arc::ptr_eq(&first, &other_token));

        let mut registry = Registry::new();
        let (first, _) = registry.limiter(1, Some(&location("FIRST")), BOUNDS);
        let (second, _) = registry.limiter(1, Some(&location("SECOND")), BOUNDS);
        let (without, _) = registry.limiter(1, None, BOUNDS);
        assert!(Arc::ptr_eq(&without, &first) && !Arc::ptr_eq(&first, &second));
    }

    #[test]
    fn made_up_locations_share_one_limiter() {
        let mut registry = Registry::new();
        let held: Vec<_> =
            (0..MAX_PER_TOKEN).map(|n| registry.limiter(1, Some(&location(&format!("L{n}"))), BOUNDS)).collect();
        assert!(held.iter().all(|(_, cached)| *cached));
        for n in 0..10 {
            let (limiter, cached) = registry.limiter(1, Some(&location(&format!("X{n}"))), BOUNDS);
            assert!(Arc::ptr_eq(&limiter, &held[0].0) && !cached);
        }
        assert_eq!(registry.tokens[&1].len(), MAX_PER_TOKEN);
    }

    #[test]
    fn tokens_without_a_limiter_are_forgotten() {
        let mut registry = Registry::new();
        let (held, _) = registry.limiter(0, None, BOUNDS);
        for token in 1..10_000 {
            registry.limiter(token, None, BOUNDS);
        }
        assert!(registry.tokens.len() <= FIRST_SWEEP, "{}", registry.tokens.len());
        assert!(Arc::ptr_eq(&held, &registry.limiter(0, None, BOUNDS).0));
    }
}
