//! The path of every operation that the sandbox models.

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, delete, get, post, put};

use super::calendars::{self, appointments, free_slots};
use super::contacts::{self, notes, tasks, workflows};
use super::conversations::{self, conversation};
use super::locations::{self, custom_values, tags};
use super::opportunities::{self, create};
use super::unmodelled::{self, LOOKALIKES};
use super::{Sandbox, businesses, invoices, marketing, oauth, payments, products, users};

/// Every route, by service. The other paths are [`unmodelled`].
pub fn routes() -> Router<Arc<Sandbox>> {
    let routes = calendars_and_users()
        .merge(contacts())
        .merge(conversations())
        .merge(locations())
        .merge(opportunities())
        .merge(money())
        .merge(marketing())
        .merge(oauth::routes());
    LOOKALIKES
        .into_iter()
        .fold(routes, |routes, path| routes.route(path, any(unmodelled::respond)))
        .fallback(unmodelled::respond)
        .method_not_allowed_fallback(unmodelled::respond)
}

fn calendars_and_users() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/calendars/", get(calendars::LIST))
        .route("/calendars/events", get(calendars::EVENTS))
        .route("/calendars/events/appointments", post(appointments::CREATE))
        .route("/calendars/events/appointments/{eventId}", get(appointments::GET).put(appointments::UPDATE))
        .route("/calendars/events/{eventId}", delete(appointments::DELETE))
        .route("/calendars/appointments/{appointmentId}/notes", get(calendars::APPOINTMENT_NOTES))
        .route("/calendars/{calendarId}", get(calendars::GET))
        .route("/calendars/{calendarId}/free-slots", get(free_slots::FREE_SLOTS))
        .route("/users/", get(users::LIST))
        .route("/users/search", get(users::SEARCH))
        .route("/users/{userId}", get(users::GET))
}

fn contacts() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/contacts/", get(contacts::search::LIST).post(contacts::write::CREATE))
        .route("/contacts/upsert", post(contacts::write::UPSERT))
        .route("/contacts/search", post(contacts::filter::SEARCH))
        .route("/contacts/search/duplicate", get(contacts::write::DUPLICATE))
        .route(
            "/contacts/{contactId}",
            get(contacts::GET).put(contacts::write::UPDATE).delete(contacts::delete::DELETE),
        )
        .route("/contacts/{contactId}/appointments", get(contacts::APPOINTMENTS))
        .route("/contacts/{contactId}/tags", post(contacts::tags::ADD).delete(contacts::tags::REMOVE))
        .route("/contacts/{contactId}/tasks", get(tasks::LIST).post(tasks::CREATE))
        .route("/contacts/{contactId}/tasks/{taskId}", get(tasks::GET).put(tasks::UPDATE).delete(tasks::DELETE))
        .route("/contacts/{contactId}/tasks/{taskId}/completed", put(tasks::COMPLETE))
        .route("/contacts/{contactId}/notes", get(notes::LIST).post(notes::CREATE))
        .route("/contacts/{contactId}/notes/{id}", get(notes::GET).put(notes::UPDATE).delete(notes::DELETE))
        .route("/contacts/{contactId}/workflow/{workflowId}", post(workflows::ADD).delete(workflows::REMOVE))
}

fn conversations() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/conversations/", post(conversation::CREATE))
        .route("/conversations/search", get(conversations::search::SEARCH))
        .route("/conversations/messages", post(conversations::send::SEND))
        .route(
            "/conversations/{conversationId}",
            get(conversation::GET).put(conversation::UPDATE).delete(conversation::DELETE),
        )
        .route("/conversations/{conversationId}/messages", get(conversations::messages::LIST))
}

fn locations() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/locations/{locationId}", get(locations::GET))
        .route("/locations/{locationId}/customFields", get(locations::CUSTOM_FIELDS))
        .route("/locations/{locationId}/tags", get(tags::LIST).post(tags::CREATE))
        .route("/locations/{locationId}/tags/{tagId}", get(tags::GET).put(tags::UPDATE).delete(tags::DELETE))
        .route("/locations/{locationId}/customValues", get(custom_values::LIST).post(custom_values::CREATE))
        .route(
            "/locations/{locationId}/customValues/{id}",
            get(custom_values::GET).put(custom_values::UPDATE).delete(custom_values::DELETE),
        )
}

fn opportunities() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/opportunities/", post(create::CREATE))
        .route("/opportunities/upsert", post(create::UPSERT))
        .route("/opportunities/search", get(opportunities::search::SEARCH))
        .route("/opportunities/pipelines", get(opportunities::PIPELINES))
        .route(
            "/opportunities/{id}",
            get(opportunities::GET).put(opportunities::update::UPDATE).delete(opportunities::DELETE),
        )
        .route("/opportunities/{id}/status", put(opportunities::update::STATUS))
}

fn money() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/payments/orders/{orderId}", get(payments::ORDER))
        .route("/payments/transactions", get(payments::TRANSACTIONS))
        .route("/invoices/", get(invoices::LIST).post(invoices::write::CREATE))
        .route("/invoices/generate-invoice-number", get(invoices::NUMBER))
        .route("/invoices/{invoiceId}", get(invoices::GET).put(invoices::write::UPDATE).delete(invoices::write::DELETE))
        .route("/invoices/{invoiceId}/send", post(invoices::status::SEND))
        .route("/invoices/{invoiceId}/void", post(invoices::status::VOID))
        .route("/invoices/{invoiceId}/record-payment", post(invoices::status::RECORD_PAYMENT))
        .route("/products/", get(products::LIST).post(products::CREATE))
        .route("/products/{productId}", get(products::GET))
        .route("/products/{productId}/price", get(products::PRICES))
}

fn marketing() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/workflows/", get(marketing::WORKFLOWS))
        .route("/campaigns/", get(marketing::CAMPAIGNS))
        .route("/links/", get(marketing::LINKS))
        .route("/forms/", get(marketing::FORMS))
        .route("/forms/submissions", get(marketing::FORM_SUBMISSIONS))
        .route("/surveys/", get(marketing::SURVEYS))
        .route("/businesses/", get(businesses::LIST).post(businesses::CREATE))
        .route("/businesses/{businessId}", get(businesses::GET))
}
