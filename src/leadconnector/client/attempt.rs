//! One attempt: sends a request once and reads its response.

use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};

use super::Client;
use crate::leadconnector::error::root_cause;
use crate::leadconnector::rate_limit_headers::{self, RateLimit};
use crate::leadconnector::rate_limiter::SendPermit;
use crate::leadconnector::{Accept, Error, Request, Response, Token, seconds};

const VERSION: HeaderName = HeaderName::from_static("version");
const LOCATION_ID: HeaderName = HeaderName::from_static("locationid");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ANY: HeaderValue = HeaderValue::from_static("*/*");

impl Client {
    /// Sends a request once and reads the complete response. The rate limit that the response reports goes to the permit.
    pub(super) async fn attempt(
        &self,
        token: &Token,
        request: &Request,
        permit: &mut SendPermit,
    ) -> Result<Response, Error> {
        // Held until the response is read: when a client is dropped earlier, its connection is not reused.
        let client = self.http_clients.get_or_create(token, request.location.as_ref()).await?;
        let sent = self.build(&client.http, token, request)?.send().await;
        let response = sent.map_err(|error| {
            let error = Error::sending(error, self.http_clients.via_proxy());
            if let Error::Unreachable { cause, source } = &error {
                tracing::debug!(cause = cause.as_str(), detail = root_cause(source), "the API could not be reached");
            }
            error
        })?;
        let status = response.status();
        let limits = RateLimit::read(response.headers());
        let content_type = response.headers().get(CONTENT_TYPE).cloned();
        let retry_after = rate_limit_headers::retry_after(response.headers(), SystemTime::now());
        let (retry_after, limit) = if status == StatusCode::TOO_MANY_REQUESTS {
            let (blocked, limit) = permit.on_rate_limited(&limits, retry_after);
            let location = request.location.as_ref().map(tracing::field::display);
            let blocked_s = seconds(blocked);
            tracing::info!(location, limit = limit.as_str(), blocked_s, "the API rejected a call for its rate limit");
            (Some(blocked), Some(limit))
        } else {
            permit.on_response(&limits);
            (retry_after, None)
        };
        let too_large = Error::TooLarge { status, limit: self.max_response_bytes };
        let body = read_limited(response, self.max_response_bytes).await?.ok_or(too_large)?;
        // Models and terminals see the text of an error, so the token is masked in it. A success is passed on unchanged.
        let body = if status.is_success() { body } else { token.mask(body) };
        Ok(Response { status, content_type, body, retry_after, limit, outcome_unknown: false })
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
            .header(ACCEPT, if request.endpoint.accept == Accept::Json { JSON } else { ANY });
        if let Some(location) = &request.location {
            builder = builder.header(LOCATION_ID, location.as_str());
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, request.body_type.header()).body(body.clone());
        }
        Ok(builder)
    }
}

/// Reads a body; `None` if it is larger than the limit, in bytes.
async fn read_limited(mut response: reqwest::Response, limit: usize) -> Result<Option<Bytes>, reqwest::Error> {
    let content_length = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
    if content_length > limit {
        return Ok(None);
    }
    let mut body = BytesMut::with_capacity(content_length);
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Ok(None);
        }
        if content_length > 0 && chunk.len() == content_length {
            return Ok(Some(chunk)); // the chunk is the complete body: no copy
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}
