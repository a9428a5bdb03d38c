//! `dist`: what `make dist` and the release workflow call.
#![allow(clippy::print_stdout, reason = "that is how it answers")]

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use dist::{Failure, archive, checksums, notes, platform, size};

const USAGE: &str = "\
dist size BINARY [TARGET]      compare the size of a release build with the one that is written down
dist pack BINARY OUT [TARGET]  write archive and SBOM of a binary into the directory OUT
dist start ARCHIVE             start the binary in an archive; fails unless it is of this version
dist complete OUT              add manifest and checksums; fails if OUT holds anything else
dist notes CHANGELOG           print what the changelog says of this version";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["size", binary] => platform::host().and_then(|target| size(binary, &target)),
        ["size", binary, target] => size(binary, target),
        ["pack", binary, out] => platform::host().and_then(|target| pack(binary, &target, out)),
        ["pack", binary, out, target] => pack(binary, target, out),
        ["start", archive] => archive::start(Path::new(archive)).map(|text| println!("{text} starts")),
        ["complete", out] => checksums::complete(Path::new(out)),
        ["notes", file] => notes(file),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn size(binary: &str, target: &str) -> Result<(), Failure> {
    println!("{}", size::check(target, fs::metadata(binary)?.len())?);
    Ok(())
}

/// What is packed here is a release, whose size is looked at first.
fn pack(binary: &str, target: &str, out: &str) -> Result<(), Failure> {
    size(binary, target)?;
    println!(
        "{}",
        dist::pack(Path::new(binary), target, Path::new(out))?.display()
    );
    Ok(())
}

fn notes(file: &str) -> Result<(), Failure> {
    print!("{}", notes::section(&fs::read_to_string(file)?, dist::VERSION)?);
    Ok(())
}
