//! Times that are counts since 1970: no document has a format for them, but texts and examples give them away.

use serde_json::{Map, Value};

/// The format of a parameter or field, by its name, its own schema and what surrounds that; `None` if it is no such time.
pub fn format(name: &str, sources: &[&Map<String, Value>], kind: &str) -> Option<&'static str> {
    if !is_time(name) || !["string", "number", "integer"].contains(&kind) {
        return None;
    }
    let description = |source: &&Map<String, Value>| Some(source.get("description")?.as_str()?.to_ascii_lowercase());
    let text: String = sources.iter().filter_map(description).collect();
    let examples: Vec<u64> = sources.iter().filter_map(|source| count(source.get("example")?)).collect();
    let has = |range: std::ops::Range<u64>| examples.iter().any(|example| range.contains(example));
    if text.contains("milli") || has(1_000_000_000_000..100_000_000_000_000) {
        Some("epoch-ms")
    } else if has(1_000_000_000..100_000_000_000) {
        Some("epoch-s")
    } else {
        None
    }
}

/// Whether a name is that of a moment: not a duration (`expiryIn`), and not a cursor (`startAfter`).
fn is_time(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("date") || lower.ends_with("time") || lower.ends_with("timestamp") || name.ends_with("At")
}

fn count(example: &Value) -> Option<u64> {
    example.as_u64().or_else(|| example.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_known_by_its_name_and_its_text_or_example() {
        let format = |name: &str, source: Value| {
            let kind = source["type"].as_str().unwrap_or("number").to_owned();
            super::format(name, &[source.as_object().unwrap()], &kind)
        };
        assert_eq!(format("startTime", json!({"description": "In Millis", "type": "string"})), Some("epoch-ms"));
        assert_eq!(format("startDate", json!({"example": 1_548_898_600_000_u64})), Some("epoch-ms"));
        assert_eq!(format("endTime", json!({"example": "1680978599999", "type": "string"})), Some("epoch-ms"));
        assert_eq!(format("scheduledTimestamp", json!({"example": 1_669_287_863})), Some("epoch-s"));
        assert_eq!(format("startAfter", json!({"example": 1_603_870_249_758_u64})), None);
        assert_eq!(format("expiryIn", json!({"description": "in milliseconds"})), None);
        assert_eq!(format("startTime", json!({"example": "2021-06-23T03:30:00+05:30", "type": "string"})), None);
        assert_eq!(format("fromNumber", json!({"example": "1499499299", "type": "string"})), None);
    }
}
