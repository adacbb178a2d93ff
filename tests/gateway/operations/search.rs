//! `operations_search` and `operations_describe`.

use serde_json::{Value, json};
use tiktoken_rs::o200k_base_singleton;

use super::Gateway;

#[tokio::test]
async fn a_search_shows_names_kinds_flags_and_arguments() {
    let gateway = Gateway::new().await;
    let text = gateway.answer("operations_search", json!({ "queries": ["send invoice to customer"] })).await;
    assert!(text.starts_with("invoices_send-invoice [change; reaches people; costs money]"), "{text}");
    assert!(text.contains("{invoiceId: str;"), "{text}");
    assert_eq!(gateway.requests().await, 0);
}

#[tokio::test]
async fn service_and_kind_narrow_a_search() {
    let gateway = Gateway::new().await;
    let text = gateway
        .answer("operations_search", json!({ "queries": ["list users"], "service": "user", "kind": "read" }))
        .await;
    let names = text.lines().filter(|line| line.contains('[') && !line.starts_with([' ', 'A', 'O', 'R']));
    assert!(names.clone().count() > 0 && names.clone().all(|line| line.starts_with("users_")), "{text}");
    let problem =
        gateway.refused("/mcp", "operations_search", json!({ "queries": ["x"], "service": "invoicing" })).await;
    assert!(problem.contains("is not a service") && problem.contains("invoices"), "{problem}");
}

#[tokio::test]
async fn nonsense_finds_nothing_and_says_how_to_ask() {
    let gateway = Gateway::new().await;
    for nonsense in ["purple monkey dishwasher", "asdf qwer zxcv", "write a poem about love"] {
        let text = gateway.answer("operations_search", json!({ "queries": [nonsense] })).await;
        assert!(text.starts_with("No operation matches") && text.contains("contacts"), "{nonsense}: {text}");
    }
}

#[tokio::test]
async fn hidden_operations_are_counted_with_what_hides_them() {
    let gateway = Gateway::new().await;
    let (text, _) =
        gateway.call("/mcp/readonly", "operations_search", json!({ "queries": ["create contact note"] })).await;
    assert!(text.contains("hidden by the URL (readonly)") && !text.contains("[add]"), "{text}");
    let problem = gateway
        .refused("/mcp/readonly", "operations_describe", json!({ "operations": ["contacts_create-note"] }))
        .await;
    assert!(problem.contains("hidden by the URL (readonly)"), "{problem}");
}

#[tokio::test]
async fn a_description_has_all_arguments() {
    let gateway = Gateway::new().await;
    let text =
        gateway.answer("operations_describe", json!({ "operations": ["invoices_create-invoice", "get-slots"] })).await;
    assert!(
        text.contains("POST /invoices/; scope invoices.write") && text.contains("\n\ncalendars_get-slots [read]"),
        "{text}"
    );
}

#[tokio::test]
async fn the_limit_on_results_binds_the_gateways_own_answers() {
    let gateway = Gateway::with(|settings| settings.server.max_result_bytes = 500).await;
    let arguments = json!({ "operations": ["invoices_create-invoice"] });
    let (text, is_error) = gateway.call("/mcp", "operations_describe", arguments).await;
    assert!(is_error && text.contains("response_too_large") && text.len() < 500, "{text}");
}

/// What a search costs a model, over the requests of strangers, one at a time and four at once.
#[tokio::test]
async fn an_answer_is_small() {
    let gateway = Gateway::new().await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search-queries.json");
    let requests: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let queries: Vec<&str> =
        requests.iter().flat_map(|request| ["agent", "query"].map(|words| request[words].as_str().unwrap())).collect();
    let cost = async |queries: &[&str]| {
        let text = gateway.answer("operations_search", json!({ "queries": queries })).await;
        (o200k_base_singleton().encode_ordinary(&text).len(), queries.join(" | "))
    };
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for query in &queries {
        single.push(cost(&[query]).await);
    }
    for queries in queries.chunks(4) {
        several.push(cost(queries).await);
    }
    single.sort_unstable();
    several.sort_unstable();
    let (median, most, most_of_several) =
        (single[single.len() / 2].0, &single[single.len() - 1], &several[several.len() - 1]);
    println!("tokens of an answer: median {median}, most {most:?}; of four queries at once: most {most_of_several:?}");
    assert!(median <= 300 && most.0 <= 550 && most_of_several.0 <= 550, "{median} {most:?} {most_of_several:?}");
}
