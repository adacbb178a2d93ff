//! The `Host` and `Origin` headers: allowed hosts, and web pages that may call.

use http::Method;
use serde_json::json;

use crate::support::{Answer, Post, Socket, TestGateway, TestGatewayBuilder};

const PAGE: &str = "https://app.example.com";

async fn start(hosts: &[&str], origins: &[&str]) -> TestGateway {
    let (hosts, origins) = (hosts.to_vec(), origins.to_vec());
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
    TestGatewayBuilder::on("http://127.0.0.1:9")
        .flags(|flags| (flags.allowed_hosts, flags.allowed_origins) = (owned(hosts), owned(origins)))
        .start()
        .await
}

fn ping(gateway: &TestGateway) -> Post<'_> {
    gateway.rpc("ping", json!({}))
}

fn preflight<'r>(gateway: &'r TestGateway, origin: &str) -> Post<'r> {
    let post = gateway.post_bytes("").method(Method::OPTIONS).without("authorization").without("content-type");
    post.header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,locationid,mcp-protocol-version")
}

fn assert_forbidden(answer: &Answer, flag: &str) {
    let (status, _, message) = answer.rpc_error();
    assert_eq!(status, 403);
    assert!(message.contains(flag), "{message}");
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn on_loopback_only_loopback_hosts_are_served() {
    let gateway = start(&[], &[]).await;
    for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LocalHost"] {
        assert_eq!(ping(&gateway).header("host", host).send().await.result(), json!({}), "{host}");
    }
    for host in ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "a b"] {
        assert_forbidden(&ping(&gateway).header("host", host).send().await, "--allowed-host");
    }
}

#[tokio::test]
async fn listed_hosts_are_the_only_ones() {
    let gateway = start(&["crm.example:8443", "other.example"], &[]).await;
    for host in ["crm.example:8443", "CRM.example:8443", "other.example", "other.example:99"] {
        assert_eq!(ping(&gateway).header("host", host).send().await.result(), json!({}), "{host}");
    }
    for host in ["crm.example", "crm.example:1", "localhost"] {
        assert_forbidden(&ping(&gateway).header("host", host).send().await, "--allowed-host");
    }
}

/// A container must work behind any host name without settings.
#[tokio::test]
async fn on_other_addresses_any_host_is_served() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9")
        .flags(|flags| flags.listen = Some("0.0.0.0:0".to_owned()))
        .start()
        .await;
    assert_eq!(ping(&gateway).header("host", "crm.example").send().await.result(), json!({}));
    assert_forbidden(
        &ping(&gateway).header("host", "evil.example").header("origin", "http://evil.example").send().await,
        "--allowed-origin",
    );
}

#[tokio::test]
async fn a_page_that_is_not_listed_is_rejected() {
    for gateway in [start(&[], &[]).await, start(&[], &[PAGE]).await] {
        for origin in ["https://evil.example", "http://app.example.com", "https://app.example.com:8443", "null", ""] {
            assert_forbidden(&ping(&gateway).header("origin", origin).send().await, "--allowed-origin");
            assert_forbidden(&preflight(&gateway, origin).send().await, "--allowed-origin");
        }
    }
}

#[tokio::test]
async fn a_listed_page_may_read_the_response() {
    let gateway = start(&[], &[PAGE]).await;
    let answer = ping(&gateway).header("origin", PAGE).send().await;
    assert_eq!(answer.result(), json!({}));
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    assert!(answer.header("vary").to_lowercase().contains("origin"));
    let rejected = ping(&gateway).header("origin", PAGE).without("authorization").send().await;
    assert_eq!(rejected.status, 401);
    assert_eq!(rejected.header("access-control-allow-origin"), PAGE, "the page must be able to read the error");
    for name in ["retry-after", "www-authenticate", "mcp-protocol-version", "x-request-id"] {
        let exposed = rejected.header("access-control-expose-headers");
        assert!(exposed.split(',').any(|header| header.trim() == name), "{name}: {exposed}");
    }
    let listening = gateway.post_bytes("").method(Method::GET).header("origin", PAGE).send().await;
    assert_eq!((listening.status.as_u16(), listening.header("access-control-allow-origin")), (405, PAGE));
}

#[tokio::test]
async fn a_listed_page_may_send_a_preflight() {
    let gateway = start(&[], &[PAGE]).await;
    for path in ["/mcp", "/mcp/"] {
        let answer = preflight(&gateway, PAGE).path(path).send().await;
        assert!(answer.status.is_success(), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), PAGE);
        assert!(answer.header("access-control-allow-methods").contains("POST"));
        let allowed = answer.header("access-control-allow-headers").to_lowercase();
        for name in ["authorization", "content-type", "locationid", "mcp-protocol-version", "mcp-method", "mcp-name"] {
            assert!(allowed.split(',').any(|header| header.trim() == name), "{name}: {allowed}");
        }
    }
}

/// A page on the gateway's own origin, like an inspector behind the same proxy.
#[tokio::test]
async fn its_own_origin_is_allowed() {
    let gateway = start(&[], &[]).await;
    let own = gateway.server.url();
    assert_eq!(ping(&gateway).header("origin", &own).send().await.result(), json!({}));
}

/// With two values, a proxy may use one and the gateway the other.
#[tokio::test]
async fn security_headers_must_not_be_repeated() {
    let gateway = start(&[], &[PAGE]).await;
    for (name, value, other) in [
        ("host", "localhost", "127.0.0.1"),
        ("host", "localhost", "evil.example"),
        ("origin", PAGE, "https://evil.example"),
        ("authorization", "Bearer pit-test", "Bearer pit-canary"),
        ("authorization", "Bearer pit-test", "Bearer pit-test"),
    ] {
        let answer = ping(&gateway).header(name, value).second_header(name, other).send().await;
        let (status, code, message) = answer.rpc_error();
        assert_eq!((status, code), (400, -32600), "{name}");
        assert!(message.to_lowercase().contains(&format!("more than one {name}")), "{message}");
        assert!(!answer.body.contains("canary"));
    }
}

#[tokio::test]
async fn over_http2_the_authority_is_the_host() {
    let gateway = start(&["crm.example", "other.example:80"], &[]).await;
    for (authority, host, status) in [
        ("crm.example", "", 200),
        ("crm.example", "CRM.example", 200),
        ("crm.example", "crm.example:80", 200),
        ("crm.example", "other.example", 400),
        ("crm.example", "crm.example:81", 400),
        ("crm.example", "a b", 400),
        ("evil.example", "crm.example", 400),
        ("evil.example", "", 403),
    ] {
        let stream = Socket::open(gateway.server.address).await.into_stream();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::post(format!("http://{authority}/mcp")).header("content-type", "application/json");
        let request = request.header("authorization", "Bearer pit-test");
        let request = if host.is_empty() { request } else { request.header("host", host) };
        let (answer, mut body) = client.ready().await.unwrap().send_request(request.body(()).unwrap(), false).unwrap();
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
        body.send_data(bytes::Bytes::from(message), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{authority} {host}");
    }
}
