//! The cursor paging that contacts and opportunities share.

use serde_json::{Value, json};

use super::LOCATION;
use super::fields::FieldValues;
use super::store::{date, text};

/// One page of a sorted list.
pub struct Page<'r> {
    pub records: Vec<&'r Value>,
    /// `total`, the cursor of the last record, and the numbers of this page and its neighbours.
    pub meta: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    NewestFirst,
    OldestFirst,
}

/// How to sort a list, and how to write the URL of its next page.
pub struct PageOptions<'l> {
    /// The route's path, for `nextPageUrl`.
    pub path: &'l str,
    /// The name of the location's parameter, for `nextPageUrl`.
    pub location_parameter: &'l str,
    /// The name of the date property that the list is sorted by.
    pub sorted_by: &'l str,
    pub order: Order,
}

impl PageOptions<'_> {
    /// Sorts the records and returns one page: after the cursor (`startAfter` and `startAfterId`), or else the one with
    /// the number `page`, of at most `limit` records.
    ///
    /// On the last page `nextPage` and `nextPageUrl` are null; the cursor still names its last record, and following
    /// it leads to an empty page. Records of the same date are sorted by their ids.
    pub fn page<'r>(&self, mut records: Vec<&'r Value>, query: &FieldValues) -> Page<'r> {
        let newest_first = self.order == Order::NewestFirst;
        let position = |record: &Value| (date(record, self.sorted_by), text(record, "id").to_owned());
        records.sort_by_cached_key(|record| position(record));
        if newest_first {
            records.reverse();
        }

        let limit = query.count("limit").unwrap_or(20);
        let start = match self.cursor(&records, query) {
            Some(cursor) => records.partition_point(|record| {
                let position = position(record);
                position == cursor || (position > cursor) == newest_first
            }),
            None => (query.count("page").unwrap_or(1) - 1).saturating_mul(limit),
        };
        let total = records.len();
        let page: Vec<&Value> = records.into_iter().skip(start).take(limit).collect();
        let is_last = start.saturating_add(page.len()) >= total;
        let meta = self.meta(page.last().copied(), start / limit + 1, limit, is_last, total);
        Page { records: page, meta }
    }

    /// The position after which the page starts. Each half of the cursor works alone: a date skips every record of that
    /// date, an id stands for its record's date too (and an unknown id ends the list, because a list that started anew
    /// would never end).
    fn cursor(&self, records: &[&Value], query: &FieldValues) -> Option<(i64, String)> {
        let newest_first = self.order == Order::NewestFirst;
        match (query.number("startAfter"), query.text("startAfterId")) {
            (Some(after), Some(id)) => Some((after, id.to_owned())),
            (Some(after), None) if newest_first => Some((after, String::new())),
            (Some(after), None) => Some((after, "~".to_owned())),
            (None, Some(id)) => {
                let record = records.iter().find(|record| record["id"] == id);
                let end = if newest_first { i64::MIN } else { i64::MAX };
                let after = record.map_or(end, |record| date(record, self.sorted_by));
                Some((after, id.to_owned()))
            }
            (None, None) => None,
        }
    }

    fn meta(&self, last: Option<&Value>, number: usize, limit: usize, is_last: bool, total: usize) -> Value {
        let mut meta = json!({
            "total": total,
            "nextPageUrl": null,
            "startAfterId": last.map(|record| text(record, "id")),
            "startAfter": last.map(|record| date(record, self.sorted_by)),
            "currentPage": number,
            "nextPage": null,
            "prevPage": (number > 1).then(|| number - 1),
        });
        if !is_last {
            meta["nextPage"] = (number + 1).into();
            // The real API names its own host here, even behind a proxy.
            meta["nextPageUrl"] = format!(
                "https://services.leadconnectorhq.com{}?{}={LOCATION}&limit={limit}&startAfter={}&startAfterId={}",
                self.path,
                self.location_parameter,
                meta["startAfter"],
                meta["startAfterId"].as_str().unwrap_or_default()
            )
            .into();
        }
        meta
    }
}
