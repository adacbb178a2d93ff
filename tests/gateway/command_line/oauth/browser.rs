//! A client and its user's browser, for a gateway in another process.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadconnector_mcp::sandbox::{LOCATION, MARKETPLACE_CLIENT_SECRET, TOKEN};
use serde_json::{Value, json};

const VERIFIER: &str = "a-code-verifier-of-the-tests-with-enough-characters";
const REDIRECT: &str = "http://127.0.0.1:9/callback";

/// A client and a browser, for a gateway in another process.
pub struct Browser {
    http: reqwest::Client,
    base: String,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), base: base.to_owned() }
    }

    pub async fn get(&self, url: &str, cookie: &str) -> (String, String) {
        let response = self.http.get(url).header("cookie", cookie).send().await.unwrap();
        let location = header(&response, "location");
        (response.text().await.unwrap(), location)
    }

    /// Posts a form; returns the body, the `Location` and the cookie.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (String, String, String) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(format!("{}{path}", self.base)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded").header("origin", &self.base);
        let response = request.send().await.unwrap();
        let (location, cookie) = (header(&response, "location"), header(&response, "set-cookie"));
        (response.text().await.unwrap(), location, cookie)
    }

    async fn json(&self, path: &str, bearer: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        let request = request.header("accept", "application/json").body(body.to_string());
        let request = if bearer.is_empty() { request } else { request.bearer_auth(bearer) };
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    }
}

fn header(response: &reqwest::Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before}: {text}"));
    rest.split(after).next().unwrap().replace("&#38;", "&")
}

fn parameter(url: &str, name: &str) -> String {
    let url: url::Url = url.parse().unwrap();
    url.query_pairs().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {url}")).1.into_owned()
}

/// Connects once by a pasted token and once by the marketplace, refreshes and calls; returns everything that is secret.
pub async fn use_everything(base: &str) -> Vec<String> {
    let browser = Browser::new(base);
    let client = browser.json("/oauth/register", "", json!({ "redirect_uris": [REDIRECT] })).await;
    let client_id = client["client_id"].as_str().unwrap().to_owned();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("response_type", "code"), ("client_id", &client_id), ("redirect_uri", REDIRECT)])
        .extend_pairs([("code_challenge_method", "S256"), ("code_challenge", &challenge), ("state", "canaryState")])
        .finish();
    let mut secrets =
        vec![client_id.clone(), TOKEN.to_owned(), MARKETPLACE_CLIENT_SECRET.to_owned(), "canaryState".into()];
    for by_marketplace in [false, true] {
        let (page, _) = browser.get(&format!("{base}/oauth/authorize?{query}"), "").await;
        let form = between(&page, r#"name="form" value=""#, "\"");
        let location = if by_marketplace {
            let (_, chooser, cookie) =
                browser.post("/oauth/authorize", &[("form", &form), ("decision", "highlevel")]).await;
            let cookie = cookie.split(';').next().unwrap().to_owned();
            let (html, _) = browser.get(&chooser, "").await;
            let back = between(&html, r#"id="location" href=""#, "\"");
            secrets.extend([
                cookie.split_once('=').unwrap().1.to_owned(),
                parameter(&back, "code"),
                parameter(&back, "state"),
            ]);
            browser.get(&back, &cookie).await.1
        } else {
            let wrong =
                [("form", form.as_str()), ("decision", "allow"), ("token", "pit-canary"), ("location", LOCATION)];
            assert!(browser.post("/oauth/authorize", &wrong).await.1.is_empty());
            let fields = [("form", form.as_str()), ("decision", "allow"), ("token", TOKEN), ("location", LOCATION)];
            browser.post("/oauth/authorize", &fields).await.1
        };
        let code = parameter(&location, "code");
        let fields = [("grant_type", "authorization_code"), ("client_id", &client_id), ("code", &code)];
        let more = [("code_verifier", VERIFIER), ("redirect_uri", REDIRECT)];
        let (tokens, ..) = browser.post("/oauth/token", &[&fields[..], &more].concat()).await;
        let mut tokens: Value = serde_json::from_str(&tokens).unwrap();
        for _ in 0..2 {
            let [access, refresh] =
                ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
            let call = json!({ "tool": "contacts_get-contacts", "input": { "limit": 1 } });
            assert_eq!(browser.json("/mcp", &access, call).await["success"], true);
            let fields = [("grant_type", "refresh_token"), ("client_id", &client_id), ("refresh_token", &refresh)];
            let refreshed = browser.post("/oauth/token", &fields).await.0;
            secrets.extend([access, refresh]);
            tokens = serde_json::from_str(&refreshed).unwrap();
        }
        secrets.extend([form, code]);
    }
    secrets.extend([VERIFIER.to_owned(), challenge, "pit-canary".to_owned(), "eyJ".to_owned(), "lcm_".to_owned()]);
    secrets
}
