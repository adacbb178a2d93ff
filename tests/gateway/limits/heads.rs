//! Limits on request heads: 431.

use http::HeaderValue;
use serde_json::Value;

use super::{assert_serves, http2, list, start};
use crate::support::{Answer, Socket, head};

fn with_fields(count: usize, value: &str) -> String {
    let fields: Vec<String> = (0..count).map(|index| format!("x-{index}: {value}\r\n")).collect();
    let fields = fields.concat();
    head(0).replacen("\r\n\r\n", &format!("\r\n{fields}\r\n"), 1)
}

#[tokio::test]
async fn too_many_fields() {
    let (gateway, _upstream) = start(|server| server.connections.max_headers = 20).await;
    let mut connection = Socket::open(gateway.server.address).await;
    connection.send(&with_fields(20, "y")).await;
    let answer = connection.answer().await;
    assert!(answer.status == 431 && answer.problem().contains("more than 20"), "{answer:?}");

    let message = list();
    let request =
        |count| (0..count).fold(http2(&gateway, &message), |request, index| request.header(format!("x-{index}"), "y"));
    let answer = Answer::read(request(20).send().await.unwrap()).await;
    assert_eq!(answer.rpc_error().0, 431);
    assert!(Answer::read(request(10).send().await.unwrap()).await.result()["tools"].is_array());
    assert_serves(&gateway).await;
}

/// hyper itself rejects these, before there is a request.
#[tokio::test]
async fn too_many_fields_for_hyper() {
    for max_headers in [100, 200] {
        let (gateway, _upstream) = start(move |server| server.connections.max_headers = max_headers).await;
        let mut connection = Socket::open(gateway.server.address).await;
        connection.send(&with_fields(max_headers + 1, "y")).await;
        let answer = String::from_utf8(connection.closed().await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");

        let body = list().to_string();
        let mut connection = Socket::open(gateway.server.address).await;
        let fine =
            with_fields(max_headers - 5, "y").replace("content-length: 0", &format!("content-length: {}", body.len()));
        connection.send(&(fine + &body)).await;
        assert_eq!(connection.answer().await.status, 200);
    }
}

#[tokio::test]
async fn too_large() {
    let (gateway, _upstream) = start(|server| server.connections.max_header_bytes = 16_384).await;
    let long = "y".repeat(17_000);
    let mut connection = Socket::open(gateway.server.address).await;
    connection.send(&with_fields(1, &long)).await;
    let answer = String::from_utf8_lossy(&connection.closed().await).into_owned();
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");

    let message: Value = list();
    let answer =
        http2(&gateway, &message).header("x-long", HeaderValue::from_str(&long).unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 431);
    let fine = http2(&gateway, &message).header("x-long", &long[..8000]).send().await.unwrap();
    assert_eq!(fine.status(), 200);
    assert_serves(&gateway).await;
}
