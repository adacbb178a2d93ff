//! The token endpoint's part, and the opening of access tokens.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::{AuthorizationServer, seconds};
use crate::auth::oauth::client::id_hash;
use crate::auth::oauth::error::OAuthError;
use crate::auth::oauth::grant::{Access, Code, CodeSource, Connection, Grant, GrantId, Refresh, RefreshSource};
use crate::auth::oauth::parameters::{InvalidParameter, Parameters};
use crate::auth::oauth::resource::Resource;
use crate::auth::oauth::scope::Scopes;
use crate::auth::oauth::seal::Kind;

/// A verified request to the token endpoint.
#[derive(Debug)]
pub enum TokenRequest {
    /// A code is exchanged.
    Code(Redemption),
    /// A refresh token is used.
    Refresh(Renewal),
}

/// A code that may be exchanged.
#[derive(Debug)]
pub struct Redemption {
    /// The consent.
    pub grant: Grant,
    /// What the code stands for.
    pub source: CodeSource,
}

/// A refresh token that may be used.
#[derive(Debug)]
pub struct Renewal {
    /// The consent.
    pub grant: Grant,
    /// The scopes of the new access token.
    pub scopes: Scopes,
    /// Where it comes from.
    pub source: RefreshSource,
}

/// The answer (RFC 6749 section 5.1).
#[derive(Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: String,
    scope: String,
}

impl AuthorizationServer {
    /// Reads and verifies a request to the token endpoint: its form, and its `Authorization` header without `Basic`.
    ///
    /// # Errors
    ///
    /// The error for the client.
    pub async fn read_token_request(
        &self,
        form: &[u8],
        basic: Option<&str>,
        now: u32,
    ) -> Result<TokenRequest, OAuthError> {
        let form = Parameters::parse(form);
        let get = |name| form.get(name).map_err(malformed);
        let client_id = client_id(get("client_id")?, basic)?;
        let resource = match form.get("resource") {
            Ok(text) => text.map(|text| Resource::parse(text, self.public_url())).transpose(),
            Err(_) => return Err(OAuthError::invalid_target()),
        };
        let resource = resource.map_err(|_| OAuthError::invalid_target())?;
        match get("grant_type")? {
            Some("authorization_code") => {
                let code = get("code")?.ok_or_else(|| missing("code"))?;
                let verifier = get("code_verifier")?.ok_or_else(|| missing("code_verifier"))?;
                let redirect_uri = get("redirect_uri")?;
                let redemption = self.verify_code(code, verifier, redirect_uri, &client_id, now)?;
                check_resource(resource.as_ref(), &redemption.grant)?;
                self.use_code(&redemption).await?;
                Ok(TokenRequest::Code(redemption))
            }
            Some("refresh_token") => {
                let token = get("refresh_token")?.ok_or_else(|| missing("refresh_token"))?;
                let renewal = self.verify_refresh(token, get("scope")?, &client_id, now)?;
                check_resource(resource.as_ref(), &renewal.grant)?;
                Ok(TokenRequest::Refresh(renewal))
            }
            Some(_) => {
                let description = "the grant_type must be authorization_code or refresh_token";
                Err(OAuthError::new("unsupported_grant_type", description))
            }
            None => Err(missing("grant_type")),
        }
    }

