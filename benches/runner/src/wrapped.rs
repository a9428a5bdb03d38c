//! A provider as a CLI starts it, with the processor time of all its processes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The name by which a CLI finds it, whatever binary it is.
const NAME: &str = "terraform-provider-wsoa";

/// A binary, in a script that writes down how long each of its processes kept a processor busy.
pub struct Wrapped {
    directory: TempDir,
}

impl Wrapped {
    /// Needs bash, whose `time` waits for the process that it measures.
    pub fn new(binary: &Path) -> Self {
        let directory = tempfile::tempdir().expect("a directory for the script");
        let wrapped = Self { directory };
        let binary = fs::canonicalize(binary).unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let script = format!(
            "#!/usr/bin/env bash\nTIMEFORMAT='%U %S'\n{{ time '{}' \"$@\" 2>&3; }} 3>&2 2>>'{}'\n",
            binary.display(),
            wrapped.log().display()
        );
        fs::write(wrapped.binary(), script).expect("the script");
        fs::set_permissions(wrapped.binary(), fs::Permissions::from_mode(0o755)).expect("a script of ours");
        wrapped
    }

    /// What a CLI starts.
    pub fn binary(&self) -> PathBuf {
        self.directory.path().join(NAME)
    }

    /// Seconds of a processor since this was last asked.
    pub fn take_cpu(&self) -> f64 {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let _was_none = fs::remove_file(self.log());
        let times = log.split_whitespace().map(str::parse::<f64>);
        times.map(|time| time.expect("seconds")).sum()
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("cpu")
    }
}
