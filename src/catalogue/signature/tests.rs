//! Signatures of single operations, rules that hold for all, and what the signatures cost.

use std::collections::HashSet;

use serde_json::{Value, json};
use tiktoken_rs::o200k_base_singleton;

use super::Signature;
use crate::catalogue::{Catalogue, Operation, Shape};

fn operation(parameters: &Value) -> Operation {
    let line = json!({
        "name": "deals_move", "service": "deals", "documents": "v2", "title": "Move", "summary": "Moves.",
        "phrases": ["a", "b", "c"], "kind": "change", "method": "PUT", "path": "/deals", "version": "v3",
        "parameters": parameters,
    });
    // An operation borrows its line for the life of the process.
    serde_json::from_str(Box::leak(line.to_string().into_boxed_str())).unwrap()
}

fn short(parameters: &Value, budget: usize) -> Signature {
    operation(parameters).signature(budget)
}

fn deal() -> Value {
    json!([
        { "name": "note", "in": "body", "type": "string", "description": "shown to customers" },
        { "name": "id", "in": "path", "type": "string", "required": true },
        { "name": "price", "in": "body", "type": "object", "properties": [
            { "name": "amount", "type": "number", "required": true, "minimum": 0 },
            { "name": "currency", "type": "string" },
        ] },
        { "name": "tags", "in": "body", "type": "array", "items": { "type": "string" } },
        { "name": "locationId", "in": "query", "type": "string", "required": true },
    ])
}

#[test]
fn required_arguments_come_first_and_the_location_is_left_out() {
    let Signature { text, is_complete } = short(&deal(), Signature::SHORT);
    let price = "price?: {amount: num (min 0), currency?: str}";
    assert_eq!(text, format!("id: str; note?: str (shown to customers); {price}; tags?: [str]"));
    assert!(is_complete);
}

#[test]
fn descriptions_go_first_then_fields_then_optional_arguments() {
    let texts: Vec<String> = [80, 60, 50].map(|budget| short(&deal(), budget).text).into();
    assert_eq!(
        texts,
        [
            "id: str; note?: str; price?: {amount: num, currency?: str}; tags?: [str]",
            "id: str; note?: str; price?: {…}; tags?: [str]",
            "id: str; note?: str; price?: {…}; tags?: [str]",
        ]
    );
    let dropped = short(&deal(), 45);
    assert_eq!(dropped.text, "id: str; … and 3 more optional: describe");
    assert!(!dropped.is_complete);
}

#[test]
fn required_arguments_that_do_not_fit_are_counted() {
    let names: Vec<Value> = (0..9).map(|number| required(&format!("argument{number}"))).collect();
    assert_eq!(short(&json!(names), 50).text, "argument0: str; … and 8 more: describe");
}

fn required(name: &str) -> Value {
    json!({ "name": name, "in": "body", "type": "string", "required": true })
}

#[test]
fn a_long_enum_is_cut_only_if_it_does_not_fit() {
    let values: Vec<String> = (0..28).map(|number| format!("v{number}")).collect();
    let parameters = json!([{ "name": "x", "in": "body", "type": "string", "enum": values }]);
    assert_eq!(short(&parameters, 60), Signature { text: "x?: v0|v1|v2|v3|v4|…+23".to_owned(), is_complete: false });
    assert!(short(&parameters, 200).is_complete);
    assert!(operation(&parameters).full_signature().ends_with("|v26|v27"));
}

#[test]
fn a_value_that_reads_like_a_type_is_quoted() {
    let text = |values: Value, kind: &str| {
        let parameters = json!([{ "name": "x", "in": "body", "type": kind, "enum": values }]);
        short(&parameters, Signature::SHORT).text
    };
    assert_eq!(text(json!(["number"]), "string"), "x?: \"number\"");
    assert_eq!(text(json!(["str", "One on One", "a", "a", null]), "string"), "x?: \"str\"|\"One on One\"|a");
    assert_eq!(text(json!(["0", "1"]), "string"), "x?: \"0\"|\"1\"");
    assert_eq!(text(json!([0, 1]), "number"), "x?: 0|1");
}

