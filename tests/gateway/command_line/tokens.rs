//! `tools --tokens`: the cost of the tool definitions for a model.

use serde_json::{Value, json};
use tiktoken_rs::o200k_base_singleton;

use super::run;
use crate::support::{TestGateway, TestGatewayBuilder, listed_count};

/// The token limits for the tools of `/mcp`, and for the ten read-only tools of the contacts service.
const MOST: usize = 8000;
const MOST_OF_CONTACTS: usize = 2500;

/// The rows of the table: a name, bytes and tokens.
fn table() -> Vec<(String, usize, usize)> {
    let output = run(&["tools", "--tokens"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next().unwrap().split_whitespace().collect::<Vec<_>>(), ["tool", "bytes", "tokens"]);
    let rows = lines.map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|columns| columns.len() == 3);
    rows.map(|row| (row[0].to_owned(), row[1].parse().unwrap(), row[2].parse().unwrap())).collect()
}

async fn list(gateway: &TestGateway, path: &str, pinned: bool) -> Vec<Value> {
    let post = gateway.rpc("tools/list", json!({})).path(path);
    let post = if pinned { post } else { post.unpinned() };
    post.send().await.result()["tools"].as_array().unwrap().clone()
}

fn tokens(tool: &Value) -> usize {
    o200k_base_singleton().encode_ordinary(&tool.to_string()).len()
}

/// The numbers match the definitions that clients get, and add up.
#[tokio::test]
async fn it_counts_what_clients_get() {
    let (services, mut rows): (Vec<_>, Vec<_>) =
        table().into_iter().partition(|(name, ..)| name.starts_with("/mcp/x/"));
    let (all, bytes, count) = rows.pop().unwrap();
    assert_eq!(all, "/mcp");
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    for (path, bytes, count) in services.iter().filter(|(name, ..)| name != "/mcp/x/operations").step_by(7) {
        let tools = list(&gateway, path, true).await;
        // Those about credentials are listed only if the operator allows it, and so cost nothing.
        let listed: usize = tools.iter().map(tokens).sum();
        assert!(listed <= *count && listed * 2 > *count && *bytes > *count, "{path}: {listed} {count}");
    }
    let listed = list(&gateway, "/mcp", true).await;
    assert_eq!((rows.len(), listed.len()), (listed_count(), listed_count()));
    for ((name, bytes, count), tool) in rows.iter().zip(&listed) {
        assert_eq!(*name, tool["name"]);
        assert_eq!((*bytes, *count), (tool.to_string().len(), tokens(tool)), "{name}");
    }
    let sum = |number: fn(&(String, usize, usize)) -> usize| rows.iter().map(number).sum::<usize>();
    assert_eq!((sum(|row| row.1), sum(|row| row.2)), (bytes, count));
    assert!(count <= MOST, "{count}");
}

/// Without a pinned location, tools have one more argument.
#[tokio::test]
async fn the_lists_stay_small_with_and_without_a_pinned_location() {
    let gateway = TestGatewayBuilder::on("http://127.0.0.1:9").start().await;
    for pinned in [true, false] {
        let count = |tools: &[Value]| tools.iter().map(tokens).sum::<usize>();
        let all = count(&list(&gateway, "/mcp", pinned).await);
        assert!(all <= MOST, "{all}");
        let contacts = list(&gateway, "/mcp/x/contacts/readonly", pinned).await;
        assert_eq!(contacts.len(), 10);
        assert!(count(&contacts) <= MOST_OF_CONTACTS, "{}", count(&contacts));
    }
}
