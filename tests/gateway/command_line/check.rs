//! `check`: reports which tools work with a token, without writing.

use std::collections::{HashMap, HashSet};
use std::process::Output;

use leadconnector_mcp::sandbox;
use serde_json::{Value, json};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{TextFile, finish, program, run};
use crate::support::{answering, minimal_calls, tool_count};

/// The content of both report formats: for each tool its scope, whether it works, and why.
type Report = HashMap<String, (String, String, String)>;

/// What the list for people says of each tool: its scope, and whether it works.
fn listed(text: &str) -> HashMap<String, (String, String)> {
    let (mut works, mut listed) = ("", HashMap::new());
    // Before the tools come the scopes of other operations, up to an empty line.
    let others = text.starts_with("Scopes of other operations");
    let lines = text.lines().skip_while(|line| others && !line.is_empty());
    for line in lines {
        match line.strip_prefix("  ") {
            None => {
                let headings = [("works:", "yes"), ("unknown: ", "unknown"), ("does not work: ", "no")];
                works = headings.iter().find(|(start, _)| line.starts_with(start)).map_or("", |(_, word)| word);
            }
            Some(row) => {
                let (scope, tools) = row.split_once(' ').unwrap();
                for tool in tools.trim().split(", ") {
                    let before = listed.insert(tool.to_owned(), (scope.to_owned(), works.to_owned()));
                    assert!(before.is_none(), "{tool} is listed once: {text}");
                }
            }
        }
    }
    listed
}

/// Runs it in both formats, which must agree, and returns the exit code and the report. The token must not be printed.
fn check(arguments: &[&str], token: &str, location: &str) -> (Option<i32>, Report) {
    let run = |more: &[&str]| {
        let mut command = program(&[&["check"], arguments, more].concat());
        finish(command.env("LEADCONNECTOR_TOKEN", token).env("LEADCONNECTOR_LOCATION_ID", location))
    };
    let (table, json) = (run(&[]), run(&["--json"]));
    assert_eq!(table.status.code(), json.status.code());
    for Output { stdout, stderr, .. } in [&table, &json] {
        assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(stderr));
        assert!(token.is_empty() || !String::from_utf8_lossy(stdout).contains(token));
    }
    let rows: Vec<Value> = serde_json::from_slice(&json.stdout).unwrap();
    let (rows, others): (Vec<Value>, Vec<Value>) = rows.into_iter().partition(|row| row["listed"] == true);
    let scopes: HashSet<&str> = others.iter().map(|row| row["scope"].as_str().unwrap()).collect();
    assert_eq!(scopes.len(), others.len(), "each other scope is there once");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let table = String::from_utf8(table.stdout).unwrap();
    let (mut report, listed) = (Report::new(), listed(&table));
    assert_eq!(listed.len(), rows.len());
    for row in &rows {
        let row = [text(row, "tool"), text(row, "scope"), text(row, "works"), text(row, "reason")];
        let [tool, scope, works, reason] = row;
        assert_eq!(listed[&tool], (scope.clone(), works.clone()), "{tool}");
        assert!(!reason.is_empty(), "{tool} has a reason");
        report.insert(tool, (scope, works, reason));
    }
    assert_eq!(report.len(), rows.len(), "each tool is there once");
    (json.status.code(), report)
}

