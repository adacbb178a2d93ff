//! Validates a client's `x-request-id`, because it is repeated in the response and in the log.

use axum::extract::Request;
use http::HeaderValue;

use crate::text::tokens::looks_like_token;

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
