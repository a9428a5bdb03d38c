//! The files of a release, as both registries expect them, made from a binary that was built before.
//!
//! One archive and one SBOM for each platform, the manifest, and checksums. The same binary gives the same files,
//! wherever and whenever they are made. Names and layout: developer.hashicorp.com/terraform/registry/providers/publishing;
//! the `OpenTofu` registry reads the same releases.

pub mod archive;
pub mod checksums;
pub mod notes;
pub mod platform;
pub mod sbom;
pub mod size;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use archive::Archive;
use platform::Platform;
use sha2::{Digest as _, Sha256};

/// What the repository, the binary and every file of a release are called.
pub const NAME: &str = "terraform-provider-wsoa";
/// The version of everything in this workspace.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why something cannot be made, in a sentence.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What the names of all files of this release begin with.
pub fn stem() -> String {
    format!("{NAME}_{VERSION}")
}

/// Writes the archive of one platform and its SBOM into the directory `out`, and returns the archive's path. `target`
/// is the platform as Rust names it, which is also what the SBOM is asked of cargo for.
pub fn pack(binary: &Path, target: &str, out: &Path) -> Result<PathBuf, Failure> {
    let platform = Platform::of(target)?;
    let program = fs::read(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    fs::create_dir_all(out)?;
    let sbom = sbom::of(target, &program)?;
    fs::write(out.join(sbom_name(&platform)), sbom)?;
    let path = out.join(archive_name(&platform));
    fs::write(&path, Archive::of(&program, &platform)?)?;
    Ok(path)
}

/// The name of a platform's archive.
pub fn archive_name(platform: &Platform) -> String {
    format!("{}_{platform}.zip", stem())
}

/// The name of its SBOM. `.cdx.json` is what says `CycloneDX` to tools.
pub fn sbom_name(platform: &Platform) -> String {
    format!("{}_{platform}.cdx.json", stem())
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}
