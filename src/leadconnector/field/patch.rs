//! A field that `null` clears.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::schema_of_value;

/// A body field that the API documents as nullable: left out it stays as it is, `null` clears it.
///
/// Use it with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not given: not sent.
    #[default]
    Absent,
    /// Given as `null`: sent as `null`.
    Null,
    /// Given: sent.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field is left out of the body.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

// The schema of the value alone: several clients refuse a list of types. That `null` clears is said in words.
schema_of_value!(Patch);
