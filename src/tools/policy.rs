//! What the operator allows: tools and locations, checked against the tools that there are.

use super::{Selection, Tool, ToolRegistry, UnknownName};
use crate::config::{ConfigError, ToolSettings};
use crate::leadconnector::{InvalidLocationId, LocationId};

/// What the operator allows: an upper bound that no request can widen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    selection: Selection,
    /// Only these; empty for all.
    locations: Vec<LocationId>,
}

impl Policy {
    /// Checks the operator's settings against the tools.
    ///
    /// # Errors
    ///
    /// The first setting that names a service, a tool or a location that there cannot be.
    pub fn new(settings: &ToolSettings, registry: &ToolRegistry) -> Result<Self, ConfigError> {
        let services = known("tools.services", &settings.services, |names| registry.known_services(names))?;
        let only = known("tools.only", &settings.only, |names| registry.known_tools(names))?;
        let exclude = known("tools.exclude", &settings.exclude, |names| registry.known_tools(names))?;
        let locations: Result<Vec<LocationId>, InvalidLocationId> =
            settings.locations.iter().map(|id| id.parse()).collect();
        let locations = locations.map_err(|error| invalid("tools.locations", &settings.locations, &error))?;

        let mut selection = Selection::default();
        if !services.is_empty() {
            let keep = |tool: &Tool| services.contains(&tool.service());
            selection.narrow(registry, "the operator's setting tools.services", keep);
        }
        if !only.is_empty() {
            selection.narrow(registry, "the operator's setting tools.only", |tool| only.contains(&tool.name));
        }
        let keep = |tool: &Tool| !exclude.contains(&tool.name);
        selection.narrow(registry, "the operator's setting tools.exclude", keep);
        if settings.read_only {
            selection.read_only(registry, "the operator's setting tools.read_only");
        }
        Ok(Self { selection, locations })
    }

    /// The tools that anybody may see.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether only some locations are allowed.
    pub fn restricts_locations(&self) -> bool {
        !self.locations.is_empty()
    }

    /// Checks that a location is allowed.
    ///
    /// # Errors
    ///
    /// Why not, as the rest of a sentence.
    pub fn check_location(&self, location: Option<&LocationId>) -> Result<(), &'static str> {
        match location {
            Some(location) if self.restricts_locations() && !self.locations.contains(location) => {
                Err("is not allowed by the operator's setting tools.locations")
            }
            _ => Ok(()),
        }
    }
}

fn known<'a>(
    setting: &'static str,
    names: &'a [String],
    check: impl Fn(Vec<&'a str>) -> Result<Vec<&'static str>, UnknownName>,
) -> Result<Vec<&'static str>, ConfigError> {
    check(names.iter().map(String::as_str).collect()).map_err(|error| invalid(setting, names, &error))
}

fn invalid(setting: &'static str, value: &[String], error: &dyn std::error::Error) -> ConfigError {
    ConfigError::Value { setting, value: value.join(","), problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(change: impl FnOnce(&mut ToolSettings)) -> Result<Policy, String> {
        let mut settings = ToolSettings::default();
        change(&mut settings);
        Policy::new(&settings, &ToolRegistry::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn by_default_everything_is_allowed() {
        assert_eq!(policy(|_| {}), Ok(Policy::default()));
    }

    #[test]
    fn a_name_that_is_none_is_told_with_its_setting() {
        let error = policy(|tools| tools.services = vec!["contacts".into(), "contact".into()]).unwrap_err();
        assert!(
            error.starts_with("tools.services = \"contacts,contact\": there is no service \"contact\";"),
            "{error}"
        );
        assert!(policy(|tools| tools.only = vec!["contacts".into()]).unwrap_err().starts_with("tools.only"));
        assert!(policy(|tools| tools.exclude = vec!["x".into()]).unwrap_err().starts_with("tools.exclude"));
        assert!(policy(|tools| tools.locations = vec!["a/b".into()]).unwrap_err().starts_with("tools.locations"));
    }

    #[test]
    fn only_listed_locations_are_allowed() {
        let policy = policy(|tools| tools.locations = vec!["LOC".into()]).unwrap();
        let location = |id: &str| -> LocationId { id.parse().unwrap() };
        assert!(policy.check_location(Some(&location("LOC"))).is_ok() && policy.check_location(None).is_ok());
        assert!(policy.check_location(Some(&location("OTHER"))).is_err());
        assert!(Policy::default().check_location(Some(&location("OTHER"))).is_ok());
    }
}
