//! Where `stdio` takes token and location from, and that the token stays secret.

use std::process::Output;

use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::stdio::{call, names, request, talk};
use super::{TextFile, finish, program, run};
use crate::support::{answering, listed_count};

const TOKEN: &str = "LEADCONNECTOR_TOKEN";
const LOCATION: &str = "LEADCONNECTOR_LOCATION_ID";

async fn upstream() -> MockServer {
    answering(ResponseTemplate::new(200).set_body_json(json!({ "contact": { "email": "canary@example.com" } }))).await
}

fn read(id: u64) -> Value {
    call(id, "contacts_get-contact", json!({ "contactId": "c1" }))
}

/// The headers of the one request that was sent.
async fn sent(upstream: &MockServer) -> (String, Option<String>) {
    let requests = upstream.received_requests().await.unwrap();
    let [request] = &requests[..] else { panic!("one request: {requests:?}") };
    let text = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    (text("authorization").unwrap(), text("locationid"))
}

/// It prints one line on standard error and exits with 64.
fn assert_one_line(output: &Output, named: &[&str]) {
    let message = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(64), "{message}");
    assert!(output.stdout.is_empty());
    assert_eq!(message.lines().count(), 1, "{message}");
    for name in named {
        assert!(message.contains(name), "{name} is not in: {message}");
    }
}

#[test]
fn without_a_token_it_does_not_start() {
    for value in [None, Some(""), Some("  ")] {
        let mut command = program(&["stdio"]);
        let output = finish(command.envs(value.map(|value| (TOKEN, value))));
        assert_one_line(&output, &["leadconnector-mcp: ", TOKEN, "--token-file"]);
    }
    let output = run(&["stdio", "--token-file", "/nonexistent/token"]);
    assert_one_line(&output, &["--token-file", "/nonexistent/token", "No such file"]);
}

/// An invalid token is not repeated: it may be a real one with a typing error.
#[test]
fn an_invalid_token_is_rejected_and_not_repeated() {
    for secret in ["two canaries", "canary\twith tab", "Bearer canary"] {
        let output = finish(program(&["stdio"]).env(TOKEN, secret));
        assert_one_line(&output, &["token"]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("canar"), "{output:?}");
        let file = TextFile::new(secret);
        let output = run(&["stdio", "--token-file", file.path()]);
        assert_one_line(&output, &["token"]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("canar"), "{output:?}");
    }
    let empty = TextFile::new("\n");
    assert_one_line(&run(&["stdio", "--token-file", empty.path()]), &["token"]);
}

#[test]
fn an_invalid_location_is_rejected() {
    let output = finish(program(&["stdio"]).env(TOKEN, "pit-1").env(LOCATION, "a/b"));
    assert_one_line(&output, &[LOCATION, "not a location id"]);
    // An invalid value is not repeated: it may be a token in the wrong flag.
    for location in ["", "pit-canary"] {
        let output = finish(program(&["stdio", "--location", location]).env(TOKEN, "pit-1").env(LOCATION, "LOC"));
        assert_one_line(&output, &["--location is not a location id"]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("canary"));
    }
    let file = TextFile::new("[tools]\nlocations = [\"LOC\"]");
    let mut command = program(&["stdio", "--config", file.path()]);
    let output = finish(command.env(TOKEN, "pit-1").env(LOCATION, "OTHER"));
    assert_one_line(&output, &[LOCATION, "tools.locations"]);
}

