//! How a directory of type Other is made on a tenant that wants it otherwise than the evidence says.
//!
//! When the product moved to `application/json`, paths that several vendor types shared were split, and where the one
//! of this request went is not public (EVIDENCE 0.2). So it is never guessed, only told.

use percent_encoding::percent_decode_str;

/// Why a text is no media type for a creation, or no path for one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreationError {
    /// Not of the form `type/subtype`.
    #[error("give a whole media type, such as application/json, without parameters")]
    NoMediaType,
    /// The request is JSON.
    #[error("the request is JSON: give application/json, or a type that ends with +json")]
    NotJson,
    /// An address, or a path without a slash in front.
    #[error(
        "give a path below the tenant's URL that begins with one slash, such as /SAAS/jersey/manager/api/…"
    )]
    NoPath,
    /// A query or a fragment.
    #[error("the path must not have a query or a fragment (the part from ? or # on)")]
    TooMuch,
    /// A segment that is empty, or `.` or `..` however they are written.
    #[error("the path must not have segments that are empty, . or ..")]
    Segment,
    /// Something that a path has to encode.
    #[error("percent-encode what is not a letter, a digit or one of - . _ ~ ! $ & ' ( ) * + , ; = : @")]
    Character,
}

/// Media type and path of the request, where they are not the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryCreation {
    pub(in crate::access) media_type: Option<String>,
    pub(in crate::access) path: Option<String>,
}

impl DirectoryCreation {
    /// As the tenant's documentation says: a JSON media type such as `application/json`, and an encoded path below the
    /// tenant URL.
    pub fn new(media_type: Option<&str>, path: Option<&str>) -> Result<Self, CreationError> {
        if let Some(text) = media_type {
            check_media_type(text)?;
        }
        if let Some(text) = path {
            check_path(text)?;
        }
        Ok(Self {
            media_type: media_type.map(str::to_owned),
            path: path.map(str::to_owned),
        })
    }

    /// Whether it is the way that the evidence has.
    pub(in crate::access) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

fn check_media_type(text: &str) -> Result<(), CreationError> {
    // a token of RFC 9110, 5.6.2
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    match text.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) && text.len() <= 256 => {}
        _ => return Err(CreationError::NoMediaType),
    }
    let text = text.to_ascii_lowercase();
    if text == "application/json" || text.ends_with("+json") {
        Ok(())
    } else {
        Err(CreationError::NotJson)
    }
}

fn check_path(text: &str) -> Result<(), CreationError> {
    let below = text.strip_prefix('/').ok_or(CreationError::NoPath)?;
    if below.is_empty() || below.starts_with(['/', '\\']) || text.len() > 1024 {
        return Err(CreationError::NoPath);
    }
    if text.contains(['?', '#']) {
        return Err(CreationError::TooMuch);
    }
    for segment in below.split('/') {
        let plain = percent_decode_str(segment).decode_utf8_lossy();
        if matches!(&*plain, "" | "." | "..") {
            return Err(CreationError::Segment);
        }
        if !is_encoded(segment) {
            return Err(CreationError::Character);
        }
    }
    Ok(())
}

/// Whether a segment holds nothing but what RFC 3986, 3.3 allows.
fn is_encoded(segment: &str) -> bool {
    let mut escapes = segment.split('%');
    let is_plain = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c))
    };
    let begins_well = escapes.next().is_none_or(is_plain);
    begins_well
        && escapes.all(|rest| match rest.split_at_checked(2) {
            Some((digits, rest)) => digits.chars().all(|c| c.is_ascii_hexdigit()) && is_plain(rest),
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_whole_and_json() {
        use CreationError::{NoMediaType, NotJson};
        for (text, said) in [
            ("application/json", Ok(())),
            ("Application/JSON", Ok(())),
            ("application/vnd.acme.directory.other+json", Ok(())),
            ("json", Err(NoMediaType)),
            ("vendor", Err(NoMediaType)),
            ("", Err(NoMediaType)),
            ("/json", Err(NoMediaType)),
            ("application/", Err(NoMediaType)),
            ("application/json; charset=UTF-8", Err(NoMediaType)),
            ("application/json\r\nX: y", Err(NoMediaType)),
            ("application/json, text/html", Err(NoMediaType)),
            ("text/plain", Err(NotJson)),
            ("application/*", Err(NotJson)),
        ] {
            assert_eq!(check_media_type(text), said, "{text:?}");
        }
    }

    #[test]
    fn paths_stay_below_the_tenant() {
        use CreationError::{Character, NoPath, Segment, TooMuch};
        for (text, said) in [
            (
                "/SAAS/jersey/manager/api/connectormanagement/directoryconfigs/other",
                Ok(()),
            ),
            ("/a%20b/c@d", Ok(())),
            ("", Err(NoPath)),
            ("/", Err(NoPath)),
            ("SAAS/x", Err(NoPath)),
            ("//elsewhere.example/x", Err(NoPath)),
            ("/\\elsewhere.example/x", Err(NoPath)),
            ("https://elsewhere.example/x", Err(NoPath)),
            ("/x?y", Err(TooMuch)),
            ("/x#y", Err(TooMuch)),
            ("/x/../y", Err(Segment)),
            ("/x/%2E%2e/y", Err(Segment)),
            ("/x/./y", Err(Segment)),
            ("/x//y", Err(Segment)),
            ("/x/", Err(Segment)),
            ("/a b", Err(Character)),
            ("/a\\b", Err(Character)),
            ("/a\nb", Err(Character)),
            ("/a%2", Err(Character)),
            ("/a%zz", Err(Character)),
            ("/ä", Err(Character)),
        ] {
            assert_eq!(check_path(text), said, "{text:?}");
        }
    }
}
