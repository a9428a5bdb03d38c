//! Typed models of objects, each declared once.

use super::typed::unexpected;
use super::{Dynamic, Object, Path, PathError, Type, Wire};
use crate::schema::{Attribute, Nested, Nesting, Schema};

/// The attributes of a resource, an ephemeral resource, the provider, or of an object nested in one of them, as a struct
/// of [`Value`](super::Value)s. Made by [`model!`](crate::model).
pub trait Model: Clone + Default + PartialEq + Send + Sync + 'static {
    /// The schema, made when it is first asked for.
    fn schema() -> &'static Schema;

    /// The attributes, in order of declaration.
    fn attributes() -> Vec<Attribute>;

    /// Takes its attributes out of an object, found at `path`, that has all of them.
    fn take(object: &mut Object, path: &Path) -> Result<Self, PathError>;

    /// Puts all of its attributes into an object.
    fn put(self, object: &mut Object);

    /// Reads an object that has every attribute.
    fn from_object(mut object: Object) -> Result<Self, PathError> {
        Self::take(&mut object, &Path::root())
    }

    /// Writes every attribute.
    fn into_object(self) -> Object {
        let mut object = Object::new();
        self.put(&mut object);
        object
    }

    /// An object of which nothing is said: every default, and null where there is none.
    fn of_defaults() -> Self {
        let mut defaults = Self::schema().defaults();
        // typed as the attributes are, so it can always be read
        Self::take(&mut defaults, &Path::root()).unwrap_or_default()
    }
}

impl<M: Model> Wire for M {
    fn ty() -> Type {
        M::schema().ty().clone()
    }

    fn nested() -> Option<Nested> {
        Some(Nested {
            nesting: Nesting::Single,
            schema: M::schema(),
        })
    }

    fn read(value: Dynamic, path: &Path) -> Result<Self, PathError> {
        match value {
            Dynamic::Object(mut object) => M::take(&mut object, path),
            _ => Err(unexpected::<Self>(path)),
        }
    }

    fn write(self) -> Dynamic {
        Dynamic::Object(self.into_object())
    }
}

