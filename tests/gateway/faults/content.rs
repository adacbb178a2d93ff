//! Whole answers that are not what they should be.

use serde_json::json;

use super::{Kind, call, in_front_of};
use crate::support::{CallResult, Script, Scripted, answer};

const HTML: [(&str, &str); 2] = [("content-type", "text/html; charset=UTF-8"), ("server", "cloudflare")];

/// What comes of an answer, and how often the request was carried out.
async fn answered(kind: Kind, answer: Vec<u8>) -> (CallResult, usize) {
    let upstream = Scripted::always(Script::execute().write(answer)).await;
    let result = call(&in_front_of(&upstream).await, kind).await;
    (result, upstream.executed())
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_no_answer() {
    for body in
        [b"{\"name\":\"\xff\"}".as_slice(), b"{\"name\":\"\xc3\"}", b"{\"name\":\"\xed\xa0\x80\"}", b"\xff\xfe{\0}\0"]
    {
        for kind in Kind::ALL {
            for (status, failure) in [(200, "invalid_response"), (400, "invalid_request")] {
                let (result, executed) = answered(kind, answer(status, &[], body)).await;
                assert_eq!((result.kind().as_str(), executed), (failure, 1), "{body:?}: {}", result.text);
            }
        }
    }
}

/// The body tells what it is; what the headers call it does not matter.
#[tokio::test]
async fn a_wrong_content_type_does_not_matter() {
    for kind in Kind::ALL {
        for content_type in ["text/html", "application/octet-stream", "nonsense", "application/json; charset=utf-16"] {
            let (result, executed) = answered(kind, answer(200, &[("content-type", content_type)], "{\"a\":1}")).await;
            assert_eq!((result.data(), executed), (json!({ "a": 1 }), 1));
        }
        let (result, _) = answered(kind, answer(200, &[("content-type", "application/json")], "<html>")).await;
        assert_eq!(result.kind(), "invalid_response");
    }
}

#[tokio::test]
async fn a_page_of_a_cdn_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Ray ID 8c1</body></html>";
    for (status, failure) in [
        (200, "invalid_response"),
        (403, "invalid_response"),
        (502, "upstream_unavailable"),
        (503, "upstream_unavailable"),
        (520, "upstream_unavailable"),
        (524, "upstream_unavailable"),
    ] {
        for kind in Kind::ALL {
            let (result, executed) = answered(kind, answer(status, &HTML, page)).await;
            assert_eq!(result.kind(), failure, "{status}: {}", result.text);
            assert!(!result.text.contains("Ray ID"), "the page is for browsers: {}", result.text);
            assert!(result.problem().contains("HTML"), "{}", result.text);
            // 520 and 524 are the CDN's own: nobody knows whether asking again does good.
            let again = kind.repeatable() && [502, 503].contains(&status);
            assert_eq!(executed, if again { 3 } else { 1 }, "{status}");
            assert_eq!(result.text.contains("is unknown"), kind.writes() && status >= 500, "{}", result.text);
            assert_eq!(result.text.contains("probably carried out"), kind.writes() && status == 200, "{}", result.text);
        }
    }
}

/// What the API calls a success is one: its words are the model's to read.
#[tokio::test]
async fn an_error_in_a_success_is_passed_on() {
    let said = json!({ "statusCode": 400, "success": false, "error": "Bad Request", "message": ["no"] });
    for kind in Kind::ALL {
        let (result, executed) = answered(kind, answer(200, &[], said.to_string())).await;
        assert_eq!((result.data(), executed), (said.clone(), 1));
    }
}