#[test]
fn dates_files_and_null_are_named() {
    let parameters = json!([
        { "name": "start", "in": "body", "type": "number", "format": "epoch-ms" },
        { "name": "end", "in": "body", "type": "string", "format": "date-time", "nullable": true },
        { "name": "file", "in": "body", "type": "string", "format": "binary" },
        { "name": "files", "in": "body", "type": "object", "format": "parts" },
    ]);
    let expected = "start?: epoch ms or RFC 3339; end?: RFC 3339 or null; file?: file {name, type, base64}; \
        files?: {<name>: file {name, type, base64}}";
    assert_eq!(short(&parameters, Signature::SHORT).text, expected);
}

#[test]
fn an_operation_without_arguments_says_so() {
    let location = json!([{ "name": "locationId", "in": "path", "type": "string", "required": true }]);
    assert_eq!(short(&location, Signature::SHORT).text, "no arguments besides the location");
    assert_eq!(operation(&location).full_signature(), "no arguments besides the location");
}

#[test]
fn the_full_form_indents_the_fields_of_large_objects() {
    let fields: Vec<Value> = (0..12).map(|number| required(&format!("a_longer_name_{number}"))).collect();
    let items = json!({ "type": "object", "properties": fields });
    let parameters = json!([{ "name": "x", "in": "body", "type": "array", "items": items, "description": "D" }]);
    let full = operation(&parameters).full_signature();
    let lines: Vec<&str> = full.lines().collect();
    assert_eq!(lines[..2], ["x?: [object] (D)", " a_longer_name_0: str"]);
    assert_eq!(lines.len(), 13);
}

#[test]
fn no_budget_is_exceeded() {
    for operation in Catalogue::published().operations() {
        for budget in [40, 60, 100, 200, 400, Signature::SHORT, 2_000] {
            let Signature { text, .. } = operation.signature(budget);
            assert!(text.chars().count() <= budget, "{}: {budget}: {text}", operation.name);
            assert!(!text.is_empty() && !text.contains('\n'), "{}: {text:?}", operation.name);
        }
    }
}

#[test]
fn the_full_form_and_a_complete_one_name_every_field() {
    for operation in Catalogue::published().operations() {
        let full = operation.full_signature();
        let short = operation.signature(Signature::SHORT);
        for argument in operation.own_arguments() {
            for name in names(argument) {
                assert!(words(&full).contains(name), "{}: {name} in {full}", operation.name);
                assert!(!short.is_complete || words(&short.text).contains(name), "{}: {name}", operation.name);
            }
        }
    }
}

fn words(text: &str) -> HashSet<&str> {
    text.split(|char: char| " \n;{}[],?:()".contains(char)).collect()
}

/// The names of an argument and of all fields inside.
fn names(shape: &Shape) -> Vec<&str> {
    let inner = shape.properties.iter().chain(shape.items.as_deref()).chain(&shape.alternatives);
    let own = (!shape.argument().is_empty()).then(|| shape.argument());
    own.into_iter().chain(inner.flat_map(names)).collect()
}

#[test]
fn signatures_are_cheap() {
    let tokenizer = o200k_base_singleton();
    let tokens = |text: &str| tokenizer.encode_ordinary(text).len();
    let operations = Catalogue::published().operations();
    let short: Vec<Signature> = operations.iter().map(|operation| operation.signature(Signature::SHORT)).collect();
    let complete = short.iter().filter(|signature| signature.is_complete).count();
    let [.., most] = print_costs("short", short.iter().map(|signature| tokens(&signature.text)).collect());
    print_costs("full", operations.iter().map(|operation| tokens(&operation.full_signature())).collect());
    println!("{complete} of {} short forms are complete", operations.len());
    assert!(most <= 220, "a short form costs {most} tokens");
    assert!(complete >= 500, "{complete} short forms are complete");
}

/// Prints and returns the median, the ninth decile and the largest.
fn print_costs(form: &str, mut tokens: Vec<usize>) -> [usize; 3] {
    tokens.sort_unstable();
    let costs = [tokens[tokens.len() / 2], tokens[tokens.len() * 9 / 10], tokens[tokens.len() - 1]];
    println!("{form}: median {}, p90 {}, max {} tokens", costs[0], costs[1], costs[2]);
    costs
}
