//! What a client can call by name.

use super::operations::{Action, OperationsTool};
use super::tool::Tool;
use crate::catalogue::Kind;

/// What a client can call by name.
#[derive(Debug, Clone, Copy)]
pub enum Callable<'r> {
    /// The tool of one operation.
    Tool(&'r Tool),
    /// A tool that finds, describes or runs any operation.
    Operations(&'r OperationsTool),
}

impl Tool {
    /// The tool, among everything that a client can call.
    pub const fn callable(&self) -> Callable<'_> {
        Callable::Tool(self)
    }
}

impl Callable<'_> {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Tool(tool) => tool.name,
            Self::Operations(tool) => tool.name,
        }
    }

    /// The toolset it belongs to: the API's service, or `operations`.
    pub fn service(&self) -> &'static str {
        match self {
            Self::Tool(tool) => tool.service(),
            Self::Operations(_) => super::operations::SERVICE,
        }
    }

    /// What a call does to the data; `None` if it may be of any kind.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Tool(tool) => Some(tool.kind()),
            Self::Operations(tool) => match tool.action {
                Action::Search | Action::Describe => Some(Kind::Read),
                Action::Run(kind) => kind,
            },
        }
    }

    /// Whether a client that selects nothing sees it.
    pub fn is_default(&self) -> bool {
        match self {
            Self::Tool(tool) => tool.is_typed(),
            Self::Operations(_) => !self.is_hosted(),
        }
    }

    /// Whether it is one of the hosted endpoint's tools, which only `/mcp/v2` lists.
    pub fn is_hosted(&self) -> bool {
        matches!(self, Self::Operations(tool) if tool.is_hosted)
    }

    /// Its index in the registry, which is its bit in a selection.
    pub(super) fn position(&self) -> usize {
        match self {
            Self::Tool(tool) => tool.position,
            Self::Operations(tool) => tool.position,
        }
    }
}
