//! The schema as the CLI tells it to programs, held against the file of what was promised.

use access_simulator::Options;
use serde_json::{Value as Json, json};

use crate::fixture::*;

/// What was promised; a test of the plugin writes it.
const PROMISED: &str = include_str!("../plugin/schema.json");

/// What the CLI calls a part, and what the file calls it.
const PARTS: [(&str, &str); 6] = [
    ("resource_schemas", "resources"),
    ("data_source_schemas", "data_sources"),
    ("ephemeral_resource_schemas", "ephemeral_resources"),
    ("list_resource_schemas", "list_resources"), // a CLI without these says nothing of them
    ("resource_identity_schemas", "identities"),
    ("functions", "functions"),
];

#[test]
fn the_schema_that_the_cli_tells_is_the_one_that_was_promised() {
    needs!(WriteOnly, Functions);
    let stage = bare_stage(Options::default(), "");
    let told = stage.run(&["providers", "schema", "-json"]).ok().json();
    let providers = told["provider_schemas"].as_object().unwrap();
    let (_, told) = providers.iter().next().unwrap();
    let promised: Json = serde_json::from_str(PROMISED).unwrap();
    assert_eq!(block(&told["provider"]), promised["provider"]);
    let mut compared = 0;
    for (name, file_name) in PARTS {
        let Some(all) = told[name].as_object() else {
            continue;
        };
        let now: Json = all
            .iter()
            .map(|(key, schema)| (key.clone(), of_part(name, schema)))
            .collect();
        assert_eq!(now, promised[file_name], "{name}");
        compared += 1;
    }
    assert!(compared >= 4, "{compared}: {told}");
}

fn of_part(name: &str, schema: &Json) -> Json {
    match name {
        "functions" => {
            let parameters = schema["parameters"].as_array().unwrap().iter();
            let parameters: Vec<_> = parameters
                .map(|it| format!("{} {}", it["name"].as_str().unwrap(), type_name(&it["type"])))
                .collect();
            format!(
                "({}) {}",
                parameters.join(", "),
                type_name(&schema["return_type"])
            )
            .into()
        }
        "resource_identity_schemas" => {
            json!({ "version": schema["version"], "attributes": attributes(&schema["attributes"]) })
        }
        _ => block(schema),
    }
}

fn block(schema: &Json) -> Json {
    let block = &schema["block"];
    assert!(block["block_types"].is_null(), "{block}");
    json!({ "version": schema["version"], "attributes": attributes(&block["attributes"]) })
}

fn attributes(all: &Json) -> Json {
    let all = all.as_object().unwrap().iter();
    all.map(|(name, it)| (name.clone(), attribute(it))).collect()
}

/// Such as `optional computed set(string)`; of one with attributes of its own, such as `computed list`, and those.
fn attribute(it: &Json) -> Json {
    let flags: String = [
        ("required", "required "),
        ("required_for_import", "required "),
        ("optional", "optional "),
        ("optional_for_import", "optional "),
        ("computed", "computed "),
        ("sensitive", "sensitive "),
        ("write_only", "write-only "),
        ("deprecated", "deprecated "),
    ]
    .into_iter()
    .filter(|(name, _)| it[name] == true)
    .map(|(_, text)| text)
    .collect();
    match &it["nested_type"] {
        Json::Null => (flags + &type_name(&it["type"])).into(),
        nested => json!({
            "is": flags + nested["nesting_mode"].as_str().unwrap(),
            "attributes": attributes(&nested["attributes"]),
        }),
    }
}

fn type_name(of: &Json) -> String {
    match of {
        Json::Array(of) if of[0] == "object" => {
            let attributes = of[1].as_object().unwrap().iter();
            let attributes: Vec<_> = attributes
                .map(|(name, of)| format!("{name} {}", type_name(of)))
                .collect();
            format!("object({})", attributes.join(", "))
        }
        Json::Array(of) => format!("{}({})", of[0].as_str().unwrap(), type_name(&of[1])),
        other => other.as_str().unwrap().to_owned(),
    }
}
