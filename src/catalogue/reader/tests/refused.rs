//! What is refused, all at once, with the way on.

use super::*;

#[test]
fn every_problem_is_reported_at_once() {
    let given = json!({"contactId": "Rosa", "bdy": "x", "pinned": "perhaps", "title": {"a": 1}});
    assert_eq!(
        problems("contacts_create-note", given),
        [
            "bdy is not an argument of contacts_create-note (nearest: `body`); `extra: {\"bdy\": …}` sends it unchecked",
            "contactId is wrong: not a valid id: \"Rosa\" is a word",
            "body is required",
            "title must be text, not an object",
            "pinned must be true or false, not \"perhaps\"",
        ]
    );
}

#[test]
fn an_unknown_name_gets_the_nearest_or_all_names() {
    let refused = problems("contacts_delete-note", json!({"contactId": "c1", "id": "n1", "zzz": 1, "contcat": "c1"}));
    let problem = "is not an argument of contacts_delete-note";
    let all = "(it has: contactId, id)";
    assert_eq!(refused, [format!("zzz {problem} {all}"), format!("contcat {problem} (nearest: `contactId`)")]);
}

#[test]
fn an_unknown_field_within_a_closed_object_is_refused() {
    let details =
        json!({"notes": true, "tasks": true, "calendarEvents": true, "unReadConversations": true, "calls": 1});
    let given = json!({"query": "", "limit": 5, "page": 1, "searchAfter": [], "additionalDetails": details});
    let refused = problems("opportunities_search-opportunities-advanced", given.clone());
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("additionalDetails.calls is not a field here"), "{refused:?}");
    assert!(refused[0].ends_with("`extra: {\"additionalDetails.calls\": …}` sends it unchecked"), "{refused:?}");
}

#[test]
fn a_name_given_twice_must_have_one_value() {
    let given = json!({"contactId": "c1", "contact_id": "c2", "body": "x", "body_body": "x"});
    let refused = problems("contacts_create-note", given);
    assert_eq!(refused, ["contact_id is given twice with different values, as `contactId` and `contact_id`"]);
}

#[test]
fn an_id_in_the_path_is_no_name_no_token_and_no_placeholder() {
    for id in ["Rosa", "Rosa Garcia", "a/b", "..", "", "rosa@example.com", "%2e%2e", "ünï1", "a?b=1"]
        .into_iter()
        .chain(["pit-0123456789", "{contactId}", "<id>", "YOUR_CONTACT_ID", "contact_id", "xxxxxxxxxxxxxxxxxxxx"])
    {
        let refused = problems("contacts_get-all-notes", json!({"contactId": id}));
        assert_eq!(refused.len(), 1, "{id}: {refused:?}");
        assert!(refused[0].contains("is wrong: not a valid id"), "{id}: {refused:?}");
        assert!(!refused[0].contains("0123456789"), "{refused:?}");
    }
    // Keys of objects are no ids.
    let request =
        prepare("objects_get-record-by-id", json!({"schemaKey": "business email:x", "id": "r1"})).unwrap().request;
    assert_eq!(request.path, "/objects/business%20email%3Ax/records/r1");
    for key in ["", ".", "..", "a/b", "a\\b", "%2e", "pit-0123456789"] {
        assert_eq!(problems("objects_get-record-by-id", json!({"schemaKey": key, "id": "r1"})).len(), 1, "{key}");
    }
}

#[test]
fn bounds_are_held() {
    let search = |pair: Value| {
        let mut given = object(json!({"pageLimit": 5}));
        given.extend(object(pair));
        problems("contacts_search-contacts-advanced", given.into())
    };
    assert_eq!(search(json!({"page": 0})), ["page is 0, but must be at least 1"]);
    assert_eq!(search(json!({"page_limit": 501})).len(), 1);
    assert_eq!(search(json!({"pageLimit": "501"})), ["pageLimit is 501, but must be at most 500"]);
    let record = json!({"schemaKey": "custom_objects.pet", "properties": {}, "owner": ["u1", "u2"]});
    assert_eq!(problems("objects_create-object-record", record), ["owner has 2 elements, but takes at most 1"]);
}

#[test]
fn an_object_is_no_text_and_json_text_is_well_formed() {
    let record = |properties: Value| {
        let given = json!({"schemaKey": "custom_objects.pet", "properties": properties});
        problems("objects_create-object-record", given)
    };
    assert_eq!(record(json!("x")), ["properties must be an object, not \"x\""]);
    assert_eq!(record(json!([1])), ["properties must be an object, not a list"]);
    let twice = record(json!("{\"a\": 1, \"a\": 2}"));
    assert!(twice[0].contains("the name \"a\" is given twice"), "{twice:?}");
}

#[test]
fn problems_beyond_twenty_are_only_counted() {
    let given: Map<String, Value> = (0..500).map(|index| (format!("x{index}"), json!(1))).collect();
    let errors = prepare("forms_get-forms", given.into()).unwrap_err();
    assert_eq!(errors.len(), 500);
    assert!(errors[19].problem.starts_with("is not an argument") && errors[20].problem.is_empty());
}

#[test]
fn the_fields_that_are_sent_unchecked_are_few_and_have_names() {
    let note = |extra: Value| problems("contacts_create-note", json!({"contactId": "c1", "body": "x", "extra": extra}));
    let many: Map<String, Value> = (0..201).map(|index| (format!("x{index}"), json!(1))).collect();
    assert_eq!(note(many.into()), ["extra has 201 fields; the maximum is 200"]);
    for name in ["[x]", "x y", "x\u{0}", "x$", "ü"] {
        assert!(note(json!({ name: 1 }))[0].contains("not the name of a field"), "{name:?}");
    }
    assert!(note(json!({"dry_run": true}))[0].contains("belongs beside `params`"));
}

#[test]
fn a_location_has_many_spellings() {
    for name in ["locationId[]", "locationId.x", "locationIds", "locationIdList", "sub_account", "location-id"] {
        let refused =
            problems("contacts_create-note", json!({"contactId": "c1", "body": "x", "extra": { name: "other" }}));
        assert_eq!(refused.len(), 1, "{name}: {refused:?}");
    }
    let record = |properties: Value| {
        problems("objects_create-object-record", json!({"schemaKey": "custom_objects.pet", "properties": properties}))
    };
    for nested in [
        json!({"fieldName": "locationId", "value": "other"}),
        json!({"field": "x", "key": "locationId", "values": ["other"]}),
        json!({"a": [{"[locationId]": "other"}]}),
    ] {
        assert_eq!(record(nested.clone()).len(), 1, "{nested}");
    }
    let files = json!({"files": {"locationId": "other"}, "contactId": "c1"});
    assert!(!problems("forms_upload-to-custom-fields", files).is_empty());
}
