//! The tools that a caller sees.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::{Tool, ToolRegistry};

/// The tools that a caller sees: a list of narrowings, each with the tools that it keeps. The default hides none.
///
/// Each is a set of bits, not a map of names: a selection is made for each request, however many tools there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    narrowings: Vec<Narrowing>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Narrowing {
    /// What narrows the selection, to follow "hidden by".
    source: &'static str,
    /// The tools that it keeps, by position. Shared, so that a request copies the operator's selection at no cost.
    kept: Arc<FixedBitSet>,
}

/// A name that no service or tool has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} {name:?}; known {what}s: {known}")]
pub struct UnknownName {
    what: &'static str,
    name: String,
    known: String,
}

impl Selection {
    /// Hides the tools for which `keep` is false. `source` names what hides them, to follow "hidden by".
    ///
    /// A selection can only be narrowed, so earlier narrowings are an upper bound for later ones.
    pub fn narrow(&mut self, registry: &ToolRegistry, source: &'static str, keep: impl Fn(&Tool) -> bool) {
        let kept: FixedBitSet = registry.tools().iter().filter(|tool| keep(tool)).map(|tool| tool.position).collect();
        if kept.count_ones(..) < registry.tools().len() {
            self.narrowings.push(Narrowing { source, kept: Arc::new(kept) });
        }
    }

    /// Hides all tools that write.
    pub fn read_only(&mut self, registry: &ToolRegistry, source: &'static str) {
        self.narrow(registry, source, |tool| tool.hints.read_only);
    }

    /// What hides a tool, if it is hidden.
    pub fn hidden_by(&self, tool: &Tool) -> Option<&'static str> {
        self.narrowings
            .iter()
            .find(|narrowing| !narrowing.kept.contains(tool.position))
            .map(|narrowing| narrowing.source)
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
        let find = |name: &str| services.iter().find(|service| **service == name).copied();
        resolve("service", names, find, || services.clone())
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
        let find = |name: &str| self.find(name).map(|tool| tool.name);
        let known =
            || self.tools().iter().filter(|tool| visible.hidden_by(tool).is_none()).map(|tool| tool.name).collect();
        resolve("tool", names, find, known)
    }

    /// All services, in the order of their tools.
    pub fn services(&self) -> Vec<&'static str> {
        let mut services: Vec<&'static str> = self.tools().iter().map(Tool::service).collect();
        services.dedup();
        services
    }
}

fn resolve<'a>(
    what: &'static str,
    names: impl IntoIterator<Item = &'a str>,
    find: impl Fn(&str) -> Option<&'static str>,
    known: impl Fn() -> Vec<&'static str>,
) -> Result<Vec<&'static str>, UnknownName> {
    let unknown = |name: &str| UnknownName { what, name: name.to_owned(), known: known().join(", ") };
    names.into_iter().map(str::trim).map(|name| find(name).ok_or_else(|| unknown(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_tool_names_what_hides_it() {
        let registry = ToolRegistry::default();
        let mut selection = Selection::default();
        selection.narrow(&registry, "the URL", |tool| tool.service() == "contacts");
        selection.read_only(&registry, "X-MCP-Readonly");
        selection.narrow(&registry, "nothing", |_| true);
        let hidden = |name: &str| selection.hidden_by(registry.find(name).unwrap());
        assert_eq!(hidden("contacts_get-contact"), None);
        assert_eq!(hidden("contacts_add-tags"), Some("X-MCP-Readonly"));
        assert_eq!(hidden("payments_get-order-by-id"), Some("the URL"));
    }

    #[test]
    fn an_unknown_name_is_reported_with_the_known_ones() {
        let registry = ToolRegistry::default();
        assert_eq!(registry.resolve_services(["contacts", " payments"]), Ok(vec!["contacts", "payments"]));
        let error = registry.resolve_services(["contact"]).unwrap_err().to_string();
        let services = "calendars, contacts, conversations, locations, opportunities, payments";
        assert_eq!(error, format!("there is no service \"contact\"; known services: {services}"));
        let mut visible = Selection::default();
        visible.narrow(&registry, "the operator", |tool| tool.service() == "payments");
        // A hidden tool has its name, and is only not listed.
        assert!(registry.resolve_tools(["contacts_get-contact"], &visible).is_ok());
        let error = registry.resolve_tools(["contacts_getcontact"], &visible).unwrap_err().to_string();
        assert!(error.contains("payments_get-order-by-id") && !error.contains("contacts_get-contact"), "{error}");
    }
}
