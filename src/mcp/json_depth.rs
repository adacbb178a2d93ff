//! How deep JSON is nested, before anything reads it.

/// Whether any value lies deeper than `limit` lists and objects. It need not be JSON: what follows says so.
pub fn is_deeper(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_counts() {
        assert!(!is_deeper(br#"{"a":[1,[2]],"b":[[3]]}"#, 3));
        assert!(is_deeper(br#"{"a":[1,[2]],"b":[[3]]}"#, 2));
        assert!(!is_deeper(br#"{"a":"[[[[","b":"\"[[[","c":"\\"}"#, 1));
        assert!(is_deeper(br#"{"a":"\\","b":[1]}"#, 1));
        assert!(is_deeper(b"]]]}[[", 1) && !is_deeper(b"7", 0));
    }
}
