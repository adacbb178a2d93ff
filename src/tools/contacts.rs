//! The tools of the contacts service.

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
            "Add tags to a contact and keep its others. Starts automations that wait for these tags.",
        ),
        Tool::new::<RemoveTags>(
            "contacts_remove-tags",
            "Remove tags from a contact",
            Hints::WRITE.destructive(),
            "Remove tags from a contact and keep its others.",
        ),
        Tool::new::<GetContact>(
            "contacts_get-contact",
            "Get a contact",
            Hints::READ,
            "Read a contact with its tags and custom fields. To find its id, search with contacts_get-contacts.",
        ),
        Tool::new::<UpdateContact>(
            "contacts_update-contact",
            "Update a contact",
            Hints::WRITE.destructive(),
            "Change a contact. Fields left out stay as they are; null clears one.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<UpsertContact>(
            "contacts_upsert-contact",
            "Create or update a contact",
            Hints::WRITE.destructive(),
            "Update the contact with this email or phone, or create it if there is none. Fields left out stay as they are; null clears one.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<CreateContact>(
            "contacts_create-contact",
            "Create a contact",
            Hints::WRITE,
            "Create a contact. One that exists with this email or phone is an error that names its id.",
        )
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
        Tool::new::<GetContacts>(
            "contacts_get-contacts",
            "Find contacts",
            Hints::READ,
            "Search contacts, or list them page by page.",
        ),
    ]
}
