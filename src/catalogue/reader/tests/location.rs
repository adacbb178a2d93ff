//! The location: filled in, and the only one that a call names.

use super::*;

#[test]
fn every_place_of_the_location_is_filled() {
    for (name, arguments, sent) in [
        ("forms_get-forms", json!({}), format!("/forms/?locationId={LOCATION}")),
        ("locations_get-location-tags", json!({}), format!("/locations/{LOCATION}/tags?")),
        ("locations_get-location-tags", json!({"location_id": LOCATION}), format!("/locations/{LOCATION}/tags?")),
        (
            "payments_get-transaction-by-id",
            json!({"transactionId": "t1"}),
            format!("/payments/transactions/t1?locationId={LOCATION}&altId={LOCATION}&altType=location"),
        ),
    ] {
        assert!(Catalogue::published().find(name).is_some(), "{name}");
        let request = prepare(name, arguments).unwrap().request;
        assert_eq!(format!("{}?{}", request.path, request.query), sent);
        assert_eq!(request.location, Some(pinned()));
    }
    let invoice = prepare("invoices_void-invoice", json!({"invoiceId": "i1"})).unwrap();
    assert_eq!(body(&invoice), json!({"altId": LOCATION, "altType": "location"}));
}

#[test]
fn an_unpinned_call_gives_the_location_in_any_spelling() {
    let prepare = |arguments: Value| operation("forms_get-forms").prepare(object(arguments), None);
    for name in ["locationId", "location_id", "query_locationId", "altId", "LOCATION_ID", "body_location-id"] {
        let request = prepare(json!({name: "abc", "altType": "location"})).unwrap().request;
        assert_eq!(
            (request.query.as_str(), request.location),
            ("locationId=abc", Some("abc".parse().unwrap())),
            "{name}"
        );
    }
    let errors = prepare(json!({})).unwrap_err();
    assert_eq!(errors[0], ArgumentError::new("locationId", "is required: pass it here or in the locationId header"));
    let errors = prepare(json!({"locationId": "abc", "altId": "def"})).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].problem.contains("differs from the location in another argument"), "{errors:?}");
    let errors = prepare(json!({"locationId": "pit-0123456789"})).unwrap_err();
    assert!(!errors[0].problem.contains("0123456789"), "{errors:?}");
}

#[test]
fn alt_type_is_location_when_pinned_and_as_given_otherwise() {
    let arguments = |kind: &str| json!({"invoiceId": "i1", "altId": LOCATION, "altType": kind});
    assert!(prepare("invoices_void-invoice", arguments("Location")).is_ok());
    let errors = prepare("invoices_void-invoice", arguments("company")).unwrap_err();
    assert_eq!(errors, [ArgumentError::new("altType", "must be \"location\"")]);
    let prepared = operation("invoices_void-invoice").prepare(object(arguments("company")), None).unwrap();
    assert_eq!(body(&prepared), json!({"altId": LOCATION, "altType": "company"}));
    assert_eq!(prepared.request.location, None, "it is not the id of a location");
}

#[test]
fn a_foreign_location_is_refused_wherever_it_hides() {
    let record = |properties: Value| {
        let arguments = json!({"schemaKey": "custom_objects.pet", "properties": properties});
        prepare("objects_create-object-record", arguments).map(|_| ())
    };
    assert!(record(json!({"location_id": LOCATION, "city": "Berlin", "locations": [LOCATION]})).is_ok());
    assert!(record(json!({"location": "Berlin", "meetingLocationId": "m1", "note": "[not JSON"})).is_ok());
    for hidden in [
        json!({"locationId": "OTHER"}),
        json!({"LOCATION-ID": "OTHER"}),
        json!({"a": [{"b": {"sourceLocationId": "OTHER"}}]}),
        json!({"locationIds": [LOCATION, "OTHER"]}),
        json!({"locationIds": format!("{LOCATION},OTHER")}),
        json!({"locationIds": "[\"OTHER\"]"}),
        json!({"locations": [{"id": "OTHER"}]}),
        json!({"subAccountId": "OTHER"}),
        json!({"altId": 7}),
        json!({"altType": "company"}),
        json!({"locationId": {"$in": ["OTHER"]}}),
        json!({"text": "{\"a\": {\"locationId\": \"OTHER\"}}"}),
        json!({"text": "{\"a\": \"[{\\\"locationId\\\": \\\"OTHER\\\"}]\"}"}),
        json!({"text": "{\"locationId\": \"ve9EPM428h8vShlRW1KT\", \"locationId\": \"OTHER\"}"}),
        json!({"filters": [{"field": "locationId", "operator": "eq", "value": "OTHER"}]}),
    ] {
        let errors = record(hidden.clone()).expect_err(&hidden.to_string());
        assert!(errors.iter().all(|error| error.argument.starts_with("properties.")), "{errors:?}");
        assert!(errors.iter().all(|error| !error.problem.contains("OTHER")), "{errors:?}");
    }
    let errors =
        prepare("contacts_create-note", json!({"contactId": "c1", "body": "x", "extra": {"locationId": "OTHER"}}));
    assert_eq!(errors.unwrap_err()[0].argument, "extra.locationId");
}

#[test]
fn what_is_no_location_may_have_any_value() {
    let inbound = json!({"type": "SMS", "conversationId": "c1", "contactId": "k1", "conversationProviderId": "p1", "altId": "external-1"});
    let prepared = prepare("conversations_add-an-inbound-message", inbound).unwrap();
    assert_eq!(body(&prepared)["altId"], "external-1", "the id of an imported message");
    let booking = operation("ad-manager_google-get-keyword-ideas");
    let mut arguments = smallest(booking);
    arguments.insert("locations".into(), json!(["2840"]));
    assert!(booking.prepare(arguments, Some(&pinned())).is_ok(), "regions");
}

#[test]
fn a_company_is_never_filled_in() {
    assert_eq!(problems("users_search-users", json!({})), ["companyId is required"]);
}
