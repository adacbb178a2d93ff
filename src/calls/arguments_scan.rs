//! What was found in a call's arguments.

use crate::leadconnector::ArgumentError;
use crate::text::truncate;
use crate::tools::InvalidArguments;

/// What was found in a call's arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArgumentsScan {
    /// About how many bytes they have as compact JSON.
    pub bytes: usize,
    /// The names that are given twice, as paths, the first few of them.
    pub duplicates: Vec<String>,
}

impl ArgumentsScan {
    /// Refuses arguments that are larger than so many bytes, or give a name twice: which of the two values was meant,
    /// nobody knows.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub fn check(&self, max_bytes: usize) -> Result<(), InvalidArguments> {
        if self.bytes > max_bytes {
            let problem = format!("are larger than {max_bytes} bytes: send less at a time");
            return Err(InvalidArguments(vec![ArgumentError::new("arguments", problem)]));
        }
        if self.duplicates.is_empty() {
            return Ok(());
        }
        let duplicate = |path: &String| ArgumentError::new(truncate(path), "is given twice: remove one of the two");
        Err(InvalidArguments(self.duplicates.iter().map(duplicate).collect()))
    }
}
