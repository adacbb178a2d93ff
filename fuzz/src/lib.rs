//! Properties that must hold for any input: one `check` per fuzz target, which panics if a property does not hold.
//!
//! The targets in `fuzz/targets` call them with generated inputs, and `tests/fuzz_seeds.rs` with the seeds.

pub mod answers;
pub mod arguments;
pub mod authorize;
pub mod operations;
pub mod plain_call;
pub mod rate_limit_headers;
pub mod registration;
pub mod sealed;
pub mod selection;
pub mod work;

mod arbitrary;
mod authorization_server;
mod post;

/// An input's first line, and the rest.
fn head_and_rest(input: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The hand-written tool for an input's first word: the tool of that name, or else one chosen by the first byte, so that every input has a
/// tool.
fn tool<'c>(registry: &'c leadconnector_mcp::tools::ToolRegistry, word: &[u8]) -> &'c leadconnector_mcp::tools::Tool {
    let tools = registry.tools();
    let by_name = std::str::from_utf8(word).ok().and_then(|name| registry.find(name)).filter(|tool| tool.is_typed());
    by_name.unwrap_or(&tools[usize::from(word.first().copied().unwrap_or_default()) % tools.len()])
}

/// Whether the text is one JSON document, of any depth.
fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<&serde_json::value::RawValue>(text).is_ok()
}

/// The path matches the template except for its parameters, and is unambiguous for any server.
fn check_path(template: &str, request: &leadconnector_mcp::leadconnector::Request) {
    let (template, path) = (template.split('/'), request.path.split('/'));
    assert_eq!(template.clone().count(), path.clone().count(), "{}", request.path);
    for (template, segment) in template.zip(path) {
        if !template.starts_with('{') {
            assert_eq!(template, segment);
            continue;
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
        assert!(!segment.is_empty() && segment.bytes().all(plain), "{}", request.path);
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8().expect("the segment was text");
        assert!(!["", ".", ".."].contains(&decoded.as_ref()), "{}", request.path);
    }
    let url = url::Url::parse(&format!("https://host{}?{}", request.path, request.query)).expect("it is a URL");
    assert_eq!((url.path(), url.query(), url.fragment()), (request.path.as_str(), Some(request.query.as_str()), None));
}
