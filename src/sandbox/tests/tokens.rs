//! The tokens that fail, each in its own way.

use super::Client;
use super::calls::{COUNT, every_call, is_read};
use crate::sandbox::{AGENCY_TOKEN, EXPIRED_TOKEN, SCOPES, scope_token};

/// A client with this token.
fn client(token: &str) -> Client {
    // A test has few tokens, so that none needs to be freed.
    Client { token: token.to_owned().leak(), ..Client::new() }
}

#[tokio::test]
async fn an_agencys_token_works_on_no_route() {
    let client = client(AGENCY_TOKEN);
    for (method, path, body) in every_call() {
        let message = client.call(method, &path, body).await.error(401);
        assert_eq!(message, "This route is not yet supported by the IAM Service");
    }
}

#[tokio::test]
async fn an_expired_token_is_invalid() {
    let client = client(EXPIRED_TOKEN);
    for (method, path, body) in every_call() {
        let message = client.call(method, &path, body).await.error(401);
        assert!(message.starts_with("Invalid Private Integration token"), "{message}");
    }
}

#[tokio::test]
async fn a_token_with_one_scope_works_where_that_is_needed() {
    let mut successes = 0;
    for scope in SCOPES {
        let client = client(&scope_token(scope));
        let mut successes_of_scope = 0;
        for (method, path, body) in every_call() {
            let response = client.call(method, &path, body).await;
            if response.status < 300 {
                successes_of_scope += 1;
                assert_eq!(scope.ends_with(".readonly"), is_read(method, &path), "{scope} {path}");
            } else {
                assert_eq!(response.error(401), "The token is not authorized for this scope.");
            }
        }
        assert!(successes_of_scope > 0, "{scope}");
        successes += successes_of_scope;
    }
    assert_eq!(successes, COUNT, "each route needs exactly one scope");
}
