//! The kinds of fields that the API's objects have: how one is read, written and compared.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::access::decode;

/// A kind of field.
pub trait Kind {
    /// What an answer tells; empty or `None` where it does not.
    type Told;
    /// What a request wants.
    type Wanted;

    /// What `object` tells, by the first of `names` that tells anything.
    fn read(object: &Map<String, Value>, names: &[&str]) -> Self::Told;

    /// What was told as what is wanted.
    fn wanted(told: Self::Told) -> Option<Self::Wanted>;

    /// As it is sent.
    fn write(wanted: &Self::Wanted) -> Value;

    /// Whether what is told means the same as what is wanted.
    fn same(wanted: &Self::Wanted, told: &Self::Told) -> bool;
}

/// A text that means what it says. An empty one is read back as unset.
pub struct Text;

impl Kind for Text {
    type Told = Option<String>;
    type Wanted = String;

    fn read(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
        decode::text(object, names)
    }

    fn wanted(told: Option<String>) -> Option<String> {
        told
    }

    fn write(wanted: &String) -> Value {
        wanted.as_str().into()
    }

    fn same(wanted: &String, told: &Option<String>) -> bool {
        wanted == told.as_deref().unwrap_or_default()
    }
}

/// A UUID: the same in capitals.
pub struct Uuid;

impl Kind for Uuid {
    type Told = Option<String>;
    type Wanted = String;

    fn read(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
        decode::text(object, names)
    }

    fn wanted(told: Option<String>) -> Option<String> {
        told
    }

    fn write(wanted: &String) -> Value {
        wanted.as_str().into()
    }

    fn same(wanted: &String, told: &Option<String>) -> bool {
        wanted.eq_ignore_ascii_case(told.as_deref().unwrap_or_default())
    }
}

/// Names in one text, separated by spaces: a set, whose spelling is up to the tenant (EVIDENCE Q23).
pub struct Words;

impl Kind for Words {
    type Told = BTreeSet<String>;
    type Wanted = BTreeSet<String>;

    fn read(object: &Map<String, Value>, names: &[&str]) -> BTreeSet<String> {
        decode::words(object, names)
    }

    fn wanted(told: BTreeSet<String>) -> Option<BTreeSet<String>> {
        Some(told)
    }

    fn write(wanted: &BTreeSet<String>) -> Value {
        joined(wanted, " ")
    }

    fn same(wanted: &BTreeSet<String>, told: &BTreeSet<String>) -> bool {
        each(wanted, str::to_ascii_lowercase) == each(told, str::to_ascii_lowercase)
    }
}

/// Addresses in one text, separated by commas: a set. Scheme and host are the same in capitals, and a path is not
/// (RFC 3986, 6.2.2.1). `None` where a tenant does not tell.
pub struct Addresses;

impl Kind for Addresses {
    type Told = Option<BTreeSet<String>>;
    type Wanted = BTreeSet<String>;

    fn read(object: &Map<String, Value>, names: &[&str]) -> Option<BTreeSet<String>> {
        let is_told = names.iter().any(|name| object.contains_key(*name));
        is_told.then(|| decode::words(object, names))
    }

    fn wanted(told: Option<BTreeSet<String>>) -> Option<BTreeSet<String>> {
        told.filter(|addresses| !addresses.is_empty())
    }

    fn write(wanted: &BTreeSet<String>) -> Value {
        joined(wanted, ",")
    }

    fn same(wanted: &BTreeSet<String>, told: &Option<BTreeSet<String>>) -> bool {
        told.as_ref()
            .is_none_or(|told| each(wanted, address) == each(told, address))
    }
}

/// A number of minutes.
pub struct Minutes;

impl Kind for Minutes {
    type Told = Option<i32>;
    type Wanted = i32;

    fn read(object: &Map<String, Value>, names: &[&str]) -> Option<i32> {
        let minutes = names.iter().find_map(|name| decode::integer(object, name))?;
        i32::try_from(minutes).ok()
    }

    fn wanted(told: Option<i32>) -> Option<i32> {
        told
    }

    fn write(wanted: &i32) -> Value {
        (*wanted).into()
    }

    fn same(wanted: &i32, told: &Option<i32>) -> bool {
        Some(*wanted) == *told
    }
}

/// A truth value.
pub struct Flag;

impl Kind for Flag {
    type Told = Option<bool>;
    type Wanted = bool;

    fn read(object: &Map<String, Value>, names: &[&str]) -> Option<bool> {
        names.iter().find_map(|name| decode::boolean(object, name))
    }

    fn wanted(told: Option<bool>) -> Option<bool> {
        told
    }

    fn write(wanted: &bool) -> Value {
        (*wanted).into()
    }

    fn same(wanted: &bool, told: &Option<bool>) -> bool {
        Some(*wanted) == *told
    }
}

/// Writes `value` under the name that `body`, as the tenant sent it, has for it; under the first one where it has none.
/// A body with several of them would contradict itself if only one were written.
pub(in crate::access) fn put(body: &mut Map<String, Value>, names: &[&str], value: &Value) {
    let mut is_there = false;
    for name in names {
        if let Some(there) = body.get_mut(*name) {
            there.clone_from(value);
            is_there = true;
        }
    }
    if let Some(name) = names.first().filter(|_| !is_there) {
        body.insert((*name).to_owned(), value.clone());
    }
}

fn joined(words: &BTreeSet<String>, separator: &str) -> Value {
    words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(separator)
        .into()
}

fn each(words: &BTreeSet<String>, fold: impl Fn(&str) -> String) -> BTreeSet<String> {
    words.iter().map(|word| fold(word)).collect()
}

/// An address with its scheme and host in small letters.
fn address(text: &str) -> String {
    let path = text
        .find("://")
        .and_then(|scheme| Some(scheme + 3 + text[scheme + 3..].find(['/', '?', '#'])?));
    let (front, path) = text.split_at(path.unwrap_or(text.len()));
    format!("{}{path}", front.to_ascii_lowercase())
}
