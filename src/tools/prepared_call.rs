//! A call, ready to be made.

use super::field_mask::FieldMask;
use crate::leadconnector::Request;

/// A call, ready to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedCall {
    /// What to send.
    pub request: Request,
    /// The parts of the answer that are wanted; `None` for all.
    pub fields: Option<FieldMask>,
    /// Whether a smaller `limit` would make the answer smaller.
    pub takes_limit: bool,
}
