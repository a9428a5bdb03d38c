//! What a value costs, told from its bytes before anything is made of them: one byte of it can become hundreds.
//!
//! Text costs what it is long, and the size of a message bounds that. What has to be counted is the values in it.

use rmp::Marker;

use super::{Dynamic, Number, Object};

/// The most values, all those inside others counted, in one object, configuration or argument: far more than anybody has
/// use for, such as 20,000 domains of one directory. Each costs some 700 bytes at worst, while it is read.
pub const MOST_VALUES: usize = 20_000;

/// The longest JSON of one object, bytes.
pub const MOST_JSON: usize = 6 << 20;

/// What a value takes in a state file beside what it says: brackets, quotes, a comma, and the line of its own that core
/// gives it (Terraform `internal/states/statefile/version4.go`).
const AROUND: usize = 32;

/// Whether what an object becomes in a state file may be more than is read back from there: then it must not get there.
pub fn is_too_much_to_store(object: &Object) -> bool {
    members(object) > MOST_JSON
}

/// Bytes of JSON, rather more than there will be.
fn json(value: &Dynamic) -> usize {
    let said = match value {
        Dynamic::String(text) => escaped(text),
        Dynamic::Secret(text) => escaped(text.expose()), // their number alone
        Dynamic::Sequence(elements) => elements.iter().map(json).sum(),
        Dynamic::Map(entries) | Dynamic::Object(entries) => members(entries),
        Dynamic::Number(Number::Text(digits)) => digits.len(),
        Dynamic::Null | Dynamic::Unknown | Dynamic::Bool(_) | Dynamic::Number(_) => 0,
    };
    said.saturating_add(AROUND)
}

fn members(entries: &Object) -> usize {
    let members = entries.iter().map(|(name, value)| escaped(name) + json(value));
    members.sum()
}

/// Bytes of `text` as Go's `encoding/json` writes it, which escapes what HTML would take for its own.
fn escaped(text: &str) -> usize {
    let lengths = text.chars().map(|character| match character {
        '"' | '\\' => 2,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' | '\u{7f}' => 6,
        _ => character.len_utf8(),
    });
    lengths.sum()
}

/// Whether JSON is longer than [`MOST_JSON`], or has more than [`MOST_VALUES`] in it.
///
/// A value is the first of all, the first inside a bracket, or it follows a comma. Of what is not JSON nothing is said that
/// its reader would not find.
pub fn is_too_much_json(json: &[u8]) -> bool {
    let mut values: usize = 1;
    let mut in_text = false;
    let mut is_escaped = false;
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    json.len() > MOST_JSON || values > MOST_VALUES
}

/// Whether `MessagePack` has more than [`MOST_VALUES`] in it, names of attributes and keys included. Of what is not
/// `MessagePack` nothing is said that its reader would not find.
pub fn is_too_much_msgpack(bytes: &[u8]) -> bool {
    markers(bytes).nth(MOST_VALUES).is_some()
}

/// Whether a value in this begins with the byte that begins none: the reader takes it for null.
pub fn has_reserved(bytes: &[u8]) -> bool {
    markers(bytes).any(|marker| marker == Marker::Reserved)
}

/// What each value in `MessagePack` begins with.
fn markers(mut bytes: &[u8]) -> impl Iterator<Item = Marker> {
    std::iter::from_fn(move || {
        let (first, rest) = bytes.split_first()?;
        let marker = Marker::from_u8(*first);
        let skipped = match marker {
            Marker::FixStr(length) => length.into(),
            Marker::Str8 | Marker::Bin8 => 1 + number(rest, 1),
            Marker::Str16 | Marker::Bin16 => 2 + number(rest, 2),
            Marker::Str32 | Marker::Bin32 => 4 + number(rest, 4),
            Marker::Ext8 => 2 + number(rest, 1),
            Marker::Ext16 => 3 + number(rest, 2),
            Marker::Ext32 => 5 + number(rest, 4),
            Marker::U8 | Marker::I8 => 1,
            Marker::U16 | Marker::I16 | Marker::FixExt1 | Marker::Array16 | Marker::Map16 => 2,
            Marker::FixExt2 => 3,
            Marker::U32 | Marker::I32 | Marker::F32 | Marker::Array32 | Marker::Map32 => 4,
            Marker::FixExt4 => 5,
            Marker::U64 | Marker::I64 | Marker::F64 => 8,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::FixPos(_)
            | Marker::FixNeg(_)
            | Marker::FixMap(_)
            | Marker::FixArray(_)
            | Marker::Null
            | Marker::Reserved
            | Marker::False
            | Marker::True => 0,
        };
        bytes = rest.get(skipped..).unwrap_or_default();
        Some(marker)
    })
}

