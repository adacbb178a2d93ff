//! What counts in the ranking of an operation beside its words.

use super::super::{Flag, Kind, Operation};
use super::synonyms::{Action, Synonyms};
use super::tokens::{self, Stems};
use super::weights::Weights;

/// Services about ads, found only by queries about ads: a seventh of all operations, needed by few.
const ADS: [&str; 2] = ["ad-manager", "ad-publishing"];

/// The services that most calls are about.
const CORE: [&str; 12] = [
    "businesses",
    "calendars",
    "contacts",
    "conversations",
    "forms",
    "invoices",
    "locations",
    "opportunities",
    "payments",
    "products",
    "users",
    "workflows",
];

/// What counts in the ranking of an operation beside its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traits {
    /// What it does.
    pub action: Action,
    /// Whether it is about ads.
    pub is_ads: bool,
    /// The factor that depends on no query.
    pub prior: f32,
}

impl Traits {
    /// Those of an operation. Its action is the first word of its title, if that is a verb and fits its kind.
    pub fn of(operation: &Operation, synonyms: &Synonyms, stems: &mut Stems, weights: &Weights) -> Self {
        let is_read = operation.kind == Kind::Read;
        let by_method = match operation.method.as_str() {
            _ if is_read => Action::Read,
            "DELETE" => Action::Delete,
            "POST" if operation.kind == Kind::Add => Action::Create,
            _ => Action::Update,
        };
        let by_title = tokens::words(operation.title).first().and_then(|word| synonyms.verbs.get(stems.stem(word)));
        let action = by_title.copied().filter(|action| action.reads() == is_read).unwrap_or(by_method);
        let factors = [
            (operation.has(Flag::Deprecated), weights.deprecated),
            (operation.documents == "v3", weights.v3),
            (!CORE.contains(&operation.service), weights.rare_service),
        ];
        let prior = factors.into_iter().filter(|(applies, _)| *applies).map(|(_, factor)| factor).product();
        Self { action, is_ads: ADS.contains(&operation.service), prior }
    }
}
