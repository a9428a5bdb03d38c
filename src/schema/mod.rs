//! What an attribute is, said once: type, who sets it, whether it is secret, its rules, its default, its
//! documentation. The protocol's schema, the checks at plan and the pages under `docs/` are all made from it.

mod check;
pub mod rules;

use std::collections::BTreeMap;

pub use check::self_check;
pub use rules::Rule;

use crate::value::Dynamic;
use crate::value::Object;
use crate::value::Type;

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The configuration must.
    Required,
    /// The configuration may; otherwise it is null.
    Optional,
    /// The configuration may; otherwise the provider does.
    OptionalComputed,
    /// The provider does.
    Computed,
}

/// An attribute of a resource, an ephemeral resource or the provider.
pub struct Attribute {
    /// Name in the configuration.
    pub name: &'static str,
    /// Type.
    pub ty: Type,
    /// Who sets it.
    pub kind: Kind,
    /// True if the value never reaches plan or state.
    pub write_only: bool,
    /// True if a change makes a new object.
    pub replaces: bool,
    /// What the provider plans where the configuration says nothing.
    pub default: Option<Dynamic>,
    /// Environment variable that is read where the configuration says nothing.
    pub environment: Option<&'static str>,
    /// Markdown: meaning, unit, format.
    pub description: &'static str,
    /// Rules for known values.
    pub rules: Vec<Rule>,
}

impl Attribute {
    fn new(name: &'static str, ty: Type, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            ty,
            kind,
            write_only: false,
            replaces: false,
            default: None,
            environment: None,
            description,
            rules: Vec::new(),
        }
    }

    /// An argument that must be given.
    pub fn required(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(name, ty, Kind::Required, description)
    }

    /// An argument that may be given and stays null if it is not.
    pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(name, ty, Kind::Optional, description)
    }

    /// An argument that may be given and is filled in by provider or tenant if it is not.
    pub fn optional_computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(name, ty, Kind::OptionalComputed, description)
    }

    /// A result.
    pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self::new(name, ty, Kind::Computed, description)
    }

    /// The same, kept out of plan and state.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// The same; a change makes a new object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// The same, with what the provider plans where the configuration says nothing.
    #[must_use]
    pub fn default(mut self, value: Dynamic) -> Self {
        self.default = Some(value);
        self
    }

    /// The same, with the environment variable that stands in for it.
    #[must_use]
    pub fn environment(mut self, variable: &'static str) -> Self {
        self.environment = Some(variable);
        self
    }

    /// The same with one more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// True if Terraform has to hide the value.
    pub fn sensitive(&self) -> bool {
        matches!(self.ty, Type::Secret)
    }

    /// What is wrong with `value` in a configuration, whatever the rules say: summary and detail. Terraform sees that
    /// an argument is missing, but not that it is null, and leaves what only the provider sets to the provider.
    pub fn misplaced(&self, value: &Dynamic) -> Option<(&'static str, String)> {
        match (self.kind, value) {
            (Kind::Required, Dynamic::Null) => Some((
                "Missing required argument",
                format!("{} is required, but its value is null.", self.name),
            )),
            (Kind::Computed, value) if *value != Dynamic::Null => Some((
                "Not an argument",
                format!(
                    "{} is a result that only the provider sets. Remove it.",
                    self.name
                ),
            )),
            _ => None,
        }
    }

    /// True if a configuration may hold it.
    pub fn configurable(&self) -> bool {
        self.kind != Kind::Computed
    }

    /// True if the provider may set it.
    pub fn is_computed(&self) -> bool {
        matches!(self.kind, Kind::Computed | Kind::OptionalComputed)
    }
}

/// A schema: the attributes of one thing.
pub struct Schema {
    /// Raised whenever stored state has to be rewritten.
    pub version: i64,
    /// Markdown: what it is.
    pub description: &'static str,
    /// The attributes, in the order of the documentation.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The type of a whole object.
    pub fn ty(&self) -> Type {
        let attributes: BTreeMap<_, _> = self
            .attributes
            .iter()
            .map(|attribute| (attribute.name.to_owned(), attribute.ty.clone()))
            .collect();
        Type::Object(attributes)
    }

