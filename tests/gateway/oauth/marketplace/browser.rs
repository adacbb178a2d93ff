//! The way to HighLevel and back: only the browser that consented can finish.

use http::Method;
use leadconnector_mcp::sandbox::MARKETPLACE_CLIENT_ID;

use super::super::assertions::{assert_error, assert_page};
use super::super::steps::{REDIRECT, authorization, decide, open, page, parameter, redeem, register};
use super::{AtSandbox, callback};
use crate::support::PUBLIC_URL;

#[tokio::test]
async fn the_browser_goes_to_highlevel_with_a_cookie_of_this_host() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let form = page(&at.gateway, &authorization(&client_id, &[])).await;
    let first = decide(&at.gateway, &form, &[("decision", "highlevel")]).await;
    let second = decide(&at.gateway, &form, &[("decision", "highlevel")]).await;
    let cookie = first.header("set-cookie");
    let mut attributes = cookie.split("; ");
    let value = attributes.next().unwrap();
    // A name for each consent, so that two tabs do not disturb each other.
    let name = format!("__Host-lcm_transit_{}", &parameter(&first, "state").unwrap()[..8]);
    assert!(value.starts_with(&format!("{name}=lcm_")), "{cookie}");
    let attributes: Vec<&str> = attributes.collect();
    assert_eq!(attributes, ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"]);
    assert!(cookie.len() <= 4096, "RFC 6265 section 6.1: {}", cookie.len());
    assert_eq!(first.headers.get_all("set-cookie").iter().count(), 1);
    assert_eq!((first.header("cache-control"), first.header("referrer-policy")), ("no-store", "no-referrer"));

    let url: url::Url = first.header("location").parse().unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let get = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(get("response_type"), Some("code"));
    assert_eq!(get("client_id"), Some(MARKETPLACE_CLIENT_ID));
    assert_eq!(get("redirect_uri"), Some(format!("{PUBLIC_URL}/oauth/callback").as_str()));
    assert!(get("scope").unwrap().contains("contacts.readonly"));
    assert!(get("state").unwrap().len() >= 22, "at least 128 bits");
    assert!(!first.header("location").contains("lcm_") && !first.header("location").contains("secret"));
    // Each consent has a state of its own.
    assert_ne!(parameter(&first, "state"), parameter(&second, "state"));
}

#[tokio::test]
async fn without_the_cookie_of_this_consent_the_way_back_ends_on_a_page() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let (query, cookie) = at.choose(&client_id, &[], "location").await;
    let (other_query, other_cookie) = at.choose(&client_id, &[], "location").await;
    let changed = format!("{}{}", &cookie[..cookie.len() - 1], if cookie.ends_with('A') { "B" } else { "A" });
    let (name, value) = cookie.split_once('=').unwrap();
    let (_, other_value) = other_cookie.split_once('=').unwrap();
    let (forged, renamed) = (format!("{name}=lcm_AAAA"), format!("{name}={other_value}"));
    for (query, cookie) in [
        (query.clone(), None),
        (query.clone(), Some("")),
        (query.clone(), Some(forged.as_str())),
        (query.clone(), Some(renamed.as_str())),
        (query.clone(), Some(changed.as_str())),
        // Of another browser: the victim of a link to the attacker's callback, and the other way about.
        (query.clone(), Some(other_cookie.as_str())),
        (other_query.clone(), Some(cookie.as_str())),
        (query.replace("state=", "state=0"), Some(cookie.as_str())),
        (query.replace("state=", "other="), Some(cookie.as_str())),
        (format!("{query}&state=x"), Some(cookie.as_str())),
        (String::new(), Some(cookie.as_str())),
    ] {
        let answer = callback(&at.gateway, &query, cookie).await;
        assert_page(&answer, 400);
        assert!(answer.body.contains("press Connect again"), "{}", answer.body);
        assert_eq!(answer.header("set-cookie"), "", "another site may send the browser here, too");
    }
    // Another cookie beside it, and one whose name only begins alike.
    let with = |cookies: String| {
        open(&at.gateway, Method::GET, &format!("/oauth/callback?{query}")).header("cookie", &cookies).send()
    };
    assert_page(&with(format!("lcm_transit={value}; __Host-lcm_transit={value}; x{cookie}")).await, 400);
    assert_page(&with(cookie.replacen('=', "0=", 1)).await, 400);
    let answer = with(format!("a=b; {cookie}; {other_cookie}")).await;
    assert!(parameter(&answer, "code").is_some());
    let cleared = answer.header("set-cookie");
    assert!(cleared.starts_with(&format!("{name}=;")) && cleared.contains("Max-Age=0"), "{cleared}");
    assert!(cleared.contains("Path=/") && cleared.contains("Secure"), "or a browser keeps the old one: {cleared}");
    assert_eq!(at.requests(), 0, "HighLevel's code is not used before ours is");
}

/// Which code is meant is not known if there are two.
#[tokio::test]
async fn a_code_of_highlevel_is_used_once_by_whoever_has_ours() {
    let at = AtSandbox::start().await;
    let client_id = register(&at.gateway, &[REDIRECT]).await;
    let (query, cookie) = at.choose(&client_id, &[], "location").await;
    let twice = callback(&at.gateway, &format!("{query}&code=x"), Some(&cookie)).await;
    assert!(parameter(&twice, "code").is_none(), "{twice:?}");
    let codes = [0, 1].map(|_| callback(&at.gateway, &query, Some(&cookie)));
    let codes = futures_util::future::join_all(codes).await;
    let codes: Vec<String> = codes.iter().map(|answer| parameter(answer, "code").unwrap()).collect();
    assert!(!codes[0].contains("code=") && codes[0].len() < 1024, "{}", codes[0].len());
    let answer = redeem(&at.gateway, &client_id, &codes[0]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for code in &codes {
        assert_error(&redeem(&at.gateway, &client_id, code).await, 400, "invalid_grant");
    }
    // A wrong verifier or client does not use it up.
    let code = at.code(&client_id, "location").await;
    let other = register(&at.gateway, &["http://localhost/other"]).await;
    let before = at.requests();
    assert_error(&redeem(&at.gateway, &other, &code).await, 400, "invalid_grant");
    assert_eq!(at.requests(), before);
    assert_eq!(redeem(&at.gateway, &client_id, &code).await.status, 200);
}
