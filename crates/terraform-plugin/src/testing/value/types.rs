//! Types, read from the JSON form in which a schema carries them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Val, join};

/// A type of Terraform's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any type; the value says which.
    Dynamic,
    /// Truth values.
    Bool,
    /// Numbers of any size.
    Number,
    /// Text.
    String,
    /// Ordered, all of one type.
    List(Box<Type>),
    /// Unordered, all of one type, none twice.
    Set(Box<Type>),
    /// Text keys, values of one type.
    Map(Box<Type>),
    /// Ordered, each of its own type.
    Tuple(Vec<Type>),
    /// Fixed keys, each of its own type.
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// Reads `"string"`, `["list", "string"]`, `["object", {…}]`.
    pub fn from_json(json: &Json) -> Result<Self, String> {
        let unknown = || format!("{json} is not a type");
        match json {
            Json::String(name) => match name.as_str() {
                "dynamic" => Ok(Self::Dynamic),
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                _ => Err(unknown()),
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), Json::Object(fields)] if kind == "object" => fields
                    .iter()
                    .map(|(name, field)| Ok((name.clone(), Self::from_json(field)?)))
                    .collect::<Result<_, _>>()
                    .map(Self::Object),
                [Json::String(kind), Json::Array(items)] if kind == "tuple" => items
                    .iter()
                    .map(Self::from_json)
                    .collect::<Result<_, _>>()
                    .map(Self::Tuple),
                [Json::String(kind), element] => {
                    let element = Box::new(Self::from_json(element)?);
                    match kind.as_str() {
                        "list" => Ok(Self::List(element)),
                        "set" => Ok(Self::Set(element)),
                        "map" => Ok(Self::Map(element)),
                        _ => Err(unknown()),
                    }
                }
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }

    /// Reads the bytes of a schema's `type`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let json = serde_json::from_slice(bytes).map_err(|error| format!("type is not JSON: {error}"))?;
        Self::from_json(&json)
    }

    /// The JSON form.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Dynamic => "dynamic".into(),
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::String => "string".into(),
            Self::List(element) => vec!["list".into(), element.to_json()].into(),
            Self::Set(element) => vec!["set".into(), element.to_json()].into(),
            Self::Map(element) => vec!["map".into(), element.to_json()].into(),
            Self::Tuple(items) => {
                vec!["tuple".into(), items.iter().map(Self::to_json).collect::<Json>()].into()
            }
            Self::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, field)| (name.clone(), field.to_json()))
                    .collect();
                vec!["object".into(), Json::Object(fields)].into()
            }
        }
    }

    /// Whether any part of it is [`Type::Dynamic`].
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(items) => items.iter().any(Self::has_dynamic),
            Self::Object(fields) => fields.values().any(Self::has_dynamic),
        }
    }

    /// The type a value without a schema has in a [`Type::Dynamic`] place.
    pub fn of(value: &Val) -> Self {
        match value {
            Val::Null | Val::Unknown => Self::Dynamic,
            Val::Bool(_) => Self::Bool,
            Val::Int(_) | Val::Float(_) => Self::Number,
            Val::Str(_) | Val::RefinedUnknown { .. } => Self::String,
            Val::List(items) => Self::Tuple(items.iter().map(Self::of).collect()),
            Val::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, field)| (name.clone(), Self::of(field)))
                    .collect(),
            ),
        }
    }

    /// Checks a value against this type and brings it into its one form: sets sorted and without duplicates, whole
    /// numbers as [`Val::Int`].
    pub fn conform(&self, value: Val, path: &str) -> Result<Val, String> {
        let expected = |what: &str, value: &Val| Err(format!("{path}: {what} is required, not {value}"));
        match (self, value) {
            (_, value @ (Val::Null | Val::Unknown))
            | (Self::Dynamic, value)
            | (Self::Bool, value @ Val::Bool(_))
            | (Self::Number, value @ Val::Int(_))
            | (Self::String, value @ (Val::Str(_) | Val::RefinedUnknown { .. })) => Ok(value),
            (Self::Number, Val::Float(value)) => Ok(number(value)),
            (Self::List(element), Val::List(items)) => Ok(Val::List(conform_all(element, items, path)?)),
            (Self::Set(element), Val::List(items)) => {
                let mut items = conform_all(element, items, path)?;
                items.sort_by_cached_key(ToString::to_string);
                items.dedup_by(|a, b| a == b && a.unknown_paths().is_empty());
                Ok(Val::List(items))
            }
            (Self::Tuple(types), Val::List(items)) if types.len() == items.len() => types
                .iter()
                .zip(items)
                .enumerate()
                .map(|(index, (ty, item))| ty.conform(item, &format!("{path}[{index}]")))
                .collect::<Result<_, _>>()
                .map(Val::List),
            (Self::Map(element), Val::Object(fields)) => fields
                .into_iter()
                .map(|(key, value)| {
                    let value = element.conform(value, &format!("{path}[{key:?}]"))?;
                    Ok((key, value))
                })
                .collect::<Result<_, _>>()
                .map(Val::Object),
            (Self::Object(types), Val::Object(fields)) => {
                if !types.keys().eq(fields.keys()) {
                    return Err(different_attributes(types, &fields, path));
                }
                fields
                    .into_iter()
                    .map(|(name, value)| {
                        let value = types[&name].conform(value, &join(path, &name))?;
                        Ok((name, value))
                    })
                    .collect::<Result<_, _>>()
                    .map(Val::Object)
            }
            (Self::Bool, value) => expected("bool", &value),
            (Self::Number, value) => expected("number", &value),
            (Self::String, value) => expected("string", &value),
            (Self::List(_), value) => expected("list", &value),
            (Self::Set(_), value) => expected("set", &value),
            (Self::Map(_), value) => expected("map", &value),
            (Self::Tuple(types), value) => expected(&format!("a tuple of {}", types.len()), &value),
            (Self::Object(_), value) => expected("an object", &value),
        }
    }
}

