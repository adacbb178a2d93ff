//! Responses that end too early, and responses followed by more bytes.

use futures_util::future::join_all;
use serde_json::json;

use super::{CallKind, assert_outcome_unknown, call, gateway_for};
use crate::support::{Script, Scripted, answer};

const BODY: &str = r#"{"contact":{"id":"c1"}}"#;

/// Half a status line, half a head, half a body, with and without a length, and a length that is too long.
#[tokio::test]
async fn an_incomplete_response_is_an_error() {
    let whole = answer(200, &[("content-type", "application/json")], BODY);
    let head = whole.len() - BODY.len();
    let cuts = [3, 12, head - 30, head - 1, head, head + 1, whole.len() - 1].map(|end| whole[..end].to_vec());
    let chunked =
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n17\r\n{\"contact\":{\"id\":\"c1\"}}\r\n".to_vec();
    let too_long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len() + 1).into_bytes();
    let cuts: Vec<Vec<u8>> = cuts.into_iter().chain([chunked, too_long]).collect();
    for cut in &cuts {
        let written = Script::execute().write(cut.clone());
        let faults = [written.clone().close(), written.reset()];
        let cases = faults.iter().flat_map(|fault| CallKind::ALL.map(|kind| (fault, kind)));
        let cases = cases.map(|(fault, kind)| async move {
            let upstream = Scripted::first([fault.clone()]).await;
            let result = call(&gateway_for(&upstream).await, kind).await;
            let case = format!("{:?} of {kind:?}: {}", String::from_utf8_lossy(cut), result.text);
            if kind.idempotent() {
                assert_eq!(result.data(), json!({}), "the second response: {case}");
                assert_eq!(upstream.executed(), 2, "{case}");
            } else {
                assert_outcome_unknown(&upstream, &result);
                assert_eq!(upstream.executed(), 1, "{case}");
            }
        });
        assert_eq!(join_all(cases).await.len(), 6);
    }
}

/// A body that is cut off where it happens to be valid JSON must not count as complete.
#[tokio::test]
async fn a_content_length_that_is_too_short_counts() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345678";
    let upstream = Scripted::always(Script::execute().write(*cut).close()).await;
    let result = call(&gateway_for(&upstream).await, CallKind::Read).await;
    assert_eq!(result.data(), json!(12345));
    let within_text = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"contact\":{}}";
    for kind in CallKind::ALL {
        let upstream = Scripted::always(Script::execute().write(*within_text).close()).await;
        let result = call(&gateway_for(&upstream).await, kind).await;
        assert_eq!((result.kind().as_str(), upstream.executed()), ("invalid_response", 1));
        assert_eq!(result.text.contains("probably carried out"), kind.writes(), "{}", result.text);
    }
}

/// Bytes after a response are not part of any response, and must not reach the next caller.
#[tokio::test]
async fn bytes_after_a_response_are_discarded() {
    let stranger = answer(200, &[], r#"{"of":"a stranger"}"#);
    for garbage in [b"garbage".to_vec(), b"\r\n\r\n".to_vec(), stranger.clone(), [stranger.clone(), stranger].concat()]
    {
        let upstream = Scripted::always(Script::execute().write([answer(200, &[], BODY), garbage].concat())).await;
        let gateway = gateway_for(&upstream).await;
        let mut served = 0;
        for _ in 0..25 {
            let result = call(&gateway, CallKind::Create).await;
            assert!(!result.text.contains("stranger"), "{}", result.text);
            if result.is_error {
                assert!(result.text.contains("is unknown"), "{}", result.text);
            } else {
                assert_eq!(result.data(), json!({ "contact": { "id": "c1" } }));
                served += 1;
            }
        }
        assert!(served > 0 && upstream.executed() <= 25, "{served} served, {} executed", upstream.executed());
    }
}
