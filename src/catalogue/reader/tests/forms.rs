//! The forms that an argument may have.

use super::*;

#[test]
fn a_name_may_have_a_prefix_and_any_case() {
    for name in ["contactId", "contact_id", "path_contactId", "path_contact-id", "ContactID", "id", "path_id"] {
        let prepared = prepare("contacts_create-note", json!({name: "c1", "body_body": "Hi", "Title": "T"})).unwrap();
        assert_eq!(prepared.request.path, "/contacts/c1/notes", "{name}");
        assert_eq!(body(&prepared), json!({"body": "Hi", "title": "T"}));
        assert!(prepared.notes.is_empty());
    }
}

#[test]
fn arguments_may_be_grouped_by_their_place() {
    let grouped = json!({
        "path": {"calendarId": "c1"},
        "query": "{\"startDate\": \"2026-11-01\", \"end_date\": 1793577600000, \"userIds\": [\"u1\", \"u2\"]}",
        "headers": null,
    });
    let request = prepare("calendars_get-slots", grouped).unwrap().request;
    assert_eq!(request.path, "/calendars/c1/free-slots");
    assert_eq!(request.query, "startDate=1793491200000&endDate=1793577600000&userIds=u1&userIds=u2");
    // Where a parameter has a group's name, it is the parameter.
    let note = prepare("contacts_create-note", json!({"contactId": "c1", "body": "{\"a\": 1}"})).unwrap();
    assert_eq!(body(&note), json!({"body": "{\"a\": 1}"}));
    // The same name in two places.
    let both = json!({"query": {"type": "USER_LIST"}, "body": {"type": "b"}, "path": {"x": 1}});
    assert_eq!(
        problems("ad-manager_google-upsert-segment", both).iter().filter(|text| text.starts_with('x')).count(),
        1
    );
}

#[test]
fn numbers_and_booleans_may_be_text_and_text_may_be_a_number() {
    let prepared = prepare("contacts_create-note", json!({"contactId": "c1", "body": 5, "pinned": "True"})).unwrap();
    assert_eq!(body(&prepared), json!({"body": "5", "pinned": true}));
    let request = prepare("forms_get-forms", json!({"limit": "5", "skip": 10})).unwrap().request;
    assert!(request.query.contains("limit=5") && request.query.contains("skip=10"), "{}", request.query);
    let request = prepare("businesses_get-businesses-by-location", json!({"limit": 5})).unwrap().request;
    assert!(request.query.contains("limit=5"), "{}", request.query);
}

#[test]
fn a_list_may_be_text_or_one_element() {
    for tags in [json!(["a", "b"]), json!("[\"a\", \"b\"]")] {
        let prepared = prepare("contacts_add-tags", json!({"contactId": "c1", "tags": tags})).unwrap();
        assert_eq!(body(&prepared), json!({"tags": ["a", "b"]}), "{tags}");
    }
    // One tag or two: only a query takes text with commas.
    let refused = problems("contacts_add-tags", json!({"contactId": "c1", "tags": "a, b"}));
    assert_eq!(refused, ["tags is text with commas: give a list, like [\"a\", \"b\"]"]);
    let prepared =
        prepare("calendars_get-slots", json!({"calendarId": "c1", "startDate": 1, "endDate": 2, "userIds": "u1, u2,"}));
    assert!(prepared.unwrap().request.query.ends_with("userIds=u1&userIds=u2"));
    let prepared = prepare("contacts_add-tags", json!({"contactId": "c1", "tags": 7})).unwrap();
    assert_eq!(body(&prepared), json!({"tags": ["7"]}));
    let sort = json!({"pageLimit": 5, "sort": "{\"field\": \"dateAdded\", \"direction\": \"DESC\"}"});
    let prepared = prepare("contacts_search-contacts-advanced", sort).unwrap();
    let expected =
        json!({"locationId": LOCATION, "pageLimit": 5, "sort": [{"field": "dateAdded", "direction": "desc"}]});
    assert_eq!(body(&prepared), expected);
}

#[test]
fn null_is_an_omitted_argument_unless_it_is_a_value() {
    let given = json!({"contactId": "c1", "body": "Hi", "title": null, "unknown": null, "locationId": null});
    assert_eq!(body(&prepare("contacts_create-note", given).unwrap()), json!({"body": "Hi"}));
    let given = json!({"ids": ["c1"], "businessId": null});
    let unlinked = prepare("contacts_add-remove-contact-from-business", given).unwrap();
    assert_eq!(body(&unlinked), json!({"locationId": LOCATION, "ids": ["c1"], "businessId": null}));
    assert_eq!(
        problems("contacts_create-note", json!({"contactId": null, "body": null})),
        ["contactId is required", "body is required"]
    );
}

#[test]
fn times_may_be_dates_with_an_offset() {
    let slots = |start: &str| {
        prepare(
            "calendars_get-slots",
            json!({"calendarId": "c1", "startDate": start, "endDate": 1_793_577_600_000_i64}),
        )
    };
    for start in ["2026-11-01T02:00:00+02:00", "2026-11-01", "1793491200000"] {
        assert!(slots(start).unwrap().request.query.starts_with("startDate=1793491200000&"), "{start}");
    }
    let errors = slots("2026-11-01T02:00:00").unwrap_err();
    assert!(errors[0].problem.contains("has no UTC offset"), "{errors:?}");
    // A date that is no count is passed on as it is.
    let request = prepare("forms_get-forms-submissions", json!({"startAt": "2026-11-01"})).unwrap().request;
    assert!(request.query.contains("startAt=2026-11-01"), "{}", request.query);
}

#[test]
fn a_documented_value_is_matched_and_another_is_noted() {
    let upload = |kind: &str| {
        prepare("calendars_fetch-calendar-resources", json!({"resourceType": kind, "limit": 1, "skip": 0}))
    };
    let matched = upload("Rooms").unwrap();
    assert_eq!((matched.request.path.as_str(), matched.notes.len()), ("/calendars/resources/rooms", 0));
    let other = upload("vehicles").unwrap();
    assert_eq!(other.request.path, "/calendars/resources/vehicles");
    assert_eq!(other.notes, ["`resourceType` is sent as \"vehicles\"; documented values: equipments, rooms"]);
}
