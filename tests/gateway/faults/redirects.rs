//! Redirects are not followed: the token never leaves for another place.

use super::{Kind, call, in_front_of};
use crate::support::{Script, Scripted, answer};

#[tokio::test]
async fn the_token_never_leaves_for_another_host() {
    for status in [300, 301, 302, 303, 307, 308] {
        for kind in Kind::ALL {
            let elsewhere = Scripted::always(Script::healthy()).await;
            let location = format!("{}/contacts/c1", elsewhere.url());
            let script = Script::execute().write(answer(status, &[("location", &location)], "{}"));
            let upstream = Scripted::always(script).await;
            let gateway = in_front_of(&upstream).await;
            let result = call(&gateway, kind).await;
            assert_eq!(result.kind(), "invalid_response", "{status}: {}", result.text);
            assert!(!result.text.contains(&elsewhere.url()), "{}", result.text);
            assert_eq!((upstream.executed(), elsewhere.attempts()), (1, 0));

            let (tool, input) = kind.call();
            let plain = gateway.post(serde_json::json!({ "tool": tool, "input": input })).send().await;
            assert!(plain.headers.get("location").is_none(), "the caller is not sent there either: {plain:?}");
            assert_eq!((upstream.executed(), elsewhere.attempts()), (2, 0));
        }
    }
}

/// Not even within the same host, or to a better protocol.
#[tokio::test]
async fn no_place_is_better_than_another() {
    for location in ["/elsewhere", "https://services.leadconnectorhq.com/", "//127.0.0.1/", "?again", ""] {
        for kind in Kind::ALL {
            let upstream = Scripted::always(Script::execute().write(answer(307, &[("location", location)], ""))).await;
            let result = call(&in_front_of(&upstream).await, kind).await;
            assert_eq!((result.kind().as_str(), upstream.attempts()), ("invalid_response", 1), "{}", result.text);
        }
    }
}
