//! From what a test writes to what core sends: every attribute present.

use std::collections::BTreeMap;

use super::{Block, Kind, NestedBlock, Nesting};
use crate::testing::value::{Val, join};

/// Fills what is absent, and refuses what core would refuse before it asks the provider.
pub fn full_config(block: &Block, partial: Val) -> Val {
    let filled = fill(block, partial, "");
    block
        .ty()
        .conform(filled, "")
        .unwrap_or_else(|error| panic!("Incorrect attribute value type: {error}"))
}

fn fill(block: &Block, partial: Val, path: &str) -> Val {
    let mut given = match partial {
        Val::Object(given) => given,
        other => return other,
    };
    let mut full = BTreeMap::new();
    for (name, attribute) in &block.attributes {
        let path = join(path, name);
        let value = given.remove(name).unwrap_or_default();
        assert!(
            !(attribute.required && value.is_null()),
            "Missing required argument: {path}"
        );
        assert!(
            attribute.required || attribute.optional || value.is_null(),
            "Invalid Configuration for Read-Only Attribute: {path}"
        );
        let value = match &attribute.kind {
            Kind::Plain(_) => value,
            Kind::Nested(nesting, inside) => fill_each(*nesting, inside, value, &path),
        };
        full.insert(name.clone(), value);
    }
    for (name, nested) in &block.blocks {
        let path = join(path, name);
        let value = given.remove(name).unwrap_or_else(|| empty(nested));
        let value = fill_each(nested.nesting, &nested.block, value, &path);
        if let Val::List(items) = &value {
            let count = i64::try_from(items.len()).expect("few blocks");
            assert!(
                count >= nested.min,
                "Insufficient {path} blocks: at least {} are required",
                nested.min
            );
            assert!(
                nested.max == 0 || count <= nested.max,
                "Too many {path} blocks: at most {} are allowed",
                nested.max
            );
        }
        full.insert(name.clone(), value);
    }
    assert!(
        given.is_empty(),
        "Unsupported argument: {:?} in {path:?}",
        given.keys()
    );
    Val::Object(full)
}

fn fill_each(nesting: Nesting, inside: &Block, value: Val, path: &str) -> Val {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, value) => fill(inside, value, path),
        (Nesting::List | Nesting::Set, Val::List(items)) => {
            let items = items.into_iter().enumerate();
            Val::List(
                items
                    .map(|(index, item)| fill(inside, item, &format!("{path}[{index}]")))
                    .collect(),
            )
        }
        (Nesting::Map, Val::Object(fields)) => {
            let fill = |(key, item)| {
                let item = fill(inside, item, &format!("{path}[{key:?}]"));
                (key, item)
            };
            Val::Object(fields.into_iter().map(fill).collect())
        }
        (_, value) => value,
    }
}

/// What a block is that the configuration does not write.
pub(crate) fn empty(nested: &NestedBlock) -> Val {
    match nested.nesting {
        Nesting::Single => Val::Null,
        Nesting::Group => empty_object(&nested.block),
        Nesting::List | Nesting::Set => Val::List(Vec::new()),
        Nesting::Map => Val::Object(BTreeMap::new()),
    }
}

/// An object with nothing set.
pub(crate) fn empty_object(block: &Block) -> Val {
    let attributes = block.attributes.keys().map(|name| (name.clone(), Val::Null));
    let blocks = block
        .blocks
        .iter()
        .map(|(name, nested)| (name.clone(), empty(nested)));
    Val::Object(attributes.chain(blocks).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema::build::{STRING, attribute, block, nested, with_blocks};
    use crate::testing::{list, obj};

    #[test]
    fn absent_attributes_become_null_and_absent_blocks_empty() {
        let inside = block([("a", attribute("o", STRING)), ("b", attribute("o", STRING))]);
        let schema = block([
            ("id", attribute("c", STRING)),
            ("domains", nested("o", Nesting::List, inside.clone())),
        ]);
        let schema = with_blocks(schema, "blocks", Nesting::Set, inside);
        let full = full_config(&schema, obj! { domains: list![obj! { a: "x" }] });
        assert_eq!(
            full,
            obj! { id: Val::Null, domains: list![obj! { a: "x", b: Val::Null }], blocks: list![] }
        );
    }

    #[test]
    #[should_panic(expected = "Unsupported argument")]
    fn unknown_arguments_are_refused() {
        full_config(&block([("a", attribute("o", STRING))]), obj! { c: 1 });
    }

    #[test]
    #[should_panic(expected = "Missing required argument: a")]
    fn required_arguments_are_demanded() {
        full_config(&block([("a", attribute("r", STRING))]), obj! {});
    }

    #[test]
    #[should_panic(expected = "Read-Only Attribute: id")]
    fn computed_attributes_cannot_be_set() {
        full_config(&block([("id", attribute("c", STRING))]), obj! { id: "x" });
    }
}
