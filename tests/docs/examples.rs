//! The examples with the real CLI: each is formatted and valid. They are applied by the demo and the acceptance tests.

use std::collections::BTreeMap;
use std::path::Path;

use wsoa_test_kit::cli::Workspace;

use super::files;
use super::pages;

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-wsoa");

/// Which provider is meant, for examples that leave that out.
const VERSIONS: &str =
    "terraform {\n  required_providers {\n    wsoa = {\n      source = \"wsoa/wsoa\"\n    }\n  }\n}\n";

#[test]
fn all_configurations_are_formatted() {
    let mut configurations = BTreeMap::new();
    for (name, text) in files("examples") {
        let name = name.replace(".tf.example", "_example.tf"); // the CLI looks at *.tf only
        if is_configuration(&name) {
            configurations.insert(name, text);
        }
    }
    let mut texts = pages::render().pages;
    let readme = std::fs::read_to_string(super::root().join("README.md")).expect("README.md");
    texts.insert("README.md".to_owned(), readme);
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
    let cli = Cli::find();
    let mut checked = 0;
    for (name, group) in groups(&examples) {
        if let Some(needed) = group.iter().find_map(|(_, text)| cli.is_too_old_for(text)) {
            println!("not checked, as it needs {needed}: {name}");
            continue;
        }
        let workspace = Workspace::new(Path::new(PROVIDER), &group);
        let answer = workspace.validate();
        assert_eq!(answer["valid"], true, "{name} is not valid: {answer:#}");
        checked += 1;
    }
    println!("{checked} examples are valid for {} {:?}", cli.name, cli.version);
    assert!(checked > 0);
}

fn is_configuration(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "tf")
}

/// What belongs together: the directory of a whole configuration, else a single file; an import with its resource.
fn groups(examples: &BTreeMap<String, String>) -> BTreeMap<String, Vec<(&str, &str)>> {
    let mut groups: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, text) in examples.iter().filter(|(name, _)| is_configuration(name)) {
        let (directory, file) = name.rsplit_once('/').expect("a directory");
        let is_whole = examples.contains_key(&format!("{directory}/main.tf"));
        let group = if is_whole { directory } else { name.as_str() };
        groups
            .entry(group.to_owned())
            .or_default()
            .push((file, text.as_str()));
        if file.starts_with("import-") {
            let resource = &examples[&format!("{directory}/resource.tf")];
            groups
                .entry(group.to_owned())
                .or_default()
                .push(("resource.tf", resource));
        }
    }
    for group in groups.values_mut() {
        if !group.iter().any(|(_, text)| text.contains("required_providers")) {
            group.push(("required_providers.tf", VERSIONS));
        }
    }
    groups
}

/// The configurations inside a page.
fn code_blocks(text: &str) -> Vec<String> {
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

struct Cli {
    name: String,
    version: (u32, u32),
}

impl Cli {
    fn find() -> Self {
        let workspace = Workspace::new(Path::new(PROVIDER), &[]);
        let output = workspace.run(&["version"]).ok();
        let first = output.stdout.lines().next().unwrap_or_default();
        let (name, version) = first
            .split_once(" v")
            .unwrap_or_else(|| panic!("an unexpected version: {first}"));
        Self {
            name: name.to_owned(),
            version: parsed(version),
        }
    }

    /// What a configuration says it needs (`Needs Terraform 1.11 or OpenTofu 1.11.`), if this CLI is older.
    fn is_too_old_for(&self, text: &str) -> Option<String> {
        let (_, after) = text.split_once("Needs Terraform ")?;
        let (terraform, after) = after.split_once(" or OpenTofu ")?;
        let needed = if self.name == "OpenTofu" { after } else { terraform };
        (self.version < parsed(needed)).then(|| format!("{} {:?}", self.name, parsed(needed)))
    }
}

fn parsed(version: &str) -> (u32, u32) {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
