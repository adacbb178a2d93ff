//! The fetcher against an https server on this computer, found by a resolver of our own.

mod caching;
mod fake_dns;
mod fake_host;
mod hosts_and_addresses;
mod limits;
mod responses;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use serde_json::json;

use super::super::DocumentError;
use super::*;
use fake_dns::FakeDns;
use fake_host::FakeHost;

/// A limit for waits that end earlier if all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// This computer stands for a public one; all else is judged as usual.
const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn is_allowed(address: IpAddr) -> bool {
    address == PUBLIC || addresses::is_global(address)
}

/// The URL of a document at the fake host.
fn url(path: &str) -> ClientIdUrl {
    ClientIdUrl::parse(&format!("https://client.example{path}")).unwrap()
}

/// The document at that URL.
fn document(path: &str) -> String {
    json!({"client_id": url(path).as_str(), "redirect_uris": ["https://client.example/callback"]}).to_string()
}

/// A response with a body, its length and more header lines.
fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

/// A good response with the document of a path.
fn good(path: &str) -> String {
    answer("200 OK", "content-type: application/json\r\n", &document(path))
}

/// A fetcher for `hosts` that finds its way by `dns` to the port of `host`.
fn fetcher(hosts: &[&str], dns: &Arc<FakeDns>, host: &FakeHost, times: Times) -> Fetcher {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let network = Network { resolver: dns.clone(), is_allowed, port: host.port, tls: fake_host::client_config() };
    Fetcher::with_network(AllowedHosts::new(&hosts).unwrap(), network, times).unwrap()
}

/// Times that no test waits for.
fn patient() -> Times {
    Times { fetch: PATIENCE, permit: PATIENCE, ..Times::default() }
}

#[test]
fn the_limits_are_the_documented_ones() {
    assert_eq!((MAX_CACHED, MAX_FETCHES, MAX_SIZE), (1_000, 4, 5_120));
    let Times { fetch, permit, lifetimes } = Times::default();
    assert_eq!((fetch, permit), (Duration::from_secs(5), Duration::from_secs(1)));
    assert_eq!(lifetimes, Duration::from_mins(5)..=Duration::from_hours(24));
}

#[tokio::test]
async fn without_hosts_nothing_is_fetched() {
    let fetcher = Fetcher::new(&[]).unwrap();
    let error = fetcher.get(&url("/client")).await.unwrap_err();
    assert_eq!(error, FetchError::HostNotListed { host: "client.example".to_owned() });
    let text = error.to_string();
    assert!(text.contains("client.example") && text.contains("oauth.client_metadata_hosts"), "{text}");
}

#[test]
fn an_invalid_host_is_reported() {
    let error = Fetcher::new(&["https://client.example".to_owned()]).unwrap_err();
    assert!(error.to_string().contains("https://client.example"), "{error}");
}
