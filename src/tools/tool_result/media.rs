//! Responses that are files: a recording, a transcript.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{ToolResult, push_notes, success};
use crate::leadconnector::Response;
use crate::tools::PreparedCall;

/// The largest audio that is sent along, in bytes: a model hears about two minutes of a phone call in it.
const MAX_AUDIO_BYTES: usize = 1 << 20;

/// The most text of a file that is returned, in bytes.
const MAX_TEXT_BYTES: usize = 256 << 10;

/// A file that is sent along with a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its MIME type.
    pub mime_type: String,
    /// Its content in base64.
    pub base64: String,
}

/// The result of a response that is a file: text as text, small audio as audio, anything else by type and size.
pub fn result(call: &PreparedCall, response: &Response) -> ToolResult {
    let mime_type = response.content_type.as_deref().unwrap_or("application/octet-stream");
    let mime_type = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = &response.body;
    // Some of these answer with JSON: a link to the file, or nothing.
    if mime_type.ends_with("json")
        && let Some(result) = success(call, response.status, body)
    {
        return result;
    }
    let mut media = None;
    let data = match std::str::from_utf8(body) {
        Ok(text) if mime_type.starts_with("text/") && body.len() <= MAX_TEXT_BYTES => Value::from(text),
        _ if mime_type.starts_with("audio/") && body.len() <= MAX_AUDIO_BYTES => {
            media = Some(Media { mime_type: mime_type.clone(), base64: BASE64_STANDARD.encode(body) });
            json!({ "type": mime_type, "bytes": body.len() })
        }
        _ => json!({ "type": mime_type, "bytes": body.len(), "note": "the file itself is not returned: only text, and audio of at most 1 MiB, is" }),
    };
    let mut text = format!(r#"{{"success":true,"status":{},"data":{data}"#, response.status.as_str());
    push_notes(&mut text, &call.notes);
    text.push('}');
    ToolResult { media, ..ToolResult::success(response.status, text) }
}
