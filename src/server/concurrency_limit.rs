//! Concurrency limits: global, per client IP and per token.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::config::ClientAddr;

/// A limit on how many connections or requests there may be at once.
///
/// All counts share one lock: an acquisition is a few map operations. With one lock per count, a request could acquire one
/// permit and then have to return it because another limit is reached.
pub struct ConcurrencyLimit {
    max: Limits,
    in_use: Arc<Mutex<InUse>>,
}

/// How many permits there are at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For all clients together.
    pub global: usize,
    /// For one client IP (with IPv6 for its /64 network); 0 means no limit.
    pub per_address: usize,
    /// For one token; 0 means no limit.
    pub per_token: usize,
}

/// What a permit counts against besides the global limit. `None` counts against no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientKey {
    /// The client IP.
    pub address: Option<IpAddr>,
    /// A keyed hash of the token; never the token itself.
    pub token: Option<u64>,
}

/// A permit; dropping it returns it.
#[derive(Debug)]
pub struct Permit {
    keys: [Option<Key>; 2],
    in_use: Arc<Mutex<InUse>>,
}

/// The limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitExceeded {
    /// The limit for all clients together.
    Global,
    /// The limit for the client IP.
    PerAddress,
    /// The limit for the token.
    PerToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Token(u64),
}

#[derive(Debug, Default)]
struct InUse {
    total: usize,
    by_key: HashMap<Key, usize>,
}

impl ConcurrencyLimit {
    /// A limit with all permits available.
    pub fn new(max: Limits) -> Self {
        Self { max, in_use: Arc::default() }
    }

    /// Acquires a permit without waiting.
    ///
    /// # Errors
    ///
    /// The limit that was reached.
    pub fn try_acquire(&self, client: ClientKey) -> Result<Permit, LimitExceeded> {
        let Limits { global, per_address, per_token } = self.max;
        let address =
            client.address.filter(|_| per_address != 0).map(|address| Key::Address(ClientAddr(address).network()));
        let token = client.token.filter(|_| per_token != 0).map(Key::Token);
        let mut in_use = self.in_use.lock();
        // The client's own limits come first: only these can the client do something about.
        if in_use.permits_of(address) >= per_address.max(1) {
            return Err(LimitExceeded::PerAddress);
        }
        if in_use.permits_of(token) >= per_token.max(1) {
            return Err(LimitExceeded::PerToken);
        }
        if in_use.total >= global {
            return Err(LimitExceeded::Global);
        }
        let keys = [address, token];
        in_use.total += 1;
        for key in keys.into_iter().flatten() {
            *in_use.by_key.entry(key).or_default() += 1;
        }
        drop(in_use);
        Ok(Permit { keys, in_use: self.in_use.clone() })
    }
}

impl InUse {
    /// How many permits a key has; 0 for a key without a limit.
    fn permits_of(&self, key: Option<Key>) -> usize {
        key.and_then(|key| self.by_key.get(&key)).copied().unwrap_or_default()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut in_use = self.in_use.lock();
        in_use.total -= 1;
        for key in self.keys.into_iter().flatten() {
            if let Some(count) = in_use.by_key.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    in_use.by_key.remove(&key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_address(address: &str) -> ClientKey {
        ClientKey { address: Some(address.parse().unwrap()), token: None }
    }

    fn with_token(token: u64) -> ClientKey {
        ClientKey { token: Some(token), ..from_address("192.0.2.1") }
    }

    #[test]
    fn a_returned_permit_is_available_to_the_same_address() {
        let limit = ConcurrencyLimit::new(Limits { global: 3, per_address: 2, per_token: 0 });
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(from_address);
        let first = limit.try_acquire(one).unwrap();
        let _second = limit.try_acquire(one).unwrap();
        assert_eq!(limit.try_acquire(one).err(), Some(LimitExceeded::PerAddress));
        let third = limit.try_acquire(other).unwrap();
        assert_eq!(limit.try_acquire(other).err(), Some(LimitExceeded::Global));
        drop(third);
        assert_eq!(limit.try_acquire(one).err(), Some(LimitExceeded::PerAddress));
        drop(first);
        let _first = limit.try_acquire(one).unwrap();
        assert_eq!(limit.try_acquire(one).err(), Some(LimitExceeded::PerAddress));
    }

    #[test]
    fn each_token_has_its_own_limit() {
        let limit = ConcurrencyLimit::new(Limits { global: 3, per_address: 0, per_token: 2 });
        let permits = [limit.try_acquire(with_token(1)).unwrap(), limit.try_acquire(with_token(1)).unwrap()];
        assert_eq!(limit.try_acquire(with_token(1)).err(), Some(LimitExceeded::PerToken));
        let _other = limit.try_acquire(with_token(2)).unwrap();
        assert_eq!(limit.try_acquire(with_token(2)).err(), Some(LimitExceeded::Global));
        drop(permits);
        assert!(limit.try_acquire(with_token(1)).is_ok());
        assert_eq!(limit.in_use.lock().by_key.len(), 1, "unused keys are removed");
    }

    #[test]
    fn without_a_limit_per_client_one_client_may_use_all_permits() {
        let limit = ConcurrencyLimit::new(Limits { global: 2, per_address: 0, per_token: 0 });
        let _both = [limit.try_acquire(with_token(1)).unwrap(), limit.try_acquire(with_token(1)).unwrap()];
        assert_eq!(limit.try_acquire(with_token(1)).err(), Some(LimitExceeded::Global));
        assert!(limit.in_use.lock().by_key.is_empty(), "keys without a limit are not counted");
    }
}
