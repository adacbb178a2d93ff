//! The types of the API's parameters and body fields.
//!
//! Each type's own [`Deserialize`](serde::Deserialize) carries the leniency towards what clients send
//! (numbers as strings, lists as JSON text, …) and its [`JsonSchema`](schemars::JsonSchema) tells a model the plain form.
//! Each [`Serialize`](serde::Serialize) gives what the API takes.

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
pub use text::{Id, Text};
pub use timestamp::{EpochMillis, EpochSeconds, MonthDayYear};
pub use unique_names::UniqueNames;

/// The longest text that is read as a list or an object, in bytes. Each of its bytes can cost a hundred times what a byte of
/// plain text does; what is longer can be given as JSON, whose values are counted before they are read.
const MAX_STRUCTURED_TEXT: usize = 128 << 10;

/// Refuses text that is too long to be read as a list or an object.
///
/// # Errors
///
/// What is wrong with it, as the rest of a sentence.
pub fn check_structured_text(text: &str) -> Result<(), String> {
    if text.len() <= MAX_STRUCTURED_TEXT {
        return Ok(());
    }
    Err(format!("it is text of more than {MAX_STRUCTURED_TEXT} bytes: give it as JSON, or in parts"))
}

/// Implements [`schemars::JsonSchema`] for a type whose schema is always written out where it is used.
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

/// Implements [`schemars::JsonSchema`] for a wrapper that a model sees nothing of: its schema is that of its value.
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
