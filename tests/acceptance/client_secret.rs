//! The secret of a client: rotated on purpose, never by accident, and healed when somebody else changed it.

use std::time::Duration;

use serde_json::json;

use crate::bearer_token::{scim_answers, token};
use crate::fixture::*;

const CLIENT: &str = "wsoa_oauth_client.scim";
const BEARER: &str = "wsoa_bearer_token.scim";

fn tenants_secret(stage: &Stage) -> String {
    stage.tenant.client("okta-scim").unwrap().secret
}

#[test]
fn a_changed_trigger_makes_a_new_secret_in_place_and_a_token_with_it() {
    let stage = stage(&token("rotate_secret_when_changed = { quarter = \"1\" }", ""));
    stage.settle();
    let (secret, bearer) = (stage.text_of(CLIENT, "client_secret"), stage.resource(BEARER));

    // an unrelated update sends no other secret than the tenant has, and mints nothing
    stage.forget_requests();
    stage.config(&token(
        "rotate_secret_when_changed = { quarter = \"1\" }\n  display_name = \"Okta\"",
        "",
    ));
    stage.change(CLIENT, &["update"]);
    let puts = stage.requests("PUT", CLIENTS);
    assert_eq!(puts.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&puts[0].body).unwrap();
    assert!(body.get("secret").is_none_or(|sent| *sent == json!(secret)));
    assert_eq!(stage.resource(BEARER), bearer);

    stage.config(&token("rotate_secret_when_changed = { quarter = \"2\" }", ""));
    stage.plan();
    assert_eq!(stage.planned_actions(CLIENT), ["update"]);
    assert!(stage.planned_changes(CLIENT).contains("client_secret"));
    assert_eq!(stage.planned_actions(BEARER), ["update"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let rotated = stage.text_of(CLIENT, "client_secret");
    assert_ne!(rotated, secret);
    assert_eq!(tenants_secret(&stage), rotated);
    let renewed = stage.resource(BEARER);
    assert_eq!(renewed["id"], bearer["id"]);
    assert_ne!(renewed["access_token"], bearer["access_token"]);
    assert!(
        scim_answers(&stage, &bearer["access_token"]),
        "the token before stays in use"
    );
    assert!(scim_answers(&stage, &renewed["access_token"]));

    // replacing the trigger's map as a whole by nothing is no rotation
    stage.config(&token("", ""));
    stage.change(CLIENT, &["update"]);
    assert_eq!(tenants_secret(&stage), rotated);
}

#[test]
fn a_given_secret_is_set_and_changed_in_place() {
    // not `sensitive`: a CLI from before 1.10 plans an update for the mark alone when it comes or goes
    let config = format!(
        "variable \"secret\" {{}}\n{}",
        token("client_secret = var.secret", "")
    );
    let mut stage = stage(&config);
    stage.secret_variable("secret", "a-first-given-secret");
    stage.settle();
    assert_eq!(tenants_secret(&stage), "a-first-given-secret");
    let bearer = stage.resource(BEARER);
    stage.secret_variable("secret", "a-second-given-secret");
    stage.plan();
    assert_eq!(stage.planned_actions(CLIENT), ["update"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    assert_eq!(tenants_secret(&stage), "a-second-given-secret");
    assert_ne!(stage.attribute(BEARER, "access_token"), bearer["access_token"]);

    // no longer given: what is in force stays
    stage.config(&format!("variable \"secret\" {{}}\n{}", token("", "")));
    stage.assert_plan_is_empty();
    assert_eq!(tenants_secret(&stage), "a-second-given-secret");

    // regenerated in the console: what was given is not the provider's to replace, so it is given again
    stage.config(&config);
    stage.assert_plan_is_empty();
    assert!(stage.tenant.set_client_secret("okta-scim", "made-in-the-console"));
    stage.let_pass(MINUTE); // of a secret that was just set, a refusal may be the tenant's delay
    let plan = stage.plan();
    let _said = plan.output.expect("The configured secret will be set again");
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    assert_eq!(tenants_secret(&stage), "a-second-given-secret");
}

#[test]
fn a_write_only_secret_is_used_when_its_version_rises_and_never_else() {
    needs!(Ephemeral, WriteOnly);
    let config = |version: u32, more: &str| {
        format!(
            "variable \"secret\" {{\n  type = string\n  ephemeral = true\n  default = null\n}}\nresource \
             \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  client_secret_wo = var.secret\n  \
             client_secret_wo_version = {version}\n  {more}\n}}\nresource \"wsoa_bearer_token\" \"scim\" {{\n  client_id \
             = wsoa_oauth_client.scim.client_id\n  client_secret_wo = var.secret\n  client_secret_wo_version = \
             wsoa_oauth_client.scim.client_secret_wo_version\n}}\n"
        )
    };
    let mut stage = stage(&config(1, ""));
    stage.ephemeral_variable("secret", "first-write-only-secret");
    stage.settle();
    assert_eq!(tenants_secret(&stage), "first-write-only-secret");
    let bearer = stage.resource(BEARER);
    assert_eq!(stage.attribute(CLIENT, "client_secret"), json!(null));
    assert_eq!(bearer["client_secret"], json!(null));

    // another value in every run, and an unrelated update: the tenant keeps its secret
    stage.forget_requests();
    stage.ephemeral_variable("secret", "another-value-this-time");
    stage.assert_plan_is_empty();
    stage.config(&config(1, "access_token_ttl_minutes = 60"));
    stage.ephemeral_variable("secret", "and-yet-another-value");
    stage.change(CLIENT, &["update"]);
    let puts = stage.requests("PUT", CLIENTS);
    assert_eq!(puts.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&puts[0].body).unwrap();
    assert!(
        body.get("secret").is_none_or(|sent| *sent == json!("")),
        "no secret is sent"
    );
    assert_eq!(tenants_secret(&stage), "first-write-only-secret");
    assert_eq!(stage.attribute(BEARER, "access_token"), bearer["access_token"]);

    // not even given in a run that does not need it
    stage.unset("TF_VAR_secret");
    stage.assert_plan_is_empty();
    stage.config(&config(2, ""));
    // a plan that failed would be in the way of a destroy: it warns, and the apply fails
    let plan = stage.plan();
    let _said = plan.output.expect("New version without a secret");
    let failed = stage.expect_error("New version without a secret");
    assert_no_breakdown(&failed);
    assert_eq!(tenants_secret(&stage), "first-write-only-secret");
    assert_eq!(stage.attribute(CLIENT, "client_secret_wo_version"), 1);

    stage.ephemeral_variable("secret", "second-write-only-secret");
    stage.change(CLIENT, &["update"]);
    assert_eq!(tenants_secret(&stage), "second-write-only-secret");
    let renewed = stage.resource(BEARER);
    assert_ne!(renewed["access_token"], bearer["access_token"]);
    assert!(scim_answers(&stage, &renewed["access_token"]));

    stage.config(&config(1, ""));
    let plan = stage.plan();
    let _said = plan.output.expect("Version lowered");
    let failed = stage.expect_error("Version lowered");
    assert_no_breakdown(&failed.expect("client_secret_wo_version was 2 and is now 1"));
    assert_eq!(tenants_secret(&stage), "second-write-only-secret");
    assert_eq!(stage.attribute(CLIENT, "client_secret_wo_version"), 2);
    stage.destroy();
}

#[test]
fn a_secret_moves_out_of_state_and_back() {
    needs!(Ephemeral, WriteOnly);
    let write_only = "variable \"secret\" {\n  type = string\n  ephemeral = true\n}\nresource \"wsoa_oauth_client\" \
                      \"scim\" {\n  client_id = \"okta-scim\"\n  client_secret_wo = var.secret\n  \
                      client_secret_wo_version = 1\n}\n";
    let plain = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n";
    let mut stage = stage(plain);
    stage.settle();
    let made = stage.text_of(CLIENT, "client_secret");
    stage.config(write_only);
    stage.ephemeral_variable("secret", "kept-out-of-state");
    stage.change(CLIENT, &["update"]);
    assert_eq!(stage.attribute(CLIENT, "client_secret"), json!(null));
    assert_eq!(tenants_secret(&stage), "kept-out-of-state");
    assert!(!stage.state_text().contains(&made));
    stage.unset("TF_VAR_secret");
    // the version's end is no wish for a new secret; a trigger is
    stage.config(plain);
    stage.settle();
    assert_eq!(tenants_secret(&stage), "kept-out-of-state");
    stage.config(&plain.replace("\n}", "\n  rotate_secret_when_changed = { out = \"1\" }\n}"));
    stage.change(CLIENT, &["update"]);
    assert_eq!(stage.text_of(CLIENT, "client_secret"), tenants_secret(&stage));
    assert_ne!(tenants_secret(&stage), "kept-out-of-state");
}

#[test]
fn a_secret_that_was_regenerated_in_the_console_is_seen_and_healed() {
    let stage = stage(&token("", ""));
    stage.settle();
    let (secret, bearer) = (stage.text_of(CLIENT, "client_secret"), stage.resource(BEARER));
    stage.tenant.set_client_secret("okta-scim", "made-in-the-console");
    stage.let_pass(MINUTE); // of a secret that was just set, a refusal may be the tenant's delay
    let plan = stage.plan();
    let said = plan.output.expect("The client's secret was changed elsewhere");
    let _said = said.expect("The provider will make a new one");
    assert_eq!(stage.planned_actions(CLIENT), ["update"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let healed = stage.text_of(CLIENT, "client_secret");
    assert_eq!(tenants_secret(&stage), healed);
    assert!(healed != secret && healed != "made-in-the-console");
    assert_eq!(stage.attribute(BEARER, "id"), bearer["id"]);
    let renewed = stage.attribute(BEARER, "access_token");
    assert!(scim_answers(&stage, &renewed));
}

#[test]
fn a_client_that_was_deleted_and_made_anew_elsewhere_is_healed_with_its_token() {
    let stage = stage(&token("", ""));
    stage.settle();
    stage.let_pass(Duration::from_secs(60)); // of a token that is younger, the tenant is asked three times
    let bearer = stage.resource(BEARER);
    let before = stage.tenant.client("okta-scim").unwrap();
    stage.tenant.delete_client("okta-scim");
    stage.tenant.put_client(access_simulator::Client {
        scope: before.scope,
        ..access_simulator::Client::service("okta-scim", "of-the-new-client")
    });
    let plan = stage.plan();
    let said = plan.output.expect("The client's secret was changed elsewhere");
    let _said = said.expect("The token is no longer valid at the tenant");
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let renewed = stage.resource(BEARER);
    assert_eq!(renewed["id"], bearer["id"]);
    assert!(scim_answers(&stage, &renewed["access_token"]));
}

#[test]
fn a_token_that_was_revoked_elsewhere_is_minted_anew_and_the_plan_says_why() {
    let stage = stage(&token("", ""));
    stage.settle();
    stage.let_pass(Duration::from_secs(60));
    let bearer = stage.resource(BEARER);
    stage
        .tenant
        .revoke_token(bearer["access_token"].as_str().unwrap());
    let plan = stage.plan();
    let _said = plan.output.expect("The token is no longer valid at the tenant");
    assert_eq!(stage.planned_actions(BEARER), ["update"]);
    assert_eq!(stage.planned_actions(CLIENT), ["no-op"]);
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let renewed = stage.resource(BEARER);
    assert_eq!(renewed["id"], bearer["id"]);
    assert!(scim_answers(&stage, &renewed["access_token"]));

    // a check that fails to answer changes nothing
    stage.config(&token("", "verify_scim = false"));
    stage.settle();
    stage
        .tenant
        .switches(|switches| switches.token_check = access_simulator::TokenCheck::Status404);
    let plan = stage.plan();
    assert!(plan.is_empty());
    let _warned = plan
        .output
        .expect("Whether the token is still valid could not be checked");
}
