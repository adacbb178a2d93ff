//! `operations`: the API's published operations, all of them or those that words find.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, help};
use crate::catalogue::{Catalogue, Operation};
use crate::leadconnector::ArgumentError;
use crate::tools::{Callable, InvalidArguments, JsonObject, Resolved, Selection, ToolRegistry};

/// The arguments of `operations`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::OPERATIONS)]
pub struct OperationsArgs {
    /// What to find, like "send an invoice"; without words all operations are listed
    words: Vec<String>,
    /// Describe the operation with this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["words", "json"])]
    describe: Option<String>,
    /// Print all operations as JSON
    #[arg(long, conflicts_with = "words")]
    json: bool,
}

/// Prints the answer.
pub fn run(args: &OperationsArgs) -> Result<(), Failure> {
    let text = match &args.describe {
        Some(name) => call("operations_describe", &json!({ "operations": [name] }))?,
        None if !args.words.is_empty() => call("operations_search", &json!({ "queries": [args.words.join(" ")] }))?,
        None => {
            let operations = Catalogue::published().operations();
            if args.json {
                format!("{:#}", operations.iter().map(as_json).collect::<Value>())
            } else {
                list(operations)
            }
        }
    };
    match io::stdout().lock().write_all(format!("{}\n", text.trim_end()).as_bytes()) {
        // `operations | head` is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

/// What the tool answers a client that selects nothing.
fn call(tool: &str, arguments: &Value) -> Result<String, Failure> {
    let registry = ToolRegistry::default();
    let arguments = arguments.as_object().cloned().unwrap_or_else(JsonObject::new);
    match registry.callable(tool) {
        Some(Callable::Operations(tool)) => match tool.resolve(&registry, &Selection::default(), arguments) {
            Ok(Resolved::Answer(result)) => Ok(result.text),
            Ok(Resolved::Call { .. }) => Ok(String::new()),
            Err(InvalidArguments(problems)) => {
                let problems: Vec<String> = problems.into_iter().map(|ArgumentError { problem, .. }| problem).collect();
                Err(Failure::Usage(problems.join("; ")))
            }
        },
        _ => Ok(String::new()),
    }
}

fn list(operations: &[Operation]) -> String {
    let mut text = String::new();
    for operation in operations {
        let marks: Vec<&str> = std::iter::once(operation.kind.as_str())
            .chain(operation.flags.iter().map(|flag| flag.as_str()))
            .chain(operation.unavailable.map(|_| "not available here"))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<56} [{}] {}", operation.name, marks.join("; "), operation.title);
    }
    text
}

fn as_json(operation: &Operation) -> Value {
    json!({
        "name": operation.name,
        "title": operation.title,
        "summary": operation.summary,
        "kind": operation.kind.as_str(),
        "flags": operation.flags.iter().map(|flag| flag.as_str()).collect::<Vec<_>>(),
        "unavailable": operation.unavailable,
        "method": operation.method.as_str(),
        "path": operation.path,
        "version": operation.version,
        "scope": operation.scope,
    })
}
