//! Turns a call of an `operations` tool into its answer, or into the call of the operation that it names.

use serde_json::Value;

use super::input::RunInput;
use super::{Action, OperationsTool, describe, names, runner, search};
use crate::catalogue::Kind;
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
        match self.action {
            Action::Search => search::answer(registry, selection, arguments).map(Resolved::Answer),
            Action::Describe => describe::answer(registry, selection, arguments).map(Resolved::Answer),
            Action::Run(kind) => run(registry, selection, kind, RunInput::read(arguments)?),
        }
    }
}

fn run<'r>(
    registry: &'r ToolRegistry,
    selection: &Selection,
    kind: Option<Kind>,
    input: RunInput,
) -> Result<Resolved<'r>, InvalidArguments> {
    let RunInput { operation, params, fields, dry_run, notes } = input;
    let problem = |problem: String| InvalidArguments::one("operation", problem);
    let tool = names::resolve(registry, selection, &operation)?;
    if let Some(expected) = kind.filter(|kind| *kind != tool.kind()) {
        let (actual, right) = (tool.kind().as_str(), runner(tool.kind()));
        return Err(problem(format!(
            "{} is of kind {actual}, not {}: call {right} with the same arguments",
            tool.name,
            expected.as_str()
        )));
    }
    // A dry run sends nothing, so it works for these too.
    if let Some(reason) = tool.operation.and_then(|operation| operation.unavailable).filter(|_| !dry_run) {
        return Err(problem(format!("{} cannot be run here: {reason}", tool.name)));
    }
    Ok(Resolved::Call { tool, arguments: params, options: RunOptions { fields, dry_run, notes } })
}
