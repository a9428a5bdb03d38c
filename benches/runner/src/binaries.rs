//! The binaries that are compared, built as they are released.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::table::Row;

/// The peer that is always there.
const PINNED: &str = "tf-provider";

/// A provider that the measured one is compared with.
pub struct Peer {
    /// What the table calls it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Peer {
    /// Its name, unless it is the one that is always there.
    pub fn other(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| *name != PINNED)
    }
}

/// The provider, and what it is compared with.
pub struct Binaries {
    /// The provider under test.
    pub provider: PathBuf,
    /// The same resources without a tenant.
    pub floor: PathBuf,
    /// The least provider on tf-provider, then those of `BENCH_PEERS`.
    pub peers: Vec<Peer>,
}

/// The repository.
pub fn root() -> PathBuf {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = runner.ancestors().nth(2).expect("runner lies in benches");
    root.to_owned()
}

impl Binaries {
    /// Builds what is not given.
    pub fn find() -> Self {
        let given =
            |name: &str, build: &dyn Fn() -> PathBuf| env::var_os(name).map_or_else(build, PathBuf::from);
        let provider = given("WSOA_BENCH_PROVIDER", &released);
        let of_ours = |package: &str| build(&root().join("benches"), package);
        let floor = given("WSOA_BENCH_FLOOR", &|| of_ours("terraform-provider-floor"));
        let pinned = given("WSOA_BENCH_PEER", &|| of_ours("terraform-provider-peer"));
        let mut peers = vec![Peer {
            name: PINNED.to_owned(),
            path: pinned,
        }];
        peers.extend(named(&env::var("BENCH_PEERS").unwrap_or_default()));
        Self {
            provider,
            floor,
            peers,
        }
    }

    /// How large they are.
    pub fn size(&self) -> Vec<Row> {
        #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
        let size = |path: &Path| fs::metadata(path).map(|it| it.len() as f64 / 1e6);
        let provider = size(&self.provider).expect("the provider is there");
        let row = |peer: &Peer| {
            let row =
                Row::new("binary, stripped", "≤ 5.16 MB", format!("{provider:.2} MB")).beside(peer.other());
            match size(&peer.path) {
                Ok(size) => row.against(format!("{size:.2} MB"), provider / size),
                Err(error) => row.without(&error.to_string()),
            }
        };
        self.peers.iter().map(row).collect()
    }
}

/// `name=path,name=path`
fn named(text: &str) -> impl Iterator<Item = Peer> {
    let peer = |entry: &str| {
        let (name, path) = entry.split_once('=').expect("BENCH_PEERS is name=path,name=path");
        Peer {
            name: name.trim().to_owned(),
            path: path.trim().into(),
        }
    };
    let entries = text.split(',').filter(|entry| !entry.trim().is_empty());
    entries.map(peer).collect::<Vec<_>>().into_iter()
}

/// Builds the provider as it is released.
fn released() -> PathBuf {
    let command = Command::new(root().join(".ci/build-release"));
    built(command, &root(), "release", "terraform-provider-wsoa")
}

/// Builds a program of this workspace.
fn build(workspace: &Path, package: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let protoc = protoc_bin_vendored::protoc_bin_path().expect("a protoc for this platform");
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--profile=shipped",
            "--package",
            package,
            "--bin",
            package,
        ])
        .env("RUSTFLAGS", "-Cforce-frame-pointers=yes") // as .ci/build-release
        .env("PROTOC", protoc); // for the peer
    built(command, workspace, "shipped", package)
}

/// Runs what builds a program, and tells where it is.
fn built(mut command: Command, workspace: &Path, profile: &str, package: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    // `cargo run` describes the runner to us in these. Build scripts watch them, so they would build everything anew.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|beginning| text.starts_with(beginning))
        {
            command.env_remove(&name);
        }
    }
    let status = command
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(workspace)
        .status()
        .expect("cargo starts");
    assert!(
        status.success(),
        "{package} cannot be built in {}",
        workspace.display()
    );
    target.join(format!("{profile}/{package}{}", env::consts::EXE_SUFFIX))
}
