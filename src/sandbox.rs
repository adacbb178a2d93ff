//! An in-memory `LeadConnector` to try the gateway on, and to test against.
//!
//! [`router`] answers the 21 REST operations behind the tools, over one location whose data is the same
//! at every start. It is as strict as the real API where clients get it wrong (tokens, scopes, `Version`
//! headers, foreign locations, wrong or unknown properties), and writes change it until it is dropped.
//!
//! What to know about its world:
//!
//! - Its clock stands at 2026-11-16T09:00:00Z and moves by one second with every write, so that the same
//!   calls always give the same answers. Appointments lie between 2026-11-02 and 2026-11-27.
//! - [`well_known`] names the records that examples and tests build on: one person, Rosa Deo, with tasks,
//!   a conversation, an opportunity, an appointment, an order and a transaction.
//! - Ids of records made by writes are counted, not random.
//!
//! Where the published documents leave a behaviour open, the comment beside the code says what was chosen.
//!
//! Map: `access` (token, version, scope, location) and `rate_limit` stand in front; `endpoint` takes a
//! request apart, has `fields` check it, and calls one function of a service file (`contacts`,
//! `conversations`, …) on the `store`, which `seed` filled; `answer` writes the response.

mod access;
mod calendars;
mod contacts;
mod conversations;
mod fields;
mod locations;
mod opportunities;
mod paging;
mod payments;
mod rate_limit;
mod response;
mod route;
mod seed;
mod store;
#[cfg(test)]
mod tests;
mod time;
pub mod well_known;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use rate_limit::RateLimits;
use store::Store;

/// The token every scope of the sandbox is granted to.
pub const TOKEN: &str = "pit-sandbox-00000000-0000-4000-8000-000000000000";

/// A token with only the `.readonly` scopes: for trying how a missing scope reads.
pub const READ_ONLY_TOKEN: &str = "pit-sandbox-readonly";

/// The one location.
pub const LOCATION: &str = "sbxLOC0000000000DEMO";

/// The largest request body in bytes; the real API's limit is not documented.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// How a sandbox behaves.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Requests in an interval for each token, that is, for each token and location: a private integration token
    /// belongs to one location. `None` counts nothing, and the rate-limit headers then promise
    /// 1,000,000 remaining requests in every answer, so that a client which obeys them is not slowed down.
    pub rate_limit: Option<u32>,
    /// The interval in which they are counted.
    pub rate_interval: Duration,
}

impl Default for Options {
    /// The real API's limit: 100 requests per 10 s.
    fn default() -> Self {
        Self { rate_limit: Some(100), rate_interval: Duration::from_secs(10) }
    }
}

/// What all requests to one router share.
#[derive(Debug)]
struct Sandbox {
    store: Mutex<Store>,
    budgets: RateLimits,
    /// Refusals given so far: the source of their `traceId`.
    refusals: AtomicU64,
}

impl Sandbox {
    fn store(&self) -> MutexGuard<'_, Store> {
        // A panic in one request must not take the following ones down with it.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The whole API, over fresh data: nothing is shared with another router.
pub fn router(options: &Options) -> Router {
    let sandbox = Arc::new(Sandbox {
        store: Mutex::new(seed::store()),
        budgets: RateLimits::new(options.rate_limit, options.rate_interval),
        refusals: AtomicU64::new(0),
    });
    Router::new()
        .route("/calendars/events", get(calendars::EVENTS))
        .route("/calendars/appointments/{appointmentId}/notes", get(calendars::APPOINTMENT_NOTES))
        .route("/contacts/", get(contacts::search::LIST).post(contacts::write::CREATE))
        .route("/contacts/upsert", post(contacts::write::UPSERT))
        .route("/contacts/{contactId}", get(contacts::GET).put(contacts::write::UPDATE))
        .route("/contacts/{contactId}/tasks", get(contacts::TASKS))
        .route("/contacts/{contactId}/tags", post(contacts::tags::ADD).delete(contacts::tags::REMOVE))
        .route("/conversations/search", get(conversations::search::SEARCH))
        .route("/conversations/messages", post(conversations::send::SEND))
        .route("/conversations/{conversationId}/messages", get(conversations::messages::LIST))
        .route("/locations/{locationId}", get(locations::GET))
        .route("/locations/{locationId}/customFields", get(locations::CUSTOM_FIELDS))
        .route("/opportunities/search", get(opportunities::search::SEARCH))
        .route("/opportunities/pipelines", get(opportunities::PIPELINES))
        .route("/opportunities/{id}", get(opportunities::GET).put(opportunities::update::UPDATE))
        .route("/payments/orders/{orderId}", get(payments::ORDER))
        .route("/payments/transactions", get(payments::TRANSACTIONS))
        .fallback(route::unknown_route)
        .method_not_allowed_fallback(route::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), rate_limit::enforce))
        .with_state(sandbox)
}
