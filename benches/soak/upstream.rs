//! A faulty API: most responses are valid, the others fail in every way that has a name.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Result;

/// Serves until the program ends.
pub async fn start() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let service = service_fn(|request: Request<Incoming>| async move {
                Ok::<_, Infallible>(respond(request.headers()).await)
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
        }
    });
    Ok(address)
}

/// About 84 of 100 responses are valid.
async fn respond(headers: &HeaderMap) -> Response {
    let percent = rand::random_range(0..100);
    let mut response = match percent {
        0..60 => json(2_000),
        60..80 => json(20_000),
        80..84 => json(100_000),
        84..87 => (StatusCode::INTERNAL_SERVER_ERROR, r#"{"message":"Internal server error"}"#).into_response(),
        87..89 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")], "").into_response(),
        89..91 => (StatusCode::TOO_MANY_REQUESTS, [("x-ratelimit-interval-milliseconds", "200")], "").into_response(),
        91..93 => (StatusCode::BAD_GATEWAY, "<html><title>502</title></html>").into_response(),
        93..95 => (StatusCode::NOT_FOUND, r#"{"message":"Not found"}"#).into_response(),
        95 => cut_off(),
        96 => json(2_000_000),
        97 => "not JSON".into_response(),
        98 => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            json(2_000)
        }
        _ => std::future::pending().await,
    };
    // Every tenth location has a low rate limit; the others have one that no caller reaches.
    let is_limited = headers.get("locationid").is_some_and(|location| location.as_bytes().ends_with(b"0"));
    if is_limited && percent < 84 {
        let headers = response.headers_mut();
        for (name, value) in [("max", 5), ("remaining", 0), ("interval-milliseconds", 500)] {
            headers.insert(rate_limit_header(name), value.into());
        }
    } else if percent < 84 {
        for (name, value) in [("max", 1_000_000), ("remaining", 1_000_000), ("interval-milliseconds", 10_000)] {
            response.headers_mut().insert(rate_limit_header(name), value.into());
        }
    }
    response
}

fn rate_limit_header(name: &str) -> http::HeaderName {
    match name {
        "max" => http::HeaderName::from_static("x-ratelimit-max"),
        "remaining" => http::HeaderName::from_static("x-ratelimit-remaining"),
        _ => http::HeaderName::from_static("x-ratelimit-interval-milliseconds"),
    }
}

fn json(bytes: usize) -> Response {
    let body = format!(r#"{{"text":"{}"}}"#, "x".repeat(bytes));
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

/// A body that ends before it is complete.
fn cut_off() -> Response {
    let first = futures_util::stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"text\":"))]);
    let rest = futures_util::stream::once(async { Err(std::io::Error::other("cut")) });
    let chunks = futures_util::StreamExt::map(first, |chunk| chunk.map_err(std::io::Error::other));
    Response::new(Body::from_stream(futures_util::StreamExt::chain(chunks, rest)))
}
