//! There is no OAuth: clients that look for it learn what to do instead, in the form that they show.

use http::Method;

use crate::support::{TestGateway, TestGatewayBuilder};

const PATHS: [&str; 9] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-protected-resource/mcp/x/contacts/readonly",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration",
    "/register",
    "/authorize",
    "/token",
];

async fn start() -> TestGateway {
    TestGatewayBuilder::on("http://127.0.0.1:9").start().await
}

#[tokio::test]
async fn a_client_that_looks_for_oauth_learns_what_to_send() {
    let gateway = start().await;
    for path in PATHS {
        for method in [Method::GET, Method::POST] {
            let post = gateway.post_bytes("{}").method(method.clone()).path(path).without("authorization");
            let answer = post.send().await;
            assert_eq!(answer.status, 404, "{method} {path}");
            let error = answer.json();
            // RFC 6749 section 5.2: two strings.
            assert_eq!(error["error"], "invalid_request", "{method} {path}");
            let description = error["error_description"].as_str().unwrap();
            for text in ["no OAuth", "Authorization: Bearer <Private Integration Token>", "locationId", "--header"] {
                assert!(description.contains(text), "{text} is not in: {description}");
            }
        }
    }
}

#[tokio::test]
async fn other_paths_are_unknown() {
    let gateway = start().await;
    for path in ["/registers", "/token/x", "/.well-known/oauth-protected-resources", "/.well-known/mcp.json"] {
        let (status, _, message) = gateway.post_bytes("{}").path(path).send().await.rpc_error();
        assert!(status == 404 && message.contains("/mcp"), "{path}: {message}");
    }
}
