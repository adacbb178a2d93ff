//! MCP, in every protocol version that the gateway supports.

use http::Method;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Post, TestGateway, TestGatewayBuilder, answering, listed_count};

/// The versions with an `initialize` handshake.
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// The version without a handshake: every request carries its own metadata.
const STATELESS: &str = "2026-07-28";

fn versions() -> impl Iterator<Item = &'static str> {
    HANDSHAKE.into_iter().chain([STATELESS])
}

async fn start() -> (TestGateway, MockServer) {
    let upstream = answering(ResponseTemplate::new(200).set_body_string(r#"{"contact":{"id":"c1"}}"#)).await;
    (TestGatewayBuilder::on(&upstream.uri()).start().await, upstream)
}

/// A request as a client of this version sends it, after its handshake if the version has one.
fn request<'r>(gateway: &'r TestGateway, version: &str, method: &str, mut params: Value) -> Post<'r> {
    match version {
        // These two versions have no version header.
        "2024-11-05" | "2025-03-26" => gateway.rpc(method, params),
        STATELESS => {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientInfo": { "name": "tests", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {}
            });
            let name = params["name"].as_str().map(str::to_owned);
            let post = gateway.rpc(method, params).header("mcp-protocol-version", version).header("mcp-method", method);
            if let Some(name) = name { post.header("mcp-name", &name) } else { post }
        }
        _ => gateway.rpc(method, params).header("mcp-protocol-version", version),
    }
}

#[tokio::test]
async fn initialize_negotiates_the_version() {
    let (gateway, _upstream) = start().await;
    for version in HANDSHAKE {
        let client = json!({ "name": "tests", "version": "1" });
        let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let result = gateway.rpc("initialize", params).send().await.result();
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["serverInfo"]["name"], "leadconnector-mcp");
        assert_eq!(result["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(result["capabilities"], json!({ "tools": {} }), "only supported features");
        assert!(result["instructions"].as_str().unwrap().contains("never guess"));
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let response = gateway.post(initialized).header("mcp-protocol-version", version).send().await;
        assert_eq!((response.status.as_u16(), response.body.as_str()), (202, ""));
    }
}

#[tokio::test]
async fn initialize_offers_a_supported_version_instead_of_an_unknown_one() {
    let (gateway, _upstream) = start().await;
    let client = json!({ "name": "tests", "version": "1" });
    let params = json!({ "protocolVersion": "1999-01-01", "capabilities": {}, "clientInfo": client });
    let result = gateway.rpc("initialize", params).send().await.result();
    let version_offered = result["protocolVersion"].as_str().unwrap();
    assert!(HANDSHAKE.contains(&version_offered), "{version_offered}");
}

#[tokio::test]
async fn discover_returns_what_initialize_returns() {
    let (gateway, _upstream) = start().await;
    let result = request(&gateway, STATELESS, "server/discover", json!({})).send().await.result();
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["supportedVersions"], json!(versions().collect::<Vec<_>>()));
    assert_eq!(result["capabilities"], json!({ "tools": {} }));
    assert!(result["instructions"].as_str().unwrap().contains("never guess"));
    assert!(result["ttlMs"].is_u64() && ["private", "public"].contains(&result["cacheScope"].as_str().unwrap()));
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "leadconnector-mcp");
}

#[tokio::test]
async fn tools_are_listed_without_a_handshake() {
    let (gateway, _upstream) = start().await;
    for version in versions() {
        let result = request(&gateway, version, "tools/list", json!({})).send().await.result();
        assert_eq!(result["tools"].as_array().unwrap().len(), listed_count(), "{version}");
        assert!(result.get("nextCursor").is_none());
        if version == STATELESS {
            assert_eq!(result["resultType"], "complete");
            assert!(result["ttlMs"].as_u64().unwrap() > 0);
            assert_eq!(result["cacheScope"], "private", "the list depends on the caller's headers");
        }
    }
}

#[tokio::test]
async fn a_tool_is_called_without_a_handshake() {
    let (gateway, upstream) = start().await;
    for version in versions() {
        let params = json!({ "name": "contacts_get-contact", "arguments": { "contactId": "c1" } });
        let response = request(&gateway, version, "tools/call", params).send().await;
        let text = r#"{"success":true,"status":200,"data":{"contact":{"id":"c1"}}}"#;
        assert_eq!(response.tool_result().text, text, "{version}");
        if version == STATELESS {
            assert_eq!(response.result()["resultType"], "complete");
        }
    }
    assert_eq!(upstream.received_requests().await.unwrap().len(), versions().count());
}

