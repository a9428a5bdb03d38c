//! The two binaries that are compared, built as they are released.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::table::Row;

/// The provider and its peer.
pub struct Binaries {
    /// The provider under test.
    pub provider: PathBuf,
    /// The least provider on tf-provider.
    pub peer: PathBuf,
}

/// The repository.
pub fn root() -> PathBuf {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = runner.ancestors().nth(2).expect("runner lies in benches");
    root.to_owned()
}

impl Binaries {
    /// Builds both, unless both are given.
    pub fn find() -> Self {
        let given = |name| env::var_os(name).map(PathBuf::from);
        match (given("WSOA_BENCH_PROVIDER"), given("WSOA_BENCH_PEER")) {
            (Some(provider), Some(peer)) => Self { provider, peer },
            _ => Self::build(),
        }
    }

    fn build() -> Self {
        let root = root();
        let suffix = env::consts::EXE_SUFFIX;
        let target = root.join("target");
        cargo(
            &root,
            &target,
            &["build", "--release", "--bin", "terraform-provider-wsoa"],
        );
        let provider = target.join(format!("release/terraform-provider-wsoa{suffix}"));
        let (benches, target) = (root.join("benches"), root.join("benches/target"));
        cargo(
            &benches,
            &target,
            &["build", "--profile=shipped", "--package=terraform-provider-peer"],
        );
        let peer = target.join(format!("shipped/terraform-provider-peer{suffix}"));
        Self { provider, peer }
    }

    /// How large they are.
    pub fn size(&self) -> Row {
        #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
        let size = |path: &Path| fs::metadata(path).expect("it was just built").len() as f64 / 1e6;
        let (provider, peer) = (size(&self.provider), size(&self.peer));
        Row::new("binary, stripped", "≤ 7.5 MB", format!("{provider:.2} MB"))
            .against(format!("{peer:.2} MB"), provider / peer)
    }
}

fn cargo(directory: &Path, target: &Path, arguments: &[&str]) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let protoc = protoc_bin_vendored::protoc_bin_path().expect("a protoc for this platform");
    let mut command = Command::new(cargo);
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
        .args(arguments)
        .arg("--target-dir")
        .arg(target)
        .current_dir(directory)
        .env("PROTOC", protoc) // for the peer; the provider needs none
        .status()
        .expect("cargo starts");
    assert!(
        status.success(),
        "cargo {arguments:?} failed in {}",
        directory.display()
    );
}
