//! HighLevel's marketplace in place of a pasted token: the user chooses a location there.

mod browser;
mod limits;
mod outages;
mod refreshing;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use http::Method;
use leadconnector_mcp::config::{OperatorKey, Settings};
use leadconnector_mcp::sandbox::{self, LOCATION, OauthControls, Options};
use serde_json::json;

use super::assertions::{assert_error, assert_no_null, assert_redirected};
use super::connected::{Connected, listed, names};
use super::steps::{REDIRECT, authorization, decide, open, page, parameter, redeem, register, token};
use crate::support::{Answer, PUBLIC_URL, Server, TestGateway, TestGatewayBuilder};

/// A gateway whose users choose a location at a sandbox.
pub struct AtSandbox {
    pub gateway: TestGateway,
    pub controls: OauthControls,
    pub sandbox: Server,
    /// The requests to `POST /oauth/token` of the sandbox.
    pub token_requests: Arc<AtomicUsize>,
}

impl AtSandbox {
    async fn start() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Settings) + 'static) -> Self {
        let (controls, token_requests) = (OauthControls::default(), Arc::new(AtomicUsize::new(0)));
        let day = Some(jiff::civil::date(2026, 11, 16));
        let options = Options { date: day, rate_limit: None, oauth: controls.clone(), ..Options::default() };
        let count = async |State(count): State<Arc<AtomicUsize>>, request: Request, next: Next| {
            if request.uri().path() == "/oauth/token" {
                count.fetch_add(1, Ordering::Relaxed);
            }
            next.run(request).await
        };
        let router = sandbox::router(&options).layer(from_fn_with_state(token_requests.clone(), count));
        let sandbox = Server::start(router).await;
        let gateway = Self::gateway(&sandbox, &OperatorKey::random(), change).await;
        Self { gateway, controls, sandbox, token_requests }
    }

    /// A gateway in front of a sandbox, with this key.
    async fn gateway(sandbox: &Server, key: &OperatorKey, change: impl FnOnce(&mut Settings) + 'static) -> TestGateway {
        let chooser = format!("{}/v2/oauth/chooselocation", sandbox.url());
        let builder = TestGatewayBuilder::on(&sandbox.url()).oauth(key).settings(move |settings| {
            settings.oauth.as_mut().unwrap().marketplace.as_mut().unwrap().authorize_url = chooser.parse().unwrap();
            change(settings);
        });
        builder.start().await
    }

    /// Goes to the sandbox's page and follows the link with this id; returns the query that comes back, and the cookie.
    async fn choose(&self, client_id: &str, change: &[(&str, &str)], link: &str) -> (String, String) {
        let form = page(&self.gateway, &authorization(client_id, change)).await;
        self.choose_with(&form, link).await
    }

    async fn choose_with(&self, form: &str, link: &str) -> (String, String) {
        let sent_on = decide(&self.gateway, form, &[("decision", "highlevel")]).await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
        let cookie = sent_on.header("set-cookie").split(';').next().unwrap().to_owned();
        let html = get(sent_on.header("location")).await;
        let (_, rest) = html.split_once(&format!(r#"id="{link}" href=""#)).unwrap_or_else(|| panic!("{link}: {html}"));
        let url = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let query = url.strip_prefix(&format!("{PUBLIC_URL}/oauth/callback?")).unwrap_or_else(|| panic!("{url}"));
        (query.to_owned(), cookie)
    }

    /// A code of the gateway, after a choice at the sandbox.
    async fn code(&self, client_id: &str, link: &str) -> String {
        let (query, cookie) = self.choose(client_id, &[], link).await;
        let back = callback(&self.gateway, &query, Some(&cookie)).await;
        parameter(&back, "code").unwrap_or_else(|| panic!("{back:?}"))
    }

    async fn connect(&self, link: &str) -> Connected {
        let client_id = register(&self.gateway, &[REDIRECT]).await;
        let answer = redeem(&self.gateway, &client_id, &self.code(&client_id, link).await).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let tokens = answer.json();
        assert_no_null(&tokens);
        let [access, refresh, scope] = ["access_token", "refresh_token", "scope"].map(|name| token(&tokens, name));
        Connected { client_id, access, refresh, scope }
    }

    fn requests(&self) -> usize {
        self.token_requests.load(Ordering::Relaxed)
    }

    /// Whether a call with this access token reaches the location's data.
    async fn works(&self, access: &str) -> bool {
        let call = self.gateway.tool("contacts_get-contacts", json!({ "limit": 1 })).token(access).unpinned();
        let answer = call.send().await;
        answer.status == 200 && !answer.tool_result().is_error
    }
}

/// Gets a page as a browser does.
async fn get(url: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let response = http.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// Comes back from HighLevel, with a cookie as `name=value`.
pub async fn callback(gateway: &TestGateway, query: &str, cookie: Option<&str>) -> Answer {
    let request = open(gateway, Method::GET, &format!("/oauth/callback?{query}"));
    match cookie {
        Some(cookie) => request.header("cookie", cookie).send().await,
        None => request.send().await,
    }
}

#[tokio::test]
async fn a_user_connects_a_location_without_a_token() {
    let at = AtSandbox::start().await;
    for link in ["location", "agency-with-location"] {
        let connected = at.connect(link).await;
        assert_eq!(connected.scope, "crm:read crm:write");
        assert!(at.works(&connected.access).await, "{link}");
        // Bound to the location that was chosen.
        let other = at.gateway.tool("contacts_get-contacts", json!({})).token(&connected.access);
        assert_eq!(other.header("locationid", "other").send().await.status, 403);
        let own = at.gateway.tool("contacts_get-contacts", json!({})).token(&connected.access);
        assert!(!own.header("locationid", LOCATION).send().await.tool_result().is_error);
    }
}

#[tokio::test]
async fn an_agency_without_a_location_is_told_to_choose_one() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let answer = redeem(&at.gateway, &client_id, &at.code(&client_id, "agency").await).await;
    assert_error(&answer, 400, "invalid_grant");
    assert!(answer.body.contains("choose a sub-account"), "{}", answer.body);
}

#[tokio::test]
async fn a_refusal_at_highlevel_goes_back_to_the_app() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let (query, cookie) = at.choose(&client_id, &[], "deny").await;
    assert_redirected(&callback(&at.gateway, &query, Some(&cookie)).await, "access_denied");
    // Any other error, or no code at all.
    let (query, cookie) = at.choose(&client_id, &[], "location").await;
    let state = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "state").unwrap().1.into_owned();
    let long = format!("code={}&state={state}", "c".repeat(2000));
    for query in [format!("error=server_error&state={state}"), format!("state={state}"), long] {
        assert_redirected(&callback(&at.gateway, &query, Some(&cookie)).await, "server_error");
    }
    assert_eq!(at.requests(), 0);
}

