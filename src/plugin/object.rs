//! Objects on their way in and out.
//!
//! What Terraform core enforces is enforced here first, once for every resource: write-only values never leave, no
//! unknown is left after apply, what leaves decodes at the other end, a failure without a message is an error, and
//! private data is echoed (Terraform `internal/terraform/node_resource_abstract_instance.go`).

use super::Diagnostics;
use super::convert;
use super::diagnostic::Severity;
use super::generated::tfplugin6 as pb;
use super::resource::Applied;
use crate::schema::Schema;
use crate::value::Dynamic;
use crate::value::Object;
use crate::value::Path;
use crate::value::codec;
use crate::value::from_json;

/// Reads an object; `None` for null, which is also what no value at all means.
pub fn decode(value: Option<pb::DynamicValue>, schema: &Schema) -> Result<Option<Object>, Diagnostics> {
    let Some(value) = value else { return Ok(None) };
    let value = if !value.msgpack.is_empty() {
        codec::decode(value.msgpack, schema.ty())?
    } else if value.json.is_empty() {
        Dynamic::Null
    } else {
        let json = serde_json::from_slice(&value.json)
            .map_err(|_| Diagnostics::error("Malformed request", "A value is not valid JSON."))?;
        from_json(json, schema.ty(), &Path::root())?
    };
    match value {
        Dynamic::Object(object) => Ok(Some(object)),
        Dynamic::Null => Ok(None),
        _ => Err(Diagnostics::error(
            "Malformed request",
            "An object is required, known or null.",
        )),
    }
}

/// Writes a value, after checking that it conforms to the schema.
pub fn encode(value: &Dynamic, schema: &Schema) -> Result<pb::DynamicValue, Diagnostics> {
    let msgpack = codec::encode(value, schema.ty())?;
    Ok(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

/// State as it may be stored: nothing write-only, nothing unknown.
pub fn stored(state: Option<Object>, schema: &Schema) -> Result<pb::DynamicValue, Diagnostics> {
    let state = state.map_or(Dynamic::Null, |mut state| {
        schema.fit_for_state(&mut state);
        Dynamic::Object(state).without_unknowns()
    });
    encode(&state, schema)
}

/// The answer to an apply: an object that exists is never dropped, a failure never passes for success.
pub fn applied_response(
    applied: Applied<Object>,
    schema: &Schema,
) -> Result<pb::apply_resource_change::Response, Diagnostics> {
    let mut diagnostics = applied.diagnostics;
    match &applied.state {
        None if !diagnostics.has_errors() => diagnostics.extend(Diagnostics::error(
            "The provider lost the result",
            "The change ended without a result and without an error, which is a defect of the provider.",
        )),
        Some(state) if !diagnostics.has_errors() => diagnostics.extend(left_unknown(state)),
        _ => {}
    }
    let new_state = match applied.state {
        Some(state) => Some(stored(Some(state), schema)?),
        None => None, // with an error: nothing new after a create, the prior object and its private data otherwise
    };
    Ok(pb::apply_resource_change::Response {
        new_state,
        private: applied.private.0,
        diagnostics: convert::diagnostics(diagnostics),
        ..Default::default()
    })
}

fn left_unknown(state: &Object) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    for (name, value) in state {
        if value.has_unknown() {
            diagnostics.extend(Diagnostics::error_at(
                name,
                "The provider left a value open",
                "The value should be known after apply, which is a defect of the provider. It is stored as null.",
            ));
        }
    }
    diagnostics
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
    for (path, name) in schema.write_only_values(config) {
        diagnostics.extend(Diagnostics::of(
            Severity::Error,
            Some(path),
            "Write-only arguments need a newer CLI",
            format!(
                "{name} is write-only, which needs Terraform 1.11 or OpenTofu 1.11. Upgrade, or use the argument that \
                 keeps the value in state."
            ),
        ));
    }
    diagnostics
}
