//! The examples with the real CLI: each is formatted and loaded as it will be used. `applied.rs` applies them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wsoa_test_kit::attach::together;
use wsoa_test_kit::cli::{Workspace, is_at_least, is_tofu, left_out};
use wsoa_test_kit::okta::{Okta, Org};
use wsoa_test_kit::vault::{self, Vault};

use super::{applied, files, pages};

pub const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-wsoa");

/// Which provider is meant, for examples that leave that out.
const VERSIONS: &str =
    "terraform {\n  required_providers {\n    wsoa = {\n      source = \"wsoa/wsoa\"\n    }\n  }\n}\n";

#[test]
fn all_configurations_are_formatted() {
    let mut configurations = BTreeMap::new();
    for (name, text) in files("examples") {
        if is_configuration(&name) {
            configurations.insert(name, text);
        }
    }
    let mut texts = pages::render().pages;
    let readme = std::fs::read_to_string(super::root().join("README.md")).expect("README.md");
    texts.insert("README.md".to_owned(), readme.replace("\r\n", "\n"));
    for (page, text) in texts {
        for (number, block) in code_blocks(&text).into_iter().enumerate() {
            configurations.insert(format!("{}-{number}.tf", page.replace('/', "-")), block);
        }
    }
    let all: Vec<_> = configurations
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let workspace = Workspace::new(Path::new(PROVIDER), &all);
    let output = workspace.run(&["fmt", "-check", "-diff", "-recursive"]);
    assert_eq!(output.code, Some(0), "not formatted:\n{}", output.text());
}

#[test]
fn all_examples_are_valid() {
    let examples = files("examples");
    let runtime = applied::runtime();
    let others = runtime.block_on(async {
        together(&[
            Okta::attach(&Org::with_app("Workspace ONE Access")),
            vault::Provider::attach(&Vault::default()),
        ])
    });
    let mut checked = 0;
    for (name, group) in groups(&examples) {
        if let Some(needed) = group.iter().find_map(|(_, text)| unmet(text)) {
            left_out(&format!("{name} needs {needed}"));
            continue;
        }
        let mut workspace = Workspace::new(Path::new(PROVIDER), &group);
        workspace.env("TF_REATTACH_PROVIDERS", &others);
        if name == "examples/opentofu" {
            // modules are looked for once it is known which providers and which encryption there are
            workspace.variable("tenants", "{}");
            workspace.variable("state_passphrase", "a-passphrase-of-an-example");
        }
        if group.iter().any(|(file, _)| file.contains('/')) {
            let _modules = workspace.run(&["get"]).ok();
        }
        let answer = workspace.validate();
        let errors: Vec<_> = answer["diagnostics"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|it| it["severity"] == "error")
            .collect();
        assert_eq!(answer["valid"], true, "{name} is not valid: {errors:#?}");
        checked += 1;
    }
    assert!(checked > 0);
}

/// A data source in a `check` block is read again in every apply, so that no plan is ever empty.
#[test]
fn no_check_has_a_data_source() {
    let mut texts = pages::render().pages;
    texts.extend(files("examples"));
    for (name, text) in texts {
        assert!(!has_data_in_a_check(&text), "{name}");
    }
    assert!(has_data_in_a_check(
        "check \"a\" {\n  data \"b\" \"c\" {\n  }\n}\n"
    ));
    assert!(!has_data_in_a_check("check \"a\" {\n}\ndata \"b\" \"c\" {\n}\n"));
}

fn has_data_in_a_check(text: &str) -> bool {
    let mut inside = false;
    text.lines().any(|line| {
        inside = (inside || line.starts_with("check \"")) && line != "}";
        inside && line.trim_start().starts_with("data \"")
    })
}