#[tokio::test]
async fn what_the_user_allowed_here_holds_for_what_was_chosen_there() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let form = page(&at.gateway, &authorization(&client_id, &[])).await;
    let sent_on = decide(&at.gateway, &form, &[("decision", "highlevel"), ("read_only", "true")]).await;
    assert_eq!(sent_on.status, 303);
    let reading = at.choose(&client_id, &[("scope", "crm:read")], "location").await;
    let contacts = format!("{PUBLIC_URL}/mcp/x/contacts");
    let contacts = at.choose(&client_id, &[("resource", &contacts)], "location").await;
    let mut tokens = Vec::new();
    for (query, cookie) in [reading, contacts] {
        let code = parameter(&callback(&at.gateway, &query, Some(&cookie)).await, "code").unwrap();
        tokens.push(redeem(&at.gateway, &client_id, &code).await.json());
    }
    assert_eq!(tokens[0]["scope"], "crm:read");
    let reading = names(&listed(&at.gateway, "/mcp", &token(&tokens[0], "access_token")).await);
    assert!(!reading.contains(&"contacts_create-contact".to_owned()));
    let contacts = token(&tokens[1], "access_token");
    assert_eq!(listed(&at.gateway, "/mcp", &contacts).await.status, 401);
    assert_eq!(listed(&at.gateway, "/mcp/x/contacts", &contacts).await.status, 200);
}
