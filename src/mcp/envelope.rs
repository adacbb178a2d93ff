//! Classifies the body of a POST before it is handled.

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json_scan::{self, Scan};
use super::rpc_error::{INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, RpcError};
use crate::calls::ArgumentsScan;
use crate::config::ServerSettings;
use crate::text::truncate;

/// The body of a POST.
#[derive(Debug)]
pub enum Envelope {
    /// A JSON-RPC message.
    Message {
        /// The id, if there is one.
        id: Option<Box<RawValue>>,
        /// What was found in the arguments, if the message is a tool call.
        arguments: ArgumentsScan,
    },
    /// A plain call.
    PlainCall(ArgumentsScan),
}

/// The fields that distinguish the two forms. Their values are not parsed.
#[derive(Deserialize)]
struct EnvelopeFields<'a> {
    #[serde(borrow)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    tool: Option<&'a RawValue>,
}

impl Envelope {
    /// Classifies a body.
    ///
    /// # Errors
    ///
    /// If the body is not JSON, is nested too deeply, has too many values or a duplicate name outside of a call's arguments,
    /// or is neither a JSON-RPC message nor a plain call.
    pub fn read(body: &[u8], limits: &ServerSettings) -> Result<Self, RpcError> {
        let invalid = |message: &str| RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message);
        let scan = json_scan::scan(body, limits.max_json_depth);
        let Scan { arguments, duplicate, misplaced_arguments } =
            scan.map_err(|rejected| invalid(&rejected.to_string()))?;
        let fields: EnvelopeFields = serde_json::from_slice(body).map_err(|error| {
            if error.is_syntax() || error.is_eof() {
                let message = format!("the body is not JSON: {error}");
                return RpcError::new(StatusCode::BAD_REQUEST, PARSE_ERROR, message);
            }
            if let Some(name) = &duplicate {
                return duplicate_name(name, None);
            }
            match body.trim_ascii_start().first() {
                Some(b'[') => invalid("JSON-RPC batches are not supported: send one message per request"),
                _ => invalid("the body must be a JSON object"),
            }
        })?;
        match fields {
            EnvelopeFields { jsonrpc: Some(_), id: Some(id), .. } if id.get().len() > limits.max_id_bytes => {
                Err(invalid(&format!("the id is longer than {} bytes", limits.max_id_bytes)))
            }
            EnvelopeFields { jsonrpc: Some(_), id, .. } => {
                // JSON-RPC 2.0 section 4: an id is a string or a number. Any other value is not repeated.
                let is_valid_id = |id: &&RawValue| {
                    id.get().starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit())
                };
                let id = id.filter(is_valid_id).map(ToOwned::to_owned);
                if let Some(name) = misplaced_arguments {
                    let message =
                        format!("unknown `params.{name}`: the arguments of a call belong in `params.arguments`");
                    return Err(RpcError::new(StatusCode::BAD_REQUEST, INVALID_PARAMS, message).with_id(id));
                }
                match duplicate {
                    Some(name) => Err(duplicate_name(&name, id)),
                    None => Ok(Self::Message { id, arguments }),
                }
            }
            EnvelopeFields { tool: Some(_), .. } => match duplicate {
                Some(name) => Err(duplicate_name(&name, None)),
                None => Ok(Self::PlainCall(arguments)),
            },
            _ => Err(invalid("the body is neither a JSON-RPC message (no `jsonrpc`) nor a plain call (no `tool`)")),
        }
    }
}

/// The error for a duplicate name: it is ambiguous which of the two values is meant.
fn duplicate_name(name: &str, id: Option<Box<RawValue>>) -> RpcError {
    let code = if name.starts_with("params.") { INVALID_PARAMS } else { INVALID_REQUEST };
    let message = format!("{:?} is given twice: remove one of the two", truncate(name));
    RpcError::new(StatusCode::BAD_REQUEST, code, message).with_id(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CliOverrides, Settings};

    fn read(body: &str) -> Result<Envelope, RpcError> {
        Envelope::read(body.as_bytes(), &Settings::load(&CliOverrides::default(), |_| None).unwrap().server)
    }

    fn message(body: &str) -> String {
        read(body).unwrap_err().message
    }

    #[test]
    fn both_forms_are_recognized() {
        let body = r#"{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"tool":1}}"#;
        assert!(matches!(read(body), Ok(Envelope::Message { id: Some(id), .. }) if id.get() == "\"x\""));
        let body = r#"{"tool":"contacts_get-contact","input":{"jsonrpc":1}}"#;
        assert!(matches!(read(body), Ok(Envelope::PlainCall(_))));
    }

    #[test]
    fn anything_else_is_rejected() {
        assert!(message("{\"jsonrpc\":").contains("not JSON"));
        assert!(message("").contains("not JSON"));
        assert!(message("[{\"jsonrpc\":\"2.0\"}]").contains("batches"));
        assert!(message("7").contains("must be a JSON object"));
        assert!(message("{}").contains("neither"));
        for name in ["input", "args", "parameters"] {
            let body =
                format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","{name}":{{}}}}}}"#);
            assert!(message(&body).contains("belong in `params.arguments`"), "{name}");
        }
        assert!(message(r#"{"tool":"a","tool":"b"}"#).contains("twice"));
        assert!(message(&format!(r#"{{"jsonrpc":"2.0","id":"{}"}}"#, "x".repeat(255))).contains("longer than 256"));
        assert!(message(&format!("{}{}", "[".repeat(65), "]".repeat(65))).contains("deeper than 64"));
    }
}
