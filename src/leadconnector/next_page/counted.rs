//! Pages by the number of elements before them.

use serde_json::{Map, Value};

use super::outline::Outline;
use super::parameters::Numbers;
use crate::leadconnector::Request;

/// The fewest elements of a page that may be full although the request does not say its size.
const MIN_FULL: u64 = 10;

/// The parameters of the next page, if `offset` elements and those of this page are not all.
pub fn by_offset(request: &Request, parameter: &str, response: &str) -> Option<Map<String, Value>> {
    let (numbers, outline) = (Numbers::of(request), Outline::of(response)?);
    let length = outline.list().filter(|length| *length > 0)?;
    let next = numbers.get(parameter).unwrap_or(0).checked_add(length)?;
    is_more(&outline, length, Some(next), numbers.page_size()).then(|| one(parameter, next))
}

/// The parameters of the next page, by its number.
pub fn by_page(request: &Request, first: u64, response: &str) -> Option<Map<String, Value>> {
    let (numbers, outline) = (Numbers::of(request), Outline::of(response)?);
    let length = outline.list().filter(|length| *length > 0)?;
    let page = numbers.get("page").unwrap_or(first);
    let before = page.checked_sub(first)?;
    let end = match numbers.page_size() {
        Some(size) => before.checked_mul(size).and_then(|before| before.checked_add(length)),
        None if before == 0 => Some(length),
        None => None,
    };
    is_more(&outline, length, end, numbers.page_size()).then(|| one("page", page.saturating_add(1)))
}

/// Whether there are elements after the first `end`, as far as the response says; a full page may have others behind it, which
/// costs one more call if it has not.
pub fn is_more(outline: &Outline, length: u64, end: Option<u64>, size: Option<u64>) -> bool {
    if let Some(more) = outline.has_more() {
        return more;
    }
    if let (Some(total), Some(end)) = (outline.total(), end) {
        return end < total;
    }
    if let (Some(count), Some(end)) = (outline.count(), end)
        && end < count
    {
        return true;
    }
    // Without a size, or where the API lowers it without saying so, a full page has a round number of elements.
    let is_round = length >= MIN_FULL && length.is_multiple_of(5);
    is_round || size.is_some_and(|size| length >= size)
}

fn one(name: &str, number: u64) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), number.into())])
}
