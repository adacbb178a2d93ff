//! Codes, and the tokens that they give.

use serde_json::{Value, json};

use super::{App, REDIRECT_URI, SCOPE, bearer};
use crate::sandbox::tests::calls::{COUNT, every_call};
use crate::sandbox::well_known::USER;
use crate::sandbox::{COMPANY, LOCATION, SCOPES};

#[tokio::test]
async fn each_kind_of_installation_has_its_kind_of_token() {
    let app = App::new();
    for (link, user_type, location, approved, is_bulk) in [
        ("location", "Location", json!(LOCATION), Value::Null, false),
        ("agency-with-location", "Company", Value::Null, json!([LOCATION]), true),
        ("agency", "Company", Value::Null, json!([]), false),
    ] {
        let tokens = app.install(link).await;
        assert_eq!(tokens["userType"], user_type);
        assert_eq!([&tokens["locationId"], &tokens["approvedLocations"]], [&location, &approved]);
        assert_eq!(tokens["isBulkInstallation"], is_bulk);
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 86_399);
        assert_eq!(tokens["scope"], SCOPE);
        assert_eq!([&tokens["companyId"], &tokens["userId"]], [COMPANY, USER]);
        assert_eq!(tokens["refreshTokenId"].as_str().unwrap().len(), 24);
        for (name, length) in [("access_token", 1200), ("refresh_token", 1000)] {
            let token = tokens[name].as_str().unwrap();
            assert!(token.starts_with("eyJ") && token.len() == length, "{name}: {token}");
            assert_eq!(token.split('.').count(), 3);
        }
    }
}

#[tokio::test]
async fn the_company_is_the_locations() {
    let location = App::new().client.get("/locations/LOCATION").await.ok();
    assert_eq!(location["location"]["companyId"], COMPANY);
}

#[tokio::test]
async fn a_code_works_once() {
    let app = App::new();
    let code = app.code("location", SCOPE).await;
    app.exchange(&code).await.ok();
    let again = app.exchange(&code).await;
    assert_eq!(again.body["error"], "UnAuthorized!");
    assert_eq!(again.body["error_description"], "Authorization code not found");
    again.error(401);
}

#[tokio::test]
async fn a_code_lives_for_fifteen_minutes() {
    let app = App::new();
    let (in_time, late) = (app.code("location", SCOPE).await, app.code("location", SCOPE).await);
    app.advance(15 * 60 - 1);
    app.exchange(&in_time).await.ok();
    app.advance(1);
    assert_eq!(app.exchange(&late).await.error(401), "Authorization code not found");
}

#[tokio::test]
async fn a_failed_exchange_leaves_the_code_valid() {
    let app = App::new();
    let code = app.code("location", SCOPE).await;
    let grant = [("grant_type", "authorization_code"), ("code", code.as_str())];
    for (name, value) in [("client_id", "5b0c5eed0000000000000a99-someelse"), ("client_secret", "wrong")] {
        let response = app.token(&[grant[0], grant[1], (name, value)]).await;
        assert_eq!(response.body["error"], "UnAuthorized!");
        assert_eq!(response.error(401), "Invalid client credentials!");
    }
    for wrong in ["https://gateway.example/oauth/callback", "https://gateway.example/oauth/callback?from=crm&x=1"] {
        let response = app.token(&[grant[0], grant[1], ("redirect_uri", wrong)]).await;
        assert_eq!(response.body["error"], "invalid_grant");
        assert!(response.error(400).contains("redirect URI"));
    }
    app.token(&[grant[0], grant[1], ("redirect_uri", REDIRECT_URI), ("user_type", "Company")]).await.ok();
}

#[tokio::test]
async fn the_redirect_uri_may_be_left_out_of_the_exchange() {
    let app = App::new();
    let code = app.code("location", SCOPE).await;
    app.token(&[("grant_type", "authorization_code"), ("code", &code)]).await.ok();
}

