//! What was set up by hand comes under the CLI: by import, without a write.

use std::fmt::Write as _;

use access_simulator::{Client, DirectoryType, Tenant};
use wsoa_test_kit::cli;
use wsoa_test_kit::cli::Output;

use crate::fixture::*;

/// What somebody has set up by hand: 20 clients and 10 directories of type Other, beside what nobody is to adopt: the
/// tenant's own clients, the client that the provider signs in as, and a directory of another type.
fn set_up_by_hand(tenant: &Tenant) {
    for number in 0..20 {
        let service = Client::service(
            &format!("c{number:02}"),
            &format!("secret-that-nobody-knows-{number}"),
        );
        tenant.put_client(match number % 4 {
            0 => service,
            1 => Client {
                remember_as: Some(format!("Client {number}")),
                access_token_ttl: 525_600,
                ..service
            },
            2 => Client {
                scope: "user openid".to_owned(),
                auth_grant_types: "authorization_code refresh_token".to_owned(),
                redirect_uri: Some(format!("https://{number}.example/a,https://{number}.example/b")),
                ..service
            },
            _ => Client {
                auth_grant_types: "client_credentials refresh_token".to_owned(),
                refresh_token_ttl: 1440,
                refresh_token_idle_ttl: 60,
                display_user_grant: true,
                ..service
            },
        });
    }
    for number in 0..10 {
        let domains = [format!("{number}.example"), format!("more.{number}.example")];
        let domains: Vec<_> = domains.iter().map(String::as_str).take(1 + number % 2).collect();
        tenant.add_directory(
            &format!("Directory {number}"),
            &domains,
            DirectoryType::OtherDirectory,
        );
    }
    tenant.add_directory("People", &["people.example"], DirectoryType::LocalDirectory);
}

/// An `import` block for each object that is to be adopted, by what people know: the client's id, the directory's name or
/// one of its domains.
/// `also` stands in each of them.
fn import_blocks(also: &str) -> String {
    let mut blocks = String::new();
    let mut import = |to: &str, id: &str| {
        writeln!(blocks, "import {{\n  to = {to}\n  id = \"{id}\"\n{also}}}\n").unwrap();
    };
    for number in 0..20 {
        import(
            &format!("wsoa_oauth_client.c{number:02}"),
            &format!("c{number:02}"),
        );
    }
    for number in 0..10 {
        let id = match number % 2 {
            0 => format!("name:Directory {number}"),
            _ => format!("domain:{number}.example"),
        };
        import(&format!("wsoa_other_directory.d{number}"), &id);
    }
    blocks
}

/// The tenant as it is before somebody adopts it, and what the recipe asks of it.
struct ByHand {
    stage: Stage,
    clients: Vec<Client>,
    directories: Vec<access_simulator::Directory>,
    told: String,
}

impl ByHand {
    fn new(recipe: &str) -> Self {
        let stage = stage("");
        set_up_by_hand(&stage.tenant);
        Self {
            clients: stage.tenant.clients(),
            directories: stage.tenant.directories(),
            told: format!("20 clients and 10 directories adopted by {recipe}:"),
            stage,
        }
    }

    /// The requests since the last time, for the record: what `least` says is the least that it can be done with. More
    /// than `most` are too many.
    fn count(&mut self, step: &str, least: usize, most: usize) {
        let seen = self.stage.tenant.requests().len();
        write!(self.told, " {step} {seen} requests (least {least}),").unwrap();
        assert!(seen <= most, "{}: at most {most}", self.told);
        self.stage.forget_requests();
    }

    /// Applies the last plan, which imports all and changes nothing; the plan after that is empty.
    fn adopt(mut self, planned: &Output) {
        let imported = "30 to import, 0 to add, 0 to change, 0 to destroy";
        let _said = planned.clone().expect(imported);
        let _said = self.stage.apply_plan().ok();
        // the state is written from what the plan has read
        self.count("apply", 0, 0);
        self.stage.assert_plan_is_empty();
        self.count("second plan", READS, MOST_READS);
        self.told.pop();
        wsoa_test_kit::tell(&self.told);

        let state = self.stage.resources();
        assert_eq!(state.len(), 30, "{:?}", state.keys());
        for (address, resource) in &state {
            let values = &resource["values"];
            let id = values["id"].as_str().unwrap();
            assert!(
                !["acs", "Service__OAuth2Client", "terraform-admin"].contains(&id),
                "{address} is {id}"
            );
            assert_ne!(values["name"], "People", "{address}");
        }
        let tenant = &self.stage.tenant;
        assert_eq!(tenant.clients(), self.clients);
        assert_eq!(tenant.directories(), self.directories);
    }
}

