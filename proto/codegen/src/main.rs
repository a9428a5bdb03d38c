//! Renews the checked-in code of both sides.

use std::{error::Error, fs};

use proto_codegen::{Side, generate};

fn main() -> Result<(), Box<dyn Error>> {
    for side in Side::ALL {
        let out = side.checked_in();
        fs::create_dir_all(&out)?;
        generate(side, &out)?;
    }
    Ok(())
}
