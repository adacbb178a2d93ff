//! Which hosts and addresses are connected to.

use super::*;

#[tokio::test]
async fn an_unlisted_host_is_rejected_without_a_look_up() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let fetcher = fetcher(&["other.example", "a.client.example"], &dns, &host, patient());
    let error = fetcher.get(&url("/client")).await.unwrap_err();
    assert_eq!(error, FetchError::HostNotListed { host: "client.example".to_owned() });
    assert_eq!((dns.names().len(), host.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_star_allows_every_host() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    fetcher(&["*"], &dns, &host, patient()).get(&url("/client")).await.unwrap();
    assert_eq!(dns.names(), ["client.example"]);
}

#[tokio::test]
async fn a_name_with_an_address_that_is_not_public_gets_no_request() {
    for addresses in [
        &["10.0.0.1"][..],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        // One that leads to the server and one that is private, in both orders.
        &["127.0.0.1", "10.0.0.1"],
        &["192.168.0.1", "127.0.0.1"],
        &["127.0.0.1", "fd00::1"],
        // On this computer, but not the address that stands for a public one.
        &["127.0.0.2"],
    ] {
        let (dns, host) = (FakeDns::new(&[addresses]), FakeHost::start(good).await);
        let error = fetcher(&["client.example"], &dns, &host, patient()).get(&url("/client")).await.unwrap_err();
        assert_eq!(error, FetchError::AddressNotPublic, "{addresses:?}");
        assert_eq!((dns.names().len(), host.requests().len()), (1, 0), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_unreachable() {
    let (dns, host) = (FakeDns::new(&[&[]]), FakeHost::start(good).await);
    let error = fetcher(&["client.example"], &dns, &host, patient()).get(&url("/client")).await.unwrap_err();
    assert_eq!(error, FetchError::Unreachable);
}

/// The name is private from the second look-up on. There is one look-up only, and the connection is made to its address.
#[tokio::test]
async fn the_address_that_was_checked_is_the_one_connected_to() {
    let dns = FakeDns::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let host = FakeHost::start_keeping_open(good).await;
    let fetcher = fetcher(&["client.example"], &dns, &host, patient());
    fetcher.get(&url("/first")).await.unwrap();
    assert_eq!((dns.names().len(), host.requests().len()), (1, 1));
    // Another document of the same host: the open connection is not used again, and the new address is checked.
    assert_eq!(fetcher.get(&url("/second")).await, Err(FetchError::AddressNotPublic));
    assert_eq!((dns.names().len(), host.requests().len()), (2, 1));
}

#[tokio::test]
async fn a_host_without_a_certificate_for_its_name_gets_no_request() {
    let (dns, host) = (FakeDns::public(), FakeHost::start(good).await);
    let other = ClientIdUrl::parse("https://other.example/client").unwrap();
    let error = fetcher(&["other.example"], &dns, &host, patient()).get(&other).await.unwrap_err();
    assert_eq!(error, FetchError::Unreachable);
    assert_eq!(host.requests().len(), 0);
}

#[test]
fn failures_of_the_network_read_the_same() {
    let texts = [FetchError::Unreachable, FetchError::AddressNotPublic, FetchError::Timeout].map(|e| e.to_string());
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
}
