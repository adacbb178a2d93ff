//! Which tools a caller sees.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::{Tool, ToolRegistry};

/// Which tools a caller sees: what narrowed it, each with the tools that it left. The default hides none.
///
/// A set of bits, not a map of names: it is made for each request, whatever the number of tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    narrowings: Vec<Narrowing>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Narrowing {
    /// What narrowed the selection, as in "hidden by …".
    source: &'static str,
    /// The tools that it left, by position. Shared, so that the operator's own costs a request nothing.
    left: Arc<FixedBitSet>,
}

/// A name that no service or tool has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} {given:?}; the known ones: {known}")]
pub struct UnknownName {
    what: &'static str,
    given: String,
    known: String,
}

impl Selection {
    /// Hides the tools that `keep` does not keep; `source` says what hides them, as in "hidden by …".
    ///
    /// A selection is only ever narrowed, so what came before is an upper bound.
    pub fn narrow(&mut self, registry: &ToolRegistry, source: &'static str, keep: impl Fn(&Tool) -> bool) {
        let left: FixedBitSet = registry.tools().iter().filter(|tool| keep(tool)).map(|tool| tool.position).collect();
        if left.count_ones(..) < registry.tools().len() {
            self.narrowings.push(Narrowing { source, left: Arc::new(left) });
        }
    }

    /// Hides all tools that change something.
    pub fn read_only(&mut self, registry: &ToolRegistry, source: &'static str) {
        self.narrow(registry, source, |tool| tool.hints.read_only);
    }

    /// What hides a tool, if it is hidden.
    pub fn hidden_by(&self, tool: &Tool) -> Option<&'static str> {
        self.narrowings
            .iter()
            .find(|narrowing| !narrowing.left.contains(tool.position))
            .map(|narrowing| narrowing.source)
    }
}

impl ToolRegistry {
    /// Checks names of services.
    ///
    /// # Errors
    ///
    /// The first that is unknown.
    pub fn known_services<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<&'static str>, UnknownName> {
        known("service", names, &self.services())
    }

    /// Checks names of tools.
    ///
    /// # Errors
    ///
    /// The first that is unknown.
    pub fn known_tools<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'static str>, UnknownName> {
        let tools: Vec<&'static str> = self.tools().iter().map(|tool| tool.name).collect();
        known("tool", names, &tools)
    }

    /// The services, in the order of their tools.
    pub fn services(&self) -> Vec<&'static str> {
        let mut services: Vec<&'static str> = self.tools().iter().map(Tool::service).collect();
        services.dedup();
        services
    }
}

fn known<'a>(
    what: &'static str,
    names: impl IntoIterator<Item = &'a str>,
    known: &[&'static str],
) -> Result<Vec<&'static str>, UnknownName> {
    let names = names.into_iter().map(str::trim);
    let find = |name: &str| {
        let unknown = || UnknownName { what, given: name.to_owned(), known: known.join(", ") };
        known.iter().find(|known| **known == name).copied().ok_or_else(unknown)
    };
    names.map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_only_narrowed_and_says_by_what() {
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
    fn unknown_names_are_told_with_the_known_ones() {
        let registry = ToolRegistry::default();
        assert_eq!(registry.known_services(["contacts", " payments"]), Ok(vec!["contacts", "payments"]));
        let error = registry.known_services(["contact"]).unwrap_err().to_string();
        let services = "calendars, contacts, conversations, locations, opportunities, payments";
        assert_eq!(error, format!("there is no service \"contact\"; the known ones: {services}"));
        assert!(registry.known_tools(["contacts_get-contact"]).is_ok());
        assert!(registry.known_tools(["contacts_getcontact"]).is_err());
    }
}
