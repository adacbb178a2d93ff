//! The cost of the most expensive requests within the default limits, and of the most expensive responses of the API: each
//! must occupy a worker for at most 50 ms, or do its work on another thread.
//!
//! Times are CPU times of the worker thread, as Linux reports them: they do not include other threads or other programs. On
//! other systems they are wall times.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use leadconnector_mcp::cli::compose;
use leadconnector_mcp::config::{CliOverrides, Settings};
use leadconnector_mcp::leadconnector::Response;
use leadconnector_mcp::server::Shutdown;
use leadconnector_mcp::tools::{CustomFieldDefinitions, ToolRegistry, ToolResult};
use leadconnector_mcp::web::{Access, router};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The number of runs that a time is averaged over, because Linux counts CPU time in steps of up to 4 ms.
const RUNS: u32 = 8;

/// The CPU time of this thread so far; without `/proc`, the wall time since `since`.
fn cpu_time(since: Instant) -> Duration {
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map(Duration::from_nanos);
    nanoseconds.unwrap_or_else(|| since.elapsed())
}

/// The average CPU time of one run.
fn time_of(mut run: impl FnMut()) -> Duration {
    let since = Instant::now();
    let before = cpu_time(since);
    for _ in 0..RUNS {
        run();
    }
    cpu_time(since).saturating_sub(before) / RUNS
}

fn print(name: &str, bytes: usize, time: Duration, what: &str) {
    println!("{:>9.1} ms  {:>9} bytes  {name}: {what}", time.as_secs_f64() * 1e3, bytes);
}

