//! stub
use super::Operation;
use crate::leadconnector::{ArgumentError, Endpoint, LocationId, Request};
pub struct Prepared {
    pub request: Request,
    pub notes: Vec<String>,
}
impl Operation {
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::new(self.method.clone(), self.path, self.scope.unwrap_or_default(), false)
    }
    pub fn prepare(
        &'static self,
        _: serde_json::Map<String, serde_json::Value>,
        _: Option<&LocationId>,
    ) -> Result<Prepared, Vec<ArgumentError>> {
        Err(vec![])
    }
}