/// A row for each directory, which names the tests; those exist, and a whole configuration is applied.
#[test]
fn the_table_of_examples_is_complete() {
    let examples = files("examples");
    let rows: Vec<_> = examples["examples/README.md"]
        .lines()
        .filter(|line| line.starts_with("| ["))
        .collect();
    let tests = tests();
    let directories: BTreeSet<_> = examples.keys().filter_map(|name| directory(name)).collect();
    for directory in &directories {
        let link = format!("[{directory}]({directory})");
        let found: Vec<_> = rows.iter().filter(|row| row.contains(&link)).collect();
        let [row] = found[..] else {
            panic!("examples/README.md has {} rows for {directory}", found.len())
        };
        let named = tests_in(row);
        assert!(!named.is_empty(), "{directory} names no test: {row}");
        for name in &named {
            assert!(tests.contains_key(*name), "{directory}: there is no test {name}");
        }
        let of_its_own = format!("examples/{directory}");
        let tested = named.iter().any(|name| match *name {
            "docs::examples::all_examples_are_valid" => SINGLE.contains(directory),
            "docs::applied::whole_examples_are_applied_planned_empty_and_destroyed" => {
                applied::EXAMPLES.contains(directory)
            }
            name => tests[name].contains(&of_its_own),
        });
        assert!(tested, "{directory} is tested by none of {named:?}");
        assert!(SINGLE.contains(directory) || row.contains("| Applied"), "{row}");
    }
    let count = rows.iter().map(|row| row.matches("](").count()).sum::<usize>();
    assert_eq!(count, directories.len(), "a row for what is not there");
}

/// Every test under `tests/` as `binary::module::name`, with the text of its file.
fn tests() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (file, text) in files("tests") {
        let Some(path) = file.strip_prefix("tests/").and_then(|it| it.strip_suffix(".rs")) else {
            continue;
        };
        let module = path.replace('/', "::");
        let module = module.strip_suffix("::main").unwrap_or(&module);
        for item in text.split("#[test]\n").skip(1) {
            let name = item.lines().find_map(|line| line.trim().strip_prefix("fn "));
            let name = name.and_then(|it| it.split('(').next()).expect("the test's name");
            found.insert(format!("{module}::{name}"), text.clone());
        }
    }
    found
}

/// The tests that a row of the table names, in backticks.
fn tests_in(row: &str) -> Vec<&str> {
    row.split('`')
        .skip(1)
        .step_by(2)
        .filter(|it| it.contains("::"))
        .collect()
}

fn is_configuration(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "tf")
}

/// Directories that hold one file for each use, and not one configuration.
const SINGLE: [&str; 7] = [
    "provider",
    "resources",
    "data-sources",
    "ephemeral-resources",
    "functions",
    "list-resources",
    "actions",
];

/// The directory of examples that a file is in.
fn directory(name: &str) -> Option<&str> {
    let (directory, _) = name.strip_prefix("examples/")?.split_once('/')?;
    Some(directory)
}

/// The directory of a whole configuration that a file belongs to.
pub fn whole(name: &str) -> Option<&str> {
    directory(name).filter(|directory| !SINGLE.contains(directory))
}

/// What belongs together, with names as in the workspace: a directory as people copy it, with all that is in it, else a single
/// file; an import with its resource.
pub fn groups(examples: &BTreeMap<String, String>) -> BTreeMap<String, Vec<(&str, &str)>> {
    let mut groups: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, text) in examples {
        if let Some(directory) = whole(name) {
            let group = format!("examples/{directory}");
            let file = &name[group.len() + 1..];
            groups.entry(group).or_default().push((file, text));
            continue;
        }
        if !is_configuration(name) {
            continue;
        }
        let (directory, file) = name.rsplit_once('/').expect("a directory");
        let group = groups.entry(name.clone()).or_default();
        group.push((file, text));
        if file.starts_with("import-") {
            group.push(("resource.tf", &examples[&format!("{directory}/resource.tf")]));
        }
        if !text.contains("required_providers") {
            group.push(("required_providers.tf", VERSIONS));
        }
    }
    groups
}

/// The configurations inside a page.
pub fn code_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "```terraform" || line == "```hcl" {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

/// What a configuration says it needs (`Needs Terraform 1.11 or OpenTofu 1.11.`, `Needs OpenTofu 1.11.`), if the CLI at hand
/// is older, or another one.
pub fn unmet(text: &str) -> Option<String> {
    if let Some((_, after)) = text.split_once("Needs OpenTofu ") {
        let version = version(after);
        let is_met = is_tofu() && is_at_least(version.0, version.1);
        return (!is_met).then(|| format!("OpenTofu {}.{}", version.0, version.1));
    }
    let (_, after) = text.split_once("Needs Terraform ")?;
    let (terraform, tofu) = after.split_once(" or OpenTofu ")?;
    let (name, needed) = if is_tofu() {
        ("OpenTofu", tofu)
    } else {
        ("Terraform", terraform)
    };
    let (major, minor) = version(needed);
    (!is_at_least(major, minor)).then(|| format!("{name} {major}.{minor}"))
}

fn version(text: &str) -> (u32, u32) {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse().expect("a version"));
    let mut next = || numbers.next().expect("a version");
    (next(), next())
}
