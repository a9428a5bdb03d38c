//! The rules core applies to a schema before it uses a provider at all: one bad attribute disables everything.

use crate::testing::generated::tfplugin6::Schema;
use crate::testing::generated::tfplugin6::get_provider_schema::Response;
use crate::testing::generated::tfplugin6::schema::{Attribute, Block, NestedBlock, nested_block, object};
use crate::testing::value::join;
use crate::testing::value::types::Type;

/// Panics with every violation.
pub fn assert_schema_valid(schema: &Response) {
    let problems = schema_problems(schema);
    assert!(
        problems.is_empty(),
        "Failed to load plugin schemas: provider has invalid schema:\n{}",
        problems.join("\n")
    );
}

/// Every violation.
pub fn schema_problems(response: &Response) -> Vec<String> {
    let mut problems = Vec::new();
    for (kind, schemas) in [
        ("resource", &response.resource_schemas),
        ("data", &response.data_source_schemas),
        ("ephemeral", &response.ephemeral_resource_schemas),
        ("list", &response.list_resource_schemas),
    ] {
        for (name, schema) in schemas {
            check_schema(&format!("{kind} {name}: "), schema, &mut problems);
        }
    }
    if let Some(provider) = &response.provider {
        check_schema("provider: ", provider, &mut problems);
    }
    for (name, function) in &response.functions {
        let mut check = |what: &str, ty: &[u8]| {
            if let Err(error) = Type::from_bytes(ty) {
                problems.push(format!("function {name}: {what}: {error}"));
            }
        };
        for parameter in function.parameters.iter().chain(&function.variadic_parameter) {
            check(&parameter.name, &parameter.r#type);
        }
        match &function.r#return {
            Some(result) => check("return", &result.r#type),
            None => problems.push(format!("function {name}: no return type")),
        }
    }
    problems
}

fn check_schema(prefix: &str, schema: &Schema, problems: &mut Vec<String>) {
    match &schema.block {
        Some(block) => check_block(prefix, "", block, problems),
        None => problems.push(format!("{prefix}top-level block schema is nil")),
    }
}

fn check_block(prefix: &str, path: &str, block: &Block, problems: &mut Vec<String>) {
    if path.is_empty() && !block.deprecated && !block.deprecation_message.is_empty() {
        problems.push(format!(
            "{prefix}top-level block: DeprecationMessage must not be set when Deprecated is false"
        ));
    }
    check_names(prefix, path, block, problems);
    for attribute in &block.attributes {
        check_attribute(prefix, path, attribute, problems);
    }
    for nested in &block.block_types {
        let name = join(path, &nested.type_name);
        for problem in nested_problems(nested) {
            problems.push(format!("{prefix}{name}: {problem}"));
        }
        match &nested.block {
            Some(inside) => check_block(prefix, &name, inside, problems),
            None => problems.push(format!("{prefix}{name}: block schema is nil")),
        }
    }
}

fn check_names(prefix: &str, path: &str, block: &Block, problems: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    let attributes = block.attributes.iter().map(|attribute| &attribute.name);
    for name in attributes.chain(block.block_types.iter().map(|nested| &nested.type_name)) {
        let at = join(path, name);
        if !seen.insert(name) {
            problems.push(format!("{prefix}{at}: name defined twice"));
        }
        // Core spares attributes for the sake of old providers; ours is held to the rule.
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            problems.push(format!(
                "{prefix}{at}: name may contain only lowercase letters, digits and underscores"
            ));
        }
    }
}

fn check_attribute(prefix: &str, path: &str, attribute: &Attribute, problems: &mut Vec<String>) {
    let path = join(path, &attribute.name);
    let mut problem = |text: &str| problems.push(format!("{prefix}{path}: {text}"));
    if !attribute.optional && !attribute.required && !attribute.computed {
        problem("must set Optional, Required or Computed");
    }
    if attribute.optional && attribute.required {
        problem("cannot set both Optional and Required");
    }
    if attribute.computed && attribute.required {
        problem("cannot set both Computed and Required");
    }
    if attribute.write_only && attribute.computed {
        problem("cannot set both WriteOnly and Computed");
    }
    if !attribute.deprecated && !attribute.deprecation_message.is_empty() {
        problem("DeprecationMessage must not be set when Deprecated is false");
    }
    match (&attribute.nested_type, attribute.r#type.is_empty()) {
        (None, true) => problem("either Type or NestedType must be defined"),
        (Some(_), false) => problem("Type and NestedType cannot both be set"),
        (None, false) => {
            if let Err(error) = Type::from_bytes(&attribute.r#type) {
                problem(&error);
            } else if set_of_dynamic(&attribute.r#type) {
                problem("a set may not contain values of dynamic type");
            }
        }
        (Some(nested), true) => {
            match nested.nesting() {
                object::NestingMode::Invalid => problem("invalid nesting mode"),
                object::NestingMode::Set => {
                    if nested.attributes.iter().any(attribute_has_dynamic) {
                        problem("NestingSet attributes may not contain attributes of cty.DynamicPseudoType");
                    }
                    if nested.attributes.iter().any(has_write_only) {
                        problem("NestingSet attributes may not contain WriteOnly attributes");
                    }
                }
                _ => {}
            }
            let inside = Block {
                attributes: nested.attributes.clone(),
                ..Block::default()
            };
            check_block(prefix, &path, &inside, problems);
        }
    }
}

