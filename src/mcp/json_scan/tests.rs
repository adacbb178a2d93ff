use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn scanned(json: &str) -> Scan {
    scan(json.as_bytes(), 64).unwrap()
}

fn call(arguments: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","params":{{"name":"t","arguments":{arguments},"_meta":{{"x":1}}}},"id":1}}"#)
}

#[test]
fn depth_counts_open_arrays_and_objects() {
    let is_deeper = |json: &[u8], limit: usize| scan(json, limit) == Err(ScanError::TooDeep(limit));
    assert!(!is_deeper(br#"{"a":[1,[2]],"b":[[3]]}"#, 3));
    assert!(is_deeper(br#"{"a":[1,[2]],"b":[[3]]}"#, 2));
    assert!(!is_deeper(br#"{"a":"[[[[","b":"\"[[[","c":"\\"}"#, 1));
    assert!(is_deeper(br#"{"a":"\\","b":[1]}"#, 1));
    assert!(is_deeper(b"]]]}[[", 1) && !is_deeper(b"7", 0));
}

#[test]
fn the_number_of_values_is_limited() {
    for unit in ["1", "[]", "{}", r#""a""#] {
        let list = |count: usize| format!("[{}]", vec![unit; count].join(","));
        assert!(scan(list(MAX_VALUES / 2).as_bytes(), 64).is_ok());
        assert_eq!(scan(list(MAX_VALUES + 1).as_bytes(), 64), Err(ScanError::TooManyValues));
    }
}

#[test]
fn duplicate_names_in_arguments_are_found_at_every_level() {
    for (arguments, found) in [
        (r#"{"a":1,"b":2}"#, vec![]),
        (r#"{"a":1,"b":2,"a":1}"#, vec!["a"]),
        (r#"{"a":1,"\u0061":2}"#, vec!["a"]),
        (r#"{"ä":1,"\u00e4":2}"#, vec!["ä"]),
        (r#"{"a":{"b":1},"c":{"b":1}}"#, vec![]),
        (r#"{"a":{"b":1,"b":{}}}"#, vec!["a.b"]),
        (r#"{"a":[{},[1,{"b":[],"b":2}]]}"#, vec!["a[1][1].b"]),
        (r#"{"a":["b","b"],"c":"a","d":"c"}"#, vec![]),
        (r#"{"a":1,"a":{"b":1,"b":2}}"#, vec!["a", "a.b"]),
        ("{ \"a\" : 1 , \"a\" : 2 }", vec!["a"]),
    ] {
        for message in [call(arguments), format!(r#"{{"tool":"t","input":{arguments}}}"#)] {
            let scan = scanned(&message);
            assert_eq!(
                (scan.arguments.duplicates, scan.duplicate),
                (found.iter().map(|&name| name.to_owned()).collect(), None),
                "{message}"
            );
        }
    }
}

#[test]
fn a_second_arguments_name_does_not_hide_the_size() {
    let arguments = format!(r#"{{"a":"{}"}}"#, "x".repeat(1_000));
    for stray in ["input", "arguments"] {
        let behind = format!(r#"{{"params":{{"arguments":{arguments}}},"{stray}":{{}}}}"#);
        let before = format!(r#"{{"{stray}":{{}},"params":{{"arguments":{arguments}}}}}"#);
        for message in [behind, before] {
            assert_eq!(scanned(&message).arguments.bytes, arguments.len(), "{message}");
        }
    }
}

#[test]
fn duplicate_names_elsewhere_are_found_too() {
    for (message, found) in [
        (r#"{"params":{"name":"a","name":"b","arguments":{}}}"#, "params.name"),
        (r#"{"params":{"arguments":{},"arguments":{}}}"#, "params.arguments"),
        (r#"{"params":{"arguments":{},"_meta":{"a":[{"b":1,"b":1}]}}}"#, "params._meta.a[0].b"),
        (r#"{"method":"a","m\u0065thod":"b"}"#, "method"),
        (r#"{"tool":"a","input":{},"input":{}}"#, "input"),
    ] {
        let scan = scanned(message);
        assert_eq!((scan.duplicate.as_deref(), scan.arguments.duplicates), (Some(found), vec![]), "{message}");
    }
    assert_eq!(scanned(&call(r#"{"a":1}"#)).duplicate, None);
}

#[test]
fn duplicates_are_found_among_few_and_many_names() {
    for count in [2, SET_THRESHOLD - 1, SET_THRESHOLD, SET_THRESHOLD + 1, 5_000] {
        let names: Vec<String> = (0..count).map(|index| format!(r#""n{index}":1"#)).collect();
        assert!(scanned(&call(&format!("{{{}}}", names.join(",")))).arguments.duplicates.is_empty());
        let twice = scanned(&call(&format!(r#"{{{},"n1":2}}"#, names.join(","))));
        assert_eq!(twice.arguments.duplicates, ["n1"], "{count}");
    }
    let same = vec![r#""n":1"#; 1_000].join(",");
    assert_eq!(scanned(&call(&format!("{{{same}}}"))).arguments.duplicates.len(), MAX_DUPLICATES);
    let long = "n".repeat(100_000);
    let path = &scanned(&call(&format!(r#"{{"{long}":1,"{long}":1}}"#))).arguments.duplicates[0];
    assert_eq!(path.len(), MAX_PATH_BYTES);
}

#[test]
fn the_arguments_size_is_that_of_compact_json() {
    let arguments = json!({ "a": ["b", 1, { "c": null }], "d": "e\"f\\" });
    let size = arguments.to_string().len();
    for written in [arguments.to_string(), serde_json::to_string_pretty(&arguments).unwrap()] {
        assert_eq!(scanned(&call(&written)).arguments.bytes, size);
        assert_eq!(scanned(&format!(r#"{{"tool": "t", "input" : {written} }}"#)).arguments.bytes, size);
    }
    assert_eq!(scanned(&call(r#"{"a":"\u20ac"}"#)).arguments.bytes, r#"{"a":"€"}"#.len());
    assert_eq!(scanned(r#"{"params":{"a":{"arguments":{"b":1}}}}"#).arguments.bytes, 0);
}

proptest! {
    #[test]
    fn any_bytes_can_be_scanned(json in prop::collection::vec(prop::sample::select(&b"{}[]\",:\\u0061 a\xff"[..]), 0..200)) {
        let _ = scan(&json, 5);
    }

    #[test]
    fn a_serialized_tree_has_no_duplicate_names(names in prop::collection::hash_set("\\PC{0,6}", 0..30)) {
        let object: Value = names.iter().map(|name| (name.clone(), json!({ name: [name] }))).collect::<serde_json::Map<_, _>>().into();
        let scan = scanned(&call(&object.to_string()));
        prop_assert_eq!(scan.arguments.duplicates, Vec::<String>::new());
        prop_assert_eq!(scan.duplicate, None);
    }
}
