//! One endpoint as a value, and the way from an HTTP request to the function that answers it.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::Sandbox;
use super::access;
use super::fields::{self, Field, FieldValues};
use super::response::{ApiError, ApiResult};
use super::store::Store;

/// The `Version` header of the calendars and conversations services.
pub const VERSION_2021_04: &str = "2021-04-15";
/// The `Version` header of the contacts, locations, opportunities and payments services.
pub const VERSION_2021_07: &str = "2021-07-28";

/// What an endpoint asks for, and the function that answers once a request has it all.
#[derive(Clone, Copy)]
pub struct Route {
    pub version: &'static str,
    /// The scope that the published document names for the operation.
    pub scope: &'static str,
    pub query: &'static [Field],
    /// `None`: a body that comes nevertheless is not read.
    pub body: Option<&'static [Field]>,
    pub run: fn(&mut Store, &ApiRequest) -> ApiResult,
}

/// A request that passed every check on its form.
pub struct ApiRequest {
    /// The id in the path; empty where the path has none.
    pub id: String,
    pub query: FieldValues,
    pub body: FieldValues,
}

impl Handler<(), Arc<Sandbox>> for Route {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, sandbox: Arc<Sandbox>) -> Self::Future {
        Box::pin(async move {
            let outcome = match self.admit(request).await {
                Ok(call) => (self.run)(&mut sandbox.store(), &call),
                Err(refusal) => Err(refusal),
            };
            sandbox.respond(outcome)
        })
    }
}

impl Route {
    /// In the real API's order: headers, then whether the request can be read, then the location, then the fields.
    async fn admit(&self, request: Request) -> Result<ApiRequest, ApiError> {
        access::check(request.headers(), self.version, self.scope)?;
        let (mut parts, body) = request.into_parts();
        let (path_name, id) = path_parameter(&mut parts).await?;
        let query = query(&parts)?;
        let body = match self.body {
            Some(_) => json_object(Request::from_parts(parts, body)).await?,
            None => Map::new(),
        };

        if path_name == "locationId" {
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
        if problems.is_empty() { Ok(ApiRequest { id, query, body }) } else { Err(ApiError::unprocessable(problems)) }
    }
}

/// No path has more than one parameter.
async fn path_parameter(parts: &mut Parts) -> Result<(String, String), ApiError> {
    let parameters = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    let first = parameters.iter().next();
    Ok(first.map_or_else(Default::default, |(name, value)| (name.to_owned(), value.to_owned())))
}

/// The query, still as strings. A name that comes twice becomes an array, as it does in the real API's framework.
fn query(parts: &Parts) -> Result<Map<String, Value>, ApiError> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    let mut query = Map::new();
    for (name, value) in pairs {
        let value = Value::String(value);
        let value = match query.remove(&name) {
            None => value,
            Some(Value::Array(mut values)) => {
                values.push(value);
                Value::Array(values)
            }
            Some(first) => Value::Array(vec![first, value]),
        };
        query.insert(name, value);
    }
    Ok(query)
}

/// The body as an object. As in the real API's framework, a body that is not declared as JSON is not read at
/// all, and the fields' check then finds everything missing.
async fn json_object(request: Request) -> Result<Map<String, Value>, ApiError> {
    if !is_json(request.headers()) {
        return Ok(Map::new());
    }
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| ApiError::new(rejection.status(), rejection.body_text()))?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(ApiError::bad_request("The body must be a JSON object")),
        Err(error) => Err(ApiError::bad_request(format!("The body is not valid JSON: {error}"))),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

pub async fn unknown_route(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    refuse_route(&sandbox, &request, StatusCode::NOT_FOUND)
}

pub async fn wrong_method(State(sandbox): State<Arc<Sandbox>>, request: Request) -> Response {
    refuse_route(&sandbox, &request, StatusCode::METHOD_NOT_ALLOWED)
}

fn refuse_route(sandbox: &Sandbox, request: &Request, status: StatusCode) -> Response {
    let message = format!("Cannot {} {}", request.method(), request.uri().path());
    sandbox.respond(Err(ApiError::new(status, message)))
}
