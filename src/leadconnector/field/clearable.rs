//! A field that `null` clears.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema_of_value;

/// A body field that the API documents as nullable: left out it stays as it is, `null` clears it.
///
/// Use it with `#[serde(default, skip_serializing_if = "Clearable::is_kept")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Clearable<T> {
    /// Not given: not sent.
    #[default]
    Keep,
    /// Given as `null`: sent as `null`.
    Clear,
    /// Given: sent.
    Set(T),
}

impl<T> Clearable<T> {
    /// Whether the field is left out of the body.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Clearable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

impl<T: Serialize> Serialize for Clearable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

// The schema of the value alone: several clients refuse a list of types. That `null` clears is said in words.
schema_of_value!(Clearable);
