//! Finds the next page of a list from the cursors in the API's responses.

mod counted;
mod outline;
mod parameters;
mod search_after;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::paging::Paging;
use super::request::Request;
use outline::Outline;
use parameters::{number, parameter};

/// The number of conversations on a page if a request has no `limit`.
///
/// The API's documents name no maximum, and the API may silently lower a `limit`, so a page with fewer conversations than
/// its `limit` need not be the last one. The API returns at least this many while there are more, so a page with fewer is
/// the last one. This costs one more call if the last page has exactly this many, but no list ends early.
const DEFAULT_CONVERSATIONS: u64 = 20;

/// The parameters that request the page after this response; `None` if there is none or the response does not say.
pub fn after(request: &Request, response: &str) -> Option<Map<String, Value>> {
    match request.endpoint.paging {
        Paging::None => None,
        Paging::Cursor => cursor(response),
        Paging::Messages => messages(response),
        Paging::SortValue => sort_value(request, response),
        Paging::TotalCount => total_count(request, response),
        Paging::HasMore => has_more(request, response),
        Paging::Offset(parameter) => counted::by_offset(request, parameter, response),
        Paging::Page(first) => counted::by_page(request, first, response),
        Paging::SearchAfter => search_after::after(request, response),
        Paging::Token { parameter, field } => token(parameter, field, response),
    }
}

fn cursor(response: &str) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    struct Body {
        meta: Meta,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Meta {
        start_after: Value,
        start_after_id: Value,
        #[serde(default)]
        next_page: Value,
        #[serde(default)]
        next_page_url: Value,
    }
    let Body { meta } = serde_json::from_str(response).ok()?;
    let is_set = |value: &Value| !value.is_null() && *value != "" && *value != false;
    let has_cursor = is_set(&meta.start_after) && is_set(&meta.start_after_id);
    (has_cursor && (is_set(&meta.next_page) || is_set(&meta.next_page_url)))
        .then(|| parameters([("startAfter", meta.start_after), ("startAfterId", meta.start_after_id)]))
}

fn messages(response: &str) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    struct Body {
        messages: Page,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        last_message_id: String,
        next_page: bool,
    }
    let Body { messages } = serde_json::from_str(response).ok()?;
    messages.next_page.then(|| parameters([("lastMessageId", messages.last_message_id.into())]))
}

fn sort_value(request: &Request, response: &str) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    struct Body {
        conversations: Vec<Conversation>,
        #[serde(default)]
        total: Option<u64>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Conversation {
        #[serde(default)]
        sort: Vec<Value>,
    }
    let Body { mut conversations, total } = serde_json::from_str(response).ok()?;
    let count = conversations.len() as u64;
    let is_first = parameter(request, "startAfterDate").is_none();
    let is_last = match total {
        Some(total) if is_first => total <= count,
        // The number of conversations on earlier pages is unknown, so only a page that is not full is the last one.
        _ => count < number(request, "limit").unwrap_or(DEFAULT_CONVERSATIONS).min(DEFAULT_CONVERSATIONS),
    };
    if is_last {
        return None;
    }
    let sort = conversations.pop()?.sort;
    (!sort.is_empty()).then(|| parameters([("startAfterDate", Value::Array(sort))]))
}

fn total_count(request: &Request, response: &str) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        data: Vec<serde::de::IgnoredAny>,
        total_count: u64,
    }
    let Body { data, total_count } = serde_json::from_str(response).ok()?;
    let next = number(request, "offset").unwrap_or(0) + data.len() as u64;
    (!data.is_empty() && next < total_count).then(|| parameters([("offset", next.into())]))
}

fn has_more(request: &Request, response: &str) -> Option<Map<String, Value>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        notes: Vec<serde::de::IgnoredAny>,
        has_more: bool,
    }
    let Body { notes, has_more } = serde_json::from_str(response).ok()?;
    let next = number(request, "offset").unwrap_or(0) + notes.len() as u64;
    (has_more && !notes.is_empty()).then(|| parameters([("offset", next.into())]))
}

fn token(parameter: &str, field: &[&str], response: &str) -> Option<Map<String, Value>> {
    let outline = Outline::of(response)?;
    let token = field.iter().try_fold(&outline, |object, name| object.get(name))?;
    let is_last = outline.has_more() == Some(false);
    token.text().filter(|token| !token.is_empty() && !is_last).map(|token| parameters([(parameter, token.into())]))
}