/// To sign in, to read each client, one list of all directories, and the domains of each where the list tells none.
const READS: usize = 1 + 20 + 1 + 10;

/// Other tenants make it more: a list in pages, a secret that is shown and tried.
const MOST_READS: usize = 2 * READS;

#[test]
fn a_tenant_that_was_set_up_by_hand_is_adopted_by_import_blocks_without_a_write() {
    needs!(ImportBlock);
    let mut by_hand = ByHand::new("import blocks");
    let provider = if cli::asks_for_the_provider_of_an_import() {
        "  provider = wsoa\n"
    } else {
        ""
    };
    by_hand.stage.config(&import_blocks(provider));
    by_hand.stage.forget_requests();
    let planned = by_hand.stage.try_plan(&["-generate-config-out=adopted.tf"]);
    assert_eq!(planned.code, Some(2), "{}", planned.text());
    by_hand.stage.config(&import_blocks("")); // what there is a resource of may not name it
    by_hand.count("plan", READS, MOST_READS);
    by_hand.adopt(&planned);
}

#[test]
fn a_tenant_that_was_set_up_by_hand_is_found_and_adopted_by_a_query_without_a_write() {
    needs!(List);
    let mut by_hand = ByHand::new("a query");
    by_hand.stage.write("all.tfquery.hcl", QUERY);
    by_hand.stage.forget_requests();
    let _found = by_hand
        .stage
        .run(&["query", "-no-color", "-generate-config-out=adopted.tf"])
        .ok();
    // the list of clients comes on top
    by_hand.count("query", READS + 1, MOST_READS);
    let planned = by_hand.stage.plan().output;
    by_hand.count("plan", READS, MOST_READS);
    by_hand.adopt(&planned);
}

/// The file of the guide.
const QUERY: &str = r#"
list "wsoa_oauth_client" "all" {
  provider         = wsoa
  include_resource = true
  limit            = 1000
}

list "wsoa_other_directory" "all" {
  provider         = wsoa
  include_resource = true
  limit            = 1000
}
"#;

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

/// What the examples of imports suppose to be there, and the resources that they leave out.
fn supposed(example: &str) -> Stage {
    const ID: &str = "5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e";
    let stage = stage(&format!(
        r#"{example}
resource "wsoa_oauth_client" "okta" {{
  client_id = "OktaSCIM"
}}

resource "wsoa_other_directory" "okta" {{
  name    = "Okta"
  domains = ["okta.example"]
}}
"#
    ));
    stage
        .tenant
        .put_client(Client::service("OktaSCIM", "secret-of-okta"));
    let id = stage
        .tenant
        .add_directory("Okta", &["okta.example"], DirectoryType::OtherDirectory);
    stage
        .tenant
        .change_directory(&id, |directory| ID.clone_into(&mut directory.id));
    stage
}

macro_rules! examples {
    ($name:literal) => {
        concat!(
            include_str!(concat!("../../examples/resources/wsoa_oauth_client/", $name)),
            include_str!(concat!("../../examples/resources/wsoa_other_directory/", $name))
        )
    };
}

#[test]
fn the_examples_of_imports_by_a_block_are_applied() {
    needs!(ImportBlock);
    let stage = supposed(examples!("import-by-string-id.tf"));
    let _said = stage
        .settle()
        .expect("2 imported, 0 added, 0 changed, 0 destroyed");
}

#[test]
fn the_examples_of_imports_by_identity_are_applied() {
    needs!(Identity);
    let stage = supposed(examples!("import-by-identity.tf"));
    let _said = stage
        .settle()
        .expect("2 imported, 0 added, 0 changed, 0 destroyed");
}

#[test]
fn the_examples_of_queries_find_what_there_is() {
    needs!(List);
    let stage = supposed("");
    stage
        .tenant
        .put_client(Client::service("okta-web", "another-secret"));
    for (example, found) in [
        (
            include_str!("../../examples/list-resources/wsoa_oauth_client/list-resource.tfquery.hcl"),
            &["OktaSCIM", "okta-web"][..],
        ),
        (
            include_str!("../../examples/list-resources/wsoa_other_directory/list-resource.tfquery.hcl"),
            &["Okta (5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e)"],
        ),
    ] {
        stage.write("all.tfquery.hcl", example);
        let told = stage.run(&["query", "-no-color"]).ok().text();
        for name in found {
            assert!(told.contains(name), "{name:?} is not in:\n{told}");
        }
        assert!(!told.contains("terraform-admin"), "{told}");
    }
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
