//! Generates arguments from a schema, knowing nothing of the catalogue.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// The one location of all generated arguments: a call that names two is refused.
pub const LOCATION: &str = "ve9EPM428h8vShlRW1KT";

/// Which optional properties are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optional {
    None,
    Some,
    All,
}

/// Arguments that the schema accepts.
pub fn accepted(schema: &Value, optional: Optional) -> BoxedStrategy<Value> {
    value("", schema, optional)
}

fn value(name: &str, schema: &Value, optional: Optional) -> BoxedStrategy<Value> {
    if let Some(values) = schema["enum"].as_array() {
        return select(values.clone()).boxed();
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        let alternatives: Vec<_> = alternatives.iter().map(|schema| value(name, schema, optional)).collect();
        return proptest::strategy::Union::new(alternatives).boxed();
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, optional),
        Some("array") => array(name, schema, optional),
        Some("string") => text(name, schema),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("number" | "integer") => {
            // The documents' limits are whole numbers.
            let limit = |keyword: &str, default: i64| schema[keyword].as_i64().unwrap_or(default);
            let least = limit("minimum", 0);
            (least..=limit("maximum", least + 1_000)).prop_map(Value::from).boxed()
        }
        // A value of any type: never a list, which `body` must not be for a form.
        None => prop_oneof![Just(json!("text")), Just(json!(1)), Just(json!({ "key": "text" }))].boxed(),
        Some(other) => panic!("{other} is no type"),
    }
}

fn object(schema: &Value, optional: Optional) -> BoxedStrategy<Value> {
    if schema["properties"]["base64"].is_object() {
        let file = json!({ "name": "a.csv", "type": "text/csv", "base64": "aGVsbG8=" });
        let untyped = json!({ "name": "a.csv", "base64": "aGVsbG8=" });
        return Just(if optional == Optional::None { untyped } else { file }).boxed();
    }
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let fields: Vec<BoxedStrategy<Option<(String, Value)>>> = properties
        .into_iter()
        .map(|(name, schema)| {
            let field = value(&name, &schema, optional);
            let is_required = required.contains(&name.as_str());
            let field = field.prop_map(move |value| (name.clone(), value));
            match optional {
                Optional::None if !is_required => Just(None).boxed(),
                Optional::Some if !is_required => option::of(field).boxed(),
                _ => field.prop_map(Some).boxed(),
            }
        })
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}

fn array(name: &str, schema: &Value, optional: Optional) -> BoxedStrategy<Value> {
    let limit = |keyword: &str| schema[keyword].as_u64().map(|limit| usize::try_from(limit).unwrap());
    let least = limit("minItems").unwrap_or(usize::from(optional == Optional::All));
    let most = limit("maxItems").unwrap_or(usize::MAX).min(least + 2);
    vec(value(name, &schema["items"], optional), least..=most).prop_map(Value::from).boxed()
}

/// Text like that of an id, or in the form that the schema describes.
fn text(name: &str, schema: &Value) -> BoxedStrategy<Value> {
    let folded = name.to_lowercase().replace('_', "");
    let is_location = ["location", "locations", "altid", "subaccount"].iter().any(|part| folded.ends_with(part));
    if is_location || folded.contains("locationid") {
        return Just(LOCATION.into()).boxed();
    }
    let described = schema["description"].as_str().unwrap_or_default();
    if schema["format"] == "date-time" || described.ends_with("epoch ms") || described.ends_with("epoch s") {
        return select(vec![json!("2026-11-03T09:00:00-05:00"), json!("2026-11-03T14:00:00Z")]).boxed();
    }
    if schema["pattern"].is_string() {
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let samples = ["09:30", "2026-11-03", "Europe/Berlin"].map(Value::from);
        let matching: Vec<Value> = samples.into_iter().filter(|sample| validator.is_valid(sample)).collect();
        return select(matching).boxed();
    }
    let limit = |keyword: &str, default: u64| schema[keyword].as_u64().unwrap_or(default);
    let least = limit("minLength", 20);
    let most = limit("maxLength", least.max(20)).min(least.max(20));
    let least = least.min(most);
    let pattern = format!("[a-zA-Z0-9]{{{least},{most}}}");
    proptest::string::string_regex(&pattern).unwrap().prop_map(Value::from).boxed()
}
