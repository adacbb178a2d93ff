//! Answers that end too early, and answers that go on after their end.

use futures_util::future::join_all;
use serde_json::json;

use super::{Kind, assert_outcome_unknown, call, in_front_of};
use crate::support::{Script, Scripted, answer};

const BODY: &str = r#"{"contact":{"id":"c1"}}"#;

/// Half a status line, half a head, half a body, with and without a length, and a length that is too long.
#[tokio::test]
async fn half_an_answer_is_none() {
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
        let cases = faults.iter().flat_map(|fault| Kind::ALL.map(|kind| (fault, kind)));
        let cases = cases.map(|(fault, kind)| async move {
            let upstream = Scripted::first([fault.clone()]).await;
            let result = call(&in_front_of(&upstream).await, kind).await;
            let said = format!("{:?} of {kind:?}: {}", String::from_utf8_lossy(cut), result.text);
            if kind.repeatable() {
                assert_eq!(result.data(), json!({}), "the second answer: {said}");
                assert_eq!(upstream.executed(), 2, "{said}");
            } else {
                assert_outcome_unknown(&upstream, &result);
                assert_eq!(upstream.executed(), 1, "{said}");
            }
        });
        assert_eq!(join_all(cases).await.len(), 6);
    }
}

/// A body that is cut where it is JSON all the same must not pass for the whole.
#[tokio::test]
async fn a_length_that_is_too_short_is_what_counts() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345678";
    let upstream = Scripted::always(Script::execute().write(*cut).close()).await;
    let result = call(&in_front_of(&upstream).await, Kind::Read).await;
    assert_eq!(result.data(), json!(12345));
    let within_text = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"contact\":{}}";
    for kind in Kind::ALL {
        let upstream = Scripted::always(Script::execute().write(*within_text).close()).await;
        let result = call(&in_front_of(&upstream).await, kind).await;
        assert_eq!((result.kind().as_str(), upstream.executed()), ("invalid_response", 1));
        assert_eq!(result.text.contains("probably carried out"), kind.writes(), "{}", result.text);
    }
}

/// What follows an answer on its connection is nobody's answer, least of all the next caller's.
#[tokio::test]
async fn what_follows_an_answer_answers_nobody() {
    let stranger = answer(200, &[], r#"{"of":"a stranger"}"#);
    for garbage in [b"garbage".to_vec(), b"\r\n\r\n".to_vec(), stranger.clone(), [stranger.clone(), stranger].concat()]
    {
        let upstream = Scripted::always(Script::execute().write([answer(200, &[], BODY), garbage].concat())).await;
        let gateway = in_front_of(&upstream).await;
        let mut served = 0;
        for _ in 0..25 {
            let result = call(&gateway, Kind::Create).await;
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
