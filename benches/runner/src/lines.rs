//! Lines of code by part: neither blank nor only a comment.

use std::fs;
use std::path::{Path, PathBuf};

use crate::binaries::root;
use crate::table::Row;

const GENERATED: &str = "generated, checked in";
const TESTS: &str = "tests";

/// Parts by the beginning of the path; the first that fits counts.
const PARTS: &[(&str, &str)] = &[
    ("crates/terraform-plugin/src/generated/", GENERATED),
    ("crates/terraform-plugin/src/testing/", "test kit"),
    ("crates/terraform-plugin/src/value/", "values and schema"),
    ("crates/terraform-plugin/src/schema/", "values and schema"),
    ("crates/terraform-plugin/src/", "plugin server"),
    ("crates/terraform-plugin/", TESTS),
    ("src/access/", "Access client"),
    ("src/probe/", "probe"),
    ("src/", "provider, resources and the like"),
    ("tests/access-simulator/src/", "simulator"),
    ("tests/kit/src/", "test kit"),
    ("tests/", TESTS),
    ("proto/codegen/", "code generator"),
    ("benches/", "benchmark"),
];

/// One row for each part.
pub fn measure() -> Vec<Row> {
    let root = root();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut add = |part, lines| match counts.iter_mut().find(|(found, _)| *found == part) {
        Some((_, count)) => *count += lines,
        None => counts.push((part, lines)),
    };
    for &(_, part) in PARTS {
        add(part, 0);
    }
    for path in [
        "src",
        "crates",
        "tests",
        "proto",
        "benches/floor",
        "benches/peer",
        "benches/runner",
    ]
    .iter()
    .flat_map(|directory| files(&root.join(directory)))
    {
        let text = fs::read_to_string(&path).expect("a source file");
        let name = path
            .strip_prefix(&root)
            .expect("in the repository")
            .to_string_lossy()
            .replace('\\', "/");
        let found = PARTS.iter().find(|(beginning, _)| name.starts_with(beginning));
        let &(_, part) = found.expect("every directory has a part");
        if name.ends_with("/tests.rs") || name.contains("/tests/") {
            add(TESTS, count(&text));
        } else {
            let (code, tests) = text
                .split_once("#[cfg(test)]\nmod tests {")
                .unwrap_or((&text, ""));
            add(part, count(code));
            add(TESTS, count(tests));
        }
    }
    let row = |(part, count): &(&str, usize)| Row::new(format!("lines: {part}"), "", count.to_string());
    counts.iter().map(row).collect()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of sources");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let of = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            vec![path]
        } else {
            Vec::new()
        }
    };
    paths.flat_map(of).collect()
}

fn count(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().map(str::trim).filter(is_code).count()
}
