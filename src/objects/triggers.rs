//! Maps of any values that ask for something new when they change.

use terraform_plugin::value::{Map, Value};

/// The values of `rotate_when_changed` and its like.
pub type Triggers = Value<Map<String>>;

/// True if the configuration asks for something new, or may turn out to: the values differ, are given for the first
/// time, or are not known yet. Removing them asks for nothing.
pub fn ask(prior: &Triggers, config: &Triggers) -> bool {
    !are_none(config) && (are_open(config) || prior != config)
}

/// True if there are none. With `ignore_changes`, Terraform 1.0 says of a map that is not configured that it is empty
/// (`internal/terraform/node_resource_abstract_instance.go`).
pub fn are_none(triggers: &Triggers) -> bool {
    triggers.is_null() || triggers.known().is_some_and(Map::is_empty)
}

/// True if not all of them are known yet.
pub fn are_open(triggers: &Triggers) -> bool {
    match triggers {
        Value::Null => false,
        Value::Unknown => true,
        Value::Known(triggers) => triggers.values().any(Value::is_unknown),
    }
}
