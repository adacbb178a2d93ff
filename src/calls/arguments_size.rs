//! How large a call's arguments are.

use std::io::{self, Write};

use crate::leadconnector::Fault;
use crate::tools::{InvalidArguments, JsonObject};

/// Refuses arguments that are larger than so many bytes of compact JSON.
///
/// # Errors
///
/// What is wrong with them.
pub fn check(arguments: &JsonObject, limit: usize) -> Result<(), InvalidArguments> {
    // Writing fails when the limit is crossed, so no more than it is ever looked at.
    match serde_json::to_writer(Room(limit), arguments) {
        Ok(()) => Ok(()),
        Err(_) => {
            let problem = format!("are larger than {limit} bytes: send less at a time");
            Err(InvalidArguments(vec![Fault::new("arguments", problem)]))
        }
    }
}

/// The bytes that are left.
struct Room(usize);

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::WriteZero)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_limit_is_the_largest_that_is_taken() {
        let arguments = json!({ "a": ["b", 1] });
        let size = arguments.to_string().len();
        let arguments = arguments.as_object().unwrap();
        assert!(check(arguments, size).is_ok());
        assert!(check(arguments, size - 1).is_err());
    }
}
