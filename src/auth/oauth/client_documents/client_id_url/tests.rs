use super::ClientIdUrlError::*;
use super::{ClientIdUrl, MAX_LENGTH, Url, is_dot_segment};

#[test]
fn urls_of_documents_are_read_as_they_stand() {
    for text in [
        "https://claude.ai/oauth/mcp-oauth-client-metadata",
        "https://chatgpt.com/oauth/AbC_-9/client.json",
        "https://xn--bcher-kva.example/a//b",
        "https://client.example/a%20b",
        "https://client.example/.well-known/..client/a...",
        "https://client.example/user@host:80",
    ] {
        let url = ClientIdUrl::parse(text).unwrap();
        assert_eq!((url.as_str(), url.to_string().as_str()), (text, text));
    }
    assert_eq!(ClientIdUrl::parse("https://client.example/a").unwrap().host(), "client.example");
}

#[test]
fn other_urls_are_rejected_with_the_reason() {
    let long = format!("https://client.example/{}", "a".repeat(MAX_LENGTH));
    let cases = [
        (long.as_str(), TooLong),
        ("", NotHttps),
        ("client", NotHttps),
        ("http://client.example/a", NotHttps),
        ("HTTPS://client.example/a", NotHttps),
        (" https://client.example/a", NotHttps),
        ("https:client.example/a", NotHttps),
        ("https:\\\\client.example/a", NotHttps),
        ("https://user@client.example/a", UserInfo),
        ("https://user:password@client.example/a", UserInfo),
        ("https://@client.example/a", UserInfo),
        ("https://client.example:443/a", Port),
        ("https://client.example:8443/a", Port),
        ("https://client.example:/a", Port),
        ("https://client.example/a#", Fragment),
        ("https://client.example/a#b", Fragment),
        ("https://client.example/a?", Query),
        ("https://client.example/a?b=c", Query),
        ("https://client.example/a/../b", DotSegment),
        ("https://client.example/./a", DotSegment),
        ("https://client.example/a/..", DotSegment),
        ("https://client.example/a/%2e%2E/b", DotSegment),
        ("https://client.example/a/.%2e", DotSegment),
        ("https://client.example/a\\..\\b", DotSegment),
        ("https://client.example", NoPath),
        ("https://client.example/", NoPath),
        ("https://127.0.0.1/a", Host),
        ("https://93.184.216.34/a", Host),
        ("https://2130706433/a", Host),
        ("https://0x7f.1/a", Host),
        ("https://[::1]/a", Host),
        ("https://[2606:2800:220:1::1]/a", Host),
        ("https:///a", NotNormalized),
        ("https://client.example./a", Host),
        ("https://client..example/a", Host),
        ("https://cli_ent.example/a", Host),
        ("https://client.example&quot;/a", Host),
        ("https://client.example'/a", Host),
        ("https://client.example\"/a", Host),
        ("https://<b>/a", Host),
        ("https://Client.example/a", NotNormalized),
        ("https://bücher.example/a", NotNormalized),
        ("https://client%2Eexample/a", NotNormalized),
        ("https://client.example\\b/a", NotNormalized),
        ("https://client.example/a b", NotNormalized),
        ("https://client.example/a\\b", NotNormalized),
        ("https://client.example/a\n", NotNormalized),
        ("https://client.example/a\tb", NotNormalized),
        ("https://client.example/ä", NotNormalized),
    ];
    for (text, error) in cases {
        assert_eq!(ClientIdUrl::parse(text), Err(error), "{text:?}");
    }
}

/// A tab or a line break inside of a dot segment: the parser drops it and then resolves the segment.
#[test]
fn dot_segments_cannot_be_hidden() {
    for text in
        ["https://client.example/a/.\t./b", "https://client.example/a/.\n/b", "https://client.example/a/%2\te/b"]
    {
        assert_eq!(ClientIdUrl::parse(text), Err(NotNormalized), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn what_is_read_has_one_form_only(text in "https://[a-zA-Z0-9.:@\\[\\]-]{0,12}[/\\\\a-z.%2eE?#\t ]{0,16}") {
        if let Ok(url) = ClientIdUrl::parse(&text) {
            let parsed = Url::parse(&text).unwrap();
            assert_eq!((url.as_str(), parsed.as_str()), (text.as_str(), text.as_str()));
            assert_eq!((parsed.port(), parsed.username(), parsed.query(), parsed.fragment()), (None, "", None, None));
            assert!(matches!(parsed.host(), Some(url::Host::Domain(_))));
            assert!(!parsed.path_segments().unwrap().any(is_dot_segment));
        }
    }
}
