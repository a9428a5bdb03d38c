//! Maps of any values that ask for something new when they change.

use terraform_plugin::value::{Map, Value};

/// The values of `rotate_when_changed` and its like.
pub type Triggers = Value<Map<String>>;

/// True if the configuration asks for something new, or may turn out to: the values differ, are given for the first
/// time, or are not known yet. Removing them asks for nothing.
pub fn ask(prior: &Triggers, config: &Triggers) -> bool {
    !config.is_null() && (are_open(config) || prior != config)
}

/// True if not all of them are known yet.
pub fn are_open(triggers: &Triggers) -> bool {
    match triggers {
        Value::Null => false,
        Value::Unknown => true,
        Value::Known(triggers) => triggers.values().any(Value::is_unknown),
    }
}
