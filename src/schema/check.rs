//! The rules by which Terraform judges a schema; one bad attribute disables the whole provider.
//!
//! Source: Terraform `internal/configs/configschema/internal_validate.go`.

use super::Kind;
use super::Schema;
use crate::value::Type;

/// Everything that Terraform, or a reader of the documentation, would object to.
pub fn self_check(schema: &Schema, model: &[(&'static str, Type)]) -> Vec<String> {
    let mut faults = Vec::new();
    for attribute in &schema.attributes {
        let mut fault = |text: &str| faults.push(format!("{}: {text}", attribute.name));
        if !attribute
            .name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            fault("a name consists of lower-case letters, digits and underscores");
        }
        if attribute.description.is_empty() || !attribute.description.ends_with('.') {
            fault("the description has to be sentences");
        }
        if attribute.write_only && attribute.is_computed() {
            fault("what is write-only cannot be computed");
        }
        if attribute.default.is_some() && attribute.kind != Kind::OptionalComputed {
            fault("only what is optional and computed has a default");
        }
        if !attribute.configurable() && (attribute.replaces || !attribute.rules.is_empty()) {
            fault("what is not configurable neither replaces nor has rules");
        }
        match model.iter().find(|(name, _)| *name == attribute.name) {
            Some((_, ty))
                if ty.to_json() == attribute.ty.to_json() && is_secret(ty) == is_secret(&attribute.ty) => {}
            Some(_) => fault("the model has another type"),
            None => fault("the model lacks it"),
        }
    }
    for (name, _) in model {
        if !schema.attributes.iter().any(|attribute| attribute.name == *name) {
            faults.push(format!("{name}: the schema lacks it"));
        }
    }
    faults
}

fn is_secret(ty: &Type) -> bool {
    matches!(ty, Type::Secret)
}
