//! One attribute of a typed model.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Dynamic;
use super::Number;
use super::Path;
use super::PathError;
use super::Step;
use super::Type;
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

/// A set or list of strings, whose elements may each be unknown.
pub type Strings = Vec<Value<String>>;

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

impl Value<Strings> {
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

impl<'a> FromIterator<&'a String> for Value<Strings> {
    fn from_iter<I: IntoIterator<Item = &'a String>>(strings: I) -> Self {
        Self::Known(
            strings
                .into_iter()
                .map(|string| Value::Known(string.clone()))
                .collect(),
        )
    }
}

/// A Rust type that stands for a Terraform type.
pub trait Wire: Sized {
    /// The type in Terraform.
    fn ty() -> Type;

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

fn unexpected<T: Wire>(path: &Path) -> PathError {
    PathError::new(path, format!("{} is required", T::ty().name()))
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

impl Wire for Strings {
    fn ty() -> Type {
        Type::strings()
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        let Dynamic::Sequence(elements) = value else {
            return Err(unexpected::<Self>(path));
        };
        let mut strings = Self::with_capacity(elements.len());
        for (index, element) in (0..).zip(elements) {
            strings.push(Value::read(element, &path.then(Step::Index(index)))?);
        }
        Ok(strings)
    }

    fn write(self) -> Dynamic {
        Dynamic::Sequence(self.into_iter().map(Value::write).collect())
    }
}

impl Wire for BTreeMap<String, Value<String>> {
    fn ty() -> Type {
        Type::Map(Box::new(Type::String))
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
            .collect()
    }

    fn write(self) -> Dynamic {
        Dynamic::Map(
            self.into_iter()
                .map(|(key, value)| (key, value.write()))
                .collect(),
        )
    }
}