/// The number that the first `count` of `bytes` are, 0 where there are fewer.
fn number(bytes: &[u8], count: usize) -> usize {
    let read = bytes.get(..count).unwrap_or_default();
    read.iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::secret::Secret;

    fn unpacked(json: &Value) -> rmpv::Value {
        match json {
            Value::Null => rmpv::Value::Nil,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => whole.into(),
                None => number.as_f64().expect("a float").into(),
            },
            Value::String(text) => text.as_str().into(),
            Value::Array(elements) => elements.iter().map(unpacked).collect::<Vec<_>>().into(),
            Value::Object(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| (key.as_str().into(), unpacked(value)));
                rmpv::Value::Map(entries.collect())
            }
        }
    }

    fn packed(json: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &unpacked(json)).expect("MessagePack");
        bytes
    }

    #[test]
    fn values_are_counted_and_not_bytes() {
        let list = |element: Value, count: usize| json!(vec![element; count]);
        let text = "[,{\"\\".repeat(MOST_VALUES);
        let cases = [
            (list(json!(null), MOST_VALUES - 1), false),
            (list(json!(null), MOST_VALUES), true),
            (list(json!({}), MOST_VALUES / 2 - 1), false),
            (list(json!({ "a": 1 }), MOST_VALUES), true),
            (list(json!([[]]), MOST_VALUES), true),
            (list(json!("x".repeat(300)), 5_000), false),
            (list(json!([1.5, -1, 70_000, "x".repeat(40), true]), 3_000), false),
            (list(json!([1.5, -1, 70_000, "x".repeat(40), true]), 4_000), true),
            (json!({ "reason": text }), false),
            (json!({ "reason": "x".repeat(MOST_JSON - 100) }), false),
        ];
        for (number, (value, too_much)) in cases.iter().enumerate() {
            assert_eq!(
                is_too_much_json(value.to_string().as_bytes()),
                *too_much,
                "{number}"
            );
            assert_eq!(is_too_much_msgpack(&packed(value)), *too_much, "{number}");
        }
        assert!(is_too_much_json(&b" ".repeat(MOST_JSON + 1)));
    }

    #[test]
    fn what_is_stored_is_measured_as_a_state_file_has_it() {
        let object = |value: Dynamic| Object::from([("reason".to_owned(), value)]);
        let text = |text: &str, count: usize| Dynamic::String(text.repeat(count));
        let map = |key: String| Dynamic::Map([(key, Dynamic::Null)].into());
        let million = 1 << 20;
        for (value, is_too_much) in [
            (text("x", MOST_JSON - 100), false),
            (text("x", MOST_JSON), true),
            (text("ä", MOST_JSON / 2 - 100), false),
            (text("\"", MOST_JSON / 2), true),
            (text("<", million - 100), false),
            (text("<", million), true),
            (text("\u{2028}", million), true),
            (text("\n", million), true),
            (Dynamic::Secret(Secret::new("&".repeat(million))), true),
            (Dynamic::Sequence(vec![text("x", million); 6]), true),
            (Dynamic::Sequence(vec![Dynamic::Null; MOST_VALUES]), false),
            (map("x".repeat(MOST_JSON)), true),
            (Dynamic::Null, false),
        ] {
            let (object, kind) = (object(value.clone()), std::mem::discriminant(&value));
            assert_eq!(is_too_much_to_store(&object), is_too_much, "{kind:?}");
        }
    }

    #[test]
    fn a_byte_that_begins_no_value_is_found_and_not_elsewhere() {
        for (bytes, expected) in [
            (&b"\xc1"[..], true),
            (b"\x81\xa1a\xc1", true),
            (b"\x92\xc0\xc1", true),
            (b"\xc0", false),
            (b"\xcc\xc1", false),
            (b"\xc4\x01\xc1", false),
            (b"\xd4\xc1\xc1", false),
            (b"\xa2\xc3\x81", false),
        ] {
            assert_eq!(has_reserved(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn unknown_values_are_counted_too() {
        for unknown in [&b"\xd4\x00\x00"[..], b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-"] {
            let array =
                |count: u16| [&[0xdc][..], &count.to_be_bytes(), &unknown.repeat(count.into())].concat();
            assert!(!is_too_much_msgpack(&array(19_999)));
            assert!(is_too_much_msgpack(&array(20_000)));
        }
    }

    #[test]
    fn what_is_cut_or_lies_about_its_length_is_left_to_the_reader() {
        for bytes in [
            &b""[..],
            b"\xdd\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xffab",
            b"\xc9\xff",
            b"\xcf\x00",
        ] {
            assert!(!is_too_much_msgpack(bytes));
        }
        assert!(!is_too_much_json(b"\"\\"));
    }
}
