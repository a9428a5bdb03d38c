//! Reading JSON by what it costs, and not by how long it is: a few bytes of it can become a hundred times as many in
//! memory.
//!
//! What is kept whole is counted value by value, and refused beyond [`MOST_VALUES`]. Of a list only the members that
//! somebody asks for are kept, entry by entry, so that what is not known costs nothing, however long it is.

use std::io::Read;
use std::{fmt, io};

use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

/// The most values in one object that is kept whole. Each costs some 700 bytes at worst.
const MOST_VALUES: usize = 20_000;

/// The most values in what is kept of one entry of a list.
const MOST_VALUES_OF_ENTRY: usize = 2_000;

/// The most entries of a list: no tenant has so many.
pub(in crate::access) const MOST_ENTRIES: usize = 10_000;

/// The most that the entries of one page may cost: bytes of text, and [`COST`] for each value.
const MOST_COST: usize = 12 << 20;

/// What a value costs beside its text, bytes.
const COST: usize = 64;

/// The longest text in what is kept of a list, bytes.
const LONGEST_TEXT: usize = 16 << 10;

/// The deepest nesting.
const DEEPEST: usize = 100;

/// What a page of a list tells about itself.
const ABOUT: [&str; 7] = [
    "totalCount",
    "totalResults",
    "totalPages",
    "pageSize",
    "_links",
    "links",
    "next",
];

/// A page of a list.
pub(in crate::access) struct Page<T> {
    /// What was made of each entry, in the tenant's order.
    pub entries: Vec<T>,
    /// There are more than were read: too many, or too much in them.
    pub too_many: bool,
    /// What the page tells about itself; empty for a bare array.
    pub about: Map<String, Value>,
}

/// An entry of a list: what is kept of an object, or the value itself where it is none. `None` if something in it is too
/// long or too much.
pub(in crate::access) type Entry = Option<Value>;

/// Reads one value whole, unless it costs too much.
pub(in crate::access) fn value(json: &[u8]) -> Result<Value, serde_json::Error> {
    let mut budget = Budget::new(MOST_VALUES, usize::MAX);
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = budget.deserialize(&mut reader)?;
    reader.end()?;
    if budget.is_exceeded {
        return Err(serde_json::Error::custom("there is too much in it"));
    }
    Ok(value)
}

/// Reads a page of a list: a bare array, or an object with `items`. Of its entries `members` are kept. `None` is JSON that
/// holds no list.
pub(in crate::access) fn page<T>(
    json: &[u8],
    members: &[&str],
    read: impl FnMut(Entry) -> T,
) -> Result<Option<Page<T>>, serde_json::Error> {
    let mut page = Reading {
        members,
        read,
        entries: None,
        too_many: false,
        about: Map::new(),
    };
    let mut reader = serde_json::Deserializer::from_reader(Tamed::new(json));
    reader.deserialize_any(&mut page)?;
    reader.end()?;
    Ok(page.entries.map(|entries| Page {
        entries,
        too_many: page.too_many,
        about: page.about,
    }))
}

/// The `members` of an object, as far as they are not too much; `None` if this is not JSON, or nested too deeply. Of JSON
/// that is no object there are none.
pub(in crate::access) fn members(json: &[u8], members: &[&str]) -> Option<Map<String, Value>> {
    let mut budget = Budget::new(MOST_VALUES_OF_ENTRY, LONGEST_TEXT);
    let mut reader = serde_json::Deserializer::from_reader(Tamed::new(json));
    let members = Some(members);
    let found = Counted {
        budget: &mut budget,
        members,
    }
    .deserialize(&mut reader)
    .ok()?;
    reader.end().ok()?;
    match found {
        Value::Object(object) => Some(object),
        _ => Some(Map::new()),
    }
}

/// What may still be kept.
struct Budget {
    values: usize,
    longest: usize,
    cost: usize,
    is_exceeded: bool,
}

impl Budget {
    fn new(values: usize, longest: usize) -> Self {
        Self {
            values,
            longest,
            cost: 0,
            is_exceeded: false,
        }
    }

    fn deserialize<'de, D: Deserializer<'de>>(&mut self, from: D) -> Result<Value, D::Error> {
        let members = None;
        Counted {
            budget: self,
            members,
        }
        .deserialize(from)
    }
}

