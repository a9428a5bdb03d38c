//! What a release consists of, and that a CLI installs it: `init` takes the archive out of a filesystem mirror, the lock
//! file knows it afterwards, and `examples/okta-scim` is applied with it to a simulated tenant over HTTPS.
//!
//! The archive is made of the debug build, by the code that makes those of a release. `make test-dist` does the same with
//! the files that `make dist` left: `WSOA_TEST_DIST` names their directory.
#![allow(clippy::unwrap_used)] // a test may fail by panicking

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use access_simulator::{Options, Simulator};
use dist::archive::Archive;
use dist::platform::Platform;
use dist::{VERSION, archive, checksums, platform};
use serde_json::Value as Json;
use tokio::runtime::Runtime;
use wsoa_test_kit::cli::{MIRROR, Output, Workspace};
use wsoa_test_kit::{cli, needs};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-wsoa");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/okta-scim");
const LOCK: &str = ".terraform.lock.hcl";

/// The files of the release, made once for all tests. Its binary is started before any other program: a file that was just
/// written cannot be started while another thread starts something.
static RELEASE: LazyLock<Release> = LazyLock::new(|| {
    let release = match env::var_os("WSOA_TEST_DIST") {
        Some(directory) => Release {
            directory: directory.into(),
        },
        None => Release::of_the_debug_build(),
    };
    archive::start(&release.archive()).unwrap();
    release
});

struct Release {
    directory: PathBuf,
}

impl Release {
    /// In one place, so that a run takes that of the run before: nothing would remove it at the end of a process.
    fn of_the_debug_build() -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release");
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        dist::pack(Path::new(PROVIDER), &platform::host().unwrap(), &directory).unwrap();
        checksums::complete(&directory).unwrap();
        Self { directory }
    }

    fn archive(&self) -> PathBuf {
        self.directory.join(dist::archive_name(&here()))
    }

    /// All files by name.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.directory).unwrap();
        entries
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read(path).unwrap())
            })
            .collect()
    }
}

fn here() -> Platform {
    Platform::of(&platform::host().unwrap()).unwrap()
}

#[test]
fn the_files_are_those_that_the_registries_expect() {
    let files = RELEASE.files();
    let here = here();
    let stem = format!("terraform-provider-wsoa_{VERSION}");
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    for expected in [
        format!("{stem}_{here}.zip"),
        format!("{stem}_{here}.cdx.json"),
        format!("{stem}_manifest.json"),
        format!("{stem}_SHA256SUMS"),
        format!("{stem}_sbom_checksums.txt"),
    ] {
        assert!(names.contains(&expected.as_str()), "no {expected} in {names:?}");
    }
    let mut summed = Vec::new();
    for list in ["SHA256SUMS", "sbom_checksums.txt"] {
        let text = String::from_utf8(files[&format!("{stem}_{list}")].clone()).unwrap();
        for line in text.lines() {
            let (sum, name) = line.split_once("  ").unwrap();
            assert_eq!(sum, dist::sha256(&files[name]), "{name}");
            assert_eq!(
                name.ends_with(".cdx.json"),
                list != "SHA256SUMS",
                "{name} in {list}"
            );
            summed.push(name.to_owned());
        }
    }
    assert_eq!(summed.len() + 2, files.len(), "a checksum for each: {summed:?}");

    let archive = Archive::read(&files[&format!("{stem}_{here}.zip")]).unwrap();
    let inside: Vec<_> = archive
        .entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.mode))
        .collect();
    let suffix = env::consts::EXE_SUFFIX;
    let program = format!("terraform-provider-wsoa_v{VERSION}{suffix}");
    assert_eq!(
        inside,
        [(program.as_str(), Some(0o755)), ("LICENSE", Some(0o644))]
    );
    let sbom: Json = serde_json::from_slice(&files[&format!("{stem}_{here}.cdx.json")]).unwrap();
    assert_eq!(
        sbom["metadata"]["component"]["hashes"][0]["content"],
        dist::sha256(&archive.entries[0].content),
        "the SBOM is of another binary"
    );
}

#[test]
fn a_release_is_installed_locked_and_applied() {
    needs!(Check); // in the example
    let runtime = Runtime::new().unwrap();
    let simulator = runtime
        .block_on(Simulator::start(Options {
            admin_client: ("terraform-admin".to_owned(), "the-secret-of-the-admin".to_owned()),
            ..Options::default()
        }))
        .unwrap();
    let mut workspace = workspace();
    workspace.env("WSOA_TENANT_URL", &simulator.url());
    workspace.env("WSOA_CA_CERTIFICATE_FILE", &simulator.ca_file().to_string_lossy());
    workspace.env("WSOA_CLIENT_ID", "terraform-admin");
    workspace.env("WSOA_CLIENT_SECRET", "the-secret-of-the-admin");
    workspace.variable("deletion_protection", "false");

    install(&workspace, &[]);
    let lock = workspace.text(LOCK);
    assert!(lock.contains(&format!("version     = \"{VERSION}\"")), "{lock}");
    assert!(lock.contains("\"h1:"), "{lock}");
    // elsewhere, with the lock file from version control
    fs::remove_dir_all(workspace.path(".terraform")).unwrap();
    install(&workspace, &["-lockfile=readonly"]);
    assert_eq!(workspace.text(LOCK), lock);
    // a lock file that was made beforehand agrees with what is installed
    fs::remove_file(workspace.path(LOCK)).unwrap();
    let mirror = format!("-fs-mirror={MIRROR}");
    let platform = format!("-platform={}", here());
    let locked = workspace.run(&["providers", "lock", "-no-color", &mirror, &platform]);
    assert_eq!(locked.code, Some(0), "{}", locked.text());
    install(&workspace, &["-lockfile=readonly"]);

    let before = simulator.tenant().clients().len();
    workspace.apply_ok();
    assert_eq!(simulator.tenant().clients().len(), before + 1);
    let token = workspace.output("token");
    assert!(token.as_str().is_some_and(|token| !token.is_empty()));
    workspace.assert_plan_is_empty();
    workspace.destroy();
    assert_eq!(simulator.tenant().clients().len(), before);
}

/// What users see who build the provider anew, or whose mirror was filled again: MAINTAINING.md says what helps.
#[test]
fn another_build_of_the_same_version_is_refused_until_its_lock_is_removed() {
    needs!(Check);
    let workspace = workspace();
    install(&workspace, &[]);
    let other = tempfile::tempdir().unwrap();
    let archive = other.path().join(dist::archive_name(&here()));
    fs::write(&archive, Archive::of(b"another build", &here()).unwrap()).unwrap();
    workspace.mirror(&archive);
    fs::remove_dir_all(workspace.path(".terraform")).unwrap();
    for more in [&[][..], &["-upgrade"]] {
        let refused = init(&workspace, more).expect_error("match any of the checksums");
        assert!(refused.text().contains("wsoa/wsoa"), "{}", refused.text());
    }
    fs::remove_file(workspace.path(LOCK)).unwrap();
    install(&workspace, &[]);
}

/// The example in a directory of its own, and a mirror with the archive.
fn workspace() -> Workspace {
    let files = cli::configuration(Path::new(EXAMPLE));
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Workspace::installing(&RELEASE.archive(), &files)
}

fn init(workspace: &Workspace, more: &[&str]) -> Output {
    workspace.run(&[&["init", "-input=false", "-no-color"], more].concat())
}

#[track_caller]
fn install(workspace: &Workspace, more: &[&str]) {
    let output = init(workspace, more);
    assert_eq!(output.code, Some(0), "{}", output.text());
}
