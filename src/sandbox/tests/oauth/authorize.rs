//! The page on which the user chooses a location.

use super::{App, REDIRECT_URI, authorization_request, parameter};

#[tokio::test]
async fn each_link_leads_back_to_the_app() {
    let app = App::new();
    for path in ["/oauth/chooselocation", "/v2/oauth/chooselocation"] {
        let page = app.open(path, &authorization_request(&[("state", "a b&c")])).await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains("<title>Choose a location (sandbox)</title>"));
        assert!(!page.html.contains("<script"));
        let mut codes = Vec::new();
        for id in ["location", "agency-with-location", "agency"] {
            let url = page.link(id);
            assert!(url.as_str().starts_with(&format!("{REDIRECT_URI}&code=")), "{url}");
            assert_eq!(parameter(&url, "state").as_deref(), Some("a b&c"));
            assert_eq!(parameter(&url, "error"), None);
            codes.push(parameter(&url, "code").unwrap());
        }
        codes.dedup();
        assert_eq!(codes.len(), 3);
        let denied = page.link("deny");
        assert_eq!(parameter(&denied, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&denied, "state").as_deref(), Some("a b&c"));
        assert_eq!(parameter(&denied, "code"), None);
    }
}

#[tokio::test]
async fn without_a_state_none_comes_back() {
    let page = App::new().chooser("contacts.readonly").await;
    assert_eq!(parameter(&page.link("location"), "state"), None);
    assert_eq!(parameter(&page.link("deny"), "state"), None);
}

#[tokio::test]
async fn a_wrong_request_is_a_page_and_no_redirect() {
    let app = App::new();
    for (name, value, problem) in [
        ("response_type", "token", "response_type"),
        ("response_type", "", "response_type"),
        ("client_id", "5b0c5eed0000000000000a99-someelse", "client_id is unknown"),
        ("client_id", "", "client_id is unknown"),
        ("redirect_uri", "", "redirect_uri must be"),
        ("redirect_uri", "/callback", "redirect_uri must be"),
        ("redirect_uri", "gateway.example/callback", "redirect_uri must be"),
        ("redirect_uri", "https:gateway.example", "redirect_uri must be"),
        ("redirect_uri", "javascript:alert(1)", "redirect_uri must be"),
        ("redirect_uri", "claude://callback", "redirect_uri must be"),
        ("redirect_uri", "https://gateway.example/#here", "redirect_uri must be"),
        ("scope", " ", "scope is missing"),
    ] {
        let page = app.open("/oauth/chooselocation", &authorization_request(&[(name, value)])).await;
        assert_eq!(page.status, 400, "{name}={value}");
        assert!(page.html.contains(problem), "{name}={value}: {}", page.html);
        assert!(!page.html.contains("href"), "{name}={value}");
    }
    let mut doubled = authorization_request(&[]);
    doubled.push(("redirect_uri", "https://elsewhere.example"));
    let page = app.open("/oauth/chooselocation", &doubled).await;
    assert_eq!(page.status, 400);
    assert!(page.html.contains("redirect_uri occurs twice"));
}

#[tokio::test]
async fn every_value_on_the_page_is_escaped() {
    let app = App::new();
    let request = authorization_request(&[
        ("redirect_uri", "http://localhost:8080/\"><script>'"),
        ("scope", "<script>alert(1)</script> x\"y"),
        ("state", "\"><script>"),
    ]);
    let page = app.open("/oauth/chooselocation", &request).await;
    assert_eq!(page.status, 200);
    assert!(!page.html.contains("<script"), "{}", page.html);
    assert_eq!(parameter(&page.link("location"), "state").as_deref(), Some("\"><script>"));
    assert_eq!(page.html.matches("href=\"").count(), 4);
    assert!(page.html.contains("x&#34;y"));
}
