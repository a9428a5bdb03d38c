//! Values of Terraform's language, as the tests write them.

pub mod codec;
pub mod types;

use std::collections::BTreeMap;
use std::fmt;

/// One value. What it means besides (a list or a set, an object or a map) is the schema's to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Val {
    /// Not set.
    #[default]
    Null,
    /// Known after apply.
    Unknown,
    /// Known after apply, but already known to be a string that starts like this: `"pre-${x.id}"`.
    RefinedUnknown {
        /// The known beginning.
        prefix: String,
    },
    /// A truth value.
    Bool(bool),
    /// A number without a fraction.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(String),
    /// A list, a tuple, or a set (kept sorted, so that equal sets are equal values).
    List(Vec<Val>),
    /// An object or a map.
    Object(BTreeMap<String, Val>),
}

impl Val {
    /// Whether this is [`Val::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this value itself is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown | Self::RefinedUnknown { .. })
    }

    /// The paths of everything unknown inside.
    pub fn unknown_paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.visit("", &mut |path, value| {
            if value.is_unknown() {
                found.push(path.to_owned());
            }
        });
        found
    }

    /// The value at a path such as `domains[0].name` or `labels["a"]`.
    pub fn get(&self, path: &str) -> Option<&Self> {
        path.split(['.', '[', ']'])
            .filter(|part| !part.is_empty())
            .try_fold(self, |value, part| match value {
                Self::Object(fields) => fields.get(part.trim_matches('"')),
                Self::List(items) => items.get(part.parse::<usize>().ok()?),
                _ => None,
            })
    }

    /// The value at a path that is there.
    pub fn at(&self, path: &str) -> &Self {
        self.get(path)
            .unwrap_or_else(|| panic!("nothing at {path} in {self}"))
    }

    /// The text at a path.
    pub fn str_at(&self, path: &str) -> &str {
        match self.at(path) {
            Self::Str(text) => text,
            other => panic!("{path} is {other}, not text"),
        }
    }

    /// This object with one attribute changed.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        self.fields_mut().insert(name.to_owned(), value.into());
        self
    }

    /// This object without one attribute.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields_mut().remove(name);
        self
    }

    /// The attributes of an object.
    pub fn fields(&self) -> &BTreeMap<String, Self> {
        match self {
            Self::Object(fields) => fields,
            other => panic!("{other} is not an object"),
        }
    }

    fn fields_mut(&mut self) -> &mut BTreeMap<String, Self> {
        match self {
            Self::Object(fields) => fields,
            other => panic!("{other} is not an object"),
        }
    }

    /// The same with every refinement forgotten, which is how core compares.
    #[must_use]
    pub fn unrefined(&self) -> Self {
        match self {
            Self::RefinedUnknown { .. } => Self::Unknown,
            Self::List(items) => Self::List(items.iter().map(Self::unrefined).collect()),
            Self::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, value)| (name.clone(), value.unrefined()))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    /// As Terraform writes state files. Nothing unknown may be in it.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Unknown | Self::RefinedUnknown { .. } => panic!("unknown values are never stored"),
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Str(value) => value.as_str().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), value.to_json()))
                .collect(),
        }
    }

    /// Calls `f` with this value and all inside it, and with their paths.
    pub fn visit(&self, path: &str, f: &mut dyn FnMut(&str, &Self)) {
        f(path, self);
        match self {
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.visit(&format!("{path}[{index}]"), f);
                }
            }
            Self::Object(fields) => {
                for (name, value) in fields {
                    value.visit(&join(path, name), f);
                }
            }
            _ => {}
        }
    }
}

/// The path of an attribute of the object at `path`.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown => f.write_str("(known after apply)"),
            Self::RefinedUnknown { prefix } => write!(f, "(known after apply, starts with {prefix:?})"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Str(value) => write!(f, "{value:?}"),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name} = {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr;)*) => {$(
        impl From<$from> for Val {
            fn from($value: $from) -> Self {
                $to
            }
        }
    )*};
}

from! {
    bool => |value| Self::Bool(value);
    i32 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    i64 => |value| Self::Int(value);
    f64 => |value| Self::Float(value);
    &str => |value| Self::Str(value.to_owned());
    String => |value| Self::Str(value);
    &String => |value| Self::Str(value.clone());
    &Val => |value| value.clone();
}

impl<T: Into<Self>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Val {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Val {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// An object or a map: `obj! { name: "a", scopes: ["x", "y"], "not-an-identifier": Val::Unknown }`.
#[doc(hidden)] // shown as testing::obj
#[macro_export]
macro_rules! testing_obj {
    (@ $fields:ident) => {};
    (@ $fields:ident $name:ident : $value:expr $(, $($rest:tt)*)?) => {
        $fields.insert(stringify!($name).to_owned(), $crate::testing::Val::from($value));
        $crate::testing_obj!(@ $fields $($($rest)*)?);
    };
    (@ $fields:ident $name:literal : $value:expr $(, $($rest:tt)*)?) => {
        $fields.insert($name.to_owned(), $crate::testing::Val::from($value));
        $crate::testing_obj!(@ $fields $($($rest)*)?);
    };
    ($($all:tt)*) => {{
        #[allow(unused_mut)]
        let mut fields = ::std::collections::BTreeMap::<String, $crate::testing::Val>::new();
        $crate::testing_obj!(@ fields $($all)*);
        $crate::testing::Val::Object(fields)
    }};
}

/// A list whose elements are of several Rust types: `list!["a", Val::Unknown]`.
#[doc(hidden)] // shown as testing::list
#[macro_export]
macro_rules! testing_list {
    ($($item:expr),* $(,)?) => { $crate::testing::Val::List(vec![$($crate::testing::Val::from($item)),*]) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{list, obj};

    #[test]
    fn paths_find_their_value() {
        let value = obj! { domains: list![obj! { name: "a" }], "odd-key": obj! { k: 1 } };
        assert_eq!(value.str_at("domains[0].name"), "a");
        assert_eq!(value.at("odd-key[\"k\"]"), &Val::Int(1));
        assert_eq!(value.get("domains[1]"), None);
    }

    #[test]
    fn unknown_paths_are_all_of_them() {
        let value = obj! { a: Val::Unknown, b: list![1, Val::RefinedUnknown { prefix: "x".into() }] };
        assert_eq!(value.unknown_paths(), ["a", "b[1]"]);
    }
}