/// Repeats `unit` up to `bytes` bytes, separated by commas, with `#` replaced by its index.
fn repeated(unit: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    for index in 0.. {
        let unit = unit.replace('#', &index.to_string());
        if text.len() + unit.len() + 1 > bytes {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.push_str(&unit);
    }
    text
}

fn call(tool: &str, arguments: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#)
}

#[expect(clippy::too_many_lines, reason = "one list of bodies")]
fn bodies() -> Vec<(&'static str, String)> {
    let mut bodies = Vec::new();
    for size in [520_000, 1_040_000] {
        let mut add = |name, body| bodies.push((name, body));
        add("many unknown arguments", call("contacts_get-contacts", &format!("{{{}}}", repeated("\"a#\":1", size))));
        add(
            "empty lists",
            call("contacts_add-tags", &format!(r#"{{"contactId":"c","tags":[{}]}}"#, repeated("[]", size))),
        );
        add(
            "one-digit numbers",
            call("contacts_add-tags", &format!(r#"{{"contactId":"c","tags":[{}]}}"#, repeated("1", size))),
        );
        add(
            "short texts",
            call("contacts_add-tags", &format!(r#"{{"contactId":"c","tags":[{}]}}"#, repeated(r#""a""#, size))),
        );
        add(
            "empty objects in params",
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{{"a":[{}]}}}}}}"#,
                repeated("{}", size)
            ),
        );
        add(
            "empty lists in ping",
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":[{}]}}"#, repeated("[]", size)),
        );
        add("not a request", format!(r#"{{"jsonrpc":"2.0","id":1,"x":[{}]}}"#, repeated("[]", size)));
        add("names in a request", format!(r#"{{"jsonrpc":"2.0","id":1,"method":"x",{}}}"#, repeated("\"a#\":1", size)));
        add(
            "empty lists in plain call",
            format!(r#"{{"tool":"contacts_add-tags","input":{{"contactId":"c","tags":[{}]}}}}"#, repeated("[]", size)),
        );
        let wrong = "assignedTo address1 city country dateOfBirth dnd email firstName gender lastName name phone postalCode source state timezone website companyName dndSettings inboundDndSettings createNewIfDuplicateAllowed"
            .split(' ').fold(String::new(), |mut text, name| { let _ = write!(text, r#","{name}":[]"#); text });
        add(
            "a long list and many wrong arguments",
            call("contacts_upsert-contact", &format!(r#"{{"tags":[{}]{wrong}}}"#, repeated(r#""a""#, size - 1000))),
        );
        add(
            "custom fields with ids",
            call(
                "contacts_update-contact",
                &format!(
                    r#"{{"contactId":"c","customFields":[{}]}}"#,
                    repeated(r##"{"id":"#","field_value":1}"##, size)
                ),
            ),
        );
        add(
            "custom fields as text",
            call(
                "contacts_update-contact",
                &format!(
                    r#"{{"contactId":"c","customFields":{}}}"#,
                    Value::from(format!("[{}]", repeated(r##"{"id":"#","field_value":1}"##, size * 3 / 4)))
                ),
            ),
        );
        add(
            "a list as text",
            call(
                "contacts_add-tags",
                &format!(r#"{{"contactId":"c","tags":{}}}"#, Value::from(format!("[{}]", repeated("1", size)))),
            ),
        );
        add(
            "a few thousand unknown arguments",
            call("contacts_get-contacts", &format!("{{{}}}", repeated("\"a#\":1", 19_000 * 10))),
        );
        add(
            "tags",
            call(
                "contacts_add-tags",
                &format!(r#"{{"contactId":"c","tags":[{}]}}"#, repeated(r#""abcdefgh""#, 19_000 * 11)),
            ),
        );
        add(
            "comma list within bounds",
            call("conversations_search-conversation", &format!(r#"{{"assignedTo":"{}"}}"#, repeated("a", 131_000))),
        );
        add(
            "a list as text within bounds",
            call("contacts_add-tags", &format!(r#"{{"contactId":"c","tags":"[{}]"}}"#, repeated("1", 131_000))),
        );
        add(
            "custom fields as text within bounds",
            call(
                "contacts_update-contact",
                &format!(r#"{{"contactId":"c","customFields":"[[{}]]"}}"#, repeated("1", 131_000)),
            ),
        );
        add(
            "many wrong arguments within bounds",
            call("contacts_upsert-contact", &format!(r#"{{"tags":[{}]{wrong}}}"#, repeated(r#""a""#, 19_000 * 4))),
        );
        add("comma list", call("contacts_get-contacts", &format!(r#"{{"fields":"{}"}}"#, repeated("a", size))));
        add(
            "comma list of numbers",
            call("conversations_search-conversation", &format!(r#"{{"startAfterDate":"{}"}}"#, repeated("1", size))),
        );
        add(
            "comma list of ids",
            call("conversations_search-conversation", &format!(r#"{{"assignedTo":"{}"}}"#, repeated("a", size))),
        );
        add(
            "quotes in text",
            call("contacts_get-contacts", &format!(r#"{{"query":{}}}"#, Value::from("\"\\".repeat(size / 4)))),
        );
        add(
            "deep lists",
            call(
                "contacts_add-tags",
                &format!(
                    r#"{{"contactId":"c","tags":[{}]}}"#,
                    repeated(&format!("{}{}", "[".repeat(50), "]".repeat(50)), size)
                ),
            ),
        );
    }
    bodies
}

fn requests() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let flags = CliOverrides { upstream: Some("http://127.0.0.1:9".to_owned()), ..CliOverrides::default() };
    let mut settings = Settings::load(&flags, |_| None)?;
    settings.upstream.call_deadline = Duration::ZERO;
    let router = runtime.block_on(async {
        let calls = compose::call_service(&settings)?;
        Ok::<Router, Box<dyn std::error::Error>>(router(
            calls,
            &settings.server,
            &Access::default(),
            &Shutdown::default(),
        ))
    })?;
    let send = |uri: &str, headers: &[(&str, String)], body: &str| -> Result<(StatusCode, usize, Duration, String)> {
        let since = Instant::now();
        let (mut last, before) = (None, cpu_time(since));
        for _ in 0..RUNS {
            let mut request = Request::post(uri)
                .header(HOST, "127.0.0.1")
                .header(CONTENT_TYPE, "application/json")
                .header(AUTHORIZATION, "Bearer pit-1")
                .header("accept", "application/json, text/event-stream");
            for (name, value) in headers {
                request = request.header(*name, value);
            }
            let request = request.body(Body::from(body.to_owned()))?;
            let (status, bytes) = runtime.block_on(async {
                let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
                let status = response.status();
                response.into_body().collect().await.map(|body| (status, body.to_bytes()))
            })?;
            last = Some((status, bytes.len(), String::from_utf8_lossy(&bytes[..bytes.len().min(110)]).into_owned()));
        }
        let time = cpu_time(since).saturating_sub(before) / RUNS;
        let (status, size, text) = last.ok_or("nothing was sent")?;
        Ok((status, size, time, text))
    };
    for (name, body) in bodies() {
        let (status, _, time, text) = send("/mcp?locationId=LOC", &[], &body)?;
        print(name, body.len(), time, &format!("{status} {text}"));
    }
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for (name, header, value) in [
        ("names of tools", "x-mcp-tools", repeated("contacts_add-tags", 31_000)),
        ("unknown names of tools", "x-mcp-tools", repeated("a", 31_000)),
        ("services", "x-mcp-toolsets", repeated("payments", 31_000)),
    ] {
        let (status, _, time, text) = send("/mcp", &[(header, value.clone())], ping)?;
        print(name, value.len(), time, &format!("{status} {text}"));
    }
    let query = repeated("a", 31_000).replace(',', "&");
    let (status, _, time, _) = send(&format!("/mcp?{query}"), &[], ping)?;
    print("query parameters", query.len(), time, status.as_str());
    Ok(())
}

fn definitions(count: usize, name: &str) -> Result<CustomFieldDefinitions> {
    let fields: Vec<Value> = (0..count)
        .map(|index| json!({ "id": format!("id{index}"), "model": "contact", "name": format!("{name} {index}"), "fieldKey": format!("contact.{name}_{index}") }))
        .collect();
    Ok(serde_json::from_value(json!({ "customFields": fields }))?)
}

fn custom_fields(registry: &ToolRegistry) -> Result<()> {
    let tool = registry.find("contacts_update-contact").ok_or("a tool")?;
    let long = "a".repeat(70);
    for (fields, count, name, given) in [
        (8_000, 300, "lead_score", "lead_skore"),
        (25_000, 300, "lead_score", "lead_skore"),
        (500, 2_000, "lead_score", "lead_skore"),
        (500, 10_000, long.as_str(), long.as_str()),
    ] {
        let definitions = definitions(count, name)?;
        for kind in ["object", "list", "ids after a name"] {
            let value = match kind {
                "object" => Value::Object((0..fields).map(|index| (format!("{given}x{index}"), json!(1))).collect()),
                "list" => {
                    (0..fields).map(|index| json!({ "key": format!("{given}x{index}"), "field_value": 1 })).collect()
                }
                _ => {
                    let ids = (0..fields).map(|index| json!({ "id": format!("x{index}"), "field_value": 1 }));
                    std::iter::once(json!({ "key": format!("{name}_1"), "field_value": 1 })).chain(ids).collect()
                }
            };
            let given: Map<String, Value> =
                [("contactId".to_owned(), json!("c")), ("customFields".to_owned(), value)].into_iter().collect();
            let location = "LOC".parse()?;
            let mut text = String::new();
            let time = time_of(|| {
                let mut arguments = tool.read(given.clone(), Some(&location));
                if arguments.needs_custom_field_lookup() {
                    let _ = black_box(tool.prepare(arguments.without_custom_fields()));
                    arguments.resolve_custom_fields("contact", &definitions);
                }
                text = match tool.prepare(arguments) {
                    Ok(_) => "accepted".to_owned(),
                    Err(problems) => ToolResult::invalid_arguments(&problems).text,
                };
            });
            text.truncate(text.floor_char_boundary(100));
            print(
                &format!("{fields} custom fields, {kind}, {count} definitions"),
                Value::Object(given).to_string().len(),
                time,
                &text,
            );
        }
    }
    let text = json!({ "customFields": (0..60_000).map(|index| json!({ "id": format!("{index}"), "name": "n" })).collect::<Vec<_>>() }).to_string();
    let time = time_of(|| {
        let _ = black_box(serde_json::from_str::<CustomFieldDefinitions>(&text));
    });
    print("definitions", text.len(), time, "read");
    Ok(())
}

fn responses(registry: &ToolRegistry) -> Result<()> {
    let tool = registry.find("contacts_get-contacts").ok_or("a tool")?;
    let size = 8 << 20;
    let nested = |depth: usize, inner: &str| format!("{}{inner}{}", "[{\"a\":".repeat(depth), "}]".repeat(depth));
    let many = (0..100).map(|index| format!("contacts.k{index}")).collect::<Vec<_>>();
    let deep = "a.".repeat(15) + "a";
    let contact = json!({ "id": "ocQHyuzHvysMo5N5VsXc", "firstName": "Rosa", "tags": ["a \"b\""], "customFields": [{ "id": "x", "value": "y" }] }).to_string();
    for (name, fields, body) in [
        ("contacts", None, format!("{{\"contacts\":[{}],\"meta\":{{}}}}", repeated(&contact, size - 100))),
        (
            "contacts",
            Some(json!(["contacts.id", "contacts.firstName"])),
            format!("{{\"contacts\":[{}],\"meta\":{{}}}}", repeated(&contact, size - 100)),
        ),
        ("short names", Some(json!(many)), format!("{{\"contacts\":[{}]}}", repeated("{\"k99\":1}", size - 100))),
        ("short names", None, format!("{{\"contacts\":[{}]}}", repeated("{\"k99\":1}", size - 100))),
        ("many names", Some(json!(many)), format!("{{\"contacts\":{{{}}}}}", repeated("\"k#\":1", size - 100))),
        ("deep", Some(json!(deep)), nested(16, &format!("[{}]", repeated("{}", size - 1000)))),
        (
            "lists in lists",
            Some(json!(deep)),
            format!(
                "{}{}{}",
                "[[[[[[[[{\"a\":".repeat(15),
                repeated("{}", size - 1000).replace("{},", "[],").replacen("[]", "[[]", 1) + "]",
                "}]]]]]]]]".repeat(15)
            ),
        ),
        ("quotes", None, format!("\"{}\"", "\\\"".repeat(size / 2 - 10))),
    ] {
        let mut arguments = Map::new();
        if let Some(fields) = &fields {
            arguments.insert("fields".to_owned(), fields.clone());
        }
        let call =
            tool.prepare(tool.read(arguments, Some(&"LOC".parse()?))).map_err(|problems| problems.to_string())?;
        let body = Bytes::from(body);
        let mut text = String::new();
        let time = time_of(|| {
            let response = Response {
                content_type: None,
                status: StatusCode::OK,
                body: body.clone(),
                retry_after: None,
                limit: None,
                outcome_unknown: false,
            };
            text = ToolResult::from_response(&call, Ok(response)).text;
        });
        let length = text.len();
        let limited = time_of(|| {
            let response = Response {
                content_type: None,
                status: StatusCode::OK,
                body: body.clone(),
                retry_after: None,
                limit: None,
                outcome_unknown: false,
            };
            black_box(ToolResult::from_response(&call, Ok(response)).limited(&call, 1000));
        });
        let escaped = time_of(|| drop(black_box(serde_json::to_string(&text))));
        text.truncate(text.floor_char_boundary(60));
        print(
            &format!("{name}, fields: {}", fields.is_some()),
            body.len(),
            time,
            &format!("to {length} bytes {text}; limited {limited:?}; escaped {escaped:?}"),
        );
    }
    Ok(())
}

fn main() -> Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --benches` starts this program too.
        println!("run with: cargo bench --bench worst");
        return Ok(());
    }
    let registry = ToolRegistry::default();
    requests()?;
    custom_fields(&registry)?;
    responses(&registry)
}
