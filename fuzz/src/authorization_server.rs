//! The authorization server of the fuzz targets: its key is always the same, so that seeds can hold sealed values.

use std::sync::Arc;

use axum::Router;
use leadconnector_mcp::auth::oauth::{AuthorizationServer, Keyring};
use leadconnector_mcp::cli::compose;
use leadconnector_mcp::config::{CliOverrides, OperatorKey, SandboxDefaults, Settings};
use leadconnector_mcp::server::Shutdown;
use leadconnector_mcp::web::{Access, router};

/// The issuer.
pub const ISSUER: &str = "https://gw.example.com";

/// The parts of a gateway with OAuth.
pub struct Gateway {
    /// Its rules.
    pub server: Arc<AuthorizationServer>,
    /// What seals with the same key.
    pub keyring: Keyring,
    /// Its routes. Nothing is ever sent: the deadline of every call has passed already.
    pub router: Router,
}

/// A gateway with the marketplace and the built-in clients.
pub fn gateway() -> Gateway {
    let key = OperatorKey::parse("ZnV6emluZyBmdXp6aW5nIGZ1enppbmcgZnV6emluZyE").expect("it is a key");
    let flags = CliOverrides {
        upstream: Some("http://127.0.0.1:9".to_owned()),
        oauth: true,
        public_url: Some(ISSUER.to_owned()),
        sandbox: Some(SandboxDefaults { key: key.clone(), marketplace: ("app", "secret-of-the-app") }),
        ..CliOverrides::default()
    };
    let mut settings = Settings::load(&flags, |_| None).expect("the settings are valid");
    settings.upstream.call_deadline = std::time::Duration::ZERO;
    let calls = compose::call_service(&settings).expect("TLS is set up");
    let oauth = compose::oauth(&settings, &calls).expect("TLS is set up").expect("OAuth is on");
    let server = oauth.server().clone();
    let access = Access { default_caller: None, oauth: Some(oauth) };
    let router = router(calls, &settings.server, &access, &Shutdown::default());
    Gateway { server, keyring: Keyring::new(ISSUER, &[key]).expect("the key can be derived from"), router }
}

/// Whether a redirect URI is one that the gateway may send a browser to: of a known client, or to the user's own machine.
pub fn is_allowed_redirect(uri: &str) -> bool {
    const KNOWN: [&str; 11] = [
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "https://www.cursor.com/bot/mcp/oauth/callback",
        "https://vscode.dev/redirect",
        "https://insiders.vscode.dev/redirect",
        "https://antigravity.google/oauth-callback",
        "https://grok.com/connectors-oauth-exchange-code/",
        "https://www.perplexity.ai/rest/connections/oauth_callback",
    ];
    let of_chatgpt = uri.strip_prefix("https://chatgpt.com/connector/oauth/").is_some_and(|id| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    });
    let parsed = url::Url::parse(uri).ok();
    let is_local = parsed.is_some_and(|url| {
        url.scheme() == "http"
            && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    });
    KNOWN.contains(&uri) || of_chatgpt || is_local
}
