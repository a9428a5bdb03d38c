//! What a text may say when its escapes are undone: percent-encoding, HTML, JSON, base64 and hex, and one in the other.

use zeroize::Zeroizing;

/// How often one layer of escapes is looked for below another.
const LAYERS: usize = 4;

/// So many readings of one text are tried at most, and four times as many of all that it may encode.
const MOST_READINGS: usize = 32;

/// How often base64 or hex is looked for within what base64 or hex said.
const ENCODINGS: usize = 2;

/// Base64 and hex of fewer characters than this say too little to matter.
const SHORTEST_RUN: usize = 6;

type Bytes = Zeroizing<Vec<u8>>;

/// `text` as it is, and everything that it may mean.
pub(in crate::access) fn readings(text: &str) -> Vec<Bytes> {
    let mut all: Vec<Bytes> = Vec::new();
    let mut latest = unescaped(Zeroizing::new(text.as_bytes().to_vec()));
    for round in 0..=ENCODINGS {
        latest.retain(|reading| !all.contains(reading));
        let next = if round < ENCODINGS {
            latest
                .iter()
                .flat_map(|reading| decoded(reading))
                .flat_map(unescaped)
                .take(4 * MOST_READINGS)
                .collect()
        } else {
            Vec::new()
        };
        all.append(&mut latest);
        latest = next;
    }
    all
}

/// `text`, and what it says with one, two and more layers of escapes undone. Each kind is undone by itself: what looks
/// like another kind may be part of the secret.
fn unescaped(text: Bytes) -> Vec<Bytes> {
    if !text.iter().any(|byte| b"%&\\".contains(byte)) {
        return vec![text];
    }
    let mut all = vec![text];
    let mut outer = 0..1;
    for _ in 0..LAYERS {
        for at in outer.clone() {
            for undo in [percent, reference, backslash] {
                let inner = without(&all[at], undo);
                if all.len() < MOST_READINGS && !all.contains(&inner) {
                    all.push(inner);
                }
            }
        }
        outer = outer.end..all.len();
    }
    all
}

/// One layer less of one kind of escapes.
fn without(text: &[u8], undo: fn(&[u8]) -> Option<(Unit, usize)>) -> Bytes {
    let mut inner = Zeroizing::new(Vec::with_capacity(text.len() * 2)); // roomy, so that growing leaves no copies behind
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let length = match undo(rest) {
            Some((Unit::Byte(byte), length)) => {
                inner.push(byte);
                length
            }
            Some((Unit::Char(c), length)) => {
                inner.extend(c.encode_utf8(&mut [0; 4]).bytes());
                length
            }
            None => {
                inner.push(first);
                1
            }
        };
        rest = &rest[length..];
    }
    inner
}

enum Unit {
    Byte(u8),
    Char(char),
}

/// `%2F`, in either case.
fn percent(text: &[u8]) -> Option<(Unit, usize)> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    Some((Unit::Byte(u8::try_from(number(digits, 16)?).ok()?), 3))
}

/// `&amp;`, `&#47;`, `&#x2F;`.
fn reference(text: &[u8]) -> Option<(Unit, usize)> {
    text.strip_prefix(b"&")?;
    let end = text.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[1..end]).ok()?;
    let c = match name.strip_prefix('#') {
        Some(digits) => char::from_u32(match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits.as_bytes(), 16)?,
            None => number(digits.as_bytes(), 10)?,
        })?,
        None => NAMES.iter().find(|(it, _)| *it == name)?.1,
    };
    Some((Unit::Char(c), end + 1))
}

/// `\n`, `\"`, `\x2f`, `\u002f`, and the pairs of `\u` that stand for one character.
fn backslash(text: &[u8]) -> Option<(Unit, usize)> {
    let unit = |at: usize| match text.get(at..at + 2)? {
        b"\\u" => number(text.get(at + 2..at + 6)?, 16).and_then(|unit| u16::try_from(unit).ok()),
        _ => None,
    };
    Some(match text.strip_prefix(b"\\")?.first()? {
        b'u' => {
            let units = [unit(0)?, unit(6).unwrap_or_default()];
            let c = char::decode_utf16(units).next()?.ok()?;
            (Unit::Char(c), c.len_utf16() * 6)
        }
        b'x' => (Unit::Byte(u8::try_from(number(text.get(2..4)?, 16)?).ok()?), 4),
        b'n' => (Unit::Char('\n'), 2),
        b't' => (Unit::Char('\t'), 2),
        b'r' => (Unit::Char('\r'), 2),
        b'b' => (Unit::Char('\u{8}'), 2),
        b'f' => (Unit::Char('\u{c}'), 2),
        byte if byte.is_ascii_punctuation() => (Unit::Byte(*byte), 2),
        _ => return None,
    })
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let all = digits.iter().all(|digit| char::from(*digit).is_digit(radix)); // from_str_radix takes a sign as well
    let text = std::str::from_utf8(digits).ok().filter(|_| all)?;
    u32::from_str_radix(text, radix).ok()
}

