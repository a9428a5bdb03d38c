//! Text from the tenant, made fit for a log: no control characters, no secrets, not too long.

use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use crate::secret::Secret;

/// The longest text that is taken over from the tenant, in characters.
const LONGEST: usize = 400;

/// Secrets shorter than this many bytes are not looked for: they would turn the text into stars.
const SHORTEST_SECRET: usize = 4;

/// What a secret is replaced by.
const STARS: &str = "[redacted]";

/// Makes `text` fit for a log. `secrets` are those of the request, in case the tenant repeats them.
pub(super) fn clean(text: &str, secrets: &[Secret]) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| if is_unprintable(c) { ' ' } else { c })
        .collect();
    for secret in secrets {
        let plain = secret.expose();
        if plain.len() < SHORTEST_SECRET {
            continue;
        }
        clean = clean.replace(plain, STARS);
        let encoded = utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string();
        if encoded != plain {
            clean = clean.replace(&encoded, STARS);
        }
    }
    let clean = clean.trim();
    match clean.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &clean[..end]), // cut last, so that no half secret stays behind
        None => clean.to_owned(),
    }
}

/// Control characters, and those that change the direction of text on a terminal.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_control_characters_go_and_length_is_bounded() {
        let secrets = [Secret::new("hunter2/+"), Secret::new("abc")];
        assert_eq!(
            clean("bad\u{1b}[31m hunter2/+ hunter2%2F%2B abc\r\n", &secrets),
            "bad [31m [redacted] [redacted] abc"
        );
        let long = format!("{}hunter2/+", "é".repeat(LONGEST - 3));
        let cut = clean(&long, &secrets);
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(!cut.contains("hunt"), "{cut}");
    }
}
