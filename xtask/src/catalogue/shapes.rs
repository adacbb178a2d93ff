//! The shape of a value: what the reader of arguments needs of a document's schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::times;

/// Reads schemas of one document.
pub struct Shapes<'a> {
    pub document: &'a Value,
    /// How many places each rule for an irregularity applied to.
    pub irregularities: &'a mut BTreeMap<&'static str, usize>,
}

/// The keywords that are read, and those that say nothing about a request's form.
const READ: [&str; 18] = [
    "type",
    "enum",
    "items",
    "properties",
    "required",
    "nullable",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "format",
    "allOf",
    "anyOf",
    "oneOf",
    "additionalProperties",
];
const IGNORED: [&str; 11] = [
    "description",
    "example",
    "examples",
    "default",
    "title",
    "deprecated",
    "readOnly",
    "uniqueItems",
    "schema",
    "name",
    "in",
];

impl Shapes<'_> {
    /// The shape of a schema.
    ///
    /// # Errors
    ///
    /// A keyword, a type or a reference that there is no rule for.
    pub fn shape(&mut self, schema: &Value) -> Result<Map<String, Value>, String> {
        let schema = self.flat(schema)?;
        for keyword in schema.keys() {
            if !READ.contains(&keyword.as_str()) && !IGNORED.contains(&keyword.as_str()) {
                return Err(format!("the schema keyword {keyword:?} has no rule"));
            }
        }
        let mut shape = Map::new();
        let kind = self.kind(&schema)?;
        shape.insert("type".to_owned(), kind.into());
        for keyword in
            ["enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "format"]
        {
            if let Some(value) = schema.get(keyword) {
                shape.insert(keyword.to_owned(), value.clone());
            }
        }
        self.correct_enum(&mut shape);
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            shape.insert("nullable".to_owned(), true.into());
        }
        if kind == "array"
            && let Some(items) = schema.get("items").filter(|items| items.is_object())
        {
            let items = Value::from(self.shape(items)?);
            if items != any() {
                shape.insert("items".to_owned(), items);
            }
        }
        if kind == "object" {
            let properties = self.properties(&schema)?;
            // An object without declared fields takes any.
            if !properties.is_empty() {
                shape.insert("properties".to_owned(), properties.into());
                if schema.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false)) {
                    shape.insert("open".to_owned(), true.into());
                }
            }
        }
        if kind == "any" {
            let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
            let alternatives: Result<Vec<_>, _> =
                alternatives.into_iter().flatten().map(|one| self.shape(one)).collect();
            shape.insert("alternatives".to_owned(), json!(alternatives?));
        }
        Ok(shape)
    }

    /// The declared fields of an object, as a list of named shapes.
    pub fn properties(&mut self, schema: &Map<String, Value>) -> Result<Vec<Value>, String> {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut properties = Vec::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut shape = self.shape(property).map_err(|problem| format!("{name}: {problem}"))?;
            let property = property.as_object().cloned().unwrap_or_default();
            self.add_time_format(name, &[&property], &mut shape);
            shape.insert("name".to_owned(), name.clone().into());
            if required.contains(&name.as_str()) {
                shape.insert("required".to_owned(), true.into());
            }
            properties.push(shape.into());
        }
        Ok(properties)
    }

    /// Adds the unit of a time that is a count, which no document has a format for.
    pub fn add_time_format(&mut self, name: &str, sources: &[&Map<String, Value>], shape: &mut Map<String, Value>) {
        let kind = shape.get("type").and_then(Value::as_str).unwrap_or_default();
        if let Some(format) = times::format(name, sources, kind) {
            self.count("a time is a count since 1970, by its text or example: a format");
            shape.insert("format".to_owned(), format.into());
        }
    }

    /// A schema with its references and `allOf` resolved, at the top level only.
    pub fn flat(&mut self, schema: &Value) -> Result<Map<String, Value>, String> {
        let mut schema = schema.as_object().cloned().unwrap_or_default();
        for _ in 0..8 {
            let Some(reference) = schema.remove("$ref") else { break };
            let target = self.resolve(reference.as_str().unwrap_or_default())?;
            let target = target.as_object().cloned().unwrap_or_default();
            schema = target.into_iter().chain(schema).collect();
        }
        let Some(Value::Array(parts)) = schema.remove("allOf") else { return Ok(schema) };
        let mut all = Map::new();
        for part in &parts {
            for (keyword, value) in self.flat(part)? {
                merge(&mut all, keyword, value);
            }
        }
        for (keyword, value) in schema {
            merge(&mut all, keyword, value);
        }
        Ok(all)
    }

    fn resolve(&self, reference: &str) -> Result<Value, String> {
        let pointer =
            reference.strip_prefix('#').ok_or_else(|| format!("the reference {reference:?} leaves the document"))?;
        self.document.pointer(pointer).cloned().ok_or_else(|| format!("the reference {reference:?} leads nowhere"))
    }

    /// The type of a schema; `any` where it is not declared, or contradicted by the schema's own example.
    fn kind(&mut self, schema: &Map<String, Value>) -> Result<&'static str, String> {
        if schema.contains_key("anyOf") || schema.contains_key("oneOf") {
            return Ok("any");
        }
        let declared = match schema.get("type").and_then(Value::as_str) {
            Some("string") => "string",
            Some("number") => "number",
            Some("integer") => "integer",
            Some("boolean") => "boolean",
            Some("array") => "array",
            Some("object") => "object",
            Some("any") => return Ok("any"),
            None if schema.contains_key("properties") => "object",
            None if schema.contains_key("items") => "array",
            None if schema.contains_key("enum") => "string",
            None => {
                self.count("no type is declared: any value is accepted");
                return Ok("any");
            }
            Some(other) => return Err(format!("the type {other:?} has no rule")),
        };
        let example = schema.get("example").filter(|example| !example.is_null());
        let is_contradicted = example.is_some_and(|example| match declared {
            "object" => !example.is_object(),
            "string" => example.is_object() || example.is_array(),
            "number" | "integer" => {
                example.as_str().is_some_and(|text| text.trim().parse::<f64>().is_err())
                    || example.is_object()
                    || example.is_array()
            }
            "boolean" => !(example.is_boolean() || matches!(example.as_str(), Some("true" | "false"))),
            _ => false,
        });
        // An object with declared fields stays one: its example is then often a list of one, or JSON text.
        if is_contradicted && !(declared == "object" && schema.contains_key("properties")) {
            self.count("the type is contradicted by its own example: any value is accepted");
            return Ok("any");
        }
        Ok(declared)
    }

    /// Enums of other types than text, or of one empty text, say nothing that a reader could use.
    fn correct_enum(&mut self, shape: &mut Map<String, Value>) {
        let Some(values) = shape.get("enum").and_then(Value::as_array) else { return };
        let texts: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
        if texts.is_empty() {
            self.count("an enum without values: ignored");
            shape.remove("enum");
        } else {
            shape.insert("enum".to_owned(), texts.into());
        }
    }

    fn count(&mut self, rule: &'static str) {
        *self.irregularities.entry(rule).or_default() += 1;
    }
}

/// The shape of a value of any type.
pub fn any() -> Value {
    json!({ "type": "any" })
}

/// Adds a keyword to a merged schema: objects of properties and lists of required names are joined, others replaced.
fn merge(all: &mut Map<String, Value>, keyword: String, value: Value) {
    match (all.get_mut(&keyword), value) {
        (Some(Value::Object(known)), Value::Object(more)) if keyword == "properties" => known.extend(more),
        (Some(Value::Array(known)), Value::Array(more)) if keyword == "required" => known.extend(more),
        (_, value) => drop(all.insert(keyword, value)),
    }
}
