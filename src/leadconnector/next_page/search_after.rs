//! Pages by the cursor that each element has: `searchAfter`.

use serde_json::{Map, Value};

use super::counted;
use super::outline::Outline;
use super::parameters::Numbers;
use crate::leadconnector::Request;

/// The parameters of the next page: by the cursor of the last element, or by number where the call asks for a later page.
pub fn after(request: &Request, response: &str) -> Option<Map<String, Value>> {
    let numbers = Numbers::of(request);
    // The search engine takes a cursor on the first page only.
    if numbers.get("page").is_some_and(|page| page > 1) && !numbers.has("searchAfter") {
        return counted::by_page(request, 1, response);
    }
    let outline = Outline::of(response)?;
    let length = outline.list().filter(|length| *length > 0)?;
    // The number of elements before a cursor is unknown.
    let end = (!numbers.has("searchAfter")).then_some(length);
    if !counted::is_more(&outline, length, end, numbers.page_size()) {
        return None;
    }
    let mut response: Map<String, Value> = serde_json::from_str(response).ok()?;
    let list = response.values_mut().find_map(Value::as_array_mut)?;
    let cursor = list.last_mut()?.get_mut("searchAfter")?.take();
    let is_set = cursor.as_array().is_some_and(|cursor| !cursor.is_empty());
    is_set.then(|| Map::from_iter([("searchAfter".to_owned(), cursor)]))
}