#[tokio::test]
async fn errors_have_the_right_form_in_every_version() {
    let (gateway, upstream) = start().await;
    for version in versions() {
        let params = json!({ "name": "contacts_get-contact", "arguments": {} });
        let result = request(&gateway, version, "tools/call", params).send().await.tool_result();
        assert_eq!(result.problem(), "`contactId` is required", "a tool result, for the model: {version}");

        let params = json!({ "name": "contacts_get_contact", "arguments": {} });
        let response = request(&gateway, version, "tools/call", params).send().await;
        let (_, code, message) = response.rpc_error();
        assert_eq!(code, -32602, "{version}");
        assert!(message.contains("contacts_get-contact"), "{message}");

        let (_, code, message) = request(&gateway, version, "tools/frobnicate", json!({})).send().await.rpc_error();
        assert_eq!(code, -32601, "{version}");
        assert!(message.contains("tools/frobnicate"), "{message}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_response_has_the_id_of_its_request() {
    let (gateway, _upstream) = start().await;
    for id in [json!(7), json!("seven"), json!(0), json!("")] {
        for method in ["ping", "tools/frobnicate"] {
            let response = gateway.post(json!({ "jsonrpc": "2.0", "id": id, "method": method })).send().await;
            assert_eq!(response.message()["id"], id, "{method}");
        }
    }
}

#[tokio::test]
async fn ping_returns_an_empty_result() {
    let (gateway, _upstream) = start().await;
    for version in HANDSHAKE {
        assert_eq!(request(&gateway, version, "ping", json!({})).send().await.result(), json!({}));
    }
}

#[tokio::test]
async fn notifications_are_accepted() {
    let (gateway, _upstream) = start().await;
    for message in [
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/roots/list_changed" }),
        json!({ "jsonrpc": "2.0", "method": "notifications/of_our_own", "params": {} }),
    ] {
        let response = gateway.post(message.clone()).send().await;
        assert_eq!((response.status.as_u16(), response.body.as_str()), (202, ""), "{message}");
    }
}

#[tokio::test]
async fn an_unsupported_method_is_not_found() {
    let (gateway, _upstream) = start().await;
    for (method, params) in [
        ("prompts/list", json!({})),
        ("prompts/get", json!({ "name": "p" })),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({ "uri": "file:///x" })),
        ("resources/subscribe", json!({ "uri": "file:///x" })),
        (
            "completion/complete",
            json!({ "ref": { "type": "ref/prompt", "name": "p" }, "argument": { "name": "a", "value": "" } }),
        ),
        ("logging/setLevel", json!({ "level": "debug" })),
        ("tasks/list", json!({})),
        ("sampling/createMessage", json!({})),
    ] {
        let (_, code, message) = gateway.rpc(method, params).send().await.rpc_error();
        assert_eq!(code, -32601, "{method}: {message}");
        assert!(message.contains(method), "{message}");
    }
}

/// The list has one page, so the gateway never issues a cursor.
#[tokio::test]
async fn an_invalid_cursor_is_rejected() {
    let (gateway, _upstream) = start().await;
    for version in versions() {
        for cursor in ["x", "", "MQ=="] {
            let post = request(&gateway, version, "tools/list", json!({ "cursor": cursor }));
            let (_, code, message) = post.send().await.rpc_error();
            assert!(code == -32602 && message.contains("cursor"), "{version} {cursor}: {code} {message}");
        }
        for params in [json!({}), json!({ "cursor": null })] {
            let result = request(&gateway, version, "tools/list", params).send().await.result();
            assert!(!result["tools"].as_array().unwrap().is_empty() && result.get("nextCursor").is_none());
        }
    }
}

#[tokio::test]
async fn a_call_without_a_valid_tool_name_is_rejected() {
    let (gateway, upstream) = start().await;
    for params in [json!({}), json!({ "arguments": {} }), json!({ "name": 7 }), json!({ "name": "x", "arguments": [] })]
    {
        let (_, code, message) = gateway.rpc("tools/call", params.clone()).send().await.rpc_error();
        assert_eq!(code, -32602, "{params}: {message}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// GET would open a stream and DELETE end a session; the gateway has neither.
#[tokio::test]
async fn only_post_is_allowed() {
    let (gateway, _upstream) = start().await;
    for method in [Method::GET, Method::DELETE, Method::PUT, Method::PATCH] {
        for path in ["/mcp", "/mcp/"] {
            let post = gateway.post_bytes("").method(method.clone()).path(path).header("accept", "text/event-stream");
            let response = post.send().await;
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.header("allow"), "POST");
        }
    }
}

#[tokio::test]
async fn a_session_id_is_ignored() {
    let (gateway, _upstream) = start().await;
    let response = gateway.rpc("ping", json!({})).header("mcp-session-id", "1868a90c").send().await;
    assert_eq!(response.result(), json!({}));
}

#[tokio::test]
async fn an_unknown_version_header_is_rejected() {
    let (gateway, _upstream) = start().await;
    let response = gateway.rpc("ping", json!({})).header("mcp-protocol-version", "1999-01-01").send().await;
    let (status, _, message) = response.rpc_error();
    assert_eq!(status, 400);
    assert!(message.contains("1999-01-01"), "{message}");
}

/// Proxies route by these headers, so they must be true.
#[tokio::test]
async fn the_headers_of_a_stateless_request_must_match_it() {
    let (gateway, upstream) = start().await;
    let call = || {
        let params = json!({ "name": "contacts_get-contact", "arguments": { "contactId": "c1" } });
        request(&gateway, STATELESS, "tools/call", params)
    };
    for (post, named) in [
        (call().without("mcp-method"), "Mcp-Method"),
        (call().header("mcp-method", "tools/list"), "Mcp-Method"),
        (call().without("mcp-name"), "Mcp-Name"),
        (call().header("mcp-name", "contacts_add-tags"), "Mcp-Name"),
    ] {
        let (status, code, message) = post.send().await.rpc_error();
        assert_eq!((status, code), (400, -32020), "{message}");
        assert!(message.contains(named), "{message}");
    }
    let bare = gateway.rpc("tools/list", json!({})).header("mcp-protocol-version", STATELESS);
    assert_eq!(bare.header("mcp-method", "tools/list").send().await.status, 400, "`_meta` is required");
    assert!(upstream.received_requests().await.unwrap().is_empty());
}
