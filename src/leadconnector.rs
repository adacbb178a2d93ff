//! The LeadConnector REST API: its operations, and a client that sends them. Independent of MCP.
//!
//! An [`Operation`] is a struct of parameters. With a location it becomes a [`Request`], a plain value, which
//! the [`Client`] sends with the caller's [`Token`], within the location's rate limit and until a deadline.

mod body_type;
mod client;
mod endpoint;
mod error;
pub mod field;
mod location;
mod marketplace;
pub mod multipart;
pub mod next_page;
mod operation;
mod paging;
mod parts;
pub mod path;
mod placeholder;
pub mod rate_limit_headers;
mod rate_limiter;
mod request;
mod response;
mod retry;
mod send_options;
mod token;

pub mod calendars;
pub mod contacts;
pub mod conversations;
pub mod locations;
pub mod opportunities;
pub mod payments;

pub use body_type::BodyType;
pub use client::{Client, TlsError};
pub use endpoint::{Accept, Endpoint, ListStyle, LocationIn, Parameter, ParameterIn};
pub use error::{Error, Unreachable, seconds};
pub use location::{InvalidLocationId, LocationId};
pub use marketplace::{Marketplace, MarketplaceError, MarketplaceTokens};
pub use operation::{ArgumentError, Operation};
pub use paging::Paging;
pub use parts::{Body, Parts};
pub use placeholder::Placeholder;
pub use request::{Request, RequestError};
pub use response::{Media, Response};
pub use send_options::{RetryCause, SendEvent, SendObserver, SendOptions, WaitReason, WaitStatus};
pub use token::{InvalidToken, Token};