/// The API's messages are shown in terminals and CI logs.
#[tokio::test]
async fn the_apis_messages_are_shown_without_the_token_and_control_characters() {
    let token = "pit-canary-0123456789";
    let said = format!("\u{1b}]0;owned\u{7}\u{9b}31m no \u{202e}dorn\u{2066} to Bearer {token}, it said\r\nyes");
    let upstream = answering(ResponseTemplate::new(400).set_body_json(json!({ "message": [said] }))).await;
    let upstream_401 = answering(ResponseTemplate::new(401).set_body_json(json!({ "message": said }))).await;
    for url in [upstream.uri(), upstream_401.uri()] {
        // `check` above searches both formats for the token.
        let (_, report) = check(&["--upstream", &url], token, "LOC");
        for (_, _, reason) in report.values() {
            assert!(!reason.chars().any(|char| char.is_control() || "\u{202e}\u{2066}".contains(char)), "{reason:?}");
        }
        let mut command = program(&["check", "--upstream", &url, "--location", "LOC"]);
        let table = finish(command.env("LEADCONNECTOR_TOKEN", token));
        let table = String::from_utf8(table.stdout).unwrap();
        assert!(table.contains("tools work"), "{table}");
        assert!(!table.chars().any(|char| char != '\n' && (char.is_control() || char == '\u{202e}')), "{table:?}");
    }
    // The message itself is shown.
    let (_, report) = check(&["--upstream", &upstream_401.uri()], token, "LOC");
    let (_, _, reason) = &report["contacts_get-contacts"];
    assert!(reason.contains("\u{fffd}dorn\u{fffd} to Bearer [token], it said\u{fffd}\u{fffd}yes"), "{reason:?}");
}

fn writes(scope: &str) -> bool {
    !scope.ends_with(".readonly")
}

#[tokio::test]
async fn on_the_sandbox_everything_works() {
    for token in ["", sandbox::TOKEN, sandbox::READ_ONLY_TOKEN] {
        // The sandbox's own caller needs no token; one that is given is used, with its location.
        let location = if token.is_empty() { "" } else { sandbox::LOCATION };
        let (code, report) = check(&["--sandbox"], token, location);
        assert_eq!((code, report.len()), (Some(0), tool_count()), "{report:?}");
        for call in minimal_calls() {
            let (scope, works, reason) = &report[call.tool];
            assert_eq!(scope, call.scope);
            let expected = if writes(call.scope) { "unknown" } else { "yes" };
            assert_eq!(works, expected, "{}: {reason}", call.tool);
        }
    }
}

#[tokio::test]
async fn other_scopes_are_proved_by_reads_without_arguments() {
    let output = run(&["check", "--sandbox"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let line =
        |label: &str| text.lines().find(|line| line.trim_start().starts_with(label)).unwrap_or_default().to_owned();
    for scope in ["calendars.readonly", "workflows.readonly", "users.readonly", "invoices.readonly"] {
        assert!(line("granted: ").contains(scope), "{scope}: {text}");
    }
    // The sandbox does not model them.
    assert!(line("unknown: ").contains("socialplanner/account.readonly") || line("unknown: ").contains('/'), "{text}");
    assert!(text.ends_with("14 of 21 tools work, 0 do not, 7 unknown\n"), "{text}");
}

#[tokio::test]
async fn a_bad_token_is_rejected() {
    let (code, report) = check(&["--sandbox"], "pit-nobodys", sandbox::LOCATION);
    assert_eq!((code, report.len()), (Some(1), tool_count()));
    for (tool, (scope, works, reason)) in &report {
        assert_eq!(works, "no", "{tool}: {reason}");
        assert!(writes(scope) || reason.contains("the token was rejected"), "{tool}: {reason}");
    }
}

#[tokio::test]
async fn a_wrong_location_is_reported() {
    let (code, report) = check(&["--sandbox"], sandbox::TOKEN, "wrong-1");
    assert_eq!(code, Some(1));
    for tool in ["locations_get-location", "calendars_get-calendar-events", "payments_list-transactions"] {
        let (_, works, reason) = &report[tool];
        assert!(works == "no" && reason.contains("does not have access to this location"), "{tool}: {works}, {reason}");
    }
}

/// Without a location almost every tool would be reported as broken, so it ends with the next step. The sandbox has one.
#[tokio::test]
async fn a_missing_location_is_one_sentence() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    for location in [None, Some("")] {
        let mut command = program(&["check", "--upstream", &upstream.uri()]);
        command.env("LEADCONNECTOR_TOKEN", "pit-1").envs(location.map(|id| ("LEADCONNECTOR_LOCATION_ID", id)));
        let output = finish(&mut command);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0));
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains("no location: use --location ID or set LEADCONNECTOR_LOCATION_ID"), "{message}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
    let (code, _) = check(&["--sandbox"], sandbox::TOKEN, "");
    assert_eq!(code, Some(0));
}

