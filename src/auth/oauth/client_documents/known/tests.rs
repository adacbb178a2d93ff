use url::Url;

use super::super::ClientIdUrl;
use super::*;
use crate::auth::oauth::redirect_uri::{is_loopback, matches};

/// Whether a document has this redirect URI: exactly, or, to a program on the user's computer, with any port.
fn allows(document: &ClientDocument, uri: &str) -> bool {
    document.redirect_uris.iter().any(|registered| matches(registered, uri))
}

fn name(client_id: &str) -> Option<String> {
    document(client_id).and_then(|document| document.name)
}

#[test]
fn each_document_has_a_valid_url_and_valid_redirects() {
    for known in &CLIENTS {
        let client_id = known.client_id.replace(ID, "AbC-_9");
        ClientIdUrl::parse(&client_id).unwrap();
        let document = document(&client_id).unwrap();
        assert_eq!((document.client_id.as_str(), document.name.as_deref()), (client_id.as_str(), Some(known.name)));
        assert!(!document.redirect_uris.is_empty());
        for uri in &document.redirect_uris {
            let scheme = Url::parse(uri).unwrap().scheme().to_owned();
            assert!(is_loopback(uri) || scheme == "https" || scheme == "cursor", "{uri}");
            assert!(!uri.contains(['{', '}', '*']), "{uri}");
        }
    }
}

#[test]
fn chatgpt_has_a_redirect_for_each_id() {
    let document = document("https://chatgpt.com/oauth/AbC-_9/client.json").unwrap();
    assert!(allows(&document, "https://chatgpt.com/connector/oauth/AbC-_9"));
    assert!(allows(&document, "https://chatgpt.com/connector_platform_oauth_redirect"));
    assert!(!allows(&document, "https://chatgpt.com/connector/oauth/other"));
    assert!(!allows(&document, "https://chatgpt.com/connector/oauth/AbC-_9/"));
}

#[test]
fn codex_is_not_an_id_of_chatgpt() {
    assert_eq!(name("https://chatgpt.com/oauth/codex/client.json").as_deref(), Some("Codex"));
    let document = document("https://chatgpt.com/oauth/codex/AbC/client.json").unwrap();
    assert_eq!(document.name.as_deref(), Some("Codex"));
    assert!(allows(&document, "http://127.0.0.1:4321/callback/AbC"));
    assert!(!allows(&document, "http://127.0.0.1:4321/callback/other"));
    assert!(!allows(&document, "http://127.0.0.1:4321/callback"));
}

#[test]
fn a_native_client_has_any_port() {
    for (client_id, redirect) in [
        ("https://claude.ai/oauth/claude-code-client-metadata", "http://localhost:50000/callback"),
        ("https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:50000/"),
        ("https://zed.dev/oauth/client-metadata.json", "http://127.0.0.1:50000/callback"),
        ("https://opencode.ai/oauth/opencode/client.json", "http://localhost:50000/callback"),
    ] {
        assert!(allows(&document(client_id).unwrap(), redirect), "{client_id}");
        assert!(!allows(&document(client_id).unwrap(), "http://127.0.0.1:50000/other"), "{client_id}");
    }
}

#[test]
fn ids_are_one_segment_of_limited_length() {
    let with_id = |id: &str| format!("https://chatgpt.com/oauth/{id}/client.json");
    assert!(document(&with_id(&"a".repeat(128))).is_some());
    let long = "a".repeat(129);
    for id in ["", &long, "a/b", "..", ".", "a%2Fb", "a.b", "ä", "{id}", "a b", "a?b", "codex/", "/codex"] {
        assert_eq!(document(&with_id(id)), None, "{id}");
    }
}

#[test]
fn other_client_ids_are_not_known() {
    for client_id in [
        "",
        "https://claude.ai/oauth/mcp-oauth-client-metadata/",
        "http://claude.ai/oauth/mcp-oauth-client-metadata",
        "https://Claude.ai/oauth/mcp-oauth-client-metadata",
        "https://claude.ai/oauth/other",
        "https://chatgpt.com.evil.example/oauth/client.json",
        "https://evil.example/https://chatgpt.com/oauth/client.json",
    ] {
        assert_eq!(document(client_id), None, "{client_id}");
    }
}

#[test]
fn registration_keeps_the_redirects_of_known_clients() {
    for uri in REGISTRATION_REDIRECTS.iter().copied().chain(["https://chatgpt.com/connector/oauth/AbC-_9"]) {
        assert!(is_registration_redirect(uri) && !is_loopback(uri), "{uri}");
    }
    for uri in [
        "https://claude.ai/api/mcp/auth_callback/",
        "https://claude.ai/api/mcp/auth_callback?a=b",
        "http://claude.ai/api/mcp/auth_callback",
        "https://claude.ai.evil.example/api/mcp/auth_callback",
        "https://claude.ai@evil.example/api/mcp/auth_callback",
        "https://chatgpt.com/connector/oauth/a/b",
        "https://chatgpt.com/connector/oauth/..",
        "https://chatgpt.com/connector/oauth/a%2Fb",
        "https://chatgpt.com/connector/oauth/{id}",
        "https://chatgpt.com/connector/oauth/",
        "http://localhost:8787/callback",
        "javascript:alert(1)",
        "",
    ] {
        assert!(!is_registration_redirect(uri), "{uri}");
    }
}

#[test]
fn every_redirect_of_a_document_can_be_registered_too() {
    let clients = CLIENTS.iter().flat_map(|known| known.redirect_uris);
    for uri in clients.map(|uri| uri.replace(ID, "AbC")) {
        assert!(is_loopback(&uri) || is_registration_redirect(&uri), "{uri}");
    }
}
