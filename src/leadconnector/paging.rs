//! The paging schemes of the API's list endpoints.

/// How a list is paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// The response is not paged.
    None,
    /// The next page's cursor is `meta.startAfter` and `meta.startAfterId` of the response.
    Cursor,
    /// The next page's cursor is `lastMessageId`; there is one if `nextPage` is true.
    Messages,
    /// The next page's cursor is the sort value of the last conversation.
    SortValue,
    /// By `offset`, up to `totalCount`.
    TotalCount,
    /// By `offset`, while `hasMore` is true.
    HasMore,
}
