//! Sends requests to the API.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::error::Error;
use super::request::Request;
use super::token::Token;

const VERSION: HeaderName = HeaderName::from_static("version");
const LOCATION_ID: HeaderName = HeaderName::from_static("locationid");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The CDN in front of the API turns some libraries' default away.
const USER_AGENT: &str = concat!("leadconnector-mcp/", env!("CARGO_PKG_VERSION"));

/// Where the API is and what is expected of it.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The API's base URL; a path is kept.
    pub url: Url,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a call may take in all, to the answer's last byte.
    pub call_deadline: Duration,
    /// The largest answer that is read, in bytes, after decompression.
    pub max_response_bytes: usize,
}

/// Sends requests to the API. Cloning shares the connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    call_deadline: Duration,
    max_response_bytes: usize,
}

/// An answer of the API, of whatever status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The body, decompressed.
    pub body: Bytes,
}

impl Client {
    /// A client with a connection pool of its own.
    ///
    /// # Errors
    ///
    /// If the TLS library cannot be set up.
    pub fn new(settings: &ClientSettings) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(settings.connect_timeout)
            // A redirect could lead the caller's token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true);
        if is_loopback(&settings.url) {
            // A proxy of the environment is for the world outside.
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build()?,
            base: settings.url.as_str().trim_end_matches('/').to_owned(),
            call_deadline: settings.call_deadline,
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// Sends a request with the caller's token and reads the answer whole, until the deadline.
    ///
    /// # Errors
    ///
    /// If no answer came in time, it was cut off, or it is too large. An answer that reports a failure is no error here.
    pub async fn send(&self, token: &Token, request: &Request, deadline: Instant) -> Result<Response, Error> {
        tokio::time::timeout_at(deadline, self.attempt(token, request))
            .await
            .unwrap_or(Err(Error::Timeout(self.call_deadline)))
    }

    async fn attempt(&self, token: &Token, request: &Request) -> Result<Response, Error> {
        let response = self.build(token, request)?.send().await?;
        let status = response.status();
        let too_large = Error::TooLarge { status, limit: self.max_response_bytes };
        read_limited(response, self.max_response_bytes).await?.map(|body| Response { status, body }).ok_or(too_large)
    }

    fn build(&self, token: &Token, request: &Request) -> Result<reqwest::RequestBuilder, Error> {
        let mut url = format!("{}{}", self.base, request.path);
        if !request.query.is_empty() {
            url.push('?');
            url.push_str(&request.query);
        }
        let authorization = token.authorization().map_err(|error| Error::Unsendable(error.into()))?;
        let mut builder = self
            .http
            .request(request.endpoint.method.into(), url)
            .header(AUTHORIZATION, authorization)
            .header(VERSION, request.endpoint.version)
            .header(ACCEPT, JSON);
        if let Some(location) = &request.location {
            builder = builder.header(LOCATION_ID, location.as_str());
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

/// Whether a URL's host is this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}