/// The attribute's name of a field: a field that is a keyword in Rust is written `r#type`.
#[doc(hidden)] // for `model!`
pub fn attribute_name(field: &'static str) -> &'static str {
    field.trim_start_matches("r#")
}

/// Declares an object once: a struct whose fields are attributes, and its [`Model`] with the [`Schema`] from which the
/// protocol's schema, checks, defaults, replacement and documentation are made.
///
/// ```
/// use terraform_plugin::model;
/// use terraform_plugin::schema::rules::between;
/// use terraform_plugin::schema::rules::label;
/// use terraform_plugin::secret::Secret;
/// use terraform_plugin::value::List;
/// use terraform_plugin::value::Model as _;
/// use terraform_plugin::value::Set;
/// use terraform_plugin::value::Value;
///
/// model! {
///     /// Who may come in.
///     pub struct Guest {
///         /// Name on the list.
///         name: String = required().rule(label(64)),
///         /// Password at the door.
///         password: Secret = computed(),
///     }
/// }
///
/// model! {
///     /// Results that a door and a window share.
///     pub struct Results {
///         /// Id of it.
///         id: String = computed(),
///     }
/// }
///
/// model! {
///     /// A door.
///     pub struct Door {
///         /// Where it is. A change makes a new one.
///         place: String = required().replaces_unless(|one, other| one.eq_ignore_ascii_case(other)),
///         /// Its colors.
///         colors: Set<String> = optional_computed().default(["red"]),
///         /// Seconds after which it falls shut.
///         seconds: i64 = optional_computed().default(30).rule(between(1, 60)),
///         /// Those who may come in, in order.
///         guests: List<Guest> = optional(),
///         results: Results,
///     }
/// }
///
/// let door = Door { place: "North".into(), ..Door::of_defaults() };
/// assert!(door.seconds == Value::Known(30) && door.results.id.is_null());
/// assert_eq!(Door::schema().description, "A door.");
/// ```
///
/// A field is `name: Type = kind()`, followed by what refines it: a field `id: String` becomes `id: Value<String>`. Kinds
/// and refinements are the functions of [`Attr`](crate::schema::Attr), which know the type, so that a default of another
/// type does not compile:
///
/// ```compile_fail
/// terraform_plugin::model! {
///     /// A door.
///     pub struct Door {
///         /// Whether it is open.
///         open: bool = optional_computed().default("yes"),
///     }
/// }
/// ```
///
/// `#[version(1)]` after the description is the version of stored state, 0 without it.
///
/// What it cannot do:
///
/// * Fields of another declaration are not spliced in. A field without a kind, `results` above, is another model, a
///   *part*: its attributes are attributes of this object, in this place, and its fields are reached through it. One
///   attribute that several objects have is a function that makes it: `id: String = shared(id)`. Rules are functions
///   anyway.
/// * A description holds no constants, as a comment cannot. Where a number in it comes from a rule or a default, leave
///   it out: the documentation states both.
/// * Lines of a description are joined by blanks, so it is one paragraph.
#[macro_export]
macro_rules! model {
    (
        $(#[doc = $doc:literal])*
        $(#[version($version:literal)])?
        $visibility:vis struct $name:ident {$(
            $(#[doc = $field_doc:literal])*
            $field:ident: $ty:ty
            $(= $kind:ident($($argument:expr)?) $(.$method:ident($($value:expr),* $(,)?))*)?,
        )*}
    ) => {
        $(#[doc = $doc])*
        #[allow(missing_docs, clippy::doc_markdown, reason = "the texts are written for users of the provider")]
        #[derive(Clone, Default, PartialEq)]
        $visibility struct $name {
            $($(#[doc = $field_doc])* pub $field: $crate::model_field!(type $ty $(, $kind)?),)*
        }

        impl $crate::value::Model for $name {
            fn schema() -> &'static $crate::schema::Schema {
                static SCHEMA: ::std::sync::LazyLock<$crate::schema::Schema> = ::std::sync::LazyLock::new(|| {
                    $crate::schema::Schema::new(
                        0 $(+ $version)?,
                        concat!($($doc),*),
                        <$name as $crate::value::Model>::attributes(),
                    )
                });
                &SCHEMA
            }

            fn attributes() -> ::std::vec::Vec<$crate::schema::Attribute> {
                let fields: ::std::vec::Vec<::std::vec::Vec<$crate::schema::Attribute>> = ::std::vec![$(
                    $crate::model_field!(
                        attributes $field, concat!($($field_doc),*), $ty
                        $(, $kind($($argument)?) $(.$method($($value),*))*)?
                    ),
                )*];
                fields.into_iter().flatten().collect()
            }

            fn take(
                object: &mut $crate::value::Object,
                path: &$crate::value::Path,
            ) -> ::std::result::Result<Self, $crate::value::PathError> {
                let _ = (&object, path); // where there are no fields
                ::std::result::Result::Ok(Self {
                    $($field: $crate::model_field!(take object, path, $field, $ty $(, $kind)?),)*
                })
            }

            fn put(self, object: &mut $crate::value::Object) {
                let _ = &object;
                $($crate::model_field!(put object, self.$field, $field $(, $kind)?);)*
            }
        }
    };
}

/// One field of [`model!`]: with a kind an attribute, without one a part.
#[doc(hidden)]
#[macro_export]
macro_rules! model_field {
    (type $ty:ty) => { $ty };
    (type $ty:ty, $kind:ident) => { $crate::value::Value<$ty> };
    (attributes $field:ident, $doc:expr, $ty:ty) => {
        <$ty as $crate::value::Model>::attributes()
    };
    (attributes $field:ident, $doc:expr, $ty:ty,
        $kind:ident($($argument:expr)?) $(.$method:ident($($value:expr),*))*) => {
        ::std::vec![
            $crate::schema::Attr::<$ty>::$kind($($argument)?)
                $(.$method($($value),*))*
                .named($crate::value::attribute_name(stringify!($field)), $doc)
        ]
    };
    (take $object:ident, $path:ident, $field:ident, $ty:ty) => {
        <$ty as $crate::value::Model>::take($object, $path)?
    };
    (take $object:ident, $path:ident, $field:ident, $ty:ty, $kind:ident) => {{
        let name = $crate::value::attribute_name(stringify!($field));
        let value = $object.remove(name).unwrap_or($crate::value::Dynamic::Null);
        let path = $path.then($crate::value::Step::Attribute(name.to_owned()));
        $crate::value::Value::<$ty>::read(value, &path)?
    }};
    (put $object:ident, $value:expr, $field:ident) => {
        $crate::value::Model::put($value, $object);
    };
    (put $object:ident, $value:expr, $field:ident, $kind:ident) => {
        $object.insert(
            $crate::value::attribute_name(stringify!($field)).to_owned(),
            $value.write(),
        );
    };
}
