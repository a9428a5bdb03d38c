//! The section "Schema" of a page.

use terraform_provider_wsoa::schema::Attribute;
use terraform_provider_wsoa::schema::Kind;
use terraform_provider_wsoa::schema::Schema;
use terraform_provider_wsoa::value::Dynamic;
use terraform_provider_wsoa::value::Number;
use terraform_provider_wsoa::value::Type;

/// All attributes, by who sets them.
pub fn markdown(schema: &Schema) -> String {
    let mut text = "## Schema\n".to_owned();
    let groups: [(&str, &[Kind]); 3] = [
        ("Required", &[Kind::Required]),
        ("Optional", &[Kind::Optional, Kind::OptionalComputed]),
        ("Read-Only", &[Kind::Computed]),
    ];
    for (heading, kinds) in groups {
        let attributes: Vec<_> = schema
            .attributes
            .iter()
            .filter(|attribute| kinds.contains(&attribute.kind))
            .collect();
        if attributes.is_empty() {
            continue;
        }
        text += &format!("\n### {heading}\n\n");
        if attributes.iter().any(|attribute| attribute.write_only) {
            text += "-> Write-only arguments need Terraform 1.11 or OpenTofu 1.11.\n\n";
        }
        for attribute in attributes {
            text += &line(attribute);
        }
    }
    text.trim_end().to_owned()
}

fn line(attribute: &Attribute) -> String {
    let mut kind = type_name(&attribute.ty);
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
    if attribute.replaces {
        line += " **Forces replacement.**";
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
