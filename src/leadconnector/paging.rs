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
    /// By this parameter, the number of elements to skip, while the response has a full page or reports more.
    Offset(&'static str),
    /// By the parameter `page`, under the same conditions. The first page has this number.
    Page(u64),
    /// The next page's cursor is `searchAfter` of the last element; a call may also ask for a `page`.
    SearchAfter,
    /// The next page's cursor is a field of the response.
    Token {
        /// The parameter that takes it.
        parameter: &'static str,
        /// The names of the objects that hold the field, then its own.
        field: &'static [&'static str],
    },
}
