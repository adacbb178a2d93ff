//! Informational responses (1xx) before the response, and one that switches protocols.

use serde_json::json;

use super::{CallKind, call, gateway_for};
use crate::support::{Script, Scripted, answer};

#[tokio::test]
async fn informational_responses_are_skipped() {
    let interim: [&[u8]; 3] = [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
    ];
    for interim in interim {
        for kind in CallKind::ALL {
            let script = Script::execute().write(interim).write(answer(200, &[], r#"{"a":1}"#));
            let upstream = Scripted::always(script).await;
            let gateway = gateway_for(&upstream).await;
            for calls in 1..=2 {
                assert_eq!(call(&gateway, kind).await.data(), json!({ "a": 1 }));
                assert_eq!(upstream.executed(), calls);
            }
        }
    }
}

/// The gateway did not request another protocol.
#[tokio::test]
async fn switching_protocols_is_an_error() {
    let switch = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    for kind in CallKind::ALL {
        let upstream = Scripted::always(Script::execute().write(*switch)).await;
        let gateway = gateway_for(&upstream).await;
        let result = call(&gateway, kind).await;
        assert!(["invalid_response", "upstream_unavailable"].contains(&result.kind().as_str()), "{}", result.text);
        let (tool, input) = kind.call();
        let plain = gateway.post(json!({ "tool": tool, "input": input })).send().await;
        assert!(plain.status.is_server_error(), "not passed on as a response of the gateway: {plain:?}");
    }
}
