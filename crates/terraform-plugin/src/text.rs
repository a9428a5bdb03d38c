//! Text that others wrote, on its way to a terminal or a log.
//!
//! A service chooses names, ids and error messages, and whoever can make an object there chooses them, too. Shown as they
//! are, they could move the cursor, color what looks like a message of the CLI, or turn the reading direction. So text
//! from outside is an *item* of a message: on one line, visible, short.

use std::borrow::Cow;

/// The longest item, in characters.
pub const LONGEST_ITEM: usize = 400;

/// Takes the place of what was cut off.
const ELLIPSIS: char = '…';

/// `text` as part of a sentence: what is not printable becomes a space, and the end is cut off after [`LONGEST_ITEM`]
/// characters.
pub fn item(text: &str) -> String {
    let mut characters = text.chars().map(visible);
    let mut item: String = characters.by_ref().take(LONGEST_ITEM).collect();
    if characters.next().is_some() {
        item.push(ELLIPSIS);
    }
    item
}

/// The [`item`] in quotation marks. Quotation marks and backslashes within it are escaped, so that it is clear where it
/// ends.
pub fn quoted(text: &str) -> String {
    let item = item(text);
    let mut quoted = String::with_capacity(item.len() + 2);
    quoted.push('"');
    for c in item.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// `text` on one line: what is not printable becomes a space.
pub fn line(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// `text` with its line breaks: everything else that is not printable becomes a space.
pub fn lines(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { c } else { visible(c) })
        .collect()
}

/// `text`, or its beginning and an ellipsis, in at most `limit` bytes.
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let mut end = limit.saturating_sub(ELLIPSIS.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{ELLIPSIS}", text[..end].trim_end()))
}

fn visible(c: char) -> char {
    if is_printable(c) { c } else { ' ' }
}

/// Whether `c` shows on a terminal and does nothing else there.
///
/// What does not: control characters (Cc), line and paragraph separators (Zl, Zp), format characters (Cf: zero-width
/// ones, bidirectional ones, tags) and whatever else is ignored by default when text is shown (variation selectors,
/// fillers). Source: Unicode 16, `DerivedGeneralCategory.txt` and `DerivedCoreProperties.txt`
/// (`Default_Ignorable_Code_Point`).
pub fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{ad}' // soft hyphen
            | '\u{34f}' // grapheme joiner
            | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' // Arabic, Syriac
            | '\u{61c}' // Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{17b4}' | '\u{17b5}' // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}' // Mongolian selectors
            | '\u{200b}'..='\u{200f}' // zero width, direction marks
            | '\u{2028}'..='\u{202e}' // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}' // word joiner, isolates
            | '\u{fe00}'..='\u{fe0f}' // variation selectors
            | '\u{feff}' // byte order mark
            | '\u{fff0}'..='\u{fffb}' // annotations
            | '\u{110bd}' | '\u{110cd}' // Kaithi
            | '\u{13430}'..='\u{1343f}' // hieroglyph format controls
            | '\u{1bca0}'..='\u{1bca3}' // shorthand format controls
            | '\u{1d173}'..='\u{1d17a}' // musical format controls
            | '\u{e0000}'..='\u{e0fff}' // tags, more variation selectors
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that must never reach a terminal.
    const HIDDEN: [char; 24] = [
        '\0',
        '\u{7}',
        '\u{8}',
        '\t',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{ad}',
        '\u{61c}',
        '\u{200b}',
        '\u{200d}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0041}',
        '\u{e007f}',
    ];

    #[test]
    fn what_cannot_be_seen_becomes_a_space() {
        for c in HIDDEN {
            assert_eq!(item(&format!("a{c}b")), "a b", "{c:?}");
            assert_eq!(quoted(&format!("a{c}b")), "\"a b\"", "{c:?}");
            assert_eq!(lines(&format!("a{c}\nb")), "a \nb", "{c:?}");
        }
        assert_eq!(line("a\nb"), "a b");
        for text in [
            "Okta",
            "Größe",
            "e\u{301}",
            "日本語",
            "עברית",
            "العربية",
            "🔒",
            "a\u{a0}b",
            "{}<>|&$%",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn an_item_is_short_and_its_end_is_clear() {
        let long = "é".repeat(4 << 20);
        assert_eq!(item(&long), format!("{}…", "é".repeat(LONGEST_ITEM)));
        assert_eq!(item(&"x".repeat(LONGEST_ITEM)), "x".repeat(LONGEST_ITEM));
        for (text, shown) in [
            ("", r#""""#),
            (r#"a" or "b"#, r#""a\" or \"b""#),
            (r"a\", r#""a\\""#),
        ] {
            assert_eq!(quoted(text), shown);
        }
    }

    #[test]
    fn a_cut_is_never_within_a_character() {
        for (text, limit, shown) in [
            ("short", 5, "short"),
            ("longer", 5, "lo…"),
            ("ééé", 5, "é…"),
            ("ééé", 6, "ééé"),
            ("a b c d", 6, "a b…"),
            ("ééé", 1, "…"),
        ] {
            assert_eq!(cut(text, limit), shown, "{text} {limit}");
        }
    }
}
