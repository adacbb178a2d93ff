//! The bodies of the token endpoints: forms, and for location tokens also JSON.

use axum::extract::Request;
use serde_json::{Map, Value};

use crate::sandbox::fields::{self, Field, FieldValues};
use crate::sandbox::response::ApiError;
use crate::sandbox::route::{body_bytes, has_media_type, json_object, object};

const FORM: &str = "application/x-www-form-urlencoded";

/// A form's valid fields. A body of another type is not read, so that all required fields are missing: the document
/// names the form alone.
pub async fn form(request: Request, table: &[Field]) -> Result<FieldValues, ApiError> {
    let sent = if has_media_type(request.headers(), FORM) { pairs(request).await? } else { Map::new() };
    validate(sent, table)
}

/// The same for a body that may also be JSON. The document of location tokens names the form alone, but real apps send
/// both.
pub async fn form_or_json(request: Request, table: &[Field]) -> Result<FieldValues, ApiError> {
    let is_form = has_media_type(request.headers(), FORM);
    let sent = if is_form { pairs(request).await? } else { json_object(request).await? };
    validate(sent, table)
}

async fn pairs(request: Request) -> Result<Map<String, Value>, ApiError> {
    let bytes = body_bytes(request).await?;
    Ok(object(form_urlencoded::parse(&bytes).into_owned()))
}

fn validate(sent: Map<String, Value>, table: &[Field]) -> Result<FieldValues, ApiError> {
    let mut problems = Vec::new();
    // A form is like a query: its values are all strings, and an optional one that is empty was not sent.
    let values = fields::from_query(sent, table, &mut problems);
    if problems.is_empty() { Ok(values) } else { Err(ApiError::unprocessable(problems)) }
}