#[test]
fn a_placeholder_is_rejected_with_what_to_do() {
    for (token, advice) in [
        ("YOUR_TOKEN", "the token is a placeholder: replace it"),
        ("pit-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "the token is a placeholder: replace it"),
        ("${LEADCONNECTOR_TOKEN}", "set the variable"),
        ("\"pit-canary\"", "remove the quotes"),
        ("Bearer pit-canary", "remove that word"),
    ] {
        let output = finish(program(&["stdio"]).env(TOKEN, token));
        assert_one_line(&output, &[advice]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("canary"), "{output:?}");
        let file = TextFile::new(&format!("{token}\n"));
        assert_one_line(&run(&["stdio", "--token-file", file.path()]), &[advice]);
    }
    for (location, advice) in
        [("YOUR_LOCATION_ID", "is a placeholder"), ("${LOCATION}", "set the variable"), ("'LOC'", "remove the quotes")]
    {
        let output = finish(program(&["stdio"]).env(TOKEN, "pit-1").env(LOCATION, location));
        assert_one_line(&output, &[LOCATION, advice]);
    }
}

#[tokio::test]
async fn the_token_comes_from_the_environment_or_a_file() {
    let file = TextFile::new("pit-of-the-file\n");
    for (arguments, variable, expected) in [
        (&[][..], Some("pit-of-the-environment"), "Bearer pit-of-the-environment"),
        (&["--token-file", file.path()], None, "Bearer pit-of-the-file"),
        (&["--token-file", file.path()], Some("pit-of-the-environment"), "Bearer pit-of-the-file"),
    ] {
        let (upstream, variable) = (upstream().await, variable.map(|value| (TOKEN, value)));
        let url = upstream.uri();
        let arguments = [&["stdio", "--upstream", &url][..], arguments].concat();
        let transcript = talk(program(&arguments).envs(variable), &[read(1)]);
        assert_eq!(
            (transcript.code, &transcript.tool_result(1)["success"]),
            (Some(0), &json!(true)),
            "{}",
            transcript.log
        );
        assert_eq!(sent(&upstream).await, (expected.to_owned(), None));
    }
}

#[tokio::test]
async fn the_environment_pins_the_location() {
    let upstream = upstream().await;
    let url = upstream.uri();
    let messages = [
        request(1, "tools/list", json!({})),
        call(2, "contacts_get-contacts", json!({})),
        call(3, "contacts_get-contacts", json!({ "locationId": "OTHER" })),
    ];
    let mut command = program(&["stdio", "--upstream", &url]);
    let transcript = talk(command.env(TOKEN, "pit-1").env(LOCATION, "LOC"), &messages);
    assert!(!transcript.answer(1)["result"]["tools"].to_string().contains("\"locationId\""));
    assert_eq!(transcript.tool_result(2)["success"], true);
    assert_eq!(sent(&upstream).await.1.as_deref(), Some("LOC"), "the other call sent nothing");
    assert!(transcript.tool_result(3)["error"]["message"].as_str().unwrap().contains("pinned"));

    // The flag overrides it.
    let mut command = program(&["stdio", "--upstream", &url, "--location", "FLAG"]);
    let transcript = talk(command.env(TOKEN, "pit-1").env(LOCATION, "LOC"), &messages[1..2]);
    assert_eq!(transcript.tool_result(2)["success"], true);
    let last = upstream.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(last.headers["locationid"], "FLAG");

    // Without it, each call must name its location.
    let transcript = talk(program(&["stdio", "--upstream", &url]).env(TOKEN, "pit-1").env(LOCATION, ""), &messages);
    assert!(transcript.log.contains("--location or LEADCONNECTOR_LOCATION_ID sets it for all"), "{}", transcript.log);
    assert_eq!(names(transcript.answer(1)).len(), listed_count());
    assert!(transcript.answer(1)["result"]["tools"].to_string().contains("\"locationId\""));
    assert!(transcript.tool_result(2)["error"]["message"].as_str().unwrap().contains("`locationId` is required"));
    assert_eq!(transcript.tool_result(3)["success"], true);
}

/// At any log level, and for successful and failed calls.
#[tokio::test]
async fn the_token_and_the_data_are_never_logged() {
    let token = "pit-canary-0123456789";
    let refusing = answering(ResponseTemplate::new(401).set_body_json(json!({ "message": "Invalid token" }))).await;
    let answering = upstream().await;
    for url in [answering.uri(), refusing.uri(), "http://127.0.0.1:9".to_owned()] {
        for format in ["text", "json"] {
            let mut command = program(&["stdio", "--upstream", &url, "--log", "trace"]);
            let command = command.env(TOKEN, token).env(LOCATION, "LOCx7").env("LEADCONNECTOR_MCP_LOG_FORMAT", format);
            let note = json!({ "contactId": "c1", "customFields": { "secret-canary": "canary@example.com" } });
            let transcript = talk(command, &[read(1), call(2, "contacts_update-contact", note)]);
            assert!(transcript.log.lines().count() > 5, "much is logged: {}", transcript.log);
            let lines: Vec<&str> = transcript.log.lines().filter(|line| line.contains("canary")).collect();
            assert!(lines.is_empty(), "{url} {format}: {lines:#?}");
            // Cross-check: text that is logged is found in the same way.
            assert!(transcript.log.lines().any(|line| line.contains("contacts_get-contact") && line.contains("LOCx7")));
            let answers = format!("{:?}", transcript.answers);
            assert!(!answers.contains(token), "{answers}");
        }
    }
}
