//! Token endpoints that fail, and the limits that hold for an app's tokens.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::{App, SCOPE};
use crate::sandbox::tests::TODAY;
use crate::sandbox::{OauthControls, OauthFault, Options};

fn app_with(oauth: OauthControls) -> App {
    App::with(&Options { date: Some(TODAY), rate_limit: None, oauth, ..Options::default() })
}

#[tokio::test]
async fn a_fault_from_the_start_fails_the_token_endpoints_alone() {
    let app = app_with(OauthControls::with_fault(OauthFault::InternalError));
    let code = app.code("location", SCOPE).await;
    assert_eq!(app.exchange(&code).await.error(500), "Internal server error");
    for path in ["/oauth/locationToken", "/oauth/location-token"] {
        app.post_form(path, &[], &[]).await.error(500);
    }
    app.client.get("/locations/LOCATION").await.ok();
    app.client.post("/sandbox/oauth/uninstall", json!({})).await.ok();
    app.controls.set_fault(OauthFault::None);
    app.exchange(&code).await.ok();
}

#[tokio::test]
async fn a_failed_refresh_uses_up_nothing() {
    let app = App::new();
    let old = app.install("location").await;
    app.controls.set_fault(OauthFault::InternalError);
    app.refresh(&old["refresh_token"]).await.error(500);
    app.controls.set_fault(OauthFault::TooManyRequests { retry_after_seconds: 7 });
    let limited = app.refresh(&old["refresh_token"]).await;
    assert_eq!(limited.headers["retry-after"], "7");
    assert_eq!(limited.error(429), "Too Many Requests");
    app.advance(3600);
    app.controls.set_fault(OauthFault::None);
    app.refresh(&old["refresh_token"]).await.ok();
}

#[tokio::test(start_paused = true)]
async fn a_delayed_refresh_is_carried_out_even_if_the_client_is_gone() {
    let app = App::new();
    let old = app.install("location").await;
    let delay = Duration::from_secs(20);
    app.controls.set_fault(OauthFault::Delay(delay));
    let start = Instant::now();
    let new = app.refresh(&old["refresh_token"]).await.ok();
    assert_eq!(start.elapsed(), delay);

    let lost = tokio::time::timeout(Duration::from_secs(8), app.refresh(&new["refresh_token"])).await;
    assert!(lost.is_err());
    app.controls.set_fault(OauthFault::None);
    app.refresh(&new["refresh_token"]).await.ok();
    app.advance(31);
    app.refresh(&new["refresh_token"]).await.error(400);
}

#[tokio::test]
async fn the_share_of_faults_holds_for_these_routes_too() {
    let faults = "100%".parse().unwrap();
    let app = App::with(&Options { faults, rate_limit: None, ..Options::default() });
    for path in ["/oauth/chooselocation", "/v2/oauth/chooselocation"] {
        assert!(app.client.get(path).await.status >= 500);
    }
    for path in ["/oauth/token", "/oauth/locationToken", "/oauth/location-token", "/sandbox/oauth/uninstall"] {
        assert!(app.post_form(path, &[], &[]).await.status >= 500);
    }
}

#[tokio::test]
async fn the_systems_clock_dates_tokens_unless_the_day_is_fixed() {
    let app = App::with(&Options { rate_limit: None, ..Options::default() });
    let tokens = app.install("location").await;
    app.show_location(&tokens["access_token"]).await.ok();
    app.advance(86_399);
    app.show_location(&tokens["access_token"]).await.error(401);
}

#[tokio::test]
async fn the_tokens_of_an_app_share_the_limit_of_the_location() {
    let app = App::with(&Options { rate_limit: Some(2), ..Options::default() });
    let wide = app.install("location").await;
    let code = app.code("location", "locations.readonly").await;
    let narrow = app.exchange(&code).await.ok();
    app.show_location(&wide["access_token"]).await.ok();
    app.show_location(&narrow["access_token"]).await.ok();
    app.show_location(&wide["access_token"]).await.error(429);
    // A private integration's token has a limit of its own.
    app.client.get("/locations/LOCATION").await.ok();
}
