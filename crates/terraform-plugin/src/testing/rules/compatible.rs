//! What may become of a plan: known values stay, unknown ones become anything of their type.

use super::{Key, element, elements, field};
use crate::testing::schema::{Block, Kind, Nesting};
use crate::testing::value::types::Type;
use crate::testing::value::{Val, join};

/// Everything in `actual` that breaks what `planned` promised.
pub fn incompatibilities(block: &Block, planned: &Val, actual: &Val) -> Vec<String> {
    let mut problems = Vec::new();
    check_object(block, planned, actual, "", &mut problems);
    problems
}

fn check_object(block: &Block, planned: &Val, actual: &Val, path: &str, problems: &mut Vec<String>) {
    let root = if path.is_empty() { "Root object " } else { "" };
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return,
        (true, false) => return problems.push(format!("{path}: {root}was absent, but now present")),
        (false, true) => return problems.push(format!("{path}: {root}was present, but now absent")),
        (false, false) => {}
    }
    for (name, attribute) in &block.attributes {
        let path = join(path, name);
        let mut found = Vec::new();
        check_value(
            &attribute.ty(),
            &field(planned, name),
            &field(actual, name),
            &path,
            &mut found,
        );
        if has_sensitive(attribute.sensitive, &attribute.kind) && !found.is_empty() {
            problems.push(format!("{path}: inconsistent values for sensitive attribute"));
        } else {
            problems.append(&mut found);
        }
    }
    for (name, nested) in &block.blocks {
        let path = join(path, name);
        let (planned, actual) = (field(planned, name), field(actual, name));
        if planned.is_unknown() {
            continue;
        }
        match nested.nesting {
            Nesting::Single | Nesting::Group => {
                check_object(&nested.block, &planned, &actual, &path, problems);
            }
            Nesting::Set => check_set(&planned, &actual, &path, problems, |planned, actual| {
                let mut found = Vec::new();
                check_object(&nested.block, planned, actual, "-", &mut found);
                found.is_empty()
            }),
            Nesting::List | Nesting::Map => {
                let (before, after) = (elements(&planned).len(), elements(&actual).len());
                if before != after {
                    problems.push(format!("{path}: block count changed from {before} to {after}"));
                    continue;
                }
                for (key, planned) in elements(&planned) {
                    match element(&actual, &key) {
                        Some(actual) => {
                            check_object(&nested.block, planned, actual, &key.at(&path), problems);
                        }
                        None => problems.push(format!("{path}: block key {key:?} has vanished")),
                    }
                }
            }
        }
    }
}

fn has_sensitive(sensitive: bool, kind: &Kind) -> bool {
    sensitive
        || match kind {
            Kind::Plain(_) => false,
            Kind::Nested(_, inside) => inside
                .attributes
                .values()
                .any(|inside| has_sensitive(inside.sensitive, &inside.kind)),
        }
}

fn check_value(ty: &Type, planned: &Val, actual: &Val, path: &str, problems: &mut Vec<String>) {
    match (ty, planned, actual) {
        (_, Val::RefinedUnknown { prefix }, Val::Str(text)) if !text.starts_with(prefix.as_str()) => {
            problems.push(format!(
                "{path}: final value {actual} does not conform to planning placeholder {planned}"
            ));
        }
        (_, Val::Unknown | Val::RefinedUnknown { .. }, _) | (_, Val::Null, Val::Null) => {}
        (_, _, Val::Null) => problems.push(format!("{path}: was {planned}, but now null")),
        (_, Val::Null, _) => problems.push(format!("{path}: was null, but now {actual}")),
        (_, _, Val::Unknown | Val::RefinedUnknown { .. }) => {
            problems.push(format!("{path}: was known, but now unknown"));
        }
        (Type::Set(element), Val::List(_), Val::List(_)) => {
            check_set(planned, actual, path, problems, |planned, actual| {
                let mut found = Vec::new();
                check_value(element, planned, actual, "", &mut found);
                found.is_empty()
            });
        }
        (Type::Object(types), Val::Object(before), Val::Object(after)) => {
            for (name, ty) in types {
                check_value(ty, &before[name], &after[name], &join(path, name), problems);
            }
        }
        (_, Val::List(_), Val::List(_)) | (_, Val::Object(_), Val::Object(_)) => {
            for (key, planned) in elements(planned) {
                match element(actual, &key) {
                    Some(actual) => {
                        check_value(element_type(ty, &key), planned, actual, &key.at(path), problems);
                    }
                    None => problems.push(format!("{path}: element {key:?} has vanished")),
                }
            }
            for (key, _) in elements(actual) {
                if element(planned, &key).is_none() {
                    problems.push(format!("{path}: new element {key:?} has appeared"));
                }
            }
        }
        _ if planned == actual => {}
        _ => problems.push(format!("{path}: was {planned}, but now {actual}")),
    }
}

