//! Reads the arguments of the `operations` tools, which models give under many names.

use serde::Deserialize;
use serde_json::Value;

use crate::leadconnector::ArgumentError;
use crate::leadconnector::field::{CommaSeparated, LenientBool, Text, UniqueNames, check_structured_text};
use crate::text::{suggest, truncate};
use crate::tools::{InvalidArguments, JsonObject};

/// The most queries, and operations to describe, of one call.
const MAX_QUERIES: usize = 4;
const MAX_DESCRIBED: usize = 5;

/// The most services of one search: there are fewer that one wants at once.
const MAX_SERVICES: usize = 10;

/// The problems after which the rest of the arguments is not read: each unknown name is compared with all that are known.
const MAX_PROBLEMS: usize = 20;

/// The arguments of a search.
#[derive(Debug, Default)]
pub struct SearchInput {
    pub queries: Vec<String>,
    /// The services to search; none for all.
    pub services: Vec<String>,
    /// The kind to search; empty for all.
    pub kind: String,
    /// The most hits.
    pub limit: Option<usize>,
}

/// The arguments of a run.
#[derive(Debug, Default)]
pub struct RunInput {
    pub operation: String,
    /// The arguments of the operation.
    pub params: JsonObject,
    /// The value of `fields`, for the operation's response.
    pub fields: Option<Value>,
    pub dry_run: bool,
    /// What was ignored, for the result.
    pub notes: Vec<String>,
}

impl SearchInput {
    pub fn read(arguments: JsonObject) -> Result<Self, InvalidArguments> {
        let (mut input, mut problems) = (Self::default(), Vec::new());
        for (name, value) in arguments {
            if value.is_null() {
                continue;
            }
            if problems.len() >= MAX_PROBLEMS {
                break;
            }
            let read = match fold(&name).as_str() {
                "queries" | "query" | "q" | "search" | "text" | "keywords" => {
                    texts(&value).map(|texts| input.queries.extend(texts))
                }
                "service" | "services" | "domain" | "domains" | "category" | "toolset" => {
                    texts(&value).map(|texts| input.services.extend(texts))
                }
                "kind" | "kinds" | "type" => text(&value).map(|kind| input.kind = kind.to_lowercase()),
                "limit" => number(&value).map(|limit| input.limit = Some(limit)),
                _ => Err(unknown(&name, &["queries", "service", "kind"])),
            };
            problems.extend(read.err().map(|problem| ArgumentError::new(truncate(&name), problem)));
        }
        input.queries.retain(|query| !query.trim().is_empty());
        if input.queries.is_empty() && problems.is_empty() {
            problems.push(ArgumentError::new(
                "queries",
                "is required: say in a few words what to do, like [\"create contact note\"]",
            ));
        }
        if input.services.len() > MAX_SERVICES {
            let problem = format!("has {} elements; at most {MAX_SERVICES}", input.services.len());
            problems.push(ArgumentError::new("service", problem));
        }
        if input.queries.len() > MAX_QUERIES {
            problems.push(ArgumentError::new(
                "queries",
                format!("has {} elements; at most {MAX_QUERIES}", input.queries.len()),
            ));
        }
        if problems.is_empty() { Ok(input) } else { Err(InvalidArguments(problems)) }
    }
}

/// Reads the names of the operations to describe.
pub fn described(arguments: JsonObject) -> Result<Vec<String>, InvalidArguments> {
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in arguments {
        if value.is_null() {
            continue;
        }
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
        let read = if is_operation(&fold(&name)) {
            texts(&value).map(|texts| names.extend(texts))
        } else {
            Err(unknown(&name, &["operations"]))
        };
        problems.extend(read.err().map(|problem| ArgumentError::new(truncate(&name), problem)));
    }
    if names.is_empty() && problems.is_empty() {
        problems.push(ArgumentError::new("operations", "is required: give the names of operations"));
    }
    if names.len() > MAX_DESCRIBED {
        problems.push(ArgumentError::new("operations", format!("has {} names; at most {MAX_DESCRIBED}", names.len())));
    }
    if problems.is_empty() { Ok(names) } else { Err(InvalidArguments(problems)) }
}

impl RunInput {
    /// Reads the arguments. What is none of the tool's own is an argument of the operation: models forget `params`.
    pub fn read(arguments: JsonObject) -> Result<Self, InvalidArguments> {
        let (mut input, mut problems, mut rest) = (Self::default(), Vec::new(), JsonObject::new());
        for (name, value) in arguments {
            if value.is_null() {
                continue;
            }
            let folded = fold(&name);
            let read = match folded.as_str() {
                "fields" => {
                    input.fields = Some(value);
                    Ok(())
                }
                "dryrun" => LenientBool::deserialize(&value)
                    .map(|LenientBool(dry_run)| input.dry_run |= dry_run)
                    .map_err(|error| format!("is wrong: {error}")),
                "params" | "parameters" | "arguments" | "args" if !input.params.is_empty() => {
                    Err("is given twice: give one object of arguments".to_owned())
                }
                "params" | "parameters" | "arguments" | "args" => object(value).map(|params| input.params = params),
                _ if input.operation.is_empty() && is_operation(&folded) => {
                    text(&value).map(|operation| operation.trim().clone_into(&mut input.operation))
                }
                _ => {
                    rest.insert(name.clone(), value);
                    Ok(())
                }
            };
            problems.extend(read.err().map(|problem| ArgumentError::new(truncate(&name), problem)));
        }
        for (name, value) in rest {
            match input.params.get(&name) {
                Some(known) if *known != value => {
                    let problem = "is given twice with different values: in `params` and beside it";
                    problems.push(ArgumentError::new(truncate(&name), problem));
                }
                _ => drop(input.params.insert(name, value)),
            }
        }
        if input.operation.is_empty() && problems.is_empty() {
            problems
                .push(ArgumentError::new("operation", "is required: the name of an operation, from operations_search"));
        }
        if problems.is_empty() { Ok(input) } else { Err(InvalidArguments(problems)) }
    }
}

