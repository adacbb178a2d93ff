//! Who calls, as data.

use std::sync::Arc;

use crate::auth::UpstreamCredential;
use crate::leadconnector::LocationId;
use crate::server::Permit;
use crate::tools::Selection;

/// Who calls, and for which location.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What the API gets, and validates.
    pub credential: UpstreamCredential,
    /// The pinned location: no argument of a call can name another.
    pub location: Option<LocationId>,
    /// The tools that the caller sees.
    pub selection: Selection,
    /// The request's permit, which a write holds until it ends: it may outlive its request.
    pub permit: Option<Arc<Permit>>,
    /// The largest result, in bytes: the operator's limit, or a lower one of the caller; 0 is no limit.
    pub max_result_bytes: usize,
}

/// Who calls when a request has no token.
#[derive(Debug, Clone)]
pub struct DefaultCaller {
    /// What the API gets.
    pub credential: UpstreamCredential,
    /// The location, unless the request pins another.
    pub location: LocationId,
}
