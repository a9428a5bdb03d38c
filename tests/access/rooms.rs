//! The tenant's side is built in floors: nothing names what stands above it, and nothing there names Terraform.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms whose files its own may name. `ground` is every file that belongs to no room and is not in
/// this list. `tenant` holds what each room remembers of a run, in a file that does not name it: `memory`.
const MAY_NAME: [(&str, &[&str]); 12] = [
    ("ground", &["ground"]),
    ("http", &["http", "ground"]),
    ("tenant", &["memory", "http", "ground"]),
    ("tokens", &["tokens", "tenant", "http", "ground"]),
    ("pages", &["tenant", "http", "ground"]),
    (
        "directories",
        &["directories", "pages", "tenant", "http", "ground"],
    ),
    (
        "clients",
        &["clients", "tokens", "pages", "tenant", "http", "ground"],
    ),
    ("about", &["tokens", "tenant", "http", "ground"]),
    ("saml", &["tenant", "http", "ground"]),
    ("scim", &["tenant", "http", "ground"]),
    (
        "look",
        &[
            "about",
            "directories",
            "clients",
            "tokens",
            "tenant",
            "http",
            "ground",
        ],
    ),
    ("fuzz", &["directories", "clients", "tokens", "http", "ground"]),
];

/// What is taken from the framework: it knows nothing of Terraform's calls and values.
const OF_THE_FRAMEWORK: [&str; 3] = ["clock", "secret", "text"];

#[test]
fn no_room_names_one_above_it() {
    let files = files();
    for file in files.keys() {
        let room = room(file);
        let (_, allowed) = MAY_NAME.iter().find(|(name, _)| *name == room).unwrap();
        for named in named(file, &files) {
            let is_memory = room == "tenant" && named.ends_with("memory");
            let named_room = if is_memory { "memory" } else { self::room(&named) };
            assert!(
                allowed.contains(&named_room),
                "{file} names {named}: {room} stands below {named_room}"
            );
        }
    }
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let files = files();
    let mut left: BTreeMap<_, _> = files
        .keys()
        .map(|file| (file.clone(), named(file, &files)))
        .collect();
    while !left.is_empty() {
        let is_left = |file: &String| left.contains_key(file);
        let free: Vec<_> = left
            .iter()
            .filter(|(_, named)| !named.iter().any(is_left))
            .map(|(file, _)| file.clone())
            .collect();
        assert!(!free.is_empty(), "a circle among {:?}", left.keys());
        left.retain(|file, _| !free.contains(file));
    }
}

#[test]
fn the_tenants_side_does_not_know_terraform() {
    for (file, code) in files() {
        assert!(!code.contains("Terraform"), "{file}");
        for (at, found) in code.match_indices("terraform_plugin::") {
            let rest = &code[at + found.len()..];
            assert!(
                OF_THE_FRAMEWORK.iter().any(|name| rest.starts_with(name)),
                "{file}: {}",
                rest.lines().next().unwrap()
            );
        }
    }
}

#[test]
fn the_tenants_side_gives_no_advice_about_the_configuration() {
    // `client_id`, `client_secret` and `access_token` are OAuth 2.0's as well
    let words = [
        "WSOA_",
        "tenant_url",
        "ca_certificate_",
        "insecure_skip_verify",
        "_seconds",
        "_minutes",
        "max_",
        "directory_",
    ];
    for (file, code) in files() {
        let code = code.replace("\\\"", "").replace("'\"'", "");
        for literal in code.split('"').skip(1).step_by(2) {
            for word in words {
                assert!(
                    !literal.contains(word),
                    "{file}: {literal:?} names an argument; advice stands in diagnose"
                );
            }
        }
    }
}

/// The code of each file of the tenant's side, without comments, by its module path below `access`. A module that only
/// hands on the names of others (`mod.rs`) is none.
fn files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/access");
    let mut files = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "mod.rs" {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let name = path.strip_prefix(&root).unwrap().with_extension("");
                let name = name.to_str().unwrap().replace(std::path::MAIN_SEPARATOR, "::");
                files.insert(name, code.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    assert!(files.len() > 30, "{} files", files.len());
    files
}

fn room(file: &str) -> &str {
    let first = file.split("::").next().unwrap();
    let is_room = MAY_NAME.iter().any(|(room, _)| *room == first);
    if is_room { first } else { "ground" }
}

/// The files that `file` names by a path, in an import or in the midst of code.
fn named(file: &str, files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let code = &spelled_out(&files[file]);
    let above = file
        .rsplit_once("::")
        .map_or(String::new(), |(above, _)| format!("{above}::"));
    let mut paths = Vec::new();
    for (at, start) in code.match_indices("crate::access::") {
        paths.push(code[at + start.len()..].to_owned());
    }
    for (at, start) in code.match_indices("super::") {
        let rest = &code[at + start.len()..];
        paths.push(format!("{above}{rest}"));
        if code[..at].ends_with("super::") {
            paths.push(rest.to_owned()); // two floors up, unless it is a test's way out of its module
        }
    }
    let is_named = |it: &&String| {
        paths.iter().any(|path| {
            path.strip_prefix(it.as_str())
                .is_some_and(|rest| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
        })
    };
    let others = files.keys().filter(|it| *it != file);
    others.filter(is_named).cloned().collect()
}

/// Imports of several names with each name's whole path: `http::{call, error}` as `http::call` and `http::error`.
fn spelled_out(code: &str) -> String {
    let mut out = String::new();
    for statement in code.split_inclusive(';') {
        let group = statement
            .split_once("::{")
            .filter(|(front, _)| front.contains("use "));
        match group.and_then(|(front, rest)| Some((front, rest.split_once('}')?.0))) {
            Some((front, names)) => {
                for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                    out.extend([front, "::", name, ";"]);
                }
            }
            None => out.push_str(statement),
        }
    }
    out
}
