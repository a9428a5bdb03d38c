//! Text from the tenant, made fit for a log: nothing that cannot be seen, no secrets, not too long.
//!
//! A tenant, or a gateway before it, may repeat a secret in a spelling of its own. So a text is also read as whoever
//! wants the secret would read it: see [`unescape`](super::unescape).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use terraform_plugin::secret::Secret;
use terraform_plugin::text;
use zeroize::Zeroizing;

use super::encode::PLAIN;
use super::unescape::readings;

/// Secrets shorter than this many bytes are not looked for: they would turn the text into stars.
const SHORTEST_SECRET: usize = 4;

/// So many bytes of a secret, one after the other, are never shown. All of a shorter one.
const TELLING: usize = 8;

/// The longest text that is looked at, bytes. Far less of it is shown.
const LONGEST_TEXT: usize = 4 << 10;

/// What a secret is replaced by.
const STARS: &str = "[redacted]";

/// What a text is replaced by that spells a secret across its words.
const DROPPED: &str = "[a text that repeats a secret]";

/// Makes `text` fit for a log. `secrets` are those of the request, in case the tenant repeats them.
///
/// A secret that is written as it is, or as a request writes it, is replaced. A word that spells eight characters of one
/// in any other way is replaced as a whole.
pub(in crate::access) fn clean(text: &str, secrets: &[Secret]) -> String {
    Redactor::new(secrets).clean(text)
}

/// The same for several texts of one answer: how the secrets may be written is found out once.
pub(in crate::access) struct Redactor {
    /// The longest first, so that none cuts a longer one in two.
    spellings: Vec<Zeroizing<String>>,
    fragments: Vec<Fragments>,
}

impl Redactor {
    pub fn new(secrets: &[Secret]) -> Self {
        let mut spellings: Vec<_> = secrets.iter().flat_map(spellings).collect();
        spellings.sort_unstable_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        Self {
            spellings,
            fragments: secrets.iter().filter_map(Fragments::of).collect(),
        }
    }

    /// Makes `text` fit for a log.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = Zeroizing::new(text::line(&text::cut(text, LONGEST_TEXT)));
        for spelling in &self.spellings {
            clean = Zeroizing::new(clean.replace(spelling.as_str(), STARS));
        }
        let words = clean
            .split(' ')
            .map(|word| if self.is_told(word) { STARS } else { word });
        let clean = Zeroizing::new(words.collect::<Vec<_>>().join(" "));
        if self.is_told(&clean) {
            return DROPPED.to_owned();
        }
        text::item(clean.trim()) // cut last, so that no half secret stays behind
    }

    fn is_told(&self, text: &str) -> bool {
        if self.fragments.is_empty() {
            return false;
        }
        readings(text).iter().any(|reading| {
            let reading = comparable(reading);
            self.fragments
                .iter()
                .any(|fragments| fragments.occur_in(&reading))
        })
    }
}

/// How a request writes a secret, and how it shows as it is: so it is found in the middle of a word, too.
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

/// All parts of a secret of [`TELLING`] bytes, which is what must not be shown of it.
struct Fragments {
    length: usize,
    /// Each as a number, and all in order: every part of a text is looked up among them.
    parts: Zeroizing<Vec<u64>>,
}

impl Fragments {
    fn of(secret: &Secret) -> Option<Self> {
        let secret = comparable(secret.expose().as_bytes());
        let length = secret.len().min(TELLING);
        if secret.len() < SHORTEST_SECRET || is_blank(&secret) {
            return None;
        }
        let mut parts = Zeroizing::new(Vec::with_capacity(secret.len()));
        let telling = secret.windows(length).filter(|part| !is_blank(part));
        parts.extend(telling.map(number));
        parts.sort_unstable();
        Some(Self { length, parts })
    }

    fn occur_in(&self, text: &[u8]) -> bool {
        let mut windows = text.windows(self.length);
        windows.any(|window| self.parts.binary_search(&number(window)).is_ok())
    }
}

/// At most [`TELLING`] bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| *byte == b' ')
}

