//! The types of the API's parameters and body fields.
//!
//! The [`Deserialize`](serde::Deserialize) of each type accepts the forms that clients send (numbers as strings, lists as
//! JSON text, …), its [`JsonSchema`](schemars::JsonSchema) shows a model only the standard form, and its
//! [`Serialize`](serde::Serialize) writes the form that the API expects.

mod custom_field;
mod json_string;
mod list;
mod number;
mod one_of;
mod patch;
mod text;
mod timestamp;
mod unique_names;

pub use custom_field::CustomField;
pub use json_string::JsonString;
pub use list::{CommaSeparated, List};
pub use number::{BoundedInt, LenientBool, Number};
pub use one_of::OneOf;
pub use patch::Patch;
pub use text::{Id, NOT_AN_ID, Text};
pub use timestamp::{EpochMillis, EpochSeconds, MISSING_OFFSET, MonthDayYear};
pub use unique_names::UniqueNames;

/// The maximum length of text that is parsed as a list or an object, in bytes. Parsing a byte of it can cost a hundred times
/// as much as a byte of plain text. Longer lists and objects can be sent as JSON, whose values are counted before parsing.
const MAX_STRUCTURED_TEXT: usize = 128 << 10;

/// Checks that text is not too long to be parsed as a list or an object.
///
/// # Errors
///
/// The problem, as the rest of a sentence.
pub fn check_structured_text(text: &str) -> Result<(), String> {
    if text.len() <= MAX_STRUCTURED_TEXT {
        return Ok(());
    }
    Err(format!("it is text of more than {MAX_STRUCTURED_TEXT} bytes: send it as JSON, or split it"))
}

/// Implements [`schemars::JsonSchema`] for a type whose schema is inlined where it is used.
macro_rules! inline_schema {
    ($type:ty, $name:literal, $schema:tt) => {
        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
use inline_schema;

/// Implements [`schemars::JsonSchema`] for a wrapper whose schema is that of its value.
macro_rules! schema_of_value {
    ($wrapper:ident) => {
        impl<T: schemars::JsonSchema> schemars::JsonSchema for $wrapper<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                T::schema_name()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                T::json_schema(generator)
            }
        }
    };
}
use schema_of_value;
