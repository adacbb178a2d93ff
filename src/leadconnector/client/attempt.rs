//! One attempt: a request is sent once and its answer read.

use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};

use super::Client;
use crate::leadconnector::rate_limit_headers::{self, RateLimit};
use crate::leadconnector::rate_limiter::SendPermit;
use crate::leadconnector::{Error, Request, Response, Token, seconds};

const VERSION: HeaderName = HeaderName::from_static("version");
const LOCATION_ID: HeaderName = HeaderName::from_static("locationid");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Client {
    /// Sends a request once and reads the answer whole. What the answer says of the budget goes to the permit.
    pub(super) async fn attempt(
        &self,
        token: &Token,
        request: &Request,
        permit: &mut SendPermit,
    ) -> Result<Response, Error> {
        // Held until the response is read: a client that is dropped before keeps no connection.
        let client = self.http_clients.of(token, request.location.as_ref()).await?;
        let response = self.build(&client.http, token, request)?.send().await?;
        let status = response.status();
        let limits = RateLimit::read(response.headers());
        let asked = rate_limit_headers::retry_after(response.headers(), SystemTime::now());
        let (retry_after, limit) = if status == StatusCode::TOO_MANY_REQUESTS {
            let (closed, limit) = permit.on_rate_limited(&limits, asked);
            let location = request.location.as_ref().map(tracing::field::display);
            let closed_s = seconds(closed);
            tracing::info!(location, limit = limit.as_str(), closed_s, "the API refused a call for its rate limit");
            (Some(closed), Some(limit))
        } else {
            permit.on_response(&limits);
            (asked, None)
        };
        let too_large = Error::TooLarge { status, limit: self.max_response_bytes };
        let body = read_limited(response, self.max_response_bytes).await?.ok_or(too_large)?;
        // Models and terminals see an error's words. A success is passed on byte for byte.
        let body = if status.is_success() { body } else { token.mask(body) };
        Ok(Response { status, body, retry_after, limit, outcome_unknown: false })
    }

    fn build(
        &self,
        http: &reqwest::Client,
        token: &Token,
        request: &Request,
    ) -> Result<reqwest::RequestBuilder, Error> {
        let mut url = format!("{}{}", self.base, request.path);
        if !request.query.is_empty() {
            url.push('?');
            url.push_str(&request.query);
        }
        let authorization = token.authorization().map_err(|error| Error::Unsendable(error.into()))?;
        let mut builder = http
            .request(request.endpoint.method.clone(), url)
            .header(AUTHORIZATION, authorization)
            .header(VERSION, request.endpoint.version)
            .header(ACCEPT, JSON);
        if let Some(location) = &request.location {
            builder = builder.header(LOCATION_ID, location.as_str());
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        Ok(builder)
    }
}

/// Reads a body; `None` once it is larger than the limit.
async fn read_limited(mut response: reqwest::Response, limit: usize) -> Result<Option<Bytes>, reqwest::Error> {
    let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if announced > limit {
        return Ok(None);
    }
    let mut body = BytesMut::with_capacity(announced);
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Ok(None);
        }
        if announced > 0 && chunk.len() == announced {
            return Ok(Some(chunk)); // the whole body came at once: no copy
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}