/// Reads a value within a budget, of an object `members` alone, if any are named. What is beyond the budget is skipped.
struct Counted<'a> {
    budget: &'a mut Budget,
    members: Option<&'a [&'a str]>,
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.budget.values == 0 {
            self.budget.is_exceeded = true;
            return IgnoredAny::deserialize(from).map(|_| Value::Null);
        }
        self.budget.values -= 1;
        self.budget.cost += COST;
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        if text.len() > self.budget.longest {
            self.budget.is_exceeded = true;
            return Ok(Value::Null);
        }
        self.budget.cost += text.len();
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        let budget = self.budget;
        while budget.values > 0 {
            let seed = Counted {
                budget: &mut *budget,
                members: None,
            };
            match elements.next_element_seed(seed)? {
                Some(element) => array.push(element),
                None => return Ok(array.into()),
            }
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {
            budget.is_exceeded = true;
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if self
                .members
                .is_some_and(|members| !members.contains(&key.as_str()))
            {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            let seed = Counted {
                budget: &mut *self.budget,
                members: None,
            };
            let value = entries.next_value_seed(seed)?;
            if !self.budget.is_exceeded {
                self.budget.cost += key.len();
                object.insert(key, value);
            }
        }
        Ok(object.into())
    }
}

/// A page that is being read.
struct Reading<'a, T, F> {
    members: &'a [&'a str],
    read: F,
    entries: Option<Vec<T>>,
    too_many: bool,
    about: Map<String, Value>,
}

impl<'de, T, F: FnMut(Entry) -> T> Visitor<'de> for &mut Reading<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut entries = Vec::new();
        let mut cost = 0;
        while entries.len() < MOST_ENTRIES && cost < MOST_COST {
            let mut budget = Budget::new(MOST_VALUES_OF_ENTRY, LONGEST_TEXT);
            let seed = Counted {
                budget: &mut budget,
                members: Some(self.members),
            };
            let Some(entry) = elements.next_element_seed(seed)? else {
                self.entries = Some(entries);
                return Ok(());
            };
            cost += budget.cost;
            entries.push((self.read)((!budget.is_exceeded).then_some(entry)));
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {
            self.too_many = true;
        }
        self.entries = Some(entries);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut budget = Budget::new(MOST_VALUES_OF_ENTRY, LONGEST_TEXT);
        while let Some(key) = members.next_key::<String>()? {
            if key == "items" {
                members.next_value_seed(Items(&mut *self))?;
            } else if ABOUT.contains(&key.as_str()) {
                let seed = Counted {
                    budget: &mut budget,
                    members: None,
                };
                let value = members.next_value_seed(seed)?;
                self.about.insert(key, value);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        self.too_many |= budget.is_exceeded; // what cannot be read may announce more
        Ok(())
    }
}

/// The `items` of a page.
struct Items<'a, 'b, T, F>(&'a mut Reading<'b, T, F>);

impl<'de, T, F: FnMut(Entry) -> T> DeserializeSeed<'de> for Items<'_, '_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T, F: FnMut(Entry) -> T> Visitor<'de> for Items<'_, '_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.0.visit_seq(elements)
    }
}

/// JSON in which no text is much longer than [`LONGEST_TEXT`], and nothing is nested deeper than [`DEEPEST`]. What a reader
/// needs at a time is bounded by that. A text that is cut stays longer than one that is read.
struct Tamed<'a> {
    json: &'a [u8],
    depth: usize,
    text: Option<Text>,
}

/// Where in a text the reading is.
#[derive(Default)]
struct Text {
    length: usize,
    /// How many bytes of an escape are to come.
    escaped: usize,
    /// The character before was written as a code unit, which may be half of a pair.
    half: bool,
    is_cut: bool,
}

impl Text {
    /// Whether `byte`, which does not end the text, stays.
    fn keeps(&mut self, byte: u8) -> bool {
        self.length += 1;
        let begins = self.escaped == 0 && byte & 0xC0 != 0x80;
        let may_cut = begins && !(byte == b'\\' && self.half);
        self.is_cut |= may_cut && self.length > LONGEST_TEXT * 6; // six bytes are one at worst
        if self.escaped == 0 {
            self.half = false;
        }
        self.escaped = match (self.escaped, byte) {
            (0, b'\\') => 5,
            (5, b'u') => {
                self.half = true;
                4
            }
            (0 | 5, _) => 0,
            (left, _) => left - 1,
        };
        !self.is_cut
    }
}

impl<'a> Tamed<'a> {
    fn new(json: &'a [u8]) -> Self {
        Self {
            json,
            depth: 0,
            text: None,
        }
    }

    fn keeps(&mut self, byte: u8) -> io::Result<bool> {
        if let Some(text) = &mut self.text {
            if text.escaped > 0 || byte != b'"' {
                return Ok(text.keeps(byte));
            }
            self.text = None;
            return Ok(true);
        }
        match byte {
            b'"' => self.text = Some(Text::default()),
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(io::Error::other("nested too deeply"));
        }
        Ok(true)
    }
}

