//! Validates a client's `x-request-id`, because it is repeated in the response and in the log.

use axum::extract::Request;
use http::HeaderValue;

/// The header.
const NAME: &str = "x-request-id";

/// Removes an id that is longer than `max_bytes` or has unusual characters, and all ids if there are several. The request
/// then gets a new one.
pub fn sanitize(mut request: Request, max_bytes: usize) -> Request {
    let mut ids = request.headers().get_all(NAME).iter();
    let is_valid = match (ids.next(), ids.next()) {
        (None, _) => true,
        (Some(id), None) => is_valid_id(id, max_bytes),
        (Some(_), Some(_)) => false,
    };
    if !is_valid {
        request.headers_mut().remove(NAME);
    }
    request
}

fn is_valid_id(id: &HeaderValue, max_bytes: usize) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(byte);
    (1..=max_bytes).contains(&id.len()) && id.as_bytes().iter().all(is_allowed) && !looks_like_token(id.as_bytes())
}

/// Whether text contains the start of a token: `pit-` of Private Integration Tokens, `eyJ` of JSON Web Tokens.
pub fn looks_like_token(text: &[u8]) -> bool {
    token_start(text).is_some()
}

/// The position of the first token in text.
pub fn token_start(text: &[u8]) -> Option<usize> {
    let pit = text.windows(4).position(|window| window.eq_ignore_ascii_case(b"pit-"));
    let jwt = text.windows(3).position(|window| window == b"eyJ");
    pit.into_iter().chain(jwt).min()
}