#[tokio::test]
async fn wrong_fields_are_reported_as_elsewhere() {
    let app = App::new();
    for (fields, problem) in [
        (&[][..], "grant_type should not be empty"),
        (&[("grant_type", "password")], "grant_type must be one of the following values"),
        (&[("grant_type", "authorization_code")], "code should not be empty"),
        (&[("grant_type", "refresh_token"), ("code", "x")], "refresh_token should not be empty"),
        (&[("grant_type", "refresh_token"), ("client_secret", "")], "client_secret should not be empty"),
        (&[("grant_type", "refresh_token"), ("user_type", "Agency")], "user_type must be one of"),
        (&[("grant_type", "refresh_token"), ("resource", "x")], "property resource should not exist"),
    ] {
        let message = app.token(fields).await.error(422);
        assert!(message.contains(problem), "{message}");
    }
    let unsupported = app.token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(unsupported.body["error"], "unsupported_grant_type");
    unsupported.error(400);
    let not_a_form = app.client.post("/oauth/token", json!({"grant_type": "refresh_token"})).await;
    assert!(not_a_form.error(422).contains("client_id should not be empty"));
    app.post_form("/oauth/token", &[], &[("version", "v3")]).await.error(501);
    app.client.get("/oauth/token").await.error(501);
    app.client.get("/oauth/installedLocations").await.error(501);
}

#[tokio::test]
async fn a_location_token_works_where_its_scopes_do() {
    for (scopes, works) in [(SCOPES.join(" "), COUNT), ("contacts.readonly".to_owned(), 9), ("snapshots".to_owned(), 0)]
    {
        let mut app = App::new();
        let code = app.code("location", &scopes).await;
        let token = app.exchange(&code).await.ok()["access_token"].as_str().unwrap().to_owned();
        app.client.token = token.leak();
        let mut successes = 0;
        for (method, path, body) in every_call() {
            match app.client.call(method, &path, body).await {
                response if response.status < 300 => successes += 1,
                response => assert_eq!(response.error(401), "The token is not authorized for this scope."),
            }
        }
        assert_eq!(successes, works, "{scopes}");
    }
}

#[tokio::test]
async fn a_company_token_works_on_no_route() {
    let mut app = App::new();
    let code = app.code("agency-with-location", &SCOPES.join(" ")).await;
    let tokens = app.exchange(&code).await.ok();
    app.client.token = tokens["access_token"].as_str().unwrap().to_owned().leak();
    for (method, path, body) in every_call() {
        let message = app.client.call(method, &path, body).await.error(401);
        assert_eq!(message, "This route is not yet supported by the IAM Service");
    }
    app.client.get("/snapshots/?companyId=x").await.error(501);
}

#[tokio::test]
async fn an_access_token_lives_for_a_day() {
    let app = App::new();
    let tokens = app.install("location").await;
    app.advance(86_398);
    app.show_location(&tokens["access_token"]).await.ok();
    app.advance(1);
    assert!(app.show_location(&tokens["access_token"]).await.error(401).starts_with("Invalid JWT"));
}

#[tokio::test]
async fn a_token_with_one_character_changed_is_invalid() {
    let app = App::new();
    let tokens = app.install("location").await;
    let mut changed = bearer(&tokens["access_token"]).split_off("Bearer ".len());
    let last = if changed.ends_with('x') { "y" } else { "x" };
    changed.replace_range(changed.len() - 1.., last);
    app.show_location(&changed.into()).await.error(401);
    app.show_location(&tokens["refresh_token"]).await.error(401);
}

#[tokio::test]
async fn the_tokens_of_one_day_are_always_the_same() {
    let (one, other) = (App::new().install("location").await, App::new().install("location").await);
    assert_eq!(one, other);
}

#[tokio::test]
async fn the_oldest_codes_go_first() {
    let app = App::new();
    let first = app.code("location", SCOPE).await;
    // Each page has three codes: after 334 more there are 1,005, so that those of the first page are gone.
    let second = app.code("agency", SCOPE).await;
    for _ in 0..333 {
        app.chooser(SCOPE).await;
    }
    app.exchange(&first).await.error(401);
    app.exchange(&second).await.ok();
}
