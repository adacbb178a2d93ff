//! Trusted proxies: their `X-Forwarded-For`, and the limit on their connections.

use leadconnector_mcp::config::ServerSettings;
use leadconnector_mcp::config::TrustedProxies;

use super::{call, list};
use crate::support::{Answer, RawUpstream, Socket, TestGateway, TestGatewayBuilder};

/// A gateway that allows one request in flight per client IP, with one in flight.
async fn busy(upstream: &RawUpstream, change: impl FnOnce(&mut ServerSettings) + 'static) -> (TestGateway, Socket) {
    let gateway = TestGatewayBuilder::on(&upstream.url())
        .settings(|settings| {
            settings.server.max_requests_per_address = 1;
            change(&mut settings.server);
        })
        .start()
        .await;
    let mut first = Socket::open(gateway.server.address).await;
    first.post(call()).await;
    upstream.until_requests(1).await;
    (gateway, first)
}

fn trust(proxy: &'static str) -> impl FnOnce(&mut ServerSettings) {
    move |server| server.connections.trusted_proxies = TrustedProxies::parse(&[proxy.to_owned()]).unwrap()
}

async fn forwarded_for(gateway: &TestGateway, address: &str) -> Answer {
    gateway.post(list()).header("x-forwarded-for", address).send().await
}

#[tokio::test]
async fn an_untrusted_client_cannot_choose_its_ip() {
    for proxies in [None, Some("192.0.2.0/24")] {
        let upstream = RawUpstream::silent().await;
        let (gateway, _first) = busy(&upstream, move |server| proxies.map_or((), |proxy| trust(proxy)(server))).await;
        let answer = forwarded_for(&gateway, "198.51.100.1").await;
        assert!(answer.status == 503 && answer.rpc_error().2.contains("from this client IP"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_proxys_clients_count_by_their_own_ips() {
    let upstream = RawUpstream::silent().await;
    // The first request has no entry, so it counts as the proxy's own.
    let (gateway, _first) = busy(&upstream, trust("127.0.0.1")).await;
    assert_eq!(gateway.post(list()).send().await.status, 503);
    for address in ["127.0.0.1", "secret", "", "198.51.100.1, x"] {
        assert_eq!(forwarded_for(&gateway, address).await.status, 503, "{address:?}");
    }
    for address in ["198.51.100.1", "127.0.0.1, 198.51.100.1", "x, 198.51.100.1", "[2001:db8::1]:443"] {
        assert_eq!(forwarded_for(&gateway, address).await.status, 200, "{address:?}");
    }
    let two_lines = gateway.post(list()).header("x-forwarded-for", "198.51.100.1");
    assert_eq!(two_lines.second_header("x-forwarded-for", "127.0.0.1").send().await.status, 200);
}

#[tokio::test]
async fn a_proxys_connections_have_no_limit_per_address() {
    for (proxy, status) in [("127.0.0.1", 200), ("192.0.2.1", 503)] {
        let gateway = TestGatewayBuilder::on("http://127.0.0.1:9")
            .settings(move |settings| {
                settings.server.connections.max_connections_per_address = 2;
                trust(proxy)(&mut settings.server);
            })
            .start()
            .await;
        let mut open = Vec::new();
        for _ in 0..2 {
            let mut connection = Socket::open(gateway.server.address).await;
            assert_eq!(connection.get("/healthz").await.status, 200);
            open.push(connection);
        }
        assert_eq!(Socket::open(gateway.server.address).await.get("/healthz").await.status, status, "{proxy}");
    }
}
