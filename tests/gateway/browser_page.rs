//! A person who opens the gateway in a browser gets a page; programs get what they expect.

use http::Method;
use leadconnector_mcp::config::OperatorKey;
use serde_json::json;

use crate::support::{Answer, Post, TestGateway, TestGatewayBuilder};

/// What browsers send when they open a page.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

const MCP_PATHS: [&str; 6] =
    ["/mcp", "/mcp/", "/mcp/readonly", "/mcp/contacts", "/mcp/sse", "/mcp/x/contacts/readonly"];

async fn start() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9").start().await
}

fn get<'g>(gateway: &'g TestGateway, path: &str, accept: &str) -> Post<'g> {
    let post = gateway.post_bytes("").method(Method::GET).path(path).header("accept", accept);
    post.without("authorization").without("content-type").unpinned()
}

fn assert_page(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    for text in ["<title>LeadConnector MCP gateway</title>", "/mcp", "Authorization", "locationId", "</html>"] {
        assert!(answer.body.contains(text), "{text}");
    }
    // Nothing is loaded or run.
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for element in ["<script", "<style", "<link", "<img", "<form", "<iframe", "src=", "href=", "style=", "onload"] {
        assert!(!answer.body.contains(element), "{element}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store", "a program must not get it from a cache");
}

#[tokio::test]
async fn a_browser_gets_a_page() {
    let gateway = start().await;
    let front = get(&gateway, "/", BROWSER).send().await;
    assert_eq!(front.status, 200);
    assert_page(&front);
    for path in MCP_PATHS {
        let answer = get(&gateway, path, BROWSER).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{path}");
        assert_eq!(answer.headers.get_all("allow").iter().count(), 1, "{path}");
        assert_page(&answer);
        assert_eq!(answer.body, front.body, "{path}");
    }
    let head = get(&gateway, "/", BROWSER).method(Method::HEAD).send().await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn with_oauth_the_page_first_says_that_the_url_is_enough() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&OperatorKey::random()).start().await;
    let front = get(&gateway, "/", BROWSER).send().await;
    assert_page(&front);
    let (by_oauth, by_headers) = front.body.split_once("<h2>Connect a client that sends headers</h2>").unwrap();
    assert!(by_oauth.contains("OAuth) only the URL") && !by_oauth.contains("Authorization"), "{by_oauth}");
    assert!(by_headers.contains("Authorization"), "{by_headers}");
    assert_eq!(get(&gateway, "/mcp", BROWSER).send().await.body, front.body);
    let without = start().await;
    assert!(!get(&without, "/", BROWSER).send().await.body.contains("OAuth"), "there is none");
}

#[tokio::test]
async fn the_page_repeats_nothing_of_the_request() {
    let gateway = start().await;
    let plain = get(&gateway, "/", BROWSER).send().await;
    for path in ["/?name=canary", "/mcp/canary", "/mcp?canary"] {
        let answer = get(&gateway, path, BROWSER).header("x-canary", "canary").header("referer", "canary").send().await;
        assert_eq!(answer.body, plain.body, "{path}");
        let repeated = answer.headers.values().any(|value| value.as_bytes().windows(6).any(|bytes| bytes == b"canary"));
        assert!(!repeated, "{answer:?}");
    }
}

/// Hosted clients probe the endpoint with a GET and need the 405 with `Allow`.
#[tokio::test]
async fn a_program_gets_no_page() {
    let gateway = start().await;
    for accept in ["*/*", "text/event-stream", "application/json, text/event-stream", "text/html;q=0, */*"] {
        for path in MCP_PATHS {
            let answer = get(&gateway, path, accept).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{accept} {path}");
            assert_eq!((answer.body.as_str(), answer.header("content-type")), ("", ""), "{accept} {path}");
        }
        let (status, code, message) = get(&gateway, "/", accept).send().await.rpc_error();
        assert!(status == 404 && code == -32600 && message.contains("/mcp"), "{accept}: {message}");
    }
    // Other methods and paths than those that a browser opens.
    for method in [Method::DELETE, Method::PUT] {
        let answer = get(&gateway, "/mcp", BROWSER).method(method.clone()).send().await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (405, ""), "{method}");
    }
    assert_eq!(get(&gateway, "/nowhere", BROWSER).send().await.rpc_error().0, 404);
    assert_eq!(gateway.post_bytes("").path("/").header("accept", BROWSER).send().await.rpc_error().0, 404);
    let ping = gateway.rpc("ping", json!({})).header("accept", BROWSER).send().await;
    assert_eq!(ping.result(), json!({}), "a POST is a call whatever it accepts");
}
