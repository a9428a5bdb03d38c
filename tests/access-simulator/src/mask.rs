//! How a secret looks to a reader.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

use crate::choices::SecretRead;

/// What an answer carries as `secret`; nothing when it leaves the field out. Where there is no secret, there is
/// nothing to mask.
pub(crate) fn shown(secret: &str, how: SecretRead) -> Option<String> {
    let mask = match how {
        SecretRead::Omit => return None,
        SecretRead::Blank => "",
        SecretRead::Clear => secret,
        _ if secret.is_empty() => "",
        SecretRead::Stars => "********",
        SecretRead::Dots => "••••••••",
        SecretRead::Crosses => "xxxxxxxx",
        SecretRead::Hidden => "[hidden]",
        SecretRead::LastFour => return Some(last_four(secret)),
        SecretRead::Sha256 => return Some(sha256(secret)),
    };
    Some(mask.to_owned())
}

fn last_four(secret: &str) -> String {
    let start = secret.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
    format!("****{}", &secret[start..])
}

/// In hexadecimal digits.
pub(crate) fn sha256(secret: &str) -> String {
    let mut digits = String::new();
    for byte in digest(&SHA256, secret.as_bytes()).as_ref() {
        let _ = write!(digits, "{byte:02x}"); // writing to a string cannot fail
    }
    digits
}
