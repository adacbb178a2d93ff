//! A key of the operator: 32 random bytes, from which the keys that seal tokens are derived.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// The size of a key, in bytes.
pub const KEY_BYTES: usize = 32;

/// A key of the operator. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorKey([u8; KEY_BYTES]);

impl OperatorKey {
    /// Reads a key: [`KEY_BYTES`] bytes in base64 of either alphabet. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let engines = [&URL_SAFE_NO_PAD, &URL_SAFE, &STANDARD, &STANDARD_NO_PAD];
        engines.into_iter().find_map(|engine| engine.decode(text).ok()?.try_into().ok()).map(Self)
    }

    /// Makes a key.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The key as text: base64url without padding.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Whether the key cannot be random: 32 random bytes have fewer than 16 different ones once in 10^17 times.
    pub fn is_weak(&self) -> bool {
        let mut bytes = self.0;
        bytes.sort_unstable();
        1 + bytes.windows(2).filter(|pair| pair[0] != pair[1]).count() < 16
    }

    /// The key's bytes.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for OperatorKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OperatorKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_in_base64_of_either_alphabet() {
        let key = OperatorKey([0xfb; KEY_BYTES]);
        for text in [key.to_text(), STANDARD.encode(key.0), URL_SAFE.encode(key.0), format!(" {}\n", key.to_text())] {
            assert_eq!(OperatorKey::parse(&text), Some(key.clone()), "{text}");
        }
        for text in ["", "short", &STANDARD.encode([1; 31]), &STANDARD.encode([1; 33]), &"é".repeat(43)] {
            assert_eq!(OperatorKey::parse(text), None, "{text}");
        }
        assert!(key.is_weak() && OperatorKey(*b"0123456789abcde0123456789abcde00").is_weak());
        assert!(!OperatorKey::random().is_weak());
        assert_ne!(OperatorKey::random(), OperatorKey::random());
        assert_eq!(format!("{key:?}"), "OperatorKey(…)");
    }
}
