use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;

use super::Client;
use super::calls::{COUNT, every_call, is_read};
use crate::sandbox::well_known::CONTACT;
use crate::sandbox::{AGENCY_TOKEN, BODY_LIMIT_BYTES, READ_ONLY_TOKEN, TOKEN};

#[tokio::test]
async fn every_route_responds() {
    let client = Client::new();
    assert_eq!(every_call().len(), COUNT);
    for (method, path, body) in every_call() {
        client.call(method, &path, body).await.ok();
    }
}

#[tokio::test]
async fn every_route_requires_its_version() {
    let client = Client::new();
    for (method, path, _) in every_call() {
        let mut request = client.request(method, &path).body(Body::empty()).unwrap();
        request.headers_mut().insert("version", "2020-01-01".parse().unwrap());
        assert!(client.send(request).await.error(400).starts_with("version header is invalid"));

        let mut request = client.request(method, &path).body(Body::empty()).unwrap();
        request.headers_mut().remove("version");
        assert_eq!(client.send(request).await.error(401), "version header was not found");
    }
}

#[tokio::test]
async fn a_version_of_another_service_is_wrong() {
    let client = Client::new();
    let mut request = client.request("GET", "/locations/LOCATION").body(Body::empty()).unwrap();
    request.headers_mut().insert("version", "2021-04-15".parse().unwrap());
    client.send(request).await.error(400);
}

#[tokio::test]
async fn every_route_requires_a_token() {
    let mut client = Client::new();
    for (method, path, body) in every_call() {
        client.token = "pit-somebody-elses";
        let message = client.call(method, &path, body.clone()).await.error(401);
        assert!(message.starts_with("Invalid Private Integration token (") && message.contains(TOKEN), "{message}");
        client.token = "eyJhbGciOiJIUzI1NiJ9.e30.x";
        assert!(client.call(method, &path, body).await.error(401).starts_with("Invalid JWT ("));
    }
}

#[tokio::test]
async fn a_token_is_a_bearer_token() {
    let client = Client::new();
    for (authorization, status) in
        [(format!("bearer {TOKEN}"), 200), (TOKEN.to_owned(), 401), (format!("Basic {TOKEN}"), 401)]
    {
        let mut request = client.request("GET", "/locations/LOCATION").body(Body::empty()).unwrap();
        request.headers_mut().insert(AUTHORIZATION, authorization.parse().unwrap());
        assert_eq!(client.send(request).await.status, status, "{authorization}");
    }
}

#[tokio::test]
async fn the_read_only_token_reads_and_does_not_write() {
    let mut client = Client::new();
    client.token = READ_ONLY_TOKEN;
    for (method, path, body) in every_call() {
        let response = client.call(method, &path, body).await;
        if is_read(method, &path) {
            response.ok();
        } else {
            assert_eq!(response.error(401), "The token is not authorized for this scope.");
        }
    }
}

#[tokio::test]
async fn another_location_is_rejected_wherever_it_is_named() {
    let client = Client::new();
    let elsewhere = "ve9EPM428h8vShlRW1KT";
    let mut rejected = 0;
    for (method, path, body) in every_call() {
        let there = path.replace("LOCATION", elsewhere);
        let body_there = body.map(|body| body.to_string().replace("LOCATION", elsewhere).parse().unwrap());
        let named = there.contains(elsewhere) || format!("{body_there:?}").contains(elsewhere);
        let response = client.call(method, &there, body_there).await;
        if named {
            assert_eq!(response.error(403), "The token does not have access to this location.");
            rejected += 1;
        }
    }
    assert_eq!(rejected, 51);
}

#[tokio::test]
async fn a_path_of_no_service_is_not_found() {
    let client = Client::new();
    assert_eq!(client.get("/contacts").await.error(404), "Cannot GET /contacts");
    client.get("/").await.error(404);
    client.post("/mcp/", json!({})).await.error(404);
}

#[tokio::test]
async fn what_is_not_modelled_says_so() {
    let mut client = Client::new();
    for (method, path) in [
        ("POST", "/social-media-posting/LOCATION/posts"),
        ("GET", "/funnels/lookup/redirect/list?locationId=LOCATION"),
        ("PUT", "/calendars/BVTAYdjSZYZOtpp7Sfqk"),
        ("DELETE", "/users/CVokAlI8fgw4WYWoCtQz"),
        ("GET", "/contacts/a/b/c"),
        ("GET", "/invoices/template?altId=LOCATION"),
        ("GET", "/locations/search"),
        ("GET", "/opportunities/lost-reason?locationId=LOCATION"),
    ] {
        let message = client.call(method, path, None).await.error(501);
        assert!(message.contains("does not model") && message.contains("dry_run"), "{message}");
    }
    client.token = AGENCY_TOKEN;
    client.get("/snapshots/?companyId=x").await.error(501);
    client.token = "pit-somebody-elses";
    client.get("/snapshots/?companyId=x").await.error(401);
}

#[tokio::test]
async fn bodies_are_json_objects_of_a_bounded_size() {
    let client = Client::new();
    let send = |body: String| {
        let request = client.request("POST", "/contacts/").header(CONTENT_TYPE, "application/json");
        client.send(request.body(Body::from(body)).unwrap())
    };
    assert!(send("{\"locationId\":".to_owned()).await.error(400).contains("not valid JSON"));
    assert_eq!(send("[]".to_owned()).await.error(400), "The body must be a JSON object");
    assert_eq!(send(String::new()).await.error(422), "locationId should not be empty");
    send(" ".repeat(BODY_LIMIT_BYTES + 1)).await.error(413);
    send(format!("{}1{}", "[".repeat(5000), "]".repeat(5000))).await.error(400);
}

#[tokio::test]
async fn a_body_without_a_content_type_is_not_read() {
    let client = Client::new();
    let path = format!("/contacts/{CONTACT}/tags");
    let request: Request<Body> = client.request("DELETE", &path).body(Body::from(r#"{"tags":["roof"]}"#)).unwrap();
    assert_eq!(client.send(request).await.error(422), "tags must be an array");
}

#[tokio::test]
async fn malformed_paths_and_queries_are_rejected() {
    let client = Client::new();
    client.get("/contacts/%FF").await.error(400);
    // In a query, bytes that are not UTF-8 become replacement characters, which no name has.
    let found = client.get("/contacts/?locationId=LOCATION&query=%FF").await.ok();
    assert_eq!(found["meta"]["total"], 0);
    let doubled = client.get("/contacts/?locationId=LOCATION&query=a&query=b").await;
    assert_eq!(doubled.error(422), "query must be a string");
}
