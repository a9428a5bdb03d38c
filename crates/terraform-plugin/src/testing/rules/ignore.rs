//! `ignore_changes`: the configuration as planning sees it. Applying sees the one that was written.

use std::collections::BTreeMap;

use super::{Key, element};
use crate::testing::schema::{Block, Kind};
use crate::testing::value::Val;
use crate::testing::value::types::Type;

/// The `ignore_changes` of a `lifecycle` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IgnoreChanges {
    /// There is none.
    #[default]
    Nothing,
    /// `all`
    All,
    /// These paths: `name`, `domains[0]`, `labels["a"]`.
    These(Vec<String>),
}

impl IgnoreChanges {
    /// These paths.
    pub fn these<const N: usize>(paths: [&str; N]) -> Self {
        Self::These(paths.map(str::to_owned).to_vec())
    }
}

/// The configuration with what is to be ignored taken from `prior`; nothing is ignored of an object that is not there.
///
/// Source: Terraform `internal/terraform/node_resource_abstract_instance.go`, `processIgnoreChanges`.
pub fn ignore_changes(block: &Block, prior: &Val, config: &Val, ignored: &IgnoreChanges) -> Val {
    match ignored {
        _ if prior.is_null() => config.clone(),
        IgnoreChanges::Nothing => config.clone(),
        IgnoreChanges::All => without_computed(block, prior),
        IgnoreChanges::These(paths) => these(block, prior, config, paths),
    }
}

/// Also what was never configured stays, such as a computed value of an argument that is optional too; what cannot be
/// configured does not.
fn without_computed(block: &Block, prior: &Val) -> Val {
    let Val::Object(fields) = prior else {
        return prior.clone();
    };
    let mut fields = fields.clone();
    for (name, attribute) in &block.attributes {
        let value = fields.get_mut(name).expect("prior state fits its schema");
        match &attribute.kind {
            _ if attribute.computed && !attribute.optional => *value = Val::Null,
            Kind::Nested(nesting, inside) => {
                *value = nesting.map(value, &mut |value| without_computed(inside, value));
            }
            Kind::Plain(_) => {}
        }
    }
    for (name, nested) in &block.blocks {
        let value = fields.get_mut(name).expect("prior state fits its schema");
        *value = nested
            .nesting
            .map(value, &mut |value| without_computed(&nested.block, value));
    }
    Val::Object(fields)
}

/// One change to ignore.
struct Change {
    path: Vec<Key>,
    prior: Val,
    /// Of a map at the path, only this element.
    key: Option<String>,
}

fn these(block: &Block, prior: &Val, config: &Val, paths: &[String]) -> Val {
    let ty = block.ty();
    let changes = paths.iter().filter_map(|text| {
        let mut path = parse(text);
        assert!(
            matches!(path.first(), Some(Key::Name(name)) if block.attributes.contains_key(name) || block.blocks.contains_key(name)),
            "Unsupported attribute in ignore_changes: {text}"
        );
        let key = match path.last() {
            Some(Key::Name(key)) if text.ends_with(']') => Some(key.clone()),
            _ => None,
        };
        if key.is_some() {
            path.pop();
        }
        let (prior, config) = (at(prior, &path)?, at(config, &path)?);
        (prior != config).then_some(Change { path, prior, key })
    });
    let mut changes: Vec<_> = changes.collect();
    // what is ignored as a whole has the last word over its parts
    changes.sort_by_key(|change| (std::cmp::Reverse(change.path.len()), change.key.is_none()));
    let mut config = config.clone();
    for change in &changes {
        let is_map = matches!(type_at(&ty, &change.path), Type::Map(_));
        if let Some(value) = at_mut(&mut config, &change.path) {
            *value = if is_map {
                ignored_in_map(value, change)
            } else {
                change.prior.clone()
            };
        }
    }
    config
}

fn ignored_in_map(config: &Val, change: &Change) -> Val {
    if config.is_unknown() {
        return config.clone(); // core cannot ignore it, not even as a whole
    }
    let Some(key) = &change.key else {
        return change.prior.clone();
    };
    let entries = |value: &Val| match value {
        Val::Object(fields) => fields.clone(),
        _ => BTreeMap::new(),
    };
    let mut all = entries(config);
    match entries(&change.prior).remove(key) {
        Some(before) => all.insert(key.clone(), before),
        None => all.remove(key),
    };
    if all.is_empty() && config.is_null() {
        return Val::Null;
    }
    Val::Object(all)
}

/// The value at a path; nothing lies in null, anything may lie in something unknown.
fn at(value: &Val, path: &[Key]) -> Option<Val> {
    path.iter().try_fold(value.clone(), |value, key| {
        if value.is_unknown() {
            return Some(Val::Unknown);
        }
        element(&value, key).cloned()
    })
}

fn at_mut<'a>(value: &'a mut Val, path: &[Key]) -> Option<&'a mut Val> {
    path.iter().try_fold(value, |value, key| match (value, key) {
        (Val::List(items), Key::Index(index)) => items.get_mut(*index),
        (Val::Object(fields), Key::Name(name)) => fields.get_mut(name),
        _ => None,
    })
}

