//! Redirects are not followed, so the token is never sent elsewhere.

use super::{CallKind, call, gateway_for};
use crate::support::{Script, Scripted, answer};

#[tokio::test]
async fn the_token_is_never_sent_to_another_host() {
    for status in [300, 301, 302, 303, 307, 308] {
        for kind in CallKind::ALL {
            let elsewhere = Scripted::always(Script::healthy()).await;
            let location = format!("{}/contacts/c1", elsewhere.url());
            let script = Script::execute().write(answer(status, &[("location", &location)], "{}"));
            let upstream = Scripted::always(script).await;
            let gateway = gateway_for(&upstream).await;
            let result = call(&gateway, kind).await;
            assert_eq!(result.kind(), "invalid_response", "{status}: {}", result.text);
            assert!(!result.text.contains(&elsewhere.url()), "{}", result.text);
            assert_eq!((upstream.executed(), elsewhere.attempts()), (1, 0));

            let (tool, input) = kind.call();
            let plain = gateway.post(serde_json::json!({ "tool": tool, "input": input })).send().await;
            assert!(plain.headers.get("location").is_none(), "the client is not redirected either: {plain:?}");
            assert_eq!((upstream.executed(), elsewhere.attempts()), (2, 0));
        }
    }
}

/// Not even within the same host, or from HTTP to HTTPS.
#[tokio::test]
async fn no_redirect_is_followed() {
    for location in ["/elsewhere", "https://services.leadconnectorhq.com/", "//127.0.0.1/", "?again", ""] {
        for kind in CallKind::ALL {
            let upstream = Scripted::always(Script::execute().write(answer(307, &[("location", location)], ""))).await;
            let result = call(&gateway_for(&upstream).await, kind).await;
            assert_eq!((result.kind().as_str(), upstream.attempts()), ("invalid_response", 1), "{}", result.text);
        }
    }
}
