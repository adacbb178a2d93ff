//! Which responses are documents.

use super::*;

/// The result of fetching `/client` from a host that answers so.
async fn fetch(response: String) -> Result<Arc<ClientDocument>, FetchError> {
    let (dns, host) = (FakeDns::public(), FakeHost::start(move |_| response.clone()).await);
    let fetched = fetcher(&["client.example"], &dns, &host, patient()).get(&url("/client")).await;
    assert_eq!(host.requests().len(), 1, "one request, whatever the response: {fetched:?}");
    fetched
}

fn json(body: &str) -> String {
    answer("200 OK", "content-type: application/json\r\n", body)
}

/// The document, padded to a size.
fn padded(size: usize) -> String {
    format!("{:size$}", document("/client"))
}

#[tokio::test]
async fn a_document_is_fetched_by_a_plain_request() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let fetched = fetcher(&["client.example"], &dns, &host, patient()).get(&url("/client")).await.unwrap();
    assert_eq!(fetched.client_id, "https://client.example/client");
    let request = host.requests()[0].to_ascii_lowercase();
    let mut lines: Vec<&str> = request.trim_end().split("\r\n").collect();
    lines[1..].sort_unstable();
    let user_agent = concat!("user-agent: leadconnector-mcp/", env!("CARGO_PKG_VERSION"));
    let headers = ["accept-encoding: identity", "accept: application/json", "host: client.example", user_agent];
    assert_eq!(lines, [&["get /client http/1.1"][..], &headers].concat());
}

#[tokio::test]
async fn only_status_200_is_a_document() {
    for status in [201, 204, 206, 301, 302, 303, 307, 308, 400, 403, 404, 429, 500, 503] {
        let headers = "content-type: application/json\r\nlocation: https://client.example/other\r\n";
        let body = if status == 204 { String::new() } else { document("/client") };
        let response = answer(&format!("{status} Status"), headers, &body);
        assert_eq!(fetch(response).await, Err(FetchError::Status(status)));
    }
}

#[tokio::test]
async fn a_document_of_five_kilobytes_is_read_and_a_larger_one_is_not() {
    fetch(json(&padded(MAX_SIZE))).await.unwrap();
    assert_eq!(fetch(json(&padded(MAX_SIZE + 1))).await, Err(FetchError::TooLarge));
    assert_eq!(fetch(json(&padded(6 * 1024))).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn a_large_document_without_a_length_is_rejected_too() {
    let body = padded(6 * 1024);
    let until_end = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{body}");
    let headers = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let chunked = format!("HTTP/1.1 200 OK\r\n{headers}\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for response in [until_end, chunked] {
        assert_eq!(fetch(response).await, Err(FetchError::TooLarge));
    }
}

#[tokio::test]
async fn other_content_than_json_is_rejected() {
    let html = answer("200 OK", "content-type: text/html\r\n", "<!doctype html><title>Just a moment</title>");
    assert_eq!(fetch(html).await, Err(FetchError::NotJson));
    assert_eq!(fetch(answer("200 OK", "", &document("/client"))).await, Err(FetchError::NotJson));
    assert_eq!(fetch(json("<!doctype html>")).await, Err(FetchError::Document(DocumentError::Malformed)));
}

#[tokio::test]
async fn a_compressed_document_is_rejected_unread() {
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    assert_eq!(fetch(answer("200 OK", headers, "\u{1f}")).await, Err(FetchError::Compressed));
}

#[tokio::test]
async fn a_document_of_another_client_is_rejected() {
    let response = json(&document("/other"));
    assert_eq!(fetch(response).await, Err(FetchError::Document(DocumentError::OtherClientId)));
}

#[tokio::test]
async fn a_document_with_a_secret_is_rejected() {
    let response = json(&document("/client").replace('{', r#"{"client_secret":"secret","#));
    assert_eq!(fetch(response).await, Err(FetchError::Document(DocumentError::Secret)));
}

#[tokio::test]
async fn a_response_that_breaks_off_is_no_document() {
    let cut = json(&document("/client"));
    for response in [String::new(), "garbage\r\n\r\n".to_owned(), cut[..cut.len() - 1].to_owned()] {
        assert_eq!(fetch(response).await, Err(FetchError::Unreachable));
    }
}
