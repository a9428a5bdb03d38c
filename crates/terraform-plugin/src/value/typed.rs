//! One attribute of a typed model.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dynamic, Number, Path, PathError, Step, Type, by_name};
use crate::schema::{Nested, Nesting};
use crate::secret::Secret;

/// A value that may be null, or unknown until apply.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Value<T> {
    /// A value.
    Known(T),
    /// Not set.
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
}

/// A list. Each element may be unknown.
pub type List<T> = Vec<Value<T>>;

/// A map with keys of text. Each value may be unknown.
pub type Map<T> = BTreeMap<String, Value<T>>;

/// A set. It is kept as it came, as it may hold several unknown elements; their order means nothing.
#[derive(Clone, Debug)]
pub struct Set<T>(Vec<Value<T>>);

impl<T> Value<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value, if it is known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// True if there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// True if the value comes only with apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Puts `value` here if the plan had left it open.
    pub fn fill(&mut self, value: impl Into<Value<T>>) {
        if self.is_unknown() {
            *self = value.into();
        }
    }
}

impl<T> Set<T> {
    /// The elements, as they came.
    pub fn iter(&self) -> std::slice::Iter<'_, Value<T>> {
        self.0.iter()
    }

    /// True if there is no element.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        same_elements(&self.0, &other.0, PartialEq::eq)
    }
}

/// True if each element of `one` has one of `other` for itself that is the same.
pub(crate) fn same_elements<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    if one.len() != other.len() {
        return false;
    }
    // Terraform sends sets in an order of its own, always the same one
    if one.iter().zip(other).all(|(one, other)| same(one, other)) {
        return true;
    }
    let mut left: Vec<_> = other.iter().collect();
    one.iter().all(|element| {
        let found = left.iter().position(|candidate| same(element, candidate));
        found.map(|found| left.swap_remove(found)).is_some()
    })
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a Value<T>;
    type IntoIter = std::slice::Iter<'a, Value<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<Value<T>> for Set<T> {
    fn from_iter<I: IntoIterator<Item = Value<T>>>(elements: I) -> Self {
        Self(elements.into_iter().collect())
    }
}

impl<T, E: Into<Value<T>>, const N: usize> From<[E; N]> for Set<T> {
    fn from(elements: [E; N]) -> Self {
        elements.into_iter().map(Into::into).collect()
    }
}

impl Value<String> {
    /// The text; empty if it is not known.
    pub fn or_empty(&self) -> &str {
        self.known().map_or("", String::as_str)
    }
}

impl Value<Set<String>> {
    /// The distinct strings, if the value and every element of it are known and not null.
    pub fn known_strings(&self) -> Option<BTreeSet<String>> {
        self.known()?
            .iter()
            .map(|element| element.known().cloned())
            .collect()
    }
}

impl<T> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Value<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Value<String> {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}

impl<'a> FromIterator<&'a String> for Value<Set<String>> {
    fn from_iter<I: IntoIterator<Item = &'a String>>(strings: I) -> Self {
        let strings = strings.into_iter();
        Self::Known(strings.map(|string| Value::Known(string.clone())).collect())
    }
}

/// A Rust type that stands for a Terraform type. Beside the ones here, every [`Model`](super::Model) does: it is an
/// object, and an attribute of it, of a list, a set or a map of it is a nested one.
pub trait Wire: Clone + PartialEq + Send + Sync + 'static {
    /// The type in Terraform.
    fn ty() -> Type;

    /// The attributes of the objects in it, where each of them can be told to Terraform on its own.
    fn nested() -> Option<Nested> {
        None
    }

    /// Reads a value that is neither null nor unknown.
    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError>;

    /// Writes the value.
    fn write(self) -> Dynamic;
}

impl<T: Wire> Value<T> {
    /// Reads any value.
    pub fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Null => Ok(Self::Null),
            Dynamic::Unknown => Ok(Self::Unknown),
            known => T::read(known, path).map(Self::Known),
        }
    }

    /// Writes any value.
    pub fn write(self) -> Dynamic {
        match self {
            Self::Known(value) => value.write(),
            Self::Null => Dynamic::Null,
            Self::Unknown => Dynamic::Unknown,
        }
    }
}

pub(super) fn unexpected<T: Wire>(path: &Path) -> PathError {
    PathError::new(path, format!("{} is required", T::ty().name()))
}

/// The objects in a `nesting` of `T`. Objects in a list of lists have no place of their own in a schema.
fn nested_in<T: Wire>(nesting: Nesting) -> Option<Nested> {
    let inner = T::nested()?;
    (inner.nesting == Nesting::Single).then_some(Nested { nesting, ..inner })
}

