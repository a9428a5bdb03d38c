//! The section "Schema" of a page.

use terraform_plugin::schema::{Attribute, Kind, Nested, Nesting, Schema};
use terraform_plugin::value::{Dynamic, Number, Type};

/// All attributes and blocks, by who sets them; below them what is nested in each, as tfplugindocs has it.
pub fn markdown(schema: &Schema) -> String {
    let mut text = "## Schema\n".to_owned();
    for (heading, attributes) in groups(schema) {
        text += &format!("\n### {heading}\n\n");
        text += &lines("", &attributes);
    }
    text += &nested("", schema);
    text.trim_end().to_owned()
}

/// The schema of an identity, as a part of the section on imports.
pub fn identity_markdown(schema: &Schema) -> String {
    let mut text = "### Identity Schema\n".to_owned();
    for (heading, attributes) in groups(schema) {
        text += &format!("\n#### {heading}\n\n{}", lines("", &attributes));
    }
    text.trim_end().to_owned()
}

/// Those that must be given, those that may be, and those that only the provider sets.
fn groups(schema: &Schema) -> Vec<(&'static str, Vec<&Attribute>)> {
    let group = |attribute: &Attribute| match (attribute.block, attribute.kind) {
        (Some(items), _) if items.min > 0 => "Required",
        (_, Kind::Required) => "Required",
        (_, Kind::Optional | Kind::OptionalComputed) => "Optional",
        (_, Kind::Computed) => "Read-Only",
    };
    ["Required", "Optional", "Read-Only"]
        .into_iter()
        .map(|heading| {
            let attributes = schema.attributes.iter();
            (
                heading,
                attributes.filter(|it| group(it) == heading).collect::<Vec<_>>(),
            )
        })
        .filter(|(_, attributes)| !attributes.is_empty())
        .collect()
}

fn lines(path: &str, attributes: &[&Attribute]) -> String {
    let mut text = String::new();
    if attributes.iter().any(|attribute| attribute.write_only) {
        text += "-> Write-only arguments need Terraform 1.11 or OpenTofu 1.11.\n\n";
    }
    for attribute in attributes {
        text += &line(path, attribute);
    }
    text
}

/// A section for each attribute and block with attributes of its own, and for those in it.
fn nested(path: &str, schema: &Schema) -> String {
    let mut text = String::new();
    for attribute in &schema.attributes {
        let Some(inside) = &attribute.nested else { continue };
        let path = format!("{path}{}", attribute.name);
        text += &format!("\n<a id=\"{}\"></a>\n", anchor(&path, attribute));
        text += &format!("### Nested Schema for `{path}`\n");
        let path = format!("{path}.");
        for (heading, attributes) in groups(inside.schema) {
            text += &format!("\n{heading}:\n\n{}", lines(&path, &attributes));
        }
        text += &nested(&path, inside.schema);
    }
    text
}

fn anchor(path: &str, attribute: &Attribute) -> String {
    let kind = if attribute.block.is_some() {
        "nestedblock"
    } else {
        "nestedatt"
    };
    format!("{kind}--{}", path.replace('.', "--"))
}

/// Such as `Attributes List` or `Block Set, Min: 1`.
fn nested_name(attribute: &Attribute, nested: &Nested) -> String {
    let kind = if attribute.block.is_some() {
        "Block"
    } else {
        "Attributes"
    };
    let nesting = match nested.nesting {
        Nesting::Single => "",
        Nesting::List => " List",
        Nesting::Set => " Set",
        Nesting::Map => " Map",
    };
    let mut name = format!("{kind}{nesting}");
    if nested.nesting != Nesting::Single {
        let items = attribute.block.unwrap_or_default();
        for (word, number) in [("Min", items.min), ("Max", items.max)] {
            if number > 0 {
                name += &format!(", {word}: {number}");
            }
        }
    }
    name
}

fn line(path: &str, attribute: &Attribute) -> String {
    let mut kind = match &attribute.nested {
        Some(nested) => nested_name(attribute, nested),
        None => type_name(&attribute.ty),
    };
    if attribute.sensitive() {
        kind += ", Sensitive";
    }
    if attribute.write_only {
        kind += ", Write-only";
    }
    let mut line = format!("- `{}` ({kind}) {}", attribute.name, attribute.description);
    let rules: Vec<_> = attribute.rules.iter().map(|rule| rule.text.as_str()).collect();
    if !rules.is_empty() {
        line += &format!(" Valid: {}.", rules.join("; "));
    }
    if let Some(default) = &attribute.default {
        line += &format!(" Default: `{}`.", value(default));
    }
    if let Some(variable) = attribute.environment {
        line += &format!(" Environment variable: `{variable}`.");
    }
    let computed_elsewhere = attribute.kind == Kind::OptionalComputed && attribute.default.is_none();
    if computed_elsewhere && !attribute.description.contains("Without it") {
        line += " Without it the tenant's value is kept.";
    }
    if attribute.replaces() {
        line += " **Forces replacement.**";
    }
    if attribute.nested.is_some() {
        let anchor = anchor(&format!("{path}{}", attribute.name), attribute);
        line += &format!(" (see [below for nested schema](#{anchor}))");
    }
    line + "\n"
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String | Type::Secret => "String".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// A default as one would write it in a configuration.
fn value(value: &Dynamic) -> String {
    match value {
        Dynamic::Bool(value) => value.to_string(),
        Dynamic::Number(Number::Int(number)) => number.to_string(),
        Dynamic::String(text) => format!("{text:?}"),
        Dynamic::Sequence(elements) => {
            let elements: Vec<_> = elements.iter().map(self::value).collect();
            format!("[{}]", elements.join(", "))
        }
        _ => panic!("a default of a kind that the documentation cannot show yet"),
    }
}

#[cfg(test)]
mod tests {
    use terraform_plugin::model;
    use terraform_plugin::secret::Secret;
    use terraform_plugin::value::{List, Model as _, Set};

    use super::*;

    model! {
        /// A pin.
        struct Pin {
            /// How long it is.
            length: i64 = required().replaces(),
        }
    }

    model! {
        /// A key.
        struct Key {
            /// Its code.
            code: Secret = optional().write_only(),
            /// Its pins.
            pins: List<Pin> = computed(),
        }
    }

    model! {
        /// A door.
        struct Door {
            /// Its lock.
            lock: Key = required(),
            /// Its hinges.
            hinge: Set<Pin> = block().at_least(1).at_most(3),
        }
    }

    #[test]
    fn what_is_nested_has_sections_of_its_own() {
        let expected = "## Schema

### Required

- `lock` (Attributes) Its lock. (see [below for nested schema](#nestedatt--lock))
- `hinge` (Block Set, Min: 1, Max: 3) Its hinges. (see [below for nested schema](#nestedblock--hinge))

<a id=\"nestedatt--lock\"></a>
### Nested Schema for `lock`

Optional:

-> Write-only arguments need Terraform 1.11 or OpenTofu 1.11.

- `code` (String, Sensitive, Write-only) Its code.

Read-Only:

- `pins` (Attributes List) Its pins. (see [below for nested schema](#nestedatt--lock--pins))

<a id=\"nestedatt--lock--pins\"></a>
### Nested Schema for `lock.pins`

Required:

- `length` (Number) How long it is. **Forces replacement.**

<a id=\"nestedblock--hinge\"></a>
### Nested Schema for `hinge`

Required:

- `length` (Number) How long it is. **Forces replacement.**";
        assert_eq!(markdown(Door::schema()), expected);
    }
}
