//! What the provider declares.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use wsoa_test_kit::Host;
use wsoa_test_kit::generated::tfplugin6 as proto;
use wsoa_test_kit::schema::{assert_schema_valid, schema_problems};

use crate::bench::{CLIENT, DIRECTORY, TOKEN, host};

#[tokio::test]
async fn terraform_has_nothing_to_object_to_in_the_schema() {
    let host = host().await;
    let schemas = host.schema().await;
    assert_schema_valid(&schemas.raw);
    assert_eq!(schema_problems(&schemas.raw), Vec::<String>::new());
    let resources: Vec<_> = schemas.resources.keys().map(String::as_str).collect();
    assert_eq!(resources, [TOKEN, CLIENT, DIRECTORY]);
    let ephemeral: Vec<_> = schemas.ephemeral_resources.keys().map(String::as_str).collect();
    assert_eq!(ephemeral, [TOKEN]);
    assert!(
        schemas.capabilities.plan_destroy,
        "deletion protection speaks up at plan"
    );
    assert!(schemas.capabilities.get_provider_schema_optional);
}

#[tokio::test]
async fn everything_is_described_and_every_secret_is_sensitive() {
    let schemas = host().await.schema().await;
    let all = [("provider", schemas.raw.provider.as_ref().unwrap())].into_iter();
    let all = all
        .chain(
            schemas
                .raw
                .resource_schemas
                .iter()
                .map(|(name, it)| (name.as_str(), it)),
        )
        .chain(
            schemas
                .raw
                .ephemeral_resource_schemas
                .iter()
                .map(|(name, it)| (name.as_str(), it)),
        );
    for (name, schema) in all {
        let block = schema.block.as_ref().unwrap();
        assert!(
            block.description.ends_with('.'),
            "{name}: {:?}",
            block.description
        );
        for attribute in &block.attributes {
            let place = format!("{name}.{}", attribute.name);
            assert!(!attribute.description.is_empty(), "{place} has no description");
            let type_is_text = attribute.r#type == br#""string""#;
            let secret = ["secret", "secret_wo", "password", "access_token"]
                .iter()
                .any(|end| attribute.name.ends_with(end));
            assert_eq!(attribute.sensitive, secret && type_is_text, "{place}");
        }
    }
}

#[tokio::test]
async fn a_process_that_was_never_asked_for_its_schema_works_all_the_same() {
    let first = crate::bench::bench().await;
    let state = first.host.create(CLIENT, crate::bench::client("okta")).await;
    let options = wsoa_test_kit::HostOptions {
        schemas: Some(first.host.schema().await),
        ..wsoa_test_kit::HostOptions::default()
    };
    let second = crate::bench::configured(&first.simulator, options).await;
    let state = second.refresh(&state).await.unwrap();
    second.destroy(&state).await.gone();
}

/// What a release promises. After a change that is wanted: `WSOA_WRITE_SCHEMA=1 cargo test --test plugin schema`.
#[tokio::test]
async fn the_schema_is_the_one_that_was_promised() {
    let host = host().await;
    let schemas = host.schema().await;
    let raw = &schemas.raw;
    let now = json!({
        "provider": block(raw.provider.as_ref().unwrap()),
        "resources": blocks(&raw.resource_schemas),
        "ephemeral_resources": blocks(&raw.ephemeral_resource_schemas),
        "data_sources": blocks(&raw.data_source_schemas),
        "list_resources": blocks(&raw.list_resource_schemas),
        "functions": functions(&raw.functions),
        "identities": identities(&host).await,
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugin/schema.json");
    if std::env::var_os("WSOA_WRITE_SCHEMA").is_some() {
        std::fs::write(&file, format!("{now:#}\n")).unwrap();
    }
    let promised: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for kind in [
        "provider",
        "resources",
        "ephemeral_resources",
        "data_sources",
        "list_resources",
        "functions",
        "identities",
    ] {
        assert_eq!(
            now[kind], promised[kind],
            "{kind}: if this is wanted, run the test with WSOA_WRITE_SCHEMA=1 and tell it in the changelog"
        );
    }
}

fn blocks(schemas: &BTreeMap<String, proto::Schema>) -> Value {
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), block(schema)))
        .collect()
}

/// All but the descriptions, which may be improved at any time.
fn block(schema: &proto::Schema) -> Value {
    let block = schema.block.as_ref().unwrap();
    assert!(
        block.block_types.is_empty(),
        "nested blocks are not in the snapshot"
    );
    json!({ "version": schema.version, "attributes": attributes(&block.attributes) })
}

fn attributes(all: &[proto::schema::Attribute]) -> Value {
    all.iter().map(|it| (it.name.clone(), attribute(it))).collect()
}

/// Such as `optional computed set(string)`; of one with attributes of its own, such as `computed list`, and those.
fn attribute(it: &proto::schema::Attribute) -> Value {
    match &it.nested_type {
        None => (flags(it) + &type_name(&it.r#type)).into(),
        Some(nested) => {
            let nesting = nested.nesting().as_str_name().to_lowercase();
            json!({ "is": flags(it) + &nesting, "attributes": attributes(&nested.attributes) })
        }
    }
}

fn type_name(json: &[u8]) -> String {
    fn named(ty: &Value) -> String {
        match ty {
            Value::Array(of) if of[0] == "object" => {
                let attributes = of[1].as_object().unwrap().iter();
                let attributes: Vec<_> = attributes
                    .map(|(name, ty)| format!("{name} {}", named(ty)))
                    .collect();
                format!("object({})", attributes.join(", "))
            }
            Value::Array(of) => format!("{}({})", of[0].as_str().unwrap(), named(&of[1])),
            other => other.as_str().unwrap().to_owned(),
        }
    }
    named(&serde_json::from_slice(json).unwrap())
}

/// Such as `(times number) string`.
fn functions(all: &BTreeMap<String, proto::Function>) -> Value {
    let signature = |function: &proto::Function| {
        let parameters = function.parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|it| format!("{} {}", it.name, type_name(&it.r#type)))
            .collect();
        let result = type_name(&function.r#return.as_ref().unwrap().r#type);
        format!("({}) {result}", parameters.join(", "))
    };
    all.iter()
        .map(|(name, function)| (name.clone(), Value::from(signature(function))))
        .collect()
}

async fn identities(host: &Host) -> Value {
    let request = proto::get_resource_identity_schemas::Request {};
    let answer = host.client().get_resource_identity_schemas(request).await;
    let schemas = answer.unwrap().into_inner().identity_schemas;
    let part = |it: &proto::resource_identity_schema::IdentityAttribute| {
        let kind = if it.required_for_import {
            "required"
        } else {
            "optional"
        };
        (
            it.name.clone(),
            Value::from(format!("{kind} {}", type_name(&it.r#type))),
        )
    };
    let identity = |schema: &proto::ResourceIdentitySchema| {
        let parts: Value = schema.identity_attributes.iter().map(part).collect();
        json!({ "version": schema.version, "attributes": parts })
    };
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), identity(schema)))
        .collect()
}

fn flags(it: &proto::schema::Attribute) -> String {
    let flags = [
        (it.required, "required "),
        (it.optional, "optional "),
        (it.computed, "computed "),
        (it.sensitive, "sensitive "),
        (it.write_only, "write-only "),
        (it.deprecated, "deprecated "),
    ];
    flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, text)| *text)
        .collect()
}
