//! A request to the API, as a value.

use bytes::Bytes;
use http::Method;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::body_type::BodyType;
use super::endpoint::{Endpoint, ListStyle, LocationIn, ParameterIn};
use super::location::LocationId;
use super::operation::Operation;
use super::path::{self, PathError};

/// A request to the API, complete except for the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The endpoint: method, version and scope.
    pub endpoint: Endpoint,
    /// The path, percent-encoded, with a leading slash.
    pub path: String,
    /// The query, form-encoded, without a question mark; may be empty.
    pub query: String,
    /// The parameters that are headers; most operations have none.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body; `None` for a GET.
    pub body: Option<Bytes>,
    /// The form of the body.
    pub body_type: BodyType,
    /// The location, if it is known; it is also sent as the `locationId` header.
    pub location: Option<LocationId>,
}

/// The maximum length of path and query together, in bytes. The HTTP library accepts 65,534 including the API's base URL,
/// and no server accepts as many.
const MAX_TARGET_BYTES: usize = 60_000;

/// Why no request can be built from the parameters.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A value cannot be a path segment.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A value cannot be a header value.
    #[error("`{0}` contains a character that is not allowed in an HTTP header")]
    Header(String),
    /// The operation needs a location and none is known.
    #[error("the location id is missing")]
    LocationMissing,
    /// Path and query together are too long.
    #[error("the arguments make a URL of {0} bytes; the limit is {MAX_TARGET_BYTES}")]
    TooLong(usize),
    /// The parameters cannot be serialized as JSON: a bug in their type.
    #[error("the parameters cannot be serialized as JSON")]
    Unserializable(#[from] serde_json::Error),
}

impl Request {
    /// Builds the request of a typed operation.
    ///
    /// # Errors
    ///
    /// See [`RequestError`].
    pub fn new<O: Operation>(operation: &O, location: Option<LocationId>) -> Result<Self, RequestError> {
        let Value::Object(parameters) = serde_json::to_value(operation)? else {
            let error: serde_json::Error = serde::ser::Error::custom("the parameters are not a struct");
            return Err(error.into());
        };
        Self::build(O::ENDPOINT, parameters, location)
    }

    /// Builds a request to an endpoint from its parameters by name. The endpoint decides where each goes.
    ///
    /// # Errors
    ///
    /// See [`RequestError`].
    pub fn build(
        endpoint: Endpoint,
        mut parameters: Map<String, Value>,
        location: Option<LocationId>,
    ) -> Result<Self, RequestError> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut body = Map::new();
        if endpoint.needs_location() {
            let location = location.as_ref().ok_or(RequestError::LocationMissing)?.as_str();
            match endpoint.location {
                LocationIn::None => {}
                LocationIn::Path => drop(parameters.insert("locationId".to_owned(), location.into())),
                LocationIn::Body => drop(body.insert("locationId".to_owned(), location.into())),
                LocationIn::Query(name) => drop(query.append_pair(name, location)),
                LocationIn::Alt => drop(query.append_pair("altId", location).append_pair("altType", "location")),
            }
        }
        let path = path::expand(endpoint.path, |name| parameters.shift_remove(name).as_ref().map(to_text))?;
        let mut headers = Vec::new();
        for (name, value) in parameters {
            match endpoint.destination_of(&name) {
                (ParameterIn::Body, _) => drop(body.insert(name, value)),
                (ParameterIn::Header, list) => headers.push(header(&name, &value, list)?),
                // The parameters in the template have been removed above.
                (ParameterIn::Query | ParameterIn::Path, list) => {
                    for text in to_texts(&value, list) {
                        query.append_pair(&name, &text);
                    }
                }
            }
        }
        let query = query.finish();
        check_target(&path, &query)?;
        // A GET has no body (RFC 9110 section 9.3.1).
        let body = if endpoint.method == Method::GET { None } else { Some(serde_json::to_vec(&body)?.into()) };
        Ok(Self { endpoint, path, query, headers, body, body_type: BodyType::Json, location })
    }
}

/// Checks that path and query together are not too long.
pub(super) fn check_target(path: &str, query: &str) -> Result<(), RequestError> {
    let bytes = path.len() + query.len();
    if bytes > MAX_TARGET_BYTES { Err(RequestError::TooLong(bytes)) } else { Ok(()) }
}

fn header(name: &str, value: &Value, list: ListStyle) -> Result<(HeaderName, HeaderValue), RequestError> {
    let invalid = || RequestError::Header(name.to_owned());
    // Repeated header lines are equivalent to one line with commas (RFC 9110 section 5.3).
    let text = to_texts(value, list).join(",");
    let header = HeaderName::try_from(name).map_err(|_| invalid())?;
    Ok((header, HeaderValue::try_from(text).map_err(|_| invalid())?))
}

/// A value as the texts of a query or header; a repeated list has one for each element.
fn to_texts(value: &Value, list: ListStyle) -> Vec<String> {
    match (value, list) {
        (Value::Array(elements), ListStyle::Repeated) => elements.iter().map(to_text).collect(),
        (Value::Array(elements), ListStyle::CommaSeparated) => {
            vec![elements.iter().map(to_text).collect::<Vec<_>>().join(",")]
        }
        (other, _) => vec![to_text(other)],
    }
}

/// A single value as the text in a path, query or header.
fn to_text(value: &Value) -> String {
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
    fn declared_parameters_go_to_their_destinations() {
        use super::super::endpoint::Parameter;
        const DECLARED: [Parameter; 3] = [
            Parameter { name: "tags", destination: ParameterIn::Query, list: ListStyle::Repeated },
            Parameter { name: "ids", destination: ParameterIn::Query, list: ListStyle::CommaSeparated },
            Parameter { name: "x-mode", destination: ParameterIn::Header, list: ListStyle::Repeated },
        ];
        let endpoint = Endpoint::patch("/things/{thingId}", "").parameters(&DECLARED);
        let parameters = |mode: &str| {
            let json =
                serde_json::json!({"thingId": "t", "tags": ["a", "b"], "ids": [1, 2], "x-mode": mode, "name": "n"});
            let Value::Object(parameters) = json else { panic!("an object") };
            parameters
        };
        let request = Request::build(endpoint.clone(), parameters("fast"), None).unwrap();
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/things/t", "tags=a&tags=b&ids=1%2C2"));
        assert_eq!(request.headers, [("x-mode".parse().unwrap(), "fast".parse().unwrap())]);
        assert_eq!(request.body.unwrap(), r#"{"name":"n"}"#);
        let error = Request::build(endpoint, parameters("a\nb"), None).unwrap_err();
        assert!(matches!(error, RequestError::Header(name) if name == "x-mode"));
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
