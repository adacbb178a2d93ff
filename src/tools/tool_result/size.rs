//! The limit on the size of a result.

use std::fmt::Write;

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::super::field_mask::Entries;
use super::{ErrorKind, ToolResult};
use crate::text::truncate;
use crate::tools::PreparedCall;

/// The maximum number of names in the shape of a response; the API's responses have a few.
const MAX_NAMES: usize = 30;

/// The maximum size of `next` in an oversize result, in bytes.
const MAX_NEXT_BYTES: usize = 2_000;

impl ToolResult {
    /// Replaces a result larger than `limit` bytes (0: no limit) by advice on how to get a smaller one.
    ///
    /// The result is not truncated, because half a list looks like a whole one. A write is reported as successful in any
    /// case.
    pub fn limited(self, call: &PreparedCall, limit: usize) -> Self {
        let attached = self.attachment.as_ref().map_or(0, |file| file.base64.len());
        if limit == 0 || self.text.len() + attached <= limit {
            return self;
        }
        if attached > 0 && self.text.len() <= limit {
            // Its type and size are in the text.
            return Self { attachment: None, ..self };
        }
        if self.error_kind.is_some() {
            return self.without_data(limit);
        }
        let size = self.text.len();
        let (shape, next) = overview(&self.text);
        let oversize = format!("the result has {size} bytes, more than the limit of {limit}");
        let mut text = if call.request.endpoint.writes() {
            let note = format!("The write was carried out. Its response is omitted: {oversize}.");
            return Self {
                text: json!({ "success": true, "status": self.status.as_u16(), "data": null, "note": note })
                    .to_string(),
                ..self
            };
        } else {
            let (hint, status) = (hint(call, &shape), StatusCode::PAYLOAD_TOO_LARGE);
            json!({
                "success": false,
                "status": status.as_u16(),
                "data": null,
                "error": { "kind": ErrorKind::ResponseTooLarge.as_str(), "message": oversize, "hint": hint },
                "size": size,
                "shape": shape,
            })
        };
        let next = next.filter(|next| next.to_string().len() <= MAX_NEXT_BYTES);
        if let (Some(next), Some(text)) = (next, text.as_object_mut()) {
            text.insert("next".to_owned(), next);
        }
        Self {
            error_kind: Some(ErrorKind::ResponseTooLarge),
            ..Self::success(StatusCode::PAYLOAD_TOO_LARGE, text.to_string())
        }
    }
}

impl ToolResult {
    /// Replaces an answer of the gateway's own that is larger than `limit` bytes (0: no limit) by advice on how to get a smaller
    /// one.
    pub fn answer_limited(self, limit: usize) -> Self {
        if limit == 0 || self.text.len() <= limit {
            return self;
        }
        let oversize = format!("the answer has {} bytes, more than the limit of {limit}", self.text.len());
        let hint = "Ask for less at once: one operation, one query, fewer arguments.";
        let error = json!({ "kind": ErrorKind::ResponseTooLarge.as_str(), "message": oversize, "hint": hint });
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        let text = json!({ "success": false, "status": status.as_u16(), "data": null, "error": error }).to_string();
        Self { error_kind: Some(ErrorKind::ResponseTooLarge), ..Self::success(status, text) }
    }

    /// Drops the API's response from an error: the message and the hint remain.
    fn without_data(self, limit: usize) -> Self {
        let mut result: Map<String, Value> = serde_json::from_str(&self.text).unwrap_or_default();
        result.insert("data".to_owned(), Value::Null);
        let text = Value::Object(result.clone()).to_string();
        if text.len() <= limit {
            return Self { text, ..self };
        }
        if let Some(message) = result.get_mut("error").and_then(|error| error.get_mut("message")) {
            *message = truncate(message.as_str().unwrap_or_default()).into();
        }
        Self { text: Value::Object(result).to_string(), ..self }
    }
}

/// The hint: which arguments make the result smaller.
fn hint(call: &PreparedCall, shape: &Map<String, Value>) -> String {
    let mut hint = "Pass `fields` with the paths you need".to_owned();
    let list = shape.iter().find(|(_, shape)| shape.as_str().is_some_and(|shape| shape.starts_with("list")));
    if let Some((name, _)) = list {
        // Writing to a String cannot fail.
        let _ = write!(hint, ", like {name}.id");
    }
    if call.takes_limit {
        hint.push_str(", or a smaller `limit`");
    }
    hint.push('.');
    hint
}

/// The shape of a result's data (name and type of each top-level entry), and its next page.
fn overview(text: &str) -> (Map<String, Value>, Option<Value>) {
    #[derive(Deserialize)]
    struct Result<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
        next: Option<Value>,
    }
    let Ok(Result { data, next }) = serde_json::from_str(text) else {
        return Default::default();
    };
    (shape(data), next)
}

/// The name and type of each top-level entry of an object.
pub fn shape(data: &RawValue) -> Map<String, Value> {
    match serde_json::from_str(data.get()) {
        Ok(Entries(entries)) => {
            let entries = entries.into_iter().take(MAX_NAMES);
            entries.map(|(name, value)| (truncate(&name), describe(value).into())).collect()
        }
        Err(_) => Map::new(),
    }
}

fn describe(value: &RawValue) -> String {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'[') => {
            let count =
                serde_json::from_str::<Vec<serde::de::IgnoredAny>>(text).map(|list| list.len()).unwrap_or_default();
            format!("list of {count}, {} bytes", text.len())
        }
        Some(b'{') => format!("object, {} bytes", text.len()),
        Some(b'"') => "text".to_owned(),
        Some(b't' | b'f') => "boolean".to_owned(),
        Some(b'n') => "null".to_owned(),
        _ => "number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::leadconnector::Response;
    use crate::tools::ToolRegistry;

    /// The result of a call with this response and a limit of 20 bytes.
    fn limited(tool: &str, arguments: Value, status: u16, body: &Value) -> ToolResult {
        let registry = ToolRegistry::default();
        let (tool, Value::Object(arguments)) = (registry.find(tool).unwrap(), arguments) else { panic!("an object") };
        let call = tool.prepare(tool.read(arguments, Some(&"LOC".parse().unwrap()))).unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let body = Bytes::from(body.to_string());
        let response =
            Response { status, content_type: None, body, retry_after: None, limit: None, outcome_unknown: false };
        ToolResult::from_response(&call, Ok(response)).limited(&call, 20)
    }

    #[test]
    fn the_advice_on_an_oversize_result_is_short_for_every_response() {
        let names: Map<String, Value> = (0..9_000).map(|index| (format!("k{index}"), json!(1))).collect();
        let long = "a".repeat(9_000);
        let cursor = json!({ "meta": { "startAfter": 1, "startAfterId": &long, "nextPage": 2 } });
        let duplicate = json!({ "message": &long, "meta": { "contactId": &long } });
        for result in [
            limited("contacts_get-contacts", json!({}), 200, &names.into()),
            limited("contacts_get-contacts", json!({}), 200, &json!({ long.clone(): 1 })),
            limited("contacts_get-contacts", json!({}), 200, &cursor),
            limited("contacts_create-contact", json!({ "email": "a@example.com" }), 400, &duplicate),
        ] {
            assert!(result.error_kind.is_some() && result.text.len() < 3_000, "{}", result.text.len());
        }
    }
}
