//! The `MessagePack` form of values, as core's library cty writes and reads it.

use rmpv::Value as Wire;

use super::types::{Type, number};
use super::{Val, join};

/// The extension type of an unknown value about which something is known.
const REFINED: i8 = 12;

/// Encodes as core does: every attribute present and sorted, numbers in the form core picks.
pub fn encode(ty: &Type, value: &Val) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &to_wire(ty, value)).expect("a Vec takes everything");
    bytes
}

/// Decodes and checks against the type as core does.
pub fn decode(ty: &Type, bytes: &[u8]) -> Result<Val, String> {
    let mut rest = bytes;
    let wire = rmpv::decode::read_value(&mut rest).map_err(|error| format!("not MessagePack: {error}"))?;
    if !rest.is_empty() {
        return Err(format!("{} extra bytes after the value", rest.len()));
    }
    ty.conform(from_wire(ty, wire, "")?, "")
}

fn to_wire(ty: &Type, value: &Val) -> Wire {
    if let (Type::Dynamic, false) = (ty, matches!(value, Val::Null | Val::Unknown)) {
        let ty = Type::of(value);
        let name = ty.to_json().to_string().into_bytes();
        return Wire::Array(vec![Wire::Binary(name), to_wire(&ty, value)]);
    }
    match value {
        Val::Null => Wire::Nil,
        Val::Unknown => Wire::Ext(0, vec![0]),
        Val::RefinedUnknown { prefix } => {
            let refinements = Wire::Map(vec![
                (1.into(), false.into()),
                (2.into(), Wire::from(prefix.as_str())),
            ]);
            let mut bytes = Vec::new();
            rmpv::encode::write_value(&mut bytes, &refinements).expect("a Vec takes everything");
            Wire::Ext(REFINED, bytes)
        }
        Val::Bool(value) => (*value).into(),
        Val::Int(value) => (*value).into(),
        Val::Float(value) => float_to_wire(*value),
        Val::Str(value) => value.as_str().into(),
        Val::List(items) => Wire::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| match ty {
                    Type::List(element) | Type::Set(element) => to_wire(element, item),
                    Type::Tuple(types) => to_wire(&types[index], item),
                    _ => panic!("{value} is no {ty:?}"),
                })
                .collect(),
        ),
        Val::Object(fields) => Wire::Map(
            fields
                .iter()
                .map(|(name, field)| {
                    let field = match ty {
                        Type::Map(element) => to_wire(element, field),
                        Type::Object(types) => to_wire(&types[name], field),
                        _ => panic!("{value} is no {ty:?}"),
                    };
                    (name.as_str().into(), field)
                })
                .collect(),
        ),
    }
}

/// Core's numbers are decimal: one that has no exact binary form travels as text, and so does a whole one that is too
/// large for 64 bits.
fn float_to_wire(value: f64) -> Wire {
    if let Val::Int(value) = number(value) {
        return value.into();
    }
    if value.fract() == 0.0 {
        return format!("{value:.0}").into();
    }
    let shortest = value.to_string();
    let exact = format!("{value:.1074}");
    if exact.trim_end_matches('0') == shortest {
        Wire::F64(value)
    } else {
        shortest.into()
    }
}

