//! `HighLevel`'s marketplace: OAuth with the operator's app. Facts: the published operations `POST /oauth/token` and
//! `POST /oauth/locationToken`.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::client::{TlsError, USER_AGENT, tls_config};
use crate::config::{MarketplaceSettings, UpstreamSettings, is_loopback};

/// How long a request may take: Claude waits 10 s for a token.
const TIMEOUT: Duration = Duration::from_secs(8);

/// The largest answer, in bytes; real ones have some 4 KB.
const MAX_ANSWER: usize = 64 * 1024;

/// The `Version` header of these operations.
const VERSION: &str = "2021-07-28";

/// The operator's app at the marketplace.
pub struct Marketplace {
    http: reqwest::Client,
    base: String,
    authorize_url: Url,
    client_id: String,
    client_secret: SecretString,
    scopes: String,
}

/// Tokens of the marketplace. Their `Debug` output hides them.
pub struct MarketplaceTokens {
    /// The access token.
    pub access_token: String,
    /// How long it is valid, in seconds.
    pub expires_in: u32,
    /// The refresh token, good for one use.
    pub refresh_token: String,
    /// Whether they are an agency's.
    pub is_company: bool,
    /// The agency's id.
    pub company: Option<String>,
    /// The location's id, if they are a location's.
    pub location: Option<String>,
    /// The locations for which the user installed the app, of an agency's tokens.
    pub approved_locations: Vec<String>,
}

/// Why there are no tokens. Nothing of the answer is repeated: it may hold some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarketplaceError {
    /// It refused.
    #[error("it refused with status {0}")]
    Refused(StatusCode),
    /// It answered, but not what it is asked for: an outage, a limit, something in between, or a problem of the operator's app.
    #[error("{0}")]
    Unavailable(String),
    /// No answer came, so it may have done what it was asked.
    #[error("{0}")]
    NoAnswer(String),
}

impl MarketplaceError {
    /// Whether the same request may succeed.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(rename = "access_token")]
    access_token: String,
    #[serde(rename = "expires_in")]
    expires_in: u32,
    #[serde(rename = "refresh_token", default)]
    refresh_token: String,
    user_type: Option<String>,
    company_id: Option<String>,
    location_id: Option<String>,
    #[serde(default)]
    approved_locations: Option<Vec<String>>,
}

impl Marketplace {
    /// Creates a client for the operator's app. Tokens come from the API's own host.
    ///
    /// # Errors
    ///
    /// If the TLS library cannot be set up.
    pub fn new(settings: &MarketplaceSettings, upstream: &UpstreamSettings) -> Result<Self, TlsError> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(upstream.connect_timeout)
            .timeout(TIMEOUT)
            .tls_backend_preconfigured(tls_config(upstream.url.scheme() == "https")?)
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            // A connection for each request: on a shared one an answer too many would give a user another's tokens.
            .pool_max_idle_per_host(0);
        let http = if is_loopback(&upstream.url) { http.no_proxy() } else { http };
        Ok(Self {
            http: http.build()?,
            base: upstream.url.as_str().trim_end_matches('/').to_owned(),
            authorize_url: settings.authorize_url.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            scopes: settings.scopes.join(" "),
        })
    }

    /// Where the user chooses a location. `state` comes back with the code.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str) -> String {
        let mut url = self.authorize_url.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &self.scopes)
            .append_pair("loginWindowOpenMode", "self")
            .append_pair("state", state);
        url.into()
    }

    /// Exchanges a code.
    ///
    /// # Errors
    ///
    /// If the marketplace refuses or gives no answer.
    pub async fn exchange(&self, code: &str, redirect_uri: &str) -> Result<MarketplaceTokens, MarketplaceError> {
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("user_type", "Location"),
        ])
        .await
    }

    /// Exchanges a refresh token for new tokens. Within 30 s the same refresh token gives the same new ones, so a request that
    /// got no answer is sent once more.
    ///
    /// # Errors
    ///
    /// If the marketplace refuses or gives no answer.
    pub async fn refresh(&self, refresh_token: &str, is_company: bool) -> Result<MarketplaceTokens, MarketplaceError> {
        let user_type = if is_company { "Company" } else { "Location" };
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("user_type", user_type)];
        match self.tokens(&form).await {
            Err(MarketplaceError::NoAnswer(_)) => self.tokens(&form).await,
            result => result,
        }
    }

    /// Exchanges an agency's access token for that of a location; also returns how long it is valid, in seconds.
    ///
    /// # Errors
    ///
    /// If the marketplace refuses or gives no answer.
    pub async fn location_token(
        &self,
        access_token: &str,
        company: &str,
        location: &str,
    ) -> Result<(String, u32), MarketplaceError> {
        let request = self.http.post(format!("{}/oauth/locationToken", self.base)).bearer_auth(access_token);
        let answer = answer(request, &[("companyId", company), ("locationId", location)]).await?;
        Ok((answer.access_token, answer.expires_in))
    }

    async fn tokens(&self, form: &[(&str, &str)]) -> Result<MarketplaceTokens, MarketplaceError> {
        let secret = self.client_secret.expose_secret();
        let form: Vec<_> =
            form.iter().copied().chain([("client_id", self.client_id.as_str()), ("client_secret", secret)]).collect();
        let answer = answer(self.http.post(format!("{}/oauth/token", self.base)), &form).await?;
        if answer.refresh_token.is_empty() {
            return Err(unavailable("its answer has no refresh token"));
        }
        Ok(MarketplaceTokens {
            access_token: answer.access_token,
            expires_in: answer.expires_in,
            refresh_token: answer.refresh_token,
            is_company: answer.user_type.as_deref() == Some("Company"),
            company: answer.company_id,
            location: answer.location_id.filter(|id| !id.is_empty()),
            approved_locations: answer.approved_locations.unwrap_or_default(),
        })
    }
}

/// Sends a request and reads its answer. Neither is ever logged: both hold secrets.
async fn answer(request: reqwest::RequestBuilder, form: &[(&str, &str)]) -> Result<Answer, MarketplaceError> {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let failed = |error: reqwest::Error| MarketplaceError::NoAnswer(super::error::root_cause(&error.without_url()));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(ACCEPT, "application/json");
    let mut response = request.header("version", VERSION).body(form).send().await.map_err(failed)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(unavailable("its answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    if !status.is_success() {
        return Err(rejection(status, &body));
    }
    serde_json::from_slice(&body).map_err(|_| unavailable("its answer cannot be read"))
}

/// What an error response means. Only one in JSON about the code or the token is final: for anything else, like a firewall's page
/// or a wrong secret of the app, users must not lose their connections.
fn rejection(status: StatusCode, body: &[u8]) -> MarketplaceError {
    #[derive(Deserialize)]
    struct Rejection {
        error: Option<serde_json::Value>,
        message: Option<serde_json::Value>,
    }
    let said = serde_json::from_slice(body).ok().map(|Rejection { error, message }| {
        format!("{} {}", error.unwrap_or_default(), message.unwrap_or_default()).to_lowercase()
    });
    let is_final = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY
    );
    match said {
        Some(said) if is_final && !said.contains("client") => MarketplaceError::Refused(status),
        _ => unavailable(&format!("it answered with status {status}")),
    }
}

fn unavailable(cause: &str) -> MarketplaceError {
    MarketplaceError::Unavailable(cause.to_owned())
}

impl fmt::Debug for MarketplaceTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MarketplaceTokens").field("location", &self.location).finish_non_exhaustive()
    }
}
