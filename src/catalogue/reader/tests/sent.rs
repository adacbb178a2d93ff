//! What is sent: bodies of every form, files, and fields that no document knows.

use super::*;

#[test]
fn a_delete_has_a_body_and_a_post_has_a_query() {
    let request = prepare("contacts_remove-tags", json!({"contactId": "c1", "tags": ["a"]})).unwrap().request;
    assert_eq!((request.endpoint.method.as_str(), request.body.unwrap()), ("DELETE", "{\"tags\":[\"a\"]}".into()));
    let prepared =
        prepare("objects_update-object-record", json!({"schemaKey": "custom_objects.pet", "id": "r1", "owner": "u1"}));
    let prepared = prepared.unwrap();
    assert_eq!(prepared.request.query, format!("locationId={LOCATION}"));
    assert_eq!(body(&prepared), json!({"owner": ["u1"]}));
    let prepared = prepare("calendars_delete-event", json!({"id": "e1"})).unwrap();
    assert_eq!(body(&prepared), json!({}));
}

#[test]
fn a_list_in_the_query_is_repeated_or_has_commas() {
    let reporting = operation("ad-manager_fb-get-reporting");
    let mut arguments = smallest(reporting);
    arguments.insert("fields".into(), json!(["clicks", "spend"]));
    let query = reporting.prepare(arguments, Some(&pinned())).unwrap().request.query;
    assert!(query.contains("fields=clicks%2Cspend"), "{query}");
}

#[test]
fn a_bare_body_is_the_argument_body() {
    let given = json!({"calendarId": "c1", "body": [{"receiverType": "contact", "channel": "email", "notificationType": "booked"}]});
    let prepared = prepare("calendars_create-event-notification", given).unwrap();
    assert!(body(&prepared).is_array());
}

#[test]
fn a_form_has_pairs() {
    let operation = operation("oauth_get-location-access-token");
    let prepared = operation.prepare(object(json!({"companyId": "c 1"})), Some(&pinned())).unwrap();
    assert_eq!(prepared.request.body.unwrap(), format!("companyId=c+1&locationId={LOCATION}"));
    assert_eq!(prepared.request.body_type.header(), "application/x-www-form-urlencoded");
}

#[test]
fn files_are_parts() {
    let given = json!({"name": "Logo", "file": {"name": "a.png", "type": "image/png", "base64": "aGVsbG8="}});
    let request = prepare("medias_upload-media-content", given).unwrap().request;
    let content_type = request.body_type.header();
    let boundary = content_type.to_str().unwrap().strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
    let sent = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
    assert_eq!(sent.matches(&boundary).count(), 3, "two parts and the end");
    assert!(sent.contains("name=\"name\"\r\n\r\nLogo\r\n"), "{sent}");
    let file = "name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nhello\r\n";
    assert!(sent.contains(file), "{sent}");
    for (file, problem) in [
        (json!("https://example.com/a.png"), "must be a file"),
        (json!({"name": "a\r\nb", "base64": ""}), "without line ends"),
        (json!({"name": "a", "base64": "data:text/plain;base64,aGVsbG8="}), "without a `data:` prefix"),
        (json!({"name": "a", "base64": "aGVsbG8=", "path": "/etc/passwd"}), "has fields other than"),
        (json!({"name": "a"}), "needs its content"),
    ] {
        let refused = problems("medias_upload-media-content", json!({"file": file}));
        assert!(refused[0].contains(problem), "{refused:?}");
    }
}

#[test]
fn files_may_have_names_that_the_caller_chooses() {
    let files = json!({"f1_u1": {"name": "a.txt", "base64": "aGVsbG8"}});
    let request = prepare("forms_upload-to-custom-fields", json!({"contactId": "c1", "files": files})).unwrap().request;
    let sent = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
    assert!(sent.contains("name=\"f1_u1\"; filename=\"a.txt\""), "{sent}");
}

#[test]
fn extra_fields_are_sent_unchecked_and_noted() {
    let given = json!({"contactId": "c1", "body": "Hi", "extra": {"parentId": null, "deep": {"x": [1]}}});
    let prepared = prepare("contacts_create-note", given).unwrap();
    assert_eq!(body(&prepared), json!({"body": "Hi", "parentId": null, "deep": {"x": [1]}}));
    assert_eq!(prepared.notes, ["sent unchecked: parentId, deep"]);
    let details = json!({"notes": true, "tasks": true, "calendarEvents": true, "unReadConversations": true});
    let given = json!({"query": "", "limit": 5, "page": 1, "searchAfter": [], "additionalDetails": details,
        "extra": "{\"additionalDetails.calls\": true}"});
    let prepared = prepare("opportunities_search-opportunities-advanced", given).unwrap();
    assert_eq!(body(&prepared)["additionalDetails"]["calls"], true);
}

#[test]
fn extra_is_for_what_is_neither_documented_nor_given() {
    let note =
        |extra: Value| problems("contacts_create-note", json!({"contactId": "c1", "body": "Hi", "extra": extra}));
    for (extra, problem) in [
        (json!({"title": "x"}), "extra.title is a documented argument"),
        (json!({"Body": "x"}), "extra.Body is a documented argument"),
        (json!({"title.x": 1}), "extra.title.x belongs to an argument that the call does not give"),
        (json!({"body.x": 1}), "extra.body.x does not lead to an object"),
        (json!({"": 1}), "extra. has no name"),
        (json!(5), "extra must be an object"),
    ] {
        let refused = note(extra);
        assert!(refused.len() == 1 && refused[0].starts_with(problem), "{refused:?}");
    }
    assert_eq!(
        problems("forms_get-forms", json!({"extra": {"a": 1}})),
        ["extra is for fields of a body, which this operation does not have"]
    );
}
