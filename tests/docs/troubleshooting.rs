//! The page on troubleshooting has a row for every error and warning of the provider.

use super::{files, pages};

const PAGE: &str = "docs/guides/troubleshooting.md";

/// How a source makes an error or a warning, and whether its attribute comes before the summary.
const MADE_BY: [(&str, bool); 4] = [
    ("Diagnostics::error(", false),
    ("Diagnostics::warning(", false),
    ("Diagnostics::error_at(", true),
    ("Diagnostics::warning_at(", true),
];

/// Each summary that is written out in a source, as the parts between what is filled in.
fn summaries(source: &str) -> Vec<Vec<&str>> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for (call, names_attribute) in MADE_BY {
        for arguments in source.split(call).skip(1) {
            let summary = match arguments.split_once(',') {
                Some((_, rest)) if names_attribute => rest,
                _ => arguments,
            };
            let summary = summary.trim_start();
            let summary = summary.strip_prefix("format!(").unwrap_or(summary).trim_start();
            if let Some((text, _)) = summary.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                let parts = text.split(['{', '}']).step_by(2).map(str::trim);
                found.push(parts.filter(|part| !part.is_empty()).collect());
            }
        }
    }
    found
}

fn has(cell: &str, parts: &[&str]) -> bool {
    let mut rest = cell;
    parts.iter().all(|part| {
        let found = rest.split_once(part);
        rest = found.map_or(rest, |(_, after)| after);
        found.is_some()
    })
}

#[test]
fn every_error_and_warning_has_a_row() {
    let page = &pages::render().pages[PAGE];
    let cells: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .collect();
    let mut sources = files("src");
    sources.retain(|name, _| !name.contains("/probe/") && !name.ends_with("tests.rs"));
    let mut missing = Vec::new();
    let mut looked_at = 0;
    for (name, source) in &sources {
        for parts in summaries(source).iter().filter(|parts| !parts.is_empty()) {
            looked_at += 1;
            if !cells.iter().any(|cell| has(cell, parts)) {
                missing.push(format!("{name}: {}", parts.join(" ... ")));
            }
        }
    }
    assert!(looked_at > 60, "{looked_at}");
    assert!(missing.is_empty(), "{PAGE} lacks {missing:#?}");
}

#[test]
fn summaries_are_found_however_they_are_made() {
    let source = "Diagnostics::error(\"One\", x); Diagnostics::warning_at(\n  name,\n  format!(\"The {} is {b}\", a),\n \"no\")\n\
                  Diagnostics::error(summary, \"no\")";
    assert_eq!(summaries(source), [vec!["One"], vec!["The", "is"]]);
    assert!(has(
        "The OAuth client is gone (a warning)",
        &["OAuth client", "is gone"]
    ));
    assert!(!has("is gone: OAuth client", &["OAuth client", "is gone"]));
}