fn nested_problems(nested: &NestedBlock) -> Vec<&'static str> {
    use nested_block::NestingMode as Mode;
    let (min, max) = (nested.min_items, nested.max_items);
    let mut problems = Vec::new();
    if min < 0 || max < 0 {
        problems.push("MinItems and MaxItems must both be greater than zero");
    }
    match nested.nesting() {
        Mode::Invalid => problems.push("invalid nesting mode"),
        Mode::Single if min != max => problems.push("MinItems and MaxItems must match in NestingSingle mode"),
        Mode::Single if !(0..=1).contains(&min) => {
            problems.push("MinItems and MaxItems must be set to either 0 or 1 in NestingSingle mode");
        }
        Mode::Group if min != 0 || max != 0 => {
            problems.push("MinItems and MaxItems cannot be used in NestingGroup mode");
        }
        Mode::Map if min != 0 || max != 0 => {
            problems.push("MinItems and MaxItems must both be 0 in NestingMap mode");
        }
        Mode::List | Mode::Set if min > max && max != 0 => {
            problems.push("MinItems must be less than or equal to MaxItems");
        }
        _ => {}
    }
    if let (Mode::Set, Some(block)) = (nested.nesting(), &nested.block) {
        if block_any(block, &attribute_has_dynamic) {
            problems.push("NestingSet blocks may not contain attributes of cty.DynamicPseudoType");
        }
        if block_any(block, &has_write_only) {
            problems.push("NestingSet blocks may not contain WriteOnly attributes");
        }
    }
    problems
}

fn block_any(block: &Block, f: &dyn Fn(&Attribute) -> bool) -> bool {
    block.attributes.iter().any(f)
        || block
            .block_types
            .iter()
            .filter_map(|nested| nested.block.as_ref())
            .any(|inside| block_any(inside, f))
}

fn has_write_only(attribute: &Attribute) -> bool {
    attribute.write_only
        || attribute
            .nested_type
            .as_ref()
            .is_some_and(|nested| nested.attributes.iter().any(has_write_only))
}

fn attribute_has_dynamic(attribute: &Attribute) -> bool {
    Type::from_bytes(&attribute.r#type).is_ok_and(|ty| ty.has_dynamic())
        || attribute
            .nested_type
            .as_ref()
            .is_some_and(|nested| nested.attributes.iter().any(attribute_has_dynamic))
}

fn set_of_dynamic(ty: &[u8]) -> bool {
    fn inside(ty: &Type) -> bool {
        match ty {
            Type::Set(element) => element.has_dynamic(),
            Type::List(element) | Type::Map(element) => inside(element),
            Type::Tuple(items) => items.iter().any(inside),
            Type::Object(fields) => fields.values().any(inside),
            _ => false,
        }
    }
    Type::from_bytes(ty).is_ok_and(|ty| inside(&ty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::generated::tfplugin6::schema::Object;

    fn problems(attribute: Attribute) -> String {
        let block = Block {
            attributes: vec![attribute],
            ..Block::default()
        };
        let schema = Schema {
            version: 0,
            block: Some(block),
        };
        let response = Response {
            resource_schemas: [("x".to_owned(), schema)].into(),
            ..Response::default()
        };
        schema_problems(&response).join("\n")
    }

    fn attribute() -> Attribute {
        Attribute {
            name: "a".into(),
            r#type: br#""string""#.to_vec(),
            optional: true,
            ..Attribute::default()
        }
    }

    #[test]
    fn a_plain_attribute_is_fine() {
        assert_eq!(problems(attribute()), "");
    }

    #[test]
    fn contradictions_are_named() {
        assert!(
            problems(Attribute {
                optional: false,
                ..attribute()
            })
            .contains("must set Optional")
        );
        assert!(
            problems(Attribute {
                required: true,
                ..attribute()
            })
            .contains("both Optional and Required")
        );
        assert!(
            problems(Attribute {
                name: "A".into(),
                ..attribute()
            })
            .contains("lowercase")
        );
        assert!(
            problems(Attribute {
                r#type: vec![],
                ..attribute()
            })
            .contains("either Type or NestedType")
        );
        let nested_type = Some(Object {
            nesting: 1,
            attributes: vec![attribute()],
        });
        assert!(
            problems(Attribute {
                nested_type,
                ..attribute()
            })
            .contains("cannot both be set")
        );
    }

    #[test]
    fn sets_hold_nothing_write_only() {
        let secret = Attribute {
            write_only: true,
            ..attribute()
        };
        let nested_type = Some(Object {
            nesting: 3,
            attributes: vec![secret],
        });
        let set = Attribute {
            r#type: vec![],
            nested_type,
            ..attribute()
        };
        assert!(problems(set).contains("may not contain WriteOnly"));
    }
}
