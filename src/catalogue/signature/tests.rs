//! Signatures of single shapes, and what they cost over all operations.

use tiktoken_rs::o200k_base_singleton;

use crate::catalogue::Catalogue;

#[test]
fn tokens() {
    let tokenizer = o200k_base_singleton();
    let operations = Catalogue::published().operations();
    for budget in [500, 550, 600, 650, 700, 800] {
        let mut short: Vec<(usize, usize, bool, &str)> = operations
            .iter()
            .map(|operation| {
                let signature = operation.signature(budget);
                assert!(signature.text.chars().count() <= budget);
                let tokens = tokenizer.encode_ordinary(&signature.text).len();
                (tokens, signature.text.len(), signature.is_complete, operation.name)
            })
            .collect();
        short.sort_unstable();
        println!(
            "{budget}: p50 {} p90 {} max {:?} complete {} over {}",
            short[331].0,
            short[596].0,
            &short[655..],
            short.iter().filter(|s| s.2).count(),
            short.iter().filter(|s| s.0 > 220).count()
        );
    }
    let mut full: Vec<(usize, &str)> = operations
        .iter()
        .map(|operation| (tokenizer.encode_ordinary(&operation.full_signature()).len(), operation.name))
        .collect();
    full.sort_unstable();
    println!("full: p50 {} p90 {} max {:?}", full[331].0, full[596].0, &full[650..]);
    if let Ok(name) = std::env::var("SHOW") {
        for name in name.split(',') {
            let operation = Catalogue::published().find(name).unwrap();
            println!("## {name}\n{}\n--\n{}", operation.signature(650).text, operation.full_signature());
        }
    }
}
