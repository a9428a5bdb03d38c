//! A process of its own: while another test starts a program, a file that was just written cannot be started.
#![cfg(unix)]

use std::fs;

use dist::archive::{Archive, start};
use dist::platform::Platform;
use dist::{NAME, VERSION};

#[test]
fn only_a_binary_that_starts_and_is_of_this_version_will_do() {
    let platform = Platform::of("x86_64-unknown-linux-musl").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let try_it = |program: &str| {
        let path = directory.path().join("archive.zip");
        fs::write(&path, Archive::of(program.as_bytes(), &platform).unwrap()).unwrap();
        start(&path).map_err(|error| error.to_string())
    };
    let this = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo {NAME} {VERSION}\n");
    assert_eq!(try_it(&this).unwrap(), format!("{NAME} {VERSION}"));
    for (program, said) in [
        (format!("#!/bin/sh\necho {NAME} 0.0.9\n"), "0.0.9"),
        (
            format!("#!/bin/sh\necho {NAME} {VERSION}; exit 1\n"),
            "exit status: 1",
        ),
        (
            "#!/bin/sh\necho no such library >&2; exit 127\n".to_owned(),
            "no such library",
        ),
        ("\x7fELF".to_owned(), ""),
    ] {
        let refused = try_it(&program).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
}