fn parameters<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Operation, calendars, contacts, conversations, opportunities, payments};
    use super::*;

    fn after<O: Operation>(parameters: Value, response: &Value) -> Option<Value> {
        let operation: O = serde_json::from_value(parameters).unwrap();
        let request = Request::new(&operation, Some("LOC".parse().unwrap())).unwrap();
        super::after(&request, &response.to_string()).map(Value::Object)
    }

    #[test]
    fn cursors_are_passed_on_while_there_is_a_next_page() {
        let meta = |next: Value| json!({"meta": {"startAfter": 5, "startAfterId": "a", "nextPage": next}});
        let expected = Some(json!({"startAfter": 5, "startAfterId": "a"}));
        assert_eq!(after::<contacts::GetContacts>(json!({}), &meta(json!(2))), expected);
        assert_eq!(after::<opportunities::SearchOpportunity>(json!({}), &meta(json!(2))), expected);
        assert_eq!(after::<contacts::GetContacts>(json!({}), &meta(Value::Null)), None);
        assert_eq!(after::<contacts::GetContacts>(json!({}), &json!({"contacts": []})), None);
        let by_url = json!({"meta": {"startAfter": 5, "startAfterId": "a", "nextPageUrl": "https://x"}});
        assert_eq!(after::<contacts::GetContacts>(json!({}), &by_url), expected);
    }

    /// The API responds to `limit: 200` with 100 of 250 conversations: it lowers the limit without reporting it.
    #[test]
    fn a_list_does_not_end_early_when_the_api_lowers_the_limit() {
        let conversations =
            |count: usize, total: Value| json!({"conversations": vec![json!({"sort": [7]}); count], "total": total});
        let search =
            |parameters: Value, response: &Value| after::<conversations::SearchConversation>(parameters, response);
        let next = Some(json!({"startAfterDate": [7]}));
        for total in [json!(250), Value::Null] {
            assert_eq!(search(json!({"limit": 200}), &conversations(100, total.clone())), next);
            assert_eq!(search(json!({"limit": 200, "startAfterDate": [9]}), &conversations(100, total.clone())), next);
            assert_eq!(search(json!({"limit": 200, "startAfterDate": [9]}), &conversations(0, total)), None);
        }
        assert_eq!(search(json!({"limit": 200}), &conversations(100, json!(100))), None);

        let listed = json!({"data": vec![json!({}); 100], "totalCount": 250});
        let list = |parameters: Value| after::<payments::ListTransactions>(parameters, &listed);
        assert_eq!(list(json!({"limit": 200})), Some(json!({"offset": 100})));
        assert_eq!(list(json!({"limit": 200, "offset": 100})), Some(json!({"offset": 200})));
        let messages = json!({"messages": {"lastMessageId": "m", "nextPage": true, "messages": [{}]}});
        let id = json!({"conversationId": "c", "limit": 200});
        assert_eq!(after::<conversations::GetMessages>(id, &messages), Some(json!({"lastMessageId": "m"})));
        // These reject a limit above the documented maximum.
        assert!(serde_json::from_value::<contacts::GetContacts>(json!({"limit": 101})).is_err());
        assert!(serde_json::from_value::<opportunities::SearchOpportunity>(json!({"limit": 101})).is_err());
        let notes = json!({"appointmentId": "a", "limit": 21});
        assert!(serde_json::from_value::<calendars::GetAppointmentNotes>(notes).is_err());
    }

    #[test]
    fn each_service_pages_in_its_own_way() {
        let page = |more: bool| json!({"messages": {"lastMessageId": "m", "nextPage": more, "messages": []}});
        let id = json!({"conversationId": "c"});
        let messages = after::<conversations::GetMessages>(id.clone(), &page(true));
        assert_eq!(messages, Some(json!({"lastMessageId": "m"})));
        assert_eq!(after::<conversations::GetMessages>(id, &page(false)), None);

        let found = json!({"conversations": [{"sort": [1]}, {"sort": [2]}], "total": 9});
        let search = |parameters: Value| after::<conversations::SearchConversation>(parameters, &found);
        assert_eq!(search(json!({"limit": 2})), Some(json!({"startAfterDate": [2]})));
        assert_eq!(search(json!({"limit": 3})), Some(json!({"startAfterDate": [2]})), "2 of 9, whatever the limit");
        assert_eq!(search(json!({"limit": 3, "startAfterDate": [0]})), None);

        let listed = json!({"data": [{}, {}], "totalCount": 5});
        let list = |parameters: Value| after::<payments::ListTransactions>(parameters, &listed);
        assert_eq!(list(json!({})), Some(json!({"offset": 2})));
        assert_eq!(list(json!({"offset": 3})), None);
        assert_eq!(list(json!({"limit": 3})), Some(json!({"offset": 2})), "2 of 5, whatever the limit");

        let notes = json!({"notes": [{}], "hasMore": true});
        let list = after::<calendars::GetAppointmentNotes>(json!({"appointmentId": "a", "offset": 4}), &notes);
        assert_eq!(list, Some(json!({"offset": 5})));
    }
}
