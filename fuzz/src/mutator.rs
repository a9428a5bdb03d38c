//! Inputs that are near those of a corpus, always the same for the same seed.

use rand::rngs::StdRng;
use rand::{Rng, RngExt as _, SeedableRng as _};

/// The longest input, bytes.
const LONGEST: usize = 4 << 10;

/// What the formats are made of, and what numbers break at.
const TOKENS: [&[u8]; 40] = [
    b"%2f",
    b"%25",
    b"&#x2F;",
    b"&#47;",
    b"&amp;",
    b"\\u0026",
    b"\\u00",
    b"\\x2f",
    b"\\\\",
    b"\"",
    b"{\"",
    b"\":",
    b"[",
    b"]",
    b"{",
    b"}",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"0.1",
    b"9223372036854775808",
    b"//",
    b"@",
    b":",
    b"https://",
    b"?",
    b"#",
    b"..",
    b"<title>",
    b"</title>",
    b"Retry-After",
    b" GMT",
    b"eyJ",
    b"=",
    b".",
    b"\xc7\x09\x0c",
    b"\xdd\xff\xff\xff\xff",
    b"\xd4\x00\x00",
    b"\xff\xfe",
];

/// Makes inputs.
pub struct Mutator {
    random: StdRng,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    /// Starts from `corpus`.
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            corpus,
        }
    }

    /// One more input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.pick();
        for _ in 0..self.random.random_range(1..=6) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn pick(&mut self) -> Vec<u8> {
        if self.corpus.is_empty() {
            return Vec::new();
        }
        self.corpus[self.random.random_range(0..self.corpus.len())].clone()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.random.random_range(0..=input.len());
        let end = self.random.random_range(at..=input.len().min(at + 32));
        match self.random.random_range(0..8) {
            0 if at < input.len() => input[at] ^= 1 << self.random.random_range(0..8),
            1 if at < input.len() => input[at] = self.random.next_u32().to_le_bytes()[0],
            2 => input.insert(at, self.random.next_u32().to_le_bytes()[0]),
            3 => drop(input.drain(at..end)),
            4 => {
                let copy = input[at..end].to_vec();
                input.splice(at..at, copy);
            }
            5 => {
                let other = self.pick();
                let from = self.random.random_range(0..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            6 => input.truncate(end),
            _ => {
                let token = TOKENS[self.random.random_range(0..TOKENS.len())];
                input.splice(at..end, token.iter().copied());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_inputs() {
        let inputs = |seed| {
            let mut mutator = Mutator::new(seed, vec![b"one".to_vec(), b"another".to_vec()]);
            (0..1000).map(|_| mutator.next_input()).collect::<Vec<_>>()
        };
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
    }
}
