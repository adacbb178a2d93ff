//! What tests change of the OAuth routes while they run: the time, and whether the token endpoints fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

/// How the token endpoints misbehave: `/oauth/token`, `/oauth/locationToken` and `/oauth/location-token`.
///
/// The page and the other routes do not; [`Options::faults`](crate::sandbox::Options::faults) is a share of all
/// requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OauthFault {
    /// Not at all.
    #[default]
    None,
    /// 500; the request is not carried out.
    InternalError,
    /// 429 with this `Retry-After`, in seconds; the request is not carried out.
    TooManyRequests {
        /// The header's value.
        retry_after_seconds: u32,
    },
    /// The request is carried out, and its response comes this much later. A client that gives up before then has lost
    /// the new tokens: the hardest case, which the 30 s in which an old refresh token still works are for.
    Delay(Duration),
}

/// A handle on the OAuth state of the sandboxes that were built with it. Its clones are the same handle.
#[derive(Debug, Clone, Default)]
pub struct OauthControls(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// How far the clock was moved, in seconds.
    offset_seconds: AtomicU64,
    fault: Mutex<OauthFault>,
}

impl OauthControls {
    /// A handle with a fault from the start.
    pub fn with_fault(fault: OauthFault) -> Self {
        let controls = Self::default();
        controls.set_fault(fault);
        controls
    }

    /// Moves the OAuth clock forward, by whole seconds. It dates codes and tokens only: neither the records nor the rate
    /// limits.
    pub fn advance(&self, duration: Duration) {
        self.0.offset_seconds.fetch_add(duration.as_secs(), Ordering::Relaxed);
    }

    /// Sets how the token endpoints misbehave from the next request on.
    pub fn set_fault(&self, fault: OauthFault) {
        *self.0.fault.lock() = fault;
    }

    pub(super) fn fault(&self) -> OauthFault {
        *self.0.fault.lock()
    }

    fn offset_seconds(&self) -> u64 {
        self.0.offset_seconds.load(Ordering::Relaxed)
    }
}

/// What dates codes and tokens.
#[derive(Debug)]
pub struct OauthClock {
    controls: OauthControls,
    fixed_start: Option<u64>,
}

impl OauthClock {
    /// A clock that stands at `fixed_start`, in epoch seconds, or else the system's. The controls move both.
    pub fn new(controls: OauthControls, fixed_start: Option<u64>) -> Self {
        Self { controls, fixed_start }
    }

    /// The time in epoch seconds.
    pub fn now(&self) -> u64 {
        let start = self.fixed_start.unwrap_or_else(|| u64::try_from(Timestamp::now().as_second()).unwrap_or(0));
        start.saturating_add(self.controls.offset_seconds())
    }
}
