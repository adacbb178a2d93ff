//! The cost of the gateway's own work on a call, without I/O: from arguments to a request, from a response to a result, and from
//! a bearer token to a credential.

#[path = "overhead/contact.rs"]
mod contact;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput};
use http::StatusCode;
use leadconnector_mcp::auth::Bearers;
use leadconnector_mcp::auth::oauth::client_documents::Fetcher;
use leadconnector_mcp::auth::oauth::{
    AuthorizationServer, Connection, Grant, GrantId, RefreshSource, Resource, Rules, Scopes, unix_now,
};
use leadconnector_mcp::catalogue::search::{Visibility, search, warm_up};
use leadconnector_mcp::config::{CliOverrides, OperatorKey, SandboxDefaults, Settings};
use leadconnector_mcp::leadconnector::{LocationId, Response};
use leadconnector_mcp::mcp::convert::result;
use leadconnector_mcp::tools::{ToolRegistry, ToolResult};
use rmcp::model::JsonObject;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The benchmarked calls: name, tool, arguments.
fn calls() -> [(&'static str, &'static str, Value); 5] {
    [
        ("search", "contacts_get-contacts", json!({ "query": "Rosa & Söhne", "limit": 20 })),
        (
            "create with custom fields",
            "contacts_create-contact",
            json!({
                "firstName": "Rosa", "lastName": "Deo", "email": "rosa@example.com", "phone": "+18885550101",
                "body_city": "Portland", "country": "US", "tags": ["customer", "roof"],
                "customFields": [
                    { "id": "sRrI2xmYoxXbdn000001", "field_value": "HR-20400" },
                    "{\"id\":\"sRrI2xmYoxXbdn000002\",\"field_value\":[\"Gutters\",\"Solar\"]}"
                ]
            }),
        ),
        (
            "send a message",
            "conversations_send-a-new-message",
            json!({ "type": "SMS", "contactId": "ocQHyuzHvysMo5N5VsXc", "message": "See you on Friday at ten." }),
        ),
        (
            "an operation of the catalogue",
            "calendars_create-appointment",
            json!({
                "calendarId": "BVTAYdjSZYZOtpp7Sfqk", "contactId": "ocQHyuzHvysMo5N5VsXc",
                "startTime": "2026-11-20T10:00:00-06:00", "title": "Roof inspection", "toNotify": "false"
            }),
        ),
        (
            "four mistakes",
            "contacts_get-contacts",
            json!({ "qeury": "rosa", "limit": 1000, "startAfter": "soon", "locationId": "another" }),
        ),
    ]
}

fn arguments_to_request(criterion: &mut Criterion, registry: &ToolRegistry) -> Result<()> {
    let location: LocationId = "ve9EPM428h8vShlRW1KT".parse()?;
    let mut group = criterion.benchmark_group("arguments to request");
    for (name, tool, arguments) in calls() {
        let tool = registry.find(tool).ok_or(tool)?;
        // Starts from JSON text, as arguments arrive.
        let text = arguments.to_string();
        let read = || serde_json::from_str::<JsonObject>(&text).unwrap_or_default();
        let prepared = tool.prepare(tool.read(read(), Some(&location)));
        if prepared.is_err() != (name == "four mistakes") {
            return Err(format!("{name}: {prepared:?}").into());
        }
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                read,
                |arguments| tool.prepare(tool.read(black_box(arguments), Some(&location))),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
    Ok(())
}

fn response_to_result(criterion: &mut Criterion, registry: &ToolRegistry) -> Result<()> {
    let tool = registry.find("contacts_get-contact").ok_or("contacts_get-contact")?;
    let arguments = JsonObject::from_iter([("contactId".to_owned(), "ocQHyuzHvysMo5N5VsXc".into())]);
    let call = tool.prepare(tool.read(arguments, None)).map_err(|problems| problems.to_string())?;
    let mut group = criterion.benchmark_group("response to result");
    for (name, size) in [("2 KB", 2 * 1024), ("100 KB", 100 * 1024)] {
        let body = Bytes::from(contact::response(size));
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let body = black_box(body.clone());
                let response = Response {
                    status: StatusCode::OK,
                    content_type: None,
                    body,
                    retry_after: None,
                    limit: None,
                    outcome_unknown: false,
                };
                serde_json::to_vec(&result(ToolResult::from_response(&call, Ok(response)), false))
            });
        });
    }
    group.finish();
    Ok(())
}

/// An access token of the gateway for a token of the API.
fn access_token(server: &AuthorizationServer, token: &str) -> Result<String> {
    let scopes = Scopes { write: true, offline: true };
    let grant =
        Grant { id: GrantId::random(), granted_at: unix_now(), client: [0; 16], scopes, resource: Resource::default() };
    let connection = Connection { token: token.to_owned(), location: "ve9EPM428h8vShlRW1KT".to_owned() };
    let source = RefreshSource::Token(connection.clone());
    let answer = server.issue(grant, scopes, connection, source, None, unix_now())?;
    let answer = serde_json::to_value(answer)?;
    Ok(answer["access_token"].as_str().ok_or("no access token")?.to_owned())
}

/// From a bearer token to the credential that the API gets: a Private Integration Token, and one of the gateway's own, which is
/// opened for each request.
fn bearer(criterion: &mut Criterion) -> Result<()> {
    let flags = CliOverrides {
        oauth: true,
        public_url: Some("https://gw.example.com".to_owned()),
        sandbox: Some(SandboxDefaults { key: OperatorKey::random(), marketplace: ("id", "secret") }),
        ..CliOverrides::default()
    };
    let settings = Settings::load(&flags, |_| None)?.oauth.ok_or("OAuth is off")?;
    let rules = Rules { is_endpoint: Box::new(|_| true), may_connect: Box::new(|_| true) };
    let server = Arc::new(AuthorizationServer::new(settings, Fetcher::new(&[])?, rules)?);
    let token = "pit-00000000-0000-4000-8000-000000000000";
    let sealed = access_token(&server, token)?;
    let bearers = Bearers::new(Some(server));
    let mut group = criterion.benchmark_group("bearer to credential");
    for (name, bearer) in [("Private Integration Token", token), ("sealed", &sealed)] {
        bearers.read(bearer)?;
        group.bench_function(name, |bencher| bencher.iter(|| bearers.read(black_box(bearer)).is_ok()));
    }
    group.finish();
    Ok(())
}

/// Reading the words of the catalogue, which happens once in a process, and searches of one word to twelve.
fn catalogue_search(criterion: &mut Criterion) {
    let start = Instant::now();
    warm_up();
    println!("catalogue search/words, once: {:?}", start.elapsed());
    let mut group = criterion.benchmark_group("catalogue search");
    for (name, query) in [
        ("two words", "list calendars"),
        ("a sentence", "please put Rosa Deo on the calendar for a roof inspection next Tuesday at ten"),
        ("misspelt", "creat invioce custmer"),
        ("nonsense", "purple monkey dishwasher"),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| search(black_box(&[query]), |_| Visibility::Shown)));
    }
    group.finish();
}

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let registry = ToolRegistry::default();
    arguments_to_request(&mut criterion, &registry)?;
    response_to_result(&mut criterion, &registry)?;
    bearer(&mut criterion)?;
    catalogue_search(&mut criterion);
    criterion.final_summary();
    Ok(())
}
