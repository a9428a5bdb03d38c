//! The data sources in configurations: the examples of the documentation are applied as they are.

use access_simulator::{Client, DirectoryType};
use serde_json::{Value as Json, json};

use crate::fixture::*;

/// A tenant as the examples suppose it.
fn prepared(main: &str) -> Stage {
    let stage = stage(main);
    stage
        .tenant
        .put_client(Client::service("OktaSCIM", "secret-of-okta"));
    stage
        .tenant
        .add_directory("Okta", &["okta.example.com"], DirectoryType::OtherDirectory);
    stage
}

/// Applies an example twice, and gives its outputs.
fn outputs(stage: &Stage, names: &[&str]) -> Vec<Json> {
    stage.settle();
    names.iter().map(|name| stage.output(name)).collect()
}

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../examples/data-sources/", $name, "/data-source.tf"))
    };
}

#[test]
fn the_examples_are_applied_and_say_what_there_is() {
    needs!(DataSources);
    let stage = prepared(example!("wsoa_saml_service_provider"));
    let found = outputs(&stage, &["audience", "single_sign_on_url"]);
    let saas = format!("{}/SAAS", stage.simulator.url());
    assert_eq!(
        found,
        [
            json!(format!("{saas}/API/1.0/GET/metadata/sp.xml")),
            json!(format!("{saas}/auth/saml/response")),
        ]
    );
    assert!(stage.output("certificate").as_str().unwrap().starts_with("MII"));

    let stage = prepared(example!("wsoa_oauth_clients"));
    let found = outputs(&stage, &["admins"]);
    assert_eq!(found, [json!(["OktaSCIM", "terraform-admin"])]);

    let stage = prepared(example!("wsoa_directory"));
    let found = outputs(&stage, &["user_store"]);
    let directory = stage
        .tenant
        .directories()
        .into_iter()
        .find(|it| it.name == "Okta");
    assert_eq!(found, [json!(directory.unwrap().user_store_id)]);

    let stage = prepared(example!("wsoa_directories"));
    let found = outputs(&stage, &["domains"]);
    assert_eq!(found, [json!({ "Okta": ["okta.example.com"] })]);
}

/// What it is asked for is only known after apply: it is read then, and there is nothing left to do.
#[test]
fn a_client_that_is_made_in_the_same_apply_is_read_after_it() {
    let stage = stage(
        r#"
resource "wsoa_oauth_client" "scim" {
  client_id = "okta-scim"
}

data "wsoa_oauth_client" "scim" {
  client_id = wsoa_oauth_client.scim.id
}

output "scopes" {
  value = data.wsoa_oauth_client.scim.scopes
}
"#,
    );
    stage.settle();
    assert_eq!(stage.output("scopes"), json!(["admin"]));
}

#[test]
fn what_is_not_there_is_an_error_at_its_argument() {
    let stage = prepared("data \"wsoa_directory\" \"okta\" {\n  name = \"okta\"\n}\n");
    let output = stage.try_plan(&["-json"]);
    let found = errors_of(&output);
    assert_eq!(found.len(), 1, "{}", output.text());
    assert_eq!(found[0].summary, "No such directory");
    assert_eq!(found[0].snippet.trim(), "name = \"okta\"");
    assert!(found[0].detail.contains("\"Okta\" (id "), "{}", found[0].detail);
}

#[test]
fn the_examples_with_checks_are_applied_and_say_what_there_is() {
    needs!(Check);
    let stage = prepared(example!("wsoa_tenant"));
    let scim = format!("{}/SAAS/jersey/manager/api/scim", stage.simulator.url());
    assert_eq!(outputs(&stage, &["scim_base_url"]), [json!(scim)]);

    let stage = prepared(example!("wsoa_oauth_client"));
    outputs(&stage, &[]);
}
