use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http_body_util::BodyExt;

use super::*;

/// What would run, if a page repeated it as it is.
const MARKUP: &str = "\"'><script>alert(1)</script>&";

fn client() -> Client {
    Client { name: "Claude".to_owned(), is_known: true }
}

fn consent() -> ConsentPage {
    ConsentPage {
        gateway: "gateway.example".to_owned(),
        client: client(),
        destination: Destination::Host("claude.ai".to_owned()),
        may_write: true,
        tools: None,
        form: "lcm_sealed-form".to_owned(),
        location: String::new(),
        read_only: false,
        pastes_token: true,
        highlevel: false,
        token_error: None,
        location_error: None,
        notice: None,
    }
}

/// All that can be shown at once.
fn consent_with_everything() -> ConsentPage {
    ConsentPage {
        client: Client { name: "Notes".to_owned(), is_known: false },
        destination: Destination::ThisComputer("127.0.0.1:3334".to_owned()),
        tools: Some("contacts and calendars".to_owned()),
        location: "sbxLOC0000000000DEMO".to_owned(),
        read_only: true,
        highlevel: true,
        token_error: Some("HighLevel does not accept this token".to_owned()),
        location_error: Some("This token is not for this location".to_owned()),
        notice: Some("HighLevel did not respond: try again".to_owned()),
        ..consent()
    }
}

fn limits() -> LimitsPage {
    LimitsPage {
        gateway: "gateway.example".to_owned(),
        client: client(),
        form: "lcm_sealed-form".to_owned(),
        limits: vec!["contacts.write: create and change contacts".to_owned(), "calendars.readonly".to_owned()],
    }
}

fn message() -> MessagePage {
    MessagePage {
        title: "This page has expired".to_owned(),
        message: "It was open for more than 10 minutes.".to_owned(),
        next: Some("Start again in your app.".to_owned()),
    }
}

