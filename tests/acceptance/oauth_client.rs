//! `wsoa_oauth_client` from the first apply to the last.

use access_simulator::{ListOrder, SecretRead};
use serde_json::json;

use crate::fixture::*;

const CLIENT: &str = "wsoa_oauth_client.scim";

const LEAST: &str = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n";

/// All arguments but those that give the secret.
const FULL: &str = r#"
resource "wsoa_oauth_client" "scim" {
  client_id                      = "okta.scim@acme_1"
  display_name                   = "Okta provisioning"
  scopes                         = ["admin", "openid", "profile"]
  grant_types                    = ["client_credentials", "authorization_code", "refresh_token"]
  redirect_uris                  = ["https://acme.example/b", "https://acme.example/a"]
  access_token_ttl_minutes       = 525600
  refresh_token_ttl_minutes      = 2147483647
  refresh_token_idle_ttl_minutes = 5000
  display_user_grant             = true
  inheritance_allowed            = true
  internal_system_client         = true
  resource_uuid                  = "0b1f6d3c-7a4e-4c55-9a53-0a1d0b2c3d4e"
  rotate_secret_when_changed     = { year = "2026" }
}
"#;

fn client(arguments: &str) -> String {
    format!("resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  {arguments}\n}}\n")
}

#[test]
fn a_client_with_the_least_arguments_is_a_service_client() {
    let stage = stage(LEAST);
    stage.settle();
    let found = stage.resource(CLIENT);
    let tenant = stage.tenant.client("okta-scim").unwrap();
    let secret = found["client_secret"].as_str().unwrap();
    assert!(secret.len() >= 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(tenant.secret, secret);
    let created_at = found["created_at"].as_str().unwrap().parse::<jiff::Timestamp>();
    assert!(created_at.is_ok(), "{created_at:?}");
    assert_eq!(
        found,
        json!({
            "id": "okta-scim",
            "client_id": "okta-scim",
            "display_name": null,
            "scopes": ["admin"],
            "grant_types": ["client_credentials"],
            "redirect_uris": null,
            "access_token_ttl_minutes": 180,
            "refresh_token_ttl_minutes": 129_600,
            "refresh_token_idle_ttl_minutes": 5760,
            "display_user_grant": false,
            "inheritance_allowed": false,
            "internal_system_client": false,
            "resource_uuid": null,
            "client_secret": secret,
            "client_secret_wo": null,
            "client_secret_wo_version": null,
            "rotate_secret_when_changed": null,
            "last_secret_change": "created",
            "pending_client_secret": null,
            "created_at": found["created_at"],
        })
    );
    stage.destroy();
    assert!(stage.tenant.client("okta-scim").is_none());
    assert!(stage.tenant.client("terraform-admin").is_some());
}

#[test]
fn every_argument_reaches_the_tenant_and_can_be_changed_in_place() {
    let stage = stage(FULL);
    stage.settle();
    let tenant = stage.tenant.client("okta.scim@acme_1").unwrap();
    assert_eq!(tenant.remember_as.as_deref(), Some("Okta provisioning"));
    assert_eq!(words(&tenant.scope), ["admin", "openid", "profile"]);
    assert_eq!(
        words(&tenant.auth_grant_types),
        ["authorization_code", "client_credentials", "refresh_token"]
    );
    assert_eq!(
        words(tenant.redirect_uri.as_deref().unwrap()),
        ["https://acme.example/a", "https://acme.example/b"]
    );
    assert_eq!(
        (
            tenant.access_token_ttl,
            tenant.refresh_token_ttl,
            tenant.refresh_token_idle_ttl
        ),
        (525_600, i32::MAX, 5000)
    );
    assert!(tenant.display_user_grant && tenant.inheritance_allowed && tenant.internal_system_client);
    assert_eq!(
        tenant.resource_uuid.as_deref(),
        Some("0b1f6d3c-7a4e-4c55-9a53-0a1d0b2c3d4e")
    );
    let found = stage.resource(CLIENT);
    assert_eq!(found["id"], "okta.scim@acme_1");
    assert_eq!(found["rotate_secret_when_changed"], json!({"year": "2026"}));

    stage.config(
        &FULL
            .replace("Okta provisioning", "Okta")
            .replace("= 525600", "= 60")
            .replace("\"openid\", \"profile\"", "\"user\"")
            .replace("\"https://acme.example/b\", ", "")
            .replace("= true", "= false"),
    );
    stage.change(CLIENT, &["update"]);
    let changed = stage.tenant.client("okta.scim@acme_1").unwrap();
    assert_eq!(
        changed.secret, tenant.secret,
        "an update is no reason for a new secret"
    );
    assert_eq!(changed.remember_as.as_deref(), Some("Okta"));
    assert_eq!(words(&changed.scope), ["admin", "user"]);
    assert_eq!(changed.redirect_uri.as_deref(), Some("https://acme.example/a"));
    assert_eq!(
        (changed.access_token_ttl, changed.token_length),
        (60, tenant.token_length)
    );
    assert!(!changed.display_user_grant && !changed.inheritance_allowed && !changed.internal_system_client);
    assert_eq!(stage.attribute(CLIENT, "id"), "okta.scim@acme_1");
}

#[test]
fn a_new_client_id_makes_a_new_client_with_a_secret_of_its_own() {
    let stage = stage(LEAST);
    stage.settle();
    let before = stage.text_of(CLIENT, "client_secret");
    stage.config(&LEAST.replace("okta-scim", "okta-scim-2"));
    let output = stage.change(CLIENT, &["delete", "create"]);
    let _said = output.expect("1 added, 0 changed, 1 destroyed");
    assert_eq!(stage.attribute(CLIENT, "id"), "okta-scim-2");
    assert_ne!(stage.text_of(CLIENT, "client_secret"), before);
    assert!(stage.tenant.client("okta-scim").is_none());
}

#[test]
fn an_argument_that_is_removed_goes_back_to_its_default_or_stays_as_it_is() {
    let stage = stage(&client(
        "scopes = [\"admin\", \"user\"]\n  grant_types = [\"client_credentials\", \"authorization_code\"]\n  \
         redirect_uris = [\"https://acme.example/cb\"]\n  display_name = \"Okta\"\n  access_token_ttl_minutes = 60\n  \
         rotate_secret_when_changed = { n = \"1\" }",
    ));
    stage.settle();
    let secret = stage.text_of(CLIENT, "client_secret");
    stage.config(LEAST);
    stage.change(CLIENT, &["update"]);
    let tenant = stage.tenant.client("okta-scim").unwrap();
    assert_eq!(tenant.scope, "admin");
    assert_eq!(tenant.auth_grant_types, "client_credentials");
    assert!(tenant.redirect_uri.is_none_or(|uri| uri.is_empty()));
    let found = stage.resource(CLIENT);
    assert_eq!(found["redirect_uris"], json!(null));
    assert_eq!(found["rotate_secret_when_changed"], json!(null));
    // what the tenant fills in where nothing is said keeps the value it has
    assert_eq!(found["display_name"], "Okta");
    assert_eq!(
        (&found["access_token_ttl_minutes"], tenant.access_token_ttl),
        (&json!(60), 60)
    );
    assert_eq!(
        found["client_secret"],
        secret.as_str(),
        "removing a trigger changes no secret"
    );
}

#[test]
fn a_client_that_disappears_is_planned_for_creation_and_made_again() {
    let stage = stage(LEAST);
    stage.settle();
    let before = stage.text_of(CLIENT, "client_secret");
    assert!(stage.tenant.delete_client("okta-scim"));
    // written a moment ago: a tenant may show that only later, so it is not taken for gone
    let plan = stage.plan();
    assert!(plan.is_empty());
    let _said = plan.output.expect("The OAuth client \"okta-scim\" was not found");
    stage.let_pass(MINUTE);
    assert_eq!(stage.plan_for(CLIENT), ["create"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    assert_ne!(stage.text_of(CLIENT, "client_secret"), before);

    // gone while it is being destroyed: nothing left to do
    stage.tenant.delete_client("okta-scim");
    stage.destroy();
    assert!(stage.resources().is_empty());
}

#[test]
fn drift_is_shown_as_exactly_what_changed_and_repaired() {
    let stage = stage(FULL);
    stage.settle();
    stage.tenant.change_client("okta.scim@acme_1", |client| {
        client.access_token_ttl = 42;
        client.scope = "admin".to_owned();
        client.remember_as = Some("somebody was here".to_owned());
    });
    assert_eq!(stage.plan_for(CLIENT), ["update"]);
    let expected = ["access_token_ttl_minutes", "display_name", "scopes"];
    assert!(stage.planned_changes(CLIENT).iter().eq(expected));
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let repaired = stage.tenant.client("okta.scim@acme_1").unwrap();
    assert_eq!(repaired.access_token_ttl, 525_600);
    assert_eq!(words(&repaired.scope), ["admin", "openid", "profile"]);
    assert_eq!(repaired.remember_as.as_deref(), Some("Okta provisioning"));

    // with -refresh-only the state learns it and the tenant keeps it
    stage
        .tenant
        .change_client("okta.scim@acme_1", |client| client.access_token_ttl = 43);
    stage.refresh_only();
    assert_eq!(stage.attribute(CLIENT, "access_token_ttl_minutes"), 43);
    assert_eq!(
        stage.tenant.client("okta.scim@acme_1").unwrap().access_token_ttl,
        43
    );
}

#[test]
fn what_the_tenant_reorders_or_shows_is_no_drift() {
    let stage = stage(FULL);
    stage.tenant.switches(|switches| {
        switches.token_order = ListOrder::Reversed;
        switches.secret_read = SecretRead::Clear;
        switches.client_put_status = 204;
    });
    stage.settle();
    stage
        .tenant
        .switches(|switches| switches.secret_read = SecretRead::Omit);
    stage.assert_plan_is_empty();
    stage.config(&FULL.replace("Okta provisioning", "Okta"));
    stage.change(CLIENT, &["update"]);
}

#[test]
fn a_client_is_imported_by_a_block_and_then_there_is_nothing_to_do() {
    needs!(ImportBlock);
    let stage = stage(LEAST);
    stage.settle();
    let made = stage.resource(CLIENT);
    let _removed = stage.run(&["state", "rm", CLIENT]).ok();
    stage.config(&format!(
        "{LEAST}\nimport {{\n  to = {CLIENT}\n  id = \"okta-scim\"\n}}\n"
    ));
    let output = stage.apply_ok();
    let _said = output.expect("1 imported, 0 added, 0 changed, 0 destroyed");
    stage.assert_plan_is_empty();
    let mut imported = stage.resource(CLIENT);
    assert_eq!(
        imported["client_secret"],
        json!(null),
        "the tenant does not show it"
    );
    for unknown in ["client_secret", "last_secret_change", "created_at"] {
        imported[unknown] = made[unknown].clone();
    }
    assert_eq!(imported, made);
    // the secret of an imported client is not touched by an update
    let before = stage.tenant.client("okta-scim").unwrap().secret;
    stage.config(&client("access_token_ttl_minutes = 7"));
    stage.change(CLIENT, &["update"]);
    assert_eq!(stage.tenant.client("okta-scim").unwrap().secret, before);
}

#[test]
fn a_client_is_imported_by_the_command_with_the_secret_if_the_tenant_shows_it() {
    // one that is internal is not imported
    let full = FULL.replace(
        "internal_system_client         = true",
        "internal_system_client         = false",
    );
    let stage = stage(&full);
    stage
        .tenant
        .switches(|switches| switches.secret_read = SecretRead::Clear);
    stage.settle();
    let made = stage.resource(CLIENT);
    let _removed = stage.run(&["state", "rm", CLIENT]).ok();
    let _imported = stage.import(CLIENT, "okta.scim@acme_1").ok();
    let mut imported = stage.resource(CLIENT);
    assert_eq!(
        imported["rotate_secret_when_changed"],
        json!(null),
        "the tenant knows no triggers"
    );
    for unknown in ["rotate_secret_when_changed", "last_secret_change", "created_at"] {
        imported[unknown] = made[unknown].clone();
    }
    assert_eq!(imported, made);
    stage.config(&full.replace("rotate_secret_when_changed     = { year = \"2026\" }", ""));
    stage.assert_plan_is_empty();
}

#[test]
fn a_client_that_is_not_there_or_cannot_be_is_not_imported() {
    let stage = stage(LEAST);
    let output = stage
        .import(CLIENT, "nobody")
        .expect_error("Cannot import non-existent remote object");
    assert_no_breakdown(&output);
    for id in ["..", "a/b"] {
        let _refused = stage.import(CLIENT, id).expect_error("Invalid import id");
    }
    let _nothing = stage.run(&["state", "list"]);
}

/// The words of a list, sorted.
fn words(list: &str) -> Vec<&str> {
    let mut words: Vec<_> = list.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}
