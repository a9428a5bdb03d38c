//! The real CLI, Terraform or `OpenTofu`, in a directory and an environment of its own.

mod feature;
mod private;
mod run;
mod workspace;

use std::path::{Path, PathBuf};
use std::{env, fs};

pub use self::feature::{
    Feature, asks_for_the_provider_of_an_import, configures_for_functions, has, is_at_least, is_tofu, lacks,
    left_out, offers,
};
pub use self::run::{Output, Running};
pub use self::workspace::{MIRROR, Plan, Workspace};

/// What the variable that names the CLI ends with: each provider has one of its own, such as `ACME_TEST_CLI`.
const NAMED_BY: &str = "_TEST_CLI";

/// The CLI to test with: the variable whose name ends in `_TEST_CLI`, else `terraform`, else `tofu` on the path. A missing
/// one fails the test: a suite that quietly skips what it is for proves nothing.
pub fn find() -> PathBuf {
    look().unwrap_or_else(|missing| panic!("\n\nThe real CLI is needed here. {missing}\n\n"))
}

/// The same for a caller that wants to say itself what is missing.
pub fn look() -> Result<PathBuf, String> {
    let named: Vec<_> = env::vars_os()
        .filter(|(name, _)| name.to_string_lossy().ends_with(NAMED_BY))
        .collect();
    match &named[..] {
        [] => on_the_path(),
        [(_, path)] if is_there(Path::new(path)) => Ok(PathBuf::from(path)),
        [(name, path)] => Err(format!(
            "{} names {}, which is not there.",
            name.display(),
            path.display()
        )),
        _ => Err(format!(
            "Several variables that end in {NAMED_BY} are set: one CLI is tested with."
        )),
    }
}

fn on_the_path() -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let name = |name: &str| format!("{name}{}", env::consts::EXE_SUFFIX);
    ["terraform", "tofu"]
        .into_iter()
        .flat_map(|cli| env::split_paths(&path).map(move |directory| directory.join(name(cli))))
        .find(|candidate| is_there(candidate))
        .ok_or_else(|| {
            format!("Install terraform (1.11 or later) or tofu, or set a variable that ends in {NAMED_BY} to its path.")
        })
}

/// The configuration in a directory: its `.tf` files by name, in order.
pub fn configuration(directory: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tf"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn is_there(path: &Path) -> bool {
    // A bare name in the variable is left to the search path.
    path.is_file()
        || path.components().count() == 1
            && env::var_os("PATH")
                .is_some_and(|all| env::split_paths(&all).any(|directory| directory.join(path).is_file()))
}