async fn sent(response: Response) -> (StatusCode, HeaderMap, String) {
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn html(response: Response) -> String {
    sent(response).await.2
}

async fn every_page() -> Vec<String> {
    let responses = [
        consent().into_response(StatusCode::OK),
        consent_with_everything().into_response(StatusCode::OK),
        limits().into_response(StatusCode::OK),
        message().into_response(StatusCode::BAD_REQUEST),
    ];
    let mut pages = Vec::new();
    for response in responses {
        pages.push(html(response).await);
    }
    pages
}

fn style_of(page: &str) -> &str {
    page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0
}

fn without_style(page: &str) -> String {
    page.replace(style_of(page), "…")
}

#[tokio::test]
async fn pages_look_as_reviewed() {
    let [plain, everything, limits, message] = every_page().await.try_into().unwrap();
    insta::assert_snapshot!("consent", without_style(&plain));
    insta::assert_snapshot!("consent_with_everything", without_style(&everything));
    insta::assert_snapshot!("limits", without_style(&limits));
    insta::assert_snapshot!("message", without_style(&message));
}

#[tokio::test]
async fn everything_is_escaped() {
    let markup = || MARKUP.to_owned();
    let hostile = Client { name: markup(), is_known: false };
    let destinations = [Destination::Host, Destination::ThisComputer, Destination::App];
    let mut pages = Vec::new();
    for destination in destinations {
        let page = ConsentPage {
            gateway: markup(),
            client: hostile.clone(),
            destination: destination(markup()),
            tools: Some(markup()),
            form: markup(),
            location: markup(),
            token_error: Some(markup()),
            location_error: Some(markup()),
            notice: Some(markup()),
            ..consent()
        };
        // Each of the 9, and again: the name in the title, the summary, and as who asks; the errors at their fields.
        pages.push((page.into_response(StatusCode::OK), 14));
    }
    let page = LimitsPage { gateway: markup(), client: hostile, form: markup(), limits: vec![markup()] };
    pages.push((page.into_response(StatusCode::OK), 6));
    let page = MessagePage { title: markup(), message: markup(), next: Some(markup()) };
    pages.push((page.into_response(StatusCode::OK), 4));
    for (response, times) in pages {
        let page = html(response).await;
        assert!(!page.contains("<script") && !page.contains("\"'"), "{page}");
        let escaped = "&#34;&#39;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#38;";
        assert_eq!(page.matches(escaped).count(), times, "{page}");
    }
}

#[tokio::test]
async fn headers_are_exact() {
    for status in [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY] {
        let (sent_status, headers, page) = sent(consent().into_response(status)).await;
        assert_eq!(sent_status, status);
        let hash = STANDARD.encode(digest(&SHA256, style_of(&page).as_bytes()));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'");
        let mut found: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        found.sort_unstable();
        let expected = [
            ("cache-control", "no-store"),
            ("content-security-policy", policy.as_str()),
            ("content-type", "text/html; charset=utf-8"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("x-robots-tag", "noindex"),
        ];
        assert_eq!(found, expected);
    }
}

/// A browser changes a carriage return into a line feed before it computes the hash.
#[tokio::test]
async fn every_page_has_the_style_of_the_policy() {
    let pages = every_page().await;
    for page in &pages {
        assert_eq!(style_of(page), document::style());
        assert!(!style_of(page).contains(['\r', '<']));
    }
}

#[tokio::test]
async fn nothing_is_loaded_or_run() {
    for page in every_page().await {
        let markup = without_style(&page);
        for part in ["<script", "<link", "<img", "<iframe", " src=", " style=", " onload", "http-equiv", "@import"] {
            assert!(!markup.contains(part), "{part}: {markup}");
        }
        assert!(!style_of(&page).contains("url("), "{page}");
        let links: Vec<&str> = markup.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(links.iter().all(|link| link.starts_with('#') || link.starts_with("https://help.gohighlevel.com/")));
    }
}

#[tokio::test]
async fn the_token_is_never_filled_in() {
    for page in every_page().await {
        for input in page.split("<input").skip(1).filter(|input| input.contains("name=\"token\"")) {
            assert!(!input.split('>').next().unwrap().contains("value"), "{page}");
        }
    }
}

/// The decisions that a page offers, in order.
fn decisions(page: &str) -> Vec<&str> {
    page.split("name=\"decision\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// Enter in a field presses the first button of a form.
#[tokio::test]
async fn the_first_button_is_allow() {
    let ways = [
        (true, false, vec!["allow", "deny"]),
        (true, true, vec!["allow", "highlevel", "deny"]),
        (false, true, vec!["highlevel", "deny"]),
    ];
    for (pastes_token, highlevel, expected) in ways {
        let page = html(ConsentPage { pastes_token, highlevel, ..consent() }.into_response(StatusCode::OK)).await;
        assert_eq!(decisions(&page), expected);
        assert_eq!(page.contains("name=\"token\""), pastes_token, "{page}");
        assert_eq!(page.contains("name=\"location\""), pastes_token, "{page}");
    }
    assert_eq!(decisions(&html(limits().into_response(StatusCode::OK)).await), ["allow", "back", "deny"]);
}

#[tokio::test]
async fn deny_needs_no_field() {
    for page in every_page().await {
        assert!(!page.contains("required"), "{page}");
    }
}

#[tokio::test]
async fn a_client_that_asked_to_read_has_no_box() {
    for (may_write, read_only) in [(true, false), (true, true), (false, false), (false, true)] {
        let page = html(ConsentPage { may_write, read_only, ..consent() }.into_response(StatusCode::OK)).await;
        assert_eq!(page.contains("name=\"read_only\""), may_write);
        assert_eq!(page.contains(" checked"), may_write && read_only);
        assert_eq!(page.contains("It asked to read only"), !may_write);
    }
}

#[tokio::test]
async fn each_error_stands_at_its_field() {
    let of = |token_error: Option<&str>, location_error: Option<&str>| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        ConsentPage { token_error: own(token_error), location_error: own(location_error), ..consent() }
    };
    for (page, faulty, sound) in
        [(of(Some("Bad"), None), "token", "location"), (of(None, Some("Bad")), "location", "token")]
    {
        let page = without_style(&html(page.into_response(StatusCode::UNPROCESSABLE_ENTITY)).await);
        assert!(page.contains(&format!("<a href=\"#{faulty}\">Bad</a>")), "{page}");
        assert!(
            page.contains(&format!("aria-invalid=\"true\" aria-describedby=\"{faulty}-error {faulty}-hint\"")),
            "{page}"
        );
        assert!(page.contains(&format!("aria-describedby=\"{sound}-hint\"")), "{page}");
        assert_eq!(page.matches("aria-invalid").count(), 1, "{page}");
        assert_eq!(page.matches("role=\"alert\"").count(), 1, "{page}");
        assert!(page.contains("<title>Error: "), "{page}");
    }
    let page = html(of(None, None).into_response(StatusCode::OK)).await;
    assert!(!page.contains("role=\"alert\"") && !page.contains("autofocus"), "{page}");
}
