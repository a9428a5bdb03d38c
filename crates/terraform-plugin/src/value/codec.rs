//! MessagePack as Terraform uses it for values.
//!
//! Source: Terraform docs/plugin-protocol/object-wire-format.md and go-cty's cty/msgpack. An unknown is any
//! extension value; refinements in it are ignored and never sent. Numbers come as integers, floats or decimal text.

use std::collections::BTreeMap;

use rmpv::ValueRef;
use zeroize::Zeroizing;

use super::{Dynamic, Number, Path, PathError, Step, Type, by_name, cost};
use crate::secret::Secret;

/// Deep enough for every schema here, shallow enough that no input exhausts the stack.
const MAX_DEPTH: usize = 64;

/// Reads a value of type `ty`. The buffer is zeroised afterwards, as it may hold secrets.
pub fn decode(bytes: Vec<u8>, ty: &Type) -> Result<Dynamic, PathError> {
    let bytes = Zeroizing::new(bytes);
    if cost::has_reserved(&bytes) {
        return Err(PathError::new(
            &Path::root(),
            "not a MessagePack value: a byte in it has no meaning",
        ));
    }
    let mut rest = bytes.as_slice();
    let value = rmpv::decode::read_value_ref_with_max_depth(&mut rest, MAX_DEPTH)
        .map_err(|error| PathError::new(&Path::root(), format!("not a MessagePack value: {error}")))?;
    if !rest.is_empty() {
        return Err(PathError::new(
            &Path::root(),
            "bytes are left over after the value",
        ));
    }
    read(&value, ty, &Path::root())
}

fn read(value: &ValueRef<'_>, ty: &Type, path: &Path) -> Result<Dynamic, PathError> {
    match (value, ty) {
        (ValueRef::Nil, _) => Ok(Dynamic::Null),
        (ValueRef::Ext(..), _) => Ok(Dynamic::Unknown),
        (ValueRef::Boolean(value), Type::Bool) => Ok(Dynamic::Bool(*value)),
        (ValueRef::Integer(value), Type::Number) => Ok(Dynamic::Number(
            value
                .as_i64()
                .map_or_else(|| Number::Text(value.to_string()), Number::Int),
        )),
        (ValueRef::F32(value), Type::Number) => Ok(Dynamic::Number(Number::Float((*value).into()))),
        (ValueRef::F64(value), Type::Number) => Ok(Dynamic::Number(Number::Float(*value))),
        (ValueRef::String(_), Type::Number) => {
            Ok(Dynamic::Number(Number::Text(text(value, path)?.to_owned())))
        }
        (ValueRef::String(_), Type::String) => Ok(Dynamic::String(text(value, path)?.to_owned())),
        (ValueRef::String(_), Type::Secret) => Ok(Dynamic::Secret(Secret::new(text(value, path)?))),
        (ValueRef::Array(elements), Type::List(element) | Type::Set(element)) => (0..)
            .zip(elements)
            .map(|(index, value)| read(value, element, &path.then(Step::Index(index))))
            .collect::<Result<_, _>>()
            .map(Dynamic::Sequence),
        (ValueRef::Map(entries), Type::Map(element)) => entries
            .iter()
            .map(|(key, value)| {
                let key = text(key, path)?.to_owned();
                let value = read(value, element, &path.then(Step::Key(key.clone())))?;
                Ok((key, value))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|entries| Dynamic::Map(by_name(entries))),
        (ValueRef::Map(entries), Type::Object(attributes)) => read_object(entries, attributes, path),
        (_, ty) => Err(PathError::new(path, format!("{} is required", ty.name()))),
    }
}

fn read_object(
    entries: &[(ValueRef<'_>, ValueRef<'_>)],
    attributes: &BTreeMap<String, Type>,
    path: &Path,
) -> Result<Dynamic, PathError> {
    let mut object = BTreeMap::new();
    for (key, value) in entries {
        let name = text(key, path)?;
        let path = path.then(Step::Attribute(name.to_owned()));
        let ty = attributes
            .get(name)
            .ok_or_else(|| PathError::new(&path, "there is no such attribute"))?;
        object.insert(name.to_owned(), read(value, ty, &path)?);
    }
    for name in attributes.keys() {
        if !object.contains_key(name) {
            return Err(PathError::new(
                &path.then(Step::Attribute(name.clone())),
                "the attribute is missing",
            ));
        }
    }
    Ok(Dynamic::Object(object))
}

fn text<'a>(value: &'a ValueRef<'_>, path: &Path) -> Result<&'a str, PathError> {
    match value {
        ValueRef::String(string) => string
            .as_str()
            .ok_or_else(|| PathError::new(path, "the text is not UTF-8")),
        _ => Err(PathError::new(path, "a string is required")),
    }
}

/// Writes `value` after checking that it conforms to `ty`: what does not decode at the other end is lost there
/// (an object after apply, for good), so it is refused here.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<Vec<u8>, PathError> {
    let value = write(value, ty, &Path::root())?;
    let mut bytes = Vec::new();
    rmpv::encode::write_value_ref(&mut bytes, &value)
        .map_err(|error| PathError::new(&Path::root(), format!("cannot be encoded: {error}")))?;
    Ok(bytes)
}

