//! Which `x-request-id` of a client is kept: it is repeated in the answer and stands in the log.

use axum::extract::Request;
use http::HeaderValue;

/// The header.
const NAME: &str = "x-request-id";

/// Takes an id away that is too long or odd, or one of several. The request then gets a fresh one.
pub fn tidy(mut request: Request, longest: usize) -> Request {
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
    (1..=longest).contains(&id.len()) && id.as_bytes().iter().all(plain)
}
