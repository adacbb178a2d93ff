//! The parameters that hold the sub-account's id. A call gives it once, as `locationId`, or the caller's pinned location is
//! used; so these parameters are not shown to a model.

use super::operation::Operation;
use super::shape::Shape;

/// How an operation uses the caller's location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationUse {
    /// No parameter holds a location.
    None,
    /// A call may give the location.
    Optional,
    /// A call must give the location.
    Required,
}

impl Operation {
    /// How the operation uses the caller's location.
    pub fn location_use(&self) -> LocationUse {
        let slots = self.parameters().iter().filter(|parameter| self.is_location_slot(parameter));
        slots.fold(LocationUse::None, |so_far, slot| match (so_far, slot.required) {
            (LocationUse::Required, _) | (_, true) => LocationUse::Required,
            _ => LocationUse::Optional,
        })
    }

    /// The arguments of a call besides the location, in the documents' order.
    pub(super) fn own_arguments(&self) -> impl Iterator<Item = &Shape> {
        self.parameters().iter().filter(|parameter| !self.is_location_slot(parameter))
    }

    /// Whether a parameter is filled with the location, or says that `altId` is one. A field inside of an argument never is.
    fn is_location_slot(&self, parameter: &Shape) -> bool {
        match parameter.name.as_str() {
            "locationId" | "location_id" | "altType" => true,
            // Without `altType`, and optional, it is another system's id: that of an imported message.
            "altId" => parameter.required || self.parameters().iter().any(|other| other.name == "altType"),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn shown(name: &str) -> (LocationUse, bool) {
        let operation = Catalogue::published().find(name).unwrap();
        (operation.location_use(), operation.own_arguments().any(|argument| argument.name == "altId"))
    }

    #[test]
    fn the_alt_id_of_an_imported_message_is_no_location() {
        assert_eq!(shown("conversations_add-an-inbound-message"), (LocationUse::None, true));
        assert_eq!(shown("invoices_create-invoice"), (LocationUse::Required, false));
        assert_eq!(shown("contacts_get-contact"), (LocationUse::None, false));
    }
}
