use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::auth::oauth::grant::RefreshSource;
use crate::config::{CliOverrides, OperatorKey, SandboxDefaults, Settings};

const NOW: u32 = 1_800_000_000;
const DAY: u32 = 24 * 60 * 60;
const REDIRECT: &str = "http://127.0.0.1:9/cb";
const VERIFIER: &str = "a-verifier-of-the-test-that-has-enough-characters";

fn server(change: impl FnOnce(&mut OAuthSettings)) -> AuthorizationServer {
    let flags = CliOverrides {
        oauth: true,
        public_url: Some("https://gw.example.com".to_owned()),
        sandbox: Some(SandboxDefaults { key: OperatorKey::random(), marketplace: ("id", "secret") }),
        ..CliOverrides::default()
    };
    let mut settings = Settings::load(&flags, |_| None).unwrap().oauth.unwrap();
    change(&mut settings);
    let fetcher = Fetcher::new(&settings.client_metadata_hosts).unwrap();
    let locations = settings.locations.clone();
    let rules = Rules {
        is_endpoint: Box::new(|path| path == "/mcp" || path == "/mcp/readonly"),
        may_connect: Box::new(move |location| locations.is_empty() || locations.contains(&location.to_string())),
    };
    AuthorizationServer::new(settings, fetcher, rules).unwrap()
}

fn client(server: &AuthorizationServer) -> String {
    let metadata = format!(r#"{{"redirect_uris":["{REDIRECT}"],"client_name":"Test"}}"#);
    let registered = serde_json::to_value(server.register(metadata.as_bytes(), NOW).unwrap()).unwrap();
    registered["client_id"].as_str().unwrap().to_owned()
}

fn query(client_id: &str, more: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()));
    let fixed = [
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let given = |name: &str| more.iter().any(|(other, _)| *other == name);
    let fixed = fixed.into_iter().filter(|(name, _)| !given(name)).collect::<Vec<_>>();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fixed).extend_pairs(more).finish()
}

fn connection() -> Connection {
    Connection { token: "pit-canary".to_owned(), location: "LOC".to_owned() }
}

async fn code(server: &AuthorizationServer, client_id: &str, at: u32) -> String {
    let form = server.authorize(&query(client_id, &[]), at).await.unwrap();
    let (_, url) = server.grant(&form.authorization, CodeSource::Token(connection()), at).unwrap();
    let (_, code) = url.split_once("code=").unwrap();
    code.split('&').next().unwrap().to_owned()
}

async fn redeem(
    server: &AuthorizationServer,
    client_id: &str,
    code: &str,
    change: &[(&str, &str)],
    now: u32,
) -> Result<TokenRequest, OAuthError> {
    let fixed = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    let given = |name: &str| change.iter().any(|(other, _)| *other == name);
    let fixed = fixed.into_iter().filter(|(name, _)| !given(name)).collect::<Vec<_>>();
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fixed).extend_pairs(change).finish();
    server.read_token_request(form.as_bytes(), None, now).await
}

/// The access and the refresh token of a consent given at `now`.
async fn tokens(server: &AuthorizationServer, client_id: &str, now: u32) -> (String, String, u64) {
    let code = code(server, client_id, now).await;
    let TokenRequest::Code(redemption) = redeem(server, client_id, &code, &[], now).await.unwrap() else { panic!() };
    let scopes = redemption.grant.scopes;
    let answer = server.issue(redemption.grant, scopes, connection(), RefreshSource::Token(connection()), None, now);
    let answer = serde_json::to_value(answer.unwrap()).unwrap();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"), answer["expires_in"].as_u64().unwrap())
}

async fn refresh(
    server: &AuthorizationServer,
    client_id: &str,
    token: &str,
    now: u32,
) -> Result<TokenRequest, OAuthError> {
    let form = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", token)];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    server.read_token_request(form.as_bytes(), None, now).await
}

#[tokio::test]
async fn a_code_is_exchanged_once_within_a_minute_by_its_client() {
    let server = server(|_| ());
    let (one, other) = (client(&server), client(&server));
    let code_error = async |client_id: &str, change: &[(&str, &str)], now: u32| {
        let code = code(&server, &one, NOW).await;
        redeem(&server, client_id, &code, change, now).await.unwrap_err().code
    };
    assert_eq!(code_error(&other, &[], NOW).await, "invalid_grant", "another client");
    assert_eq!(code_error("nobody", &[], NOW).await, "invalid_client");
    assert_eq!(code_error(&one, &[], NOW + 60).await, "invalid_grant", "after a minute");
    let wrong = "b".repeat(43);
    assert_eq!(code_error(&one, &[("code_verifier", &wrong)], NOW).await, "invalid_grant");
    for verifier in ["short", &"a".repeat(129), &"ä".repeat(43)] {
        assert_eq!(code_error(&one, &[("code_verifier", verifier)], NOW).await, "invalid_request", "{verifier}");
    }
    assert_eq!(code_error(&one, &[("redirect_uri", "http://127.0.0.1:9/other")], NOW).await, "invalid_grant");
    assert_eq!(code_error(&one, &[("redirect_uri", "")], NOW).await, "invalid_grant");
    assert_eq!(code_error(&one, &[("resource", "https://gw.example.com/mcp/readonly")], NOW).await, "invalid_target");
    assert_eq!(code_error(&one, &[("resource", "https://evil.example/mcp")], NOW).await, "invalid_target");

    let code = code(&server, &one, NOW).await;
    assert!(redeem(&server, &one, &code, &[("resource", "https://gw.example.com")], NOW + 59).await.is_ok());
    assert_eq!(redeem(&server, &one, &code, &[], NOW + 59).await.unwrap_err().code, "invalid_grant", "used");
}