    /// What the next state should be before the resource itself has a say: the configuration where it says
    /// something, then defaults, then what was, then unknown.
    ///
    /// Terraform's own proposal keeps the prior value where an optional and computed argument was removed
    /// (internal/plans/objchange/objchange.go), so that the provider has to decide about defaults.
    pub fn propose(&self, config: &Object, prior: Option<&Object>) -> Object {
        self.attributes
            .iter()
            .map(|attribute| {
                let configured = config
                    .get(attribute.name)
                    .filter(|value| **value != Dynamic::Null);
                let value = if attribute.write_only {
                    Dynamic::Null
                } else if let Some(value) = configured {
                    value.clone()
                } else if !attribute.is_computed() {
                    Dynamic::Null
                } else if let Some(value) = &attribute.default {
                    value.clone()
                } else if let Some(prior) = prior {
                    prior.get(attribute.name).cloned().unwrap_or(Dynamic::Null)
                } else {
                    Dynamic::Unknown
                };
                (attribute.name.to_owned(), value)
            })
            .collect()
    }

    /// `config` without all that is not write-only: what apply may take from a configuration.
    pub fn write_only_part(&self, mut config: Object) -> Object {
        for attribute in self.attributes.iter().filter(|attribute| !attribute.write_only) {
            config.insert(attribute.name.to_owned(), Dynamic::Null);
        }
        config
    }

    /// Sets every write-only attribute to null: what state and plan must look like.
    pub fn hide_write_only(&self, object: &mut Object) {
        for attribute in self.attributes.iter().filter(|attribute| attribute.write_only) {
            object.insert(attribute.name.to_owned(), Dynamic::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema {
            version: 0,
            description: "A test.",
            attributes: vec![
                Attribute::required("name", Type::String, "Name."),
                Attribute::optional("secret_wo", Type::Secret, "Secret.").write_only(),
                Attribute::optional_computed("ttl", Type::String, "TTL."),
                Attribute::optional_computed("mode", Type::String, "Mode.").default(text("plain")),
                Attribute::computed("id", Type::String, "Id."),
            ],
        }
    }

    fn text(text: &str) -> Dynamic {
        Dynamic::String(text.to_owned())
    }

    fn object(pairs: &[(&str, Dynamic)]) -> Object {
        let mut object = Dynamic::null_object(["name", "secret_wo", "ttl", "mode", "id"]);
        object.extend(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        object
    }

    #[test]
    fn null_is_not_enough_for_what_is_required_and_results_cannot_be_given() {
        let misplaced = |name: &str, value: &Dynamic| {
            let schema = schema();
            let attribute = schema.attributes.iter().find(|found| found.name == name);
            attribute
                .expect("an attribute")
                .misplaced(value)
                .map(|(summary, _)| summary)
        };
        assert_eq!(
            misplaced("name", &Dynamic::Null),
            Some("Missing required argument")
        );
        assert_eq!(misplaced("name", &Dynamic::Unknown), None);
        assert_eq!(misplaced("id", &text("mine")), Some("Not an argument"));
        assert_eq!(misplaced("id", &Dynamic::Unknown), Some("Not an argument"));
        assert_eq!(misplaced("id", &Dynamic::Null), None);
        assert_eq!(misplaced("ttl", &text("9")), None);
    }

    #[test]
    fn a_new_object_has_config_then_defaults_then_unknowns() {
        let config = object(&[("name", text("a")), ("secret_wo", Dynamic::Unknown)]);
        let expected = object(&[
            ("name", text("a")),
            ("mode", text("plain")),
            ("ttl", Dynamic::Unknown),
            ("id", Dynamic::Unknown),
        ]);
        assert!(schema().propose(&config, None) == expected);
    }

    #[test]
    fn an_argument_that_was_removed_falls_back_to_its_default_and_else_stays() {
        let prior = object(&[
            ("name", text("a")),
            ("mode", text("fancy")),
            ("ttl", text("9")),
            ("id", text("1")),
        ]);
        let config = object(&[("name", text("a"))]);
        let expected = object(&[
            ("name", text("a")),
            ("mode", text("plain")),
            ("ttl", text("9")),
            ("id", text("1")),
        ]);
        assert!(schema().propose(&config, Some(&prior)) == expected);
    }
}
