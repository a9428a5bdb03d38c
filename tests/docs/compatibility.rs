//! Which CLI was run with what: the table of the page on compatibility, from the records that `make test-cli` leaves.

use std::collections::BTreeMap;

use terraform_plugin::testing::cli::{Feature, offers};

use super::files;

/// The columns: what a user knows it by, and what the tests need.
const COLUMNS: [(&str, Feature); 14] = [
    ("Resources", Feature::Managed),
    ("Data sources", Feature::DataSources),
    ("`import`, `check`", Feature::ImportBlock),
    ("Removed", Feature::Removed),
    ("Functions", Feature::Functions),
    ("Moved across addresses", Feature::Moved),
    ("Ephemeral", Feature::Ephemeral),
    ("Write-only", Feature::WriteOnly),
    ("Identity, and import by it", Feature::Identity),
    ("`query`", Feature::List),
    ("Encryption", Feature::StateEncryption),
    ("Provider `for_each`", Feature::ProviderForEach),
    ("`enabled`", Feature::Enabled),
    ("Conditions", Feature::Conditions),
];

/// A run of all tests that need a CLI.
struct Record {
    /// `Terraform v1.11.4`.
    cli: String,
    run: usize,
    left_out: usize,
    /// How many of the tests that were run need what.
    needed: BTreeMap<String, usize>,
}

impl Record {
    fn read(text: &str) -> Self {
        let mut fields: BTreeMap<_, _> = text
            .lines()
            .map(|line| line.split_once(": ").expect(line))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut number = |name: &str| fields.remove(name).expect(name).parse().expect(name);
        let (run, left_out) = (number("run"), number("left out"));
        let cli = fields.remove("cli").expect("cli");
        let needed = fields
            .into_iter()
            .map(|(name, count)| (name, count.parse().expect("a number")))
            .collect();
        Self {
            cli,
            run,
            left_out,
            needed,
        }
    }

    fn cell(&self, feature: Feature) -> &'static str {
        let run = self.needed.contains_key(&format!("{feature:?}"));
        match (offers(&self.cli, feature).expect(&self.cli), run) {
            (false, false) => "–",
            (false, true) => panic!("{} has no {feature:?}, and it was run", self.cli),
            (true, true) => "run",
            (true, false) => "not run",
        }
    }

    /// Product, and the numbers of the version.
    fn order(&self) -> (bool, Vec<u32>) {
        let (product, version) = self.cli.split_once(" v").expect(&self.cli);
        let numbers = version.split(['.', '-']).map_while(|it| it.parse().ok());
        (product == "OpenTofu", numbers.collect())
    }
}

fn records() -> Vec<Record> {
    let mut records: Vec<_> = files("tests/docs/compatibility")
        .values()
        .map(|text| Record::read(text))
        .collect();
    records.sort_by_key(Record::order);
    records
}

/// The table.
pub fn markdown() -> String {
    let mut lines = vec![
        format!(
            "| CLI | Tests run | Left out | {} |",
            COLUMNS.map(|(title, _)| title).join(" | ")
        ),
        format!("|---|---|---|{}", "---|".repeat(COLUMNS.len())),
    ];
    for record in records() {
        lines.push(format!(
            "| {} | {} | {} | {} |",
            record.cli.replacen(" v", " ", 1),
            record.run,
            record.left_out,
            COLUMNS.map(|(_, feature)| record.cell(feature)).join(" | "),
        ));
    }
    lines.join("\n")
}

/// The versions that the workflow tests on every change.
pub fn in_ci() -> String {
    let workflow = &files(".github/workflows")[".github/workflows/test.yml"];
    let versions = |cli: &str| {
        let named = workflow.lines().filter_map(|line| {
            let (_, rest) = line.split_once("os: ubuntu-latest, cli: ")?;
            let version = rest.strip_prefix(cli)?.split('"').nth(1)?;
            Some(version.trim_start_matches('~').trim_end_matches(".0").to_owned())
        });
        named.collect::<Vec<_>>().join(", ")
    };
    format!(
        "Terraform {}; OpenTofu {}",
        versions("terraform"),
        versions("tofu")
    )
}

#[test]
fn what_a_cli_has_is_run_with_it() {
    let records = records();
    assert!(!records.is_empty());
    for record in records {
        for (title, feature) in COLUMNS {
            let cell = record.cell(feature);
            assert_ne!(cell, "not run", "{}: {title}", record.cli);
        }
    }
}
