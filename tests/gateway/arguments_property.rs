//! Properties of argument parsing that hold for every input.

use std::sync::LazyLock;

use leadconnector_mcp::leadconnector::{LocationId, Request};
use leadconnector_mcp::tools::{InvalidArguments, Tool, ToolRegistry};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rmcp::model::JsonObject;
use serde_json::{Value, json};

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

fn pinned() -> LocationId {
    "LOC".parse().unwrap()
}

/// Builds the request from arguments, as a call does.
fn prepare(tool: &Tool, given: JsonObject, pinned: Option<&LocationId>) -> Result<Request, InvalidArguments> {
    tool.prepare(tool.read(given, pinned)).map(|call| call.request)
}

/// The names of a tool's arguments.
fn names(tool: &Tool) -> Vec<String> {
    tool.definition(true, leadconnector_mcp::tools::ListOptions::default()).input_schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

fn any_tool() -> impl Strategy<Value = &'static Tool> {
    any::<Index>().prop_map(|index| index.get(REGISTRY.tools()))
}

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        plausible(),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner.clone()), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

/// Values that some argument accepts, so that many calls succeed.
fn plausible() -> impl Strategy<Value = Value> {
    select(vec![
        json!("c1"),
        json!("5"),
        json!(5),
        json!("2026-11-01"),
        json!("2026-11-08T00:00:00Z"),
        json!("true"),
        json!(["a", "b"]),
        json!("[\"a\"]"),
        json!("open"),
        json!("SMS"),
        json!("TYPE_SMS"),
        json!("all"),
        json!("asc"),
        json!("LOC"),
        json!("location"),
        json!([{ "id": "f1", "field_value": 1 }]),
        json!({ "SMS": { "status": "active" } }),
        json!({ "all": { "status": "active" } }),
        json!({ "isForwarded": "true" }),
    ])
}

/// Known names of any tool in every spelling, and unknown names.
fn any_name() -> impl Strategy<Value = String> {
    let known: Vec<String> = REGISTRY.tools().iter().flat_map(names).collect();
    let known = known.into_iter().chain(["locationId", "location_id", "altId", "altType"].map(str::to_owned));
    let prefix = select(vec!["", "path_", "query_", "body_", "query_query_"]);
    prop_oneof![
        (prefix, select(known.collect::<Vec<_>>())).prop_map(|(prefix, name)| format!("{prefix}{name}")),
        any::<String>(),
    ]
}

fn to_snake(name: &str) -> String {
    let snake = |char: char| if char.is_uppercase() { format!("_{}", char.to_lowercase()) } else { char.to_string() };
    name.chars().map(snake).collect()
}

fn to_camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| camel + &word[..1].to_uppercase() + &word[1..])
}

fn any_arguments() -> impl Strategy<Value = JsonObject> {
    btree_map(any_name(), any_json(), 0..8).prop_map(|entries| entries.into_iter().collect())
}

/// A tool, and some of its arguments with plausible values.
fn any_call() -> impl Strategy<Value = (&'static Tool, JsonObject)> {
    any_tool().prop_flat_map(|tool| {
        let names = names(tool);
        let values = vec(prop_oneof![4 => plausible(), 1 => any_json()], names.len());
        let chosen = vec(any::<bool>(), names.len());
        (values, chosen).prop_map(move |(values, chosen)| {
            let entries = names.iter().cloned().zip(values).zip(chosen);
            (tool, entries.filter_map(|(entry, chosen)| chosen.then_some(entry)).collect())
        })
    })
}

proptest! {
    #[test]
    fn every_input_is_a_request_or_an_error(tool in any_tool(), arguments in any_arguments(), is_pinned: bool) {
        let pinned = is_pinned.then(pinned);
        match prepare(tool, arguments, pinned.as_ref()) {
            Ok(request) => {
                prop_assert!(request.path.starts_with('/') && request.path.is_ascii());
                let segments = |path: &str| path.split('/').count();
                prop_assert_eq!(segments(&request.path), segments(tool.endpoint.path));
                prop_assert!(!request.path.split('/').any(|segment| segment == "." || segment == ".."));
                if is_pinned {
                    prop_assert_eq!(request.location, pinned);
                }
            }
            Err(problems) => prop_assert!(!problems.0.is_empty() && !problems.to_string().is_empty()),
        }
    }

    #[test]
    fn plain_and_prefixed_names_make_the_same_request(
        (tool, arguments) in any_call(),
        prefixes in vec(select(vec!["path_", "query_", "body_"]), 40),
    ) {
        let prefixed = arguments.iter().zip(prefixes);
        let prefixed = prefixed.map(|((name, value), prefix)| (format!("{prefix}{name}"), value.clone())).collect();
        let plain = prepare(tool, arguments, Some(&pinned()));
        let prefixed = prepare(tool, prefixed, Some(&pinned()));
        prop_assert_eq!(plain.is_ok(), prefixed.is_ok(), "{:?} {:?}", plain, prefixed);
        prop_assert_eq!(plain.ok(), prefixed.ok());
    }

    #[test]
    fn camel_and_snake_case_make_the_same_request((tool, arguments) in any_call(), snake in vec(any::<bool>(), 40)) {
        let spelled = arguments.iter().zip(snake);
        let spelled = spelled.map(|((name, value), snake)| (if snake { to_snake(name) } else { to_camel(name) }, value.clone()));
        let spelled = spelled.collect();
        let plain = prepare(tool, arguments, Some(&pinned()));
        let spelled = prepare(tool, spelled, Some(&pinned()));
        prop_assert_eq!(plain.is_ok(), spelled.is_ok(), "{:?} {:?}", plain, spelled);
        prop_assert_eq!(plain.ok(), spelled.ok());
    }

    #[test]
    fn an_unknown_name_is_an_error((tool, mut arguments) in any_call(), name in any::<String>(), value in any_json()) {
        let name = format!("zz{name}");
        arguments.insert(name.clone(), value);
        let problems = prepare(tool, arguments, Some(&pinned())).unwrap_err();
        prop_assert!(problems.0.iter().any(|error| error.argument == name), "{}", problems);
    }

    #[test]
    fn another_location_is_an_error(
        (tool, mut arguments) in any_call(),
        prefix in select(vec!["", "path_", "query_", "body_"]),
        name in select(vec!["locationId", "location_id", "altId"]),
        other in "[A-Za-z0-9_-]{1,30}",
    ) {
        prop_assume!(other != "LOC");
        let name = format!("{prefix}{name}");
        arguments.insert(name.clone(), other.into());
        let problems = prepare(tool, arguments, Some(&pinned())).unwrap_err();
        prop_assert!(problems.0.iter().any(|error| error.argument == name), "{}", problems);
    }
}
