//! Renews the checked-in code.

use std::error::Error;
use std::fs;

use proto_codegen::{checked_in, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let out = checked_in();
    fs::create_dir_all(&out)?;
    generate(&out)
}
