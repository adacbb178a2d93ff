//! Numbers and booleans, also as text.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::inline_schema;

/// Any number, sent as it was written: `220.5`. Also accepts the text `"220.5"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Number(pub serde_json::Number);

inline_schema!(Number, "Number", { "type": "number" });

/// A whole number from `MIN` to `MAX`. Also accepts text (`"20"`) and a zero fraction (`20.0`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct BoundedInt<const MIN: u64, const MAX: u64>(pub u64);

impl<const MIN: u64, const MAX: u64> schemars::JsonSchema for BoundedInt<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BoundedInt".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = schemars::json_schema!({ "type": "integer", "minimum": MIN });
        if MAX < u64::MAX {
            schema.insert("maximum".into(), MAX.into());
        }
        schema
    }
}

/// A boolean. Also accepts the text `"true"` or `"false"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LenientBool(pub bool);

inline_schema!(LenientBool, "LenientBool", { "type": "boolean" });

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor).map(Self)
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for BoundedInt<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(NumberVisitor)?;
        match as_whole(&number) {
            Some(value) if (MIN..=MAX).contains(&value) => Ok(Self(value)),
            _ if MAX == u64::MAX => {
                Err(de::Error::custom(format_args!("{number} is not a whole number of at least {MIN}")))
            }
            _ => Err(de::Error::custom(format_args!("{number} is not a whole number from {MIN} to {MAX}"))),
        }
    }
}

impl<'de> Deserialize<'de> for LenientBool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LenientBoolVisitor;
        impl Visitor<'_> for LenientBoolVisitor {
            type Value = bool;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("true or false")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
                Ok(value)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
                match text.trim() {
                    text if text.eq_ignore_ascii_case("true") => Ok(true),
                    text if text.eq_ignore_ascii_case("false") => Ok(false),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(LenientBoolVisitor).map(Self)
    }
}

/// The number as `u64`, if it has no fraction and is exact.
fn as_whole(number: &serde_json::Number) -> Option<u64> {
    number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        // 2^53: above it an f64 cannot represent every whole number.
        let exact = float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be exact above")]
        exact.then_some(float as u64)
    })
}

/// Reads a JSON number, or text that contains one.
pub(super) struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = serde_json::Number;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        serde_json::Number::from_f64(number).ok_or_else(|| E::invalid_value(de::Unexpected::Float(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        text.trim().parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::*;

    #[test]
    fn a_number_is_sent_as_written() {
        for (given, sent) in [(json!(220.5), json!(220.5)), (json!("220"), json!(220)), (json!(" -3 "), json!(-3))] {
            assert_eq!(to_value(from_value::<Number>(given).unwrap()).unwrap(), sent);
        }
        assert!(from_value::<Number>(json!("12a")).is_err());
        assert!(from_value::<Number>(json!("NaN")).is_err());
    }

    #[test]
    fn a_whole_number_has_bounds() {
        let read =
            |value: Value| from_value::<BoundedInt<1, 100>>(value).map(|whole| whole.0).map_err(|e| e.to_string());
        assert_eq!(read(json!("50")), Ok(50));
        assert_eq!(read(json!(20.0)), Ok(20));
        assert_eq!(read(json!(0)), Err("0 is not a whole number from 1 to 100".into()));
        assert_eq!(read(json!("101")), Err("101 is not a whole number from 1 to 100".into()));
        assert_eq!(read(json!(1.5)), Err("1.5 is not a whole number from 1 to 100".into()));
        assert_eq!(read(json!("all")), Err("invalid value: string \"all\", expected a number".into()));
    }

    #[test]
    fn a_boolean_may_be_text() {
        assert_eq!(from_value::<LenientBool>(json!("True")).unwrap(), LenientBool(true));
        assert_eq!(from_value::<LenientBool>(json!(false)).unwrap(), LenientBool(false));
        assert!(from_value::<LenientBool>(json!("yes")).is_err());
        assert!(from_value::<LenientBool>(json!(1)).is_err());
    }
}
