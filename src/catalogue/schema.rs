//! The JSON Schema of an operation's arguments, for an operation that is offered as a tool of its own.
//!
//! It shows what the documents say in as few tokens as possible: no titles, no defaults, no `null` (several clients reject a
//! list of types). The reader of arguments accepts more than the schema does.

use serde_json::{Map, Value, json};

use super::location_slot::LocationUse;
use super::operation::Operation;
use super::shape::{Shape, Type};

/// The longest enum, in values, that a schema without long enums has.
const LONG_ENUM: usize = 12;

/// How many of a long enum's values its description names.
const EXAMPLES: usize = 3;

/// What a schema contains.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SchemaOptions {
    /// The caller's location is fixed: there is no argument for it.
    pub pinned: bool,
    /// Enums of more than 12 values are included. Otherwise the description counts them: some have hundreds.
    pub long_enums: bool,
}

impl Operation {
    /// The JSON Schema (draft 2020-12) of the arguments: an object with one property for each argument.
    pub fn input_schema(&self, options: SchemaOptions) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let location = self.location_use();
        if !options.pinned && location != LocationUse::None {
            let schema = json!({ "type": "string", "description": "Id of the location (sub-account)" });
            properties.insert("locationId".to_owned(), schema);
            if location == LocationUse::Required {
                required.push(Value::from("locationId"));
            }
        }
        for argument in self.own_arguments() {
            properties.insert(argument.argument().to_owned(), schema(argument, options).into());
            if argument.required {
                required.push(argument.argument().into());
            }
        }
        object(properties, required)
    }
}

/// An object's schema. Some clients require `properties` of the outermost one even if it is empty.
fn object(properties: Map<String, Value>, required: Vec<Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

fn schema(shape: &Shape, options: SchemaOptions) -> Map<String, Value> {
    if shape.is_file() {
        return described(file(), shape.description.clone());
    }
    if shape.is_files() {
        let mut files = Map::new();
        files.insert("type".to_owned(), "object".into());
        files.insert("additionalProperties".to_owned(), file().into());
        return described(files, shape.description.clone());
    }
    let alternatives = shape.distinct_alternatives();
    if let [only] = alternatives.as_slice() {
        let description = shape.description.clone().or_else(|| only.description.clone());
        return described(schema(&Shape { description: None, ..only.clone() }, options), description);
    }
    let mut notes: Vec<String> = shape.description.iter().cloned().collect();
    let mut keywords = type_keywords(shape, options);
    if !alternatives.is_empty() {
        let schemas: Vec<Value> = alternatives.iter().map(|shape| schema(shape, options).into()).collect();
        keywords.insert("anyOf".to_owned(), schemas.into());
    }
    if let Some(unit) = shape.epoch_unit() {
        notes.push(format!("RFC 3339 with offset, or epoch {unit}"));
    }
    let values = shape.distinct_values();
    if values.len() > LONG_ENUM && !options.long_enums {
        notes.push(long_enum(&values));
    } else if !values.is_empty() {
        keywords.insert("enum".to_owned(), values.into_iter().cloned().collect());
    }
    described(keywords, (!notes.is_empty()).then(|| notes.join("; ")))
}

/// The type and the keywords that belong to it.
fn type_keywords(shape: &Shape, options: SchemaOptions) -> Map<String, Value> {
    let mut keywords = Map::new();
    let name = match shape.kind {
        Type::Object if shape.properties.is_empty() => "object",
        Type::Object => {
            let fields = shape.properties.iter();
            let required =
                fields.clone().filter(|field| field.required).map(|field| field.name.as_str().into()).collect();
            return object(fields.map(|field| (field.name.clone(), schema(field, options).into())).collect(), required);
        }
        Type::Any => return keywords,
        // A model writes dates more reliably than it computes milliseconds; the reader converts them.
        Type::Number | Type::Integer if shape.epoch_unit().is_some() => "string",
        Type::String => "string",
        Type::Number => "number",
        Type::Integer => "integer",
        Type::Boolean => "boolean",
        Type::Array => "array",
    };
    keywords.insert("type".to_owned(), name.into());
    if name == "array" {
        let items = shape.items.as_deref().map(|items| schema(items, options)).unwrap_or_default();
        keywords.insert("items".to_owned(), items.into());
    }
    let number = |limit: &Option<serde_json::Number>| limit.clone().map(Value::Number);
    let count = |limit: Option<usize>| limit.map(Value::from);
    let limits = match name {
        "string" if shape.epoch_unit().is_none() => vec![
            ("minLength", count(shape.min_length)),
            ("maxLength", count(shape.max_length)),
            ("pattern", shape.pattern.clone().map(Value::from)),
            ("format", shape.format.clone().map(Value::from)),
        ],
        "number" | "integer" => vec![("minimum", number(&shape.minimum)), ("maximum", number(&shape.maximum))],
        "array" => vec![("minItems", count(shape.min_items)), ("maxItems", count(shape.max_items))],
        _ => Vec::new(),
    };
    keywords.extend(limits.into_iter().filter_map(|(keyword, limit)| Some((keyword.to_owned(), limit?))));
    keywords
}

/// A file: its content travels inside of the arguments.
fn file() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let fields = [("name", text()), ("type", text()), ("base64", text())];
    let properties = fields.map(|(name, schema)| (name.to_owned(), schema)).into_iter().collect();
    object(properties, vec!["name".into(), "base64".into()])
}

/// What replaces an enum that is too long to be listed.
fn long_enum(values: &[&Value]) -> String {
    let text = |value: &&Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let examples: Vec<String> = values.iter().take(EXAMPLES).map(text).collect();
    format!("one of {} values, e.g. {}", values.len(), examples.join(", "))
}

fn described(mut schema: Map<String, Value>, description: Option<String>) -> Map<String, Value> {
    if let Some(description) = description {
        schema.insert("description".to_owned(), description.into());
    }
    schema
}

#[cfg(test)]
mod tests;
