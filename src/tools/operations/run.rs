//! Turns a call of an `operations` tool into its answer, or into the call of the operation that it names.

use serde_json::Value;

use super::input::RunInput;
use super::names::Unresolved;
use super::{Action, OperationsTool, describe, listed, names, search};
use crate::catalogue::{Kind, Operation};
use crate::leadconnector::ArgumentError;
use crate::tools::field_mask::{self, FieldMask};
use crate::tools::registry::ToolRegistry;
use crate::tools::{InvalidArguments, JsonObject, PreparedCall, Selection, Tool, ToolResult};

/// What a call of an `operations` tool comes to.
#[derive(Debug)]
pub enum Resolved<'r> {
    /// Its answer: nothing has to be sent.
    Answer(ToolResult),
    /// The call of an operation.
    Call {
        /// The operation's tool.
        tool: &'r Tool,
        /// The operation's arguments.
        arguments: JsonObject,
        /// How it is run.
        options: RunOptions,
    },
}

/// How an operation is run.
#[derive(Debug, Default)]
pub struct RunOptions {
    /// The value of `fields`, for the operation's response.
    pub fields: Option<Value>,
    /// Whether the request is only shown.
    pub dry_run: bool,
    /// What the caller should know.
    pub notes: Vec<String>,
}

impl RunOptions {
    /// The options of a tool that is called by its own name: a dry run, if its arguments ask for one.
    pub fn of_tool(tool: &Tool, arguments: &mut JsonObject) -> Self {
        Self { dry_run: !tool.is_typed() && take_dry_run(tool, arguments), ..Self::default() }
    }

    /// Applies the options to a call.
    ///
    /// # Errors
    ///
    /// The problem with `fields`.
    pub fn apply(&mut self, mut call: PreparedCall) -> Result<PreparedCall, InvalidArguments> {
        if let Some(fields) = &self.fields {
            let mask = FieldMask::read(fields).map_err(|problem| InvalidArguments::one(field_mask::NAME, problem))?;
            call.fields = Some(mask);
        }
        call.notes.append(&mut self.notes);
        Ok(call)
    }
}

impl OperationsTool {
    /// Resolves a call within what the caller's selection allows.
    ///
    /// # Errors
    ///
    /// All problems with the arguments.
    pub fn resolve<'r>(
        &self,
        registry: &'r ToolRegistry,
        selection: &Selection,
        arguments: JsonObject,
    ) -> Result<Resolved<'r>, InvalidArguments> {
        let resolved = match self.action {
            Action::Search => search::answer(registry, selection, arguments).map(Resolved::Answer),
            Action::Describe => describe::answer(registry, selection, arguments).map(Resolved::Answer),
            Action::Run(kind) => RunInput::read(arguments).and_then(|input| run(registry, selection, kind, input)),
        };
        resolved.map_err(|problems| if self.is_hosted { in_hosted_words(problems) } else { problems })
    }
}

/// Problems in the names that the hosted endpoint has for arguments and tools.
fn in_hosted_words(InvalidArguments(problems): InvalidArguments) -> InvalidArguments {
    const TOOLS: [(&str, &str); 2] =
        [("operations_search", "search_operations"), ("operations_describe", "describe_operation")];
    let hosted = |mut error: ArgumentError| {
        error.argument = match error.argument.as_str() {
            "queries" => "query".to_owned(),
            "operation" | "operations" => "operationId".to_owned(),
            "service" => "domains".to_owned(),
            _ => error.argument,
        };
        for (ours, theirs) in TOOLS {
            error.problem = error.problem.replace(ours, theirs);
        }
        error
    };
    InvalidArguments(problems.into_iter().map(hosted).collect())
}

fn run<'r>(
    registry: &'r ToolRegistry,
    selection: &Selection,
    kind: Option<Kind>,
    input: RunInput,
) -> Result<Resolved<'r>, InvalidArguments> {
    let RunInput { operation, mut params, fields, dry_run, notes } = input;
    let problem = |problem: String| InvalidArguments::one("operation", problem);
    let tool = match names::resolve(registry, selection, &operation) {
        Ok(tool) => tool,
        Err(Unresolved::Unknown(message)) => return Err(problem(message)),
        Err(Unresolved::Forbidden(message)) => return Ok(Resolved::Answer(ToolResult::forbidden(&message))),
    };
    if let Some(expected) = kind.filter(|kind| *kind != tool.kind()) {
        let right = listed::runner_of(registry, selection, tool.kind());
        let next = right.map_or_else(
            || "this connection has no tool for that kind".to_owned(),
            |right| format!("call {right} with the same arguments"),
        );
        let (actual, expected) = (tool.kind().as_str(), expected.as_str());
        return Err(problem(format!("{} is of kind {actual}, not {expected}: {next}", tool.name)));
    }
    let dry_run = take_dry_run(tool, &mut params) || dry_run;
    let (mut fields, mut notes) = (fields, notes);
    for name in ["reason", "idempotencyKey", "idempotency_key"] {
        if !has(tool, name) && params.shift_remove(name).is_some() {
            notes.push(format!("`{name}` was ignored: the operation has nothing like it"));
        }
    }
    if has(tool, field_mask::NAME) && !params.contains_key(field_mask::NAME) {
        // The operation's own argument of this name.
        params.extend(fields.take().map(|fields| (field_mask::NAME.to_owned(), fields)));
    } else if !has(tool, field_mask::NAME)
        && let Some(inner) = params.get(field_mask::NAME)
        && fields.as_ref().is_some_and(|outer| outer != inner)
    {
        return Err(InvalidArguments::one(
            field_mask::NAME,
            "is given twice with different values: in `params` and beside it",
        ));
    }
    Ok(Resolved::Call { tool, arguments: params, options: RunOptions { fields, dry_run, notes } })
}

/// Removes `dry_run` from the arguments of an operation that has none. A model that means a dry run must not send, wherever it
/// says so.
fn take_dry_run(tool: &Tool, params: &mut JsonObject) -> bool {
    ["dry_run", "dryRun"].into_iter().filter(|name| !has(tool, name)).fold(false, |is_dry, name| {
        let given = params.shift_remove(name);
        is_dry || given.is_some_and(|given| given != Value::Bool(false) && given != "false" && !given.is_null())
    })
}

/// Whether the operation of a tool has an argument of this name.
fn has(tool: &Tool, name: &str) -> bool {
    let parameters = tool.operation.map(Operation::parameters).unwrap_or_default();
    parameters.iter().any(|shape| shape.argument() == name)
}
