//! The request bodies that are arriving: how many there may be, and how much memory they may take.
//!
//! A body that arrives costs whoever sends it next to nothing, and anybody may send one. So a limit must not keep new
//! bodies out: a thousand clients that send a byte now and then would keep everybody out. Instead the oldest body is
//! given up for a new one. One that arrives within milliseconds never becomes the oldest; one that is never to be
//! complete always does. It is one of the client IP that has the most, so that nobody loses a body to a client elsewhere
//! who sends more of them.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::config::ServerSettings;
use crate::server::network;

/// A body's first bytes are not counted, so that ordinary messages need not know of the others. At 512 bodies these are
/// 8 MiB in all.
const UNCOUNTED_BYTES: usize = 16 * 1024;

/// How many bytes the larger bodies may take together: 64 of the largest that the default allows.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Where a larger body is allowed, this many of the largest.
const MIN_LARGEST_BODIES: usize = 8;

/// The bodies that are arriving.
#[derive(Clone)]
pub struct IncomingBodies {
    /// As many as there may be requests in flight.
    max_bodies: usize,
    /// Of one client IP; 0 is no limit.
    max_per_address: usize,
    max_bytes: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    /// What is counted of all of them.
    bytes: usize,
    /// By id: the oldest first.
    bodies: BTreeMap<u64, ArrivingBody>,
    per_address: HashMap<IpAddr, Share>,
}

/// What one client IP has of it.
#[derive(Default)]
struct Share {
    bodies: usize,
    bytes: usize,
}

struct ArrivingBody {
    address: IpAddr,
    bytes: usize,
    evict: oneshot::Sender<()>,
}

/// A body that is arriving, until it is dropped.
pub struct IncomingBody {
    id: u64,
    bodies: IncomingBodies,
    evicted: oneshot::Receiver<()>,
}

impl IncomingBodies {
    pub fn new(settings: &ServerSettings) -> Self {
        Self {
            max_bodies: settings.max_requests,
            max_per_address: settings.max_requests_per_address,
            max_bytes: MAX_BYTES.max(settings.max_request_bytes.saturating_mul(MIN_LARGEST_BODIES)),
            state: Arc::default(),
        }
    }

    /// Begins with a body. If there are too many, one is evicted: the oldest of this client IP, or of the one with the
    /// most bodies.
    pub fn register(&self, address: IpAddr) -> IncomingBody {
        let address = network(address);
        let (evict, evicted) = oneshot::channel();
        let mut state = self.state();
        let of_address = state.per_address.get(&address).map_or(0, |share| share.bodies);
        if self.max_per_address != 0 && of_address >= self.max_per_address {
            state.evict_oldest(|entry| entry.address == address);
        }
        if state.bodies.len() >= self.max_bodies {
            let most = state.largest_share(|share| share.bodies);
            state.evict_oldest(|entry| Some(entry.address) == most);
        }
        let id = state.next_id;
        state.next_id += 1;
        state.per_address.entry(address).or_default().bodies += 1;
        state.bodies.insert(id, ArrivingBody { address, bytes: 0, evict });
        drop(state);
        IncomingBody { id, bodies: self.clone(), evicted }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Evicts the oldest of these bodies. It is looked for among all, which is done only at a limit.
    fn evict_oldest(&mut self, among: impl Fn(&ArrivingBody) -> bool) -> bool {
        let oldest = self.bodies.iter().find(|(_, entry)| among(entry)).map(|(id, _)| *id);
        let Some(evicted) = oldest.and_then(|id| self.remove(id)) else { return false };
        // Its reader holds the other end until its entry is removed.
        let _ = evicted.evict.send(());
        true
    }

    fn remove(&mut self, id: u64) -> Option<ArrivingBody> {
        let entry = self.bodies.remove(&id)?;
        self.bytes -= entry.bytes;
        if let Some(share) = self.per_address.get_mut(&entry.address) {
            share.bytes -= entry.bytes;
            share.bodies -= 1;
            if share.bodies == 0 {
                self.per_address.remove(&entry.address);
            }
        }
        Some(entry)
    }

    /// The client IP that has the most. It is looked for among all, which is done only at a limit.
    fn largest_share(&self, of: impl Fn(&Share) -> usize) -> Option<IpAddr> {
        self.per_address.iter().max_by_key(|(_, share)| of(share)).map(|(address, _)| *address)
    }
}

impl IncomingBody {
    /// Counts the bytes that have arrived. If there are too many in all, evicts the oldest of the larger bodies of the
    /// client IP with the most bytes: it may be this one.
    pub fn set_received(&self, bytes: usize) {
        if bytes <= UNCOUNTED_BYTES {
            return;
        }
        let mut state = self.bodies.state();
        let Some(entry) = state.bodies.get_mut(&self.id) else { return };
        let added = bytes - entry.bytes;
        entry.bytes = bytes;
        let address = entry.address;
        state.bytes += added;
        if let Some(share) = state.per_address.get_mut(&address) {
            share.bytes += added;
        }
        while state.bytes > self.bodies.max_bytes {
            let most = state.largest_share(|share| share.bytes);
            if !state.evict_oldest(|entry| entry.bytes > 0 && Some(entry.address) == most) {
                break;
            }
        }
    }

    /// Waits until this body is evicted.
    pub async fn evicted(&mut self) {
        // The sender is dropped unused only together with this body.
        let _ = (&mut self.evicted).await;
    }
}

impl Drop for IncomingBody {
    fn drop(&mut self) {
        self.bodies.state().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CliOverrides, Settings};

    fn bodies(change: impl FnOnce(&mut ServerSettings)) -> IncomingBodies {
        let mut settings = Settings::load(&CliOverrides::default(), |_| None).unwrap().server;
        change(&mut settings);
        IncomingBodies::new(&settings)
    }

    fn is_evicted(body: &mut IncomingBody) -> bool {
        body.evicted.try_recv().is_ok()
    }

    const STEADY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const GREEDY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn bytes_are_taken_from_the_client_ip_that_has_the_most() {
        const MIB: usize = 1024 * 1024;
        let bodies = bodies(|_| {});
        let mut upload = bodies.register(STEADY);
        upload.set_received(MIB / 2);
        let mut greedy: Vec<IncomingBody> = (0..100).map(|_| bodies.register(GREEDY)).collect();
        for body in &greedy {
            body.set_received(MIB);
        }
        assert!(!is_evicted(&mut upload), "the oldest of all, but of a client that has little");
        assert_eq!(greedy.iter_mut().filter_map(|body| is_evicted(body).then_some(())).count(), 37);
        assert!(bodies.state().bytes <= MAX_BYTES);
    }

    #[test]
    fn places_are_taken_from_the_client_ip_that_has_the_most() {
        let bodies = bodies(|settings| settings.max_requests = 4);
        let mut upload = bodies.register(STEADY);
        let mut greedy: Vec<IncomingBody> = (0..10).map(|_| bodies.register(GREEDY)).collect();
        assert!(!is_evicted(&mut upload));
        assert_eq!(greedy.iter_mut().filter_map(|body| is_evicted(body).then_some(())).count(), 7);
        drop((upload, greedy));
        assert!(bodies.state().per_address.is_empty());
    }
}
