//! How many connections there may be.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::ConnectionSettings;

/// How many connections over the limit are told so at once. One more is closed without a word.
const REFUSALS: usize = 64;

/// How often the log says that connections are refused.
const WARN_EVERY: Duration = Duration::from_mins(1);

/// The places that connections take.
pub struct Places {
    all: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    per_address: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    warned: Mutex<Option<Instant>>,
}

/// A connection's place; free again when dropped.
pub struct Place {
    _one: OwnedSemaphorePermit,
    address: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// The place of a connection that is only told that there is none.
pub struct Refused(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl Places {
    pub fn new(settings: &ConnectionSettings) -> Self {
        Self {
            all: Arc::new(Semaphore::new(settings.max_connections)),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            per_address: settings.max_connections_per_address,
            taken: Arc::default(),
            warned: Mutex::default(),
        }
    }

    /// Takes a place, or one among those that are told that there is none.
    pub fn enter(&self, peer: IpAddr) -> Result<Place, Option<Refused>> {
        let address = counted_as(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.get(&address).copied().unwrap_or_default();
        if (self.per_address == 0 || of_address < self.per_address)
            && let Ok(one) = self.all.clone().try_acquire_owned()
        {
            taken.insert(address, of_address + 1);
            return Ok(Place { _one: one, address, taken: self.taken.clone() });
        }
        drop(taken);
        self.warn(peer);
        Err(self.refusals.clone().try_acquire_owned().ok().map(Refused))
    }

    /// Not for each: whoever opens connections without end must not fill the log.
    fn warn(&self, peer: IpAddr) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_none_or(|at| at.elapsed() >= WARN_EVERY) {
            *warned = Some(Instant::now());
            tracing::warn!(%peer, "too many connections: some are refused");
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// Whose connection it is: with IPv6 one customer has a network of 64 bits at least.
fn counted_as(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_as_one_address() {
        let counted = |address: &str| counted_as(address.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::7"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }
}
