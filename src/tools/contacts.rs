//! The contacts tools.

use super::custom_fields::{CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS};
use super::{Hints, Tool};
use crate::leadconnector::contacts::{
    AddTags, CreateContact, GetAllTasks, GetContact, GetContacts, RemoveTags, UpdateContact, UpsertContact,
};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<GetAllTasks>(
            "contacts_get-all-tasks",
            "Get all tasks of a contact",
            Hints::READ,
            "List a contact's tasks.",
        ),
        Tool::new::<AddTags>(
            "contacts_add-tags",
            "Add tags to a contact",
            Hints::WRITE,
            "Add tags to a contact; its other tags stay. Triggers workflows that listen for these tags.",
        ),
        Tool::new::<RemoveTags>(
            "contacts_remove-tags",
            "Remove tags from a contact",
            Hints::WRITE.destructive(),
            "Remove tags from a contact; its other tags stay.",
        ),
        Tool::new::<GetContact>(
            "contacts_get-contact",
            "Get a contact",
            Hints::READ,
            "Get a contact with its tags and custom fields. Find its id with contacts_get-contacts.",
        ),
        Tool::new::<UpdateContact>(
            "contacts_update-contact",
            "Update a contact",
            Hints::WRITE.destructive(),
            "Update a contact. Omitted fields stay unchanged; null clears a field.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<UpsertContact>(
            "contacts_upsert-contact",
            "Create or update a contact",
            Hints::WRITE.destructive(),
            "Update the contact with this email or phone, or create it if none exists. Omitted fields stay unchanged; null clears a field.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<CreateContact>(
            "contacts_create-contact",
            "Create a contact",
            Hints::WRITE,
            "Create a contact. Fails with the existing contact's id if the email or phone is taken.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<GetContacts>(
            "contacts_get-contacts",
            "Find contacts",
            Hints::READ,
            "Search contacts, or list all of them in pages.",
        ),
    ]
}
