//! The result of scanning a call's arguments.

use crate::leadconnector::ArgumentError;
use crate::text::truncate;
use crate::tools::InvalidArguments;

/// What a scan found in the bytes of a call's arguments, and the parsed values no longer show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArgumentsScan {
    /// Their approximate size as compact JSON, in bytes.
    pub bytes: usize,
    /// The first few duplicate names, as paths.
    pub duplicates: Vec<String>,
}

impl ArgumentsScan {
    /// Validates the arguments: they may have at most `max_bytes` bytes and no duplicate names.
    ///
    /// # Errors
    ///
    /// If they are too large, or a name is given twice: it is ambiguous which of the two values is meant.
    pub fn validate(&self, max_bytes: usize) -> Result<(), InvalidArguments> {
        if self.bytes > max_bytes {
            let problem = format!("are larger than {max_bytes} bytes: send less at once");
            return Err(InvalidArguments::one("arguments", problem));
        }
        if self.duplicates.is_empty() {
            return Ok(());
        }
        let duplicate = |path: &String| ArgumentError::new(truncate(path), "is given twice: remove one of the two");
        Err(InvalidArguments(self.duplicates.iter().map(duplicate).collect()))
    }
}
