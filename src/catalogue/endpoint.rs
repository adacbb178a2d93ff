//! The endpoint of an operation.

use http::Method;

use super::operation::{Answer, Kind, Operation, Paging};
use super::shape::Place;
use crate::leadconnector::{self, Accept, Endpoint, LocationIn};

impl Operation {
    /// Its endpoint, like those that the typed operations declare.
    pub fn endpoint(&'static self) -> Endpoint {
        Endpoint {
            method: self.method.clone(),
            path: self.path,
            version: self.version,
            scope: self.scope.unwrap_or_default(),
            location: self.location(),
            parameters: &[],
            paging: self.paging(),
            // RFC 9110 section 9.2.2. A POST that only reads is not repeated either: no document promises that it may be.
            idempotent: [Method::GET, Method::PUT, Method::DELETE].contains(&self.method),
            writes: self.kind != Kind::Read,
            accept: match self.answer {
                None => Accept::Json,
                Some(Answer::Binary | Answer::Text) => Accept::Any,
            },
        }
    }

    fn location(&'static self) -> LocationIn {
        let find = |name: &str, place: Place| {
            self.parameters().iter().find(|shape| shape.name == name && shape.place == Some(place))
        };
        if find("locationId", Place::Path).is_some() {
            return LocationIn::Path;
        }
        if find("altId", Place::Query).is_some_and(|shape| shape.required) {
            return LocationIn::Alt;
        }
        let query = ["locationId", "location_id"].into_iter().find_map(|name| find(name, Place::Query));
        if let Some(shape) = query.filter(|shape| shape.required) {
            return LocationIn::Query(&shape.name);
        }
        let body = ["locationId", "altId"].into_iter().find_map(|name| find(name, Place::Body));
        if body.is_some_and(|shape| shape.required) { LocationIn::Body } else { LocationIn::None }
    }

    fn paging(&self) -> leadconnector::Paging {
        match self.paging {
            None => leadconnector::Paging::None,
            Some(Paging::StartAfter) => leadconnector::Paging::Cursor,
            Some(_) => leadconnector::Paging::None,
        }
    }
}
