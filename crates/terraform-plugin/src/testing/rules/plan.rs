//! What a provider may plan: what was configured, what was there before, or what is its own to compute.

use super::{element, elements, field, same};
use crate::testing::schema::{Attribute, Block, Kind, Nesting};
use crate::testing::value::{Val, join};

/// Everything core would reject in a planned state.
pub fn plan_problems(block: &Block, prior: &Val, config: &Val, planned: &Val) -> Vec<String> {
    let mut problems = Vec::new();
    check_object(block, prior, config, planned, "", &mut problems);
    problems
}

fn check_object(
    block: &Block,
    prior: &Val,
    config: &Val,
    planned: &Val,
    path: &str,
    problems: &mut Vec<String>,
) {
    if !check_presence(config, planned, path, problems) || planned.is_null() {
        return;
    }
    check_attributes(block, prior, config, planned, path, problems);
    for (name, nested) in &block.blocks {
        let path = join(path, name);
        let (prior, config, planned) = (field(prior, name), field(config, name), field(planned, name));
        if nested.nesting != Nesting::Single && planned.is_null() {
            let text = "attribute representing nested blocks must be empty to indicate no blocks, not null";
            problems.push(format!("{path}: {text}"));
        } else if planned == config {
        } else if config.is_unknown() {
            problems.push(format!(
                "{path}: planned value {planned} for unknown dynamic block"
            ));
        } else if planned.is_unknown() {
            problems.push(format!("{path}: planned unknown value for non-computed block"));
        } else {
            check_blocks(
                nested.nesting,
                &nested.block,
                [&prior, &config, &planned],
                &path,
                problems,
            );
        }
    }
}

fn check_blocks(
    nesting: Nesting,
    inside: &Block,
    [prior, config, planned]: [&Val; 3],
    path: &str,
    problems: &mut Vec<String>,
) {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return check_object(inside, prior, config, planned, path, problems);
    }
    let (planned, configured) = (elements(planned), elements(config));
    if nesting != Nesting::Set && planned.len() != configured.len() {
        let (plan, config) = (planned.len(), configured.len());
        problems.push(format!(
            "{path}: block count in plan ({plan}) disagrees with count in config ({config})"
        ));
        return;
    }
    for (key, planned) in planned {
        let path = key.at(path);
        if planned.is_unknown() {
            problems.push(format!(
                "{path}: element representing nested block must not be unknown itself"
            ));
        } else if nesting == Nesting::Set {
        } else if let Some(config) = element(config, &key) {
            let prior = element(prior, &key).unwrap_or(&Val::Null);
            check_object(inside, prior, config, planned, &path, problems);
        } else {
            problems.push(format!("{path}: block key from plan is not present in config"));
        }
    }
}

fn check_attributes(
    block: &Block,
    prior: &Val,
    config: &Val,
    planned: &Val,
    path: &str,
    problems: &mut Vec<String>,
) {
    for (name, attribute) in &block.attributes {
        let values = [&field(prior, name), &field(config, name), &field(planned, name)];
        check_attribute(attribute, values, &join(path, name), problems);
    }
}

fn check_attribute(
    attribute: &Attribute,
    [prior, config, planned]: [&Val; 3],
    path: &str,
    problems: &mut Vec<String>,
) {
    if attribute.write_only {
        if !planned.is_null() {
            problems.push(format!(
                "{path}: planned value for write-only attribute is not null"
            ));
        }
        return;
    }
    if same(planned, config)
        || (same(planned, prior) && !prior.is_null() && !config.is_null())
        || (attribute.computed && (!attribute.optional || config.is_null()))
    {
        return;
    }
    let shown = |text: String, hidden: &str| {
        format!(
            "{path}: {}",
            if attribute.sensitive {
                hidden.to_owned()
            } else {
                text
            }
        )
    };
    if config.is_null() {
        problems.push(shown(
            format!("planned value {planned} for a non-computed attribute"),
            "sensitive planned value for a non-computed attribute",
        ));
    } else if let Kind::Nested(nesting, inside) = &attribute.kind {
        check_nested(*nesting, inside, [prior, config, planned], path, problems);
    } else if prior.is_null() {
        problems.push(shown(
            format!("planned value {planned} does not match config value {config}"),
            "sensitive planned value does not match config value",
        ));
    } else {
        problems.push(shown(
            format!("planned value {planned} does not match config value {config} nor prior value {prior}"),
            "sensitive planned value does not match config value nor prior value",
        ));
    }
}

