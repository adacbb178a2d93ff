//! Concurrency limits: global, per client IP and per token.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::config::ClientAddr;

/// A limit on how many connections or requests there may be at once.
///
/// One lock for all counts: an acquisition is a few map operations, and with a lock for each count a request could take
/// a permit of one and then have to give it back.
pub struct ConcurrencyLimit {
    max: Maxima,
    in_use: Arc<Mutex<InUse>>,
}

/// How many permits there are.
#[derive(Debug, Clone, Copy)]
pub struct Maxima {
    /// For all clients together.
    pub global: usize,
    /// For one client IP; 0 is no limit.
    pub per_address: usize,
    /// For one token; 0 is no limit.
    pub per_token: usize,
}

/// Who a permit is for. What is `None` is not counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Holder {
    /// The client IP.
    pub address: Option<IpAddr>,
    /// A keyed hash of the token; never the token itself.
    pub token: Option<u64>,
}

/// A permit; it is returned when dropped.
#[derive(Debug)]
pub struct Permit {
    keys: [Option<Key>; 2],
    in_use: Arc<Mutex<InUse>>,
}

/// Which limit left no permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitExceeded {
    /// That of all clients together.
    Global,
    /// That of the client IP.
    PerAddress,
    /// That of the token.
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
    pub fn new(max: Maxima) -> Self {
        Self { max, in_use: Arc::default() }
    }

    /// Takes a permit, or says at once which limit is reached.
    ///
    /// # Errors
    ///
    /// The limit that left none.
    pub fn try_acquire(&self, holder: Holder) -> Result<Permit, LimitExceeded> {
        let Maxima { global, per_address, per_token } = self.max;
        let address = holder.address.filter(|_| per_address != 0).map(|address| Key::Address(ClientAddr(address).network()));
        let token = holder.token.filter(|_| per_token != 0).map(Key::Token);
        let mut in_use = self.in_use.lock();
        // The client's own limits first: those are what a client can do something about.
        if in_use.count(address) >= per_address.max(1) {
            return Err(LimitExceeded::PerAddress);
        }
        if in_use.count(token) >= per_token.max(1) {
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
    /// How many permits a key has; none where there is no limit on it.
    fn count(&self, key: Option<Key>) -> usize {
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

    fn of_address(address: &str) -> Holder {
        Holder { address: Some(address.parse().unwrap()), token: None }
    }

    fn of_token(token: u64) -> Holder {
        Holder { token: Some(token), ..of_address("192.0.2.1") }
    }

    #[test]
    fn a_returned_permit_is_available_to_its_address_alone() {
        let limit = ConcurrencyLimit::new(Maxima { global: 3, per_address: 2, per_token: 0 });
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(of_address);
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
    fn tokens_of_one_address_have_limits_of_their_own() {
        let limit = ConcurrencyLimit::new(Maxima { global: 3, per_address: 0, per_token: 2 });
        let permits = [limit.try_acquire(of_token(1)).unwrap(), limit.try_acquire(of_token(1)).unwrap()];
        assert_eq!(limit.try_acquire(of_token(1)).err(), Some(LimitExceeded::PerToken));
        let _other = limit.try_acquire(of_token(2)).unwrap();
        assert_eq!(limit.try_acquire(of_token(2)).err(), Some(LimitExceeded::Global));
        drop(permits);
        assert!(limit.try_acquire(of_token(1)).is_ok());
        assert_eq!(limit.in_use.lock().by_key.len(), 1, "what is not in use is forgotten");
    }

    #[test]
    fn without_limits_of_its_own_a_client_may_have_all() {
        let limit = ConcurrencyLimit::new(Maxima { global: 2, per_address: 0, per_token: 0 });
        let _both = [limit.try_acquire(of_token(1)).unwrap(), limit.try_acquire(of_token(1)).unwrap()];
        assert_eq!(limit.try_acquire(of_token(1)).err(), Some(LimitExceeded::Global));
        assert!(limit.in_use.lock().by_key.is_empty(), "nothing is counted that has no limit");
    }
}
