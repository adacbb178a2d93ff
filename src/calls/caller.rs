//! Who calls, as data.

use crate::leadconnector::{LocationId, Token};
use crate::tools::Selection;

/// Who calls, and for which location.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The token, passed on to the API and validated there.
    pub token: Token,
    /// The pinned location: no argument of a call can name another.
    pub location: Option<LocationId>,
    /// The tools that the caller sees.
    pub selection: Selection,
    /// The largest result, in bytes: the operator's limit, or a lower one of the caller; 0 is no limit.
    pub max_result_bytes: usize,
}

/// Who calls when a request has no token.
#[derive(Debug, Clone)]
pub struct DefaultCaller {
    /// The token.
    pub token: Token,
    /// The location, unless the request pins another.
    pub location: LocationId,
}
