//! The software bill of materials of a binary: `CycloneDX` 1.5, in JSON.
//!
//! Cargo itself says what is compiled into the binary for one target, with the features that it has there
//! (`cargo tree`), and `Cargo.lock` has the checksum of each crate. Tools that read `cargo metadata` instead list what
//! the whole workspace needs, tests included; and a tool that has to be installed first would keep `make dist` from
//! working on a machine that has Rust alone. What changes from build to build, such as a time or a serial number, both
//! of which are optional, is left out: the same commit gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use super::{Failure, NAME, sha256};

/// The SBOM of a binary that was built for a target.
pub fn of(target: &str, program: &[u8]) -> Result<Vec<u8>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let all = tree(&root, target, "normal,build")?;
    let inside = tree(&root, target, "normal,no-proc-macro")?;
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let bom = bom(
        &Graph::of(&all)?,
        &Graph::of(&inside)?,
        &checksums(&lock),
        &sha256(program),
    )?;
    let mut text = serde_json::to_vec_pretty(&bom)?;
    text.push(b'\n');
    Ok(text)
}

/// A crate in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
}

/// Which crates there are, under which license, and what each depends on.
#[derive(Debug, Default, PartialEq)]
struct Graph {
    licenses: BTreeMap<Crate, String>,
    dependencies: BTreeMap<Crate, BTreeSet<Crate>>,
}

fn tree(root: &Path, target: &str, edges: &str) -> Result<String, Failure> {
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let output = Command::new(cargo)
        .current_dir(root)
        .args([
            "tree",
            "--locked",
            "--quiet",
            "--package",
            NAME,
            "--charset",
            "utf8",
        ])
        .args(["--target", target, "--edges", edges])
        .args(["--prefix", "depth", "--format", "|{p}|{l}"])
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

impl Graph {
    /// Reads lines such as `2|bytes v1.12.2|MIT`: depth, crate, license. ` (*)` at the end says that what the crate
    /// depends on is in an earlier line.
    fn of(tree: &str) -> Result<Self, Failure> {
        let mut graph = Self::default();
        let mut above: Vec<Crate> = Vec::new();
        for line in tree.lines() {
            let unexpected = || format!("an unexpected line of cargo tree: {line}");
            let fields: Vec<_> = line.trim_end_matches(" (*)").split('|').collect();
            let [depth, package, license] = fields[..] else {
                return Err(unexpected().into());
            };
            let mut words = package.split(' ');
            let (Some(name), Some(version)) = (words.next(), words.next()) else {
                return Err(unexpected().into());
            };
            let found = Crate {
                name: name.to_owned(),
                version: version.trim_start_matches('v').to_owned(),
            };
            let depth = depth.parse().map_err(|_| unexpected())?;
            above.truncate(depth);
            if above.len() != depth {
                return Err(unexpected().into());
            }
            if let Some(dependent) = above.last() {
                graph
                    .dependencies
                    .entry(dependent.clone())
                    .or_default()
                    .insert(found.clone());
            }
            graph.licenses.insert(found.clone(), license.to_owned());
            above.push(found);
        }
        Ok(graph)
    }
}

/// The checksums in `Cargo.lock`. A crate of this workspace has none.
fn checksums(lock: &str) -> BTreeMap<Crate, String> {
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
    };
    let read = |package: &str| {
        let named = Crate {
            name: field(package, "name")?,
            version: field(package, "version")?,
        };
        Some((named, field(package, "checksum")?))
    };
    lock.split("[[package]]").filter_map(read).collect()
}

fn bom(
    all: &Graph,
    inside: &Graph,
    checksums: &BTreeMap<Crate, String>,
    program: &str,
) -> Result<Json, Failure> {
    let is_root = |known: &Crate| known.name == NAME;
    let root = all.licenses.iter().find(|(known, _)| is_root(known));
    let (root, license) = root.ok_or("cargo tree does not name the provider")?;
    let component = |(known, license): (&Crate, &String)| {
        let mut component = json!({
            "type": "library",
            "bom-ref": reference(known),
            "name": known.name,
            "version": known.version,
            "licenses": [{ "expression": expression(license) }],
            // what only builds the binary, such as a derive macro, is not inside
            "scope": if inside.licenses.contains_key(known) { "required" } else { "excluded" },
        });
        if let Some(sum) = checksums.get(known) {
            component["purl"] = reference(known).into();
            component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
        }
        component
    };
    let libraries = all.licenses.iter().filter(|(known, _)| !is_root(known));
    let depends = |known: &Crate| {
        let on = all.dependencies.get(known).into_iter().flatten();
        json!({ "ref": reference(known), "dependsOn": on.map(reference).collect::<Vec<_>>() })
    };
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference(root),
                "name": root.name,
                "version": root.version,
                "licenses": [{ "expression": license }],
                "hashes": [{ "alg": "SHA-256", "content": program }],
            },
        },
        "components": libraries.map(component).collect::<Vec<_>>(),
        "dependencies": all.licenses.keys().map(depends).collect::<Vec<_>>(),
    }))
}

/// The package URL, in which `+` of a version is escaped. Crates of this workspace are in no registry, but are called
/// the same within the file.
fn reference(known: &Crate) -> String {
    format!("pkg:cargo/{}@{}", known.name, known.version.replace('+', "%2B"))
}

