//! `POST /oauth/token`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::input::{self, FORM};
use super::response::OAuthResponse;
use super::{CHECK_TIMEOUT, OAuth, callback, log};
use crate::auth::oauth::{
    CodeSource, Connection, OAuthError, Redemption, RefreshSource, Renewal, TokenRequest, TokenResponse, unix_now,
};
use crate::calls::Caller;
use crate::calls::probe::{self, TokenCheck};
use crate::leadconnector::{MarketplaceError, MarketplaceTokens, Token};
use crate::mcp;

/// How long the exchange of a code may take, with all its requests to `HighLevel`: Claude waits 10 s.
const EXCHANGE_TIMEOUT: Duration = Duration::from_millis(9_500);

/// How long a refresh may take: Claude waits 30 s.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(25);

/// How much sooner than the API's token ours expires, in seconds: clients need it a little longer than they think.
const MARGIN: u32 = 300;

/// The shortest life of a token, in seconds, whatever the API's is: a client would refresh without end.
const MIN_LIFETIME: u32 = 60;

/// Issues tokens.
pub async fn post(State(oauth): State<Arc<OAuth>>, request: Request) -> OAuthResponse<TokenResponse> {
    match issue(&oauth, request).await {
        Ok(answer) => OAuthResponse::Ok(answer),
        Err(error) => OAuthResponse::Error(error),
    }
}

async fn issue(oauth: &OAuth, request: Request) -> Result<TokenResponse, OAuthError> {
    let (parts, body, _permit) = input::read(oauth, request, FORM).await?;
    let request = oauth.server.read_token_request(&body, basic(&parts.headers), unix_now()).await?;
    let (grant, scopes, tokens) = match request {
        TokenRequest::Code(Redemption { grant, source }) => {
            let tokens = match source {
                CodeSource::Token(connection) => Tokens::of(connection),
                CodeSource::Marketplace(code) => {
                    let tokens = within(EXCHANGE_TIMEOUT, exchange(oauth, &code)).await?;
                    oauth.server.mark_used(grant.id).await;
                    log::connected_by_marketplace(&grant, &tokens.connection.location);
                    tokens
                }
            };
            let scopes = grant.scopes;
            (grant, scopes, tokens)
        }
        TokenRequest::Refresh(Renewal { grant, scopes, source }) => {
            let tokens = match source {
                RefreshSource::Token(connection) => {
                    check(oauth, &connection, mcp::request_id(&parts.extensions)).await?;
                    Tokens::of(connection)
                }
                RefreshSource::Marketplace { refresh_token, location, company } => {
                    within(REFRESH_TIMEOUT, refresh(oauth, &refresh_token, location, company)).await?
                }
            };
            (grant, scopes, tokens)
        }
    };
    let Tokens { connection, source, lifetime } = tokens;
    log::issued(grant.id, &connection.location);
    oauth.server.issue(grant, scopes, connection, source, lifetime, unix_now())
}

/// What a token is issued for.
struct Tokens {
    connection: Connection,
    source: RefreshSource,
    /// How long the API's token is valid, in seconds, if it expires.
    lifetime: Option<u32>,
}

impl Tokens {
    /// A Private Integration Token: it is its own refresh token, and does not expire.
    fn of(connection: Connection) -> Self {
        Self { connection: connection.clone(), source: RefreshSource::Token(connection), lifetime: None }
    }
}

/// Checks that `HighLevel` still accepts a Private Integration Token, whose owner may have deleted it. An outage costs no user
/// the connection.
async fn check(oauth: &OAuth, connection: &Connection, request_id: &str) -> Result<(), OAuthError> {
    let gone = || OAuthError::invalid_grant("HighLevel no longer accepts the token of this connection: connect again");
    let credential = Token::new(&connection.token).map_err(|_| gone())?.into();
    let location = Some(connection.location.parse().map_err(|_| gone())?);
    let selection = oauth.calls.policy().selection().clone();
    let caller = Caller { credential, location, grant: None, selection, permit: None, max_result_bytes: 0 };
    let checked = probe::check_token(&oauth.calls, &caller, request_id);
    match tokio::time::timeout(CHECK_TIMEOUT, checked).await {
        Ok(TokenCheck::TokenRefused | TokenCheck::AgencyToken | TokenCheck::LocationRefused) => Err(gone()),
        // The location was right once.
        Ok(
            TokenCheck::Works { .. } | TokenCheck::LocationUnproved | TokenCheck::LocationUnknown | TokenCheck::Unknown,
        )
        | Err(_) => Ok(()),
    }
}

