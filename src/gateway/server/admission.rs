//! Which connections are let in.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::ConnectionSettings;
use crate::gateway::places::{Place, Places};
use crate::gateway::rejections::{Reason, Rejections};

/// How many connections over the limit are told so at once. One more is closed without a word.
const REFUSALS: usize = 64;

/// The places of connections.
pub struct Admission {
    places: Places,
    refusals: Arc<Semaphore>,
    rejections: Arc<Rejections>,
}

/// The place of a connection that is only told that there is none.
pub struct Refused(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl Admission {
    pub fn new(settings: &ConnectionSettings, rejections: Arc<Rejections>) -> Self {
        Self {
            places: Places::new(settings.max_connections, settings.max_connections_per_address),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            rejections,
        }
    }

    /// Takes a place, or one among those that are told that there is none.
    pub fn enter(&self, peer: IpAddr) -> Result<Place, Option<Refused>> {
        self.places.enter(peer).map_err(|_| {
            self.rejections.connection(Reason::TooManyConnections, peer);
            self.refusals.clone().try_acquire_owned().ok().map(Refused)
        })
    }
}
