//! Places, of which there are so many in all and so many for one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many places are taken, by address.
type Taken = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Places for connections or requests.
pub struct Places {
    all: Arc<Semaphore>,
    per_address: usize,
    taken: Taken,
}

/// A place; free again when dropped.
pub struct Place {
    _one: OwnedSemaphorePermit,
    address: IpAddr,
    taken: Taken,
}

/// There is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// For nobody.
    All,
    /// For this address.
    Address,
}

impl Places {
    /// So many in all, and so many for one address; 0 is no limit by address.
    pub fn new(all: usize, per_address: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_address, taken: Arc::default() }
    }

    /// Takes a place.
    pub fn enter(&self, peer: IpAddr) -> Result<Place, Full> {
        let address = counted_as(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.get(&address).copied().unwrap_or_default();
        if self.per_address != 0 && of_address >= self.per_address {
            return Err(Full::Address);
        }
        let one = self.all.clone().try_acquire_owned().map_err(|_| Full::All)?;
        taken.insert(address, of_address + 1);
        Ok(Place { _one: one, address, taken: self.taken.clone() })
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

/// Whose place it is: with IPv6 one customer has a network of 64 bits at least.
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

    #[test]
    fn a_place_that_is_left_is_free_for_its_address_alone() {
        let places = Places::new(3, 2);
        let [one, other]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        let first = places.enter(one).unwrap();
        let _second = places.enter(one).unwrap();
        assert_eq!(places.enter(one).err(), Some(Full::Address));
        let third = places.enter(other).unwrap();
        assert_eq!(places.enter(other).err(), Some(Full::All));
        drop(third);
        assert_eq!(places.enter(one).err(), Some(Full::Address));
        drop(first);
        let _first = places.enter(one).unwrap();
        assert_eq!(places.enter(one).err(), Some(Full::Address));
    }

    #[test]
    fn without_a_limit_by_address_one_may_have_all() {
        let places = Places::new(2, 0);
        let one = "192.0.2.1".parse().unwrap();
        let _both = [places.enter(one).unwrap(), places.enter(one).unwrap()];
        assert_eq!(places.enter(one).err(), Some(Full::All));
    }
}