/// The flag overrides the variable, also on the sandbox, whose own location is only a default.
#[tokio::test]
async fn the_flag_sets_the_location() {
    let (code, _) = check(&["--sandbox", "--location", sandbox::LOCATION], sandbox::TOKEN, "wrong-1");
    assert_eq!(code, Some(0));
    for token in ["", sandbox::TOKEN] {
        let (code, report) = check(&["--sandbox", "--location", "wrong-1"], token, "");
        assert_eq!((code, report["locations_get-location"].1.as_str()), (Some(1), "no"));
    }
}

/// Tools share their reasons.
#[tokio::test]
async fn a_reason_is_stated_once() {
    let table = |token: &str| {
        let mut command = program(&["check", "--sandbox", "--location", sandbox::LOCATION]);
        String::from_utf8(finish(command.env("LEADCONNECTOR_TOKEN", token)).stdout).unwrap()
    };
    let rejected = table("pit-nobodys");
    assert_eq!(rejected.matches("the token was rejected (").count(), 1, "{rejected}");
    assert_eq!(rejected.matches("the token was rejected for every read").count(), 1, "{rejected}");
    let single = table(&sandbox::scope_token("contacts.readonly"));
    let heading = "does not work: the token lacks the scope; add it in Settings > Private Integrations:";
    assert_eq!(single.matches(heading).count(), 1, "{single}");
    assert!(single.contains("\n  calendars/events.readonly "), "{single}");
    let works = table(sandbox::TOKEN);
    assert!(works.contains("\n\nworks:\n") && works.matches("works:").count() == 1, "{works}");
}

#[tokio::test]
async fn read_only_checks_only_tools_that_read() {
    let (code, report) = check(&["--sandbox", "--read-only"], sandbox::TOKEN, sandbox::LOCATION);
    assert_eq!(code, Some(0));
    assert!(!report.is_empty() && report.values().all(|(scope, works, _)| !writes(scope) && works == "yes"));
}

/// The first tool of its scope does not send the location, so its response cannot show whether the location is right.
#[tokio::test]
async fn a_tool_of_a_wrong_location_does_not_work() {
    let (_, report) = check(&["--sandbox"], sandbox::TOKEN, "wrong-1");
    let (_, works, reason) = &report["contacts_get-contacts"];
    assert_eq!(works, "no", "{reason}");
}

/// A location that the operator does not allow is not sent to the API.
#[tokio::test]
async fn a_location_that_is_not_allowed_is_not_tried() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let (url, file) = (upstream.uri(), TextFile::new("[tools]\nlocations = [\"LOC\"]"));
    let (code, report) = check(&["--upstream", &url, "--config", file.path()], "pit-1", "OTHER");
    assert_eq!(code, Some(1));
    for (tool, (scope, works, reason)) in &report {
        assert_eq!(works, "no", "{tool}: {reason}");
        assert!(writes(scope) || reason.contains("tools.locations"), "{tool}: {reason}");
    }
    assert!(upstream.received_requests().await.unwrap().is_empty());
}

/// An API that rejects the token for one scope.
async fn lacking(endpoint: &str) -> MockServer {
    let upstream = MockServer::start().await;
    let refusal = json!({ "statusCode": 401, "message": "The token is not authorized for this scope." });
    let refused = ResponseTemplate::new(401).set_body_json(refusal);
    Mock::given(path(endpoint)).respond_with(refused).mount(&upstream).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&upstream).await;
    upstream
}