fn write<'a>(value: &'a Dynamic, ty: &Type, path: &Path) -> Result<ValueRef<'a>, PathError> {
    match (value, ty) {
        (Dynamic::Null, _) => Ok(ValueRef::Nil),
        (Dynamic::Unknown, _) => Ok(ValueRef::Ext(0, &[0])),
        (Dynamic::Bool(value), Type::Bool) => Ok(ValueRef::Boolean(*value)),
        (Dynamic::Number(number), Type::Number) => Ok(match number {
            Number::Int(value) => ValueRef::from(*value),
            Number::Float(value) => ValueRef::F64(*value),
            Number::Text(text) => ValueRef::from(text.as_str()),
        }),
        (Dynamic::String(value), Type::String) => Ok(ValueRef::from(value.as_str())),
        (Dynamic::Secret(value), Type::Secret) => Ok(ValueRef::from(value.expose())), // into the answer to the CLI
        (Dynamic::Sequence(elements), Type::List(element) | Type::Set(element)) => (0..)
            .zip(elements)
            .map(|(index, value)| write(value, element, &path.then(Step::Index(index))))
            .collect::<Result<_, _>>()
            .map(ValueRef::Array),
        (Dynamic::Map(entries), Type::Map(element)) => entries
            .iter()
            .map(|(key, value)| {
                Ok((
                    ValueRef::from(key.as_str()),
                    write(value, element, &path.then(Step::Key(key.clone())))?,
                ))
            })
            .collect::<Result<_, _>>()
            .map(ValueRef::Map),
        (Dynamic::Object(object), Type::Object(attributes)) => {
            if let Some(name) = object.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(PathError::new(
                    &path.then(Step::Attribute(name.clone())),
                    "there is no such attribute",
                ));
            }
            attributes
                .iter()
                .map(|(name, ty)| {
                    let path = path.then(Step::Attribute(name.clone()));
                    let (name, value) = object
                        .get_key_value(name)
                        .ok_or_else(|| PathError::new(&path, "the attribute is missing"))?;
                    Ok((ValueRef::from(name.as_str()), write(value, ty, &path)?))
                })
                .collect::<Result<_, _>>()
                .map(ValueRef::Map)
        }
        (_, ty) => Err(PathError::new(path, format!("{} is required", ty.name()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], ty: &Type) -> Result<Dynamic, String> {
        decode(bytes.to_vec(), ty).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_arrive_in_every_form_that_cty_sends() {
        let number = |bytes: &[u8]| match decoded(bytes, &Type::Number) {
            Ok(Dynamic::Number(number)) => number,
            _ => panic!("a number"),
        };
        assert_eq!(number(&[0x02]), Number::Int(2));
        assert_eq!(number(&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0]), Number::Float(0.5));
        assert_eq!(number(b"\xa30.1"), Number::Text("0.1".to_owned()));
        assert_eq!(number(b"\xb39223372036854775808").as_i64(), None);
        assert_eq!(
            number(&[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).as_i64(),
            None
        );
    }

    #[test]
    fn unknowns_with_and_without_refinements_are_unknown() {
        assert!(decoded(&[0xd4, 0, 0], &Type::String) == Ok(Dynamic::Unknown));
        let refined = b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-";
        assert!(decoded(refined, &Type::String) == Ok(Dynamic::Unknown));
    }

    #[test]
    fn a_set_keeps_all_its_unknown_elements() {
        let set = decoded(&[0x93, 0xa1, b'z', 0xd4, 0, 0, 0xd4, 0, 0], &Type::strings());
        assert!(
            set == Ok(Dynamic::Sequence(vec![
                Dynamic::String("z".to_owned()),
                Dynamic::Unknown,
                Dynamic::Unknown
            ]))
        );
    }

    #[test]
    fn everything_survives_the_way_there_and_back() {
        let ty = Type::Object(BTreeMap::from([
            ("flag".to_owned(), Type::Bool),
            ("list".to_owned(), Type::List(Box::new(Type::Number))),
            ("map".to_owned(), Type::Map(Box::new(Type::String))),
            ("none".to_owned(), Type::String),
            ("secret".to_owned(), Type::Secret),
            ("unknown".to_owned(), Type::strings()),
        ]));
        let value = Dynamic::Object(BTreeMap::from([
            ("flag".to_owned(), Dynamic::Bool(true)),
            (
                "list".to_owned(),
                Dynamic::Sequence(vec![Dynamic::Number(Number::Int(-7))]),
            ),
            (
                "map".to_owned(),
                Dynamic::Map(BTreeMap::from([("k".to_owned(), Dynamic::Unknown)])),
            ),
            ("none".to_owned(), Dynamic::Null),
            ("secret".to_owned(), Dynamic::Secret(Secret::new("s"))),
            ("unknown".to_owned(), Dynamic::Unknown),
        ]));
        let bytes = encode(&value, &ty).unwrap_or_default();
        assert!(decode(bytes, &ty) == Ok(value));
    }

    #[test]
    fn errors_name_the_attribute_and_never_the_value() {
        let ty = Type::Object(BTreeMap::from([("ttl".to_owned(), Type::Number)]));
        assert_eq!(
            decoded(b"\x81\xa3ttl\xc3", &ty).err().as_deref(),
            Some("ttl: a number is required")
        );
        assert_eq!(
            decoded(b"\x80", &ty).err().as_deref(),
            Some("ttl: the attribute is missing")
        );
        assert_eq!(
            decoded(b"\x81\xa1x\xc0", &ty).err().as_deref(),
            Some("x: there is no such attribute")
        );
        assert!(decoded(b"\x81\xa3ttl", &ty).is_err(), "truncated");
        assert!(decoded(b"\xc0\xc0", &ty).is_err(), "left over");
        assert!(decoded(&[0x91; 200], &ty).is_err(), "nested too deeply");
    }

    #[test]
    fn an_object_that_terraform_could_not_read_is_refused_before_it_is_sent() {
        let ty = Type::Object(BTreeMap::from([("id".to_owned(), Type::String)]));
        let missing = Dynamic::Object(BTreeMap::new());
        assert_eq!(
            encode(&missing, &ty).err().map(|e| e.to_string()).as_deref(),
            Some("id: the attribute is missing")
        );
    }
}