fn element_type<'a>(ty: &'a Type, key: &Key) -> &'a Type {
    match (ty, key) {
        (Type::List(element) | Type::Map(element), _) => element,
        (Type::Tuple(types), Key::Index(index)) => types.get(*index).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

/// Sets are compared loosely: each element has to be what could have become of some element of the other side.
fn check_set(
    planned: &Val,
    actual: &Val,
    path: &str,
    problems: &mut Vec<String>,
    fits: impl Fn(&Val, &Val) -> bool,
) {
    let (before, after) = (elements(planned), elements(actual));
    let count = problems.len();
    for (_, planned) in &before {
        if !after.iter().any(|(_, actual)| fits(planned, actual)) {
            problems.push(format!(
                "{path}: planned set element {planned} does not correlate with any element in actual"
            ));
        }
    }
    if problems.len() > count {
        return;
    }
    for (_, actual) in &after {
        if !before.iter().any(|(_, planned)| fits(planned, actual)) {
            problems.push(format!(
                "{path}: actual set element {actual} does not correlate with any element in plan"
            ));
        }
    }
    if before.len() < after.len() {
        problems.push(format!(
            "{path}: length changed from {} to {}",
            before.len(),
            after.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema::build::{STRING, attribute, block};
    use crate::testing::{list, obj};

    fn problems(flags: &str, ty: &str, planned: impl Into<Val>, actual: impl Into<Val>) -> String {
        let schema = block([("a", attribute(flags, ty))]);
        incompatibilities(&schema, &obj! { a: planned.into() }, &obj! { a: actual.into() }).join("\n")
    }

    #[test]
    fn known_values_stay_and_unknown_ones_become_anything() {
        assert_eq!(problems("c", STRING, Val::Unknown, "x"), "");
        assert_eq!(problems("c", STRING, Val::Unknown, Val::Null), "");
        assert_eq!(problems("c", STRING, "x", "x"), "");
        assert_eq!(problems("c", STRING, "x", "y"), r#"a: was "x", but now "y""#);
        assert_eq!(
            problems("c", STRING, "x", Val::Null),
            r#"a: was "x", but now null"#
        );
        assert_eq!(
            problems("c", STRING, "x", Val::Unknown),
            "a: was known, but now unknown"
        );
        let refined = Val::RefinedUnknown { prefix: "p".into() };
        assert!(problems("c", STRING, refined, "x").contains("does not conform to planning placeholder"));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(
            problems("cs", STRING, "x", "y"),
            "a: inconsistent values for sensitive attribute"
        );
    }

    #[test]
    fn sets_are_compared_loosely() {
        let set = r#"["set","string"]"#;
        assert_eq!(problems("o", set, list!["a", Val::Unknown], list!["a", "b"]), "");
        assert_eq!(
            problems("o", set, list![Val::Unknown, Val::Unknown], list!["a"]),
            ""
        );
        assert!(problems("o", set, list!["a"], list!["b"]).contains("does not correlate"));
        assert!(
            problems("o", set, list![Val::Unknown], list!["a", "b"]).contains("length changed from 1 to 2")
        );
    }

    #[test]
    fn lists_and_presence_are_compared_strictly() {
        let ty = r#"["list","string"]"#;
        assert!(problems("o", ty, list!["a", "b"], list!["a"]).contains("has vanished"));
        assert!(problems("o", ty, list!["a"], list!["a", "b"]).contains("has appeared"));
        let schema = block([]);
        let gone = incompatibilities(&schema, &obj! {}, &Val::Null).join("\n");
        assert_eq!(gone, ": Root object was present, but now absent");
    }
}
