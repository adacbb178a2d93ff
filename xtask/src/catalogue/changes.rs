//! What an update of the documents changes: for the person who reviews it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The differences between two versions of the catalogue's file, one line each.
pub fn between(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (operations(before), operations(after));
    let endpoint = |value: &Value| (value["method"].clone(), value["path"].clone());
    let mut lines = Vec::new();
    let mut renamed = BTreeSet::new();
    for (name, value) in &after {
        if before.contains_key(name) {
            continue;
        }
        let old = before
            .iter()
            .find(|(old, value_before)| !after.contains_key(*old) && endpoint(value_before) == endpoint(value));
        if let Some((old, _)) = old {
            renamed.insert(old.clone());
            lines.push(format!("renamed: {old} is now {name}"));
        } else {
            lines.push(format!("added: {name}"));
        }
    }
    lines.extend(
        before
            .keys()
            .filter(|name| !after.contains_key(*name) && !renamed.contains(*name))
            .map(|name| format!("removed: {name}")),
    );
    for (name, value) in &after {
        let Some(old) = before.get(name).filter(|old| *old != value) else { continue };
        let newly: Vec<String> = required(value).difference(&required(old)).cloned().collect();
        if newly.is_empty() {
            lines.push(format!("changed: {name}"));
        } else {
            lines.push(format!("newly required: {name}: {}", newly.join(", ")));
        }
    }
    lines
}

fn operations(text: &str) -> BTreeMap<String, Value> {
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter_map(|value| Some((value["name"].as_str()?.to_owned(), value.clone()))).collect()
}

fn required(operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let names = parameters.filter(|parameter| parameter["required"] == true);
    names.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_is_named() {
        let before = r#"{"name":"a","method":"GET","path":"/a"}
{"name":"b","method":"GET","path":"/b"}
{"name":"c","method":"GET","path":"/c","parameters":[{"name":"x"}]}
{"name":"d","method":"GET","path":"/d","title":"D"}"#;
        let after = r#"{"name":"a2","method":"GET","path":"/a"}
{"name":"c","method":"GET","path":"/c","parameters":[{"name":"x","required":true}]}
{"name":"d","method":"GET","path":"/d","title":"E"}
{"name":"e","method":"GET","path":"/e"}"#;
        let expected = ["renamed: a is now a2", "added: e", "removed: b", "newly required: c: x", "changed: d"];
        assert_eq!(between(before, after), expected);
        assert!(between(after, after).is_empty());
    }
}
