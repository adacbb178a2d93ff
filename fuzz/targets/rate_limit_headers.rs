#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::rate_limit_headers::check(input));
