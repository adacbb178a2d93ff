//! The codes, access tokens and refresh tokens that are valid.

use std::sync::Arc;

use serde_json::Value;

use super::bounded::Bounded;
use super::grant::Grant;
use super::jwt::{self, TokenKind};
use crate::sandbox::well_known;

/// The life of a code, in seconds. The documents give none; 15 minutes is claimed by others and not verified.
const CODE_LIFE: u64 = 15 * 60;

/// The documented life of an access token, in seconds: a day, less one second.
pub const ACCESS_TOKEN_LIFE: u64 = 86_399;

/// The documented life of an unused refresh token, in seconds: a year.
const REFRESH_TOKEN_LIFE: u64 = 365 * 24 * 60 * 60;

/// How long a used refresh token still gives the same response, in seconds.
const REFRESH_REPEAT: u64 = 30;

/// The most codes, access tokens and refresh tokens, each, that are kept.
const CAPACITY: usize = 1000;

/// A code that was not exchanged yet.
#[derive(Debug)]
pub struct PendingCode {
    grant: Arc<Grant>,
    /// As the authorization request wrote it.
    pub redirect_uri: String,
    expires_at: u64,
}

#[derive(Debug)]
struct AccessToken {
    grant: Arc<Grant>,
    expires_at: u64,
}

#[derive(Debug)]
struct RefreshToken {
    grant: Arc<Grant>,
    expires_at: u64,
    /// When it was used, in epoch seconds, and the response that its use gave.
    used: Option<(u64, Value)>,
}

/// New tokens.
#[derive(Debug)]
pub struct IssuedTokens {
    pub access_token: String,
    pub refresh_token: String,
    pub refresh_token_id: String,
}

/// What becomes of a refresh token.
#[derive(Debug)]
pub enum Refresh {
    /// It is used now, and gives new tokens for this.
    First(Arc<Grant>),
    /// It was used shortly before, and gives this response again.
    Repeated(Value),
}

/// Everything that is valid.
#[derive(Debug)]
pub struct Grants {
    codes: Bounded<PendingCode>,
    access_tokens: Bounded<AccessToken>,
    refresh_tokens: Bounded<RefreshToken>,
    /// Codes and tokens so far.
    last_number: u32,
}

impl Default for Grants {
    fn default() -> Self {
        let (codes, access_tokens) = (Bounded::new(CAPACITY), Bounded::new(CAPACITY));
        Self { codes, access_tokens, refresh_tokens: Bounded::new(CAPACITY), last_number: 0 }
    }
}

impl Grants {
    fn next_number(&mut self) -> u32 {
        self.last_number += 1;
        self.last_number
    }

    /// A new code: 40 hexadecimal digits, the form of real ones.
    pub fn add_code(&mut self, grant: Grant, redirect_uri: &str, now: u64) -> String {
        let number = self.next_number();
        let digits = well_known::hex_id("code", number) + &well_known::hex_id("rest of code", number);
        let code = digits[..40].to_owned();
        let pending =
            PendingCode { grant: Arc::new(grant), redirect_uri: redirect_uri.to_owned(), expires_at: now + CODE_LIFE };
        self.codes.insert(code.clone(), pending);
        code
    }

    /// The code with this text; `None` if it is unknown, expired or used.
    pub fn pending_code(&self, code: &str, now: u64) -> Option<&PendingCode> {
        self.codes.get(code).filter(|pending| now < pending.expires_at)
    }

    /// Uses up a code.
    pub fn take_code(&mut self, code: &str) -> Option<Arc<Grant>> {
        self.codes.remove(code).map(|pending| pending.grant)
    }

    /// A new access token without a refresh token.
    pub fn issue_access_token(&mut self, grant: &Arc<Grant>, now: u64) -> String {
        let (number, expires_at) = (self.next_number(), now + ACCESS_TOKEN_LIFE);
        let text = jwt::token(TokenKind::Access, grant, number, now, expires_at);
        self.access_tokens.insert(text.clone(), AccessToken { grant: Arc::clone(grant), expires_at });
        text
    }

    /// A new access token and a refresh token.
    pub fn issue(&mut self, grant: &Arc<Grant>, now: u64) -> IssuedTokens {
        let access_token = self.issue_access_token(grant, now);
        let (number, expires_at) = (self.next_number(), now + REFRESH_TOKEN_LIFE);
        let refresh_token = jwt::token(TokenKind::Refresh, grant, number, now, expires_at);
        let entry = RefreshToken { grant: Arc::clone(grant), expires_at, used: None };
        self.refresh_tokens.insert(refresh_token.clone(), entry);
        IssuedTokens { access_token, refresh_token, refresh_token_id: well_known::hex_id("refresh token", number) }
    }

    /// What the refresh token with this text gives; `None` if it is unknown, expired, used up or uninstalled.
    pub fn by_refresh_token(&self, text: &str, now: u64) -> Option<Refresh> {
        let token = self.refresh_tokens.get(text)?;
        match &token.used {
            None if now < token.expires_at => Some(Refresh::First(Arc::clone(&token.grant))),
            Some((at, response)) if now <= at + REFRESH_REPEAT => Some(Refresh::Repeated(response.clone())),
            None | Some(_) => None,
        }
    }

    /// Uses up a refresh token. A repeated use gives the same response for a while.
    pub fn use_refresh_token(&mut self, text: &str, now: u64, response: Value) {
        // It may be gone: the new refresh token takes the place of the oldest one, which this may be.
        if let Some(token) = self.refresh_tokens.get_mut(text) {
            token.used = Some((now, response));
        }
    }

    pub fn by_access_token(&self, text: &str, now: u64) -> Option<Arc<Grant>> {
        let token = self.access_tokens.get(text).filter(|token| now < token.expires_at)?;
        Some(Arc::clone(&token.grant))
    }

    /// Makes every token invalid, and returns how many access and refresh tokens there were.
    pub fn revoke_all(&mut self) -> (usize, usize) {
        (self.access_tokens.clear(), self.refresh_tokens.clear())
    }
}
