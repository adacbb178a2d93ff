//! The body of `POST /oauth/register`.
//!
//! An input is the body.

use std::cell::OnceCell;

use leadconnector_mcp::auth::oauth::Refusal;
use serde_json::Value;

use super::authorization_server::{Gateway, gateway, is_allowed_redirect};
use super::post::block_on;

/// The longest error, in bytes.
const MAX_ERROR: usize = 200;

/// The longest client id, in bytes: it is part of a URL.
const MAX_CLIENT_ID: usize = 1024;

thread_local! {
    static GATEWAY: OnceCell<Gateway> = const { OnceCell::new() };
}

/// Registers a client; one that is registered can start a consent with each of its redirect URIs, and with no other.
pub fn check(input: &[u8]) {
    GATEWAY.with(|cell| {
        let gateway = cell.get_or_init(gateway);
        match gateway.server.register(input, 1) {
            Err(error) => {
                assert!(["invalid_redirect_uri", "invalid_client_metadata"].contains(&error.code), "{error}");
                assert_eq!(error.status, 400);
                let is_allowed = |byte: u8| (0x20..=0x7e).contains(&byte) && byte != b'"' && byte != b'\\';
                assert!(error.description.len() <= MAX_ERROR && error.description.bytes().all(is_allowed), "{error}");
            }
            Ok(registered) => {
                let answer = serde_json::to_value(registered).expect("it can be serialized");
                let members = answer.as_object().expect("it is an object");
                assert!(members.values().all(|member| !member.is_null()), "{answer}");
                assert!(!members.contains_key("client_secret"), "{answer}");
                let id = answer["client_id"].as_str().expect("it has an id");
                assert!(id.len() <= MAX_CLIENT_ID, "{}", id.len());
                let name = answer.get("client_name").map(|name| name.as_str().expect("it is text"));
                assert!(
                    name.is_none_or(|name| name.chars().count() <= 64 && !name.contains(char::is_control)),
                    "{answer}"
                );
                check_redirects(gateway, input, id, &answer["redirect_uris"]);
            }
        }
    });
}

fn check_redirects(gateway: &Gateway, input: &[u8], id: &str, kept: &Value) {
    let asked: Value = serde_json::from_slice(input).expect("it was read");
    let kept: Vec<&str> = kept.as_array().expect("it is a list").iter().filter_map(Value::as_str).collect();
    assert!(!kept.is_empty());
    for uri in &kept {
        assert!(asked["redirect_uris"].as_array().expect("it was read").iter().any(|asked| asked == uri), "{uri}");
        assert!(is_allowed_redirect(uri), "{uri}");
    }
    let is_known = |uri: &str| {
        let query = [("client_id", id), ("redirect_uri", uri)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        // The rest of the request is missing, which is an error for the client.
        matches!(block_on(gateway.server.authorize(&query, 1)), Err(Refusal::Redirect(url)) if url.starts_with(uri))
    };
    assert!(kept.iter().all(|uri| is_known(uri)), "{kept:?}");
    for uri in ["https://evil.example/callback", "https://claude.ai/api/mcp/auth_callback/more"] {
        assert!(!is_known(uri), "{uri}");
    }
}