fn conform_all(element: &Type, items: Vec<Val>, path: &str) -> Result<Vec<Val>, String> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| element.conform(item, &format!("{path}[{index}]")))
        .collect()
}

/// A number in its one form.
pub(super) fn number(value: f64) -> Val {
    const LIMIT: f64 = 9_007_199_254_740_992.0; // up to 2^53 every whole number has its own f64
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    if value.fract() == 0.0 && value.abs() <= LIMIT {
        Val::Int(value as i64)
    } else {
        Val::Float(value)
    }
}

fn different_attributes(
    types: &BTreeMap<String, Type>,
    fields: &BTreeMap<String, Val>,
    path: &str,
) -> String {
    let missing: Vec<_> = types.keys().filter(|name| !fields.contains_key(*name)).collect();
    let extra: Vec<_> = fields.keys().filter(|name| !types.contains_key(*name)).collect();
    format!(
        "{path}: an object with {} attributes is required ({} given; missing {missing:?}, unsupported {extra:?})",
        types.len(),
        fields.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{list, obj};

    #[test]
    fn types_survive_a_round_trip() {
        for text in [
            r#""dynamic""#,
            r#"["list","string"]"#,
            r#"["object",{"a":"bool","b":["set",["map","number"]]}]"#,
            r#"["tuple",["string","bool"]]"#,
        ] {
            let ty = Type::from_bytes(text.as_bytes()).unwrap();
            assert_eq!(ty.to_json().to_string(), text);
        }
        assert!(Type::from_bytes(b"[\"bag\",\"string\"]").is_err());
    }

    #[test]
    fn sets_are_sorted_and_keep_every_unknown() {
        let set = Type::Set(Box::new(Type::String));
        let value = list!["z", Val::Unknown, "a", Val::Unknown, "z"];
        let expected = list!["a", "z", Val::Unknown, Val::Unknown];
        assert_eq!(set.conform(value, "s").unwrap(), expected);
    }

    #[test]
    fn objects_have_exactly_their_attributes() {
        let ty = Type::from_bytes(br#"["object",{"a":"bool","b":"bool"}]"#).unwrap();
        let error = ty.conform(obj! { a: true, c: true }, "x").unwrap_err();
        assert!(error.contains(r#"missing ["b"], unsupported ["c"]"#), "{error}");
    }
}
