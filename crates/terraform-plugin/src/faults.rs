//! What is wrong with what one thing declares, beyond its schema.

use super::identity;
use super::list::ListResource;
use super::resource::Resource;
use crate::schema::{Kind, Place, Schema};
use crate::value::{Model as _, Type};

/// The faults of one managed resource.
pub fn resource<R: Resource>() -> Vec<String> {
    let mut faults = R::State::schema().faults(Place::Resource);
    if let Some(schema) = identity::schema::<R>() {
        let own = schema
            .faults(Place::Own)
            .into_iter()
            .chain(identity_faults(schema));
        faults.extend(own.map(|fault| format!("identity: {fault}")));
    }
    faults
}

/// Source: Terraform `internal/schemarepo/loadschemas/plugins.go`.
fn identity_faults(identity: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    if !identity.attributes.iter().any(|part| part.kind == Kind::Required) {
        faults.push("no part is required".to_owned());
    }
    for part in &identity.attributes {
        let mut fault = |text: &str| faults.push(format!("{}: {text}", part.name));
        if !matches!(part.kind, Kind::Required | Kind::Optional) || part.write_only {
            fault("a part is either required or optional for import");
        }
        let simple = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String);
        match &part.ty {
            Type::List(element) if simple(element) => {}
            ty if simple(ty) => {}
            _ => fault("a part is a bool, a number, text or a list of these, and no secret"),
        }
    }
    faults
}

/// The faults of one list resource.
pub fn list<L: ListResource>() -> Vec<String> {
    let schema = L::Config::schema();
    let mut faults = schema.faults(Place::Own); // inside of `config` all names are free
    let computed = schema.attributes.iter().filter(|it| !it.configurable());
    faults.extend(computed.map(|it| format!("{}: a list has no results of its own", it.name)));
    faults
}
