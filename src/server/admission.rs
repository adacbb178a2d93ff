//! Which connections are let in.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::places::{Place, Places};
use crate::config::ConnectionSettings;

/// How many connections over the limit are told so at once. One more is closed without a word.
const REFUSALS: usize = 64;

/// How often the log says that connections are refused.
const WARN_EVERY: Duration = Duration::from_mins(1);

/// The places of connections.
pub struct Admission {
    places: Places,
    refusals: Arc<Semaphore>,
    warned: Mutex<Option<Instant>>,
}

/// The place of a connection that is only told that there is none.
pub struct Refused(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl Admission {
    pub fn new(settings: &ConnectionSettings) -> Self {
        Self {
            places: Places::new(settings.max_connections, settings.max_connections_per_address),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            warned: Mutex::default(),
        }
    }

    /// Takes a place, or one among those that are told that there is none.
    pub fn enter(&self, peer: IpAddr) -> Result<Place, Option<Refused>> {
        self.places.enter(peer).map_err(|_| {
            self.warn(peer);
            self.refusals.clone().try_acquire_owned().ok().map(Refused)
        })
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
