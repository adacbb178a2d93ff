//! One route of the API as a value, and how an HTTP request becomes a call of its function.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::handler::Handler;
use axum::response::Response;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Map, Value};

use super::Sandbox;
use super::access;
use super::fields::{self, Field, FieldValues};
use super::response::{ApiError, ApiResult};
use super::store::Store;

/// The `Version` header of the calendars and conversations services.
pub const VERSION_2021_04: &str = "2021-04-15";
/// The `Version` header of all other services.
pub const VERSION_2021_07: &str = "2021-07-28";

/// What a route requires of a request, and the function that responds to a valid one.
#[derive(Clone, Copy)]
pub struct Route {
    pub version: &'static str,
    /// The scope that the published document names for the operation.
    pub scope: &'static str,
    pub query: &'static [Field],
    /// `None` if the route takes no body; one that is sent nevertheless is not read.
    pub body: Option<&'static [Field]>,
    pub handler: RouteHandler,
}

/// Responds to a valid request.
pub type RouteHandler = fn(&mut Store, &ApiRequest) -> ApiResult;

/// A request that passed validation.
pub struct ApiRequest {
    /// The first id in the path; empty if the path has none.
    pub id: String,
    /// The second id in the path, of a record that belongs to the first; empty if the path has none.
    pub child_id: String,
    pub query: FieldValues,
    pub body: FieldValues,
}

impl Handler<(), Arc<Sandbox>> for Route {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, sandbox: Arc<Sandbox>) -> Self::Future {
        Box::pin(async move {
            let result = match self.parse(&sandbox, request).await {
                Ok(request) => (self.handler)(&mut sandbox.store(), &request),
                Err(error) => Err(error),
            };
            sandbox.respond(result)
        })
    }
}

impl Route {
    /// A route of [`VERSION_2021_07`] that takes no body.
    pub const fn without_body(scope: &'static str, query: &'static [Field], handler: RouteHandler) -> Self {
        Self { version: VERSION_2021_07, scope, query, body: None, handler }
    }

    /// A route of [`VERSION_2021_07`] that takes a body and no query.
    pub const fn with_body(scope: &'static str, body: &'static [Field], handler: RouteHandler) -> Self {
        Self { version: VERSION_2021_07, scope, query: &[], body: Some(body), handler }
    }

    /// The same route with another `Version` header.
    pub const fn of_version(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    /// Validates a request in the real API's order: headers, then whether it can be parsed, the location, the fields.
    async fn parse(&self, sandbox: &Sandbox, request: Request) -> Result<ApiRequest, ApiError> {
        access::authorize(sandbox, request.headers(), self.version, self.scope)?;
        let (mut parts, body) = request.into_parts();
        let PathIds { names_location, id, child_id } = path_ids(&mut parts).await?;
        let query = query(&parts)?;
        let body = match self.body {
            Some(_) => json_object(Request::from_parts(parts, body)).await?,
            None => Map::new(),
        };

        if names_location {
            access::check_location(&id)?;
        }
        for name in ["locationId", "location_id", "altId"] {
            for sent in [&query, &body] {
                if let Some(location) = sent.get(name).and_then(Value::as_str) {
                    access::check_location(location)?;
                }
            }
        }

        let mut problems = Vec::new();
        let query = fields::from_query(query, self.query, &mut problems);
        let body = fields::from_body(body, self.body.unwrap_or_default(), &mut problems);
        if problems.is_empty() {
            Ok(ApiRequest { id, child_id, query, body })
        } else {
            Err(ApiError::unprocessable(problems))
        }
    }
}

/// The ids in a path. No path has more than two.
struct PathIds {
    /// Whether the first id is the location's.
    names_location: bool,
    id: String,
    child_id: String,
}

async fn path_ids(parts: &mut Parts) -> Result<PathIds, ApiError> {
    let parameters = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    let mut parameters = parameters.iter();
    let (name, id) = parameters.next().unwrap_or_default();
    let (_, child_id) = parameters.next().unwrap_or_default();
    Ok(PathIds { names_location: name == "locationId", id: id.to_owned(), child_id: child_id.to_owned() })
}

/// The query, still as strings.
fn query(parts: &Parts) -> Result<Map<String, Value>, ApiError> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    Ok(object(pairs))
}

/// The pairs of a query or form as an object of strings. A name that occurs twice becomes an array, as in the real API's
/// framework.
pub fn object(pairs: impl IntoIterator<Item = (String, String)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        let value = match object.remove(&name) {
            None => value,
            Some(Value::Array(mut values)) => {
                values.push(value);
                Value::Array(values)
            }
            Some(first) => Value::Array(vec![first, value]),
        };
        object.insert(name, value);
    }
    object
}

/// The body as an object. As in the real API's framework, a body whose content type is not JSON is not read at
/// all, and the validation then reports every required field as missing.
pub async fn json_object(request: Request) -> Result<Map<String, Value>, ApiError> {
    if !has_media_type(request.headers(), "application/json") {
        return Ok(Map::new());
    }
    let bytes = body_bytes(request).await?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(ApiError::bad_request("The body must be a JSON object")),
        Err(error) => Err(ApiError::bad_request(format!("The body is not valid JSON: {error}"))),
    }
}

/// The whole body, or the error for one that is too large.
pub async fn body_bytes(request: Request) -> Result<Bytes, ApiError> {
    let bytes = Bytes::from_request(request, &()).await;
    bytes.map_err(|rejection| ApiError::new(rejection.status(), rejection.body_text()))
}

/// Whether a request's body is of this type, which is in lower case.
pub fn has_media_type(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(expected))
}
