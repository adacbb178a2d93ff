//! The list of tools, in pages.

use std::sync::OnceLock;

use rmcp::model::{ErrorData, Tool};

use super::convert;
use crate::calls::Caller;
use crate::text::truncate;
use crate::tools::ToolRegistry;

/// The most tools on a page. A list of up to [`WHOLE`] tools is one page, because some clients read no other.
const PAGE: usize = 100;

/// The most tools of a list that is not paged: what the clients with the highest limits accept.
const WHOLE: usize = 128;

/// The definitions as rmcp sends them, by position, each made when it is first listed: nearly all clients list a few.
pub struct ToolList {
    pinned: Box<[OnceLock<Tool>]>,
    unpinned: Box<[OnceLock<Tool>]>,
}

/// A page of a list.
pub struct Page {
    pub tools: Vec<Tool>,
    pub next_cursor: Option<String>,
}

impl ToolList {
    /// Makes the list; what is listed by default is made at once.
    pub fn new(registry: &ToolRegistry) -> Self {
        let empty = || (0..registry.count()).map(|_| OnceLock::new()).collect();
        let list = Self { pinned: empty(), unpinned: empty() };
        for (pinned, tools) in [(true, &list.pinned), (false, &list.unpinned)] {
            let listed = registry.all().zip(tools).filter(|(callable, _)| callable.is_default());
            for ((_, tool), definition) in listed.zip(registry.definitions(pinned).iter()) {
                tool.get_or_init(|| convert::tool(definition));
            }
        }
        list
    }

    /// The page of a caller's list that starts at a position.
    pub fn page(&self, registry: &ToolRegistry, caller: &Caller, start: usize) -> Page {
        let is_pinned = caller.location.is_some();
        let tools = if is_pinned { &self.pinned } else { &self.unpinned };
        // The operations of the catalogue come last, and none of them is listed by default.
        let count = if caller.selection.lists_default() { registry.hand_written() } else { registry.count() };
        let listed = registry.all().zip(tools).enumerate().take(count).skip(start);
        let mut listed: Vec<_> = listed.filter(|(_, (callable, _))| caller.selection.lists(*callable)).collect();
        let mut next_cursor = None;
        if listed.len() > WHOLE || (start > 0 && listed.len() > PAGE) {
            next_cursor = listed.get(PAGE).map(|(position, _)| position.to_string());
            listed.truncate(PAGE);
        }
        let tools = listed.into_iter().map(|(_, (callable, tool))| {
            tool.get_or_init(|| convert::tool(&registry.definition(callable, is_pinned))).clone()
        });
        Page { tools: tools.collect(), next_cursor }
    }
}

/// The position that a cursor stands for.
///
/// # Errors
///
/// If it is none that a page gave.
pub fn position(cursor: &str) -> Result<usize, ErrorData> {
    cursor.parse().map_err(|_| {
        let message = format!(
            "the cursor {:?} is invalid: pass `nextCursor` of the page before, or omit `cursor`",
            truncate(cursor)
        );
        ErrorData::invalid_params(message, None)
    })
}
