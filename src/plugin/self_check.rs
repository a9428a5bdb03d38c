//! What is wrong with what a provider declares, beyond its single schemas: what makes Terraform reject the whole
//! provider, or crash, and what it silently makes something else of. A test asks for it; nothing here runs in service.

use std::collections::BTreeSet;

use super::data_source::DataSource;
use super::ephemeral::Ephemeral;
use super::list::ListResource;
use super::provider::Provider;
use super::resource::Resource;
use crate::schema;
use crate::schema::Kind;
use crate::schema::Schema;
use crate::value::Model as _;
use crate::value::Type;

/// Names that the language itself takes in a block (Terraform `internal/configs/resource.go`, `provider.go`), so that
/// nobody could ever set them.
const RESOURCE: [&str; 8] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "provider",
    "provisioner",
];
const DATA: [&str; 6] = [
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "provider",
];
const PROVIDER: [&str; 8] = [
    "alias",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "source",
    "version",
];

/// All faults of a provider, each with the name of what has it.
pub fn faults<P: Provider>(provider: &P) -> Vec<String> {
    let offers = provider.offers();
    let mut faults = Vec::new();
    let own = schema::self_check(&provider.schema(), &P::Config::attributes());
    faults.extend(own.into_iter().chain(names(&provider.schema(), &PROVIDER)));
    let type_prefix = format!("{}_", provider.address().rsplit('/').next().unwrap_or_default());
    let mut kind = |kind: &str, prefix: &str, offered: Vec<(&'static str, Vec<String>)>| {
        let mut seen = BTreeSet::new();
        for (name, own) in offered {
            let mut fault = |text: &str| faults.push(format!("{kind} {name}: {text}"));
            if !seen.insert(name) {
                fault("offered twice");
            }
            if !name.starts_with(prefix) || !is_identifier(name) {
                fault("the name begins with the provider's, and is an identifier in lower case");
            }
            own.iter().for_each(|text| fault(text));
        }
    };
    kind(
        "resource",
        &type_prefix,
        offers
            .resources
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "data source",
        &type_prefix,
        offers
            .data_sources
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "ephemeral resource",
        &type_prefix,
        offers
            .ephemeral
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    kind(
        "function",
        "",
        offers
            .functions
            .iter()
            .map(|it| (it.name(), it.self_check()))
            .collect(),
    );
    let found_by = |name: &str| {
        let managed = offers.resources.iter().find(|managed| managed.name() == name);
        match managed.map(|managed| managed.identity_schema().is_some()) {
            None => Some("there is no managed resource of this name".to_owned()),
            Some(false) => Some("the managed resource has no identity".to_owned()),
            Some(true) => None,
        }
    };
    kind(
        "list resource",
        &type_prefix,
        offers
            .lists
            .iter()
            .map(|it| {
                (
                    it.name(),
                    it.self_check().into_iter().chain(found_by(it.name())).collect(),
                )
            })
            .collect(),
    );
    faults
}

/// A name that can be written in a configuration, and that is in lower case.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The faults of names, of which core keeps the last one where there are two.
fn names(schema: &Schema, reserved: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for attribute in &schema.attributes {
        let mut fault = |text: &str| faults.push(format!("{}: {text}", attribute.name));
        if !seen.insert(attribute.name) {
            fault("two attributes have this name");
        }
        if reserved.contains(&attribute.name) {
            fault("the language takes this name for itself");
        }
        if !is_identifier(attribute.name) {
            fault("no identifier");
        }
    }
    faults
}

pub(super) fn resource<R: Resource>(schema: &Schema, identity: Option<&Schema>) -> Vec<String> {
    let mut faults = schema::self_check(schema, &R::State::attributes());
    faults.extend(names(schema, &RESOURCE));
    let model = R::Identity::attributes();
    match identity {
        None if model.is_empty() => {}
        None => faults.push("identity: it has no schema".to_owned()),
        Some(identity) => {
            let own = schema::self_check(identity, &model)
                .into_iter()
                .chain(names(identity, &[]))
                .chain(identity_faults(identity));
            faults.extend(own.map(|fault| format!("identity: {fault}")));
        }
    }
    faults
}

/// Source: Terraform `internal/schemarepo/loadschemas/plugins.go`.
fn identity_faults(identity: &Schema) -> Vec<String> {
    let mut faults = Vec::new();
    if identity.version < 0 {
        faults.push("the version is negative".to_owned());
    }
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

pub(super) fn data_source<D: DataSource>(schema: &Schema) -> Vec<String> {
    let mut faults = schema::self_check(schema, &D::State::attributes());
    faults.extend(names(schema, &DATA));
    let write_only = schema.attributes.iter().filter(|attribute| attribute.write_only);
    faults.extend(write_only.map(|it| format!("{}: write-only means nothing in a data source", it.name)));
    faults
}

pub(super) fn ephemeral<E: Ephemeral>(schema: &Schema) -> Vec<String> {
    let mut faults = schema::self_check(schema, &E::State::attributes());
    faults.extend(names(schema, &DATA));
    faults
}

pub(super) fn list<L: ListResource>(schema: &Schema) -> Vec<String> {
    let mut faults = schema::self_check(schema, &L::Config::attributes());
    faults.extend(names(schema, &[])); // inside of `config` all names are free
    let computed = schema.attributes.iter().filter(|it| !it.configurable());
    faults.extend(computed.map(|it| format!("{}: a list has no results of its own", it.name)));
    faults
}
