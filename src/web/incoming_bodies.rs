//! Limits the number and the memory of request bodies that are still arriving.
//!
//! Sending a body slowly costs a client next to nothing, and needs no valid token. So the limit must not reject new
//! bodies: a thousand clients that send a byte now and then would lock out all others. Instead the oldest body is evicted
//! to make room for a new one. A body that arrives within milliseconds never becomes the oldest; one that never completes
//! always does. The evicted body is one of the client IP with the most of them, so that a client loses no body to another
//! one that sends more.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::oneshot;

use crate::config::{ClientAddr, ServerSettings};

/// The bytes of each body that are not counted, so that an ordinary message does not update the shared total. With 512
/// bodies these are 8 MiB in all.
const UNCOUNTED_BYTES: usize = 16 * 1024;

/// The limit on the counted bytes of all bodies: 64 bodies of the default maximum size.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The number of maximum-size bodies that fit in any case: a setting that allows larger bodies raises the limit.
const MIN_MAX_SIZE_BODIES: usize = 8;

/// The bodies that are arriving.
#[derive(Clone)]
pub struct IncomingBodies {
    /// The same number as of requests in flight.
    max_bodies: usize,
    /// The limit for one client IP; 0 means no limit.
    max_per_client: usize,
    max_bytes: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    /// The counted bytes of all bodies.
    bytes: usize,
    /// By id, which is the order of arrival: the oldest first.
    bodies: BTreeMap<u64, Entry>,
    per_client: HashMap<IpAddr, Usage>,
}

/// What one client IP uses.
#[derive(Default)]
struct Usage {
    bodies: usize,
    bytes: usize,
}

/// A body in the table.
struct Entry {
    client_ip: IpAddr,
    bytes: usize,
    evict: oneshot::Sender<()>,
}

/// Keeps a body in the table until it is dropped.
pub struct IncomingBody {
    id: u64,
    bodies: IncomingBodies,
    evicted: oneshot::Receiver<()>,
}

impl IncomingBodies {
    pub fn new(settings: &ServerSettings) -> Self {
        Self {
            max_bodies: settings.max_requests,
            max_per_client: settings.max_requests_per_address,
            max_bytes: MAX_BYTES.max(settings.max_request_bytes.saturating_mul(MIN_MAX_SIZE_BODIES)),
            state: Arc::default(),
        }
    }

    /// Registers a body. At a limit this evicts another one: the oldest of this client IP if it has too many, else the
    /// oldest of the client IP with the most bodies. IPv6 clients are counted by network.
    pub fn register(&self, client_ip: IpAddr) -> IncomingBody {
        let client_ip = ClientAddr(client_ip).network();
        let (evict, evicted) = oneshot::channel();
        let mut state = self.state();
        let own_bodies = state.per_client.get(&client_ip).map_or(0, |usage| usage.bodies);
        if self.max_per_client != 0 && own_bodies >= self.max_per_client {
            state.evict_oldest(|entry| entry.client_ip == client_ip);
        }
        if state.bodies.len() >= self.max_bodies {
            let heaviest = state.heaviest_client(|usage| usage.bodies);
            state.evict_oldest(|entry| Some(entry.client_ip) == heaviest);
        }
        let id = state.next_id;
        state.next_id += 1;
        state.per_client.entry(client_ip).or_default().bodies += 1;
        state.bodies.insert(id, Entry { client_ip, bytes: 0, evict });
        drop(state);
        IncomingBody { id, bodies: self.clone(), evicted }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// Evicts the oldest body that matches; returns whether there was one. A linear search, done only at a limit.
    fn evict_oldest(&mut self, matches: impl Fn(&Entry) -> bool) -> bool {
        let oldest = self.bodies.iter().find(|(_, entry)| matches(entry)).map(|(id, _)| *id);
        let Some(evicted) = oldest.and_then(|id| self.remove(id)) else { return false };
        // Sending cannot fail: the reader keeps the receiver until its entry is removed.
        let _ = evicted.evict.send(());
        true
    }

    fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.bodies.remove(&id)?;
        self.bytes -= entry.bytes;
        if let Some(usage) = self.per_client.get_mut(&entry.client_ip) {
            usage.bytes -= entry.bytes;
            usage.bodies -= 1;
            if usage.bodies == 0 {
                self.per_client.remove(&entry.client_ip);
            }
        }
        Some(entry)
    }

    /// The client IP with the highest usage by a measure. A linear search, done only at a limit.
    fn heaviest_client(&self, measure: impl Fn(&Usage) -> usize) -> Option<IpAddr> {
        self.per_client.iter().max_by_key(|(_, usage)| measure(usage)).map(|(client_ip, _)| *client_ip)
    }
}

impl IncomingBody {
    /// Sets how many bytes of this body have arrived. If all bodies together exceed the limit, this evicts the oldest counted
    /// body of the client IP with the most bytes, which may be this one.
    pub fn set_received(&self, bytes: usize) {
        if bytes <= UNCOUNTED_BYTES {
            return;
        }
        let mut state = self.bodies.state();
        let Some(entry) = state.bodies.get_mut(&self.id) else { return };
        let added = bytes - entry.bytes;
        entry.bytes = bytes;
        let client_ip = entry.client_ip;
        state.bytes += added;
        if let Some(usage) = state.per_client.get_mut(&client_ip) {
            usage.bytes += added;
        }
        while state.bytes > self.bodies.max_bytes {
            let heaviest = state.heaviest_client(|usage| usage.bytes);
            if !state.evict_oldest(|entry| entry.bytes > 0 && Some(entry.client_ip) == heaviest) {
                break;
            }
        }
    }

    /// Waits until this body is evicted.
    pub async fn evicted(&mut self) {
        // The sender is never dropped unused while this value exists, so the result is always an eviction.
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

    fn was_evicted(body: &mut IncomingBody) -> bool {
        body.evicted.try_recv().is_ok()
    }

    const STEADY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const GREEDY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn at_the_byte_limit_the_heaviest_client_loses_bodies() {
        const MIB: usize = 1024 * 1024;
        let bodies = bodies(|_| {});
        let mut upload = bodies.register(STEADY);
        upload.set_received(MIB / 2);
        let mut greedy: Vec<IncomingBody> = (0..100).map(|_| bodies.register(GREEDY)).collect();
        for body in &greedy {
            body.set_received(MIB);
        }
        assert!(!was_evicted(&mut upload), "the oldest body, but of a client that uses little");
        assert_eq!(greedy.iter_mut().filter_map(|body| was_evicted(body).then_some(())).count(), 37);
        assert!(bodies.state().bytes <= MAX_BYTES);
    }

    #[test]
    fn at_the_body_limit_the_heaviest_client_loses_bodies() {
        let bodies = bodies(|settings| settings.max_requests = 4);
        let mut upload = bodies.register(STEADY);
        let mut greedy: Vec<IncomingBody> = (0..10).map(|_| bodies.register(GREEDY)).collect();
        assert!(!was_evicted(&mut upload));
        assert_eq!(greedy.iter_mut().filter_map(|body| was_evicted(body).then_some(())).count(), 7);
        drop((upload, greedy));
        assert!(bodies.state().per_client.is_empty());
    }
}
