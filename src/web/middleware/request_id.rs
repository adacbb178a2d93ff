//! Which `x-request-id` of a client is kept: it is repeated in the answer and stands in the log.

use axum::extract::Request;
use http::HeaderValue;

/// The header.
const NAME: &str = "x-request-id";

/// Takes an id away that is too long or odd, or one of several. The request then gets a fresh one.
pub fn sanitize(mut request: Request, longest: usize) -> Request {
    let mut given = request.headers().get_all(NAME).iter();
    let fine = match (given.next(), given.next()) {
        (None, _) => true,
        (Some(one), None) => is_plain(one, longest),
        (Some(_), Some(_)) => false,
    };
    if !fine {
        request.headers_mut().remove(NAME);
    }
    request
}

fn is_plain(id: &HeaderValue, longest: usize) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(byte);
    (1..=longest).contains(&id.len()) && id.as_bytes().iter().all(plain) && !looks_like_token(id.as_bytes())
}

/// Whether text holds what tokens begin with: `pit-` of Private Integration Tokens, `eyJ` of JSON Web Tokens.
pub fn looks_like_token(text: &[u8]) -> bool {
    token_start(text).is_some()
}

/// Where a token begins in text.
pub fn token_start(text: &[u8]) -> Option<usize> {
    let pit = text.windows(4).position(|window| window.eq_ignore_ascii_case(b"pit-"));
    let jwt = text.windows(3).position(|window| window == b"eyJ");
    pit.into_iter().chain(jwt).min()
}