/// `text` without what is lost on the way to a log (what cannot be seen), or does not matter: case, and the space that a
/// form writes as a plus sign.
fn comparable(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let visible = Zeroizing::new(text::line(&Zeroizing::new(
        String::from_utf8_lossy(text).into_owned(),
    )));
    let bytes = visible.bytes().map(|byte| match byte {
        b'+' => b' ',
        byte => byte.to_ascii_lowercase(),
    });
    let mut comparable = Zeroizing::new(Vec::with_capacity(visible.len()));
    comparable.extend(bytes);
    comparable
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;
    use crate::access::client_secret;

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

    /// Each byte written by `byte`.
    fn each(secret: &str, byte: impl Fn(u8) -> String) -> String {
        secret.bytes().map(byte).collect()
    }

    #[test]
    fn a_secret_is_recognised_however_the_tenant_spells_it() {
        let secret = "S3cr&t/<\"value\">+%'x=42";
        let html = secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('/', "&sol;");
        let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let spelled = [
            secret.to_owned(),
            secret.to_uppercase(),
            secret[2..14].to_owned(), // not all of it
            percent.to_lowercase(),
            percent.replace('%', "%25"),
            percent.replace('%', "%2525"),
            percent.replace('%', "&#37;"),
            each(secret, |byte| format!("%{byte:02x}")),
            html.clone(),
            html.replace('&', "&amp;"),
            html.replace('&', r"\u0026"),
            each(secret, |byte| format!("&#{byte};")),
            each(secret, |byte| format!("&#x{byte:X};")),
            each(secret, |byte| format!(r"\u00{byte:02x}")),
            each(secret, |byte| format!(r"\\u00{byte:02X}")),
            each(secret, |byte| format!(r"\x{byte:02x}")),
            each(secret, |byte| format!("{byte:02x}")),
            each(secret, |byte| format!("{byte:02X}")),
            STANDARD.encode(secret),
            STANDARD.encode(format!("client:{secret}")),
            STANDARD.encode(format!("a.client:{secret}")).replace('=', "%3D"),
            URL_SAFE_NO_PAD.encode(format!("{{\"secret\":\"{secret}\"}}")),
            STANDARD.encode(STANDARD.encode(secret)),
            STANDARD.encode(percent.to_lowercase()),
        ];
        for spelling in spelled {
            for (before, after) in [("", ""), ("secret=", ";"), ("(x", ")"), ("{\"a\":\"", "\"}")] {
                let text = format!("The value {before}{spelling}{after} is wrong");
                let clean = clean(&text, &[Secret::new("another-one"), Secret::new(secret)]);
                assert!(
                    clean.starts_with("The value ") && clean.ends_with(" is wrong") && clean.contains(STARS),
                    "{text}: {clean}"
                );
                let left = clean.replace(STARS, "");
                assert!(
                    left.len() <= text.len() - spelling.len().min(8),
                    "{text}: {clean}"
                );
                assert!(!left.contains(&spelling), "{text}: {clean}");
            }
        }
    }

    /// What looks like an escape may be one of the secret's own characters.
    #[test]
    fn a_secret_that_looks_like_an_escape_is_recognised_in_another_one() {
        for (secret, spelled) in [
            (r"S3cr&\\gg", r"S3cr&amp;\\gg"),
            ("S3cr%2f&gg", "S3cr%2f&#38;gg"),
            ("S3cr&amp;%gg", "S3cr&amp;%25gg"),
        ] {
            assert_eq!(
                clean(&format!("a {spelled} z"), &[Secret::new(secret)]),
                "a [redacted] z",
                "{spelled}"
            );
        }
    }

    #[test]
    fn a_text_that_spells_a_secret_across_its_words_is_dropped() {
        let secrets = [Secret::new("correct horse battery")];
        for (text, clean_text) in [
            ("no: correct horse battery!", "no: [redacted]!"),
            ("no: correct+horse+battery!", STARS),
            ("no: correct%20horse", STARS),
            ("no: c%6Frrect horse", DROPPED),
            ("no: horse correct", "no: horse correct"), // a word of it is none
        ] {
            let clean = clean(text, &secrets);
            assert!(
                clean == clean_text || clean.ends_with(clean_text),
                "{text}: {clean}"
            );
            assert!(!clean.contains("orrect h"), "{text}: {clean}");
        }
    }

    #[test]
    fn a_text_without_a_secret_is_left_alone() {
        let secrets = [client_secret::generate(), Secret::new("x"), Secret::new("    ")];
        for text in [
            "User is not authorized to perform the task.",
            "invalid_client: 100% wrong &amp; so on; \\u0041, 0123456789abcdef0123456789abcdef",
            "eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiIwYmVlOTFlMiJ9.c2lnbmF0dXJl",
            "    x    ",
        ] {
            assert_eq!(clean(text, &secrets), text.trim(), "{text}");
        }
    }
}
