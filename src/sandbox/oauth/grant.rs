//! What a user granted to the app: what each code and token stands for.

use crate::sandbox::LOCATION;
use crate::sandbox::tokens::{COMPANY, SandboxToken, ScopeSet};

/// Where the user installs the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installation {
    /// In the one location.
    Location,
    /// In the agency, with the one location approved.
    AgencyWithLocation,
    /// In the agency, with no location approved.
    Agency,
}

impl Installation {
    pub const ALL: [Self; 3] = [Self::Location, Self::AgencyWithLocation, Self::Agency];
}

/// What a code or token stands for.
#[derive(Debug)]
pub struct Grant {
    pub installation: Installation,
    /// The scopes asked for, separated by spaces: also those that no modelled operation needs.
    pub scope: String,
    scopes: ScopeSet,
}

impl Grant {
    pub fn new(installation: Installation, scope: &str) -> Self {
        Self { installation, scope: scope.to_owned(), scopes: ScopeSet::parse(scope) }
    }

    /// What its tokens may do on the modelled routes.
    pub fn token(&self) -> SandboxToken {
        match self.installation {
            Installation::Location => SandboxToken::Location(self.scopes),
            Installation::AgencyWithLocation | Installation::Agency => SandboxToken::Company,
        }
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|own| own == scope)
    }

    pub fn user_type(&self) -> &'static str {
        match self.installation {
            Installation::Location => "Location",
            Installation::AgencyWithLocation | Installation::Agency => "Company",
        }
    }

    /// The id of the location or company that the app is installed in.
    pub fn owner(&self) -> &'static str {
        match self.installation {
            Installation::Location => LOCATION,
            Installation::AgencyWithLocation | Installation::Agency => COMPANY,
        }
    }

    /// The locations that a Company token may be exchanged for.
    pub fn approved_locations(&self) -> &'static [&'static str] {
        match self.installation {
            Installation::AgencyWithLocation => &[LOCATION],
            Installation::Location | Installation::Agency => &[],
        }
    }
}
