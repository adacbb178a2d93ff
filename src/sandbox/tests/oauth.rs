//! The marketplace's OAuth, as an app and its user's browser see it.

mod authorize;
mod faults;
mod location_tokens;
mod refresh;
mod tokens;

use std::time::Duration;

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use url::Url;

use super::{Client, TODAY, TestResponse};
use crate::sandbox::{MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, OauthControls, Options};

const REDIRECT_URI: &str = "https://gateway.example/oauth/callback?from=crm";
const SCOPE: &str = "contacts.readonly locations.readonly oauth.write snapshots.readonly";

/// An app, and a browser in which its user is logged in.
struct App {
    client: Client,
    controls: OauthControls,
}

/// A page that the browser shows.
struct Page {
    status: u16,
    html: String,
}

impl App {
    fn new() -> Self {
        Self::with(&Options { date: Some(TODAY), rate_limit: None, ..Options::default() })
    }

    fn with(options: &Options) -> Self {
        let controls = options.oauth.clone();
        Self { client: Client::with(options), controls }
    }

    fn advance(&self, seconds: u64) {
        self.controls.advance(Duration::from_secs(seconds));
    }

    /// Opens a page.
    async fn open(&self, path: &str, query: &[(&str, &str)]) -> Page {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let request = Request::get(format!("{path}?{query}")).body(Body::empty()).unwrap();
        let response = self.client.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        assert_eq!(parts.headers[CONTENT_TYPE], "text/html; charset=utf-8");
        let bytes = body.collect().await.unwrap().to_bytes();
        Page { status: parts.status.as_u16(), html: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// The page on which the user chooses a location, for an app that asks for these scopes.
    async fn chooser(&self, scope: &str) -> Page {
        let query = authorization_request(&[("scope", scope)]);
        let page = self.open("/v2/oauth/chooselocation", &query).await;
        assert_eq!(page.status, 200, "{}", page.html);
        page
    }

    /// The code of the installation that this link is for.
    async fn code(&self, link: &str, scope: &str) -> String {
        let url = self.chooser(scope).await.link(link);
        parameter(&url, "code").expect("a code")
    }

    /// Calls the token endpoint with the app's credentials, which these fields may replace.
    async fn token(&self, fields: &[(&str, &str)]) -> TestResponse {
        let mut form = vec![("client_id", MARKETPLACE_CLIENT_ID), ("client_secret", MARKETPLACE_CLIENT_SECRET)];
        form.retain(|(name, _)| fields.iter().all(|(own, _)| own != name));
        form.extend_from_slice(fields);
        self.post_form("/oauth/token", &form, &[]).await
    }

    async fn exchange(&self, code: &str) -> TestResponse {
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT_URI)]).await
    }

    async fn refresh(&self, refresh_token: &Value) -> TestResponse {
        let refresh_token = refresh_token.as_str().expect("a refresh token");
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    /// Installs the app with this link, and returns the response of the token endpoint.
    async fn install(&self, link: &str) -> Value {
        let code = self.code(link, SCOPE).await;
        self.exchange(&code).await.ok()
    }

    async fn post_form(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> TestResponse {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Shows the location with this access token.
    async fn show_location(&self, access_token: &Value) -> TestResponse {
        let mut request = self.client.request("GET", "/locations/LOCATION").body(Body::empty()).unwrap();
        request.headers_mut().insert(AUTHORIZATION, bearer(access_token).parse().unwrap());
        self.client.send(request).await
    }
}

impl Page {
    /// Where the link with this id leads.
    fn link(&self, id: &str) -> Url {
        let (_, rest) = self.html.split_once(&format!("id=\"{id}\" href=\"")).expect("the link");
        let (href, _) = rest.split_once('"').unwrap();
        href.replace("&#39;", "'").replace("&#38;", "&").parse().unwrap()
    }
}

/// The parameters of a valid authorization request, some of them replaced.
fn authorization_request<'p>(replaced: &[(&'p str, &'p str)]) -> Vec<(&'p str, &'p str)> {
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", MARKETPLACE_CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", SCOPE),
        ("loginWindowOpenMode", "self"),
    ];
    query.retain(|(name, _)| replaced.iter().all(|(own, _)| own != name));
    query.extend_from_slice(replaced);
    query
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

fn bearer(access_token: &Value) -> String {
    format!("Bearer {}", access_token.as_str().expect("an access token"))
}
