//! Which connections are let in.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::concurrency_limit::{ConcurrencyLimit, Holder, Maxima, Permit};
use super::rejections::{Reason, Rejections};
use crate::config::{ConnectionSettings, TrustedProxies};

/// How many connections over the limit are told so at once. One more is closed without a word.
const MAX_REJECTIONS_IN_PROGRESS: usize = 64;

/// The limit on connections.
pub struct Admission {
    limit: ConcurrencyLimit,
    trusted_proxies: TrustedProxies,
    rejection_permits: Arc<Semaphore>,
    rejections: Arc<Rejections>,
}

/// The place of a connection that is only told that there is none.
pub struct RejectionPermit(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl Admission {
    pub fn new(settings: &ConnectionSettings, rejections: Arc<Rejections>) -> Self {
        Self {
            limit: ConcurrencyLimit::new(Maxima {
                global: settings.max_connections,
                per_address: settings.max_connections_per_address,
                per_token: 0,
            }),
            trusted_proxies: settings.trusted_proxies.clone(),
            rejection_permits: Arc::new(Semaphore::new(MAX_REJECTIONS_IN_PROGRESS)),
            rejections,
        }
    }

    /// Takes a permit, or one of those that are told that there is none. A trusted proxy has no limit of its own: its
    /// connections are those of many clients, whose requests are counted by their own addresses.
    pub fn try_acquire(&self, peer: IpAddr) -> Result<Permit, Option<RejectionPermit>> {
        let address = (!self.trusted_proxies.contains(peer)).then_some(peer);
        self.limit.try_acquire(Holder { address, token: None }).map_err(|_| {
            self.rejections.connection(Reason::TooManyConnections, peer);
            self.rejection_permits.clone().try_acquire_owned().ok().map(RejectionPermit)
        })
    }
}
