//! Lifetimes, sizes and the operator's limits.

use std::time::Duration;

use leadconnector_mcp::config::Settings;
use leadconnector_mcp::sandbox::LOCATION;

use super::super::assertions::assert_error;
use super::super::connected::listed;
use super::super::steps::{REDIRECT, authorization, redeem, refresh, register, token};
use super::{AtSandbox, callback};

/// HighLevel's access tokens live a day less a second.
const HIGHLEVEL_LIFE: u64 = 86_399;

#[tokio::test]
async fn an_access_token_ends_five_minutes_before_highlevels() {
    for (lifetime, expected) in [(Duration::from_hours(24), HIGHLEVEL_LIFE - 300), (Duration::from_hours(1), 3600)] {
        let at = AtSandbox::with(move |settings| {
            settings.oauth.as_mut().unwrap().access_lifetime = lifetime;
        });
        let at = at.await;
        for link in ["location", "agency-with-location"] {
            let client_id = register(&at.gateway, &[REDIRECT]).await;
            let code = at.code(&client_id, link).await;
            let tokens = redeem(&at.gateway, &client_id, &code).await.json();
            assert_eq!(tokens["expires_in"], expected, "{link}");
            let refreshed = refresh(&at.gateway, &client_id, &token(&tokens, "refresh_token")).await.json();
            assert_eq!(refreshed["expires_in"], expected, "{link}");
        }
    }
}

/// Firewalls cut URLs at 2 KiB, proxies headers at 8 KiB, browsers cookies at 4 KiB.
#[tokio::test]
async fn what_travels_fits_into_urls_headers_and_cookies() {
    let at = AtSandbox::start().await;
    let redirects = ["http://127.0.0.1:9/callback", "https://claude.ai/api/mcp/auth_callback"];
    let client_id = register(&at.gateway, &redirects).await;
    let state = "s".repeat(600);
    assert!(authorization(&client_id, &[("state", &state[..100])]).len() < 2048);
    let (query, cookie) = at.choose(&client_id, &[("state", &state)], "agency-with-location").await;
    assert!(cookie.len() < 3800, "{}", cookie.len());
    let back = callback(&at.gateway, &query, Some(&cookie)).await;
    assert!(back.header("location").len() < 2048, "{}", back.header("location").len());
    for link in ["location", "agency-with-location"] {
        let connected = at.connect(link).await;
        assert!(connected.access.len() < 2500 && connected.refresh.len() < 2500, "{link}");
    }
}

/// The longest state that is accepted still fits into the cookie.
#[tokio::test]
async fn the_longest_request_comes_back() {
    let at = AtSandbox::start().await;
    let redirect = format!("http://127.0.0.1:9/{}", "r".repeat(450));
    let client_id = register(&at.gateway, &[redirect.as_str()]).await;
    let state = "s".repeat(1500);
    let change = [("state", state.as_str()), ("redirect_uri", redirect.as_str())];
    let (query, cookie) = at.choose(&client_id, &change, "location").await;
    let back = callback(&at.gateway, &query, Some(&cookie)).await;
    assert_eq!(super::parameter(&back, "state"), Some(state));
    assert!(cookie.len() < 4000, "{}", cookie.len());
}

#[tokio::test]
async fn only_the_operators_locations_are_connected() {
    type Change = fn(&mut Settings, Vec<String>);
    let by_oauth: Change = |settings, locations| settings.oauth.as_mut().unwrap().locations = locations;
    let by_tools: Change = |settings, locations| settings.tools.locations = locations;
    for change in [by_oauth, by_tools] {
        let at = AtSandbox::with(move |settings| change(settings, vec!["another".to_owned()])).await;
        for link in ["location", "agency-with-location"] {
            let client_id = register(&at.gateway, &[REDIRECT]).await;
            let answer = redeem(&at.gateway, &client_id, &at.code(&client_id, link).await).await;
            assert_error(&answer, 400, "invalid_grant");
            assert!(answer.body.contains("operator"), "{}", answer.body);
        }
        let at =
            AtSandbox::with(move |settings| change(settings, vec!["another".to_owned(), LOCATION.to_owned()])).await;
        let connected = at.connect("location").await;
        assert_eq!(listed(&at.gateway, "/mcp", &connected.access).await.status, 200);
        assert_eq!(refresh(&at.gateway, &connected.client_id, &connected.refresh).await.status, 200);
    }
}
