use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::auth::oauth::redirect_uri;

const URL: &str = "https://client.example/oauth/client.json";

/// Whether a document has this redirect URI: exactly, or, to a program on the user's computer, with any port.
fn allows(document: &ClientDocument, uri: &str) -> bool {
    document.redirect_uris.iter().any(|registered| redirect_uri::matches(registered, uri))
}

fn url() -> ClientIdUrl {
    ClientIdUrl::parse(URL).unwrap()
}

/// A document with these members instead of the usual ones.
fn document(members: &Value) -> Value {
    let mut document = json!({"client_id": URL, "redirect_uris": ["https://client.example/callback"]});
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    document
}

fn parse(document: &Value) -> Result<ClientDocument, DocumentError> {
    ClientDocument::parse(document.to_string().as_bytes(), &url())
}

#[test]
fn a_document_is_read() {
    let members = json!({"client_name": "Client", "logo_uri": {"any": [1]}, "grant_types": null});
    let expected = ClientDocument {
        client_id: URL.to_owned(),
        name: Some("Client".to_owned()),
        redirect_uris: vec!["https://client.example/callback".to_owned()],
    };
    assert_eq!(parse(&document(&members)), Ok(expected));
}

#[test]
fn null_members_count_as_absent() {
    let members = json!({
        "client_name": null,
        "client_secret": null,
        "token_endpoint_auth_method": null,
        "token_endpoint_auth_methods_supported": null,
    });
    assert_eq!(parse(&document(&members)).unwrap().name, None);
    assert_eq!(parse(&document(&json!({"client_id": null}))), Err(DocumentError::OtherClientId));
    assert_eq!(parse(&document(&json!({"redirect_uris": null}))), Err(DocumentError::RedirectUris));
}

#[test]
fn the_client_id_must_equal_the_url() {
    for id in ["https://client.example/oauth/client.json/", "https://CLIENT.example/oauth/client.json", "client", ""] {
        assert_eq!(parse(&document(&json!({"client_id": id}))), Err(DocumentError::OtherClientId), "{id}");
    }
    assert_eq!(parse(&json!({})), Err(DocumentError::OtherClientId));
}

#[test]
fn a_secret_is_rejected_whatever_it_is() {
    for secret in [json!("secret"), json!(""), json!(false), json!({})] {
        assert_eq!(parse(&document(&json!({"client_secret": secret}))), Err(DocumentError::Secret));
    }
}

#[test]
fn a_client_must_be_able_to_come_without_authentication() {
    let cases = [
        (json!("none"), Value::Null, true),
        (Value::Null, json!(["none"]), true),
        // ChatGPT's.
        (json!("private_key_jwt"), json!(["none", "private_key_jwt"]), true),
        (json!("none"), json!(["private_key_jwt"]), true),
        (Value::Null, json!([]), true),
        (json!("private_key_jwt"), Value::Null, false),
        (json!("private_key_jwt"), json!([]), false),
        (Value::Null, json!(["client_secret_post", "None"]), false),
    ];
    for (one, several, accepted) in cases {
        let members = json!({"token_endpoint_auth_method": one, "token_endpoint_auth_methods_supported": several});
        let error = parse(&document(&members)).err();
        assert_eq!(error, (!accepted).then_some(DocumentError::AuthMethod), "{members}");
    }
}

#[test]
fn redirect_uris_are_limited_in_number_and_length() {
    let uris = |count: usize, length: usize| document(&json!({"redirect_uris": vec!["a".repeat(length); count]}));
    for (count, length) in [(1, 1), (20, 512)] {
        assert_eq!(parse(&uris(count, length)).unwrap().redirect_uris.len(), count);
    }
    for (count, length) in [(0, 1), (21, 1), (1, 0), (1, 513)] {
        assert_eq!(parse(&uris(count, length)), Err(DocumentError::RedirectUris), "{count} {length}");
    }
}

#[test]
fn other_json_is_malformed() {
    let deep = format!("{{\"a\":{}", "[".repeat(5_000));
    let twice = r#"{"client_id":"a","client_id":"b"}"#;
    for bytes in ["", "null", "[]", "\"a\"", "<!doctype html>", "{", "{} {}", "\u{feff}{}", twice, &deep] {
        assert_eq!(ClientDocument::parse(bytes.as_bytes(), &url()), Err(DocumentError::Malformed), "{bytes}");
    }
    let array = json!([URL, null, null, ["https://client.example/callback"], null, null]);
    assert_eq!(parse(&array), Err(DocumentError::Malformed));
    for members in [json!({"redirect_uris": "a"}), json!({"redirect_uris": [1]}), json!({"client_name": 1})] {
        assert_eq!(parse(&document(&members)), Err(DocumentError::Malformed), "{members}");
    }
}

#[test]
fn a_documents_redirects_are_exact_but_for_loopback_ports() {
    let uris = json!({"redirect_uris": ["https://client.example/callback", "http://127.0.0.1/callback"]});
    let document = parse(&document(&uris)).unwrap();
    assert!(allows(&document, "https://client.example/callback"));
    assert!(allows(&document, "http://127.0.0.1:50000/callback"));
    assert!(!allows(&document, "https://client.example/callback/"));
    assert!(!allows(&document, "http://127.0.0.1:50000/other"));
}

proptest! {
    #[test]
    fn any_bytes_can_be_parsed(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = ClientDocument::parse(&bytes, &url());
    }

    /// Bytes that are close to a document.
    #[test]
    fn a_damaged_document_can_be_parsed(at in 0..200_usize, byte in any::<u8>(), cut in 0..200_usize) {
        let members = json!({"client_name": "Ä\u{0}", "token_endpoint_auth_methods_supported": ["none"]});
        let mut bytes = document(&members).to_string().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(1));
        if let Ok(document) = ClientDocument::parse(&bytes, &url()) {
            prop_assert_eq!(document.client_id, URL);
        }
    }
}
