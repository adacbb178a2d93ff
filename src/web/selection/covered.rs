//! What a token of the gateway may be used for: at no path that its resource covers is a tool visible that is hidden at the
//! resource's own path.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::auth::oauth::Resource;

static REGISTRY: LazyLock<ToolRegistry> = LazyLock::new(ToolRegistry::default);

/// Pieces of paths, of which some are read in more than one way.
const PIECES: [&str; 20] = [
    "/mcp",
    "/x",
    "/readonly",
    "/v2",
    "/",
    "contacts",
    "calendars",
    "all",
    ",",
    "%2C",
    "%2c",
    "%2F",
    "%252C",
    "%2e%2e",
    "..",
    "%63",
    "%00",
    "readonly",
    "x",
    ";",
];

fn path() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(&PIECES[..]);
    // Most random paths are none; these are, up to one piece anywhere.
    let known = proptest::sample::select(
        &[
            "/mcp",
            "/mcp/",
            "/mcp/readonly",
            "/mcp/v2",
            "/mcp/v2/readonly",
            "/mcp/x/contacts",
            "/mcp/x/contacts/readonly",
            "/mcp/x/contacts,calendars",
            "/mcp/x/all/readonly",
            "/mcp/x/contacts%2Ccalendars/readonly",
        ][..],
    );
    prop_oneof![
        proptest::collection::vec(pieces.clone(), 0..6).prop_map(|pieces| format!("/mcp{}", pieces.concat())),
        known.clone().prop_map(str::to_owned),
        (known, pieces, any::<prop::sample::Index>()).prop_map(|(known, piece, at)| {
            let (before, after) = known.split_at(at.index(known.len() + 1));
            format!("{before}{piece}{after}")
        }),
    ]
}

/// The tools that are visible at a path, by name; `None` if it is none of the endpoint's.
fn visible(path: &str) -> Option<Vec<&'static str>> {
    let mut selection = Selection::default();
    narrow_by_path(&mut selection, &REGISTRY, path).ok()?;
    let visible = REGISTRY.all().filter(|callable| selection.hidden_by(*callable).is_none());
    Some(visible.map(|callable| callable.name()).collect())
}

proptest! {
    #[test]
    fn no_path_that_a_resource_covers_shows_more_than_its_own(resource in path(), requested in path()) {
        let Ok(resource) = Resource::of_path(&resource) else { return Ok(()) };
        if !is_endpoint(&REGISTRY, resource.path()) || !resource.covers(&requested) {
            return Ok(());
        }
        let Some(shown) = visible(&requested) else { return Ok(()) };
        let own = visible(resource.path()).unwrap_or_default();
        for tool in shown {
            prop_assert!(own.contains(&tool), "{tool} at {requested} with a token for {}", resource.path());
        }
    }

    #[test]
    fn a_resource_covers_whole_segments_only(resource in path(), requested in path()) {
        let Ok(resource) = Resource::of_path(&resource) else { return Ok(()) };
        if resource.covers(&requested) {
            let decoded = percent_encoding::percent_decode_str(&requested).decode_utf8().unwrap();
            let own: Vec<&str> = resource.path().split('/').collect();
            let segments: Vec<&str> = decoded.split('/').collect();
            prop_assert!(segments.starts_with(&own), "{requested} with a token for {}", resource.path());
        }
    }
}

/// The control: the paths above are covered and shown often enough.
#[test]
fn a_path_below_shows_a_part() {
    let all = visible("/mcp").unwrap_or_default();
    let contacts = visible("/mcp/x/contacts").unwrap_or_default();
    let reading = visible("/mcp/x/contacts/readonly").unwrap_or_default();
    assert!(reading.len() < contacts.len() && contacts.len() < all.len(), "{} {}", reading.len(), contacts.len());
    assert!(!contacts.is_empty() && !reading.is_empty());
}
