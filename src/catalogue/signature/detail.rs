//! How much of an argument is shown.

/// How much of an argument is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    /// The longest enum that is shown whole.
    pub enum_values: usize,
    /// Its description, format and limits.
    pub notes: bool,
    /// The same of the fields inside.
    pub nested_notes: bool,
    /// How many levels of objects are opened.
    pub depth: usize,
    /// The optional fields of objects.
    pub optional_fields: bool,
}

/// Everything.
pub const ALL: Detail =
    Detail { enum_values: usize::MAX, notes: true, nested_notes: true, depth: usize::MAX, optional_fields: true };

/// Everything but the later values of long enums.
const SHORT_ENUMS: Detail = Detail { enum_values: 12, ..ALL };

/// Names and types.
const PLAIN: Detail = Detail { notes: false, nested_notes: false, ..SHORT_ENUMS };

/// Names and types, objects closed.
pub const NAMES: Detail = Detail { enum_values: 6, depth: 0, ..PLAIN };

/// The fields that a call must give.
const REQUIRED_FIELDS: Detail = Detail { nested_notes: false, optional_fields: false, ..SHORT_ENUMS };

/// The steps of a signature that shows every argument, from the richest: the detail of required arguments, and that of
/// optional ones.
pub const LADDER: [(Detail, Detail); 9] = [
    (ALL, ALL),
    (SHORT_ENUMS, SHORT_ENUMS),
    (SHORT_ENUMS, PLAIN),
    (SHORT_ENUMS, Detail { depth: 2, ..PLAIN }),
    (SHORT_ENUMS, Detail { depth: 1, ..PLAIN }),
    (SHORT_ENUMS, NAMES),
    (Detail { nested_notes: false, ..SHORT_ENUMS }, NAMES),
    (REQUIRED_FIELDS, NAMES),
    (Detail { depth: 2, ..REQUIRED_FIELDS }, NAMES),
];

/// The steps of a signature that drops optional arguments: the detail of required ones.
pub const REQUIRED_ONLY: [Detail; 5] = [
    REQUIRED_FIELDS,
    Detail { depth: 2, ..REQUIRED_FIELDS },
    Detail { depth: 1, ..REQUIRED_FIELDS },
    Detail { depth: 1, enum_values: 6, notes: false, ..REQUIRED_FIELDS },
    NAMES,
];
