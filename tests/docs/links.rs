//! Links: in pages, in the README and its neighbors, between them and within them.

use std::collections::{BTreeMap, BTreeSet};

use terraform_provider_wsoa::provider::ADDRESS;

use super::{files, pages, root};

/// Where the registry shows the pages.
fn registry() -> String {
    let (host, name) = ADDRESS.split_once('/').expect("an address with a host");
    format!("https://{host}/providers/{name}/latest/docs")
}

/// A page with links that work in the registry. It shows `docs/index.md` one level above the other pages, so that a
/// relative link from it, or to it, leads nowhere there.
pub fn absolute(page: &str, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        let (link, after) = after.split_once(')').unwrap_or((after, ""));
        let (file, anchor) = split(link);
        out += before;
        let target = resolved(page, file);
        if !file.is_empty() && !file.contains("://") && (page == "docs/index.md" || target == "docs/index.md")
        {
            out += &format!("]({}{anchor})", address(&target));
        } else {
            out += &format!("]({link})");
        }
        rest = after;
    }
    out + rest
}

/// Where the registry shows one page.
fn address(page: &str) -> String {
    let name = page.trim_start_matches("docs/").trim_end_matches(".md");
    match name {
        "index" => registry(),
        name => format!("{}/{name}", registry()),
    }
}

/// The file of a link, and the rest with its `#`.
fn split(link: &str) -> (&str, &str) {
    link.split_at(link.find('#').unwrap_or(link.len()))
}

/// A path relative to the directory of another file.
fn resolved(from: &str, file: &str) -> String {
    let mut target: Vec<&str> = from.split('/').collect();
    target.pop();
    for part in file.split('/') {
        match part {
            ".." => drop(target.pop()),
            "." => {}
            part => target.push(part),
        }
    }
    target.join("/")
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The anchors of a page: its headings as GitHub and the registries spell them, and those that are written out.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut inside_code = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        inside_code ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !inside_code) {
            let words = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            found.insert(kept.collect::<String>().replace(' ', "-"));
        }
        if let Some((id, _)) = line
            .split_once("<a id=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
        {
            found.insert(id.to_owned());
        }
    }
    found
}

/// The documents beside the pages.
fn documents() -> BTreeMap<String, String> {
    let mut documents: BTreeMap<_, _> = files(".github").into_iter().chain(files("examples")).collect();
    for entry in std::fs::read_dir(root()).expect("the repository") {
        let name = entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned();
        if let Ok(text) = std::fs::read_to_string(root().join(&name)) {
            documents.insert(name, text.replace("\r\n", "\n"));
        }
    }
    documents.retain(|name, _| {
        std::path::Path::new(name)
            .extension()
            .is_some_and(|it| it == "md")
    });
    documents
}

#[test]
fn links_lead_somewhere() {
    let mut texts = pages::render().pages;
    texts.extend(documents());
    for (name, text) in &texts {
        for link in links(text) {
            let (file, anchor) = split(link);
            let target = if let Some(page) = file.strip_prefix(&registry()) {
                match page.trim_start_matches('/') {
                    "" => "docs/index.md".to_owned(),
                    page => format!("docs/{page}.md"),
                }
            } else if file.contains("://") {
                continue;
            } else if file.is_empty() {
                name.clone()
            } else {
                resolved(name, file)
            };
            let Some(page) = texts.get(&target) else {
                assert!(
                    root().join(&target).exists(),
                    "{name} links to {target}, which does not exist"
                );
                continue;
            };
            let anchor = anchor.trim_start_matches('#');
            assert!(
                anchor.is_empty() || anchors(page).contains(anchor),
                "{name} links to {link}, but {target} has no such heading"
            );
        }
    }
}

#[test]
fn no_link_breaks_in_the_registry() {
    for (name, text) in pages::render().pages {
        for link in links(&text) {
            let (file, _) = split(link);
            let relative = !file.is_empty() && !file.contains("://");
            assert!(
                !relative || name != "docs/index.md" && resolved(&name, file) != "docs/index.md",
                "{name}: {link}"
            );
            assert!(
                !relative || resolved(&name, file).starts_with("docs/"),
                "{name}: the registries have no {link}"
            );
        }
    }
}

#[test]
fn links_from_and_to_the_index_become_absolute() {
    let at = registry();
    for (page, link, expected) in [
        ("docs/index.md", "guides/x.md#a", format!("{at}/guides/x#a")),
        ("docs/index.md", "#schema", "#schema".to_owned()),
        ("docs/guides/x.md", "../index.md#schema", format!("{at}#schema")),
        (
            "docs/guides/x.md",
            "../resources/y.md",
            "../resources/y.md".to_owned(),
        ),
        (
            "docs/index.md",
            "https://example.com",
            "https://example.com".to_owned(),
        ),
    ] {
        assert_eq!(
            absolute(page, &format!("[a]({link}).")),
            format!("[a]({expected}).")
        );
    }
}
