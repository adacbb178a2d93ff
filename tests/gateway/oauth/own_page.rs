//! The form of the consent page: only the gateway's own page may send it, ten times, and nobody can change it.

use leadconnector_mcp::config::OperatorKey;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::assertions::{assert_page, assert_redirected};
use super::connected::{CONNECTED, PIT, sent, start};
use super::steps::{REDIRECT, authorization, decide, form as encoded, hidden, page, parameter, post_form, register};
use crate::support::{Answer, PUBLIC_URL, Post, TestGateway, TestGatewayBuilder, answering};

fn allow<'g>(gateway: &'g TestGateway, form: &str) -> Post<'g> {
    let fields = [("form", form), ("decision", "allow"), ("token", PIT), ("location", CONNECTED)];
    post_form(gateway, "/oauth/authorize", &fields)
}

#[tokio::test]
async fn a_form_of_another_page_is_refused() {
    let (upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    for origin in [
        "https://evil.example",
        "null",
        "",
        "http://gw.example.com",
        "https://gw.example.com:8443",
        "https://gw.example.com.evil.example",
        "https://evil.gw.example.com",
        "https://gw.example.com/",
        "https://GW.example.com",
    ] {
        for site in ["same-origin", "cross-site"] {
            let answer = allow(&gateway, &form).header("origin", origin).header("sec-fetch-site", site).send().await;
            assert_page(&answer, 403);
        }
    }
    for site in ["cross-site", "same-site", "none", "SAME-ORIGIN", ""] {
        assert_page(&allow(&gateway, &form).header("sec-fetch-site", site).send().await, 403);
    }
    assert_eq!(sent(&upstream).await, 0);
    // A page of the app's own origin is no page of the gateway.
    let local = allow(&gateway, &form).header("origin", &gateway.url("")).send().await;
    assert_page(&local, 403);
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", PUBLIC_URL), ("x-none", "of both")] {
        assert!(parameter(&allow(&gateway, &form).header(name, value).send().await, "code").is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_form_that_is_not_sealed_by_this_gateway_starts_again() {
    let (upstream, gateway) = start().await;
    let other = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random()).start().await;
    let client_id = register(&other, &[REDIRECT]).await;
    let foreign = page(&other, &authorization(&client_id, &[])).await;
    for form in ["", "x", "lcm_", "lcm_AAAA", &foreign, &format!("lcm_{}", "A".repeat(8000))] {
        for decision in ["allow", "deny", "highlevel", "back", ""] {
            let fields = [("decision", decision), ("token", PIT), ("location", CONNECTED)];
            let answer = decide(&gateway, form, &fields).await;
            assert_page(&answer, 400);
            assert!(answer.body.contains("press Connect again"), "{}", answer.body);
        }
    }
    assert_eq!(sent(&upstream).await, 0);
}

#[tokio::test]
async fn a_field_that_is_there_twice_is_refused() {
    let (upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    let fields = [
        ("form", form.as_str()),
        ("decision", "allow"),
        ("token", PIT),
        ("location", CONNECTED),
        ("read_only", "true"),
    ];
    for (name, value) in fields {
        for second in [value, "x", ""] {
            let twice = [&fields[..], &[(name, second)]].concat();
            let answer = post_form(&gateway, "/oauth/authorize", &twice).header("origin", PUBLIC_URL).send().await;
            assert_page(&answer, 400);
        }
    }
    assert_eq!(sent(&upstream).await, 0);
}

#[tokio::test]
async fn a_page_has_ten_tries() {
    let said = json!({ "statusCode": 401, "message": "Invalid Private Integration token" });
    let upstream = answering(ResponseTemplate::new(401).set_body_json(said)).await;
    let gateway = TestGatewayBuilder::on(&upstream.uri()).oauth(&OperatorKey::random()).start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let query = authorization(&client_id, &[]);
    let mut form = page(&gateway, &query).await;
    let attempt = async |form: &str| -> Answer {
        decide(&gateway, form, &[("decision", "allow"), ("token", PIT), ("location", CONNECTED)]).await
    };
    for _ in 0..10 {
        let answer = attempt(&form).await;
        assert_page(&answer, 422);
        // The page that is shown again counts on.
        form = hidden(&answer);
    }
    let tried = sent(&upstream).await;
    for _ in 0..3 {
        let answer = attempt(&form).await;
        assert_page(&answer, 429);
    }
    assert_eq!((tried, sent(&upstream).await), (10, 10), "one request for each try");
    assert_redirected(&decide(&gateway, &form, &[("decision", "deny")]).await, "access_denied");
    assert_page(&attempt(&page(&gateway, &query).await).await, 422);
}

#[tokio::test]
async fn the_body_is_a_form_of_at_most_16_kib() {
    let (_upstream, gateway) = start().await;
    let client_id = register(&gateway, &[REDIRECT]).await;
    let form = page(&gateway, &authorization(&client_id, &[])).await;
    assert_page(&allow(&gateway, &form).header("content-type", "text/plain").send().await, 415);
    assert_page(&allow(&gateway, &form).without("content-type").send().await, 415);
    let fields = [("form", form.as_str()), ("decision", "allow")];
    let long = format!("{}&padding={}", encoded(&fields), "x".repeat(16 * 1024));
    let post = gateway.post_bytes(long).path("/oauth/authorize").without("authorization").without("locationid");
    assert_page(&post.header("content-type", "application/x-www-form-urlencoded").send().await, 413);
    let with_slash = post_form(&gateway, "/oauth/authorize/", &[("form", &form), ("decision", "deny")]);
    assert_redirected(&with_slash.send().await, "access_denied");
}