    fn verify_code(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: Option<&str>,
        client_id: &str,
        now: u32,
    ) -> Result<Redemption, OAuthError> {
        // RFC 7636 section 4.1.
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
            return Err(OAuthError::invalid_request(
                "the code_verifier must be 43 to 128 letters, digits, -, ., _ or ~",
            ));
        }
        self.check_client(client_id)?;
        let invalid = || OAuthError::invalid_grant("the code is not valid, or no longer: connect again");
        let code: Code = self.keyring.open(Kind::Code, code).map_err(|_| invalid())?;
        let is_holder = verify_slices_are_equal(digest(&SHA256, verifier.as_bytes()).as_ref(), &code.challenge).is_ok();
        let redirect_uri_fits = match redirect_uri {
            Some(uri) => id_hash(uri) == code.redirect_uri,
            None => !code.names_redirect_uri,
        };
        let is_valid =
            now < code.expires_at && code.grant.client == id_hash(client_id) && redirect_uri_fits && is_holder;
        if !is_valid || self.is_revoked(code.grant.id, code.grant.granted_at, None) {
            return Err(invalid());
        }
        Ok(Redemption { grant: code.grant, source: code.source })
    }

    /// Marks a code as used. One of `HighLevel`'s is used up there, and may be tried again after an outage.
    async fn use_code(&self, redemption: &Redemption) -> Result<(), OAuthError> {
        let is_used = match redemption.source {
            CodeSource::Token(_) => !self.used_codes.entry(redemption.grant.id).or_insert(()).await.is_fresh(),
            CodeSource::Marketplace(_) => self.used_codes.contains_key(&redemption.grant.id),
        };
        if is_used { Err(OAuthError::invalid_grant("the code was used already: connect again")) } else { Ok(()) }
    }

    /// Marks the code of a consent as used, once `HighLevel` has exchanged its own.
    pub async fn mark_used(&self, grant: GrantId) {
        self.used_codes.insert(grant, ()).await;
    }

    fn verify_refresh(
        &self,
        token: &str,
        scope: Option<&str>,
        client_id: &str,
        now: u32,
    ) -> Result<Renewal, OAuthError> {
        self.check_client(client_id)?;
        let invalid = || OAuthError::invalid_grant("the refresh token is not valid, or no longer: connect again");
        let refresh: Refresh = self.keyring.open(Kind::Refresh, token).map_err(|_| invalid())?;
        let Refresh { grant, expires_at, source } = refresh;
        let connection = match &source {
            RefreshSource::Token(connection) => connection.clone(),
            RefreshSource::Marketplace { location, .. } => {
                Connection { token: String::new(), location: location.clone() }
            }
        };
        let is_revoked = self.is_revoked(grant.id, grant.granted_at, Some(&connection));
        if now >= expires_at || grant.client != id_hash(client_id) || is_revoked {
            return Err(invalid());
        }
        let scopes = grant.scopes.narrowed(scope);
        let scopes =
            scopes.ok_or_else(|| OAuthError::new("invalid_scope", "the scope is more than the user allowed"))?;
        Ok(Renewal { grant, scopes, source })
    }

    fn check_client(&self, client_id: &str) -> Result<(), OAuthError> {
        if self.clients.is_plausible(client_id, &self.keyring) { Ok(()) } else { Err(OAuthError::invalid_client()) }
    }

    /// Issues an access token for a connection, and the next refresh token. `lifetime` is that of the API's token in seconds, if
    /// it has one. A refresh token that was used stays valid, because nothing is stored: see SECURITY.md.
    ///
    /// # Errors
    ///
    /// If a token would be too long.
    pub fn issue(
        &self,
        grant: Grant,
        scopes: Scopes,
        connection: Connection,
        source: RefreshSource,
        lifetime: Option<u32>,
        now: u32,
    ) -> Result<TokenResponse, OAuthError> {
        let grant_ends_at = grant.granted_at.saturating_add(seconds(self.settings.grant_lifetime));
        let lifetime = lifetime.unwrap_or(u32::MAX).min(seconds(self.settings.access_lifetime));
        let announced_end = now.saturating_add(lifetime).min(grant_ends_at);
        let access = Access {
            grant: grant.id,
            granted_at: grant.granted_at,
            expires_at: announced_end.saturating_add(leeway(lifetime)),
            scopes,
            resource: grant.resource.clone(),
            connection,
        };
        let refresh_ends_at = now.saturating_add(seconds(self.settings.refresh_idle)).min(grant_ends_at);
        let refresh = Refresh { grant, expires_at: refresh_ends_at, source };
        let too_long = |_| {
            tracing::error!(target: "leadconnector_mcp::oauth", "a token of HighLevel is too long to be sealed");
            OAuthError::internal()
        };
        Ok(TokenResponse {
            access_token: self.keyring.seal(Kind::Access, &access).map_err(too_long)?,
            token_type: "Bearer",
            expires_in: announced_end.saturating_sub(now),
            refresh_token: self.keyring.seal(Kind::Refresh, &refresh).map_err(too_long)?,
            scope: scopes.as_text(),
        })
    }
}

/// How much longer than announced an access token is accepted, in seconds. Clients count from when they got it, times here are
/// whole seconds, and some clients answer a 401 by a new consent instead of a refresh.
fn leeway(lifetime: u32) -> u32 {
    2 + (lifetime / 60).min(60)
}

fn malformed(error: InvalidParameter) -> OAuthError {
    OAuthError::invalid_request(error.to_string())
}

fn missing(name: &'static str) -> OAuthError {
    OAuthError::invalid_request(format!("the parameter {name} is missing"))
}

/// The resource must be the one of the consent (RFC 8707 section 2.2); clients may leave it out.
fn check_resource(requested: Option<&Resource>, grant: &Grant) -> Result<(), OAuthError> {
    if requested.is_none_or(|requested| *requested == grant.resource) {
        Ok(())
    } else {
        Err(OAuthError::invalid_target())
    }
}

/// The client's id: from the form, or from HTTP Basic authentication (RFC 6749 section 2.3.1). A secret is ignored, because this
/// gateway gives none.
fn client_id(in_form: Option<&str>, basic: Option<&str>) -> Result<String, OAuthError> {
    let in_header = basic.and_then(|basic| {
        let decoded = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
        let id = decoded.split_once(':').map_or(decoded.as_str(), |(id, _)| id);
        Some(percent_decode_str(id).decode_utf8().ok()?.into_owned())
    });
    match (in_form, in_header) {
        (Some(one), Some(other)) if one != other => {
            Err(OAuthError::invalid_request("the form and the Authorization header name different clients"))
        }
        (Some(id), _) => Ok(id.to_owned()),
        (None, Some(id)) if !id.is_empty() => Ok(id),
        (None, _) => Err(missing("client_id")),
    }
}
