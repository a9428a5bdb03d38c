//! Values that are known only after apply, in every place where they may stand.

use serde_json::json;

use crate::fixture::*;

/// Everything that can be unknown at the first plan is.
const ALL: &str = r#"
variable "generation" { default = "1" }

resource "terraform_data" "seed" { triggers_replace = var.generation }
resource "terraform_data" "name" { input = "Okta ${var.generation}" }
resource "terraform_data" "minutes" { input = 600 }
resource "terraform_data" "flag" { input = false }
resource "terraform_data" "scope" { input = "admin" }
resource "terraform_data" "map" { input = { generation = var.generation } }

resource "wsoa_oauth_client" "scim" {
  client_id                  = "${terraform_data.seed.id}-suffix"
  display_name               = terraform_data.name.output
  access_token_ttl_minutes   = terraform_data.minutes.output
  scopes                     = [terraform_data.scope.output, "user"]
  redirect_uris              = ["https://acme.example/${terraform_data.seed.id}"]
  display_user_grant         = terraform_data.flag.output
  rotate_secret_when_changed = { seed = terraform_data.seed.id }
}

resource "wsoa_other_directory" "okta" {
  name                = "pre-${terraform_data.seed.id}"
  domains             = ["acme.example", "${terraform_data.seed.id}.example"]
  deletion_protection = terraform_data.flag.output
}

resource "wsoa_bearer_token" "scim" {
  client_id           = wsoa_oauth_client.scim.client_id
  client_secret       = wsoa_oauth_client.scim.client_secret
  scopes              = [terraform_data.scope.output]
  early_renewal_hours = terraform_data.minutes.output / 120
  rotate_when_changed = terraform_data.map.output
}
"#;

