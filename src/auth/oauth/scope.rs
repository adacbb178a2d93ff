//! The scopes of the gateway's own tokens.

use serde::{Deserialize, Serialize};

/// To use tools that read.
pub const READ: &str = "crm:read";
/// To use tools that write, and those that read.
pub const WRITE: &str = "crm:write";
/// To stay connected: asked for by clients that want a refresh token. Every client gets one.
pub const OFFLINE: &str = "offline_access";

/// The scopes of a consent. Reading belongs to every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// Whether tools that write may be used.
    pub write: bool,
    /// Whether `offline_access` was asked for.
    pub offline: bool,
}

impl Scopes {
    /// Reads the `scope` parameter of an authorization request. Unknown names are ignored, because clients send their own
    /// (`claudeai`); one that names none of ours asks for everything, as one that is absent does: the user decides.
    pub fn requested(scope: Option<&str>) -> Self {
        let names = || scope.unwrap_or_default().split_ascii_whitespace();
        let write = names().any(|name| name == WRITE) || !names().any(|name| name == READ);
        Self { write, offline: names().any(|name| name == OFFLINE) }
    }

    /// Reads the `scope` parameter of a refresh (RFC 6749 section 6): the scopes of the new access token. `None` if it asks
    /// for more than was granted. Unknown names are ignored, as in an authorization request, because some clients repeat theirs.
    pub fn narrowed(self, scope: Option<&str>) -> Option<Self> {
        let has = |wanted: &str| scope.unwrap_or_default().split_ascii_whitespace().any(|name| name == wanted);
        if !has(READ) && !has(WRITE) && !has(OFFLINE) {
            return Some(self);
        }
        // `offline_access` gives nothing that the client has not: its refresh token.
        let asked = Self { write: has(WRITE), offline: has(OFFLINE) && self.offline };
        (self.write || !asked.write).then_some(asked)
    }

    /// The same without writing.
    pub fn read_only(self) -> Self {
        Self { write: false, ..self }
    }

    /// The scopes as a `scope` value.
    pub fn as_text(self) -> String {
        let mut text = READ.to_owned();
        for (is_granted, name) in [(self.write, WRITE), (self.offline, OFFLINE)] {
            if is_granted {
                text.push(' ');
                text.push_str(name);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requested_scopes_are_read() {
        for (scope, granted) in [
            (None, "crm:read crm:write"),
            (Some(""), "crm:read crm:write"),
            (Some("crm:read"), "crm:read"),
            (Some("crm:write"), "crm:read crm:write"),
            (Some("crm:read crm:write offline_access"), "crm:read crm:write offline_access"),
            (Some("crm:read claudeai  offline_access"), "crm:read offline_access"),
            (Some("claudeai"), "crm:read crm:write"),
            (Some("crm:readonly"), "crm:read crm:write"),
        ] {
            assert_eq!(Scopes::requested(scope).as_text(), granted, "{scope:?}");
        }
    }

    #[test]
    fn a_refresh_narrows_and_never_widens() {
        let all = Scopes::requested(Some("crm:write offline_access"));
        let read = Scopes::requested(Some("crm:read"));
        assert_eq!(all.narrowed(None), Some(all));
        assert_eq!(all.narrowed(Some("claudeai")), Some(all));
        assert_eq!(all.narrowed(Some("crm:read")).unwrap().as_text(), "crm:read");
        assert_eq!(all.narrowed(Some("crm:read crm:write")).unwrap().as_text(), "crm:read crm:write");
        assert_eq!(all.narrowed(Some("crm:write offline_access claudeai")), Some(all));
        assert_eq!(read.narrowed(Some("crm:read")), Some(read));
        assert_eq!(read.narrowed(Some("crm:write")), None);
        assert_eq!(read.narrowed(Some("crm:read offline_access")), Some(read));
    }
}
