//! What holds for every operation.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use proptest::prelude::*;

use super::*;
use crate::leadconnector::path;

fn operations() -> &'static [Operation] {
    Catalogue::published().operations()
}

#[test]
fn the_smallest_call_is_accepted_and_names_the_location() {
    for operation in operations() {
        let prepared = operation.prepare(smallest(operation), Some(&pinned()));
        let request = prepared.unwrap_or_else(|errors| panic!("{}: {errors:?}", operation.name)).request;
        assert_eq!(request.location, Some(pinned()), "{}", operation.name);
        let whole = format!("{}?{} {:?}", request.path, request.query, request.body);
        let is_named = operation.parameters().iter().any(|shape| is_slot(shape) && shape.name != "altType");
        assert!(!is_named || whole.contains(LOCATION), "{}: {whole}", operation.name);
        url::Url::parse(&format!("https://host{}?{}", request.path, request.query)).unwrap();
        assert_eq!(request.body.is_some(), operation.body.is_some(), "{}", operation.name);
    }
}

#[test]
fn every_missing_argument_is_reported() {
    for operation in operations() {
        let required: HashSet<&str> =
            smallest(operation).keys().map(String::as_str).map(|name| shape(operation, name).argument()).collect();
        let needs_location = operation.parameters().iter().any(|shape| is_slot(shape) && shape.required);
        let errors = operation.prepare(Map::new(), None).err().unwrap_or_default();
        for name in &required {
            assert!(errors.iter().any(|error| error.argument == *name), "{}: {name}", operation.name);
        }
        let location = errors.iter().filter(|error| error.argument == "locationId");
        assert_eq!(location.count(), usize::from(needs_location), "{}", operation.name);
        assert_eq!(errors.len(), required.len() + usize::from(needs_location), "{}: {errors:?}", operation.name);
    }
}

#[test]
fn a_foreign_location_is_refused_in_every_place_of_every_operation() {
    for operation in operations() {
        for shape in operation.parameters().iter().filter(|shape| is_slot(shape)) {
            for name in [shape.name.clone(), format!("query_{}", shape.name), shape.name.to_uppercase()] {
                let mut arguments = smallest(operation);
                arguments.insert(name.clone(), "OTHERlocation1234567".into());
                let errors = operation.prepare(arguments, Some(&pinned())).expect_err(operation.name);
                assert_eq!(errors.len(), 1, "{}: {errors:?}", operation.name);
                assert_eq!(errors[0].argument, name, "{}", operation.name);
            }
        }
        // Where the operation has no such place, the argument still means the location.
        let mut arguments = smallest(operation);
        arguments.insert("location_id".into(), "OTHERlocation1234567".into());
        assert!(operation.prepare(arguments, Some(&pinned())).is_err(), "{}", operation.name);
    }
}

