//! Platforms as the registries name them: Go's operating system and architecture.

use std::fmt;
use std::process::Command;

use super::Failure;

/// A platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    os: &'static str,
    arch: &'static str,
}

impl Platform {
    /// The platform of a target triple of Rust.
    pub fn of(target: &str) -> Result<Self, Failure> {
        let unknown = || format!("no registry has a name for the target {target}");
        let mut parts = target.split('-');
        let arch = match parts.next() {
            Some("x86_64") => "amd64",
            Some("aarch64") => "arm64",
            Some("i686") => "386",
            _ => return Err(unknown().into()),
        };
        let os = match parts.nth(1) {
            Some("linux") => "linux",
            Some("darwin") => "darwin",
            Some("windows") => "windows",
            Some("freebsd") => "freebsd",
            _ => return Err(unknown().into()),
        };
        Ok(Self { os, arch })
    }

    /// What the binary is called inside its archive.
    pub fn program(&self) -> String {
        let suffix = if self.os == "windows" { ".exe" } else { "" };
        format!("{}_v{}{suffix}", super::NAME, super::VERSION)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.os, self.arch)
    }
}

/// The target that this machine's compiler builds for unless told otherwise.
pub fn host() -> Result<String, Failure> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output()?;
    String::from_utf8(output.stdout)?
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc -vV does not name its host".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_the_names_of_the_registries() {
        for (target, platform, program) in [
            ("x86_64-unknown-linux-musl", "linux_amd64", ""),
            ("x86_64-unknown-linux-gnu", "linux_amd64", ""),
            ("aarch64-unknown-linux-musl", "linux_arm64", ""),
            ("x86_64-apple-darwin", "darwin_amd64", ""),
            ("aarch64-apple-darwin", "darwin_arm64", ""),
            ("x86_64-pc-windows-msvc", "windows_amd64", ".exe"),
        ] {
            let found = Platform::of(target).unwrap();
            assert_eq!(found.to_string(), platform);
            let expected = format!("terraform-provider-wsoa_v{}{program}", crate::VERSION);
            assert_eq!(found.program(), expected);
        }
        for target in ["", "linux_amd64", "wasm32-unknown-unknown", "x86_64-unknown-none"] {
            assert!(Platform::of(target).is_err(), "{target}");
        }
        Platform::of(&host().unwrap()).unwrap();
    }
}
