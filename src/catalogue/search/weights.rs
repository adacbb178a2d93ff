//! The numbers of the ranking.

/// How many fields an operation has.
pub(super) const FIELDS: usize = 9;

/// The numbers of the ranking: set where the search for phrases by the words of the others is best, and rounded. Most of them
/// may change by a fifth without an effect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    /// How much a word counts in each field, in the order of `Field`.
    pub fields: [f32; FIELDS],
    /// How fast further occurrences of a word cease to count.
    pub k1: f32,
    /// How much a field's length counts, 0 to 1.
    pub b: f32,
    /// What a synonym counts against the word itself.
    pub synonym: f32,
    /// The same for the word that a misspelt one was taken for.
    pub typo: f32,
    /// The same for a part of an entry of several words.
    pub part: f32,
    /// What a word counts that is a verb only.
    pub verb: f32,
    /// What a word counts that stands in no title, name or path, and that the synonyms do not have.
    pub remark: f32,
    /// What something counts that the form of a part of a query hints at.
    pub hint: f32,
    /// The power of the share of the query that an operation covers.
    pub coverage: f32,
    /// How much the share of the title counts that the query covers, 0 to 1.
    pub precision: f32,
    /// The factor of an operation that does what the query asks for.
    pub same_action: f32,
    /// That of a list for one record, or of one record for a list.
    pub other_number: f32,
    /// That of another change.
    pub other_change: f32,
    /// That of a read for a change, or of a change for a read.
    pub conflict: f32,
    /// That of a change for a query without a verb.
    pub unasked_change: f32,
    /// That of an operation about ads for a query that is not about ads.
    pub unasked_ads: f32,
    /// That of a deprecated operation.
    pub deprecated: f32,
    /// That of an operation that only the third version of the API has.
    pub v3: f32,
    /// That of a service that few calls are about.
    pub rare_service: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            // Title, phrases, id, service, about, summary, aliases, path, family.
            fields: [5.5, 3.0, 4.5, 0.8, 0.3, 1.8, 3.0, 1.6, 1.2],
            k1: 4.3,
            b: 0.55,
            synonym: 0.9,
            typo: 0.6,
            part: 0.85,
            verb: 0.32,
            remark: 0.6,
            hint: 0.3,
            coverage: 0.5,
            precision: 0.37,
            same_action: 1.4,
            other_number: 0.75,
            other_change: 0.82,
            conflict: 0.65,
            unasked_change: 0.95,
            unasked_ads: 0.4,
            deprecated: 0.8,
            v3: 0.92,
            rare_service: 0.97,
        }
    }
}
