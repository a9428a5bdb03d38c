//! Typed models of objects.

use super::Object;
use super::PathError;
use super::Type;

/// The attributes of a resource, an ephemeral resource or the provider as a struct of [`Value`](super::Value)s.
pub trait Model: Clone + PartialEq + Send + Sync + Sized + 'static {
    /// Names and types, in order of declaration; the schema has to agree with them.
    fn attributes() -> Vec<(&'static str, Type)>;

    /// Reads an object that has every attribute.
    fn from_object(object: Object) -> Result<Self, PathError>;

    /// Writes every attribute.
    fn into_object(self) -> Object;
}

/// Declares a struct whose fields are attributes, and its [`Model`].
///
/// `model! { pub struct State { id: String } }` has a field `id: Value<String>`.
#[macro_export]
macro_rules! model {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $ty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        $visibility struct $name {
            $($(#[$field_meta])* pub $field: $crate::value::Value<$ty>,)*
        }

        impl $crate::value::Model for $name {
            fn attributes() -> Vec<(&'static str, $crate::value::Type)> {
                vec![$((stringify!($field), <$ty as $crate::value::Wire>::ty()),)*]
            }

            fn from_object(mut object: $crate::value::Object) -> Result<Self, $crate::value::PathError> {
                Ok(Self {
                    $($field: $crate::value::Value::read(
                        object.remove(stringify!($field)).unwrap_or($crate::value::Dynamic::Null),
                        &$crate::value::Path::attribute(stringify!($field)),
                    )?,)*
                })
            }

            fn into_object(self) -> $crate::value::Object {
                $crate::value::Object::from([$((stringify!($field).to_owned(), self.$field.write()),)*])
            }
        }
    };
}
