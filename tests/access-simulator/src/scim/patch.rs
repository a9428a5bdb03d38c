//! PATCH of SCIM 1.1, which knows merging, deletion of single values, and `meta.attributes`.

use serde_json::{Map, Value};

/// Applies a partial resource: simple attributes are replaced, complex ones merged, lists merged by `value`.
pub(crate) fn apply(attributes: &mut Map<String, Value>, mut partial: Map<String, Value>) {
    let removed = partial
        .remove("meta")
        .and_then(|mut meta| meta.get_mut("attributes").map(Value::take));
    for name in removed
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        remove(attributes, name);
    }
    partial.remove("schemas");
    for (name, value) in partial {
        match (attributes.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (old, Value::Array(new)) => {
                let mut list = old.and_then(|old| old.as_array().cloned()).unwrap_or_default();
                for item in new {
                    merge_item(&mut list, item);
                }
                attributes.insert(name, Value::Array(list));
            }
            (_, new) => {
                attributes.insert(name, new);
            }
        }
    }
}

fn remove(attributes: &mut Map<String, Value>, name: &str) {
    match name.split_once('.') {
        Some((outer, inner)) => {
            if let Some(object) = attributes.get_mut(outer).and_then(Value::as_object_mut) {
                object.remove(inner);
            }
        }
        None => {
            attributes.remove(name);
        }
    }
}

fn merge(old: &mut Map<String, Value>, new: Map<String, Value>) {
    old.extend(new);
}

/// Adds one value to a list; one with the same `value` is replaced, or deleted on request.
fn merge_item(list: &mut Vec<Value>, mut item: Value) {
    list.retain(|other| other["value"] != item["value"]);
    let operation = item.as_object_mut().and_then(|object| object.remove("operation"));
    let deletes = operation
        .as_ref()
        .and_then(Value::as_str)
        .is_some_and(|name| name.eq_ignore_ascii_case("delete"));
    if !deletes {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::apply;

    fn patched(before: &Value, partial: &Value) -> Value {
        let mut attributes = before.as_object().unwrap().clone();
        apply(&mut attributes, partial.as_object().unwrap().clone());
        Value::Object(attributes)
    }

    #[test]
    fn merges_names_and_replaces_simple_values() {
        let before = json!({"name": {"givenName": "A", "familyName": "B"}, "active": true});
        let after = patched(&before, &json!({"name": {"familyName": "C"}, "active": false}));
        assert_eq!(
            after,
            json!({"name": {"givenName": "A", "familyName": "C"}, "active": false})
        );
    }

    #[test]
    fn adds_and_deletes_single_members() {
        let before = json!({"members": [{"value": "1"}, {"value": "2"}]});
        let partial = json!({"members": [{"value": "2", "operation": "delete"}, {"value": "3"}]});
        assert_eq!(
            patched(&before, &partial),
            json!({"members": [{"value": "1"}, {"value": "3"}]})
        );
    }

    #[test]
    fn removes_the_attributes_that_meta_names() {
        let before =
            json!({"name": {"givenName": "A", "familyName": "B"}, "title": "T", "members": [{"value": "1"}]});
        let partial = json!({"meta": {"attributes": ["title", "name.givenName", "members"]}, "members": [{"value": "9"}]});
        let after = patched(&before, &partial);
        assert_eq!(
            after,
            json!({"name": {"familyName": "B"}, "members": [{"value": "9"}]})
        );
    }
}