fn is_operation(folded: &str) -> bool {
    ["operation", "operations", "operationid", "operationids", "operationname", "tool", "toolname"].contains(&folded)
}

/// A name without case, `_` and `-`.
fn fold(name: &str) -> String {
    name.chars().filter(|char| *char != '_' && *char != '-').map(|char| char.to_ascii_lowercase()).collect()
}

fn unknown(name: &str, known: &[&str]) -> String {
    match suggest(name, known.iter().copied())[..] {
        [] => format!("is not an argument of this tool (it has: {})", known.join(", ")),
        ref nearest => format!("is not an argument of this tool (nearest: {})", nearest.join(", ")),
    }
}

/// A list of texts; one text alone is a list of one, whatever commas it has.
fn texts(value: &Value) -> Result<Vec<String>, String> {
    if let Value::String(text) = value
        && !text.trim_start().starts_with('[')
    {
        return Ok(vec![text.clone()]);
    }
    let CommaSeparated(texts) =
        CommaSeparated::<Text>::deserialize(value).map_err(|error| format!("is wrong: {error}"))?;
    Ok(texts.into_iter().map(|Text(text)| text).collect())
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "must be text".to_owned())
}

fn number(value: &Value) -> Result<usize, String> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    number
        .and_then(|number| usize::try_from(number).ok())
        .filter(|number| *number > 0)
        .ok_or_else(|| "must be a number above 0".to_owned())
}

/// An object, or the JSON text of one.
fn object(value: Value) -> Result<JsonObject, String> {
    const PROBLEM: &str = "must be an object with the operation's arguments, like {\"contactId\": \"…\"}";
    match value {
        Value::Object(object) => Ok(object),
        Value::String(text) if text.trim().is_empty() => Ok(JsonObject::new()),
        Value::String(text) => {
            check_structured_text(&text)?;
            let UniqueNames(value) = serde_json::from_str(&text).map_err(|error| {
                let error = error.to_string();
                if error.contains("twice") { format!("is wrong: {error}") } else { PROBLEM.to_owned() }
            })?;
            match value {
                Value::Object(object) => Ok(object),
                _ => Err(PROBLEM.to_owned()),
            }
        }
        _ => Err(PROBLEM.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object_of(value: Value) -> JsonObject {
        let Value::Object(object) = value else { panic!("an object") };
        object
    }

    #[test]
    fn forgotten_params_are_arguments_of_the_operation() {
        let given = json!({"operationId": " contacts_create-note ", "contactId": "c1", "params": "{\"body\": \"x\"}", "dryRun": "true"});
        let input = RunInput::read(object_of(given)).unwrap();
        assert_eq!((input.operation.as_str(), input.dry_run), ("contacts_create-note", true));
        assert_eq!(Value::Object(input.params), json!({"body": "x", "contactId": "c1"}));
    }

    #[test]
    fn every_problem_is_reported() {
        let given = json!({"operation": 1, "params": [1], "dry_run": "perhaps"});
        assert_eq!(RunInput::read(object_of(given)).unwrap_err().0.len(), 3);
        assert_eq!(RunInput::read(JsonObject::new()).unwrap_err().0[0].argument, "operation");
        let twice = json!({"operation": "a", "params": {"x": 1}, "x": 2});
        assert!(RunInput::read(object_of(twice)).unwrap_err().to_string().contains("given twice"));
    }

    #[test]
    fn queries_are_one_text_or_a_list() {
        let read = |value: Value| SearchInput::read(object_of(value)).map(|input| input.queries);
        assert_eq!(read(json!({"query": "notes, tasks"})).unwrap(), ["notes, tasks"]);
        assert_eq!(read(json!({"queries": ["a", " ", "b"]})).unwrap(), ["a", "b"]);
        assert_eq!(read(json!({"queries": "[\"a\"]"})).unwrap(), ["a"]);
        assert!(read(json!({})).is_err() && read(json!({"queries": ["a", "b", "c", "d", "e"]})).is_err());
        assert!(read(json!({"querys": "a"})).unwrap_err().to_string().contains("nearest: queries"));
    }

    #[test]
    fn the_work_of_hostile_arguments_is_bounded() {
        let names: JsonObject = (0..19_000).map(|index| (format!("qeury{index}"), json!("x"))).collect();
        let services = json!({ "queries": ["x"], "service": vec!["contcts"; 19_000] });
        let work = crate::text::work::measure(|| {
            assert!(SearchInput::read(names.clone()).is_err() && described(names).is_err());
            assert!(SearchInput::read(object_of(services)).unwrap_err().to_string().contains("at most 10"));
        });
        assert!(work <= 1_000_000, "{work}");
    }

    #[test]
    fn the_number_of_described_operations_is_bounded() {
        assert_eq!(described(object_of(json!({"operation": "a"}))).unwrap(), ["a"]);
        assert!(described(object_of(json!({"operations": ["a", "b", "c", "d", "e", "f"]}))).is_err());
    }
}
