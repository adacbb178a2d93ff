//! Refresh tokens: used once, repeated for 30 s, gone with the installation.

use serde_json::json;

use super::{App, SCOPE};

#[tokio::test]
async fn a_refresh_gives_new_tokens_of_the_same_kind() {
    let app = App::new();
    for link in ["location", "agency-with-location", "agency"] {
        let old = app.install(link).await;
        let new = app.refresh(&old["refresh_token"]).await.ok();
        for name in ["access_token", "refresh_token", "refreshTokenId"] {
            assert_ne!(new[name], old[name], "{name}");
        }
        for name in ["userType", "locationId", "approvedLocations", "companyId", "scope", "isBulkInstallation"] {
            assert_eq!(new[name], old[name], "{name}");
        }
        let next = app.refresh(&new["refresh_token"]).await.ok();
        assert_ne!(next["refresh_token"], new["refresh_token"]);
    }
}

#[tokio::test]
async fn the_old_access_token_stays_valid() {
    let app = App::new();
    let old = app.install("location").await;
    let new = app.refresh(&old["refresh_token"]).await.ok();
    app.show_location(&old["access_token"]).await.ok();
    app.show_location(&new["access_token"]).await.ok();
}

#[tokio::test]
async fn an_old_refresh_token_gives_the_same_response_for_thirty_seconds() {
    let app = App::new();
    let old = app.install("location").await;
    let new = app.refresh(&old["refresh_token"]).await.ok();
    for seconds in [0, 1, 29] {
        app.advance(seconds);
        assert_eq!(app.refresh(&old["refresh_token"]).await.ok(), new);
    }
    app.advance(1);
    let late = app.refresh(&old["refresh_token"]).await;
    assert_eq!(late.body["error"], "invalid_grant");
    assert_eq!(late.body["error_description"], late.body["message"]);
    assert_eq!(late.error(400), "Invalid grant: refresh token is invalid");
    app.refresh(&new["refresh_token"]).await.ok();
}

#[tokio::test]
async fn repeating_a_refresh_does_not_prolong_the_thirty_seconds() {
    let app = App::new();
    let old = app.install("location").await;
    app.refresh(&old["refresh_token"]).await.ok();
    app.advance(20);
    app.refresh(&old["refresh_token"]).await.ok();
    app.advance(20);
    app.refresh(&old["refresh_token"]).await.error(400);
}

#[tokio::test]
async fn the_wrong_client_gets_nothing_and_uses_up_nothing() {
    let app = App::new();
    let tokens = app.install("location").await;
    let token = tokens["refresh_token"].as_str().unwrap();
    for used in [false, true] {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_secret", "wrong")];
        assert_eq!(app.token(&fields).await.error(401), "Invalid client credentials!", "used: {used}");
        app.refresh(&tokens["refresh_token"]).await.ok();
    }
}

#[tokio::test]
async fn other_texts_are_no_refresh_tokens() {
    let app = App::new();
    let tokens = app.install("location").await;
    for wrong in [json!("eyJ.eyJ.x"), tokens["access_token"].clone()] {
        let response = app.refresh(&wrong).await;
        assert_eq!(response.body["error"], "invalid_grant");
        response.error(400);
    }
}

#[tokio::test]
async fn a_refresh_token_lives_for_a_year() {
    let app = App::new();
    let (one, other) = (app.install("location").await, app.install("location").await);
    app.advance(365 * 86_400 - 1);
    app.refresh(&one["refresh_token"]).await.ok();
    app.advance(1);
    app.refresh(&other["refresh_token"]).await.error(400);
}

#[tokio::test]
async fn uninstalling_makes_every_token_invalid() {
    let app = App::new();
    let first = app.install("location").await;
    let second = app.refresh(&first["refresh_token"]).await.ok();
    let code = app.code("location", SCOPE).await;
    let revoked = app.client.post("/sandbox/oauth/uninstall", json!({})).await.ok();
    assert_eq!(revoked, json!({"accessTokens": 2, "refreshTokens": 2}));
    for tokens in [&first, &second] {
        app.show_location(&tokens["access_token"]).await.error(401);
        let response = app.refresh(&tokens["refresh_token"]).await;
        assert_eq!(response.body["error"], "invalid_grant");
        response.error(400);
    }
    // A page that is still open installs the app again.
    let tokens = app.exchange(&code).await.ok();
    app.show_location(&tokens["access_token"]).await.ok();
}

#[tokio::test]
async fn the_oldest_refresh_tokens_go_first() {
    let app = App::new();
    let (first, second) = (app.install("location").await, app.install("location").await);
    let mut last = second.clone();
    for _ in 0..999 {
        last = app.refresh(&last["refresh_token"]).await.ok();
    }
    app.refresh(&first["refresh_token"]).await.error(400);
    assert_ne!(app.refresh(&second["refresh_token"]).await.ok(), last, "the second is the oldest that is kept");
    app.refresh(&last["refresh_token"]).await.ok();
    app.refresh(&second["refresh_token"]).await.error(400);
}
