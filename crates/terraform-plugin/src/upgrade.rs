//! Objects as a state file holds them: written by an older version of the provider, or under another address.

use serde_json::Value as Json;

use super::Diagnostics;
use super::generated::tfplugin6 as pb;
use super::object::too_much;
use super::provider::name_in;
use crate::schema::Schema;
use crate::value::{Dynamic, Path, cost, from_json};

/// How a resource rewrites what an older version stored.
type Rewrite<'a> = &'a dyn Fn(i64, Json) -> Result<Json, Diagnostics>;

/// The stored object `raw` of schema version `version` in today's form.
pub fn upgraded(
    type_name: &str,
    schema: &Schema,
    rewrite: Rewrite<'_>,
    version: i64,
    raw: Option<pb::RawState>,
) -> Result<Dynamic, Diagnostics> {
    if version > schema.version {
        return Err(Diagnostics::error(
            "State of a newer provider",
            format!(
                "The state was written with schema version {version} of {type_name}, this provider knows version {}. \
                 Use the provider version that wrote it, or a newer one.",
                schema.version
            ),
        ));
    }
    let stored = raw.unwrap_or_default().json;
    if cost::is_too_much_json(&stored) {
        return Err(too_much("Stored state is too large"));
    }
    let mut json: Json = serde_json::from_slice(&stored).map_err(|error| {
        // the position only: the error's own text could quote a secret
        Diagnostics::error(
            "Stored state cannot be read",
            format!(
                "It is not valid JSON (line {}, column {}).",
                error.line(),
                error.column()
            ),
        )
    })?;
    if version < schema.version {
        json = rewrite(version, json)?;
    }
    let mut state = from_json(json, schema.ty(), &Path::root())?;
    if let Dynamic::Object(object) = &mut state {
        schema.fit_for_state(object);
    }
    Ok(state)
}

/// Refuses a move from anything but the same type of the same provider, whatever address the provider had
/// (`OpenTofu` before 1.12.4 sends the last part of the address alone).
pub fn check_move(address: &str, request: &pb::move_resource_state::Request) -> Result<(), Diagnostics> {
    let provider = |address: &str| name_in(address).to_owned();
    let same_provider = provider(&request.source_provider_address) == provider(address);
    if same_provider && request.source_type_name == request.target_type_name {
        return Ok(());
    }
    Err(Diagnostics::error(
        "Cannot move between these resources",
        format!(
            "A {} of the provider {} cannot become a {} of the provider {}: only the same type of this provider, under \
             whatever address it was used before, can be moved. Remove the moved block, and import the object instead.",
            request.source_type_name, request.source_provider_address, request.target_type_name, address
        ),
    ))
}