async fn within(
    limit: Duration,
    tokens: impl Future<Output = Result<Tokens, OAuthError>>,
) -> Result<Tokens, OAuthError> {
    let late = |_| OAuthError::temporarily_unavailable("HighLevel took too long; retry in some seconds");
    tokio::time::timeout(limit, tokens).await.map_err(late).flatten()
}

/// Exchanges a code of `HighLevel`'s.
async fn exchange(oauth: &OAuth, code: &str) -> Result<Tokens, OAuthError> {
    let marketplace = oauth.marketplace.as_ref().ok_or_else(no_marketplace)?;
    let tokens = marketplace.exchange(code, &callback::url(oauth)).await.map_err(|error| refused(oauth, &error))?;
    let location = match (&tokens.location, &tokens.approved_locations[..]) {
        (Some(location), _) => location.clone(),
        (None, [only]) => only.clone(),
        (None, _) => {
            let description = "the app was installed for an agency: connect again and choose a sub-account";
            return Err(OAuthError::invalid_grant(description));
        }
    };
    of_location(oauth, tokens, location).await
}

/// Refreshes: one refresh at `HighLevel` for each of ours.
async fn refresh(
    oauth: &OAuth,
    refresh_token: &str,
    location: String,
    company: Option<String>,
) -> Result<Tokens, OAuthError> {
    let marketplace = oauth.marketplace.as_ref().ok_or_else(no_marketplace)?;
    let tokens = marketplace.refresh(refresh_token, company.is_some()).await.map_err(|error| refused(oauth, &error))?;
    if tokens.location.as_ref().is_some_and(|other| *other != location) {
        return Err(OAuthError::invalid_grant("HighLevel's token is for another location now: connect again"));
    }
    of_location(oauth, MarketplaceTokens { company: tokens.company.or(company), ..tokens }, location).await
}

/// The tokens of one location: an agency's token is exchanged for it.
async fn of_location(oauth: &OAuth, tokens: MarketplaceTokens, location: String) -> Result<Tokens, OAuthError> {
    if !oauth.server.may_connect(&location) {
        return Err(OAuthError::invalid_grant("the operator of this gateway does not allow this location"));
    }
    let marketplace = oauth.marketplace.as_ref().ok_or_else(no_marketplace)?;
    let (access, expires_in, company) = if tokens.is_company {
        let company = tokens.company.ok_or_else(|| OAuthError::invalid_grant("HighLevel named no agency"))?;
        let mut of_location = marketplace.location_token(&tokens.access_token, &company, &location).await;
        if of_location.as_ref().is_err_and(MarketplaceError::may_pass) {
            // The agency's tokens are already new: without this they would be lost.
            of_location = marketplace.location_token(&tokens.access_token, &company, &location).await;
        }
        let (access, expires_in) = of_location.map_err(|error| refused(oauth, &error))?;
        (access, expires_in, Some(company))
    } else {
        (tokens.access_token, tokens.expires_in, None)
    };
    if Token::new(&access).is_err() {
        return Err(OAuthError::temporarily_unavailable("HighLevel's token cannot be used; retry in some seconds"));
    }
    let source =
        RefreshSource::Marketplace { refresh_token: tokens.refresh_token, location: location.clone(), company };
    let lifetime = Some(expires_in.saturating_sub(MARGIN).max(MIN_LIFETIME));
    Ok(Tokens { connection: Connection { token: access, location }, source, lifetime })
}

/// An outage is no reason to throw tokens away.
fn refused(oauth: &OAuth, error: &MarketplaceError) -> OAuthError {
    oauth.marketplace_log.failed(error);
    match error {
        MarketplaceError::Refused(_) => {
            OAuthError::invalid_grant("HighLevel does not accept this connection: connect again")
        }
        MarketplaceError::Unavailable(_) | MarketplaceError::NoAnswer(_) => {
            OAuthError::temporarily_unavailable("HighLevel gave no answer; retry in some seconds")
        }
    }
}

fn no_marketplace() -> OAuthError {
    OAuthError::invalid_grant("this gateway no longer connects by HighLevel's marketplace: connect again")
}

/// The credentials of HTTP Basic authentication.
fn basic(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(credentials)
}
