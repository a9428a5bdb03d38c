//! The checked-in code is what `proto/` says.

use std::fs;
use std::path::Path;

use proto_codegen::{FILES, checked_in, generate};

#[test]
fn checked_in_code_is_up_to_date() {
    let fresh = tempfile::tempdir().unwrap();
    generate(fresh.path()).unwrap();
    for file in FILES {
        let checked_in = checked_in().join(file);
        assert!(
            same(&checked_in, &fresh.path().join(file)),
            "{} is not what the files in proto/ make: run `make generate` and commit the result",
            checked_in.display()
        );
    }
}

fn same(a: &Path, b: &Path) -> bool {
    fs::read(a).ok() == fs::read(b).ok()
}
