//! Text from the tenant, made fit for a log: nothing that cannot be seen, no secrets, not too long.

use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use super::exchange::PLAIN;
use crate::secret::Secret;
use crate::text;

/// Secrets shorter than this many bytes are not looked for: they would turn the text into stars.
const SHORTEST_SECRET: usize = 4;

/// What a secret is replaced by.
const STARS: &str = "[redacted]";

/// Makes `text` fit for a log. `secrets` are those of the request, in case the tenant repeats them.
pub(super) fn clean(text: &str, secrets: &[Secret]) -> String {
    let mut clean = text::line(text);
    let mut spellings: Vec<_> = secrets.iter().flat_map(spellings).collect();
    spellings.sort_unstable_by_key(|spelling| std::cmp::Reverse(spelling.len())); // none cuts a longer one in two
    for spelling in spellings {
        clean = clean.replace(spelling.as_str(), STARS);
    }
    text::item(clean.trim()) // cut last, so that no half secret stays behind
}

/// How the tenant may write a secret that it repeats: as it is, as in a URL, as in our forms, as within JSON.
fn spellings(secret: &Secret) -> Vec<Zeroizing<String>> {
    let plain = secret.expose();
    if plain.len() < SHORTEST_SECRET {
        return Vec::new();
    }
    let quoted = Zeroizing::new(serde_json::Value::from(plain).to_string());
    let mut all: Vec<_> = [
        text::line(plain),
        utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(plain, PLAIN).to_string(),
        text::line(&quoted[1..quoted.len() - 1]),
    ]
    .map(Zeroizing::new)
    .into();
    all.retain(|spelling| !spelling.trim().is_empty());
    all
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
        // As a form has it, as a URL has it, as JSON has it; and the longer one of two goes first.
        let secrets = [
            Secret::new("a-b/c\"d"),
            Secret::new("a-b/"),
            Secret::new("tab\there"),
        ];
        assert_eq!(
            clean(
                "a-b%2Fc%22d a%2Db%2Fc%22d a-b/c\\\"d a-b/c\"d tab\\there tab\there",
                &secrets
            ),
            [STARS; 6].join(" ")
        );
        let secrets = [Secret::new("hunter2/+")];
        let long = format!("{}hunter2/+", "é".repeat(text::LONGEST_ITEM - 3));
        let cut = clean(&long, &secrets);
        assert_eq!(cut.chars().count(), text::LONGEST_ITEM + 1);
        assert!(!cut.contains("hunt"), "{cut}");
    }
}
