//! The output schema, for clients that use structured content.

use serde_json::{Value, json};

use super::JsonObject;
use super::error_kind::ErrorKind;
use crate::leadconnector::rate_limit_headers::Limit;

/// The JSON Schema of a result.
pub fn result_schema() -> JsonObject {
    let schema = json!({
        "type": "object",
        "properties": {
            "success": { "type": "boolean" },
            "status": { "type": "integer", "description": "HTTP status of the LeadConnector API" },
            "data": { "description": "Its response, unchanged" },
            "next": { "type": "object", "description": "The arguments for the next page" },
            "unmatched": { "type": "array", "items": { "type": "string" }, "description": "Paths in `fields` that matched nothing" },
            "error": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "enum": ErrorKind::ALL.map(ErrorKind::as_str) },
                    "message": { "type": "string" },
                    "hint": { "type": "string", "description": "The next step" },
                    "wait_seconds": { "type": "integer", "description": "Seconds until the rate limit resets" },
                    "limit": { "type": "string", "enum": [Limit::Burst.as_str(), Limit::Day.as_str()] }
                },
                "required": ["kind", "message", "hint"]
            }
        },
        "required": ["success", "status", "data"]
    });
    match schema {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    }
}
