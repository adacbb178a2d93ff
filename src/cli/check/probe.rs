//! Probes the API, once for each scope.

use std::collections::HashMap;

use crate::calls::probe::{self, Probed};
use crate::calls::{CallService, Caller};
use crate::catalogue::{Flag, Kind, Shape};
use crate::cli::credentials::Credentials;
use crate::cli::terminal::sanitize;
use crate::tools::{ErrorKind, Tool};

/// Whether a tool works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    /// A read with its scope was allowed.
    Yes,
    /// The token was rejected for its scope.
    No,
    /// Unknown: it writes, or the API did not respond.
    Unknown,
}

/// What a read of a scope showed.
#[derive(Debug, Clone)]
pub struct Finding {
    pub works: Works,
    pub reason: String,
    /// Whether the token lacks the scope: the reason then names it.
    pub lacks_scope: bool,
}

impl Finding {
    fn new(works: Works, reason: impl Into<String>) -> Self {
        Self { works, reason: reason.into(), lacks_scope: false }
    }
}

/// The result for one tool.
#[derive(Debug, Clone)]
pub struct Row {
    pub tool: &'static str,
    pub scope: &'static str,
    pub finding: Finding,
    /// Whether it writes: such tools are not called.
    pub writes: bool,
    /// Whether it is one of the tools that a client gets from `tools/list`. Of the other operations one a scope is probed.
    pub is_listed: bool,
}

impl Row {
    /// Whether a tool has no problem. The other operations decide nothing: hardly any token has all scopes. A tool that writes cannot be checked, so it is fine unless its token was rejected.
    pub fn is_fine(&self) -> bool {
        let works = self.finding.works;
        !self.is_listed || works == Works::Yes || (self.writes && works == Works::Unknown)
    }
}

/// Checks every tool that the operator's settings select, and each other scope that a read without arguments can prove.
pub async fn all(calls: &CallService, credentials: &Credentials) -> Vec<Row> {
    let Credentials { token, location } = credentials.clone();
    let caller = Caller {
        credential: token.into(),
        location,
        selection: calls.policy().selection().clone(),
        grant: None,
        permit: None,
        max_result_bytes: 0,
    };
    let mut asked: HashMap<&'static str, Finding> = HashMap::new();
    let mut rows = Vec::new();
    let allowed = |tool: &&Tool| caller.selection.hidden_by(tool.callable()).is_none();
    let selected: Vec<&Tool> = calls.registry().tools().iter().filter(allowed).collect();
    for tool in &selected {
        let writes = tool.endpoint.writes();
        let scope = tool.endpoint.scope;
        let finding = match asked.get(scope) {
            Some(known) => known.clone(),
            None if writes => Finding::new(Works::Unknown, "cannot be checked without writing"),
            None => {
                // A tool that sends the location also shows whether the location is right.
                let reads = selected.iter().filter(|other| other.endpoint.scope == scope && !other.endpoint.writes());
                let probe = reads.max_by_key(|other| other.endpoint.needs_location()).unwrap_or(tool);
                let found = ask(calls, &caller, probe).await;
                asked.insert(scope, found.clone());
                found
            }
        };
        rows.push(Row { tool: tool.name, scope, finding, writes, is_listed: true });
    }
    // A token that is rejected for every read is taken to be rejected for writes as well.
    if !asked.is_empty() && asked.values().all(|finding| finding.works == Works::No) {
        for row in rows.iter_mut().filter(|row| row.writes) {
            row.finding = Finding::new(Works::No, "the token was rejected for every read");
        }
    }
    // If no read worked, more reads would tell nothing.
    if !asked.values().any(|finding| finding.works == Works::Yes) {
        return rows;
    }
    let mut others: Vec<&Tool> =
        calls.registry().published().iter().filter(allowed).filter(|tool| needs_no_arguments(tool)).collect();
    // One that the documents advise against only proves what no other does.
    others.sort_by_key(|tool| tool.operation.is_some_and(|operation| operation.has(Flag::Deprecated)));
    for tool in others {
        let scope = tool.endpoint.scope;
        if !asked.contains_key(scope) {
            let finding = ask(calls, &caller, tool).await;
            asked.insert(scope, finding.clone());
            rows.push(Row { tool: tool.name, scope, finding, writes: false, is_listed: false });
        }
    }
    rows
}

/// Whether an operation is a GET with a documented scope that needs nothing but the location, and can be run with the token of
/// one.
fn needs_no_arguments(tool: &Tool) -> bool {
    tool.operation.is_some_and(|operation| {
        let is_other = |parameter: &&Shape| parameter.required && !is_location(&parameter.name);
        operation.kind == Kind::Read
            && operation.method == http::Method::GET
            && operation.scope.is_some()
            && operation.unavailable.is_none()
            && !operation.has(Flag::AgencyToken)
            && !operation.has(Flag::OAuthToken)
            && operation.parameters().iter().find(is_other).is_none()
    })
}

/// Whether a parameter is filled in with the location.
fn is_location(name: &str) -> bool {
    ["locationId", "location_id", "altId", "altType"].contains(&name)
}

async fn ask(calls: &CallService, caller: &Caller, tool: &Tool) -> Finding {
    verdict(&probe::ask(calls, caller, tool, "check").await)
}

fn verdict(probed: &Probed) -> Finding {
    let said = sanitize(&probed.message);
    let with_hint = || format!("{}. {}", said.trim_end_matches('.'), sanitize(&probed.hint).trim_end_matches('.'));
    match probed.error {
        None => Finding::new(Works::Yes, "read succeeded"),
        // The API looked for the record, so it had accepted the token and its scope.
        Some(ErrorKind::NotFound | ErrorKind::InvalidRequest | ErrorKind::Duplicate) => {
            Finding::new(Works::Yes, "access allowed")
        }
        Some(ErrorKind::TokenRejected) => Finding::new(Works::No, format!("the token was rejected ({said})")),
        Some(ErrorKind::ScopeMissing) => Finding { lacks_scope: true, ..Finding::new(Works::No, said) },
        Some(ErrorKind::LocationForbidden | ErrorKind::NotSupportedForToken) => Finding::new(Works::No, with_hint()),
        Some(ErrorKind::InvalidArguments) => Finding::new(Works::No, said),
        Some(_) => Finding::new(Works::Unknown, said),
    }
}
