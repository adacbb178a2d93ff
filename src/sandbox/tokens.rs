//! The tokens that the sandbox knows. Each stands for a way in which a real token works or fails.

/// The token that has every scope.
pub const TOKEN: &str = "pit-sandbox-00000000-0000-4000-8000-000000000000";

/// A token with only the `.readonly` scopes: shows what a missing scope looks like.
pub const READ_ONLY_TOKEN: &str = "pit-sandbox-readonly";

/// A token of an agency, which no route of a location accepts.
pub const AGENCY_TOKEN: &str = "pit-sandbox-agency";

/// A token that was valid once. The API words its error like that of a token which never was.
pub const EXPIRED_TOKEN: &str = "pit-sandbox-expired";

/// The id of the app at the sandbox's marketplace.
pub const MARKETPLACE_CLIENT_ID: &str = "5bdb0c0de0000000000a99d1-sandboxx";

/// The secret of that app.
pub const MARKETPLACE_CLIENT_SECRET: &str = "5a9db0c5-0000-4000-8000-5ec2e7000000";

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
            Self::Agency => false,
            Self::SingleScope(own) => own == scope,
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