fn type_at<'a>(ty: &'a Type, path: &[Key]) -> &'a Type {
    path.iter().fold(ty, |ty, key| match (ty, key) {
        (Type::Object(types), Key::Name(name)) => types.get(name).unwrap_or(&Type::Dynamic),
        (Type::Tuple(types), Key::Index(index)) => types.get(*index).unwrap_or(&Type::Dynamic),
        (Type::List(element) | Type::Map(element), _) => element,
        _ => &Type::Dynamic,
    })
}

/// The steps of `a.b[0]["k"]`.
fn parse(text: &str) -> Vec<Key> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix("[\"") {
            let (key, after) = inside
                .split_once("\"]")
                .unwrap_or_else(|| panic!("no path: {text}"));
            steps.push(Key::Name(key.to_owned()));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside
                .split_once(']')
                .unwrap_or_else(|| panic!("no path: {text}"));
            steps.push(Key::Index(index.parse().expect("an index")));
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Key::Name(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema::Nesting;
    use crate::testing::schema::build::{STRING, attribute, block, nested};
    use crate::testing::{list, obj};

    fn schema() -> Block {
        let inside = block([("name", attribute("o", STRING)), ("id", attribute("c", STRING))]);
        block([
            ("id", attribute("c", STRING)),
            ("name", attribute("r", STRING)),
            ("secret", attribute("ocs", STRING)),
            ("secret_wo", attribute("ow", STRING)),
            ("labels", attribute("o", r#"["map","string"]"#)),
            ("list", nested("o", Nesting::List, inside)),
        ])
    }

    fn prior() -> Val {
        obj! {
            id: "1", name: "before", secret: "generated", secret_wo: Val::Null,
            labels: obj! { a: "1", b: "2" },
            list: list![obj! { name: "before", id: "7" }],
        }
    }

    fn config() -> Val {
        obj! {
            id: Val::Null, name: "after", secret: Val::Null, secret_wo: "new",
            labels: obj! { a: "9", c: "3" },
            list: list![obj! { name: "after", id: Val::Null }],
        }
    }

    fn ignored(config: &Val, paths: &[&str]) -> Val {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        ignore_changes(&schema(), &prior(), config, &IgnoreChanges::These(paths))
    }

    #[test]
    fn what_is_ignored_comes_from_the_state_and_a_write_only_argument_is_lost_there() {
        for (path, expected) in [
            ("name", config().with("name", "before")),
            ("secret", config().with("secret", "generated")),
            ("secret_wo", config().with("secret_wo", Val::Null)),
            ("list", config().with("list", prior().at("list"))),
            (
                "list[0].name",
                config().with("list", list![obj! { name: "before", id: Val::Null }]),
            ),
            ("list[1].name", config()),
            ("labels", config().with("labels", prior().at("labels"))),
        ] {
            assert_eq!(ignored(&config(), &[path]), expected, "{path}");
        }
    }

    #[test]
    fn elements_of_a_map_come_and_go_one_by_one() {
        for (paths, labels) in [
            (&["labels[\"a\"]"][..], obj! { a: "1", c: "3" }),
            (&["labels[\"b\"]"], obj! { a: "9", b: "2", c: "3" }),
            (&["labels[\"c\"]"], obj! { a: "9" }),
            (&["labels[\"a\"]", "labels[\"c\"]"], obj! { a: "1" }),
            (&["labels", "labels[\"a\"]"], obj! { a: "1", b: "2" }),
        ] {
            assert_eq!(ignored(&config(), paths).at("labels"), &labels, "{paths:?}");
        }
        let unset = config().with("labels", Val::Null);
        assert_eq!(ignored(&unset, &["labels[\"a\"]"]).at("labels"), &obj! { a: "1" });
        assert!(ignored(&unset, &["labels[\"z\"]"]).at("labels").is_null());
    }

    #[test]
    fn what_is_unknown_is_ignored_unless_it_is_a_map() {
        let unknown = config().with("name", Val::Unknown).with("labels", Val::Unknown);
        let expected = unknown.clone().with("name", "before");
        assert_eq!(ignored(&unknown, &["name", "labels"]), expected);
    }

    #[test]
    fn all_is_the_state_without_what_cannot_be_configured() {
        let all = ignore_changes(&schema(), &prior(), &config(), &IgnoreChanges::All);
        let expected = prior()
            .with("id", Val::Null)
            .with("list", list![obj! { name: "before", id: Val::Null }]);
        assert_eq!(all, expected);
    }

    #[test]
    fn nothing_is_ignored_of_what_is_not_there() {
        for ignored in [IgnoreChanges::All, IgnoreChanges::these(["name"])] {
            assert_eq!(
                ignore_changes(&schema(), &Val::Null, &config(), &ignored),
                config()
            );
        }
    }

    #[test]
    #[should_panic(expected = "Unsupported attribute in ignore_changes: nane")]
    fn a_path_that_leads_nowhere_is_refused() {
        ignored(&config(), &["nane"]);
    }
}
