//! The formats of emails and phone numbers.
//!
//! The real API's framework validates them with validator.js and libphonenumber. These rules are simpler: they reject
//! what is clearly neither, and the sandbox needs no table of every country's numbers.

/// The longest email address in bytes (RFC 3696, erratum 1690).
const MAX_EMAIL_BYTES: usize = 254;

/// The most digits of a phone number (ITU-T E.164), its country code included.
const MAX_PHONE_DIGITS: usize = 15;

/// The fewest; shorter numbers are of services, not of people.
const MIN_PHONE_DIGITS: usize = 7;

/// Whether a text is `local@domain`, with a domain of at least two labels.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_local = |char: char| char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(char);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|char| char.is_alphanumeric() || char == '-')
    };
    let top_level = domain.rsplit('.').next().unwrap_or_default();
    text.len() <= MAX_EMAIL_BYTES
        && local.split('.').all(|part| !part.is_empty())
        && local.chars().all(is_local)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top_level.chars().count() > 1
        && !top_level.chars().all(|char| char.is_ascii_digit())
}

/// Whether a text is a phone number: digits, with a `+` before them and punctuation between them if any.
pub fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits)
        && number.chars().all(|char| char.is_ascii_digit() || " ().-".contains(char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for email in
            ["rosa@example.com", "Ana.Maria+crm@mail.example.co.uk", "o'connor@example.ie", "jürgen@müller.example"]
        {
            assert!(is_email(email), "{email}");
        }
        let long = format!("{}@example.com", "x".repeat(250));
        for text in [
            "",
            "not an email",
            "rosa",
            "@example.com",
            "rosa@",
            "rosa@example",
            "rosa@example.c",
            "rosa@10.0.0.1",
            "rosa@example..com",
            "rosa@-example.com",
            "ro sa@example.com",
            "rosa.@example.com",
            "Rosa <rosa@example.com>",
            "rosa@example.com,ana@example.com",
            " rosa@example.com",
            long.as_str(),
        ] {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn phones() {
        for phone in ["+18885550101", "+1 (888) 555-0101", "888.555.0101", "5550101", "+442079460958"] {
            assert!(is_phone(phone), "{phone}");
        }
        for text in
            ["", "abc", "+", "555", "+1 888 555 0101 ext. 7", "1+8885550101", "+1888555010112345", "５５５０１０１"]
        {
            assert!(!is_phone(text), "{text}");
        }
    }
}
