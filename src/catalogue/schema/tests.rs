//! Schemas of single operations, and rules that hold for all.

mod agreement;
mod instances;

use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::SchemaOptions;
use crate::catalogue::{Catalogue, LocationUse, Operation, Shape};
use instances::Optional;

fn operation(parameters: &Value) -> Operation {
    let line = json!({
        "name": "deals_move", "service": "deals", "documents": "v2", "title": "Move", "summary": "Moves.",
        "phrases": ["a", "b", "c"], "kind": "change", "method": "PUT", "path": "/deals", "version": "v3",
        "parameters": parameters,
    });
    // An operation borrows its line for the life of the process.
    serde_json::from_str(Box::leak(line.to_string().into_boxed_str())).unwrap()
}

fn schema(parameters: &Value, options: SchemaOptions) -> Value {
    operation(parameters).input_schema(options).into()
}

fn property(shape: &Value) -> Value {
    let mut argument = json!({ "name": "x", "in": "body" });
    argument.as_object_mut().unwrap().extend(shape.as_object().unwrap().clone());
    schema(&json!([argument]), SchemaOptions::default())["properties"]["x"].clone()
}

#[test]
fn the_location_is_one_argument_whatever_the_api_calls_it() {
    let parameters = json!([
        { "name": "id", "in": "path", "type": "string", "required": true },
        { "name": "altId", "in": "query", "type": "string", "required": true },
        { "name": "altType", "in": "query", "type": "string", "required": true, "enum": ["location"] },
    ]);
    let unpinned = schema(&parameters, SchemaOptions::default());
    assert_eq!(unpinned["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), ["locationId", "id"]);
    assert_eq!(unpinned["required"], json!(["locationId", "id"]));
    let pinned = schema(&parameters, SchemaOptions { pinned: true, ..SchemaOptions::default() });
    assert_eq!(pinned["properties"], json!({ "id": { "type": "string" } }));
    assert_eq!(pinned["required"], json!(["id"]));
}

#[test]
fn a_location_that_may_be_omitted_is_optional() {
    let parameters = json!([{ "name": "locationId", "in": "query", "type": "string" }]);
    let schema = schema(&parameters, SchemaOptions::default());
    assert!(schema["properties"]["locationId"].is_object() && schema.get("required").is_none(), "{schema}");
}

#[test]
fn a_location_inside_of_an_argument_is_an_argument() {
    let inner = json!({ "name": "locationId", "type": "string" });
    let x = property(&json!({ "type": "object", "properties": [inner] }));
    assert_eq!(x["properties"]["locationId"]["type"], "string");
}

#[test]
fn a_long_enum_is_described_instead_of_listed() {
    let values: Vec<String> = (0..13).map(|number| format!("v{number}")).collect();
    let parameters = json!([{ "name": "x", "in": "body", "type": "string", "enum": values, "description": "Which" }]);
    let short = schema(&parameters, SchemaOptions::default());
    let expected = "Which; one of 13 values, e.g. v0, v1, v2";
    assert_eq!(short["properties"]["x"], json!({ "type": "string", "description": expected }));
    let long = schema(&parameters, SchemaOptions { long_enums: true, ..SchemaOptions::default() });
    assert_eq!(long["properties"]["x"], json!({ "type": "string", "enum": values, "description": "Which" }));
}

#[test]
fn null_and_repeated_values_are_left_out_of_an_enum() {
    let x = property(&json!({ "type": "string", "nullable": true, "enum": ["a", null, "a", "b"] }));
    assert_eq!(x, json!({ "type": "string", "enum": ["a", "b"] }));
}

#[test]
fn dates_and_files_have_the_form_that_the_reader_takes() {
    let date = property(&json!({ "type": "number", "format": "epoch-ms", "minimum": 0 }));
    assert_eq!(date, json!({ "type": "string", "description": "RFC 3339 with offset, or epoch ms" }));
    let file = property(&json!({ "type": "string", "format": "binary" }));
    assert_eq!(file["required"], json!(["name", "base64"]));
    assert_eq!(file["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), ["name", "type", "base64"]);
    let files = property(&json!({ "type": "object", "format": "parts" }));
    assert_eq!(files, json!({ "type": "object", "additionalProperties": file }));
}

#[test]
fn alternatives_that_are_the_same_are_no_choice() {
    let text = json!({ "type": "string" });
    assert_eq!(property(&json!({ "type": "any", "alternatives": [text, text] })), text);
    let choice = property(&json!({ "type": "any", "alternatives": [text, { "type": "number" }] }));
    assert_eq!(choice, json!({ "anyOf": [text, { "type": "number" }] }));
}

#[test]
fn every_schema_is_valid_and_plain() {
    for operation in Catalogue::published().operations() {
        for (pinned, long_enums) in [(false, false), (true, false), (false, true), (true, true)] {
            let schema = operation.input_schema(SchemaOptions { pinned, long_enums });
            let value = Value::Object(schema.clone());
            let problem = jsonschema::draft202012::meta::validate(&value).err();
            assert!(problem.is_none(), "{}: {problem:?}", operation.name);
            assert!(jsonschema::draft202012::new(&value).is_ok(), "{}", operation.name);
            check_location(operation, &schema, pinned);
            check_plain(operation.name, &value, long_enums);
        }
    }
}

/// The location is one argument, the first, or none; each other argument has a property of its own.
fn check_location(operation: &Operation, schema: &Map<String, Value>, pinned: bool) {
    let shown: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let has_location = operation.location_use() != LocationUse::None && !pinned;
    let location = has_location.then_some("locationId");
    let own = operation.own_arguments().map(Shape::argument);
    assert_eq!(shown, location.into_iter().chain(own).collect::<Vec<_>>(), "{}", operation.name);
    assert!(
        shown[usize::from(has_location)..].iter().all(|name| !["locationId", "location_id", "altType"].contains(name))
    );
}

/// No keywords that some client rejects, no list without `items`, and every required property is declared.
fn check_plain(name: &str, schema: &Value, long_enums: bool) {
    let Some(object) = schema.as_object() else { panic!("{name}: {schema}") };
    for keyword in ["$schema", "$defs", "$ref", "title", "default", "nullable"] {
        assert!(!object.contains_key(keyword), "{name}: {keyword}");
    }
    // Files by names of the caller's are the one object with keys of any name.
    let files = object.get("additionalProperties");
    assert!(files.is_none_or(|file| file["properties"]["base64"].is_object()), "{name}: {schema}");
    assert!(object.get("type").is_none_or(Value::is_string), "{name}: {schema}");
    assert_eq!(object.get("type") == Some(&"array".into()), object.contains_key("items"), "{name}: {schema}");
    let values = object.get("enum").and_then(Value::as_array).map_or(0, Vec::len);
    assert!(long_enums || values <= 12, "{name}: {values} values");
    let properties = object.get("properties").and_then(Value::as_object);
    for required in object.get("required").and_then(Value::as_array).into_iter().flatten() {
        assert!(properties.is_some_and(|properties| properties.contains_key(required.as_str().unwrap())), "{name}");
    }
    let alternatives = object.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let inner = properties.into_iter().flat_map(Map::values).chain(object.get("items")).chain(alternatives);
    inner.for_each(|schema| check_plain(name, schema, long_enums));
}

/// Without this, the properties that compare the schema with the reader would prove nothing.
#[test]
fn generated_arguments_fit_their_schema() {
    let mut runner = runner();
    for operation in Catalogue::published().operations() {
        let schema = Value::Object(operation.input_schema(SchemaOptions::default()));
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for optional in [Optional::None, Optional::Some, Optional::All] {
            for arguments in samples(&instances::accepted(&schema, optional), &mut runner, 3) {
                assert!(validator.is_valid(&arguments), "{}: {arguments}", operation.name);
            }
        }
    }
}

/// The same random numbers in every run.
fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// A few values of a strategy. (`TestRunner::run` counts its cases over all strategies that it runs.)
fn samples(strategy: &BoxedStrategy<Value>, runner: &mut TestRunner, cases: usize) -> Vec<Value> {
    (0..cases).map(|_| strategy.new_tree(runner).unwrap().current()).collect()
}
