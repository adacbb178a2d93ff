//! The operations that create, upsert and update a contact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::endpoint::{Endpoint, LocationIn};
use super::super::field::{CustomField, Id, JsonString, LenientBool, List, Patch, Text};
use super::super::operation::Operation;
use super::{DndSettings, InboundDndSettings, WRITE};

/// Defines a struct with the body fields that create, upsert and update share, between fields of its own.
///
/// A macro repeats them, because with `#[serde(flatten)]` errors lose the name of the invalid field.
macro_rules! contact_fields {
    ($(#[$about:meta])* $name:ident { $($before:tt)* } and { $($after:tt)* }) => {
        $(#[$about])*
        #[derive(Debug, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($before)*
            /// Given name
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            first_name: Patch<Text>,
            /// Family name
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            last_name: Patch<Text>,
            /// Full name, instead of firstName and lastName
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            name: Patch<Text>,
            /// Email address
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            email: Patch<Text>,
            /// Phone with country code: +18885550101
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            phone: Patch<Text>,
            /// Street and number
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            address1: Patch<Text>,
            /// City
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            city: Patch<Text>,
            /// State or region
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            state: Patch<Text>,
            /// Postal code
            #[serde(skip_serializing_if = "Option::is_none")]
            postal_code: Option<Text>,
            /// ISO 3166 code: US
            #[serde(skip_serializing_if = "Option::is_none")]
            country: Option<Text>,
            /// Website URL
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            website: Patch<Text>,
            /// IANA name: America/Chihuahua
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            timezone: Patch<Text>,
            /// YYYY-MM-DD
            #[serde(default, skip_serializing_if = "Patch::is_absent")]
            date_of_birth: Patch<Text>,
            /// Do not disturb on every channel
            #[serde(skip_serializing_if = "Option::is_none")]
            dnd: Option<LenientBool>,
            /// Do not disturb by channel; `active` blocks messages
            #[serde(skip_serializing_if = "Option::is_none")]
            dnd_settings: Option<JsonString<DndSettings>>,
            /// Do not disturb for incoming messages
            #[serde(skip_serializing_if = "Option::is_none")]
            inbound_dnd_settings: Option<JsonString<InboundDndSettings>>,
            /// Replaces all tags; add-tags and remove-tags change single ones
            #[serde(skip_serializing_if = "Option::is_none")]
            tags: Option<List<Text>>,
            /// Custom field values
            #[serde(skip_serializing_if = "Option::is_none")]
            custom_fields: Option<List<CustomField>>,
            $($after)*
        }
    };
}

contact_fields! {
    /// Creates a contact.
    CreateContact {} and {
        /// Gender
        #[serde(skip_serializing_if = "Option::is_none")]
        gender: Option<Text>,
        /// Company
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        company_name: Patch<Text>,
        /// Where the contact came from
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<Text>,
        /// Owner's user id
        #[serde(skip_serializing_if = "Option::is_none")]
        assigned_to: Option<Id>,
    }
}

impl Operation for CreateContact {
    const ENDPOINT: Endpoint = Endpoint::post("/contacts/", WRITE).location(LocationIn::Body);
}

contact_fields! {
    /// Updates the contact with this email or phone, or creates one.
    UpsertContact {} and {
        /// Gender
        #[serde(skip_serializing_if = "Option::is_none")]
        gender: Option<Text>,
        /// Company
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        company_name: Patch<Text>,
        /// Where the contact came from
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<Text>,
        /// Owner's user id
        #[serde(skip_serializing_if = "Option::is_none")]
        assigned_to: Option<Id>,
        /// Create a second contact if the location allows duplicates
        #[serde(skip_serializing_if = "Option::is_none")]
        create_new_if_duplicate_allowed: Option<LenientBool>,
    }
}

impl Operation for UpsertContact {
    const ENDPOINT: Endpoint = Endpoint::post("/contacts/upsert", WRITE).location(LocationIn::Body);
}

contact_fields! {
    /// Updates a contact.
    UpdateContact {
        /// The contact's id
        contact_id: Id,
    } and {
        /// Where the contact came from
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        source: Patch<Text>,
        /// Owner's user id
        #[serde(default, skip_serializing_if = "Patch::is_absent")]
        assigned_to: Patch<Id>,
    }
}

impl Operation for UpdateContact {
    const ENDPOINT: Endpoint = Endpoint::put("/contacts/{contactId}", WRITE);
}
