//! The text of access and refresh tokens: shaped and sized like HighLevel's, and signed by nobody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::grant::Grant;
use crate::sandbox::tokens::MARKETPLACE_CLIENT_ID;
use crate::sandbox::well_known;

/// The length of every access token. That of real ones is not documented and grows with their scopes; here all have the
/// same length, so that a test of a size limit does not depend on the scopes.
pub const ACCESS_TOKEN_LENGTH: usize = 1200;

/// The length of every refresh token.
pub const REFRESH_TOKEN_LENGTH: usize = 1000;

/// The length of an RS256 signature: 256 bytes in base64url.
const SIGNATURE_LENGTH: usize = 342;

/// A token's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Access,
    Refresh,
}

/// The text of the token with this number, which no other token of its sandbox has. It is counted and not random, so that
/// the same calls give the same responses: it is no secret.
pub fn token(kind: TokenKind, grant: &Grant, number: u32, issued_at: u64, expires_at: u64) -> String {
    let (name, length) = match kind {
        TokenKind::Access => ("access", ACCESS_TOKEN_LENGTH),
        TokenKind::Refresh => ("refresh", REFRESH_TOKEN_LENGTH),
    };
    let header = encode(&json!({ "alg": "RS256", "typ": "JWT" }));
    let owner = grant.owner();
    let mut claims = json!({
        "authClass": grant.user_type(),
        "authClassId": owner,
        "source": "INTEGRATION",
        "sourceId": MARKETPLACE_CLIENT_ID,
        "channel": "OAUTH",
        "primaryAuthClassId": owner,
        "iat": issued_at,
        "exp": expires_at,
        "uniqueId": "",
    });
    // Three bytes become four characters, so that the claims can be made as long as the token needs them.
    let claims_length = (length - header.len() - SIGNATURE_LENGTH - 2) * 3 / 4;
    let missing = claims_length.saturating_sub(claims.to_string().len());
    claims["uniqueId"] = filler(name, number, missing).into();
    format!("{header}.{}.{}", encode(&claims), filler("signature", number, SIGNATURE_LENGTH))
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// Letters and digits that look random, so that a compressed token is not shorter than a real one.
fn filler(kind: &str, number: u32, length: usize) -> String {
    let parts = (0..).map(|part: u32| well_known::id(&format!("{kind} {part}"), number));
    parts.take(length.div_ceil(20)).collect::<String>()[..length].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::oauth::grant::Installation;

    #[test]
    fn tokens_have_the_size_and_shape_of_real_ones() {
        for installation in Installation::ALL {
            for number in [1, 2, 4_000_000_000] {
                let grant = Grant::new(installation, "contacts.readonly");
                for (kind, length) in [(TokenKind::Access, 1200), (TokenKind::Refresh, 1000)] {
                    let token = token(kind, &grant, number, 1_794_834_000, 1_794_920_399);
                    assert_eq!(token.len(), length);
                    assert!(token.starts_with("eyJ"), "{token}");
                    let parts: Vec<&str> = token.split('.').collect();
                    assert_eq!(parts.len(), 3);
                    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
                    assert_eq!(claims["authClass"], grant.user_type());
                    assert_eq!(claims["exp"], 1_794_920_399_u64);
                }
            }
        }
    }

    #[test]
    fn no_two_tokens_are_equal() {
        let grant = Grant::new(Installation::Location, "contacts.readonly");
        let made = |kind, number| token(kind, &grant, number, 1, 2);
        assert_ne!(made(TokenKind::Access, 1), made(TokenKind::Access, 2));
        assert_ne!(made(TokenKind::Access, 1), made(TokenKind::Refresh, 1));
        assert_eq!(made(TokenKind::Access, 1), made(TokenKind::Access, 1));
    }
}
