//! The parameters of a request: of a query or of a form.

use std::borrow::Cow;

/// The parameters of a request to an endpoint of OAuth (RFC 6749 section 3.1).
#[derive(Debug)]
pub struct Parameters<'a>(Option<Vec<(Cow<'a, str>, Cow<'a, str>)>>);

/// A parameter is there twice, or is no text, or there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a parameter is there twice, or has characters that are not allowed")]
pub struct InvalidParameter;

/// More than any client sends.
const MAX_PARAMETERS: usize = 64;

impl<'a> Parameters<'a> {
    /// Reads parameters as a form encodes them. Of too many none can be had.
    pub fn parse(encoded: &'a [u8]) -> Self {
        let parameters: Vec<_> = form_urlencoded::parse(encoded).take(MAX_PARAMETERS + 1).collect();
        Self((parameters.len() <= MAX_PARAMETERS).then_some(parameters))
    }

    /// The value of a parameter. An empty one counts as absent (RFC 6749 section 3.1).
    ///
    /// # Errors
    ///
    /// If it is there twice, there are too many, or it has control characters or bytes that are not UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<&str>, InvalidParameter> {
        let parameters = self.0.as_ref().ok_or(InvalidParameter)?;
        let mut values = parameters.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        let value = values.next();
        let is_text = |value: &str| !value.contains(|char: char| char.is_control() || char == '\u{fffd}');
        if values.next().is_some() || !value.is_none_or(is_text) {
            return Err(InvalidParameter);
        }
        Ok(value.filter(|value| !value.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_one_text() {
        let parameters = Parameters::parse(b"a=1&b=&c=1&c=2&d=%00&e=%ff&f=x+y%26");
        assert_eq!(parameters.get("a"), Ok(Some("1")));
        assert_eq!(parameters.get("b"), Ok(None));
        assert_eq!(parameters.get("z"), Ok(None));
        assert_eq!(parameters.get("f"), Ok(Some("x y&")));
        let many = format!("a=1{}", "&b=1".repeat(64));
        assert_eq!(Parameters::parse(many.as_bytes()).get("a"), Err(InvalidParameter));
        for name in ["c", "d", "e"] {
            assert_eq!(parameters.get(name), Err(InvalidParameter), "{name}");
        }
    }
}
