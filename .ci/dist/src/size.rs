//! How large a release build is, against the sizes that are written down here.

use super::Failure;

/// Bytes by target. Whoever makes the binary larger on purpose, or smaller, writes down the new size.
const SIZES: [(&str, u64); 2] = [
    ("x86_64-unknown-linux-gnu", 4_995_656),
    ("x86_64-unknown-linux-musl", 5_122_776),
];

/// By how many percent a build may differ from what is written down: compilers differ as well.
const TOLERANCE: u64 = 3;

/// What a build for any other target may have, in bytes.
const MOST: u64 = 10_000_000;

/// Says how large a build is, or what is wrong with that.
pub fn check(target: &str, size: u64) -> Result<String, Failure> {
    let Some((_, stored)) = SIZES.iter().find(|(name, _)| *name == target) else {
        if size > MOST {
            return Err(format!("{size} bytes for {target}, where {MOST} are the most").into());
        }
        return Ok(format!(
            "{size} bytes; no size is written down for {target}, where {MOST} are the most"
        ));
    };
    if size.abs_diff(*stored) * 100 > stored * TOLERANCE {
        return Err(format!(
            "{size} bytes for {target}, which is more than {TOLERANCE} % off the {stored} of .ci/dist/src/size.rs. Find \
             out what it comes from (a crate, a feature of one), or write down the new size there."
        )
        .into());
    }
    Ok(format!("{size} bytes, {stored} are written down for {target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_is_off_fails_and_every_other_one_is_told() {
        let (known, stored) = SIZES[0];
        let other = "aarch64-apple-darwin";
        for (target, size, is_fine) in [
            (known, stored, true),
            (known, stored + stored / 50, true),
            (known, stored - stored / 50, true),
            (known, stored + stored / 30, false),
            (known, stored - stored / 30, false),
            (known, 0, false),
            (other, stored, true),
            (other, MOST + 1, false),
        ] {
            let said = check(target, size).map_err(|failure| failure.to_string());
            assert_eq!(said.is_ok(), is_fine, "{said:?}");
            let said = said.unwrap_or_else(|failure| failure);
            assert!(
                said.contains(&size.to_string()) && said.contains(target),
                "{said}"
            );
        }
    }
}
