//! Terraform values: what a `.tf` file says, what a plan promises and what state keeps.
//!
//! [`Dynamic`] is a value as it crosses the wire, [`Value`] one attribute of a resource's typed model, and
//! [`model!`](crate::model) writes the conversion between an object and such a model.

pub mod codec;
mod dynamic;
mod json;
mod model;
mod path;
mod typed;

pub use dynamic::Dynamic;
pub use dynamic::Number;
pub use dynamic::Object;
pub use dynamic::Type;
pub use json::from_json;
pub use model::Model;
pub use path::Path;
pub use path::PathError;
pub use path::Step;
pub use typed::Strings;
pub use typed::Value;
pub use typed::Wire;
