//! Location tokens for Company tokens.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::{App, SCOPE, bearer};
use crate::sandbox::tests::TestResponse;
use crate::sandbox::well_known::USER;
use crate::sandbox::{AGENCY_TOKEN, COMPANY, LOCATION, TOKEN};

const OLD: (&str, &str) = ("/oauth/locationToken", "2021-07-28");
const V3: (&str, &str) = ("/oauth/location-token", "v3");

impl App {
    /// Asks for a Location token with this access token.
    async fn location_token(
        &self,
        (path, version): (&str, &str),
        access_token: &Value,
        form: &[(&str, &str)],
    ) -> TestResponse {
        let headers = [("authorization", bearer(access_token)), ("version", version.to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.post_form(path, form, &headers).await
    }
}

const FORM: [(&str, &str); 2] = [("companyId", COMPANY), ("locationId", LOCATION)];

#[tokio::test]
async fn a_company_token_gives_a_location_token() {
    let app = App::new();
    let company = app.install("agency-with-location").await;
    let location = app.location_token(OLD, &company["access_token"], &FORM).await.ok();
    let text = location["access_token"].as_str().unwrap();
    let expected = json!({"access_token": text, "token_type": "Bearer", "expires_in": 86_399, "scope": SCOPE,
        "locationId": LOCATION, "userId": USER});
    assert_eq!(location, expected, "without a refresh token");
    app.show_location(&location["access_token"]).await.ok();
    app.advance(86_399);
    app.show_location(&location["access_token"]).await.error(401);
}

#[tokio::test]
async fn the_third_version_has_a_refresh_token_and_other_names() {
    let app = App::new();
    let company = app.install("agency-with-location").await;
    let location = app.location_token(V3, &company["access_token"], &FORM).await.ok();
    assert_eq!([&location["tokenType"], &location["locationId"]], ["Bearer", LOCATION]);
    assert_eq!(location["expiresIn"], 86_399);
    assert_eq!(location["access_token"], Value::Null);
    app.show_location(&location["accessToken"]).await.ok();
    let refreshed = app.refresh(&location["refreshToken"]).await.ok();
    assert_eq!(refreshed["userType"], "Location");
    app.show_location(&refreshed["access_token"]).await.ok();
}

#[tokio::test]
async fn the_body_may_be_json() {
    let app = App::new();
    let company = app.install("agency-with-location").await;
    let request = Request::post(OLD.0)
        .header(AUTHORIZATION, bearer(&company["access_token"]))
        .header("version", OLD.1)
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"companyId": COMPANY, "locationId": LOCATION}).to_string()))
        .unwrap();
    app.client.send(request).await.ok();
}

#[tokio::test]
async fn another_company_and_a_location_that_is_not_approved_are_rejected() {
    let app = App::new();
    let (agency, approved) = (app.install("agency").await, app.install("agency-with-location").await);
    for route in [OLD, V3] {
        for (tokens, company, location, problem) in [
            (&approved, "ncTg6Q3fkTB8tVHocj3U", LOCATION, "access to this company"),
            (&approved, COMPANY, "ve9EPM428h8vShlRW1KT", "access to this location"),
            (&agency, COMPANY, LOCATION, "access to this location"),
        ] {
            let form = [("companyId", company), ("locationId", location)];
            let message = app.location_token(route, &tokens["access_token"], &form).await.error(403);
            assert!(message.contains(problem), "{message}");
        }
    }
}

#[tokio::test]
async fn only_a_valid_company_token_is_exchanged() {
    let app = App::new();
    let location = app.install("location").await;
    for token in [location["access_token"].clone(), TOKEN.into(), AGENCY_TOKEN.into()] {
        let message = app.location_token(OLD, &token, &FORM).await.error(401);
        assert_eq!(message, "This route is not yet supported by the IAM Service");
    }
    app.location_token(OLD, &json!("eyJ.eyJ.x"), &FORM).await.error(401);
    app.location_token(OLD, &json!("pit-unknown"), &FORM).await.error(401);
    let company = app.install("agency-with-location").await;
    app.advance(86_399);
    app.location_token(OLD, &company["access_token"], &FORM).await.error(401);
}

#[tokio::test]
async fn the_version_the_scope_and_the_fields_are_checked() {
    let app = App::new();
    let company = app.install("agency-with-location").await;
    let token = &company["access_token"];
    for (path, other) in [(OLD.0, V3.1), (V3.0, OLD.1)] {
        assert!(app.location_token((path, other), token, &FORM).await.error(400).starts_with("version header"));
        let missing = app.post_form(path, &FORM, &[("authorization", &bearer(token))]).await;
        assert_eq!(missing.error(401), "version header was not found");
    }
    let message = app.location_token(OLD, token, &[("locationId", LOCATION)]).await.error(422);
    assert_eq!(message, "companyId should not be empty");

    let code = app.code("agency-with-location", "contacts.readonly oauth.readonly").await;
    let company = app.exchange(&code).await.ok();
    let message = app.location_token(OLD, &company["access_token"], &FORM).await.error(401);
    assert_eq!(message, "The token is not authorized for this scope.");
}
