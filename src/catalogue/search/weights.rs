//! The numbers of the ranking.

/// The numbers of the ranking, found by measuring: see `tests.rs`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(super) struct Weights {
    pub title: f32,
    pub phrase: f32,
    pub id: f32,
    pub service: f32,
    pub about: f32,
    pub summary: f32,
    pub alias: f32,
    pub path: f32,
    pub family: f32,
    /// How fast a further occurrence stops to count.
    pub k1: f32,
    /// How much a field's length counts, 0 to 1.
    pub b: f32,
    /// A synonym, against the word itself.
    pub synonym: f32,
    /// A misspelt word.
    pub typo: f32,
    /// A part of an entry of several words.
    pub part: f32,
    /// A word that is a verb only.
    pub verb: f32,
    /// The power of the share of the query that an operation covers.
    pub coverage: f32,
    /// The same action.
    pub same_action: f32,
    /// A read for a read of another number, a change for another change.
    pub other_number: f32,
    pub other_change: f32,
    /// A read for a change, or the other way round.
    pub conflict: f32,
    /// A change for a query without a verb.
    pub unasked_change: f32,
    /// An operation on ads for a query without a word of ads.
    pub unasked_ads: f32,
    pub deprecated: f32,
    pub v3: f32,
    pub rare_service: f32,
    /// How much the share of the title that the query covers counts.
    pub precision: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            title: 5.5,
            phrase: 3.0,
            id: 4.5,
            service: 0.8,
            about: 0.3,
            summary: 1.8,
            alias: 3.0,
            path: 1.6,
            family: 1.2,
            k1: 4.3,
            b: 0.55,
            synonym: 0.9,
            typo: 0.6,
            part: 0.85,
            verb: 0.32,
            coverage: 0.75,
            same_action: 1.4,
            other_number: 0.75,
            other_change: 0.82,
            conflict: 0.65,
            unasked_change: 0.95,
            unasked_ads: 0.4,
            deprecated: 0.8,
            v3: 0.92,
            rare_service: 0.97,
            precision: 0.37,
        }
    }
}
