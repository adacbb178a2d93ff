//! The caller of a tool, as data.

use std::any::Any;
use std::sync::Arc;

use crate::auth::UpstreamCredential;
use crate::auth::oauth::GrantId;
use crate::leadconnector::LocationId;
use crate::tools::Selection;

/// The caller of a tool: its credential, and what limits it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The credential that is sent to the API, which validates it.
    pub credential: UpstreamCredential,
    /// The pinned location, if there is one: no argument of a call can name another.
    pub location: Option<LocationId>,
    /// The user's consent that the caller acts by, if it came by OAuth.
    pub grant: Option<GrantId>,
    /// The tools that the caller sees.
    pub selection: Selection,
    /// The permit of the request, dropped when the call has ended: a write may outlive its request. Of any type, because a
    /// call knows nothing of the limits that its protocol has.
    pub permit: Option<Arc<dyn Any + Send + Sync>>,
    /// The largest result, in bytes: the operator's limit, or a lower one that the caller set; 0 means no limit.
    pub max_result_bytes: usize,
}

/// The caller of requests that have no token.
#[derive(Debug, Clone)]
pub struct DefaultCaller {
    /// The credential that is sent to the API.
    pub credential: UpstreamCredential,
    /// The location, unless the request pins another.
    pub location: LocationId,
}
