//! The tokens that the sandbox knows, and the credentials of its app. Each token stands for a way in which a real one
//! works or fails.

/// The token that has every scope.
pub const TOKEN: &str = "pit-sandbox-00000000-0000-4000-8000-000000000000";

/// A token with only the `.readonly` scopes: shows what a missing scope looks like.
pub const READ_ONLY_TOKEN: &str = "pit-sandbox-readonly";

/// A token of an agency, which no route of a location accepts.
pub const AGENCY_TOKEN: &str = "pit-sandbox-agency";

/// A token that was valid once. The API words its error like that of a token which never was.
pub const EXPIRED_TOKEN: &str = "pit-sandbox-expired";

/// The company, which is the agency that the location belongs to.
pub const COMPANY: &str = "IZHZud6CLs9NxFTnn9x7";

/// The client id of the sandbox's marketplace app.
pub const MARKETPLACE_CLIENT_ID: &str = "5b0c5eed0000000000000a99-sandboxa";

/// The client secret of the sandbox's marketplace app.
pub const MARKETPLACE_CLIENT_SECRET: &str = "5b0c5eed-0000-4000-8000-00000000c1e7";

/// What the tokens with a single scope begin with; the scope follows.
const SCOPE_PREFIX: &str = "pit-sandbox-scope-";

/// Every scope that the modelled operations need.
pub const SCOPES: [&str; 32] = [
    "businesses.readonly",
    "businesses.write",
    "calendars.readonly",
    "calendars/events.readonly",
    "calendars/events.write",
    "campaigns.readonly",
    "contacts.readonly",
    "contacts.write",
    "conversations.readonly",
    "conversations.write",
    "conversations/message.readonly",
    "conversations/message.write",
    "forms.readonly",
    "invoices.readonly",
    "invoices.write",
    "links.readonly",
    "locations.readonly",
    "locations/customFields.readonly",
    "locations/customValues.readonly",
    "locations/customValues.write",
    "locations/tags.readonly",
    "locations/tags.write",
    "opportunities.readonly",
    "opportunities.write",
    "payments/orders.readonly",
    "payments/transactions.readonly",
    "products.readonly",
    "products.write",
    "products/prices.readonly",
    "surveys.readonly",
    "users.readonly",
    "workflows.readonly",
];

/// The token that has only this scope, which is one of [`SCOPES`].
pub fn scope_token(scope: &str) -> String {
    format!("{SCOPE_PREFIX}{scope}")
}

/// A valid token, and the scopes that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SandboxToken {
    /// Every scope.
    Full,
    /// The scopes that end in `.readonly`.
    ReadOnly,
    /// No scope, because it belongs to an agency and not to a location.
    Agency,
    /// One of [`SCOPES`].
    SingleScope(&'static str),
    /// These scopes: an app's token for the location.
    Location(ScopeSet),
    /// No scope: an app's token for the company.
    Company,
}

/// Some of [`SCOPES`], with a bit for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(u64);

const _: () = assert!(SCOPES.len() <= 64, "a scope set has a bit for each scope");

impl ScopeSet {
    /// The scopes in a text that separates them by spaces. Others than [`SCOPES`] are left out: no modelled operation
    /// needs them.
    pub(super) fn parse(text: &str) -> Self {
        let bits = text.split(' ').filter_map(Self::bit);
        Self(bits.fold(0, |set, bit| set | bit))
    }

    fn has(self, scope: &str) -> bool {
        Self::bit(scope).is_some_and(|bit| self.0 & bit != 0)
    }

    fn bit(scope: &str) -> Option<u64> {
        SCOPES.iter().position(|known| *known == scope).map(|position| 1 << position)
    }
}

impl SandboxToken {
    /// The valid token with this text. [`EXPIRED_TOKEN`] is none, like any unknown text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            TOKEN => Some(Self::Full),
            READ_ONLY_TOKEN => Some(Self::ReadOnly),
            AGENCY_TOKEN => Some(Self::Agency),
            _ => {
                let scope = text.strip_prefix(SCOPE_PREFIX)?;
                SCOPES.into_iter().find(|known| *known == scope).map(Self::SingleScope)
            }
        }
    }

    pub(super) fn has(self, scope: &str) -> bool {
        match self {
            Self::Full => true,
            Self::ReadOnly => scope.ends_with(".readonly"),
            Self::Agency | Self::Company => false,
            Self::SingleScope(own) => own == scope,
            Self::Location(scopes) => scopes.has(scope),
        }
    }

    /// What its requests are counted by. An app's tokens for one location share their limits, whatever their scopes.
    pub(super) fn rate_limit_key(self) -> Self {
        match self {
            Self::Location(_) => Self::Location(ScopeSet::default()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_has_a_token_that_has_no_other() {
        for scope in SCOPES {
            let token = SandboxToken::parse(&scope_token(scope)).unwrap();
            let granted: Vec<&str> = SCOPES.into_iter().filter(|scope| token.has(scope)).collect();
            assert_eq!(granted, [scope]);
        }
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in ["", "pit-sandbox", EXPIRED_TOKEN, "pit-sandbox-scope-", "pit-sandbox-scope-contacts", "pit-x"] {
            assert_eq!(SandboxToken::parse(text), None, "{text}");
        }
    }
}
