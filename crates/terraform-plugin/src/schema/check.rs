//! The rules by which Terraform judges a schema, and those by which a table of attributes makes sense. What Terraform
//! rejects disables the whole provider; the rest it mangles in silence.
//!
//! Sources: Terraform `internal/configs/configschema/internal_validate.go` for schemas, `internal/configs/resource.go`
//! and `internal/configs/provider.go` for the names that its language takes for itself.

use super::{Attribute, Kind, Nesting, Schema};
use crate::value::{Dynamic, Path, Type};

/// Where in a configuration the arguments of a schema are written, which decides about the names they cannot have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// In a `provider` block.
    Provider,
    /// In a `resource` block.
    Resource,
    /// In a `data` block.
    DataSource,
    /// In an `ephemeral` block.
    Ephemeral,
    /// In a block of their own, as the `config` block inside of `list`.
    Own,
}

impl Place {
    /// Names that the language takes before the provider sees them.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Provider => &[
                "alias",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "source",
                "version",
            ],
            Self::Resource => &[
                "connection",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "provider",
                "provisioner",
            ],
            Self::DataSource | Self::Ephemeral => &[
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "provider",
            ],
            Self::Own => &[],
        }
    }
}

impl Schema {
    /// Everything that Terraform, or a reader of the documentation, would object to.
    pub fn faults(&self, place: Place) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.description.ends_with('.') {
            faults.push("the description has to be sentences".to_owned());
        }
        for attribute in &self.attributes {
            if place.reserved().contains(&attribute.name) {
                faults.push(format!("{}: the language takes this name", attribute.name));
            }
            let variable = attribute.environment.is_some() || attribute.way.is_some();
            if variable && (place != Place::Provider || attribute.kind != Kind::Optional) {
                faults.push(format!(
                    "{}: only an optional argument of the provider block is read from the environment",
                    attribute.name
                ));
            }
        }
        if place == Place::DataSource && self.has_write_only() {
            faults.push("write-only means nothing in a data source".to_owned());
        }
        self.check("", Inside::default(), &mut faults);
        faults
    }

    fn check(&self, path: &str, inside: Inside<'_>, faults: &mut Vec<String>) {
        for (position, attribute) in self.attributes.iter().enumerate() {
            let at = format!("{path}{}", attribute.name);
            let mut fault = |text: &str| faults.push(format!("{at}: {text}"));
            if self.attributes[..position]
                .iter()
                .any(|other| other.name == attribute.name)
            {
                fault("there are two of that name");
            }
            attribute.check(inside, &mut fault);
            attribute.check_block(inside, &mut fault);
            if let Some(nested) = &attribute.nested {
                let inside = Inside {
                    parent: Some(attribute),
                    attribute: inside.attribute || attribute.block.is_none(),
                    set: inside.set || nested.nesting == Nesting::Set,
                };
                nested.schema.check(&format!("{at}."), inside, faults);
            }
        }
    }
}

/// In what an attribute is nested.
#[derive(Clone, Copy, Default)]
struct Inside<'a> {
    /// In this.
    parent: Option<&'a Attribute>,
    /// In an attribute, at whatever depth.
    attribute: bool,
    /// In a set, at whatever depth.
    set: bool,
}

impl Attribute {
    fn check(&self, inside: Inside<'_>, fault: &mut dyn FnMut(&str)) {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if self.name.is_empty() || !self.name.bytes().all(is_word) {
            fault("a name consists of lower-case letters, digits and underscores");
        }
        if self.name.starts_with(|c: char| c.is_ascii_digit()) {
            fault("a name that starts with a digit is no identifier");
        }
        if self.description.is_empty() || !self.description.ends_with('.') {
            fault("the description has to be sentences");
        }
        if self.write_only && self.is_computed() {
            fault("what is write-only cannot be computed");
        }
        if self.write_only && inside.set {
            fault("what is in a set cannot be write-only");
        }
        if inside.parent.is_some_and(|parent| parent.write_only) && !self.write_only {
            fault("what is in something write-only is write-only itself");
        }
        if inside.parent.is_some_and(|parent| parent.kind == Kind::Computed) && self.kind != Kind::Computed {
            fault("what is in a result is a result itself");
        }
        if self.write_only && self.replaces() {
            fault("a change of what is write-only is not seen, so it replaces nothing");
        }
        if inside.set && self.replaces() {
            fault("no path leads into a set, so nothing in it replaces; the set may");
        }
        if self.default.is_some() && self.kind != Kind::OptionalComputed {
            fault("only what is optional and computed has a default");
        }
        if !self.configurable() && (self.replaces() || !self.rules.is_empty()) {
            fault("what is not configurable neither replaces nor has rules");
        }
        for rule in &self.rules {
            if !rule.suits(&self.ty) {
                fault(&format!("the rule {:?} is for another type", rule.text));
            }
            let default = self.default.as_ref().unwrap_or(&Dynamic::Null);
            if !rule.complaints(default, &self.ty, &Path::root()).is_empty() {
                fault(&format!("the default breaks the rule {:?}", rule.text));
            }
        }
        if self.environment.is_some() && inside.parent.is_some() {
            fault("what is nested is not read from the environment");
        }
        if self.environment.is_some()
            && matches!(
                self.ty,
                Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Object(_)
            )
        {
            fault("an environment variable is no collection");
        }
    }

    fn check_block(&self, inside: Inside<'_>, fault: &mut dyn FnMut(&str)) {
        let Some(items) = self.block else { return };
        match self.nested.map(|nested| nested.nesting) {
            None => fault("a block has attributes of its own"),
            Some(Nesting::Map) => fault("blocks are not kept in a map"),
            Some(Nesting::Single) if items.max != 0 || items.min > 1 => {
                fault("a single block is there at least 0 or 1 times, and never more than once");
            }
            Some(_) if items.max != 0 && items.min > items.max => {
                fault("it is there at least more often than at most");
            }
            Some(_) => {}
        }
        if self.kind != Kind::Optional || self.default.is_some() || self.write_only || self.sensitive() {
            fault(
                "a block has no default and is neither computed, nor write-only, nor sensitive; what is in it may be",
            );
        }
        if !self.rules.is_empty()
            && self
                .nested
                .is_some_and(|nested| nested.nesting == Nesting::Single)
        {
            fault("a single block has no rules; what is in it may");
        }
        if inside.attribute {
            fault("a nested attribute has no blocks");
        }
    }
}

#[cfg(test)]
mod tests;
