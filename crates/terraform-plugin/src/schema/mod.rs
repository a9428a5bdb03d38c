//! What an attribute is, said once: type, who sets it, whether it is secret, its rules, its default, what a change of it
//! means, its documentation. The protocol's schema, the checks at plan, the plan itself and the pages under `docs/` are
//! all made from it. It is declared by [`model!`](crate::model).

mod attribute;
#[cfg(feature = "testing")]
mod check;
mod environment;
mod objections;
mod propose;
mod replace;
pub mod rules;
mod state;

pub use attribute::{Attr, Attribute, Items, Kind, Nested, Nesting, Replacement, Way};
#[cfg(feature = "testing")]
pub use check::Place;
pub use objections::Objection;
pub use rules::Rule;

use crate::value::{Dynamic, Object, Type, by_name};

/// A schema: the attributes of one thing, or of an object nested in it.
pub struct Schema {
    /// Raised whenever stored state has to be rewritten.
    pub version: i64,
    /// Markdown: what it is.
    pub description: &'static str,
    /// Attributes and nested blocks, in the order of the documentation.
    pub attributes: Vec<Attribute>,
    ty: Type,
}

impl Schema {
    /// A schema of these attributes.
    pub fn new(version: i64, description: &'static str, attributes: Vec<Attribute>) -> Self {
        let types = by_name(
            attributes
                .iter()
                .map(|attribute| (attribute.name.to_owned(), attribute.ty.clone())),
        );
        Self {
            version,
            description: description.trim(),
            attributes,
            ty: Type::Object(types),
        }
    }

    /// The type of a whole object.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// An object of which nothing is said: every default, and null where there is none.
    pub fn defaults(&self) -> Object {
        by_name(self.attributes.iter().map(|attribute| {
            let value = attribute.default.clone().unwrap_or(Dynamic::Null);
            (attribute.name.to_owned(), value)
        }))
    }
}

/// What `object` says of an attribute.
fn value_of<'a>(object: &'a Object, attribute: &Attribute) -> &'a Dynamic {
    object.get(attribute.name).unwrap_or(&Dynamic::Null)
}

#[cfg(test)]
mod nested;
#[cfg(test)]
mod tests;
