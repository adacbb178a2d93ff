//! Interim answers (1xx) before the answer, and one that would make the connection something else.

use serde_json::json;

use super::{Kind, call, in_front_of};
use crate::support::{Script, Scripted, answer};

#[tokio::test]
async fn interim_answers_are_not_the_answer() {
    let interim: [&[u8]; 3] = [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
    ];
    for interim in interim {
        for kind in Kind::ALL {
            let script = Script::execute().write(interim).write(answer(200, &[], r#"{"a":1}"#));
            let upstream = Scripted::always(script).await;
            let gateway = in_front_of(&upstream).await;
            for calls in 1..=2 {
                assert_eq!(call(&gateway, kind).await.data(), json!({ "a": 1 }));
                assert_eq!(upstream.executed(), calls);
            }
        }
    }
}

/// Nobody asked for another protocol.
#[tokio::test]
async fn another_protocol_is_no_answer() {
    let switch = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    for kind in Kind::ALL {
        let upstream = Scripted::always(Script::execute().write(*switch)).await;
        let gateway = in_front_of(&upstream).await;
        let result = call(&gateway, kind).await;
        assert!(["invalid_response", "upstream_unavailable"].contains(&result.kind().as_str()), "{}", result.text);
        let (tool, input) = kind.call();
        let plain = gateway.post(json!({ "tool": tool, "input": input })).send().await;
        assert!(plain.status.is_server_error(), "not passed on as an answer of this server: {plain:?}");
    }
}
