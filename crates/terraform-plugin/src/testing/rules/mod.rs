//! What core computes and what it demands, kept free of any connection.

mod compatible;
mod ignore;
mod plan;
mod proposed;

pub use self::compatible::incompatibilities;
pub use self::ignore::{IgnoreChanges, ignore_changes};
pub use self::plan::plan_problems;
pub use self::proposed::proposed_new_state;

use crate::testing::value::Val;

/// Equal, refinements of unknown values aside.
fn same(a: &Val, b: &Val) -> bool {
    a.unrefined() == b.unrefined()
}

/// The element of a list or map, if it is there.
fn element<'a>(of: &'a Val, key: &Key) -> Option<&'a Val> {
    match (of, key) {
        (Val::List(items), Key::Index(index)) => items.get(*index),
        (Val::Object(fields), Key::Name(name)) => fields.get(name),
        _ => None,
    }
}

/// The elements of a list or map with their keys.
fn elements(of: &Val) -> Vec<(Key, &Val)> {
    match of {
        Val::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (Key::Index(index), item))
            .collect(),
        Val::Object(fields) => fields
            .iter()
            .map(|(name, item)| (Key::Name(name.clone()), item))
            .collect(),
        _ => Vec::new(),
    }
}

/// What tells an element from its siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Index(usize),
    Name(String),
}

impl Key {
    fn at(&self, path: &str) -> String {
        match self {
            Self::Index(index) => format!("{path}[{index}]"),
            Self::Name(name) => format!("{path}[{name:?}]"),
        }
    }
}

/// An attribute of an object that may be null or unknown itself.
fn field(of: &Val, name: &str) -> Val {
    match of {
        Val::Object(fields) => fields[name].clone(),
        Val::Null => Val::Null,
        _ => Val::Unknown,
    }
}
