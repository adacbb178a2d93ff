//! Authorization requests, and the forms of the consent page and of the token endpoint.
//!
//! An input is a line with `query`, `consent`, `token` or `callback`, and the query or form. Within it `{form}` stands for a
//! sealed form of a real request, and `{code}` for a code.

use std::cell::OnceCell;

use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use leadconnector_mcp::auth::oauth::{CodeSource, Connection, unix_now};

use super::authorization_server::{Gateway, ISSUER, gateway, is_allowed_redirect};
use super::post::{Answer, block_on, headers, send};
use super::{head_and_rest, is_json};

/// The errors of RFC 6749, RFC 8707 and the token endpoint.
const ERRORS: [&str; 8] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_target",
    "unsupported_grant_type",
    "unsupported_response_type",
    "temporarily_unavailable",
];

/// The longest page that repeats nothing of a request but its client's name and location, in bytes.
const MAX_PAGE: usize = 32 << 10;

const REDIRECT: &str = "https://claude.ai/api/mcp/auth_callback";

thread_local! {
    static GATEWAY: OnceCell<Gateway> = const { OnceCell::new() };
}

/// Sends a request.
pub fn check(input: &[u8]) {
    GATEWAY.with(|cell| {
        let gateway = cell.get_or_init(gateway);
        let (head, rest) = head_and_rest(input);
        let rest = fill_in(gateway, rest);
        match head {
            b"consent" => check_page(&form(gateway, "/oauth/authorize", rest)),
            b"token" => check_token(&form(gateway, "/oauth/token", rest)),
            b"callback" => get(gateway, "/oauth/callback", &rest).iter().for_each(check_page),
            _ => get(gateway, "/oauth/authorize", &rest).iter().for_each(check_page),
        }
    });
}

/// Puts sealed values in place of their names.
fn fill_in(gateway: &Gateway, text: &[u8]) -> Vec<u8> {
    let named = |name: &[u8]| text.windows(name.len()).any(|window| window == name);
    if !named(b"{form}") && !named(b"{code}") {
        return text.to_vec();
    }
    let query = [
        ("response_type", "code"),
        ("client_id", "https://claude.ai/oauth/mcp-oauth-client-metadata"),
        ("redirect_uri", REDIRECT),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
        ("state", "s"),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let form = block_on(gateway.server.authorize(&query, unix_now())).expect("the request is valid");
    let connection = Connection { token: "pit-1".to_owned(), location: "LOC".to_owned() };
    let granted = gateway.server.grant(&form.authorization, CodeSource::Token(connection), unix_now());
    let (_, url) = granted.expect("it is short");
    let code = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).expect("it has a code").to_owned();
    let sealed = gateway.server.seal_form(&form).expect("it is short");
    String::from_utf8_lossy(text).replace("{form}", &sealed).replace("{code}", &code).into_bytes()
}

fn form(gateway: &Gateway, path: &str, body: Vec<u8>) -> Answer {
    let mut headers = own_headers();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    send(&gateway.router, Method::POST, path.parse().expect("it is a path"), headers, body)
}

/// `None` if the query cannot stand in a URL.
fn get(gateway: &Gateway, path: &str, query: &[u8]) -> Option<Answer> {
    let uri: Uri = format!("{path}?{}", std::str::from_utf8(query).ok()?).parse().ok()?;
    let mut headers = own_headers();
    headers.insert(COOKIE, HeaderValue::from_static("__Host-lcm_transit=lcm_x"));
    Some(send(&gateway.router, Method::GET, uri, headers, Vec::new()))
}

fn own_headers() -> HeaderMap {
    let mut headers = headers();
    headers.remove(AUTHORIZATION);
    headers
}

/// A page without a script, or a redirect to an allowed place.
fn check_page(answer: &Answer) {
    let body = String::from_utf8_lossy(&answer.body);
    // 502 and 503: nothing answers for HighLevel here.
    let status = answer.status.as_u16();
    assert!([200, 303, 400, 413, 422, 429, 502, 503].contains(&status), "{status} {body}");
    let location = answer.headers.get(LOCATION).map(|value| value.to_str().expect("it is text"));
    match location {
        None => {
            assert!(status != 303 && body.len() <= MAX_PAGE, "{status} {}", body.len());
            assert!(
                answer.headers["content-security-policy"].to_str().is_ok_and(|csp| csp.contains("default-src 'none'"))
            );
            assert!(
                !body.contains("<script") && !body.contains("javascript:") && !body.contains(" onerror="),
                "{body}"
            );
        }
        Some(location) => {
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            // With `highlevel` to the marketplace.
            if !location.starts_with("https://marketplace.gohighlevel.com/v2/oauth/chooselocation?") {
                let uris = location.match_indices(['?', '&']).map(|(at, _)| &location[..at]);
                assert!(uris.into_iter().any(is_allowed_redirect), "{location}");
                let issuer = form_urlencoded::Serializer::new(String::new()).append_pair("iss", ISSUER).finish();
                assert!(location.contains(&issuer), "{location}");
            }
        }
    }
}

/// Tokens for a code, or an error of the standard.
fn check_token(answer: &Answer) {
    assert!(is_json(&answer.body));
    let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("it is JSON");
    if answer.status == StatusCode::OK {
        assert!(body["access_token"].is_string() && body["refresh_token"].is_string(), "{body}");
        return;
    }
    let error = body["error"].as_str().expect("it has an error");
    assert!(
        ERRORS.contains(&error) && [400, 401, 413, 503].contains(&answer.status.as_u16()),
        "{} {body}",
        answer.status
    );
    assert!(body["error_description"].as_str().is_some_and(|text| text.len() <= 200), "{body}");
}
