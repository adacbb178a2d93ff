//! A call that is ready to be sent.

use super::field_mask::FieldMask;
use crate::catalogue::Operation;
use crate::leadconnector::Request;

/// A call that is ready to be sent.
#[derive(Debug, Clone)]
pub struct PreparedCall {
    /// The request to send.
    pub request: Request,
    /// The parts of the response to return; `None` for all.
    pub fields: Option<FieldMask>,
    /// Whether the tool has an argument `limit`, which makes the response smaller.
    pub takes_limit: bool,
    /// The catalogue's entry of the operation.
    pub operation: Option<&'static Operation>,
    /// What the caller should know of how the arguments were read.
    pub notes: Vec<String>,
}
