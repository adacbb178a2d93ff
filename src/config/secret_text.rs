//! Settings that are secrets: no message may repeat a value that is wrong.

use std::fmt;

use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Secrets, as one text or a list of texts. Unlike serde's own types, its errors do not repeat the value.
#[derive(Debug, Default)]
pub struct Secrets(pub Vec<SecretString>);

/// What the value must be, without the value.
const EXPECTED: &str = "must be text in quotes, and not empty (the value is not shown, because it is a secret)";

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretsVisitor)
    }
}

struct SecretsVisitor;

impl<'de> Visitor<'de> for SecretsVisitor {
    type Value = Secrets;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secrets, E> {
        Ok(Secrets(if text.is_empty() { Vec::new() } else { vec![text.into()] }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Secrets, A::Error> {
        let mut all = Vec::new();
        while let Some(Secrets(one)) = elements.next_element()? {
            // An empty one is what is left of a variable without a value.
            if one.len() != 1 {
                return Err(A::Error::custom(EXPECTED));
            }
            all.extend(one);
        }
        Ok(Secrets(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Secrets, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(A::Error::custom(EXPECTED))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }

    fn visit_unit<E: Error>(self) -> Result<Secrets, E> {
        Err(E::custom(EXPECTED))
    }
}
