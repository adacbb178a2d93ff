//! The headers and query parameters by which a request restricts itself, and the rejection of misspelt ones.
//!
//! An agent whose configuration says `X-MCP-Read-Only` must not get all tools. So whatever is meant as a switch is either
//! understood or rejected. Four kinds of header are rejected, all with the characters besides letters and digits ignored
//! (`X_MCP_READONLY` is a valid header name):
//!
//! - every unknown one that begins with `X-MCP-`;
//! - every one within one edit of a known one (`X-MPC-Tools`, `MCP-Readonly`);
//! - every one that contains `readonly` or ends in `location-id`, `altId`, which pins as a query parameter, and `Location`,
//!   which is a header of responses only;
//! - every one without the prefix, or with half of it, that then is a known one's own word (`Read-Only`, `X-Toolset`).
//!
//! Of query parameters, which only the gateway reads, every unknown one is rejected.

use http::{HeaderMap, StatusCode};

use crate::mcp::{INVALID_REQUEST, RpcError};
use crate::text;
use crate::text::tokens::looks_like_token;

/// The header that pins the location.
pub const LOCATION_ID: &str = "locationid";
/// The header that selects services.
pub const TOOLSETS: &str = "x-mcp-toolsets";
/// The header that selects tools.
pub const TOOLS: &str = "x-mcp-tools";
/// The header that hides tools.
pub const EXCLUDE_TOOLS: &str = "x-mcp-exclude-tools";
/// The header that hides tools that write.
pub const READ_ONLY: &str = "x-mcp-readonly";
/// The header that limits the size of results.
pub const MAX_RESULT_BYTES: &str = "x-mcp-max-result-bytes";

/// All of them, in the lower case that HTTP/2 and the `http` crate use.
pub const HEADERS: [&str; 6] = [TOOLSETS, TOOLS, EXCLUDE_TOOLS, READ_ONLY, MAX_RESULT_BYTES, LOCATION_ID];

/// The header with the token. Only one edit counts: `X-Authorization` is for others.
const AUTHORIZATION: &str = "authorization";

/// The headers as the documentation writes them, without punctuation, and without the prefix.
const NAMES: [(&str, &str, &str); HEADERS.len()] = [
    ("X-MCP-Toolsets", "xmcptoolsets", "toolsets"),
    ("X-MCP-Tools", "xmcptools", "tools"),
    ("X-MCP-Exclude-Tools", "xmcpexcludetools", "excludetools"),
    ("X-MCP-Readonly", "xmcpreadonly", "readonly"),
    ("X-MCP-Max-Result-Bytes", "xmcpmaxresultbytes", "maxresultbytes"),
    ("locationId", LOCATION_ID, LOCATION_ID),
];

/// The query parameters that pin the location, in any case: the names that tool arguments accept too.
const PARAMETERS: [&str; 3] = ["locationId", "location_id", "altId"];

/// Query parameters in which clients put tokens.
const TOKEN_PARAMETERS: [&str; 7] = ["token", "access_token", "api_key", "apikey", "key", "pit", "authorization"];

/// The prefix of the gateway's own headers, without its hyphens.
const PREFIX: &str = "xmcp";

/// What is left of the prefix when a part of it is missing or swapped; the longest first.
const PARTIAL_PREFIXES: [&str; 5] = [PREFIX, "xmpc", "mcp", "mpc", "x"];

/// The shortest word that is compared with one edit: shorter ones are too similar to other headers.
const MIN_COMPARED_WORD: usize = 8;

/// The longest header name that is compared; no misspelling is longer.
const MAX_COMPARED_NAME: usize = 60;

/// The longest name that a message repeats, in bytes.
const MAX_SHOWN: usize = 40;