#[test]
fn everything_may_be_unknown_at_plan() {
    needs!(TerraformData);
    let mut stage = stage(ALL);
    assert!(!stage.plan_is_empty());
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let seed = stage.text_of("terraform_data.seed", "id");
    let client = stage.resource("wsoa_oauth_client.scim");
    assert_eq!(client["client_id"], format!("{seed}-suffix"));
    assert_eq!(client["id"], client["client_id"]);
    assert_eq!(
        (&client["access_token_ttl_minutes"], &client["display_name"]),
        (&json!(600), &json!("Okta 1"))
    );
    let directory = stage.resource("wsoa_other_directory.okta");
    assert_eq!(directory["name"], format!("pre-{seed}"));
    let token = stage.resource("wsoa_bearer_token.scim");
    assert_eq!(token["granted_scopes"], json!(["admin"]));

    // and again when there is something already: a new client and directory, the token in place
    stage.variable("generation", "2");
    stage.plan();
    assert_eq!(
        stage.planned_actions("wsoa_oauth_client.scim"),
        ["delete", "create"]
    );
    assert_eq!(
        stage.planned_actions("wsoa_other_directory.okta"),
        ["delete", "create"]
    );
    assert_eq!(stage.planned_actions("wsoa_bearer_token.scim"), ["update"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let renewed = stage.resource("wsoa_bearer_token.scim");
    assert_eq!(renewed["id"], token["id"]);
    assert_ne!(renewed["access_token"], token["access_token"]);
    assert_ne!(
        stage.attribute("wsoa_other_directory.okta", "id"),
        directory["id"]
    );
    stage.destroy();
}

#[test]
fn what_was_unknown_and_turns_out_the_same_changes_nothing_at_the_tenant() {
    needs!(TerraformData);
    // unknown at plan whenever the seed is replaced, and always "same" in the end
    let config = "resource \"terraform_data\" \"seed\" {}\nlocals {\n  same = terraform_data.seed.id == \"\" ? \"other\" \
                  : \"same\"\n}\nresource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n  \
                  rotate_secret_when_changed = { a = local.same }\n}\nresource \"wsoa_bearer_token\" \"scim\" {\n  \
                  client_id = wsoa_oauth_client.scim.client_id\n  client_secret = \
                  wsoa_oauth_client.scim.client_secret\n  rotate_when_changed = { a = local.same }\n}\n";
    let stage = stage(config);
    stage.settle();
    let (client, token) = (
        stage.resource("wsoa_oauth_client.scim"),
        stage.resource("wsoa_bearer_token.scim"),
    );
    let _replaced = stage
        .run(&[
            "apply",
            "-auto-approve",
            "-no-color",
            "-replace=terraform_data.seed",
        ])
        .ok();
    assert_eq!(stage.resource("wsoa_oauth_client.scim"), client);
    assert_eq!(stage.resource("wsoa_bearer_token.scim"), token);
    stage.assert_plan_is_empty();
}

#[test]
fn the_provider_may_be_configured_by_what_another_resource_makes() {
    needs!(TerraformData);
    let mut stage = bare_stage(
        access_simulator::Options::default(),
        r#"
variable "secret" { sensitive = true }
variable "url" {}
variable "ca" {}

resource "terraform_data" "tenant" { input = var.url }

provider "wsoa" {
  tenant_url          = terraform_data.tenant.output
  ca_certificate_file = var.ca
  client_id           = "terraform-admin"
  client_secret       = terraform_data.tenant.id == "" ? "" : var.secret
}

resource "wsoa_oauth_client" "scim" { client_id = "okta-scim" }

resource "wsoa_other_directory" "okta" {
  name                = "Okta"
  domains             = ["acme.example"]
  deletion_protection = false
}
"#,
    );
    let (url, ca) = (
        stage.simulator.url(),
        stage.simulator.ca_file().display().to_string(),
    );
    stage.variable("url", &url);
    stage.variable("ca", &ca);
    stage.secret_variable("secret", "terraform-admin-secret");
    let plan = stage.plan();
    let _created = plan.output.expect("3 to add, 0 to change, 0 to destroy");
    assert!(stage.tenant.requests().is_empty(), "nobody to ask yet");
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    assert!(stage.tenant.client("okta-scim").is_some());

    // unknown again while there is something to refresh: said clearly, and state stays
    let refused = stage.try_plan(&["-json", "-replace=terraform_data.tenant"]);
    assert_no_breakdown(&refused);
    assert!(stage.resources().contains_key("wsoa_oauth_client.scim"));
    stage.destroy();
}

#[test]
fn target_touches_nothing_else() {
    let stage = stage(
        "resource \"wsoa_oauth_client\" \"a\" {\n  client_id = \"a\"\n}\nresource \"wsoa_oauth_client\" \"b\" {\n  \
         client_id = \"b\"\n}\nresource \"wsoa_bearer_token\" \"a\" {\n  client_id = wsoa_oauth_client.a.client_id\n  \
         client_secret = wsoa_oauth_client.a.client_secret\n}\nresource \"wsoa_other_directory\" \"okta\" {\n  name = \
         \"Okta\"\n  domains = [\"acme.example\"]\n  deletion_protection = false\n}\n",
    );
    let apply = |target: &str| {
        stage
            .run(&[
                "apply",
                "-auto-approve",
                "-no-color",
                &format!("-target={target}"),
            ])
            .ok()
    };
    apply("wsoa_bearer_token.a");
    let names: Vec<_> = stage.resources().into_keys().collect();
    assert_eq!(names, ["wsoa_bearer_token.a", "wsoa_oauth_client.a"]);
    apply("wsoa_other_directory.okta");
    assert!(stage.tenant.client("b").is_none());
    stage.settle();
    let token = stage.attribute("wsoa_bearer_token.a", "access_token");
    let _destroyed = stage
        .run(&[
            "destroy",
            "-auto-approve",
            "-no-color",
            "-target=wsoa_oauth_client.b",
        ])
        .ok();
    let _destroyed = stage
        .run(&[
            "destroy",
            "-auto-approve",
            "-no-color",
            "-target=wsoa_other_directory.okta",
        ])
        .ok();
    assert_eq!(stage.attribute("wsoa_bearer_token.a", "access_token"), token);
    assert_eq!(stage.resources().len(), 2);
    stage.settle();
}
