//! What operations cost a model as tools of their own, in tokens.

use std::iter::Sum;
use std::ops::Add;

use leadconnector_mcp::catalogue::{Kind, Operation, SchemaOptions};
use serde_json::{Value, json};
use tiktoken_rs::o200k_base_singleton;

/// The tokens of definitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Long enums are counted in a description.
    pub short: usize,
    /// Long enums are listed.
    pub with_long_enums: usize,
}

impl Cost {
    /// The cost of one operation, for a caller with a pinned location.
    pub fn of(operation: &Operation) -> Self {
        let tokens = |long_enums| {
            let definition = definition(operation, SchemaOptions { pinned: true, long_enums });
            o200k_base_singleton().encode_ordinary(&definition.to_string()).len()
        };
        Self { short: tokens(false), with_long_enums: tokens(true) }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { short: self.short + other.short, with_long_enums: self.with_long_enums + other.with_long_enums }
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), Self::add)
    }
}

/// The operation as `tools/list` shows it.
fn definition(operation: &Operation, options: SchemaOptions) -> Value {
    json!({
        "name": operation.name,
        "title": operation.title,
        "description": operation.summary,
        "inputSchema": operation.input_schema(options),
        "annotations": annotations(operation),
    })
}

fn annotations(operation: &Operation) -> Value {
    if operation.kind == Kind::Read {
        return json!({ "readOnlyHint": true, "openWorldHint": false });
    }
    json!({
        "readOnlyHint": false,
        "destructiveHint": operation.kind == Kind::Change,
        "idempotentHint": operation.method.is_idempotent(),
        "openWorldHint": operation.kind == Kind::Change,
    })
}

/// A number with commas between the thousands.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
