//! A call that is ready to be sent.

use super::field_mask::FieldMask;
use crate::leadconnector::Request;

/// A call that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedCall {
    /// The request to send.
    pub request: Request,
    /// The parts of the response to return; `None` for all.
    pub fields: Option<FieldMask>,
    /// Whether the tool has an argument `limit`, which makes the response smaller.
    pub takes_limit: bool,
}
