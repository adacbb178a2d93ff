//! A request: a value, ready to send.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::location::LocationId;
use super::operation::{Endpoint, LocationPlace, Method, Operation};
use super::path::{self, PathError};

/// A request to the API, complete but for the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method, version and scope.
    pub endpoint: Endpoint,
    /// The path, percent-encoded, with a leading slash.
    pub path: String,
    /// The query, form-encoded, without a question mark; may be empty.
    pub query: String,
    /// The JSON body; `None` for a GET.
    pub body: Option<Bytes>,
    /// The location, if it is known; it also goes into the `locationId` header.
    pub location: Option<LocationId>,
}

/// The longest path and query together, in bytes. The HTTP library takes 65,534 with the API's base URL, and no server
/// takes as many.
const MAX_TARGET_BYTES: usize = 60_000;

/// Parameters that make no request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A value that cannot stand in the path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The operation needs a location and none is known.
    #[error("the location is not known")]
    LocationMissing,
    /// The path and the query are too long together.
    #[error("the arguments make a URL of {0} bytes, and at most {MAX_TARGET_BYTES} can be sent")]
    TooLong(usize),
    /// The parameters cannot be written as JSON: a defect of their type.
    #[error("the parameters cannot be written as JSON")]
    Unserializable(#[from] serde_json::Error),
}

impl Request {
    /// Builds the request of an operation.
    ///
    /// # Errors
    ///
    /// See [`RequestError`].
    pub fn new<O: Operation>(operation: &O, location: Option<LocationId>) -> Result<Self, RequestError> {
        let endpoint = O::ENDPOINT;
        let Value::Object(mut fields) = serde_json::to_value(operation)? else {
            let error: serde_json::Error = serde::ser::Error::custom("the parameters are not a struct");
            return Err(error.into());
        };
        if endpoint.needs_location() {
            let location = location.as_ref().ok_or(RequestError::LocationMissing)?;
            place(&mut fields, endpoint.location, location);
        }
        let path = path::expand(endpoint.path, |name| fields.shift_remove(name).as_ref().map(text))?;
        let (query, body) = match endpoint.method {
            Method::Get => (form(&fields), None),
            _ => (String::new(), Some(Bytes::from(serde_json::to_vec(&fields)?))),
        };
        match path.len() + query.len() {
            length if length > MAX_TARGET_BYTES => Err(RequestError::TooLong(length)),
            _ => Ok(Self { endpoint, path, query, body, location }),
        }
    }
}

/// Adds the location to the fields, first, where the endpoint wants it.
fn place(fields: &mut Map<String, Value>, place: LocationPlace, location: &LocationId) {
    let mut add = |name: &str, value: &str| fields.shift_insert(0, name.to_owned(), value.into());
    match place {
        LocationPlace::None => None,
        LocationPlace::Path | LocationPlace::Body => add("locationId", location.as_str()),
        LocationPlace::Query(name) => add(name, location.as_str()),
        LocationPlace::Alt => {
            add("altType", "location");
            add("altId", location.as_str())
        }
    };
}

/// The fields as a query.
fn form(fields: &Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, &text(value));
    }
    form.finish()
}

/// A value as it stands in a path or query.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leadconnector::contacts::{GetContacts, RemoveTags};
    use crate::leadconnector::payments::GetOrderById;

    fn request<O: Operation>(parameters: Value) -> Result<Request, RequestError> {
        let operation: O = serde_json::from_value(parameters).unwrap();
        Request::new(&operation, Some("LOC".parse().unwrap()))
    }

    #[test]
    fn a_get_has_a_query() {
        let request = request::<GetContacts>(serde_json::json!({"query": "Rosa & Söhne", "limit": "50"})).unwrap();
        assert_eq!(request.path, "/contacts/");
        assert_eq!(request.query, "locationId=LOC&query=Rosa+%26+S%C3%B6hne&limit=50");
        assert_eq!(request.body, None);
    }

    #[test]
    fn a_delete_has_a_body() {
        let request = request::<RemoveTags>(serde_json::json!({"contactId": "c1", "tags": ["vip"]})).unwrap();
        assert_eq!(request.path, "/contacts/c1/tags");
        assert_eq!(request.query, "");
        assert_eq!(request.body.unwrap(), r#"{"tags":["vip"]}"#);
    }

    #[test]
    fn payments_name_the_location_as_alt_id() {
        let operation: GetOrderById = serde_json::from_value(serde_json::json!({"orderId": "o1"})).unwrap();
        assert!(matches!(Request::new(&operation, None), Err(RequestError::LocationMissing)));
        let request = Request::new(&operation, Some("LOC".parse().unwrap())).unwrap();
        assert_eq!(request.path, "/payments/orders/o1");
        assert_eq!(request.query, "altId=LOC&altType=location");
    }
}
