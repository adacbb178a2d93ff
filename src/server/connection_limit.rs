//! The limit on connections.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::concurrency_limit::{ClientKey, ConcurrencyLimit, LimitExceeded, Limits, Permit};
use super::reason::Reason;
use super::rejections::Rejections;
use crate::config::{ConnectionSettings, TrustedProxies};

/// How many connections over the limit get a 503 at the same time. Any more are closed without a response.
const MAX_REJECTIONS_IN_PROGRESS: usize = 64;

/// The limit on connections, global and per client IP.
pub struct ConnectionLimit {
    limit: ConcurrencyLimit,
    trusted_proxies: TrustedProxies,
    rejection_permits: Arc<Semaphore>,
    rejections: Arc<Rejections>,
}

/// What to do with a new connection.
pub enum Admission {
    /// Serve it, and hold the permit until it ends.
    Serve(Permit),
    /// It is over the limit: respond with 503, and hold the permit until the connection ends.
    Reject(RejectionPermit),
    /// It is over the limit, and so are the connections that get a 503: close it.
    Close,
}

/// The permit of a connection that only gets a 503.
pub struct RejectionPermit(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl ConnectionLimit {
    pub fn new(settings: &ConnectionSettings, rejections: Arc<Rejections>) -> Self {
        Self {
            limit: ConcurrencyLimit::new(Limits {
                global: settings.max_connections,
                per_address: settings.max_connections_per_address,
                per_token: 0,
            }),
            trusted_proxies: settings.trusted_proxies.clone(),
            rejection_permits: Arc::new(Semaphore::new(MAX_REJECTIONS_IN_PROGRESS)),
            rejections,
        }
    }

    /// Decides about a new connection. A trusted proxy has no per-address limit: its connections are those of many
    /// clients, whose requests count against their own IPs.
    pub fn admit(&self, peer: IpAddr) -> Admission {
        let address = (!self.trusted_proxies.contains(peer)).then_some(peer);
        let reason = match self.limit.try_acquire(ClientKey { address, token: None }) {
            Ok(permit) => return Admission::Serve(permit),
            Err(LimitExceeded::PerAddress) => Reason::TooManyConnectionsPerAddress,
            Err(LimitExceeded::Global | LimitExceeded::PerToken) => Reason::TooManyConnections,
        };
        self.rejections.record_connection(reason, peer);
        match self.rejection_permits.clone().try_acquire_owned() {
            Ok(permit) => Admission::Reject(RejectionPermit(permit)),
            Err(_) => Admission::Close,
        }
    }
}
