//! The real CLI, Terraform or `OpenTofu`, in a directory and an environment of its own.

mod run;
mod workspace;

use std::{
    env,
    path::{Path, PathBuf},
};

pub use self::{
    run::{Output, Running},
    workspace::{Plan, Workspace},
};

/// The CLI to test with: `WSOA_TEST_CLI`, else `terraform`, else `tofu` on the path. A missing one fails the test: a
/// suite that quietly skips what it is for proves nothing.
pub fn find() -> PathBuf {
    if let Some(path) = env::var_os("WSOA_TEST_CLI") {
        let path = PathBuf::from(path);
        assert!(
            is_there(&path),
            "WSOA_TEST_CLI names {}, which is not there",
            path.display()
        );
        return path;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    ["terraform", "tofu"]
        .into_iter()
        .flat_map(|name| env::split_paths(&path).map(move |directory| directory.join(name)).collect::<Vec<_>>())
        .find(|candidate| is_there(candidate))
        .unwrap_or_else(|| {
            panic!(
                "\n\nThese tests run the real CLI, and there is none: install terraform (1.11 or later) or tofu, or \
                 set WSOA_TEST_CLI to its path.\n\n"
            )
        })
}

fn is_there(path: &Path) -> bool {
    // A bare name in WSOA_TEST_CLI is left to the search path.
    path.is_file()
        || path.components().count() == 1
            && env::var_os("PATH")
                .is_some_and(|all| env::split_paths(&all).any(|directory| directory.join(path).is_file()))
}
