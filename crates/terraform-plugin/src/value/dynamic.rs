//! Values and types as the protocol has them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::secret::Secret;

/// The type of a value (Terraform's `cty` types, as far as this provider uses them).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Type {
    /// True or false.
    Bool,
    /// A number of any size.
    Number,
    /// Unicode text.
    String,
    /// Text that is decoded straight into a [`Secret`]; a string to Terraform, always marked sensitive.
    Secret,
    /// A sequence.
    List(Box<Type>),
    /// A sequence whose order means nothing.
    Set(Box<Type>),
    /// Text keys, values of one type.
    Map(Box<Type>),
    /// Named attributes.
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// A set of strings.
    pub fn strings() -> Self {
        Self::Set(Box::new(Self::String))
    }

    /// True if there is a secret in it.
    pub(crate) fn has_secret(&self) -> bool {
        match self {
            Self::Secret => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_secret(),
            Self::Object(attributes) => attributes.values().any(Self::has_secret),
        }
    }

    /// The JSON notation that the protocol uses for a type, for example `["set","string"]`.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String | Self::Secret => json!("string"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> = attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.to_json()))
                    .collect();
                json!(["object", attributes])
            }
        }
    }

    /// The type in words, for error messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Number => "a number",
            Self::String | Self::Secret => "a string",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
        }
    }
}

/// A number as Terraform sends it: an integer, a float, or decimal text where neither is exact.
#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number that fits.
    Int(i64),
    /// A number that is exact as a float.
    Float(f64),
    /// Any other number, in decimal notation.
    Text(String),
}

impl Number {
    /// The whole number that this is, if it is one that fits an `i64`.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            // 2^53: beyond it a float does not say which whole number was meant
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, so exact")]
            Self::Float(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                Some(*number as i64)
            }
            Self::Float(_) => None,
            Self::Text(text) => text.parse().ok(),
        }
    }

    /// The float that is nearest, if there is one: to calculate with, not to hand on.
    pub fn as_f64(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
        let nearest = match self {
            Self::Int(number) => *number as f64,
            Self::Float(number) => *number,
            Self::Text(text) => text.parse().ok()?,
        };
        nearest.is_finite().then_some(nearest)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Number {
    /// The shortest decimal number that means this float: 0.1, and not the fraction that a float takes for it.
    fn from(number: f64) -> Self {
        let float = Self::Float(number);
        match float.as_i64() {
            Some(whole) => Self::Int(whole),
            None => Self::Text(number.to_string()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_i64(), other.as_i64()) {
            (Some(one), Some(two)) => one == two,
            (None, None) => match (self, other) {
                (Self::Float(one), Self::Float(two)) => one.total_cmp(two).is_eq(),
                (Self::Text(one), Self::Text(two)) => one == two,
                // Terraform sends as a float what is one exactly, and stores it in decimal notation
                (one, two) => one.as_f64().is_some() && one.as_f64() == two.as_f64(),
            },
            _ => false,
        }
    }
}

/// The attributes of an object, by name.
pub type Object = BTreeMap<String, Dynamic>;

/// `entries` by name. One after the other: `collect` sorts them first, for which every place that it is called at has code
/// of its own, and they come sorted as a rule.
pub(crate) fn by_name<V>(entries: impl IntoIterator<Item = (String, V)>) -> BTreeMap<String, V> {
    let mut all = BTreeMap::new();
    all.extend(entries);
    all
}

/// A value of any type. No `Debug`: it may hold a secret.
#[derive(Clone, PartialEq)]
pub enum Dynamic {
    /// Not set.
    Null,
    /// Known only after apply.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text that may be shown.
    String(String),
    /// Text that may not.
    Secret(Secret),
    /// A list or a set. A set is kept as it came: it may hold several unknown elements.
    Sequence(Vec<Dynamic>),
    /// A map.
    Map(BTreeMap<String, Dynamic>),
    /// An object.
    Object(Object),
}

impl Dynamic {
    /// True if this or anything in it is unknown.
    pub(crate) fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Sequence(elements) => elements.iter().any(Self::has_unknown),
            Self::Map(entries) | Self::Object(entries) => entries.values().any(Self::has_unknown),
            _ => false,
        }
    }

    /// This value with every unknown replaced by null, which is all that state may keep of it.
    #[must_use]
    pub(crate) fn without_unknowns(self) -> Self {
        match self {
            Self::Unknown => Self::Null,
            Self::Sequence(elements) => Self::Sequence(
                elements
                    .into_iter()
                    .filter(|element| !element.has_unknown())
                    .collect(),
            ),
            Self::Map(entries) => Self::Map(known(entries)),
            Self::Object(entries) => Self::Object(known(entries)),
            other => other,
        }
    }
}

fn known(entries: Object) -> Object {
    by_name(
        entries
            .into_iter()
            .map(|(name, value)| (name, value.without_unknowns())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_three_spellings_is_one_number() {
        assert_eq!(Number::Float(0.5), Number::Text("0.50".to_owned()));
        assert_ne!(Number::Float(0.5), Number::Text("0.51".to_owned()));
        assert_ne!(Number::Text("1e999".to_owned()), Number::Float(1.5));
        assert_eq!(Number::Int(5), Number::Float(5.0));
        assert_eq!(Number::Int(5), Number::Text("5".to_owned()));
        assert_ne!(Number::Float(0.5), Number::Int(0));
        assert_eq!(Number::Text("0.1".to_owned()).as_i64(), None);
        assert_eq!(Number::Float(1e300).as_i64(), None);
    }

    #[test]
    fn every_number_has_a_nearest_float_unless_it_is_too_large() {
        let text = |text: &str| Number::Text(text.to_owned()).as_f64();
        assert_eq!(Number::Int(-3).as_f64(), Some(-3.0));
        assert_eq!(Number::Float(0.5).as_f64(), Some(0.5));
        assert_eq!(text("0.1"), Some(0.1));
        assert_eq!(text(&format!("0.{}", "3".repeat(154))), Some(1.0 / 3.0));
        assert_eq!((text("1e999"), text("NaN"), text("many")), (None, None, None));
    }

    #[test]
    fn a_float_is_the_decimal_number_that_one_would_write() {
        for (float, text) in [(0.1, "0.1"), (-2.5, "-2.5"), (1e300, &1e300.to_string())] {
            assert!(
                matches!(Number::from(float), Number::Text(told) if told == text),
                "{text}"
            );
        }
        assert!(matches!(Number::from(720.0), Number::Int(720)));
    }

    #[test]
    fn types_have_the_protocol_notation() {
        let object = Type::Object(BTreeMap::from([("id".to_owned(), Type::Secret)]));
        assert_eq!(
            Type::List(Box::new(object)).to_json().to_string(),
            r#"["list",["object",{"id":"string"}]]"#
        );
        assert_eq!(Type::strings().to_json().to_string(), r#"["set","string"]"#);
    }
}
