//! The steps of a client and of the person at its page.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PUBLIC_URL, Post, TestGateway};

/// The redirect URI of the tests' client: nothing listens there.
pub const REDIRECT: &str = "http://127.0.0.1:9/callback";

/// The client's secret for one consent (RFC 7636).
pub const VERIFIER: &str = "a-code-verifier-of-the-tests-with-enough-characters";

/// Percent-encodes parameters as a form.
pub fn form(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// A request without a token.
pub fn open<'g>(gateway: &'g TestGateway, method: Method, path: &str) -> Post<'g> {
    gateway.post_bytes("").method(method).path(path).without("authorization").without("locationid")
}

/// A POST of a form.
pub fn post_form<'g>(gateway: &'g TestGateway, path: &str, parameters: &[(&str, &str)]) -> Post<'g> {
    let post = gateway.post_bytes(form(parameters)).path(path).without("authorization").without("locationid");
    post.header("content-type", "application/x-www-form-urlencoded")
}

/// Registers a client; returns its id.
pub async fn register(gateway: &TestGateway, redirect_uris: &[&str]) -> String {
    let metadata = json!({ "redirect_uris": redirect_uris, "client_name": "Test client" });
    let post = gateway.post(metadata).path("/oauth/register").without("authorization").without("locationid");
    let answer = post.send().await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["client_id"].as_str().unwrap().to_owned()
}

/// The parameters of an authorization request; `change` replaces some, and an empty value removes one.
pub fn authorization(client_id: &str, change: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", "a state & more"),
    ];
    parameters.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    parameters.extend(change.iter().filter(|(_, value)| !value.is_empty()));
    form(&parameters)
}

/// Opens the consent page; returns the value of its hidden field.
pub async fn page(gateway: &TestGateway, query: &str) -> String {
    let answer = open(gateway, Method::GET, &format!("/oauth/authorize?{query}")).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    hidden(&answer)
}

/// The value of a page's hidden field.
pub fn hidden(answer: &Answer) -> String {
    let text = &answer.body;
    let (_, rest) = text.split_once(r#"name="form" value=""#).unwrap_or_else(|| panic!("no form in {text}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Sends the page's form.
pub async fn decide(gateway: &TestGateway, form: &str, fields: &[(&str, &str)]) -> Answer {
    let mut parameters = vec![("form", form)];
    parameters.extend(fields);
    post_form(gateway, "/oauth/authorize", &parameters).header("origin", PUBLIC_URL).send().await
}

/// The parameters that a redirect brings the client.
pub fn redirected(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let url: url::Url = answer.header("location").parse().unwrap();
    url.query_pairs().into_owned().collect()
}

/// One of those parameters.
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    redirected(answer).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Asks for tokens with a code.
pub async fn redeem(gateway: &TestGateway, client_id: &str, code: &str) -> Answer {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    post_form(gateway, "/oauth/token", &parameters).send().await
}

/// Asks for tokens with a refresh token.
pub async fn refresh(gateway: &TestGateway, client_id: &str, refresh_token: &str) -> Answer {
    let parameters = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", refresh_token)];
    post_form(gateway, "/oauth/token", &parameters).send().await
}

/// The member of a token response.
pub fn token(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().unwrap_or_else(|| panic!("{name} in {tokens}")).to_owned()
}
