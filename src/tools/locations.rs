//! The locations tools.

use super::{Hints, Tool};
use crate::leadconnector::locations::{GetCustomFields, GetLocation};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GetLocation>(
            "locations_get-location",
            "Get the location",
            Hints::READ,
            "Get the location (sub-account): its business, address, time zone and settings.",
        ),
        Tool::new::<GetCustomFields>(
            "locations_get-custom-fields",
            "Get custom field definitions",
            Hints::READ,
            "List the custom fields of contacts and opportunities with their ids, keys, types and options.",
        ),
    ]
}
