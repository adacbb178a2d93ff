//! The tools that a caller sees, and the operations that it may run.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::operations::{Action, runner};
use super::{Callable, OPERATIONS, ToolRegistry};
use crate::catalogue::{Catalogue, search};
use crate::text::suggest;

/// What a caller may use: a list of narrowings, each with what it keeps; and which of it `tools/list` shows. The default hides
/// nothing and lists what a client that selects nothing sees.
///
/// Each is a set of bits, not a map of names: a selection is made for each request, however many tools there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    narrowings: Vec<Narrowing>,
    /// What is listed of that; `None` for the default.
    listed: Option<Arc<FixedBitSet>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Narrowing {
    /// What narrows the selection, to follow "hidden by".
    source: &'static str,
    /// What it keeps, by position. Shared, so that a request copies the operator's selection at no cost.
    kept: Arc<FixedBitSet>,
}

/// A name that no service or tool has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} {name:?}; {known}")]
pub struct UnknownName {
    what: &'static str,
    name: String,
    known: String,
}

impl Selection {
    /// Hides that for which `keep` is false. `source` names what hides it, to follow "hidden by".
    ///
    /// A selection can only be narrowed, so earlier narrowings are an upper bound for later ones.
    pub fn narrow(&mut self, registry: &ToolRegistry, source: &'static str, keep: impl Fn(Callable<'_>) -> bool) {
        let kept = positions(registry, keep);
        if kept.count_ones(..) < registry.count() {
            self.narrowings.push(Narrowing { source, kept: Arc::new(kept) });
        }
    }

    /// Selects the tools of these services and those with these names, and lists them.
    ///
    /// The service `operations`, and each of its tools, also selects the operations that it runs: they are not listed.
    pub fn select(&mut self, registry: &ToolRegistry, source: &'static str, services: &[&str], names: &[&str]) {
        let is_named = |callable: &Callable<'_>| {
            let of_service = !callable.is_hosted()
                && (services.contains(&callable.service())
                    || (services.contains(&ALL) && callable.service() != OPERATIONS));
            of_service || names.contains(&callable.name())
        };
        let runners: Vec<Callable<'_>> = registry
            .all()
            .filter(|callable| matches!(callable, Callable::Operations(_)) && is_named(callable))
            .collect();
        self.narrow(registry, source, |callable| {
            is_named(&callable) || runners.iter().any(|runner| runs(runner, &callable))
        });
        self.list_only(registry, |callable| is_named(&callable));
    }

    /// Hides what has these names. A tool of `operations` that runs a kind takes with it the operations of that kind that have no
    /// hand-written tool: whoever excludes it wants none of them run.
    pub fn exclude(&mut self, registry: &ToolRegistry, source: &'static str, names: &[&str]) {
        self.narrow(registry, source, |callable| {
            let is_run_by_excluded = match callable {
                Callable::Tool(tool) => !tool.is_typed() && names.contains(&runner(tool.kind())),
                Callable::Operations(_) => false,
            };
            !names.contains(&callable.name()) && !is_run_by_excluded
        });
    }

    /// Lists the tools of HighLevel's second hosted endpoint, and no others.
    pub fn list_hosted(&mut self, registry: &ToolRegistry) {
        self.list_only(registry, |callable| callable.is_hosted());
    }

    /// Hides everything that writes.
    pub fn read_only(&mut self, registry: &ToolRegistry, source: &'static str) {
        let kept = registry.reads();
        if kept.count_ones(..) < registry.count() {
            self.narrowings.push(Narrowing { source, kept: kept.clone() });
        }
    }

    /// What hides it, if it is hidden.
    pub fn hidden_by(&self, callable: Callable<'_>) -> Option<&'static str> {
        self.narrowings
            .iter()
            .find(|narrowing| !narrowing.kept.contains(callable.position()))
            .map(|narrowing| narrowing.source)
    }

    /// Whether it is listed, so that it can be called by its name.
    pub fn lists(&self, callable: Callable<'_>) -> bool {
        let is_selected =
            self.listed.as_ref().map_or(callable.is_default(), |listed| listed.contains(callable.position()));
        is_selected && self.hidden_by(callable).is_none()
    }

    /// Whether it lists what a client that selects nothing sees.
    pub fn lists_default(&self) -> bool {
        self.listed.is_none()
    }

    fn list_only(&mut self, registry: &ToolRegistry, list: impl Fn(Callable<'_>) -> bool) {
        let mut listed = positions(registry, list);
        if let Some(earlier) = &self.listed {
            listed.intersect_with(earlier);
        }
        self.listed = Some(Arc::new(listed));
    }
}

/// The most tools that an error lists.
const MAX_LISTED: usize = 40;

/// The name that stands for all services in a selection.
const ALL: &str = "all";

fn positions(registry: &ToolRegistry, keep: impl Fn(Callable<'_>) -> bool) -> FixedBitSet {
    registry.all().filter(|callable| keep(*callable)).map(|callable| callable.position()).collect()
}

/// Whether an `operations` tool finds, describes or runs a tool's operation.
fn runs(runner: &Callable<'_>, callable: &Callable<'_>) -> bool {
    match (runner, callable) {
        (Callable::Operations(runner), Callable::Tool(tool)) => match runner.action {
            Action::Search | Action::Describe => true,
            Action::Run(kind) => kind.is_none_or(|kind| kind == tool.kind()),
        },
        _ => false,
    }
}

impl ToolRegistry {
    /// Looks up services by name.
    ///
    /// # Errors
    ///
    /// The first unknown name.
    pub fn resolve_services<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<&'static str>, UnknownName> {
        let services = self.services();
        let find = |name: &str| services.iter().chain([&ALL]).find(|service| **service == name).copied();
        resolve("service", names, find, |_| format!("known services: {}", services.join(", ")))
    }

    /// Looks up tools by name.
    ///
    /// # Errors
    ///
    /// The first unknown name, with the tools that are visible: a client does not learn the names that the operator hides.
    pub fn resolve_tools<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        visible: &Selection,
    ) -> Result<Vec<&'static str>, UnknownName> {
        let find = |name: &str| self.callable(name).map(|callable| callable.name());
        resolve("tool", names, find, |name| {
            let visible: Vec<&str> = self
                .all()
                .filter(|callable| visible.hidden_by(*callable).is_none())
                .map(|callable| callable.name())
                .collect();
            let mut nearest = suggest(name, visible.iter().copied());
            if nearest.is_empty() {
                let operations = Catalogue::published().operations();
                let found = search::nearest_names(name, |operation| visible.contains(&operation.name));
                nearest = found.into_iter().filter_map(|position| Some(operations.get(position)?.name)).collect();
            }
            // The names of all operations would fill a screen.
            if !nearest.is_empty() {
                return format!("nearest: {}", nearest.join(", "));
            }
            if visible.len() > MAX_LISTED {
                return "`leadconnector-mcp operations` lists them".to_owned();
            }
            format!("known tools: {}", visible.join(", "))
        })
    }
}

