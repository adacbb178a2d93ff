//! The operator's policy: which tools and locations are allowed.

use super::{Callable, Selection, Tool, ToolRegistry, UnknownName};
use crate::catalogue::{Flag, Kind};
use crate::config::{ConfigError, ToolSettings};
use crate::leadconnector::{InvalidLocationId, LocationId};

/// The flags that the operator may allow.
const FLAGS: [Flag; 3] = [Flag::ReachesPeople, Flag::CostsMoney, Flag::Secrets];

/// The word for an empty list of flags.
const NONE: &str = "none";

/// The operator's policy: an upper bound that no request can exceed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    selection: Selection,
    /// The allowed locations; empty allows all.
    locations: Vec<LocationId>,
}

impl Policy {
    /// Validates the operator's settings.
    ///
    /// # Errors
    ///
    /// The first setting with an unknown service or tool, or an invalid location id.
    pub fn new(settings: &ToolSettings, registry: &ToolRegistry) -> Result<Self, ConfigError> {
        let services = resolve("tools.services", &settings.services, |names| registry.resolve_services(names))?;
        let only = resolve("tools.only", &settings.only, |names| registry.resolve_tools(names, &Selection::default()))?;
        let exclude =
            resolve("tools.exclude", &settings.exclude, |names| registry.resolve_tools(names, &Selection::default()))?;
        let locations: Result<Vec<LocationId>, InvalidLocationId> =
            settings.locations.iter().map(|id| id.parse()).collect();
        let locations = locations.map_err(|error| invalid("tools.locations", &settings.locations, &error))?;

        let kinds = parse("tools.kinds", &settings.kinds, &Kind::ALL, |kind| kind.as_str())?;
        if kinds.is_empty() && !settings.kinds.is_empty() {
            let problem = "name at least one of: read, add, change".to_owned();
            return Err(ConfigError::Value { setting: "tools.kinds", value: settings.kinds.join(","), problem });
        }
        let flags = parse("tools.flags", &settings.flags, &FLAGS, |flag| flag.as_str())?;

        let mut selection = Selection::default();
        if !services.is_empty() {
            selection.select(registry, "the operator's setting tools.services", &services, &[]);
        }
        if !only.is_empty() {
            selection.select(registry, "the operator's setting tools.only", &[], &only);
        }
        selection.exclude(registry, "the operator's setting tools.exclude", &exclude);
        if !kinds.is_empty() {
            let keep = |callable: Callable<'_>| callable.kind().is_none_or(|kind| kinds.contains(&kind));
            selection.narrow(registry, "the operator's setting tools.kinds", keep);
        }
        let forbidden: Vec<Flag> = FLAGS.into_iter().filter(|flag| !flags.contains(flag)).collect();
        selection.narrow(registry, "the operator's setting tools.flags", |callable| match callable {
            Callable::Tool(Tool { operation: Some(operation), .. }) => {
                !forbidden.iter().any(|flag| operation.has(*flag))
            }
            Callable::Tool(_) | Callable::Operations(_) => true,
        });
        if settings.read_only {
            selection.read_only(registry, "the operator's setting tools.read_only");
        }
        Ok(Self { selection, locations })
    }

    /// The allowed tools.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether only certain locations are allowed.
    pub fn restricts_locations(&self) -> bool {
        !self.locations.is_empty()
    }

    /// Checks that a location is allowed.
    ///
    /// # Errors
    ///
    /// The reason, as the rest of a sentence that starts with the location.
    pub fn check_location(&self, location: Option<&LocationId>) -> Result<(), &'static str> {
        match location {
            Some(location) if self.restricts_locations() && !self.locations.contains(location) => {
                Err("is not allowed by the operator's setting tools.locations")
            }
            _ => Ok(()),
        }
    }
}

fn resolve<'a>(
    setting: &'static str,
    names: &'a [String],
    lookup: impl Fn(Vec<&'a str>) -> Result<Vec<&'static str>, UnknownName>,
) -> Result<Vec<&'static str>, ConfigError> {
    lookup(names.iter().map(String::as_str).collect()).map_err(|error| invalid(setting, names, &error))
}

/// Reads the names of kinds or flags.
fn parse<T: Copy>(
    setting: &'static str,
    names: &[String],
    all: &[T],
    name_of: impl Fn(&T) -> &'static str,
) -> Result<Vec<T>, ConfigError> {
    let known = || all.iter().map(&name_of).collect::<Vec<_>>();
    let find = |name: &String| {
        let found =
            all.iter().find(|value| name_of(value).eq_ignore_ascii_case(&name.replace(['_', '-'], " "))).copied();
        found.ok_or_else(|| ConfigError::Value {
            setting,
            value: names.join(","),
            problem: format!("{name:?} is not one of: {}", known().join(", ")),
        })
    };
    // A variable cannot be empty: that is what one looks like that was never filled in.
    if names.len() == 1 && names[0].eq_ignore_ascii_case(NONE) {
        return Ok(Vec::new());
    }
    names.iter().map(find).collect()
}

fn invalid(setting: &'static str, value: &[String], error: &dyn std::error::Error) -> ConfigError {
    ConfigError::Value { setting, value: value.join(","), problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(change: impl FnOnce(&mut ToolSettings)) -> Result<Policy, String> {
        let mut settings =
            ToolSettings { flags: FLAGS.map(|flag| flag.as_str().to_owned()).into(), ..Default::default() };
        change(&mut settings);
        Policy::new(&settings, &ToolRegistry::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn everything_is_allowed_by_default() {
        assert_eq!(policy(|_| {}), Ok(Policy::default()));
    }

    #[test]
    fn an_unknown_name_is_reported_with_its_setting() {
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
    fn kinds_and_flags_hide_operations() {
        let registry = ToolRegistry::default();
        let hidden = |policy: &Policy, name: &str| policy.selection().hidden_by(registry.callable(name).unwrap());
        let policy_of = |change: fn(&mut ToolSettings)| policy(change).unwrap();
        let additive = policy_of(|tools| tools.kinds = vec!["read".into(), "Add".into()]);
        assert_eq!(hidden(&additive, "contacts_create-note"), None);
        for name in ["contacts_delete-contact", "operations_change", "contacts_remove-tags"] {
            assert_eq!(hidden(&additive, name), Some("the operator's setting tools.kinds"), "{name}");
        }
        let quiet = policy_of(|tools| tools.flags = vec!["costs_money".into()]);
        for name in ["conversations_send-a-new-message", "payments_fetch-config"] {
            assert_eq!(hidden(&quiet, name), Some("the operator's setting tools.flags"), "{name}");
        }
        assert!(policy(|tools| tools.kinds = vec!["write".into()]).unwrap_err().contains("read, add, change"));
        assert!(policy(|tools| tools.flags = vec!["money".into()]).unwrap_err().contains("costs money"));
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
