//! What is fuzzed, and how without a fuzzer: a target is a function that panics at what must not be.
//!
//! `cargo fuzz run TARGET --features libfuzzer` runs one with libFuzzer, guided by coverage. `make fuzz` runs all with
//! the [`Mutator`], on any compiler, for a time; `make test` runs all over their corpora and what is near them. What a
//! fuzzer finds goes into `corpus/TARGET/`, where it stays.

mod mutator;
pub mod targets;

use std::fs;
use std::path::PathBuf;

pub use mutator::Mutator;

/// One function to fuzz.
pub struct Target {
    /// The name of the function, and of the folder of its corpus.
    pub name: &'static str,
    /// Panics at what must not be.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 8] = [
    target("api_answers", targets::api_answers),
    target("json", targets::json),
    target("jwt", targets::jwt),
    target("msgpack", targets::msgpack),
    target("redaction", targets::redaction),
    target("retry_after", targets::retry_after),
    target("state_upgrade", targets::state_upgrade),
    target("tenant_url", targets::tenant_url),
];

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

impl Target {
    /// The inputs that are kept, in the order of their names.
    pub fn corpus(&self) -> Vec<Vec<u8>> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(self.name);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        paths
            .iter()
            .map(|path| fs::read(path).expect("a readable file"))
            .collect()
    }
}