#[test]
fn a_foreign_location_is_refused_in_every_field_of_every_body() {
    let foreign = |shape: &Shape| match shape.kind {
        Type::Array => json!(["OTHERlocation1234567"]),
        _ => json!("OTHERlocation1234567"),
    };
    let mut tried = 0;
    for operation in operations() {
        for shape in operation.parameters().iter().filter(|shape| !is_slot(shape)) {
            for (value, path) in with_each_location(shape, &foreign) {
                let mut arguments = smallest(operation);
                arguments.insert(shape.argument().to_owned(), value);
                let errors = operation.prepare(arguments, Some(&pinned())).expect_err(&path);
                assert!(errors.iter().any(|error| error.problem.contains("location")), "{path}: {errors:?}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 15, "{tried}");
}

/// Values of a shape, each with another location in one of the fields that name one.
fn with_each_location(shape: &Shape, foreign: &dyn Fn(&Shape) -> Value) -> Vec<(Value, String)> {
    const NAMES: [&str; 5] = ["locationId", "altId", "locationIds", "share_location_id", "altType"];
    if NAMES.contains(&shape.name.as_str()) && (shape.place.is_none() || shape.name != "altId") {
        return vec![(foreign(shape), shape.name.clone())];
    }
    let mut values = Vec::new();
    for field in &shape.properties {
        for (value, path) in with_each_location(field, foreign) {
            let mut object = object(plausible(shape));
            object.insert(field.name.clone(), value);
            values.push((object.into(), format!("{}.{path}", shape.name)));
        }
    }
    for items in shape.items.iter().filter(|items| !items.properties.is_empty()) {
        let nested = with_each_location(items, foreign);
        values.extend(nested.into_iter().map(|(value, path)| (json!([value]), format!("{}[]{path}", shape.name))));
    }
    values
}

fn shape(operation: &'static Operation, argument: &str) -> &'static Shape {
    operation.parameters().iter().find(|shape| shape.argument() == argument).unwrap()
}

/// Any JSON, with texts that mean something to the reader.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        Just(LOCATION.to_owned()),
        Just("OTHERlocation1234567".to_owned()),
        Just("2026-11-01T09:00:00".to_owned()),
        Just("[{\"locationId\": \"x\"}, 1, \"a\"]".to_owned()),
        Just("..".to_owned()),
        Just("a/b".to_owned()),
    ];
    let name = prop_oneof![
        Just("locationId".to_owned()),
        Just("locations".to_owned()),
        Just("altId".to_owned()),
        Just("id".to_owned()),
        Just("base64".to_owned()),
        Just("name".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// An operation, and arguments most of which it has.
fn calls() -> impl Strategy<Value = (&'static Operation, Map<String, Value>)> {
    let others = ["extra", "path", "query", "body", "headers", "locationId", "altId", "altType", "id", "Title"];
    let arguments = prop::collection::vec((0..200_usize, any::<prop::sample::Index>(), any_json()), 0..8);
    (0..operations().len(), any::<bool>(), arguments).prop_map(move |(index, complete, given)| {
        let operation = &operations()[index];
        let mut arguments = if complete { smallest(operation) } else { Map::new() };
        for (choice, position, value) in given {
            let parameters = operation.parameters();
            let name = if choice < 120 && !parameters.is_empty() {
                parameters[position.index(parameters.len())].argument()
            } else {
                others[position.index(others.len())]
            };
            arguments.insert(name.to_owned(), value);
        }
        (operation, arguments)
    })
}

/// The texts of locations in JSON, by the names that the documents use.
fn locations(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| locations(element, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "locationId" => found.push(text.clone()),
                    other => locations(other, found),
                }
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever a call gives, it is refused, or its request keeps to its path and its location.
    #[test]
    fn no_argument_leaves_its_place((operation, arguments) in calls(), is_pinned: bool) {
        let pinned = is_pinned.then(pinned);
        match operation.prepare(arguments, pinned.as_ref()) {
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in &errors {
                    prop_assert!(error.argument.len() + error.problem.len() < 2_000, "{error:?}");
                }
            }
            Ok(Prepared { request, notes }) => {
                prop_assert!(notes.len() <= 11);
                if let Some(pinned) = &pinned {
                    prop_assert_eq!(request.location.as_ref(), Some(pinned));
                }
                let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
                let (template, sent) = (segments(operation.path), segments(&request.path));
                prop_assert_eq!(template.len(), sent.len());
                for (template, segment) in template.iter().zip(&sent) {
                    let is_kept = template.starts_with('{') || template == segment;
                    prop_assert!(is_kept, "{}", request.path);
                }
                let url = url::Url::parse(&format!("https://host{}?{}", request.path, request.query)).unwrap();
                prop_assert_eq!(url.path(), request.path.as_str());
                if let (Some(_), Some(body)) = (&pinned, &request.body)
                    && let Ok(body) = serde_json::from_slice::<Value>(body)
                {
                    let mut found = Vec::new();
                    locations(&body, &mut found);
                    let foreign = found.iter().find(|id| *id != LOCATION && !id.trim().is_empty());
                    prop_assert!(foreign.is_none(), "{}: {}", operation.name, body);
                }
            }
        }
    }

    /// A text in the path is refused, or is exactly one segment that decodes to it.
    #[test]
    fn a_path_value_is_one_segment(index in 0..1_000_usize, text in prop_oneof![any::<String>(), "[A-Za-z0-9./%{}-]{1,30}"]) {
        let with_path: Vec<_> =
            operations().iter().filter(|operation| path::names(operation.path).any(|name| name != "locationId")).collect();
        let operation = with_path[index % with_path.len()];
        let name = path::names(operation.path).find(|name| *name != "locationId").unwrap();
        let mut arguments = smallest(operation);
        arguments.insert(name.to_owned(), text.clone().into());
        if let Ok(Prepared { request, .. }) = operation.prepare(arguments, Some(&pinned())) {
            let position = operation.path.split('/').position(|segment| segment == format!("{{{name}}}")).unwrap();
            let segment = request.path.split('/').nth(position).unwrap();
            let decoded = percent_decode_str(segment).decode_utf8().unwrap().into_owned();
            let meant = shape(operation, name).values.iter().find_map(|value| {
                super::super::names::same(value.as_str()?, text.trim()).then(|| value.as_str().unwrap().to_owned())
            });
            prop_assert_eq!(decoded, meant.unwrap_or(text));
            prop_assert_eq!(request.path.split('/').count(), operation.path.split('/').count());
        }
    }
}

/// The work that arguments cause grows with their size and no faster.
#[test]
fn the_work_of_hostile_arguments_is_bounded() {
    const COUNT: usize = 1_500;
    let unknown: Map<String, Value> = (0..COUNT).map(|index| (format!("nme{index}"), json!([index]))).collect();
    let list: Value = (0..COUNT).map(|index| json!({"nme": index})).collect();
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| operation.parameters().len() > 14) {
        let mut calls = vec![unknown.clone(), object(json!({"extra": unknown})), object(json!({"body": unknown}))];
        let has_parts = |shape: &&Shape| !shape.properties.is_empty() || shape.items.is_some();
        for shape in operation.parameters().iter().filter(has_parts).take(2) {
            calls.push(object(json!({shape.argument(): unknown})));
            calls.push(object(json!({shape.argument(): list})));
        }
        for arguments in calls {
            let size = serde_json::to_vec(&arguments).unwrap().len() as u64;
            let allocated = allocation_counter::measure(|| {
                let searched = crate::text::work::measure(|| drop(operation.prepare(arguments, Some(&pinned()))));
                assert!(searched < 3_000_000, "{}: {searched}", operation.name);
            });
            let most = 400 * size + (1 << 20);
            assert!(allocated.bytes_total < most, "{}: {} bytes of {size}", operation.name, allocated.bytes_total);
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