/// Old crates write `MIT/Apache-2.0`, which is no expression of SPDX.
fn expression(license: &str) -> String {
    license.replace('/', " OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, version: &str) -> Crate {
        Crate {
            name: name.to_owned(),
            version: version.to_owned(),
        }
    }

    const ALL: &str = "\
0|terraform-provider-wsoa v0.1.0 (/somewhere/else)|Apache-2.0
1|a v1.0.0|MIT/Apache-2.0
2|b v2.0.0+patch|MIT
1|derive v3.0.0 (proc-macro)|MIT
2|b v2.0.0+patch|MIT (*)
1|ours v0.1.0 (/somewhere/else/ours)|Apache-2.0
2|a v1.0.0|MIT/Apache-2.0 (*)
";
    const INSIDE: &str = "\
0|terraform-provider-wsoa v0.1.0 (/somewhere/else)|Apache-2.0
1|a v1.0.0|MIT/Apache-2.0
2|b v2.0.0+patch|MIT
1|ours v0.1.0 (/somewhere/else/ours)|Apache-2.0
2|a v1.0.0|MIT/Apache-2.0 (*)
";
    const LOCK: &str = "\
version = 4

[[package]]
name = \"a\"
version = \"1.0.0\"
source = \"registry\"
checksum = \"aa\"
dependencies = [
 \"b\",
]

[[package]]
name = \"b\"
version = \"2.0.0+patch\"
source = \"registry\"
checksum = \"bb\"

[[package]]
name = \"ours\"
version = \"0.1.0\"
";

    #[test]
    fn every_crate_is_named_once_with_what_is_known_of_it() {
        let (all, inside) = (Graph::of(ALL).unwrap(), Graph::of(INSIDE).unwrap());
        let sums = checksums(LOCK);
        assert_eq!(sums.len(), 2);
        assert_eq!(sums[&known("b", "2.0.0+patch")], "bb");
        let bom = bom(&all, &inside, &sums, "5a").unwrap();
        assert_eq!(
            bom["components"],
            json!([
                {
                    "type": "library", "bom-ref": "pkg:cargo/a@1.0.0", "purl": "pkg:cargo/a@1.0.0", "name": "a",
                    "version": "1.0.0", "licenses": [{ "expression": "MIT OR Apache-2.0" }], "scope": "required",
                    "hashes": [{ "alg": "SHA-256", "content": "aa" }],
                },
                {
                    "type": "library", "bom-ref": "pkg:cargo/b@2.0.0%2Bpatch", "purl": "pkg:cargo/b@2.0.0%2Bpatch",
                    "name": "b", "version": "2.0.0+patch", "licenses": [{ "expression": "MIT" }],
                    "scope": "required", "hashes": [{ "alg": "SHA-256", "content": "bb" }],
                },
                {
                    "type": "library", "bom-ref": "pkg:cargo/derive@3.0.0", "name": "derive", "version": "3.0.0",
                    "licenses": [{ "expression": "MIT" }], "scope": "excluded",
                },
                {
                    "type": "library", "bom-ref": "pkg:cargo/ours@0.1.0", "name": "ours", "version": "0.1.0",
                    "licenses": [{ "expression": "Apache-2.0" }], "scope": "required",
                },
            ])
        );
        let root = "pkg:cargo/terraform-provider-wsoa@0.1.0";
        assert_eq!(bom["metadata"]["component"]["bom-ref"], root);
        assert_eq!(bom["metadata"]["component"]["hashes"][0]["content"], "5a");
        let (a, b, derive) = (
            "pkg:cargo/a@1.0.0",
            "pkg:cargo/b@2.0.0%2Bpatch",
            "pkg:cargo/derive@3.0.0",
        );
        let ours = "pkg:cargo/ours@0.1.0";
        assert_eq!(
            bom["dependencies"],
            json!([
                { "ref": a, "dependsOn": [b] },
                { "ref": b, "dependsOn": [] },
                { "ref": derive, "dependsOn": [b] },
                { "ref": ours, "dependsOn": [a] },
                { "ref": root, "dependsOn": [a, derive, ours] },
            ])
        );
        assert!(!bom.to_string().contains("somewhere"), "a path of this machine");
    }

    #[test]
    fn what_cargo_never_said_before_is_not_guessed_at() {
        for tree in [
            "no line",
            "0|name|MIT",
            "0|a v1",
            "x|a v1|MIT",
            "1|a v1|MIT",
            "0|a v1|MIT\n2|b v1|MIT",
        ] {
            assert!(Graph::of(tree).is_err(), "{tree}");
        }
    }

    /// Of this workspace, for this machine: what is compiled in is there, and what only tests need is not.
    #[test]
    fn it_lists_what_is_in_the_binary() {
        let target = crate::platform::host().unwrap();
        let text = of(&target, b"a binary").unwrap();
        assert_eq!(
            text,
            of(&target, b"a binary").unwrap(),
            "it changes from run to run"
        );
        let bom: Json = serde_json::from_slice(&text).unwrap();
        assert_eq!(
            bom["metadata"]["component"]["hashes"][0]["content"],
            sha256(b"a binary")
        );
        let components = bom["components"].as_array().unwrap();
        let scope = |name: &str| {
            let mut found = components.iter().filter(|component| component["name"] == name);
            found.next().map(|component| component["scope"].as_str().unwrap())
        };
        for (name, expected) in [
            ("rustls", Some("required")),
            ("tonic", Some("required")),
            ("thiserror-impl", Some("excluded")),
            ("zip", None),
            ("proptest", None),
            ("access-simulator", None),
        ] {
            assert_eq!(scope(name), expected, "{name}");
        }
        for component in components {
            assert!(
                !component["licenses"][0]["expression"]
                    .as_str()
                    .unwrap()
                    .is_empty(),
                "{component}"
            );
            let ours = !component["bom-ref"].as_str().unwrap().is_empty() && component.get("purl").is_none();
            assert!(
                !ours || component["version"] == crate::VERSION,
                "no checksum: {component}"
            );
        }
    }
}
