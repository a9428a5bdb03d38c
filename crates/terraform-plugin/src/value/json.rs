//! Values from JSON: state as it is stored, which is how an upgrade request brings it.

use serde_json::Value as Json;

use super::{Dynamic, Number, Path, PathError, Step, Type, by_name};
use crate::secret::Secret;

/// Reads `json` as a value of type `ty`. Attributes that the type lacks are dropped, those it has and the JSON
/// lacks are null (Terraform: `internal/terraform/upgrade_resource_state.go` does the same for its own providers).
pub fn from_json(json: Json, ty: &Type, path: &Path) -> Result<Dynamic, PathError> {
    match (json, ty) {
        (Json::Null, _) => Ok(Dynamic::Null),
        (Json::Bool(value), Type::Bool) => Ok(Dynamic::Bool(value)),
        (Json::Number(value), Type::Number) => {
            let whole = value
                .as_i64()
                .or_else(|| value.as_f64().map(Number::Float)?.as_i64()); // such as 5.0
            Ok(Dynamic::Number(
                whole.map_or_else(|| Number::Text(value.to_string()), Number::Int),
            ))
        }
        (Json::String(value), Type::Number) if is_decimal(&value) => Ok(Dynamic::Number(Number::Text(value))),
        (Json::String(value), Type::String) => Ok(Dynamic::String(value)),
        (Json::String(value), Type::Secret) => Ok(Dynamic::Secret(Secret::new(value))),
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => (0..)
            .zip(elements)
            .map(|(index, json)| from_json(json, element, &path.then(Step::Index(index))))
            .collect::<Result<_, _>>()
            .map(Dynamic::Sequence),
        (Json::Object(entries), Type::Map(element)) => entries
            .into_iter()
            .map(|(key, json)| {
                let value = from_json(json, element, &path.then(Step::Key(key.clone())))?;
                Ok((key, value))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|entries| Dynamic::Map(by_name(entries))),
        (Json::Object(mut entries), Type::Object(attributes)) => attributes
            .iter()
            .map(|(name, ty)| {
                let json = entries.remove(name).unwrap_or(Json::Null);
                let value = from_json(json, ty, &path.then(Step::Attribute(name.clone())))?;
                Ok((name.clone(), value))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|entries| Dynamic::Object(by_name(entries))),
        (_, ty) => Err(PathError::new(path, format!("{} is required", ty.name()))),
    }
}

/// Whether this is a number in decimal notation, as the CLI writes those that JSON's own are too coarse for.
fn is_decimal(text: &str) -> bool {
    text.trim_start_matches('-')
        .starts_with(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_of_another_version_are_dropped_and_missing_ones_are_null() {
        let ty = Type::Object(BTreeMap::from([
            ("id".to_owned(), Type::String),
            ("n".to_owned(), Type::Number),
        ]));
        let Ok(Dynamic::Object(object)) = from_json(json!({"id": "a", "old": 1}), &ty, &Path::root()) else {
            panic!("an object");
        };
        assert!(
            object
                == BTreeMap::from([
                    ("id".to_owned(), Dynamic::String("a".to_owned())),
                    ("n".to_owned(), Dynamic::Null)
                ])
        );
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for (text, whole) in [
            ("5", Some(5)),
            ("5.0", Some(5)),
            ("5e2", Some(500)),
            ("0.5", None),
        ] {
            let json = serde_json::from_str(text).expect("JSON");
            let Ok(Dynamic::Number(number)) = from_json(json, &Type::Number, &Path::root()) else {
                panic!("{text} is a number");
            };
            assert_eq!(number.as_i64(), whole, "{text}");
        }
        for (text, is_number) in [
            ("-0.5", true),
            ("5e2", true),
            ("5 cm", false),
            ("nan", false),
            ("", false),
        ] {
            let read = from_json(json!(text), &Type::Number, &Path::root());
            assert_eq!(read.is_ok(), is_number, "{text:?}");
        }
    }

    #[test]
    fn the_path_says_where_a_value_is_wrong() {
        let error = from_json(json!(["a", 1]), &Type::strings(), &Path::attribute("domains")).err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("domains[1]: a string is required")
        );
    }
}