/// Whether a query parameter pins the location.
pub fn is_known_parameter(name: &str) -> bool {
    PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Checks the headers and the query of a request.
///
/// # Errors
///
/// 400 for the first misspelt switch, with the nearest known ones and all known ones.
pub fn check(headers: &HeaderMap, query: Option<&str>) -> Result<(), RpcError> {
    for name in headers.keys().map(http::HeaderName::as_str) {
        if !HEADERS.contains(&name)
            && let Some(nearest) = misspelt_header(name)
        {
            return Err(unknown("header", name, &nearest.join(" or "), &NAMES.map(|(title, ..)| title)));
        }
    }
    for (name, _) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if !is_known_parameter(&name) {
            if TOKEN_PARAMETERS.iter().any(|token| name.eq_ignore_ascii_case(token)) {
                let message = "a token in the URL is not read, because URLs are logged on their way: send it in the header \
                               `Authorization: Bearer <token>`, and revoke this one";
                return Err(RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message));
            }
            let parameters = text::suggest(&name, PARAMETERS.into_iter());
            let nearest = match misspelt_header(&name) {
                Some(headers) if parameters.is_empty() => format!("the header {}", headers.join(" or ")),
                _ => parameters.join(" or "),
            };
            return Err(unknown("query parameter", &name, &nearest, &PARAMETERS));
        }
    }
    Ok(())
}

/// The headers that an unknown one may be meant as; `None` if it has nothing to do with the gateway.
fn misspelt_header(name: &str) -> Option<Vec<&'static str>> {
    let folded = name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let is_ours = folded.clone().take(PREFIX.len()).eq(PREFIX.bytes());
    if name.len() > MAX_COMPARED_NAME {
        return is_ours.then(Vec::new);
    }
    let folded: String = folded.map(char::from).collect();
    if is_one_edit(&folded, AUTHORIZATION) && folded != AUTHORIZATION {
        return Some(vec!["Authorization"]);
    }
    let near = NAMES.iter().filter(|(_, full, word)| is_near(&folded, full, word));
    let near: Vec<&str> = near.map(|(title, ..)| *title).collect();
    if !near.is_empty() {
        return Some(near);
    }
    is_ours.then(|| text::suggest(name, NAMES.iter().map(|(title, ..)| *title)))
}

/// Whether a name, in lower case and without punctuation, is meant as this header.
fn is_near(name: &str, full: &str, word: &str) -> bool {
    let bare = PARTIAL_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    // `Mcp-Param-…` repeats a tool's argument of any name (MCP 2026-07-28).
    let is_free_form = !name.starts_with("mcpparam");
    // The singular is one edit too, but of a word that is too short for one.
    bare == word
        || word.strip_suffix('s').is_some_and(|singular| bare == singular)
        || (is_free_form && word == "readonly" && name.contains(word))
        || (is_free_form && word == LOCATION_ID && (name.ends_with(word) || bare == "altid" || name == "location"))
        || (word.len() >= MIN_COMPARED_WORD && is_one_edit(bare, word))
        || is_one_edit(name, full)
}

/// Whether two names are the same or differ by one inserted, missing, replaced or swapped letter. Not by `strsim`: it fills a table
/// for each pair, which cost 4 % of a call, and here all but the differing letters must be the same.
fn is_one_edit(name: &str, known: &str) -> bool {
    let (name, known) = (name.as_bytes(), known.as_bytes());
    if name.len().abs_diff(known.len()) > 1 {
        return false;
    }
    let start = name.iter().zip(known).take_while(|(one, other)| one == other).count();
    let (name, known) = (&name[start..], &known[start..]);
    let end = name.iter().rev().zip(known.iter().rev()).take_while(|(one, other)| one == other).count();
    match (&name[..name.len() - end], &known[..known.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([one, other], [first, second]) => one == second && other == first,
        _ => false,
    }
}

fn unknown(kind: &str, name: &str, nearest: &str, known: &[&str]) -> RpcError {
    // A query may be a secret without a name.
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_';
    let is_shown = name.len() <= MAX_SHOWN && name.bytes().all(is_plain) && !looks_like_token(name.as_bytes());
    let name = if is_shown { format!(" `{name}`") } else { String::new() };
    let nearest = if nearest.is_empty() { String::new() } else { format!(" (did you mean {nearest}?)") };
    let known = known.join(", ");
    let message = format!("unknown {kind}{name}{nearest}: correct or remove it; the known {kind}s are {known}");
    RpcError::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_edit_is_what_the_library_counts_as_one(name in "[ab]{0,6}", known in "[ab]{0,6}") {
            prop_assert_eq!(is_one_edit(&name, &known), strsim::osa_distance(&name, &known) <= 1, "{} {}", name, known);
        }
    }
}
