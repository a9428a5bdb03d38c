//! What was set up by hand comes under the CLI: by import, without a write.

use access_simulator::{Client, DirectoryType};

use crate::fixture::*;

#[test]
fn what_was_made_by_hand_is_imported_by_what_people_know_and_nothing_is_written() {
    needs!(ImportBlock);
    let stage = stage(
        r#"
import {
  to = wsoa_oauth_client.okta
  id = "OktaSCIM"
}

resource "wsoa_oauth_client" "okta" {
  client_id = "OktaSCIM"
}

import {
  to = wsoa_other_directory.by_name
  id = "name:Okta"
}

resource "wsoa_other_directory" "by_name" {
  name    = "Okta"
  domains = ["okta.example"]
}

import {
  to = wsoa_other_directory.by_domain
  id = "domain:PEOPLE.example"
}

resource "wsoa_other_directory" "by_domain" {
  name    = "People"
  domains = ["people.example"]
}
"#,
    );
    stage
        .tenant
        .put_client(Client::service("OktaSCIM", "secret-of-okta"));
    for (name, domain) in [("Okta", "okta.example"), ("People", "people.example")] {
        stage
            .tenant
            .add_directory(name, &[domain], DirectoryType::OtherDirectory);
    }
    let _said = stage
        .settle()
        .expect("3 imported, 0 added, 0 changed, 0 destroyed");
    for method in ["PUT", "DELETE"] {
        assert_eq!(stage.count(method, ""), 0, "{method}");
    }
    assert_eq!(stage.count("POST", DIRECTORIES) + stage.count("POST", CLIENTS), 0);
    assert_eq!(stage.tenant.client("OktaSCIM").unwrap().secret, "secret-of-okta");
}

#[test]
fn an_identity_is_enough_to_import_by() {
    needs!(Identity);
    let stage = stage("");
    let url = stage.simulator.url();
    let tenant = url.trim_start_matches("https://");
    stage
        .tenant
        .put_client(Client::service("OktaSCIM", "secret-of-okta"));
    let id = stage
        .tenant
        .add_directory("Okta", &["okta.example"], DirectoryType::OtherDirectory);
    stage.config(&format!(
        r#"
import {{
  to = wsoa_oauth_client.okta
  identity = {{
    client_id = "OktaSCIM"
    tenant    = "{tenant}"
  }}
}}

resource "wsoa_oauth_client" "okta" {{
  client_id = "OktaSCIM"
}}

import {{
  to = wsoa_other_directory.okta
  identity = {{
    id     = "{id}"
    tenant = "{tenant}"
  }}
}}

resource "wsoa_other_directory" "okta" {{
  name    = "Okta"
  domains = ["okta.example"]
}}
"#
    ));
    let _said = stage
        .settle()
        .expect("2 imported, 0 added, 0 changed, 0 destroyed");
    stage.assert_plan_is_empty();
}

#[test]
fn an_import_that_should_not_be_is_refused_with_the_reason() {
    needs!(ImportBlock);
    for (kind, id, summary) in [
        ("wsoa_oauth_client", "acs", "The OAuth client \"acs\" is internal"),
        ("wsoa_other_directory", "name:Nobody", "No such directory"),
        ("wsoa_other_directory", "name:Twin", "More than one directory"),
    ] {
        let arguments = match kind {
            "wsoa_oauth_client" => format!("client_id = \"{id}\""),
            _ => "name = \"Twin\"\n  domains = [\"a.example\"]".to_owned(),
        };
        let stage = stage(&format!(
            "import {{\n  to = {kind}.it\n  id = \"{id}\"\n}}\n\nresource \"{kind}\" \"it\" {{\n  {arguments}\n}}\n"
        ));
        for domain in ["a.example", "b.example"] {
            stage
                .tenant
                .add_directory("Twin", &[domain], DirectoryType::OtherDirectory);
        }
        let output = stage.try_plan(&["-json"]);
        let found = errors_of(&output);
        assert_eq!(found.len(), 1, "{}", output.text());
        assert_eq!(found[0].summary, summary);
    }
}