fn from_wire(ty: &Type, wire: Wire, path: &str) -> Result<Val, String> {
    match (ty, wire) {
        (_, Wire::Nil) => Ok(Val::Null),
        (_, Wire::Ext(kind, payload)) => Ok(unknown(kind, &payload)),
        (Type::Dynamic, Wire::Array(mut parts)) if parts.len() == 2 => {
            let value = parts.pop().expect("there are two");
            let Some(Wire::Binary(name)) = parts.pop() else {
                return Err(format!("{path}: a dynamic value needs its type as binary"));
            };
            let ty = Type::from_bytes(&name)?;
            ty.conform(from_wire(&ty, value, path)?, path)
        }
        (Type::Dynamic, wire) => Err(format!(
            "{path}: a dynamic value is a pair of type and value, not {wire}"
        )),
        (Type::Number, Wire::String(text)) => {
            let text = text
                .into_str()
                .ok_or_else(|| format!("{path}: a number is not UTF-8"))?;
            text.parse::<i64>()
                .map(Val::Int)
                .or_else(|_| text.parse().map(number))
                .map_err(|_| format!("{path}: {text:?} is not a number"))
        }
        (_, Wire::Boolean(value)) => Ok(Val::Bool(value)),
        #[allow(
            clippy::cast_precision_loss,
            reason = "beyond 64 bits the tests need no exactness"
        )]
        (_, Wire::Integer(value)) => Ok(value
            .as_i64()
            .map_or_else(|| Val::Float(value.as_f64().unwrap_or(f64::NAN)), Val::Int)),
        (_, Wire::F32(value)) => Ok(number(value.into())),
        (_, Wire::F64(value)) => Ok(number(value)),
        (_, Wire::String(text)) => text
            .into_str()
            .map(Val::Str)
            .ok_or_else(|| format!("{path}: text is not UTF-8")),
        (ty, Wire::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let path = format!("{path}[{index}]");
                match ty {
                    Type::List(element) | Type::Set(element) => from_wire(element, item, &path),
                    Type::Tuple(types) if index < types.len() => from_wire(&types[index], item, &path),
                    _ => Err(format!("{path}: an unexpected element")),
                }
            })
            .collect::<Result<_, _>>()
            .map(Val::List),
        (ty, Wire::Map(fields)) => fields
            .into_iter()
            .map(|(key, value)| {
                let key = key
                    .as_str()
                    .ok_or_else(|| format!("{path}: a key is not text"))?
                    .to_owned();
                let path = join(path, &key);
                let value = match ty {
                    Type::Map(element) => from_wire(element, value, &path)?,
                    Type::Object(types) => match types.get(&key) {
                        Some(ty) => from_wire(ty, value, &path)?,
                        None => return Err(format!("{path}: unsupported attribute")),
                    },
                    _ => return Err(format!("{path}: an unexpected map")),
                };
                Ok((key, value))
            })
            .collect::<Result<_, _>>()
            .map(Val::Object),
        (_, Wire::Binary(_)) => Err(format!("{path}: binary data is no value of Terraform's")),
    }
}

fn unknown(kind: i8, payload: &[u8]) -> Val {
    if kind == REFINED
        && let Ok(Wire::Map(refinements)) = rmpv::decode::read_value(&mut &payload[..])
        && let Some((_, Wire::String(prefix))) = refinements.into_iter().find(|(key, _)| *key == 2.into())
    {
        return Val::RefinedUnknown {
            prefix: prefix.into_str().unwrap_or_default(),
        };
    }
    Val::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{list, obj};

    fn ty(json: &str) -> Type {
        Type::from_bytes(json.as_bytes()).unwrap()
    }

    #[test]
    fn numbers_take_the_form_core_picks() {
        let number = Type::Number;
        assert_eq!(encode(&number, &2.into()), [0x02]);
        assert_eq!(encode(&number, &0.5.into())[0], 0xcb);
        assert_eq!(encode(&number, &0.1.into()), b"\xa30.1");
        assert_eq!(
            encode(&number, &9_223_372_036_854_775_808.0.into()),
            b"\xb39223372036854775808"
        );
        assert_eq!(encode(&number, &Val::Float(3.0)), [0x03]);
    }

    #[test]
    fn every_form_of_a_number_is_read() {
        for bytes in [&b"\xa12"[..], b"\x02", b"\xcb\x40\x00\x00\x00\x00\x00\x00\x00"] {
            assert_eq!(decode(&Type::Number, bytes).unwrap(), Val::Int(2));
        }
        assert_eq!(decode(&Type::Number, b"\xa30.1").unwrap(), Val::Float(0.1));
    }

    #[test]
    fn unknowns_look_as_core_writes_them() {
        assert_eq!(encode(&Type::String, &Val::Unknown), b"\xd4\x00\x00");
        let refined = Val::RefinedUnknown {
            prefix: "pre-".into(),
        };
        let bytes = b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-";
        assert_eq!(encode(&Type::String, &refined), bytes);
        assert_eq!(decode(&Type::String, bytes).unwrap(), refined);
        assert_eq!(decode(&Type::String, b"\xd4\x07\x2a").unwrap(), Val::Unknown);
    }

    #[test]
    fn nested_values_survive_a_round_trip() {
        let ty = ty(r#"["object",{"any":"dynamic","labels":["map","number"],"names":["set","string"]}]"#);
        let value = obj! { any: list![1, "x"], labels: obj! { a: 0.1 }, names: list!["b", "a"] };
        let value = ty.conform(value, "").unwrap();
        assert_eq!(decode(&ty, &encode(&ty, &value)).unwrap(), value);
    }

    #[test]
    fn an_object_that_lacks_an_attribute_is_refused() {
        let full = ty(r#"["object",{"a":"string","b":"string"}]"#);
        let part = ty(r#"["object",{"a":"string"}]"#);
        let error = decode(&full, &encode(&part, &obj! { a: "x" })).unwrap_err();
        assert!(
            error.contains("an object with 2 attributes is required"),
            "{error}"
        );
    }
}
