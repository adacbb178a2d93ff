//! An upstream that fails in every way there is, on the wire: what the client is told, and what was carried out.

mod connections;
mod content;
mod cut_off;
mod endless;
mod every_tool;
mod in_doubt;
mod interim;
mod rate_limits;
mod redirects;
mod retry_budget;
mod tls;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Running, Scripted, Starter, ToolResult};

/// What is called: a read, a write that may be repeated, and one that may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Tag,
    Create,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Read, Self::Tag, Self::Create];

    fn writes(self) -> bool {
        self != Self::Read
    }

    fn repeatable(self) -> bool {
        self != Self::Create
    }

    fn call(self) -> (&'static str, Value) {
        match self {
            Self::Read => ("contacts_get-contact", json!({ "contactId": "c1" })),
            Self::Tag => ("contacts_add-tags", json!({ "contactId": "c1", "tags": ["vip"] })),
            Self::Create => ("contacts_create-contact", json!({ "email": "a@example.com" })),
        }
    }
}

async fn call(running: &Running, kind: Kind) -> ToolResult {
    let (tool, arguments) = kind.call();
    running.call(tool, arguments).await
}

async fn in_front_of(upstream: &Scripted) -> Running {
    Starter::on(&upstream.url()).start().await
}

/// A gateway with little patience.
async fn hasty(upstream: &Scripted, call_deadline: Duration, attempt_timeout: Duration) -> Running {
    let settings = Starter::on(&upstream.url()).settings(move |settings| {
        settings.upstream.call_deadline = call_deadline;
        settings.upstream.attempt_timeout = attempt_timeout;
    });
    settings.start().await
}

fn says_unknown(result: &ToolResult) -> bool {
    result.is_error && result.problem().ends_with("whether the write was carried out is unknown")
}

/// One attempt only, and nobody knows what came of it.
#[track_caller]
fn assert_left_in_doubt(upstream: &Scripted, result: &ToolResult) {
    assert!(says_unknown(result), "{}", result.text);
    assert_eq!(upstream.attempts(), 1, "it was not repeated: {}", result.text);
}
