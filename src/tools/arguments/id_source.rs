//! Where the value of an argument comes from: the next step in an error about an id or a time.

use super::super::custom_fields;
use crate::leadconnector::field::{MISSING_OFFSET, NOT_AN_ID};

const CONTACT: &str = "contacts_get-contacts finds contacts by name, email or phone, with their ids";
const CONVERSATION: &str = "conversations_search-conversation finds conversations, with their ids";
const MESSAGE: &str = "conversations_get-messages lists messages with their ids";
const OPPORTUNITY: &str = "opportunities_search-opportunity finds opportunities, with their ids";
const PIPELINE: &str = "opportunities_get-pipelines lists pipelines and their stages with their ids";
const ORDER: &str = "payments_list-transactions lists transactions; an order's id is their entityId";
const APPOINTMENT: &str = "calendars_get-calendar-events lists appointments with their ids";
const CUSTOM_FIELD: &str = "locations_get-custom-fields lists the ids";
const TIME_ZONE: &str = "locations_get-location has the location's time zone";

// Lists that are operations without a tool of their own.
const USER: &str =
    "the operation users_get-user-by-location lists users with their ids; `assignedTo` of a contact is one";
const CALENDAR: &str = "the operation calendars_get-calendars lists calendars with their ids";
const GROUP: &str = "the operation calendars_get-groups lists groups of calendars with their ids";
const WORKFLOW: &str = "the operation workflows_get-workflow lists workflows with their ids";
const CAMPAIGN: &str = "the operation campaigns_get-campaigns lists campaigns with their ids";
const INVOICE: &str = "the operation invoices_list-invoices lists invoices with their ids";
const PRODUCT: &str = "the operation products_list-invoices lists products with their ids";
const COMPANY: &str = "locations_get-location has the companyId of the location's agency";
const FORM: &str = "the operation forms_get-forms lists forms with their ids";

/// The source of a value whose problem is `reason`, to be appended to it; `None` if the problem is not about what is known here.
pub fn of_problem(record: &str, path: &str, reason: &str) -> Option<&'static str> {
    if path.starts_with(custom_fields::NAME) {
        return (reason.contains("no `id`") || reason.contains(NOT_AN_ID)).then_some(CUSTOM_FIELD);
    }
    if reason.contains(MISSING_OFFSET) {
        return Some(TIME_ZONE);
    }
    // No model can guess the agency's id, and few know where it is.
    let is_missing_company = reason == "is required" && path == "companyId";
    (reason.contains(NOT_AN_ID) || is_missing_company).then(|| of_id(record, path)).flatten()
}

/// The source of an id, by the name of its argument, of a tool about `record`.
pub fn of_id(record: &str, path: &str) -> Option<&'static str> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let name = name.split('[').next().unwrap_or(name);
    Some(match name {
        "contactId" | "contact_id" | "sourceContactId" | "recipientContactId" => CONTACT,
        "conversationId" | "sourceConversationId" | "recipientConversationId" => CONVERSATION,
        "messageId" | "emailMessageId" | "replyMessageId" | "threadId" | "lastMessageId" => MESSAGE,
        "userId" | "assignedTo" | "assigned_to" | "assignedUserId" | "followers" | "mentions" => USER,
        "calendarId" => CALENDAR,
        "groupId" => GROUP,
        "workflowId" => WORKFLOW,
        "campaignId" => CAMPAIGN,
        "invoiceId" => INVOICE,
        "productId" => PRODUCT,
        "formId" => FORM,
        "opportunityId" => OPPORTUNITY,
        "companyId" => COMPANY,
        "pipelineId" | "pipeline_id" | "pipelineStageId" | "pipeline_stage_id" => PIPELINE,
        "appointmentId" => APPOINTMENT,
        "orderId" => ORDER,
        "id" if record == "conversation" => CONVERSATION,
        "id" if record == "opportunity" => OPPORTUNITY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::ToolRegistry;

    /// The ids that no tool returns, or whose argument is a page's cursor.
    const WITHOUT_SOURCE: [&str; 10] = [
        "startAfterId",
        "sortScoreProfile",
        "scoreProfile",
        "templateId",
        "conversationProviderId",
        "customSubtypeId",
        "entityId",
        "subscriptionId",
        "locationId",
        "fields",
    ];

    #[test]
    fn every_argument_that_is_an_id_has_a_source() {
        for tool in ToolRegistry::default().tools() {
            for name in tool.arguments() {
                let is_id = name == "id" || name.ends_with("Id") || name.ends_with("_id");
                let has_source = of_id(crate::tools::tool::record_of(tool.service()), name).is_some();
                assert!(!is_id || has_source || WITHOUT_SOURCE.contains(&name.as_str()), "{}: {name}", tool.name);
            }
        }
    }

    #[test]
    fn every_tool_that_a_source_names_exists() {
        let registry = ToolRegistry::default();
        let sources = [
            CONTACT,
            CONVERSATION,
            MESSAGE,
            OPPORTUNITY,
            PIPELINE,
            ORDER,
            APPOINTMENT,
            CUSTOM_FIELD,
            TIME_ZONE,
            USER,
            CALENDAR,
            GROUP,
            WORKFLOW,
            CAMPAIGN,
            INVOICE,
            PRODUCT,
            FORM,
            COMPANY,
        ];
        for source in sources {
            let words = source.split([' ', ',', ';', ':']);
            let tools: Vec<&str> = words.filter(|word| word.contains('_') && word.contains('-')).collect();
            assert!(!tools.is_empty() && tools.iter().all(|tool| registry.find(tool).is_some()), "{source}");
        }
    }

    #[test]
    fn only_a_problem_with_the_id_itself_gets_a_source() {
        let problem = format!("{NOT_AN_ID}: \"Rosa\"");
        assert_eq!(of_problem("contact", "contactId", &problem), Some(CONTACT));
        assert_eq!(of_problem("message", "forward.recipientContactId", &problem), Some(CONTACT));
        assert_eq!(of_problem("conversation", "followers[1]", &problem), Some(USER));
        assert_eq!(of_problem("contact", "customFields[0].id", &problem), Some(CUSTOM_FIELD));
        assert_eq!(of_problem("contact", "contactId", "invalid type: boolean"), None);
        assert_eq!(of_problem("contact", "customFields[0]", "has no `field_value`"), None);
        assert_eq!(of_problem("calendar", "startTime", MISSING_OFFSET), Some(TIME_ZONE));
    }
}
