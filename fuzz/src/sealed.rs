//! Sealed values: text that claims to be one, and any content of a real one.
//!
//! An input is a line with a kind (`client`, `form`, `transit`, `code`, `access`, `refresh`) and the content that is sealed as
//! this kind; or, without such a line, the text itself.

use std::cell::OnceCell;

use leadconnector_mcp::auth::oauth::{InvalidAccess, Kind, TokenRequest};
use serde::ser::{Serialize, SerializeTuple, Serializer};

use super::authorization_server::{Gateway, gateway};
use super::head_and_rest;
use super::post::block_on;

/// The kinds, by the names that inputs have.
const KINDS: [(&[u8], Kind); 6] = [
    (b"client", Kind::Client),
    (b"form", Kind::Form),
    (b"transit", Kind::Transit),
    (b"code", Kind::Code),
    (b"access", Kind::Access),
    (b"refresh", Kind::Refresh),
];

/// The time at which values are opened: within the lifetime of most that are made of bytes.
const NOW: u32 = 1;

/// How many bytes may be allocated per byte of a value, and in addition for any value, when it is opened as every kind.
const MAX_BYTES_PER_BYTE: u64 = 200;
const MAX_BYTES_PER_VALUE: u64 = 512 << 10;

thread_local! {
    static GATEWAY: OnceCell<Gateway> = const { OnceCell::new() };
}

/// Bytes that are serialized as they are, without a length.
struct Content<'b>(&'b [u8]);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for byte in self.0 {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }
}

/// Opens a value as every kind: at most its own succeeds.
pub fn check(input: &[u8]) {
    GATEWAY.with(|cell| {
        let gateway = cell.get_or_init(gateway);
        let (head, rest) = head_and_rest(input);
        let kind = KINDS.into_iter().find(|(name, _)| *name == head).map(|(_, kind)| kind);
        let text = match kind {
            Some(kind) => match gateway.keyring.seal(kind, &Content(rest)) {
                Ok(text) => text,
                // Too long for its kind.
                Err(_) => return,
            },
            None => String::from_utf8_lossy(input).into_owned(),
        };
        let mut opened = Vec::new();
        let allocated = allocation_counter::measure(|| opened = open(gateway, &text));
        assert!(opened.len() <= 1, "one value as {opened:?}");
        if let (Some(kind), Some(opened)) = (kind, opened.first()) {
            assert_eq!(kind, *opened);
        }
        let most = MAX_BYTES_PER_BYTE * text.len() as u64 + MAX_BYTES_PER_VALUE;
        assert!(allocated.bytes_total <= most, "{} bytes allocate {} bytes", text.len(), allocated.bytes_total);
    });
}

/// The kinds as which a value is accepted.
fn open(gateway: &Gateway, text: &str) -> Vec<Kind> {
    let server = &gateway.server;
    let mut opened = Vec::new();
    if !matches!(server.open_access(text, NOW), Err(InvalidAccess::NotOurs)) {
        opened.push(Kind::Access);
    }
    if server.open_form(text, NOW).is_ok() {
        opened.push(Kind::Form);
    }
    // No content has the state that is sent with it but by chance.
    if server.open_transit(text, "00000000000000000000000000000000", NOW).is_ok() {
        opened.push(Kind::Transit);
    }
    let claude = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    let verifier = "a".repeat(43);
    let code =
        [("grant_type", "authorization_code"), ("client_id", claude), ("code", text), ("code_verifier", &verifier)];
    let refresh = [("grant_type", "refresh_token"), ("client_id", claude), ("refresh_token", text)];
    for parameters in [&code[..], &refresh] {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        match block_on(server.read_token_request(form.as_bytes(), None, NOW)) {
            Ok(TokenRequest::Code(_)) => opened.push(Kind::Code),
            Ok(TokenRequest::Refresh(_)) => opened.push(Kind::Refresh),
            Err(error) => assert!(["invalid_grant", "invalid_request"].contains(&error.code), "{error}"),
        }
    }
    let query = [("client_id", text), ("redirect_uri", "http://localhost/callback"), ("response_type", "code")];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    if let Err(leadconnector_mcp::auth::oauth::Refusal::Redirect(_)) = block_on(server.authorize(&query, NOW)) {
        // Known, but for the missing challenge.
        if text.starts_with("lcm_") {
            opened.push(Kind::Client);
        }
    }
    opened
}
