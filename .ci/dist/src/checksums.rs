//! The manifest, and the checksums of all files of a release.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Failure, sha256, stem};

/// What tells the Terraform Registry which protocol the provider speaks. Without it, that would be taken to be 5.0.
const MANIFEST: &str = include_str!("../../../terraform-registry-manifest.json");

/// Completes the directory of a release: writes the manifest and the checksums. A directory that holds anything but
/// archives of this version and the SBOM of each is refused, as all of it would be published.
///
/// SBOMs have a file of checksums of their own: the Terraform Registry fetches archives and manifest alone, and refuses
/// a release whose `SHA256SUMS` names a file that it has not fetched (openai/terraform-provider-openai#98).
pub fn complete(directory: &Path) -> Result<(), Failure> {
    let stem = stem();
    let (manifest, sums, sbom_sums) = (
        format!("{stem}_manifest.json"),
        format!("{stem}_SHA256SUMS"),
        format!("{stem}_sbom_checksums.txt"),
    );
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    for made in [&manifest, &sums, &sbom_sums] {
        names.remove(made);
    }
    let of = |ending: &str| -> Vec<String> {
        let platform = |name: &String| {
            let rest = name.strip_prefix(&stem)?.strip_prefix('_')?;
            rest.strip_suffix(ending).map(str::to_owned)
        };
        names.iter().filter_map(platform).collect()
    };
    let (archives, sboms) = (of(".zip"), of(".cdx.json"));
    if archives.is_empty() || archives != sboms || names.len() != archives.len() * 2 {
        return Err(format!(
            "{} has to hold archives of this version, the SBOM of each, and nothing else, but holds {names:?}",
            directory.display()
        )
        .into());
    }
    fs::write(directory.join(&manifest), MANIFEST)?;
    let is_sbom = |name: &&String| name.ends_with(".cdx.json");
    let (sboms, mut files): (Vec<_>, Vec<_>) = names.iter().partition(is_sbom);
    files.push(&manifest);
    fs::write(directory.join(&sums), lines(directory, &files)?)?;
    fs::write(directory.join(&sbom_sums), lines(directory, &sboms)?)?;
    Ok(())
}

/// What `sha256sum` would print.
fn lines(directory: &Path, names: &[&String]) -> Result<String, Failure> {
    let line = |name: &&String| -> Result<String, Failure> {
        let sum = sha256(&fs::read(directory.join(name))?);
        Ok(format!("{sum}  {name}\n"))
    };
    let lines: Result<Vec<_>, _> = names.iter().map(line).collect();
    Ok(lines?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(names: &[&str]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for name in names {
            let name = name.replace("STEM", &stem());
            fs::write(directory.path().join(name), b"abc").unwrap();
        }
        directory
    }

    #[test]
    fn the_registry_finds_a_checksum_for_all_that_it_fetches_and_for_nothing_else() {
        let names = [
            "STEM_b_x.zip",
            "STEM_a_x.zip",
            "STEM_a_x.cdx.json",
            "STEM_b_x.cdx.json",
        ];
        let directory = directory(&names);
        for _twice in 0..2 {
            complete(directory.path()).unwrap();
            let text = |name: &str| fs::read_to_string(directory.path().join(stem() + name)).unwrap();
            // FIPS 180-4, the example of one block
            let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
            let s = stem();
            let manifest = sha256(MANIFEST.as_bytes());
            assert_eq!(
                text("_SHA256SUMS"),
                format!("{abc}  {s}_a_x.zip\n{abc}  {s}_b_x.zip\n{manifest}  {s}_manifest.json\n")
            );
            assert_eq!(
                text("_sbom_checksums.txt"),
                format!("{abc}  {s}_a_x.cdx.json\n{abc}  {s}_b_x.cdx.json\n")
            );
            let manifest: serde_json::Value = serde_json::from_str(&text("_manifest.json")).unwrap();
            assert_eq!(manifest["version"], 1);
            assert_eq!(
                manifest["metadata"]["protocol_versions"],
                serde_json::json!(["6.0"])
            );
        }
    }

    #[test]
    fn what_does_not_belong_into_a_release_stops_it() {
        for names in [
            &[][..],
            &["STEM_a_x.zip"],
            &["STEM_a_x.cdx.json"],
            &["STEM_a_x.zip", "STEM_b_x.cdx.json"],
            &["STEM_a_x.zip", "STEM_a_x.cdx.json", "key.asc"],
            &[
                "STEM_a_x.zip",
                "STEM_a_x.cdx.json",
                "terraform-provider-wsoa_0.0.9_a_x.zip",
            ],
        ] {
            let directory = directory(names);
            assert!(complete(directory.path()).is_err(), "{names:?}");
            assert!(
                !directory.path().join(stem() + "_SHA256SUMS").exists(),
                "{names:?}"
            );
        }
    }
}
