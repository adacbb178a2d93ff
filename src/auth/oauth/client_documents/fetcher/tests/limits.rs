//! How long fetches take at most, and how many there are at once.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn a_slow_host_times_out() {
    let times = Times { fetch: Duration::from_millis(100), ..patient() };
    let slow = answer("200 OK", "content-type: application/json\r\n", &document("/client"));
    // Silent before the response, and in the middle of it.
    let silent = FakeHost::start_blocked(good).await;
    let stalled = FakeHost::start_keeping_open(move |_| slow[..slow.len() - 1].to_owned()).await;
    for host in [silent, stalled] {
        let fetcher = fetcher(&["client.example"], &FakeDns::public(), &host, times.clone());
        assert_eq!(timeout(PATIENCE, fetcher.get(&url("/client"))).await.unwrap(), Err(FetchError::Timeout));
    }
}

/// The permit of a fetch that timed out is free again.
#[tokio::test]
async fn fetches_that_time_out_leave_room_for_others() {
    let (dns, host) = (FakeDns::public(), FakeHost::start_blocked(good).await);
    let times = Times { fetch: Duration::from_millis(100), ..patient() };
    let fetcher = fetcher(&["client.example"], &dns, &host, times);
    for round in 0..3 {
        let urls: Vec<ClientIdUrl> = (0..MAX_FETCHES).map(|n| url(&format!("/{round}/{n}"))).collect();
        let results = join_all(urls.iter().map(|url| fetcher.get(url))).await;
        assert!(results.iter().all(|result| *result == Err(FetchError::Timeout)), "{results:?}");
    }
    assert_eq!(fetcher.permits.available_permits(), MAX_FETCHES);
}

#[tokio::test]
async fn a_fifth_fetch_at_once_is_rejected_after_a_short_wait() {
    let (dns, host) = (FakeDns::public(), FakeHost::start_blocked(good).await);
    let times = Times { permit: Duration::from_millis(50), ..patient() };
    let fetcher = fetcher(&["client.example"], &dns, &host, times);
    let urls: Vec<ClientIdUrl> = (0..MAX_FETCHES).map(|n| url(&format!("/{n}"))).collect();
    let four = join_all(urls.iter().map(|url| fetcher.get(url)));
    let fifth = async {
        host.wait_for_requests(MAX_FETCHES).await;
        let fifth = fetcher.get(&url("/fifth")).await;
        // The fifth document was not even looked up.
        assert_eq!((dns.names().len(), host.requests().len()), (MAX_FETCHES, MAX_FETCHES));
        host.release();
        fifth
    };
    let (four, fifth) = tokio::join!(four, fifth);
    assert_eq!(fifth, Err(FetchError::Busy));
    assert!(four.iter().all(Result::is_ok), "{four:?}");
    fetcher.get(&url("/fifth")).await.unwrap();
}

#[tokio::test]
async fn a_fifth_fetch_waits_for_a_permit() {
    let (dns, host) = (FakeDns::public(), FakeHost::start_blocked(good).await);
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    let urls: Vec<ClientIdUrl> = (0..=MAX_FETCHES).map(|n| url(&format!("/{n}"))).collect();
    let release = async {
        host.wait_for_requests(MAX_FETCHES).await;
        assert_eq!(host.requests().len(), MAX_FETCHES);
        host.release();
    };
    let (five, ()) = tokio::join!(join_all(urls.iter().map(|url| fetcher.get(url))), release);
    assert!(five.iter().all(Result::is_ok), "{five:?}");
}

/// A document in the cache needs no permit.
#[tokio::test]
async fn a_cached_document_is_served_while_others_are_fetched() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    fetcher.get(&url("/client")).await.unwrap();
    let _permits = fetcher.permits.acquire_many(4).await.unwrap();
    timeout(PATIENCE, fetcher.get(&url("/client"))).await.unwrap().unwrap();
}
