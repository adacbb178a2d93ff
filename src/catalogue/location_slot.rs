//! The parameters that hold the sub-account's id. A call gives it once, as `locationId`, or the caller's pinned location is
//! used; so these parameters are not shown to a model.

use super::operation::Operation;
use super::shape::Shape;

/// The names of the parameters that hold the location's id, and of the one that says that `altId` is a location.
const NAMES: [&str; 4] = ["locationId", "location_id", "altId", "altType"];

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

impl Shape {
    /// Whether this parameter of a request is filled with the location. A field inside of an argument never is.
    pub(super) fn is_location_slot(&self) -> bool {
        self.place.is_some() && NAMES.contains(&self.name.as_str())
    }
}

impl Operation {
    /// How the operation uses the caller's location.
    pub fn location_use(&self) -> LocationUse {
        let slots = self.parameters().iter().filter(|parameter| parameter.is_location_slot());
        slots.fold(LocationUse::None, |so_far, slot| match (so_far, slot.required) {
            (LocationUse::Required, _) | (_, true) => LocationUse::Required,
            _ => LocationUse::Optional,
        })
    }

    /// The arguments of a call besides the location, in the documents' order.
    pub(super) fn own_arguments(&self) -> impl Iterator<Item = &Shape> {
        self.parameters().iter().filter(|parameter| !parameter.is_location_slot())
    }
}
