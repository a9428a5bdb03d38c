//! Objects on their way in and out.
//!
//! What Terraform core enforces is enforced here first, once for every resource: write-only values never leave, no
//! unknown is left after apply, what leaves decodes at the other end, a failure without a message is an error, and
//! private data is echoed (Terraform `internal/terraform/node_resource_abstract_instance.go`).

use super::Diagnostics;
use super::diagnostic::Severity;
use super::generated::tfplugin6 as pb;
use crate::schema::Schema;
use crate::value::{Dynamic, Model, Object, Path, Type, codec, cost, from_json};

/// Reads a value; null is also what no value at all means.
pub fn decode_value(value: Option<pb::DynamicValue>, ty: &Type) -> Result<Dynamic, Diagnostics> {
    let value = value.unwrap_or_default();
    if cost::is_too_much_msgpack(&value.msgpack) || cost::is_too_much_json(&value.json) {
        return Err(too_much("A value is too large"));
    }
    if !value.msgpack.is_empty() {
        return Ok(codec::decode(value.msgpack, ty)?);
    }
    if value.json.is_empty() {
        return Ok(Dynamic::Null);
    }
    let json = serde_json::from_slice(&value.json)
        .map_err(|_| Diagnostics::error("Malformed request", "A value is not valid JSON."))?;
    Ok(from_json(json, ty, &Path::root())?)
}

/// The refusal of what [`cost`] finds too much.
pub fn too_much(summary: &str) -> Diagnostics {
    Diagnostics::error(
        summary,
        format!(
            "There are more than {} values in one object, or its JSON may be longer than {} MiB, which is more than the \
             provider takes. Divide it, or keep it elsewhere.",
            cost::MOST_VALUES,
            cost::MOST_JSON >> 20
        ),
    )
}

/// Reads an object; `None` for null.
pub fn decode(value: Option<pb::DynamicValue>, schema: &Schema) -> Result<Option<Object>, Diagnostics> {
    match decode_value(value, schema.ty())? {
        Dynamic::Object(object) => Ok(Some(object)),
        Dynamic::Null => Ok(None),
        _ => Err(Diagnostics::error(
            "Malformed request",
            "An object is required, known or null.",
        )),
    }
}

/// Writes a value, after checking that it is of this type.
pub fn encode_value(value: &Dynamic, ty: &Type) -> Result<pb::DynamicValue, Diagnostics> {
    Ok(pb::DynamicValue {
        msgpack: codec::encode(value, ty)?,
        json: Vec::new(),
    })
}

/// Writes a value, after checking that it conforms to the schema.
pub fn encode(value: &Dynamic, schema: &Schema) -> Result<pb::DynamicValue, Diagnostics> {
    encode_value(value, schema.ty())
}

/// State as it may be stored: nothing write-only, nothing unknown.
pub fn stored(state: Option<Object>, schema: &Schema) -> Result<pb::DynamicValue, Diagnostics> {
    let state = state.map_or(Dynamic::Null, |mut state| {
        schema.fit_for_state(&mut state);
        Dynamic::Object(state).without_unknowns()
    });
    encode(&state, schema)
}

/// State as it was read: what could not be read back from the state file does not get there.
pub fn seen(state: Object, schema: &Schema) -> Result<pb::DynamicValue, Diagnostics> {
    let is_too_much = cost::is_too_much_to_store(&state);
    let state = stored(Some(state), schema)?;
    if is_too_much || cost::is_too_much_msgpack(&state.msgpack) {
        return Err(too_much("What was read is too large"));
    }
    Ok(state)
}

/// Refuses what could not be read back from the state file, while nothing has been done yet.
pub fn check_size(object: &Object) -> Result<(), Diagnostics> {
    if cost::is_too_much_to_store(object) {
        return Err(too_much("A value is too large"));
    }
    Ok(())
}

/// What is wrong with a failure that says nothing: it never passes for success.
pub fn without_a_word() -> Diagnostics {
    Diagnostics::error(
        "The provider lost the result",
        "The call ended without a result and without an error, which is a defect of the provider.",
    )
}

/// What is wrong with an object that has to be known.
pub fn left_unknown(state: &Object) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    for (name, value) in state {
        if value.has_unknown() {
            diagnostics.extend(Diagnostics::error_at(
                name,
                "The provider left a value open",
                "The value should be known by now, which is a defect of the provider. It is taken for null.",
            ));
        }
    }
    diagnostics
}

/// What is wrong with a configuration: what the rules of single attributes object to, and what `further` does.
pub fn invalid<M: Model>(
    config: Option<pb::DynamicValue>,
    further: impl FnOnce(&M) -> Diagnostics,
) -> Diagnostics {
    let check = || {
        let config = decode(config, M::schema())?.unwrap_or_default();
        let typed = M::from_object(config.clone())?; // or no rule has much to say
        Ok(broken_rules(M::schema(), &config).and(further(&typed)))
    };
    check().unwrap_or_else(|errors: Diagnostics| errors)
}

/// What the rules of single attributes object to.
pub fn broken_rules(schema: &Schema, config: &Object) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    for objection in schema.objections(config) {
        diagnostics.extend(objection.into());
    }
    diagnostics
}

/// An older CLI would store a write-only value, so it must not be given one.
pub fn write_only_values(schema: &Schema, config: &Object) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    for found in schema.write_only_values(config) {
        let instead = found.kept_as.map_or_else(
            || "leave it out".to_owned(),
            |name| format!("use {name}, whose value is kept in state"),
        );
        diagnostics.extend(Diagnostics::of(
            Severity::Error,
            Some(found.path),
            "Write-only arguments need a newer CLI",
            format!(
                "{} is write-only, which needs Terraform 1.11 or OpenTofu 1.11. Upgrade, or {instead}.",
                found.name
            ),
        ));
    }
    diagnostics
}
