//! Complete responses with invalid content.

use serde_json::json;

use super::{CallKind, call, gateway_for};
use crate::support::{CallResult, Script, Scripted, answer};

const HTML: [(&str, &str); 2] = [("content-type", "text/html; charset=UTF-8"), ("server", "cloudflare")];

/// The result of a call that gets this response, and how often the request was carried out.
async fn call_with_response(kind: CallKind, response: Vec<u8>) -> (CallResult, usize) {
    let upstream = Scripted::always(Script::execute().write(response)).await;
    let result = call(&gateway_for(&upstream).await, kind).await;
    (result, upstream.executed())
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_an_invalid_response() {
    for body in
        [b"{\"name\":\"\xff\"}".as_slice(), b"{\"name\":\"\xc3\"}", b"{\"name\":\"\xed\xa0\x80\"}", b"\xff\xfe{\0}\0"]
    {
        for kind in CallKind::ALL {
            for (status, failure) in [(200, "invalid_response"), (400, "invalid_request")] {
                let (result, executed) = call_with_response(kind, answer(status, &[], body)).await;
                assert_eq!((result.kind().as_str(), executed), (failure, 1), "{body:?}: {}", result.text);
            }
        }
    }
}

/// The body decides, not the header.
#[tokio::test]
async fn a_wrong_content_type_is_ignored() {
    for kind in CallKind::ALL {
        for content_type in ["text/html", "application/octet-stream", "nonsense", "application/json; charset=utf-16"] {
            let (result, executed) =
                call_with_response(kind, answer(200, &[("content-type", content_type)], "{\"a\":1}")).await;
            assert_eq!((result.data(), executed), (json!({ "a": 1 }), 1));
        }
        let (result, _) =
            call_with_response(kind, answer(200, &[("content-type", "application/json")], "<html>")).await;
        assert_eq!(result.kind(), "invalid_response");
    }
}

#[tokio::test]
async fn an_html_page_of_a_cdn_is_an_error() {
    let page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Ray ID 8c1</body></html>";
    for (status, failure) in [
        (200, "invalid_response"),
        (403, "invalid_response"),
        (502, "upstream_unavailable"),
        (503, "upstream_unavailable"),
        (520, "upstream_unavailable"),
        (524, "upstream_unavailable"),
    ] {
        for kind in CallKind::ALL {
            let (result, executed) = call_with_response(kind, answer(status, &HTML, page)).await;
            assert_eq!(result.kind(), failure, "{status}: {}", result.text);
            assert!(!result.text.contains("Ray ID"), "the page is not passed on: {}", result.text);
            assert!(result.problem().contains("HTML"), "{}", result.text);
            // 520 and 524 are specific to the CDN: whether a retry helps is unknown.
            let retried = kind.idempotent() && [502, 503].contains(&status);
            assert_eq!(executed, if retried { 3 } else { 1 }, "{status}");
            assert_eq!(result.text.contains("is unknown"), kind.writes() && status >= 500, "{}", result.text);
            assert_eq!(result.text.contains("probably carried out"), kind.writes() && status == 200, "{}", result.text);
        }
    }
}

/// A 2xx response is a success, whatever its body says: the model reads it.
#[tokio::test]
async fn an_error_in_a_success_is_passed_on() {
    let body = json!({ "statusCode": 400, "success": false, "error": "Bad Request", "message": ["no"] });
    for kind in CallKind::ALL {
        let (result, executed) = call_with_response(kind, answer(200, &[], body.to_string())).await;
        assert_eq!((result.data(), executed), (body.clone(), 1));
    }
}
