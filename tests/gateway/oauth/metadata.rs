//! The metadata documents, and the paths where there is none.

use http::Method;
use leadconnector_mcp::config::OperatorKey;
use serde_json::json;

use super::assertions::{assert_error, assert_json_headers, assert_no_null, assert_page};
use super::connected::start;
use super::steps::{authorization, open, post_form};
use crate::support::{Answer, PUBLIC_URL, TestGateway, TestGatewayBuilder};

const RESOURCE: &str = "/.well-known/oauth-protected-resource";
const SERVER: &str = "/.well-known/oauth-authorization-server";

async fn get(gateway: &TestGateway, path: &str) -> Answer {
    open(gateway, Method::GET, path).send().await
}

#[tokio::test]
async fn the_endpoint_has_metadata_at_each_of_its_paths() {
    let (_upstream, gateway) = start().await;
    for (path, resource) in [
        ("", "/mcp"),
        ("/", "/mcp"),
        ("/mcp", "/mcp"),
        // As the user typed it: clients compare it with the URL.
        ("/mcp/", "/mcp/"),
        ("/mcp/readonly", "/mcp/readonly"),
        ("/mcp/readonly/", "/mcp/readonly/"),
        ("/mcp/x/contacts", "/mcp/x/contacts"),
        ("/mcp/x/contacts,calendars/readonly", "/mcp/x/contacts,calendars/readonly"),
    ] {
        let answer = get(&gateway, &format!("{RESOURCE}{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_json_headers(&answer);
        assert_eq!(
            answer.json(),
            json!({
                "resource": format!("{PUBLIC_URL}{resource}"),
                "authorization_servers": [PUBLIC_URL],
                "scopes_supported": ["crm:read", "crm:write"],
                "bearer_methods_supported": ["header"],
                "resource_name": "LeadConnector MCP gateway",
            }),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_servers_metadata_lists_what_is_enforced_and_nothing_else() {
    let (_upstream, gateway) = start().await;
    for path in [SERVER.to_owned(), format!("{SERVER}/")] {
        let answer = get(&gateway, &path).await;
        assert_json_headers(&answer);
        let expected = json!({
            "issuer": PUBLIC_URL,
            "authorization_endpoint": format!("{PUBLIC_URL}/oauth/authorize"),
            "token_endpoint": format!("{PUBLIC_URL}/oauth/token"),
            "registration_endpoint": format!("{PUBLIC_URL}/oauth/register"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["crm:read", "crm:write", "offline_access"],
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": true,
        });
        assert_eq!(answer.json(), expected);
        assert_no_null(&expected);
    }
}

#[tokio::test]
async fn what_the_operator_turned_off_is_not_advertised_and_does_not_work() {
    let off = |change: fn(&mut leadconnector_mcp::config::OAuthSettings)| {
        let builder = TestGatewayBuilder::on("http://127.0.0.1:9").oauth(&OperatorKey::random());
        builder.settings(move |settings| change(settings.oauth.as_mut().unwrap())).start()
    };
    let gateway = off(|oauth| oauth.registration = false).await;
    assert!(get(&gateway, SERVER).await.json().get("registration_endpoint").is_none());
    let body = json!({ "redirect_uris": ["http://localhost/callback"] });
    let answer = gateway.post(body).path("/oauth/register").without("authorization").send().await;
    assert_eq!(answer.status, 404, "{}", answer.body);
    answer.json();

    let gateway = off(|oauth| oauth.client_metadata = false).await;
    assert!(get(&gateway, SERVER).await.json().get("client_id_metadata_document_supported").is_none());
    let claude = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    let query = authorization(claude, &[("redirect_uri", "https://claude.ai/api/mcp/auth_callback")]);
    assert_page(&get(&gateway, &format!("/oauth/authorize?{query}")).await, 400);

    let gateway = off(|oauth| oauth.marketplace = None).await;
    assert_eq!(get(&gateway, "/oauth/callback?code=x&state=y").await.status, 404);
}

/// Clients take any other status for an authorization server that fails.
#[tokio::test]
async fn there_is_nothing_at_the_paths_of_other_standards() {
    let (_upstream, gateway) = start().await;
    for path in [
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/mcp",
        "/.well-known/oauth-protected-resource/other",
        "/.well-known/oauth-protected-resource/mcpx",
        "/.well-known/oauth-protected-resource/mcp/x/nonsense",
        "/.well-known/oauth-protected-resource/mcp//readonly",
        "/.well-known/oauth-protected-resource/mcp/readonly/x",
        "/authorize",
        "/token",
        "/register",
    ] {
        for method in [Method::GET, Method::POST] {
            // The routes with metadata have no POST at all.
            if method == Method::POST && path.starts_with(RESOURCE) {
                continue;
            }
            let answer = open(&gateway, method.clone(), path).send().await;
            assert_eq!(answer.status, 404, "{method} {path}");
            let error = answer.json();
            assert!(error["error"].is_string() && error["error_description"].is_string(), "{path}: {error}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        }
    }
    for path in ["/oauth", "/oauth/revoke", "/oauth/introspect", "/oauth/userinfo", "/oauth/jwks", "/oauth/authorizes"]
    {
        let answer = get(&gateway, path).await;
        assert_eq!(answer.status, 404, "{path}");
        answer.json();
    }
}

#[tokio::test]
async fn each_path_has_its_methods() {
    let (_upstream, gateway) = start().await;
    let resource = format!("{RESOURCE}/mcp");
    for (path, methods) in [
        (SERVER, "GET,HEAD"),
        (RESOURCE, "GET,HEAD"),
        (resource.as_str(), "GET,HEAD"),
        ("/oauth/register", "POST"),
        ("/oauth/token", "POST"),
        ("/oauth/authorize", "GET,HEAD,POST"),
        ("/oauth/callback", "GET,HEAD"),
    ] {
        for slash in ["", "/"] {
            let path = format!("{path}{slash}");
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                if methods.split(',').any(|allowed| allowed == method.as_str()) {
                    continue;
                }
                let answer = open(&gateway, method.clone(), &path).send().await;
                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(answer.header("allow"), methods, "{method} {path}");
            }
            if methods.starts_with("GET") {
                let (get, head) =
                    (open(&gateway, Method::GET, &path).send().await, open(&gateway, Method::HEAD, &path).send().await);
                assert_eq!(head.status, get.status, "{path}");
                assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
                assert!(head.body.is_empty());
            }
        }
    }
}

/// Clients in browsers, like MCP Inspector, read these; no page of another origin may read the consent page.
#[tokio::test]
async fn pages_of_any_origin_may_use_all_but_the_consent_page() {
    let (_upstream, gateway) = start().await;
    let resource = format!("{RESOURCE}/mcp");
    let from = |method: Method, path: &str| open(&gateway, method, path).header("origin", "https://app.example");
    for path in [SERVER, RESOURCE, &resource, "/oauth/register", "/oauth/token"] {
        let method = if path.starts_with("/oauth") { Method::POST } else { Method::GET };
        let preflight = from(Method::OPTIONS, path)
            .header("access-control-request-method", method.as_str())
            .header("access-control-request-headers", "content-type,mcp-protocol-version")
            .send()
            .await;
        assert!(preflight.status == 204 && preflight.body.is_empty(), "{path}: {preflight:?}");
        assert!(preflight.header("access-control-allow-methods").contains(method.as_str()), "{preflight:?}");
        // The wildcard does not stand for `Authorization`.
        assert_eq!(preflight.header("access-control-allow-headers"), "*, authorization");
        for answer in [preflight, from(method, path).send().await] {
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        }
    }
    for path in ["/oauth/authorize", "/oauth/callback"] {
        for method in [Method::OPTIONS, Method::GET] {
            let answer = from(method, path).header("access-control-request-method", "GET").send().await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        }
    }
    let unknown = [("client_id", "nobody"), ("grant_type", "refresh_token"), ("refresh_token", "x")];
    let error = post_form(&gateway, "/oauth/token", &unknown).header("origin", "https://app.example").send().await;
    assert_error(&error, 401, "invalid_client");
    assert_eq!(error.header("access-control-allow-origin"), "*", "a page must be able to read the error");
}
