//! The endpoint of an operation.

use http::Method;

use super::operation::{Answer, Kind, Operation, Paging};
use crate::leadconnector::{self, Accept, Endpoint, LocationIn};

impl Operation {
    /// Its endpoint, like those that the typed operations declare.
    pub fn endpoint(&'static self) -> Endpoint {
        Endpoint {
            method: self.method.clone(),
            path: self.path,
            version: self.version,
            scope: self.scope.unwrap_or_default(),
            // The reader fills the location in. To look it up here would parse the parameters of every operation at start.
            location: LocationIn::None,
            parameters: &[],
            paging: self.paging(),
            // RFC 9110 section 9.2.2. A POST that only reads is not repeated either: no document promises that it may be.
            idempotent: [Method::GET, Method::PUT, Method::DELETE].contains(&self.method),
            writes: self.kind != Kind::Read,
            accept: match self.answer {
                None => Accept::Json,
                Some(Answer::Binary | Answer::Text) => Accept::Any,
            },
        }
    }

    fn paging(&self) -> leadconnector::Paging {
        use leadconnector::Paging as Scheme;
        let Some(paging) = self.paging else { return Scheme::None };
        match paging {
            Paging::Skip => Scheme::Offset("skip"),
            Paging::Offset => Scheme::Offset("offset"),
            Paging::Page => {
                let page = self.parameters().iter().find(|shape| shape.name == "page");
                let least = page.and_then(|shape| shape.minimum.as_ref()?.as_u64());
                Scheme::Page(least.unwrap_or(1))
            }
            Paging::StartAfter => Scheme::Cursor,
            Paging::SearchAfter => Scheme::SearchAfter,
            Paging::Messages => Scheme::Messages,
            Paging::Cursor => Scheme::Token { parameter: "cursor", field: &["nextCursor"] },
            Paging::PageToken => Scheme::Token { parameter: "pageToken", field: &["pagination", "nextPageToken"] },
            Paging::LastFaqId => Scheme::Token { parameter: "lastFaqId", field: &["lastFaqId"] },
            Paging::LastKnowledgeBaseId => {
                Scheme::Token { parameter: "lastKnowledgeBaseId", field: &["data", "lastKnowledgeBaseId"] }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use crate::catalogue::{Catalogue, Kind, Operation, Prepared};
    use crate::leadconnector::{Accept, LocationId, next_page};

    fn operation(name: &str) -> &'static Operation {
        Catalogue::published().find(name).unwrap()
    }

    /// The parameters of the page after a response to a call.
    fn next(name: &str, arguments: Value, response: &Value) -> Option<Value> {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        let pinned: LocationId = "LOC".parse().unwrap();
        let Prepared { request, .. } = operation(name).prepare(arguments, Some(&pinned)).unwrap();
        next_page::after(&request, &response.to_string()).map(Value::Object)
    }

    #[test]
    fn the_kind_says_whether_it_writes() {
        for operation in Catalogue::published().operations() {
            let endpoint = operation.endpoint();
            assert_eq!(endpoint.writes, operation.kind != Kind::Read, "{}", operation.name);
            assert!(
                !endpoint.idempotent || !["POST", "PATCH"].contains(&operation.method.as_str()),
                "{}",
                operation.name
            );
        }
        assert!(!operation("contacts_search-contacts-advanced").endpoint().writes);
        assert_eq!(operation("conversations_get-message-recording").endpoint().accept, Accept::Any);
        assert_eq!(operation("contacts_create-note").endpoint().accept, Accept::Json);
    }

    #[test]
    fn a_typed_operation_of_the_same_name_has_the_same_endpoint() {
        use crate::leadconnector::{Operation as _, contacts, locations, opportunities, payments};
        for (name, typed) in [
            ("contacts_get-contacts", contacts::GetContacts::ENDPOINT),
            ("opportunities_search-opportunity", opportunities::SearchOpportunity::ENDPOINT),
            ("locations_get-location", locations::GetLocation::ENDPOINT),
            ("payments_get-order-by-id", payments::GetOrderById::ENDPOINT),
        ] {
            let endpoint = operation(name).endpoint();
            assert_eq!(endpoint.path, typed.path);
            assert_eq!((endpoint.method, endpoint.version), (typed.method, typed.version), "{name}");
            assert_eq!(endpoint.scope, typed.scope, "{name}");
        }
    }

    #[test]
    fn a_list_goes_on_by_offset() {
        let users = |count: usize, total: usize| json!({"users": vec![json!({}); count], "count": total});
        let search = |arguments: Value, response: &Value| {
            let mut all: Map<String, Value> = arguments.as_object().unwrap().clone();
            all.insert("companyId".into(), "c1".into());
            next("users_search-users", all.into(), response)
        };
        assert_eq!(search(json!({"limit": "2"}), &users(2, 5)), Some(json!({"skip": 2})));
        assert_eq!(search(json!({"limit": 2, "skip": 4}), &users(1, 5)), None);
        assert_eq!(search(json!({}), &users(25, 25)), Some(json!({"skip": 25})), "the count may be that of the page");
        assert_eq!(search(json!({}), &users(7, 7)), None);
        assert_eq!(search(json!({}), &users(0, 9)), None);
        let by_total = |total: usize| json!({"invoices": vec![json!({}); 10], "total": total});
        let list = |offset: &str, total| {
            next("invoices_list-invoices", json!({"limit": "10", "offset": offset}), &by_total(total))
        };
        assert_eq!(list("10", 30), Some(json!({"offset": 20})));
        assert_eq!(list("20", 30), None);
    }

    #[test]
    fn a_list_goes_on_by_page() {
        let forms = |next: Value| json!({"submissions": [{}], "meta": {"total": 9, "nextPage": next}});
        let list =
            |arguments: Value, next: Value| super::tests::next("forms_get-forms-submissions", arguments, &forms(next));
        assert_eq!(list(json!({}), json!(2)), Some(json!({"page": 2})));
        assert_eq!(list(json!({"page": 3}), json!(4)), Some(json!({"page": 4})));
        assert_eq!(list(json!({}), Value::Null), None);
        let numbers = json!({"numbers": vec![json!({}); 50], "pageSize": 50, "page": 0});
        assert_eq!(
            next("phone-system_active-numbers", json!({}), &numbers),
            Some(json!({"page": 1})),
            "counted from 0"
        );
        let logs = |total: usize| json!({"callLogs": vec![json!({}); 10], "total": total, "page": 2});
        let logs = |total| next("voice-ai_get-call-logs", json!({"page": 2, "pageSize": 10}), &logs(total));
        assert_eq!((logs(21), logs(20)), (Some(json!({"page": 3})), None));
    }

    #[test]
    fn a_list_goes_on_by_a_cursor() {
        let contacts = json!({"contacts": [{"searchAfter": [1]}, {"searchAfter": [2, "b"]}], "total": 3});
        let search = |arguments: Value| next("contacts_search-contacts-advanced", arguments, &contacts);
        assert_eq!(search(json!({"pageLimit": 2})), Some(json!({"searchAfter": [2, "b"]})));
        assert_eq!(search(json!({"pageLimit": 2, "searchAfter": [0]})), Some(json!({"searchAfter": [2, "b"]})));
        assert_eq!(search(json!({"pageLimit": 2, "page": 2})), None, "4 of 3");
        let export = |cursor: Value| json!({"messages": [{}], "nextCursor": cursor, "total": 900});
        let export = |cursor| next("conversations_export-messages-by-location", json!({}), &export(cursor));
        assert_eq!((export(json!("abc")), export(Value::Null)), (Some(json!({"cursor": "abc"})), None));
        let faqs = |more: bool| json!({"faqs": [{}], "count": 150, "lastFaqId": "f1", "hasMore": more});
        let faqs = |more| next("knowledge-base_list", json!({"knowledgeBaseId": "k1"}), &faqs(more));
        assert_eq!((faqs(true), faqs(false)), (Some(json!({"lastFaqId": "f1"})), None));
    }
}
