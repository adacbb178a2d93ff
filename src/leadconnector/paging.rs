//! How the API pages its lists: a fact of an endpoint.

/// How a list is paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Not at all.
    None,
    /// `meta.startAfter` and `meta.startAfterId` of the answer are the next page's cursor.
    Cursor,
    /// `lastMessageId` is, where `nextPage` is true.
    Messages,
    /// The last conversation's sort value is.
    SortValue,
    /// `offset` counts up to `totalCount`.
    TotalCount,
    /// `offset` counts up while `hasMore` is true.
    HasMore,
}
