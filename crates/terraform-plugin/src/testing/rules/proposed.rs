//! The proposed new state: the configuration, filled up with what the provider computed before.

use super::{Key, element, elements, field, same};
use crate::testing::schema::{Attribute, Block, Kind, Nesting, empty_object};
use crate::testing::value::Val;

/// What core proposes as planned state.
pub fn proposed_new_state(block: &Block, prior: &Val, config: &Val) -> Val {
    match (prior, config) {
        (prior, config) if config.is_null() || config.is_unknown() => prior.clone(),
        (Val::Null, config) => propose(block, &empty_object(block), config),
        (prior, config) => propose(block, prior, config),
    }
}

fn propose(block: &Block, prior: &Val, config: &Val) -> Val {
    let attributes = block.attributes.iter().map(|(name, attribute)| {
        let value = propose_attribute(attribute, &field(prior, name), &field(config, name));
        (name.clone(), value)
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let (prior, config) = (field(prior, name), field(config, name));
        let value = if nested.nesting == Nesting::Group {
            proposed_new_state(&nested.block, &prior, &config)
        } else {
            propose_nested(nested.nesting, &nested.block, &prior, &config)
        };
        (name.clone(), value)
    });
    Val::Object(attributes.chain(blocks).collect())
}

fn propose_attribute(attribute: &Attribute, prior: &Val, config: &Val) -> Val {
    match &attribute.kind {
        Kind::Nested(nesting, inside)
            if attribute.computed
                && attribute.optional
                && config.is_null()
                && has_configured(*nesting, inside, prior) =>
        {
            Val::Null // it was configured before, so it cannot be the provider's own
        }
        _ if attribute.computed && config.is_null() => prior.clone(),
        Kind::Nested(nesting, inside) => propose_nested(*nesting, inside, prior, config),
        Kind::Plain(_) => config.clone(),
    }
}

/// Whether something in it can only have come from a configuration.
fn has_configured(nesting: Nesting, inside: &Block, value: &Val) -> bool {
    let mut found = false;
    nesting.each(value, "", |object, _| {
        if let Val::Object(fields) = object {
            found |= inside
                .attributes
                .iter()
                .any(|(name, it)| !it.computed && !fields[name].is_null());
        }
    });
    found
}

fn propose_nested(nesting: Nesting, inside: &Block, prior: &Val, config: &Val) -> Val {
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    match nesting {
        Nesting::Single | Nesting::Group => proposed_new_state(inside, prior, config),
        Nesting::List => {
            let propose = |(key, config): (Key, &Val)| {
                element(prior, &key).map_or_else(
                    || config.clone(),
                    |prior| proposed_new_state(inside, prior, config),
                )
            };
            Val::List(elements(config).into_iter().map(propose).collect())
        }
        Nesting::Map => {
            let propose = |(name, config): (&String, &Val)| {
                let prior = element(prior, &Key::Name(name.clone())).unwrap_or(&Val::Null);
                (name.clone(), proposed_new_state(inside, prior, config))
            };
            Val::Object(config.fields().iter().map(propose).collect())
        }
        Nesting::Set => {
            let mut candidates: Vec<_> = elements(prior).into_iter().map(|(_, prior)| prior).collect();
            let propose = |(_, config): (Key, &Val)| {
                let found = candidates
                    .iter()
                    .position(|prior| could_come_from(inside, prior, config));
                let prior = found.map_or(&Val::Null, |index| candidates.remove(index));
                proposed_new_state(inside, prior, config)
            };
            Val::List(elements(config).into_iter().map(propose).collect())
        }
    }
}

/// Whether a set's earlier element may be what became of this configured one.
fn could_come_from(inside: &Block, prior: &Val, config: &Val) -> bool {
    if same(prior, config) {
        return true;
    }
    if !matches!((prior, config), (Val::Object(_), Val::Object(_))) {
        return false;
    }
    let attributes = inside.attributes.iter().all(|(name, attribute)| {
        let (prior, config) = (field(prior, name), field(config, name));
        same(&prior, &config)
            || match &attribute.kind {
                Kind::Nested(Nesting::Single, inside) => could_come_from(inside, &prior, &config),
                _ => attribute.computed && config.is_null(),
            }
    });
    attributes
        && inside
            .blocks
            .keys()
            .all(|name| same(&field(prior, name), &field(config, name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema::build::{STRING, attribute, block, nested};
    use crate::testing::{list, obj};

    fn schema() -> Block {
        let inside = block([("name", attribute("r", STRING)), ("id", attribute("c", STRING))]);
        block([
            ("id", attribute("c", STRING)),
            ("both", attribute("oc", STRING)),
            ("note", attribute("o", STRING)),
            ("list", nested("o", Nesting::List, inside.clone())),
            ("set", nested("o", Nesting::Set, inside)),
        ])
    }

    fn config() -> Val {
        obj! { id: Val::Null, both: Val::Null, note: "n", list: Val::Null, set: Val::Null }
    }

    #[test]
    fn a_new_object_is_its_configuration() {
        assert_eq!(proposed_new_state(&schema(), &Val::Null, &config()), config());
    }

    #[test]
    fn computed_values_stay_and_configured_ones_win() {
        let prior = obj! { id: "1", both: "kept", note: "old", list: Val::Null, set: Val::Null };
        let expected = obj! { id: "1", both: "kept", note: "n", list: Val::Null, set: Val::Null };
        assert_eq!(proposed_new_state(&schema(), &prior, &config()), expected);
    }

    #[test]
    fn elements_of_lists_meet_by_position_and_of_sets_by_content() {
        let before = list![obj! { name: "a", id: "1" }, obj! { name: "b", id: "2" }];
        let now = list![
            obj! { name: "b", id: Val::Null },
            obj! { name: "c", id: Val::Null }
        ];
        let prior = config().with("list", &before).with("set", &before);
        let proposed = proposed_new_state(&schema(), &prior, &config().with("list", &now).with("set", &now));
        assert_eq!(
            proposed.at("list"),
            &list![obj! { name: "b", id: "1" }, obj! { name: "c", id: "2" }]
        );
        assert_eq!(
            proposed.at("set"),
            &list![obj! { name: "b", id: "2" }, obj! { name: "c", id: Val::Null }]
        );
    }
}
