//! The proof that secrets stay where the documentation says: everything that a run left behind is searched for them.
//!
//! Allowed are the documented attributes in state (and with them in plan files, which hold the state), outputs that
//! are marked sensitive, and in plan files the values of sensitive input variables, which the CLI keeps there.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs};

use serde_json::{Value as Json, json};
use wsoa_test_kit::cli::Workspace;
use zip::ZipArchive;

/// Attributes that may hold a secret in state.
const DOCUMENTED: [(&str, &[&str]); 3] = [
    ("wsoa_oauth_client", &["client_secret", "pending_client_secret"]),
    ("wsoa_bearer_token", &["client_secret", "access_token"]),
    ("okta_app_connection", &["token"]), // Okta's provider leaves no other way
];

/// Shorter ones would be found by accident.
const SHORTEST: usize = 8;

#[derive(Default)]
struct Totals {
    tests: usize,
    files: usize,
    outputs: usize,
    bytes: usize,
    secrets: usize,
    documented: usize,
    outside: usize,
}

static TOTALS: Mutex<Totals> = Mutex::new(Totals {
    tests: 0,
    files: 0,
    outputs: 0,
    bytes: 0,
    secrets: 0,
    documented: 0,
    outside: 0,
});

/// Searches logs, outputs, states, plan files and whatever else is there. Panics on a secret where none may be.
pub fn prove(test: &str, workspace: &Workspace, secrets: &BTreeSet<String>, variables: &BTreeSet<String>) {
    let mut search = Search::new(secrets);
    let mut plans = Vec::new();
    for path in files(&workspace.path("")) {
        let content = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        search.files += 1;
        if name.contains(".tfstate") && !content.is_empty() {
            search.json(&name, &content, &BTreeSet::new());
        } else if content.starts_with(b"PK") {
            search.bytes(&name, &content, &BTreeSet::new());
            plans.push((name, content));
        } else {
            search.bytes(&name, &content, &BTreeSet::new());
        }
    }
    for output in workspace.transcript() {
        search.outputs += 1;
        search.bytes(&output.command, output.stderr.as_bytes(), &BTreeSet::new());
        let machine_readable = output.command.contains(" show -json");
        if machine_readable && output.code == Some(0) {
            search.json(&output.command, output.stdout.as_bytes(), variables);
        } else {
            search.bytes(&output.command, output.stdout.as_bytes(), &BTreeSet::new());
        }
    }
    // the binary part last, when it is known what documented attributes hold
    for binary in [false, true] {
        for (name, content) in &plans {
            search.plan(name, content, variables, binary);
        }
    }
    search.report(test);
}

struct Search<'a> {
    secrets: Vec<&'a str>,
    /// What was found in documented attributes.
    documented: BTreeSet<String>,
    hits: Vec<String>,
    files: usize,
    outputs: usize,
    searched: usize,
}

impl<'a> Search<'a> {
    fn new(secrets: &'a BTreeSet<String>) -> Self {
        Self {
            secrets: secrets
                .iter()
                .map(String::as_str)
                .filter(|secret| secret.len() >= SHORTEST)
                .collect(),
            documented: BTreeSet::new(),
            hits: Vec::new(),
            files: 0,
            outputs: 0,
            searched: 0,
        }
    }

    fn bytes(&mut self, place: &str, content: &[u8], allowed: &BTreeSet<String>) {
        self.searched += content.len();
        let text = String::from_utf8_lossy(content);
        for secret in self.secrets.iter().filter(|secret| !allowed.contains(**secret)) {
            if let Some(at) = text.find(secret) {
                let mut from = at.saturating_sub(120);
                while !text.is_char_boundary(from) {
                    from -= 1;
                }
                self.hits.push(format!(
                    "{place}: ...{}[{} characters]",
                    &text[from..at],
                    secret.len()
                ));
            }
        }
    }

    /// State and plan in JSON: the documented attributes are emptied first.
    fn json(&mut self, place: &str, content: &[u8], allowed: &BTreeSet<String>) {
        let mut json: Json =
            serde_json::from_slice(content).unwrap_or_else(|error| panic!("{place} is no JSON ({error})"));
        empty_documented(&mut json, &mut self.documented);
        self.bytes(place, json.to_string().as_bytes(), allowed);
    }

