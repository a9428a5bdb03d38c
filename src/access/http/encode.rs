//! Text as part of an address or a form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::Error;

/// What needs no encoding in a path segment or a form; `@` may stay too, as client ids have it (EVIDENCE Q24).
pub(in crate::access) const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// `id` as a path segment. Empty ids and the two that mean a directory are refused: they would address something else.
pub(in crate::access) fn segment(id: &str) -> Result<String, Error> {
    if matches!(id, "" | "." | "..") {
        return Err(Error::configuration(format!("{id:?} cannot be an id")));
    }
    Ok(utf8_percent_encode(id, PLAIN).to_string())
}
