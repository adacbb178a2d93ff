//! The pages that a person sees while connecting an app by OAuth. Their input is plain data; the markup is in `pages/`.
//!
//! They have no script and load nothing. Each works by keyboard alone, without its style, and at a width of 320 pixels.

mod document;

use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// The app that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// As the app calls itself, unless it is known.
    pub name: String,
    /// Whether the gateway itself vouches for the name: a built-in client, or one that the operator configured.
    pub is_known: bool,
}

/// Where the browser goes with the answer: what the redirect URI says to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The host of an `https` URI.
    Host(String),
    /// `host:port` of a loopback URI.
    ThisComputer(String),
    /// The scheme of a private-use URI, without the colon.
    App(String),
}

/// The page that asks for consent, and for the credential to give.
///
/// It posts `form`, `decision` (`allow`, `deny` or `highlevel`), `token`, `location` and, if the box is checked,
/// `read_only=true` to `/oauth/authorize`. A token that was typed in is never shown again.
#[derive(Debug, Clone, Template)]
#[template(path = "consent.html", config = "src/web/oauth/askama.toml")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is shown or not")]
pub struct ConsentPage {
    /// The host of the gateway.
    pub gateway: String,
    /// Who asks.
    pub client: Client,
    /// Where the answer goes.
    pub destination: Destination,
    /// Whether the client asked for more than reading.
    pub may_write: bool,
    /// The part of the CRM, as in "contacts and calendars"; `None` is all of it.
    pub tools: Option<String>,
    /// The sealed authorization request, which comes back with the decision.
    pub form: String,
    /// What the location's field holds.
    pub location: String,
    /// Whether the box "Read only" is checked. There is no box for a client that asked for reading only.
    pub read_only: bool,
    /// Whether a Private Integration Token can be given: the two fields and "Allow".
    pub pastes_token: bool,
    /// Whether HighLevel's own login can be used: "Continue with HighLevel".
    pub highlevel: bool,
    /// What is wrong with the token.
    pub token_error: Option<String>,
    /// What is wrong with the location.
    pub location_error: Option<String>,
    /// What went wrong that is no field's fault.
    pub notice: Option<String>,
}

/// The page after a consent whose token lacks scopes. It posts `form` and `decision` (`allow`, `back` or `deny`).
#[derive(Debug, Clone, Template)]
#[template(path = "limits.html", config = "src/web/oauth/askama.toml")]
pub struct LimitsPage {
    /// The host of the gateway.
    pub gateway: String,
    /// Who asks.
    pub client: Client,
    /// The sealed authorization request, which comes back with the decision.
    pub form: String,
    /// Each scope that the token lacks, with what it is for.
    pub limits: Vec<String>,
}

/// The page of an error after which the browser cannot go back to the app.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html", config = "src/web/oauth/askama.toml")]
pub struct MessagePage {
    /// What happened, in a few words.
    pub title: String,
    /// The same in a sentence or two.
    pub message: String,
    /// What to do now.
    pub next: Option<String>,
}

impl ConsentPage {
    /// The page, with all headers.
    pub fn into_response(self, status: StatusCode) -> Response {
        document::response(status, self.render())
    }

    fn has_errors(&self) -> bool {
        self.token_error.is_some() || self.location_error.is_some() || self.notice.is_some()
    }
}

impl LimitsPage {
    /// The page, with all headers.
    pub fn into_response(self, status: StatusCode) -> Response {
        document::response(status, self.render())
    }
}

impl MessagePage {
    /// The page, with all headers.
    pub fn into_response(self, status: StatusCode) -> Response {
        document::response(status, self.render())
    }
}

#[cfg(test)]
mod tests;