    /// A plan file is an archive. The plan itself in it is binary and repeats what the states hold.
    fn plan(&mut self, name: &str, content: &[u8], variables: &BTreeSet<String>, binary: bool) {
        let mut archive = ZipArchive::new(Cursor::new(content)).unwrap();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).unwrap();
            let place = format!("{name}/{}", member.name());
            if place.ends_with("/tfplan") != binary {
                continue;
            }
            let mut inflated = Vec::new();
            member.read_to_end(&mut inflated).unwrap();
            self.files += 1;
            if binary {
                let allowed = self.documented.union(variables).cloned().collect();
                self.bytes(&place, &inflated, &allowed);
            } else if place.contains("tfstate") {
                self.json(&place, &inflated, &BTreeSet::new());
            } else {
                self.bytes(&place, &inflated, &BTreeSet::new());
            }
        }
    }

    #[expect(clippy::print_stdout, reason = "the counts belong to the test's output")]
    fn report(self, test: &str) {
        let mut totals = TOTALS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        totals.tests += 1;
        totals.files += self.files;
        totals.outputs += self.outputs;
        totals.bytes += self.searched;
        totals.secrets += self.secrets.len();
        totals.documented += self.documented.len();
        totals.outside += self.hits.len();
        let summary = json!({
            "tests": totals.tests,
            "files searched": totals.files,
            "command outputs searched": totals.outputs,
            "bytes searched": totals.bytes,
            "secrets searched for": totals.secrets,
            "secrets found in documented attributes": totals.documented,
            "hits outside of them": totals.outside,
        });
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(concat!(
            "redaction-",
            env!("CARGO_CRATE_NAME"),
            ".json"
        ));
        // the run of a profile is a process beside that of the others, whose counts these are not
        if env::var_os(crate::fixture::PROFILE_VARIABLE).is_none() {
            fs::write(&path, format!("{summary:#}\n")).unwrap();
        }
        drop(totals);
        println!(
            "{test}: {} secrets in {} files and {} outputs, {} outside of documented attributes",
            self.secrets.len(),
            self.files,
            self.outputs,
            self.hits.len()
        );
        assert!(self.hits.is_empty(), "secrets got out:\n{}", self.hits.join("\n"));
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && entry.file_name() != "plugins" {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// Empties documented attributes and sensitive outputs wherever they are, and keeps what was there.
fn empty_documented(json: &mut Json, kept: &mut BTreeSet<String>) {
    match json {
        Json::Array(elements) => elements
            .iter_mut()
            .for_each(|element| empty_documented(element, kept)),
        Json::Object(object) => {
            let documented = object
                .get("type")
                .and_then(Json::as_str)
                .filter(|_| object.get("mode").is_none_or(|mode| mode == "managed"))
                .and_then(|name| DOCUMENTED.iter().find(|(known, _)| *known == name));
            if let Some((_, attributes)) = documented {
                object
                    .values_mut()
                    .for_each(|part| empty_attributes(part, attributes, kept));
            }
            if object.get("sensitive") == Some(&Json::Bool(true))
                && let Some(value) = object.get_mut("value")
            {
                take(value, kept);
            }
            object.values_mut().for_each(|part| empty_documented(part, kept));
        }
        _ => {}
    }
}

/// `values` and `change.before` in JSON for people, `instances[].attributes` in the state file.
fn empty_attributes(json: &mut Json, attributes: &[&str], kept: &mut BTreeSet<String>) {
    match json {
        Json::Array(elements) => elements
            .iter_mut()
            .for_each(|element| empty_attributes(element, attributes, kept)),
        Json::Object(object) => {
            for (name, value) in object {
                if attributes.contains(&name.as_str()) && value.is_string() {
                    take(value, kept);
                } else {
                    empty_attributes(value, attributes, kept);
                }
            }
        }
        _ => {}
    }
}

fn take(value: &mut Json, kept: &mut BTreeSet<String>) {
    if let Some(text) = value.as_str() {
        kept.insert(text.to_owned());
    }
    *value = Json::Null;
}

/// A search that finds nothing proves nothing unless it finds what is there.
#[test]
fn a_secret_outside_of_its_attribute_is_found() {
    let secrets = BTreeSet::from(["s3cr3t-s3cr3t".to_owned()]);
    let found = |content: Json| {
        let mut search = Search::new(&secrets);
        search.json("state", content.to_string().as_bytes(), &BTreeSet::new());
        (search.documented.len(), search.hits.len())
    };
    let state = |attribute: &str, kind: &str| {
        json!({"resources": [{"mode": "managed", "type": kind,
            "instances": [{"attributes": {attribute: "s3cr3t-s3cr3t"}}]}]})
    };
    assert_eq!(found(state("client_secret", "wsoa_oauth_client")), (1, 0));
    assert_eq!(found(state("client_secret_wo", "wsoa_oauth_client")), (0, 1));
    assert_eq!(found(state("client_secret", "terraform_data")), (0, 1));
    let output =
        |sensitive: bool| json!({"outputs": {"o": {"value": "s3cr3t-s3cr3t", "sensitive": sensitive}}});
    assert_eq!(found(output(true)), (1, 0));
    assert_eq!(found(output(false)), (0, 1));
    let mut search = Search::new(&secrets);
    search.bytes("log", b"before s3cr3t-s3cr3t after", &BTreeSet::new());
    assert_eq!(search.hits, ["log: ...before [13 characters]"]);
}
