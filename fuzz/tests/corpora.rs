//! Every target over its corpus and what is near it.

use wsoa_fuzz::{Mutator, TARGETS};

/// So many inputs near the corpus of each target.
const NEAR: usize = 1000;

#[test]
fn no_target_fails_at_its_corpus_or_near_it() {
    for target in &TARGETS {
        let corpus = target.corpus();
        assert!(corpus.len() > 2, "{}: the corpus is missing", target.name);
        let mut mutator = Mutator::new(7, corpus.clone());
        let near = (0..NEAR).map(|_| mutator.next_input());
        for input in corpus.iter().cloned().chain(near) {
            let shown = input.escape_ascii().to_string();
            let passed = std::panic::catch_unwind(|| (target.run)(&input)).is_ok();
            assert!(passed, "{} fails at b\"{shown}\"", target.name);
        }
    }
}
