//! Configuration that a user can paste.

use std::fmt::Write as _;

use crate::text;

/// `text` as a string of the configuration language, quotation marks included, which evaluates to exactly `text`.
///
/// Source: the HCL syntax specification, "Template Expressions" and "Quoted Template Expressions": the escapes `\n`,
/// `\r`, `\t`, `\"`, `\\`, `\uNNNN` and `\UNNNNNNNN`, and `$${` and `%%{` for what would begin a template sequence.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' => {
                quoted.push(c);
                if characters.peek() == Some(&'{') {
                    quoted.push(c);
                }
            }
            c if text::is_printable(c) => quoted.push(c),
            c => {
                let code = u32::from(c);
                let _ = match code {
                    0..=0xffff => write!(quoted, "\\u{code:04x}"), // a string takes everything
                    _ => write!(quoted, "\\U{code:08x}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// The block that takes the object `id` over as the resource `resource_type.NAME`, indented, so that the CLI does not
/// wrap it.
///
/// `None` for an id of more than [`text::LONGEST_ITEM`] characters: nobody pastes that, and the block is never cut.
pub fn import_block(resource_type: &str, id: &str) -> Option<String> {
    if id.chars().nth(text::LONGEST_ITEM).is_some() {
        return None;
    }
    let id = quote(id);
    Some(format!(
        "  import {{\n    to = {resource_type}.NAME\n    id = {id}\n  }}"
    ))
}

/// A name that can be written in a configuration, and that is in lower case.
#[cfg(feature = "testing")]
pub(crate) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_means_what_it_was_made_of() {
        for (text, quoted) in [
            ("", r#""""#),
            ("okta-scim", r#""okta-scim""#),
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("a\nb\tc\r", r#""a\nb\tc\r""#),
            ("${var.x}", r#""$${var.x}""#),
            ("%{ if true }", r#""%%{ if true }""#),
            ("$${x}", r#""$$${x}""#),
            ("$ {} 100% $$ %", r#""$ {} 100% $$ %""#),
            ("\u{1b}[32mApply complete!", r#""\u001b[32mApply complete!""#),
            ("a\u{202e}b\u{feff}", r#""a\u202eb\ufeff""#),
            ("\u{e0041}", r#""\U000e0041""#),
            ("日本語 é", r#""日本語 é""#),
        ] {
            assert_eq!(quote(text), quoted, "{text:?}");
        }
    }

    #[test]
    fn an_import_block_is_whole_or_not_there() {
        assert_eq!(
            import_block("acme_thing", "a\"b").as_deref(),
            Some("  import {\n    to = acme_thing.NAME\n    id = \"a\\\"b\"\n  }")
        );
        assert!(import_block("t", &"é".repeat(text::LONGEST_ITEM)).is_some());
        assert_eq!(import_block("t", &"é".repeat(text::LONGEST_ITEM + 1)), None);
    }
}