impl Read for Tamed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            let Some((byte, rest)) = self.json.split_first() else {
                break;
            };
            self.json = rest;
            if self.keeps(*byte)? {
                into[filled] = *byte;
                filled += 1;
            }
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A page of entries of which `a` is kept.
    fn read(json: &str) -> Page<Entry> {
        page(json.as_bytes(), &["a"], |entry| entry)
            .expect("JSON")
            .expect("a list")
    }

    #[test]
    fn of_a_list_what_is_known_is_kept() {
        for (json, entries, about) in [
            ("[]", vec![], json!({})),
            (
                r#"[{"a":1,"b":[{"a":2}]},"x",null]"#,
                vec![json!({"a": 1}), json!("x"), json!(null)],
                json!({}),
            ),
            (
                r#"{"totalCount":3,"b":{"items":[1]},"items":[{"\u0061":{"c":[true]}}]}"#,
                vec![json!({"a": {"c": [true]}})],
                json!({"totalCount": 3}),
            ),
            (
                r#"{"items":[{"a":1.5}],"_links":{"next":{"href":"/x"}}}"#,
                vec![json!({"a": 1.5})],
                json!({"_links": {"next": {"href": "/x"}}}),
            ),
        ] {
            let page = read(json);
            let found: Vec<_> = page.entries.into_iter().map(Option::unwrap).collect();
            assert_eq!(
                (found, Value::from(page.about), page.too_many),
                (entries, about, false),
                "{json}"
            );
        }
        for none in ["{}", "1", r#""x""#, "null"] {
            assert!(
                page(none.as_bytes(), &[], |_| ()).expect(none).is_none(),
                "{none}"
            );
        }
        for broken in ["", "[", "[1] 2", r#"{"items":1}"#, r#"{"items":[}"#] {
            assert!(page(broken.as_bytes(), &[], |_| ()).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_too_much_in_an_entry_blocks_none_of_the_others() {
        let long = "x".repeat(LONGEST_TEXT + 1);
        let longer = "é\\u00e9\\ud83d\\ude00\\n\\\\\\\"".repeat(LONGEST_TEXT);
        let many = format!("[{}0]", "0,".repeat(MOST_VALUES_OF_ENTRY));
        for (entry, readable) in [
            (format!(r#"{{"a":"{}"}}"#, &long[1..]), true),
            (format!(r#"{{"a":"{long}"}}"#), false),
            (format!(r#"{{"a":"{longer}"}}"#), false),
            (format!(r#"{{"b":"{longer}","{longer}":1,"a":1}}"#), true),
            (format!(r#"{{"a":{many}}}"#), false),
            (format!(r#"{{"b":{many}}}"#), true),
        ] {
            let page = read(&format!(r#"[{{"a":1}},{entry},{{"a":2}}]"#));
            assert_eq!(page.entries[0], Some(json!({"a": 1})));
            assert_eq!(page.entries[1].is_some(), readable, "{}", &entry[..30]);
            assert_eq!(page.entries[2], Some(json!({"a": 2})));
        }
    }

    #[test]
    fn a_list_beyond_all_measure_says_so() {
        let entries = |count: usize, entry: &str| {
            let all = vec![entry; count].join(",");
            format!("[{all}]")
        };
        for (json, read_of_them, too_many) in [
            (entries(MOST_ENTRIES, "{}"), MOST_ENTRIES, false),
            (entries(MOST_ENTRIES + 1, "{}"), MOST_ENTRIES, true),
        ] {
            let page = read(&json);
            assert_eq!((page.entries.len(), page.too_many), (read_of_them, too_many));
        }
        let heavy = format!(r#"{{"a":"{}"}}"#, "x".repeat(LONGEST_TEXT));
        let page = read(&entries(1_000, &heavy));
        assert!(page.too_many && page.entries.len() < 1_000);
    }

    #[test]
    fn an_object_that_is_kept_whole_is_counted() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).map(|n| format!(r#""{n}":[{{}}]"#)).collect();
            format!("{{{}}}", members.join(","))
        };
        let small = object(1_000);
        assert_eq!(
            value(small.as_bytes()).expect("JSON"),
            serde_json::from_str::<Value>(&small).expect("JSON")
        );
        assert!(value(object(MOST_VALUES / 2).as_bytes()).is_err());
        assert!(value("[".repeat(200).as_bytes()).is_err());
        assert!(value(b"{} {}").is_err());
    }

    #[test]
    fn nesting_has_an_end() {
        for (depth, fine) in [(DEEPEST - 1, true), (DEEPEST, false), (1 << 20, false)] {
            let json = format!("[{}{}]", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(page(json.as_bytes(), &[], |_| ()).is_ok(), fine, "{depth}");
            assert_eq!(members(json.as_bytes(), &[]).is_some(), fine, "{depth}");
        }
    }
}
