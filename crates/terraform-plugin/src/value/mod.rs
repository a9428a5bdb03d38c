//! Terraform values: what a `.tf` file says, what a plan promises and what state keeps.
//!
//! [`Dynamic`] is a value as it crosses the wire, [`Value`] one attribute of a resource's typed model, and
//! [`model!`](crate::model) declares such a model: its attributes, and the conversion between it and an object.

pub(crate) mod codec;
pub(crate) mod cost;
mod dynamic;
pub(crate) mod json;
mod model;
mod path;
mod typed;

pub(crate) use dynamic::by_name;
pub use dynamic::{Dynamic, Number, Object, Type};
pub(crate) use json::from_json;
pub use model::{Model, attribute_name};
pub use path::{Path, PathError, Step};
pub(crate) use typed::same_elements;
pub use typed::{List, Map, Set, Value, Wire};
