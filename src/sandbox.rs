//! An in-memory `LeadConnector` to try the gateway on, and to test against.
//!
//! [`router`] serves the operations that everyday work needs, over one location; the API's other operations respond with
//! 501. It is as strict as the real API where clients make mistakes (tokens, scopes, `Version` headers, other locations,
//! wrong or unknown properties). Writes change its data until the router is dropped.
//!
//! Its data:
//!
//! - Dates are relative to the day of the start, in the location's time zone: they lie between 30 days before and 30
//!   days after it. A write is dated with the system's clock. [`Options::date`] fixes the day and the clock, so that
//!   the same calls always give the same responses.
//! - [`well_known`] names the records that examples and tests build on: one person, Rosa Deo, with tasks,
//!   a conversation, an opportunity, an appointment, an invoice, an order and a transaction.
//! - Ids of new records are counted, not random.
//!
//! Where the published documents leave a behaviour open, the comment beside the code says what was chosen.
//!
//! Map: `faults` (latency and injected errors), `rate_limit` and `access` (token, version, scope, location) stand in
//! front; `routes` has every path, and `unmodelled` the response to the others; `route` parses a request, validates it
//! with `fields`, and calls one function of a service file (`contacts`, `conversations`, …) on the `store`, which `seed`
//! fills; `records` has what the simple services share; `response` writes the response. `oauth` plays the marketplace's
//! OAuth, with a state and a clock of its own. `clock` knows today's date and the time; `time` reads and writes dates.

mod access;
mod businesses;
mod calendars;
mod clock;
mod contacts;
mod conversations;
mod faults;
mod fields;
mod invoices;
mod locations;
mod marketing;
mod oauth;
mod opportunities;
mod paging;
mod payments;
mod products;
mod rate_limit;
mod records;
mod response;
mod route;
mod routes;
mod seed;
mod store;
#[cfg(test)]
mod tests;
mod time;
mod tokens;
mod unmodelled;
mod users;
pub mod well_known;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use jiff::civil::Date;
use parking_lot::{Mutex, MutexGuard};

use clock::Clock;
use faults::Faults;
use oauth::Oauth;
use rate_limit::RateLimits;
use store::Store;

pub use faults::{InvalidShare, Share};
pub use oauth::{OauthControls, OauthFault};
pub use tokens::{
    AGENCY_TOKEN, COMPANY, EXPIRED_TOKEN, MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, READ_ONLY_TOKEN, SCOPES,
    TOKEN, scope_token,
};

/// The one location.
pub const LOCATION: &str = "sbxLOC0000000000DEMO";

/// The largest request body in bytes; the real API's limit is not documented.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// How a sandbox behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The day that the data's dates are relative to, from 2000 to 2099. `None` is today, in the location's time zone,
    /// and the system's clock dates the writes. A fixed day starts at 9:00, and each write moves its clock by 1 s.
    /// OAuth codes and tokens are dated by a clock that stands at that 9:00 unless [`OauthControls::advance`] moves it.
    pub date: Option<Date>,
    /// Requests per interval and token, which is per token and location: a private integration token belongs to one
    /// location. `None` counts nothing, and the rate-limit headers then promise 1,000,000 remaining requests in every
    /// response, so that a client which obeys them is not slowed down.
    pub rate_limit: Option<u32>,
    /// The interval of `rate_limit`.
    pub rate_interval: Duration,
    /// How long each response is delayed.
    pub latency: Duration,
    /// The share of requests that get a 500 or 503 response and are not carried out.
    pub faults: Share,
    /// What a test can change of the OAuth routes while the sandbox runs.
    pub oauth: OauthControls,
}

impl Default for Options {
    /// Today's date, the real API's limit (100 requests per 10 s), no latency and no faults.
    fn default() -> Self {
        Self {
            date: None,
            rate_limit: Some(100),
            rate_interval: Duration::from_secs(10),
            latency: Duration::ZERO,
            faults: Share::default(),
            oauth: OauthControls::default(),
        }
    }
}

/// What all requests to one router share.
#[derive(Debug)]
struct Sandbox {
    store: Mutex<Store>,
    rate_limits: RateLimits,
    faults: Faults,
    oauth: Oauth,
    /// Error responses so far: the source of their `traceId`.
    errors: AtomicU64,
}

impl Sandbox {
    fn store(&self) -> MutexGuard<'_, Store> {
        // A panic in one request must not fail the following ones.
        self.store.lock()
    }
}

/// The whole API, over fresh data: two routers share nothing.
pub fn router(options: &Options) -> Router {
    let clock = Clock::new(options.date);
    // With a fixed day the OAuth clock stands, so that tokens, too, are the same in every run.
    let fixed_start = options.date.and_then(|_| u64::try_from(clock.now_ms() / 1000).ok());
    let sandbox = Arc::new(Sandbox {
        oauth: Oauth::new(&options.oauth, fixed_start),
        store: Mutex::new(seed::store(clock)),
        rate_limits: RateLimits::new(options.rate_limit, options.rate_interval),
        faults: Faults::new(options.latency, options.faults),
        errors: AtomicU64::new(0),
    });
    routes::routes()
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        // The last layer is the outermost: a fault counts against the rate limit, and a 429 is delayed, too.
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), faults::inject))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), rate_limit::enforce))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), faults::delay))
        .with_state(sandbox)
}
