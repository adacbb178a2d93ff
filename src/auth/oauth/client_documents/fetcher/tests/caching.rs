//! What is cached, and for how long.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn a_document_is_fetched_once() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    let first = fetcher.get(&url("/client")).await.unwrap();
    let second = fetcher.get(&url("/client")).await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(host.requests().len(), 1);
    fetcher.get(&url("/other")).await.unwrap();
    assert_eq!(host.requests().len(), 2);
}

#[tokio::test]
async fn a_failure_is_not_cached() {
    let count = AtomicUsize::new(0);
    let respond = move |path: &str| match count.fetch_add(1, Ordering::SeqCst) {
        0 => answer("503 Service Unavailable", "cache-control: max-age=3600\r\n", ""),
        1 => answer("200 OK", "content-type: text/html\r\ncache-control: max-age=3600\r\n", ""),
        _ => good(path),
    };
    let (dns, host) = (FakeDns::public(), FakeHost::start(respond).await);
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    assert_eq!(fetcher.get(&url("/client")).await, Err(FetchError::Status(503)));
    assert_eq!(fetcher.get(&url("/client")).await, Err(FetchError::NotJson));
    fetcher.get(&url("/client")).await.unwrap();
    assert_eq!(host.requests().len(), 3);
}

#[tokio::test]
async fn concurrent_requests_for_one_document_share_a_fetch() {
    let (dns, host) = (FakeDns::public(), FakeHost::start_blocked(good).await);
    let (fetcher, url) = (fetcher(&["client.example"], &dns, &host, patient()), url("/client"));
    let all = join_all((0..20).map(|_| fetcher.get(&url)));
    let release = async {
        host.wait_for_requests(1).await;
        host.release();
    };
    let (all, ()) = tokio::join!(all, release);
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(host.requests().len(), 1);
}

/// Whoever started the fetch leaves: the other one gets the document all the same.
#[tokio::test]
async fn a_shared_fetch_outlives_whoever_started_it() {
    let (dns, host) = (FakeDns::public(), FakeHost::start_blocked(good).await);
    let fetcher = Arc::new(fetcher(&["client.example"], &dns, &host, patient()));
    let get = || {
        let fetcher = fetcher.clone();
        tokio::spawn(async move { fetcher.get(&url("/client")).await })
    };
    let first = get();
    host.wait_for_requests(1).await;
    let second = get();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    host.release();
    timeout(PATIENCE, second).await.unwrap().unwrap().unwrap();
}

/// A document's lifetime in the cache, whose host sends this header line.
async fn lifetime(header: &str) -> Option<Duration> {
    let headers = format!("content-type: application/json\r\n{header}\r\n");
    let respond = move |path: &str| answer("200 OK", &headers, &document(path));
    let (dns, host) = (FakeDns::public(), FakeHost::start(respond).await);
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    let cached = fetcher.fetch(&url("/client")).await.unwrap();
    ByLifetime.expire_after_create(&String::new(), &cached, Instant::now())
}

#[tokio::test]
async fn the_lifetime_is_the_responses_within_bounds() {
    for (header, seconds) in [
        ("x-none: 1", 300),
        ("cache-control: max-age=1", 300),
        ("cache-control: max-age=3600", 3_600),
        ("cache-control: max-age=31536000", 86_400),
        ("cache-control: no-store, max-age=3600", 300),
    ] {
        assert_eq!(lifetime(header).await, Some(Duration::from_secs(seconds)), "{header}");
    }
}

/// With bounds of nothing to 1 ms, the document has expired before long.
#[tokio::test]
async fn an_expired_document_is_fetched_again() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let times = Times { lifetimes: Duration::ZERO..=Duration::from_millis(1), ..patient() };
    let fetcher = fetcher(&["client.example"], &dns, &host, times);
    let again = async {
        while host.requests().len() < 2 {
            fetcher.get(&url("/client")).await.unwrap();
            // A cached document is there at once, and the time limit is to be looked at all the same.
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, again).await.unwrap();
}
