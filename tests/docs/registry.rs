//! What the registries accept: the rules of `tfplugindocs validate`, applied to `docs/` as it is on disk.

use std::fs;
use std::path::Path;

use terraform_plugin::provider::Provider as _;

use super::{pages, provider, root};

/// The limits of the Terraform registry.
const LARGEST_FILE: u64 = 500_000;
const MOST_FILES: usize = 2000;

/// Kinds of pages, by directory.
const KINDS: [&str; 7] = [
    "actions",
    "data-sources",
    "ephemeral-resources",
    "functions",
    "guides",
    "list-resources",
    "resources",
];

/// What is wrong with a page, by its path below `docs/`, its text and its size.
fn faults(path: &str, text: &str, size: u64) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: &str| faults.push(format!("{path}: {what}"));
    let kind = match path.split('/').collect::<Vec<_>>()[..] {
        ["index.md"] => "index",
        [kind, _] if KINDS.contains(&kind) => kind,
        _ => {
            fault("the registry does not know this directory");
            return faults;
        }
    };
    if Path::new(path).extension().is_none_or(|it| it != "md") {
        fault("not a .md file");
    }
    if size > LARGEST_FILE {
        fault("larger than 500 kB");
    }
    let Some((front, body)) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
    else {
        fault("no front matter");
        return faults;
    };
    let keys: Vec<_> = front
        .lines()
        .filter(|line| !line.starts_with([' ', '#']) && !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .collect();
    for (key, _) in &keys {
        let known = match *key {
            "page_title" | "description" => true,
            "subcategory" => kind != "index",
            _ => false, // layout and sidebar_current belong to the old layout
        };
        if !known {
            fault(&format!("{key} is not allowed in the front matter"));
        }
    }
    let title = keys.iter().find(|(key, _)| *key == "page_title");
    if title.is_none_or(|(_, title)| title.trim().trim_matches('"').is_empty()) {
        fault("no page_title");
    }
    let description = front.split_once("description: |-\n  ");
    if description.is_none_or(|(_, text)| text.trim().is_empty()) {
        fault("no description");
    }
    let headings: Vec<_> = body.lines().filter(|line| line.starts_with('#')).collect();
    let needed: &[&str] = match kind {
        "functions" => &["## Signature", "## Arguments"],
        "guides" => &[],
        _ => &["## Schema"],
    };
    for heading in needed {
        if !headings.contains(heading) {
            fault(&format!("no heading {heading:?}"));
        }
    }
    if !body.trim_start().starts_with("# ") {
        fault("does not begin with its title");
    }
    faults
}

#[test]
fn the_registries_accept_every_page() {
    let mut count = 0;
    let mut found = Vec::new();
    let docs = root().join("docs");
    let mut directories = vec![docs.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            count += 1;
            let name = path.strip_prefix(&docs).expect("inside docs").to_string_lossy();
            let text = fs::read_to_string(&path)
                .unwrap_or_default()
                .replace("\r\n", "\n");
            let size = fs::metadata(&path).expect("a file").len();
            found.extend(faults(&name.replace('\\', "/"), &text, size));
        }
    }
    assert!((4..MOST_FILES).contains(&count), "{count} files");
    assert!(found.is_empty(), "{found:#?}");
    assert!(
        !root().join("website/docs").exists(),
        "a repository has docs/ or website/docs/"
    );
}

/// A page for what is not offered, or none for what is, is an error of `tfplugindocs validate` as well.
#[test]
fn there_is_one_page_for_everything_that_is_offered() {
    let offers = provider().offers();
    let names = |schemas: Vec<(&'static str, _)>| schemas.into_iter().map(|it| it.0.to_owned()).collect();
    let kinds: [(_, Vec<String>); 5] = [
        ("resources", names(offers.resource_schemas())),
        ("data-sources", names(offers.data_source_schemas())),
        ("ephemeral-resources", names(offers.ephemeral_schemas())),
        ("functions", offers.function_declarations().into_keys().collect()),
        ("list-resources", names(offers.list_schemas())),
    ];
    for (kind, names) in kinds {
        let mut expected: Vec<_> = names
            .into_iter()
            .map(|name| format!("{}.md", pages::short(&name)))
            .collect();
        let mut present: Vec<_> = fs::read_dir(root().join("docs").join(kind))
            .into_iter()
            .flatten()
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        expected.sort();
        present.sort();
        assert_eq!(present, expected, "docs/{kind}");
    }
}

#[test]
fn each_rule_finds_what_it_is_for() {
    let page = |front: &str, body: &str| format!("---\n{front}---\n\n{body}\n");
    let front = "page_title: \"T\"\nsubcategory: \"\"\ndescription: |-\n  D.\n";
    let good = page(front, "# T\n\n## Schema");
    assert_eq!(faults("resources/a.md", &good, 100), Vec::<String>::new());
    for (path, text, size, expected) in [
        ("r/a.md", good.clone(), 100, "directory"),
        ("resources/b/a.md", good.clone(), 100, "directory"),
        ("resources/a.markdown", good.clone(), 100, "not a .md file"),
        ("resources/a.md", good.clone(), 500_001, "500 kB"),
        (
            "resources/a.md",
            "# T\n\n## Schema\n".to_owned(),
            100,
            "no front matter",
        ),
        ("index.md", good.clone(), 100, "subcategory is not allowed"),
        (
            "resources/a.md",
            page(&format!("{front}layout: \"x\"\n"), "# T\n\n## Schema"),
            100,
            "layout is not allowed",
        ),
        (
            "guides/a.md",
            page("description: |-\n  D.\n", "# T"),
            100,
            "no page_title",
        ),
        (
            "guides/a.md",
            page("page_title: \"T\"\n", "# T"),
            100,
            "no description",
        ),
        ("functions/a.md", page(front, "# T"), 100, "## Signature"),
        ("resources/a.md", page(front, "# T"), 100, "## Schema"),
        ("guides/a.md", page(front, "T"), 100, "title"),
    ] {
        let found = faults(path, &text, size);
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{path} {expected}: {found:?}"
        );
    }
}