fn check_nested(
    nesting: Nesting,
    inside: &Block,
    [prior, config, planned]: [&Val; 3],
    path: &str,
    problems: &mut Vec<String>,
) {
    if !check_presence(config, planned, path, problems) {
        return;
    }
    if planned.is_unknown() {
        problems.push(format!("{path}: planned unknown for configured value"));
        return;
    }
    if nesting == Nesting::Single {
        return check_attributes(inside, prior, config, planned, path, problems);
    }
    let (planned, configured) = (elements(planned), elements(config));
    if planned.len() != configured.len() {
        let (plan, config) = (planned.len(), configured.len());
        problems.push(format!(
            "{path}: count in plan ({plan}) disagrees with count in config ({config})"
        ));
        return;
    }
    if nesting == Nesting::Set {
        return;
    }
    for (key, planned) in planned {
        let path = key.at(path);
        let Some(config) = element(config, &key) else {
            problems.push(format!("{path}: map key from plan is not present in config"));
            continue;
        };
        let prior = element(prior, &key).unwrap_or(&Val::Null);
        check_attributes(inside, prior, config, planned, &path, problems);
    }
}

fn check_presence(config: &Val, planned: &Val, path: &str, problems: &mut Vec<String>) -> bool {
    let problem = match (config.is_null(), planned.is_null()) {
        (false, true) => "planned for absence but config wants existence",
        (true, false) => "planned for existence but config wants absence",
        _ => return true,
    };
    problems.push(format!("{path}: {problem}"));
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema::build::{STRING, attribute, block, nested, with_blocks};
    use crate::testing::{list, obj};

    fn problems(attribute: Attribute, prior: Option<Val>, config: Val, planned: Val) -> String {
        let schema = block([("a", attribute)]);
        let prior = prior.map_or(Val::Null, |prior| obj! { a: prior });
        plan_problems(&schema, &prior, &obj! { a: config }, &obj! { a: planned }).join("\n")
    }

    #[test]
    fn configured_values_are_planned_as_they_are() {
        let plain = || attribute("o", STRING);
        assert_eq!(problems(plain(), None, "x".into(), "x".into()), "");
        assert_eq!(
            problems(plain(), None, "X".into(), "x".into()),
            r#"a: planned value "x" does not match config value "X""#
        );
        assert_eq!(problems(plain(), Some("x".into()), "X".into(), "x".into()), "");
        let text = problems(plain(), Some("y".into()), "X".into(), "x".into());
        assert!(text.contains("nor prior value"), "{text}");
        assert!(problems(plain(), None, Val::Null, "x".into()).contains("for a non-computed attribute"));
    }

    #[test]
    fn computed_values_are_free_unless_configured() {
        assert_eq!(
            problems(attribute("c", STRING), None, Val::Null, Val::Unknown),
            ""
        );
        assert_eq!(problems(attribute("oc", STRING), None, Val::Null, "x".into()), "");
        assert!(problems(attribute("oc", STRING), None, "y".into(), "x".into()).contains("does not match"));
    }

    #[test]
    fn secrets_are_not_shown_and_write_only_ones_not_planned() {
        let text = problems(attribute("os", STRING), None, "top".into(), "other".into());
        assert_eq!(text, "a: sensitive planned value does not match config value");
        let text = problems(attribute("ow", STRING), None, "top".into(), "top".into());
        assert_eq!(text, "a: planned value for write-only attribute is not null");
        assert_eq!(
            problems(attribute("ow", STRING), None, "top".into(), Val::Null),
            ""
        );
    }

    #[test]
    fn refined_unknowns_may_be_planned_plainly() {
        let config = Val::RefinedUnknown { prefix: "p".into() };
        assert_eq!(problems(attribute("o", STRING), None, config, Val::Unknown), "");
    }

    #[test]
    fn configured_nested_attributes_are_not_wholly_unknown() {
        let inside = block([("b", attribute("o", STRING))]);
        let config = list![obj! { b: "x" }];
        let of = |planned| {
            problems(
                nested("o", Nesting::List, inside.clone()),
                None,
                config.clone(),
                planned,
            )
        };
        assert_eq!(of(config.clone()), "");
        assert!(of(Val::Unknown).contains("planned unknown for configured value"));
        assert!(of(list![obj! { b: "y" }]).starts_with("a[0].b: planned value"));
        assert!(of(list![]).contains("count in plan (0) disagrees"));
    }

    #[test]
    fn blocks_keep_their_count() {
        let inside = block([("b", attribute("o", STRING))]);
        let schema = with_blocks(block([]), "x", Nesting::List, inside);
        let config = obj! { x: list![obj! { b: "1" }] };
        let found = plan_problems(&schema, &Val::Null, &config, &obj! { x: list![] }).join("\n");
        assert!(found.contains("block count in plan (0)"), "{found}");
        let found = plan_problems(&schema, &Val::Null, &config, &obj! { x: Val::Null }).join("\n");
        assert!(found.contains("must be empty to indicate no blocks"), "{found}");
    }
}