fn resolve<'a>(
    what: &'static str,
    names: impl IntoIterator<Item = &'a str>,
    find: impl Fn(&str) -> Option<&'static str>,
    known: impl Fn(&str) -> String,
) -> Result<Vec<&'static str>, UnknownName> {
    let unknown = |name: &str| UnknownName { what, name: name.to_owned(), known: known(name) };
    names.into_iter().map(str::trim).map(|name| find(name).ok_or_else(|| unknown(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(registry: &ToolRegistry, selection: &Selection) -> Vec<&'static str> {
        registry.all().filter(|callable| selection.lists(*callable)).map(|callable| callable.name()).collect()
    }

    fn reached(registry: &ToolRegistry, selection: &Selection, name: &str) -> bool {
        selection.hidden_by(registry.callable(name).unwrap()).is_none()
    }

    #[test]
    fn a_hidden_tool_names_what_hides_it() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        selection.select(&registry, "the URL", &["contacts"], &[]);
        selection.read_only(&registry, "X-MCP-Readonly");
        selection.narrow(&registry, "nothing", |_| true);
        let hidden = |name: &str| selection.hidden_by(registry.callable(name).unwrap());
        assert_eq!(hidden("contacts_get-contact"), None);
        assert_eq!(hidden("contacts_add-tags"), Some("X-MCP-Readonly"));
        assert_eq!(hidden("payments_get-order-by-id"), Some("the URL"));
        assert_eq!(hidden("operations_read"), Some("the URL"));
    }

    #[test]
    fn a_service_lists_its_operations_as_tools() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        selection.select(&registry, "the URL", &["invoices"], &[]);
        let listed = listed(&registry, &selection);
        assert!(listed.len() > 30 && listed.iter().all(|name| name.starts_with("invoices_")), "{listed:?}");
        assert!(!reached(&registry, &selection, "contacts_get-contact"));
    }

    #[test]
    fn the_operations_tools_reach_what_they_run() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        selection.select(&registry, "the URL", &["operations", "contacts"], &[]);
        assert!(listed(&registry, &selection).contains(&"contacts_create-note"));
        assert!(reached(&registry, &selection, "invoices_send-invoice"));
        assert!(!selection.lists(registry.callable("invoices_send-invoice").unwrap()));

        let mut selection = Selection::default();
        selection.select(&registry, "the headers", &[], &["operations_read", "contacts_add-tags"]);
        assert_eq!(listed(&registry, &selection), ["contacts_add-tags", "operations_read"]);
        assert!(
            reached(&registry, &selection, "users_search-users")
                && !reached(&registry, &selection, "contacts_create-note")
        );
    }

    #[test]
    fn the_hosted_endpoints_tools_are_listed_alone() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        assert!(!listed(&registry, &selection).contains(&"execute_operation"));
        selection.read_only(&registry, "X-MCP-Readonly");
        selection.list_hosted(&registry);
        assert_eq!(listed(&registry, &selection), ["search_operations", "describe_operation", "execute_operation"]);
        let mut all = Selection::default();
        all.select(&registry, "the URL", &["all"], &[]);
        assert_eq!(listed(&registry, &all).len(), crate::catalogue::Catalogue::published().operations().len());
    }

    #[test]
    fn an_unknown_name_is_reported_with_the_known_ones() {
        let registry = ToolRegistry::default();
        assert_eq!(registry.resolve_services(["contacts", " payments"]), Ok(vec!["contacts", "payments"]));
        let error = registry.resolve_services(["contact"]).unwrap_err().to_string();
        assert!(error.starts_with("there is no service \"contact\"; known services: calendars, contacts,"), "{error}");
        assert!(error.ends_with("workflows, operations"), "{error}");
        let mut visible = Selection::default();
        visible.select(&registry, "the operator", &["payments"], &[]);
        // A hidden tool has its name, and is only not listed.
        assert!(registry.resolve_tools(["contacts_get-contact"], &visible).is_ok());
        let error = registry.resolve_tools(["contacts_getcontact"], &visible).unwrap_err().to_string();
        assert!(error.contains("known tools: payments_get-order-by-id") && !error.contains("contacts_get-"), "{error}");
    }
}
