//! The schema of results, for clients that want structured content.

use serde_json::{Value, json};

use super::JsonObject;
use super::error_kind::ErrorKind;
use crate::leadconnector::rate_limit_headers::Limit;

/// The schema of the result's JSON, for clients that want structured content.
pub fn of() -> JsonObject {
    let schema = json!({
        "type": "object",
        "properties": {
            "success": { "type": "boolean" },
            "status": { "type": "integer", "description": "HTTP status of the LeadConnector API" },
            "data": { "description": "Its answer, unchanged" },
            "next": { "type": "object", "description": "The arguments that ask for the next page" },
            "unmatched": { "type": "array", "items": { "type": "string" }, "description": "Paths in `fields` that led nowhere" },
            "error": {
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "enum": ErrorKind::ALL.map(ErrorKind::as_str) },
                    "message": { "type": "string" },
                    "hint": { "type": "string", "description": "The next step" },
                    "wait_seconds": { "type": "integer", "description": "How long a limit is reached" },
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
