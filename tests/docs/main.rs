//! The pages under `docs/`: made from the schema, `templates/` and `examples/`, in the form that the registries and
//! tfplugindocs expect. They are checked in; `make docs` renews them, and these tests fail when they are stale.

#![allow(
    clippy::expect_used,
    clippy::format_push_string,
    reason = "it runs in tests only, and pages are put together from text"
)]

mod applied;
mod compatibility;
mod evidence;
mod examples;
mod function;
mod links;
mod pages;
mod registry;
mod schema;
mod template;
mod troubleshooting;
mod words;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use terraform_plugin::clock::SystemClock;
use terraform_plugin::provider::Provider;
use terraform_plugin::self_check;
use terraform_provider_wsoa::provider::Wsoa;

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn provider() -> Wsoa {
    Wsoa::new(Arc::new(SystemClock), Arc::new(|_: &str| None))
}

/// The files below a directory of the repository, by path relative to the repository.
fn files(directory: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(&root().join(directory), &mut found);
    found
}

fn collect(directory: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with(".terraform") && !path.ends_with("target") {
                collect(&path, found);
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).expect("inside the repository");
            let name = name.to_string_lossy().replace('\\', "/");
            found.insert(name, text.replace("\r\n", "\n"));
        }
    }
}

#[test]
fn the_pages_are_up_to_date() {
    let rendered = pages::render();
    let present = files("docs");
    if std::env::var_os("WSOA_WRITE_DOCS").is_some() {
        for name in present.keys().filter(|name| !rendered.pages.contains_key(*name)) {
            fs::remove_file(root().join(name)).expect("a page to remove");
        }
        for (name, text) in &rendered.pages {
            let path = root().join(name);
            fs::create_dir_all(path.parent().expect("inside docs")).expect("a directory");
            fs::write(path, text).expect("a page to write");
        }
        return;
    }
    let stale: Vec<_> = rendered
        .pages
        .keys()
        .chain(present.keys())
        .filter(|name| rendered.pages.get(*name) != present.get(*name))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert!(
        stale.is_empty(),
        "\n\nThe documentation is stale: {stale:?}. Run `make docs`.\n"
    );
}

#[test]
fn every_template_and_every_example_is_on_a_page() {
    let rendered = pages::render();
    let templates = files("templates");
    let examples = files("examples");
    // a whole configuration is named by a page where its files are too many to be shown
    let is_named = |name: &str| {
        let named = |example| {
            let directory = format!("examples/{example}`");
            rendered.pages.values().any(|page| page.contains(&directory))
        };
        name == "examples/README.md" || examples::whole(name).is_some_and(named)
    };
    let unused: Vec<_> = templates
        .keys()
        .chain(examples.keys())
        .filter(|name| !rendered.used.contains(*name) && !is_named(name))
        .collect();
    assert!(unused.is_empty(), "on no page: {unused:?}");
}

#[test]
fn every_resource_page_says_what_users_have_to_know() {
    let rendered = pages::render();
    let offers = provider().offers();
    for (name, _) in offers.resource_schemas() {
        let page = rendered.pages[&format!("docs/resources/{}.md", pages::short(name))].clone();
        for heading in [
            "## Example Usage",
            "## Schema",
            "## What is in state in clear text",
            "## In place or replaced",
            "## What is not detected as drift",
            "## CLI versions",
        ] {
            let heading = format!("\n{heading}\n");
            assert!(page.contains(&heading), "{name} lacks {heading:?}");
        }
        let example = |file: &str| {
            rendered
                .used
                .contains(&format!("examples/resources/{name}/{file}"))
        };
        assert!(example("resource.tf"), "{name} has no example");
        if page.contains("\n## Import\n") {
            assert!(
                example("import.sh") && example("import-by-string-id.tf"),
                "{name}: import"
            );
            assert_eq!(
                offers.identities().iter().any(|it| it.0 == name),
                example("import-by-identity.tf") && page.contains("\n### Identity Schema\n"),
                "{name}: import by identity"
            );
        } else {
            assert!(page.contains("cannot be imported"), "{name}: is it importable?");
        }
    }
    for (name, _) in offers.ephemeral_schemas() {
        let example = format!("examples/ephemeral-resources/{name}/ephemeral-resource.tf");
        assert!(rendered.used.contains(&example), "{name} has no example");
    }
    for (name, _) in offers.data_source_schemas() {
        let example = format!("examples/data-sources/{name}/data-source.tf");
        assert!(rendered.used.contains(&example), "{name} has no example");
    }
    for (name, _) in offers.list_schemas() {
        let example = format!("examples/list-resources/{name}/list-resource.tfquery.hcl");
        assert!(rendered.used.contains(&example), "{name} has no example");
    }
    for name in offers.function_declarations().keys() {
        let example = format!("examples/functions/{name}/function.tf");
        assert!(rendered.used.contains(&example), "{name} has no example");
        let page = &rendered.pages[&format!("docs/functions/{name}.md")];
        for part in [
            &format!("\n# function: {name}\n"),
            "\n## Signature\n",
            "\n## Arguments\n",
        ] {
            assert!(page.contains(part), "{name} lacks {part:?}"); // as tfplugindocs demands it
        }
    }
}

#[test]
fn the_provider_passes_its_own_check() {
    assert_eq!(self_check::faults(&provider()), Vec::<String>::new());
}

/// What an administrator has to know before the token goes to somebody else.
#[test]
fn it_is_said_where_a_token_is_minted_what_it_opens() {
    let rendered = pages::render();
    for page in ["docs/resources/bearer_token.md", "docs/guides/okta-scim.md"] {
        let words: Vec<_> = rendered.pages[page].split_whitespace().collect();
        let text = words.join(" ");
        assert!(text.contains("opens every API of the tenant"), "{page}");
    }
    assert!(
        rendered.pages["docs/index.md"].contains("`:authority`"),
        "other hosts"
    );
}