#[tokio::test]
async fn a_missing_scope_is_found_by_one_read_per_scope() {
    for (endpoint, tool) in [
        ("/conversations/search", "conversations_search-conversation"),
        ("/locations/LOC/customFields", "locations_get-custom-fields"),
        ("/payments/transactions", "payments_list-transactions"),
    ] {
        let upstream = lacking(endpoint).await;
        let url = upstream.uri();
        let (code, report) = check(&["--upstream", &url], "pit-1", "LOC");
        assert_eq!(code, Some(1));
        for call in minimal_calls() {
            let (scope, works, reason) = &report[call.tool];
            let expected = match call.tool {
                name if name == tool => "no",
                _ if writes(call.scope) => "unknown",
                _ => "yes",
            };
            assert_eq!(works, expected, "{}: {reason}", call.tool);
            assert!(expected != "no" || reason.contains(scope.as_str()), "{reason}");
        }
        let requests = upstream.received_requests().await.unwrap();
        assert!(requests.iter().all(|request| request.method == "GET" && request.body.is_empty()), "no write");
        let mut scopes: Vec<&str> =
            minimal_calls().iter().map(|call| call.scope).filter(|scope| !writes(scope)).collect();
        scopes.sort_unstable();
        scopes.dedup();
        let mut urls: HashMap<&str, usize> = HashMap::new();
        for request in &requests {
            *urls.entry(request.url.path()).or_default() += 1;
        }
        assert!(urls.values().all(|count| *count == 2), "one a scope, and it ran twice: {urls:?}");
        assert!(urls.len() > scopes.len(), "and other operations' scopes");
        assert!(requests.iter().all(|request| request.headers["authorization"] == "Bearer pit-1"));
    }
}

#[tokio::test]
async fn without_a_response_of_the_api_the_result_is_unknown() {
    let failing = answering(ResponseTemplate::new(500)).await;
    for url in [failing.uri(), "http://127.0.0.1:9".to_owned()] {
        let (code, report) = check(&["--upstream", &url], "pit-1", "LOC");
        assert_eq!(code, Some(1), "it is unknown whether they work");
        assert!(report.values().all(|(_, works, _)| works == "unknown"), "{report:?}");
    }
    assert!(failing.received_requests().await.unwrap().iter().all(|request| request.method == "GET"));
}

/// Only the tools that the operator's settings select are checked, and count.
#[tokio::test]
async fn only_selected_tools_are_checked() {
    let upstream = lacking("/conversations/search").await;
    let url = upstream.uri();
    let file = TextFile::new("[tools]\nservices = [\"conversations\", \"contacts\"]\nread_only = true");
    let (code, report) = check(&["--upstream", &url, "--config", file.path()], "pit-1", "LOC");
    assert_eq!((code, report.len()), (Some(1), 5), "{report:?}");
    let file = TextFile::new("[tools]\nservices = [\"contacts\"]");
    let (code, report) = check(&["--upstream", &url, "--config", file.path()], "pit-1", "LOC");
    assert_eq!((code, report.len()), (Some(0), 8), "{report:?}");
}

#[tokio::test]
async fn the_token_comes_from_a_file_or_the_environment() {
    let upstream = answering(ResponseTemplate::new(200).set_body_string("{}")).await;
    let (url, file) = (upstream.uri(), TextFile::new("pit-of-the-file\n"));
    let (code, _) = check(&["--upstream", &url, "--token-file", file.path()], "pit-of-the-environment", "LOC");
    assert_eq!(code, Some(0));
    let requests = upstream.received_requests().await.unwrap();
    assert!(requests.iter().all(|request| request.headers["authorization"] == "Bearer pit-of-the-file"));

    let output = run(&["check", "--upstream", &url]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.lines().count() == 1 && message.contains("LEADCONNECTOR_TOKEN"), "{message}");
    assert_eq!(upstream.received_requests().await.unwrap().len(), requests.len());
}
