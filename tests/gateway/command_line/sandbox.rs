//! The sandbox's options: of `sandbox`, and of the commands that run on one.

use std::process::Output;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use leadconnector_mcp::sandbox::well_known::{CONTACT, CONVERSATION};
use leadconnector_mcp::sandbox::{
    AGENCY_TOKEN, COMPANY, EXPIRED_TOKEN, LOCATION, MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, READ_ONLY_TOKEN,
    SCOPES, TOKEN, scope_token,
};
use serde_json::{Value, json};

use super::{Serving, finish, post, program, run};

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A gateway on the sandbox with these options.
fn serve(options: &[&str]) -> (Serving, String) {
    let mut serving = Serving::start(&[&["serve", "--sandbox", "--listen", "127.0.0.1:0"], options].concat());
    let url = serving.line("URL: ");
    (serving, url)
}

/// The result of a call, as JSON.
async fn call(url: &str, tool: &str, arguments: Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    let response = post(url, json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).await;
    serde_json::from_str(response["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// Sends a message and reads its date.
async fn date_of_a_message(url: &str) -> String {
    let message = json!({ "type": "SMS", "contactId": CONTACT, "message": "See you at nine." });
    let sent = call(url, "conversations_send-a-new-message", message).await;
    assert_eq!(sent["success"], true, "{sent}");
    let read = call(url, "conversations_get-messages", json!({ "conversationId": CONVERSATION, "limit": 1 })).await;
    read["data"]["messages"]["messages"][0]["dateAdded"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_message_is_dated_now_or_on_the_fixed_day() {
    let (_serving, url) = serve(&[]);
    let before = Timestamp::now().as_millisecond();
    let date: Timestamp = date_of_a_message(&url).await.parse().unwrap();
    assert!((before..=Timestamp::now().as_millisecond()).contains(&date.as_millisecond()), "{date}");

    let (_serving, url) = serve(&["--sandbox-date", "2027-07-01"]);
    assert_eq!(date_of_a_message(&url).await, "2027-07-01T13:00:01.000Z");
}

#[tokio::test]
async fn latency_and_faults_reach_the_gateway() {
    let (_serving, url) = serve(&["--sandbox-latency", "200ms"]);
    let start = Instant::now();
    let read = call(&url, "contacts_get-contact", json!({ "contactId": CONTACT })).await;
    assert_eq!(read["success"], true);
    assert!(start.elapsed() >= Duration::from_millis(200), "{:?}", start.elapsed());

    let (_serving, url) = serve(&["--sandbox-faults", "100%"]);
    let read = call(&url, "contacts_get-contact", json!({ "contactId": CONTACT })).await;
    assert_eq!(read["error"]["kind"], "upstream_unavailable", "{read}");
}

/// `sandbox` takes its options by their plain names, and by those of the other commands.
#[tokio::test]
async fn the_sandbox_alone_takes_the_same_options() {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    for prefix in ["--", "--sandbox-"] {
        let [date, latency, faults, limit] =
            ["date", "latency", "faults", "rate-limit"].map(|name| format!("{prefix}{name}"));
        let options =
            ["sandbox", "--listen", "127.0.0.1:0", &date, "2027-07-01", &latency, "5ms", &faults, "0%", &limit, "7"];
        let mut sandbox = Serving::start(&options);
        let url = sandbox.line("The sandbox listens on ");
        let request = http.get(format!("{url}/conversations/{CONVERSATION}/messages?limit=1"));
        let request = request.header("version", "2021-04-15").header("authorization", format!("Bearer {TOKEN}"));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["x-ratelimit-max"], "7");
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        // Rosa's question of the day before.
        assert_eq!(body["messages"]["messages"][0]["dateAdded"], "2027-06-30T20:25:00.000Z");
    }
}

#[test]
fn the_long_help_names_every_token() {
    let help = stdout(&run(&["sandbox", "--help"]));
    for token in [TOKEN, READ_ONLY_TOKEN, AGENCY_TOKEN, EXPIRED_TOKEN, LOCATION] {
        assert!(help.contains(token), "{token} is not in: {help}");
    }
    for of_the_app in [MARKETPLACE_CLIENT_ID, MARKETPLACE_CLIENT_SECRET, COMPANY] {
        assert!(help.contains(of_the_app), "{of_the_app} is not in: {help}");
    }
    for scope in SCOPES {
        assert!(help.lines().any(|line| line.trim() == scope_token(scope)), "{scope} is not in: {help}");
    }
    for option in ["--date <YYYY-MM-DD>", "--latency <DURATION>", "--faults <PERCENT>", "--rate-limit <N>"] {
        assert!(help.contains(option), "{option} is not in: {help}");
    }
    assert!(!stdout(&run(&["sandbox", "-h"])).contains(AGENCY_TOKEN), "the short help is short");
    for command in ["serve", "stdio", "check"] {
        let help = stdout(&run(&[command, "--help"]));
        for option in ["--sandbox-date", "--sandbox-latency", "--sandbox-faults", "--sandbox-rate-limit"] {
            assert!(help.contains(option), "{option} is not in the help of {command}");
        }
    }
}

#[test]
fn a_misspelt_or_out_of_range_value_is_an_error() {
    let assert_rejected = |arguments: &[&str], named: &str| {
        let output = run(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {text}");
        assert!(output.stdout.is_empty(), "nothing was started");
        assert!(text.contains(named), "{named} is not in: {text}");
    };
    for (name, value, named) in [
        ("date", "yesterday", "2026-11-16"),
        ("date", "2026-02-30", "2026-11-16"),
        ("date", "1999-12-31", "2000-01-01"),
        ("latency", "120", "120ms"),
        ("latency", "61s", "60s"),
        ("latency", "-1s", "60s"),
        ("faults", "5", "5%"),
        ("faults", "101%", "100%"),
        ("faults", "some", "5%"),
        ("rate-limit", "-1", "rate-limit"),
        ("rate-limit", "many", "many"),
    ] {
        assert_rejected(&["sandbox", "--listen", "127.0.0.1:0", &format!("--{name}={value}")], named);
        for command in ["serve", "stdio", "check"] {
            assert_rejected(&[command, "--sandbox", &format!("--sandbox-{name}={value}")], named);
        }
    }
    for (option, value) in [
        ("--sandbox-date", "2026-11-16"),
        ("--sandbox-latency", "1s"),
        ("--sandbox-faults", "5%"),
        ("--sandbox-rate-limit", "5"),
    ] {
        for command in ["serve", "stdio", "check"] {
            assert_rejected(&[command, option, value], "--sandbox");
        }
    }
    for misspelt in ["--sandbox-day", "--sandbox-fault", "--sandbox-latncy"] {
        assert_rejected(&["serve", "--sandbox", misspelt, "1"], misspelt);
    }
}

/// The reasons quote the API.
#[test]
fn check_tells_the_tokens_apart() {
    let check = |token: &str| -> Vec<Value> {
        let mut command = program(&["check", "--sandbox", "--sandbox-date", "2026-11-16", "--json"]);
        let output = finish(command.env("LEADCONNECTOR_TOKEN", token).env("LEADCONNECTOR_LOCATION_ID", LOCATION));
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        rows.into_iter().filter(|row| row["listed"] == true).collect()
    };
    for (token, words) in [(AGENCY_TOKEN, "IAM Service"), (EXPIRED_TOKEN, "Invalid Private Integration token")] {
        let rows = check(token);
        assert!(rows.iter().all(|row| row["works"] != "yes"), "{rows:?}");
        assert!(rows.iter().any(|row| row["reason"].as_str().unwrap().contains(words)), "{rows:?}");
    }
    let rows = check(&scope_token("contacts.readonly"));
    for row in rows.iter().filter(|row| row["scope"].as_str().unwrap().ends_with(".readonly")) {
        let expected = if row["scope"] == "contacts.readonly" { "yes" } else { "no" };
        assert_eq!(row["works"], expected, "{row}");
    }
}
