//! What the body of a POST is, before anything acts on it.

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json_depth;
use super::rpc_error::{INVALID_REQUEST, PARSE_ERROR, RpcError};
use crate::config::ServerSettings;

/// The body of a POST.
#[derive(Debug)]
pub enum Envelope {
    /// A JSON-RPC message, with its id if it has one.
    Message(Option<Box<RawValue>>),
    /// A plain call.
    PlainCall,
}

/// The fields that tell the two apart; what they hold is not looked at.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    tool: Option<&'a RawValue>,
}

impl Envelope {
    /// Finds out what a body is.
    ///
    /// # Errors
    ///
    /// If it is not JSON or nested too deep, or neither a JSON-RPC message nor a plain call.
    pub fn read(body: &[u8], limits: &ServerSettings) -> Result<Self, RpcError> {
        let invalid = |message: &str| RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message);
        if json_depth::is_deeper(body, limits.max_json_depth) {
            return Err(invalid(&format!("the message is nested deeper than {}", limits.max_json_depth)));
        }
        let fields: Fields = serde_json::from_slice(body).map_err(|error| {
            if error.is_syntax() || error.is_eof() {
                let message = format!("the body is not JSON: {error}");
                return RpcError::new(StatusCode::BAD_REQUEST, PARSE_ERROR, message);
            }
            match body.trim_ascii_start().first() {
                Some(b'[') => invalid("JSON-RPC batches are not supported: send one message a request"),
                Some(b'{') => invalid("a field of the message is given twice"),
                _ => invalid("the body must be a JSON object"),
            }
        })?;
        match fields {
            Fields { jsonrpc: Some(_), id: Some(id), .. } if id.get().len() > limits.max_id_bytes => {
                Err(invalid(&format!("the id is longer than {} bytes", limits.max_id_bytes)))
            }
            Fields { jsonrpc: Some(_), id, .. } => {
                // JSON-RPC 2.0 section 4: an id is text or a number. Anything else is not repeated.
                let is_id = |id: &&RawValue| {
                    id.get().starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit())
                };
                Ok(Self::Message(id.filter(is_id).map(ToOwned::to_owned)))
            }
            Fields { tool: Some(_), .. } => Ok(Self::PlainCall),
            _ => Err(invalid("the body is neither a JSON-RPC message (no `jsonrpc`) nor a plain call (no `tool`)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Flags, Settings};

    fn read(body: &str) -> Result<Envelope, RpcError> {
        Envelope::read(body.as_bytes(), &Settings::load(&Flags::default(), |_| None).unwrap().server)
    }

    fn message(body: &str) -> String {
        read(body).unwrap_err().message
    }

    #[test]
    fn the_two_forms_are_told_apart() {
        let body = r#"{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"tool":1}}"#;
        assert!(matches!(read(body), Ok(Envelope::Message(Some(id))) if id.get() == "\"x\""));
        let body = r#"{"tool":"contacts_get-contact","input":{"jsonrpc":1}}"#;
        assert!(matches!(read(body), Ok(Envelope::PlainCall)));
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(message("{\"jsonrpc\":").contains("not JSON"));
        assert!(message("").contains("not JSON"));
        assert!(message("[{\"jsonrpc\":\"2.0\"}]").contains("batches"));
        assert!(message("7").contains("must be a JSON object"));
        assert!(message("{}").contains("neither"));
        assert!(message(r#"{"tool":"a","tool":"b"}"#).contains("twice"));
        assert!(message(&format!(r#"{{"jsonrpc":"2.0","id":"{}"}}"#, "x".repeat(255))).contains("longer than 256"));
        assert!(message(&format!("{}{}", "[".repeat(65), "]".repeat(65))).contains("deeper than 64"));
    }
}
