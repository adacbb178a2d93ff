//! OAuth as rmcp's client does it, from the server's URL alone.
//!
//! The browser is the command `CONSENT`, which gets the authorization URL and prints the URL that it leads back to.
//! `CLIENT_METADATA_URL`, where it is set, is offered as the client's id.

use std::env;

use rmcp::transport::AuthClient;
use rmcp::transport::auth::{AuthorizationRequest, OAuthState};
use tokio::process::Command;

use crate::Failure;

/// Nobody listens there: what comes back is read from the command's output.
const REDIRECT_URI: &str = "http://127.0.0.1:8767/callback";

/// Discovers, registers and asks for consent; the client refreshes its token by itself from then on.
pub async fn authorize(url: String) -> Result<AuthClient<reqwest::Client>, Failure> {
    let mut request = AuthorizationRequest::new(REDIRECT_URI).with_client_name("rmcp");
    if let Ok(document) = env::var("CLIENT_METADATA_URL") {
        request = request.with_client_metadata_url(document);
    }
    let mut state = OAuthState::new(url, None).await?;
    state.start_authorization(request).await?;

    let page = state.get_authorization_url().await?;
    let output = Command::new(env::var("CONSENT")?).arg(page).output().await?;
    let redirect = String::from_utf8(output.stdout)?;
    state.handle_callback_url(redirect.trim()).await.map_err(|error| format!("{error}, in {}", redirect.trim()))?;
    let manager = state.into_authorization_manager().ok_or("not authorized")?;
    Ok(AuthClient::new(reqwest::Client::new(), manager))
}