/// HTML's names of what is neither letter nor digit in ASCII (HTML standard, 13.5).
const NAMES: [(&str, char); 41] = [
    ("AMP", '&'),
    ("GT", '>'),
    ("Hat", '^'),
    ("LT", '<'),
    ("NewLine", '\n'),
    ("QUOT", '"'),
    ("Tab", '\t'),
    ("UnderBar", '_'),
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("gt", '>'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsqb", '['),
    ("lt", '<'),
    ("nbsp", ' '),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("sol", '/'),
    ("verbar", '|'),
];

/// What the base64 and the hex in `text` say. Where it begins need not show, so each place of a unit is tried.
fn decoded(text: &[u8]) -> Vec<Bytes> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let (base64, hex) = (
        runs(text, |byte| sextet(byte).is_some()),
        runs(text, |byte| hex(byte).is_some()),
    );
    let mut all = Vec::new();
    for skipped in 0..4 {
        all.extend(base64.iter().map(|run| bits(&run[skipped..], 6, sextet)));
    }
    for skipped in 0..2 {
        all.extend(
            hex.iter()
                .map(|run| bits(&run[skipped..], 4, |byte| char::from(byte).to_digit(16))),
        );
    }
    all
}

fn runs(text: &[u8], belongs: impl Fn(u8) -> bool) -> Vec<&[u8]> {
    let runs = text.split(|byte| !belongs(*byte));
    runs.filter(|run| run.len() >= SHORTEST_RUN).collect()
}

/// The value of a character of base64, in either of its alphabets.
fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// The bytes that characters of `width` bits each make up.
fn bits(run: &[u8], width: u32, value: impl Fn(u8) -> Option<u32>) -> Bytes {
    let mut bytes = Zeroizing::new(Vec::with_capacity(run.len()));
    let (mut held, mut count) = (0_u32, 0);
    for value in run.iter().filter_map(|byte| value(*byte)) {
        held = held << width | value;
        count += width;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count).to_le_bytes()[0]);
            held &= (1 << count) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_of_escapes_is_undone() {
        for (text, inner) in [
            ("a%2Fb%2fc%2", "a/b/c%2"),
            ("%252f %+1", "%2f %+1"),
            ("&amp;&lt;&#47;&#x2F;&#X2f;&sol;", "&<////"),
            (
                "&unknown; & &#99999999; &#xD800; &",
                "&unknown; & &#99999999; &#xD800; &",
            ),
            (r#"\u0026\"\/\\\n\x2f"#, "&\"/\\\n/"),
            (r"\ud83d\ude00\ud83d \u12 \", "\u{1f600}\\ud83d \\u12 \\"),
        ] {
            let readings = unescaped(Zeroizing::new(text.as_bytes().to_vec()));
            assert!(readings.iter().any(|it| ***it == *inner.as_bytes()), "{text}");
        }
    }

    #[test]
    fn base64_and_hex_are_read_wherever_they_begin() {
        for text in [
            "aHVudGVyMi8rPw==",
            "xaHVudGVyMi8rPw",
            "xxaHVudGVyMi8rPw",
            "xxxaHVudGVyMi8rPw",
            "aHVudGVyMi8rPw%3D%3D",
            "68756e746572322f2b3f",
            "a68756E746572322F2B3F",
        ] {
            let found = readings(text)
                .iter()
                .any(|it| it.windows(10).any(|part| part == b"hunter2/+?"));
            assert!(found, "{text}");
        }
    }

    #[test]
    fn the_most_nested_text_has_an_end() {
        let text = "%25".repeat(1000) + &"QUFB".repeat(1000) + &r"\\".repeat(1000);
        assert!(readings(&text).len() < 2000);
    }
}