impl Wire for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Bool(value) => Ok(value),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::Bool(self)
    }
}

impl Wire for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Number(number) => number
                .as_i64()
                .ok_or_else(|| PathError::new(path, "a whole number between -2^63 and 2^63-1 is required")),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::Number(Number::Int(self))
    }
}

/// For fractions: every digit that Terraform sent is sent back, as it insists on.
impl Wire for Number {
    fn ty() -> Type {
        Type::Number
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Number(number) => Ok(number),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::Number(self)
    }
}

/// For results. An argument is a [`Number`], which keeps every digit that was configured.
impl Wire for f64 {
    fn ty() -> Type {
        Type::Number
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        Number::read(value, path)?
            .as_f64()
            .ok_or_else(|| PathError::new(path, "a number that is not so large is required"))
    }

    fn write(self) -> Dynamic {
        Dynamic::Number(self.into())
    }
}

impl Wire for String {
    fn ty() -> Type {
        Type::String
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::String(value) => Ok(value),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::String(self)
    }
}

impl Wire for Secret {
    fn ty() -> Type {
        Type::Secret
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Secret(value) => Ok(value),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::Secret(self)
    }
}

/// The elements of a sequence; `None` if `value` is none.
fn elements<T: Wire>(value: Dynamic, path: &Path) -> Result<Option<List<T>>, PathError> {
    let Dynamic::Sequence(elements) = value else {
        return Ok(None);
    };
    (0..)
        .zip(elements)
        .map(|(index, element)| Value::read(element, &path.then(Step::Index(index))))
        .collect::<Result<_, _>>()
        .map(Some)
}

impl<T: Wire> Wire for List<T> {
    fn ty() -> Type {
        Type::List(Box::new(T::ty()))
    }

    fn nested() -> Option<Nested> {
        nested_in::<T>(Nesting::List)
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        elements(value, path)?.ok_or_else(|| unexpected::<Self>(path))
    }

    fn write(self) -> Dynamic {
        Dynamic::Sequence(self.into_iter().map(Value::write).collect())
    }
}

impl<T: Wire> Wire for Set<T> {
    fn ty() -> Type {
        Type::Set(Box::new(T::ty()))
    }

    fn nested() -> Option<Nested> {
        nested_in::<T>(Nesting::Set)
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        elements(value, path)?
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(path))
    }

    fn write(self) -> Dynamic {
        self.0.write()
    }
}

impl<T: Wire> Wire for Map<T> {
    fn ty() -> Type {
        Type::Map(Box::new(T::ty()))
    }

    fn nested() -> Option<Nested> {
        nested_in::<T>(Nesting::Map)
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        let Dynamic::Map(entries) = value else {
            return Err(unexpected::<Self>(path));
        };
        entries
            .into_iter()
            .map(|(key, value)| {
                let value = Value::read(value, &path.then(Step::Key(key.clone())))?;
                Ok((key, value))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(by_name)
    }

    fn write(self) -> Dynamic {
        Dynamic::Map(by_name(self.into_iter().map(|(key, value)| (key, value.write()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_no_order_and_keeps_every_unknown_element() {
        let set = |elements: &[&str]| -> Set<String> {
            let element = |text: &&str| match *text {
                "?" => Value::Unknown,
                text => text.into(),
            };
            elements.iter().map(element).collect()
        };
        assert!(set(&["a", "?", "b", "?"]) == set(&["?", "b", "?", "a"]));
        assert!(set(&["a", "?"]) != set(&["a", "?", "?"]));
        assert!(set(&["a", "a", "b"]) != set(&["a", "b", "b"]));
        assert!(set(&[]) != set(&["a"]));
    }

    #[test]
    fn collections_hold_anything_and_say_where_it_is_wrong() {
        fn goes_round<T: Wire>(value: &T) -> bool {
            T::read(value.clone().write(), &Path::root()).is_ok_and(|read| read == *value)
        }
        let list: List<Map<bool>> = vec![
            Value::Known(Map::from([("k".to_owned(), Value::Known(true))])),
            Value::Unknown,
        ];
        assert!(goes_round(&list));
        assert!(goes_round(&Set::<i64>::from([2, 1])));
        assert_eq!(
            List::<Set<i64>>::ty().to_json().to_string(),
            r#"["list",["set","number"]]"#
        );
        let wrong = Dynamic::Sequence(vec![Dynamic::Sequence(vec![Dynamic::Bool(true)])]);
        let error = List::<Set<i64>>::read(wrong, &Path::attribute("a")).err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("a[0][0]: a number is required")
        );
        let error = Set::<i64>::read(Dynamic::Bool(true), &Path::attribute("a")).err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("a: a set is required")
        );
    }
}
