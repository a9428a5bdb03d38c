//! Identities: what tells an object from all others, beside its state (protocol 6.9).
//!
//! Core checks neither that there is one nor that it is complete nor that it stays the same, and stores what it is
//! given (Terraform `internal/terraform/node_resource_abstract_instance.go`). So all of that is seen to here, in one
//! place for every RPC. An identity always comes from the state and the configured client, never from an identity
//! that core sends: objects of older versions of the provider or the CLI have none.

use std::sync::LazyLock;

use super::Diagnostics;
use super::context::Told;
use super::generated::tfplugin6 as pb;
use super::object::{decode, encode};
use super::resource::Resource;
use super::served::Served;
use super::session::Session;
use crate::schema::{Attribute, Kind, Schema};
use crate::text::quoted;
use crate::value::{Dynamic, Model, Object, Path, PathError};

/// No identity: nothing in it.
impl Model for () {
    fn schema() -> &'static Schema {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(0, "No identity.", Vec::new()));
        &SCHEMA
    }

    fn attributes() -> Vec<Attribute> {
        Vec::new()
    }

    fn take(_: &mut Object, _: &Path) -> Result<Self, PathError> {
        Ok(())
    }

    fn put(self, _: &mut Object) {}
}

/// Schema of the identity of a resource that has one.
pub(super) fn schema<R: Resource>() -> Option<&'static Schema> {
    Some(R::Identity::schema()).filter(|schema| !schema.attributes.is_empty())
}

/// How an identity is declared.
pub(super) fn declaration(schema: &Schema) -> pb::ResourceIdentitySchema {
    let attribute = |part: &Attribute| pb::resource_identity_schema::IdentityAttribute {
        name: part.name.to_owned(),
        r#type: part.ty.to_json().to_string().into_bytes(),
        required_for_import: part.kind == Kind::Required,
        optional_for_import: part.kind == Kind::Optional,
        description: part.description.to_owned(),
    };
    pb::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

/// The identity of the object with this state: complete, or none. None in a process that is not configured.
pub(super) fn of<R: Resource>(
    served: &Served<R>,
    session: &Session<R::Client>,
    state: &R::State,
) -> Option<Object> {
    schema::<R>()?;
    let client = session.client().ok()?;
    let identity = served.0.identity(&client, state)?.into_object();
    is_complete(&identity).then_some(identity)
}

fn is_complete(identity: &Object) -> bool {
    identity
        .values()
        .all(|value| *value != Dynamic::Null && !value.has_unknown())
}

/// The same for an answer. An object that was known as `stored` and is another one now is a defect, which is told.
pub(super) fn answered<R: Resource>(
    served: &Served<R>,
    session: &Session<R::Client>,
    state: &R::State,
    stored: Option<pb::ResourceIdentityData>,
    told: &Told,
) -> Result<Option<pb::ResourceIdentityData>, Diagnostics> {
    let Some(schema) = schema::<R>() else {
        return Ok(None);
    };
    let Some(identity) = of(served, session, state) else {
        return Ok(None);
    };
    // one that cannot be read any more decides nothing
    if let Ok(Some(stored)) = read(stored, schema) {
        told.extend(changed(schema, &stored, &identity));
    }
    Ok(Some(encoded(identity, schema)?))
}

/// What is wrong if an object was known by an identity, or is imported by one, and now none can be told. After an import
/// that would crash Terraform (`internal/plans/changes.go`), otherwise both CLIs drop the identity.
pub(super) fn lost() -> Diagnostics {
    Diagnostics::error(
        "The object has no identity any more",
        "The provider cannot tell by what it looked up what identifies the object, which is a defect of the provider.",
    )
}

/// What is wrong if one of the parts that identify an object is another one now. The other parts, such as the name of
/// the host that the object is on, may change.
fn changed(schema: &Schema, stored: &Object, now: &Object) -> Diagnostics {
    let mut told = Diagnostics::none();
    for part in schema
        .attributes
        .iter()
        .filter(|part| part.kind == Kind::Required)
    {
        let before = stored
            .get(part.name)
            .filter(|before| **before != Dynamic::Null && !before.has_unknown());
        if before.is_some_and(|before| Some(before) != now.get(part.name)) {
            told.extend(Diagnostics::error(
                "The object turned into another one",
                format!(
                    "The part {} of its identity is not the one that is stored, which is a defect of the provider.",
                    part.name
                ),
            ));
        }
    }
    told
}

/// What is wrong with an import by `wanted` that found the object `found`: that the two are not the same.
pub(super) fn mismatches(wanted: &Object, found: &Object) -> Diagnostics {
    let mut told = Diagnostics::none();
    for (name, value) in wanted.iter().filter(|(_, value)| **value != Dynamic::Null) {
        if found.get(name) != Some(value) {
            let its = match found.get(name) {
                Some(Dynamic::String(its)) => quoted(its),
                _ => "the one".to_owned(),
            };
            told.extend(Diagnostics::error_at(
                name,
                "Identity of another object",
                format!(
                    "The {name} in the identity is not {its} of the object that the provider, as it is configured, would \
                     import. Correct or remove {name}, or import with the provider block it belongs to."
                ),
            ));
        }
    }
    told
}

/// An identity that core sends; `None` if it sends none.
pub(super) fn read(
    data: Option<pb::ResourceIdentityData>,
    schema: &Schema,
) -> Result<Option<Object>, Diagnostics> {
    decode(data.and_then(|data| data.identity_data), schema)
}

/// An identity as it is sent.
pub(super) fn encoded(identity: Object, schema: &Schema) -> Result<pb::ResourceIdentityData, Diagnostics> {
    Ok(pb::ResourceIdentityData {
        identity_data: Some(encode(&Dynamic::Object(identity), schema)?),
    })
}

/// A stored identity in today's form. Null where there is nothing, of which core asks too, or not all of one: the next
/// read tells what it is.
pub(super) fn upgraded(
    stored: Option<Dynamic>,
    schema: &Schema,
) -> Result<pb::ResourceIdentityData, Diagnostics> {
    match stored {
        Some(Dynamic::Object(identity)) if is_complete(&identity) => encoded(identity, schema),
        _ => Ok(pb::ResourceIdentityData {
            identity_data: Some(encode(&Dynamic::Null, schema)?),
        }),
    }
}