#[tokio::test]
async fn lifetimes_end() {
    let server = server(|settings| {
        settings.refresh_idle = Duration::from_hours(2 * 24);
        settings.grant_lifetime = Duration::from_hours(3 * 24);
    });
    let client_id = client(&server);
    let (access, refresh_token, expires_in) = tokens(&server, &client_id, NOW).await;
    assert_eq!(expires_in, 3600);
    // A little longer than announced.
    assert!(server.open_access(&access, NOW + 3600 + 61).is_ok());
    assert!(matches!(server.open_access(&access, NOW + 3600 + 62), Err(InvalidAccess::Expired(_))));
    assert!(refresh(&server, &client_id, &refresh_token, NOW + 2 * DAY - 1).await.is_ok());
    assert_eq!(refresh(&server, &client_id, &refresh_token, NOW + 2 * DAY).await.unwrap_err().code, "invalid_grant");
    // A refresh does not extend the consent.
    let later = NOW + 3 * DAY - 100;
    let TokenRequest::Refresh(renewal) = refresh(&server, &client_id, &refresh_token, NOW + DAY).await.unwrap() else {
        panic!()
    };
    let answer = server.issue(renewal.grant, renewal.scopes, connection(), renewal.source, None, later).unwrap();
    let answer = serde_json::to_value(answer).unwrap();
    assert_eq!(answer["expires_in"], 100);
    let last = answer["refresh_token"].as_str().unwrap();
    assert!(refresh(&server, &client_id, last, later + 99).await.is_ok());
    assert!(refresh(&server, &client_id, last, later + 100).await.is_err());
}

#[tokio::test]
async fn the_operator_revokes() {
    let key = OperatorKey::random();
    let with = |change: &dyn Fn(&mut OAuthSettings)| {
        server(|settings| {
            settings.keys = vec![key.clone()];
            change(settings);
        })
    };
    let before = with(&|_| ());
    let client_id = client(&before);
    let (access, refresh_token, _) = tokens(&before, &client_id, NOW).await;
    let grant = before.open_access(&access, NOW).unwrap().grant;
    for (name, after) in [
        ("the grant", with(&|settings| settings.revoked_grants = vec![grant.short()])),
        ("the time", with(&|settings| settings.not_before = jiff::Timestamp::from_second(i64::from(NOW) + 1).ok())),
        ("the location", with(&|settings| settings.locations = vec!["OTHER".to_owned()])),
        ("the key", with(&|settings| settings.keys = vec![OperatorKey::random()])),
    ] {
        let expected = if name == "the key" { InvalidAccess::NotOurs } else { InvalidAccess::Revoked(grant) };
        assert_eq!(after.open_access(&access, NOW), Err(expected), "{name}");
        let error = refresh(&after, &client_id, &refresh_token, NOW).await.unwrap_err().code;
        assert_eq!(error, if name == "the key" { "invalid_client" } else { "invalid_grant" }, "{name}");
    }
    let other = with(&|settings| settings.revoked_grants = vec!["00000000".to_owned()]);
    assert!(other.open_access(&access, NOW).is_ok());
}

#[tokio::test]
async fn the_values_are_short_enough_for_urls_and_headers() {
    let server = server(|_| ());
    let client_id = client(&server);
    let form = server.authorize(&query(&client_id, &[]), NOW).await.unwrap();
    let pit = Connection {
        token: "pit-00000000-0000-4000-8000-000000000000".to_owned(),
        location: "ve9EPM428h8vShlRW1KT".to_owned(),
    };
    let (_, url) = server.grant(&form.authorization, CodeSource::Token(pit.clone()), NOW).unwrap();
    let TokenRequest::Code(redemption) =
        redeem(&server, &client_id, &code(&server, &client_id, NOW).await, &[], NOW).await.unwrap()
    else {
        panic!()
    };
    let scopes = redemption.grant.scopes;
    let answer = server.issue(redemption.grant, scopes, pit.clone(), RefreshSource::Token(pit), None, NOW).unwrap();
    let answer = serde_json::to_value(answer).unwrap();
    let length = |name: &str| answer[name].as_str().unwrap().len();
    assert!(client_id.len() < 200 && url.len() < 500, "{} {}", client_id.len(), url.len());
    assert!(length("access_token") < 300 && length("refresh_token") < 300, "{answer}");
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let server = server(|_| ());
    let client_id = client(&server);
    let (access, ..) = tokens(&server, &client_id, NOW).await;
    let opened = server.open_access(&access, NOW).unwrap();
    let source = RefreshSource::Token(connection());
    let shown = format!("{opened:?} {:?} {source:?} {:?}", connection(), CodeSource::Token(connection()));
    assert!(!shown.contains("canary") && !access.contains("canary"), "{shown}");
}
