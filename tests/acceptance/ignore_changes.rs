//! `ignore_changes` hides an argument from the plan and shows it to the apply: what happens is what the plan says.

use serde_json::json;

use crate::bearer_token::{scim_answers, token};
use crate::fixture::*;

const CLIENT: &str = "wsoa_oauth_client.scim";
const BEARER: &str = "wsoa_bearer_token.scim";

fn ignoring(what: &str) -> String {
    format!("lifecycle {{\n    ignore_changes = {what}\n  }}")
}

fn client(arguments: &str, ignored: &str) -> String {
    let lifecycle = ignoring(ignored);
    format!(
        "variable \"secret\" {{\n  type = string\n  ephemeral = true\n  default = null\n}}\nresource \"wsoa_oauth_client\" \
         \"scim\" {{\n  client_id = \"okta-scim\"\n  {arguments}\n  {lifecycle}\n}}\n"
    )
}

fn tenants_secret(stage: &Stage) -> String {
    stage.tenant.client("okta-scim").unwrap().secret
}

#[test]
fn an_ignored_trigger_makes_no_secret_whatever_else_changes() {
    needs!(Ephemeral);
    for ignored in [
        "[rotate_secret_when_changed]",
        "[rotate_secret_when_changed, client_secret]",
    ] {
        let config = |n: u32, name: &str| {
            let arguments =
                format!("rotate_secret_when_changed = {{ n = \"{n}\" }}\n  display_name = \"{name}\"");
            client(&arguments, ignored)
        };
        let stage = stage(&config(1, "one"));
        stage.settle();
        let secret = stage.text_of(CLIENT, "client_secret");
        stage.config(&config(2, "two"));
        stage.plan();
        assert_eq!(
            stage.planned_changes(CLIENT),
            ["display_name".to_owned()].into(),
            "{ignored}"
        );
        let _applied = stage.apply_plan().ok();
        assert_eq!(tenants_secret(&stage), secret, "{ignored}");
        assert_eq!(stage.text_of(CLIENT, "client_secret"), secret, "{ignored}");
        assert_eq!(stage.text_of(CLIENT, "display_name"), "two", "{ignored}");
        stage.assert_plan_is_empty();
    }
}

#[test]
fn an_ignored_version_sets_no_secret_whatever_else_changes() {
    needs!(Ephemeral, WriteOnly);
    let config = |version: u32, name: &str| {
        let arguments = format!(
            "client_secret_wo = var.secret\n  client_secret_wo_version = {version}\n  display_name = \"{name}\""
        );
        client(&arguments, "[client_secret_wo_version]")
    };
    let mut stage = stage(&config(1, "one"));
    stage.ephemeral_variable("secret", "first-write-only-secret");
    stage.settle();
    stage.ephemeral_variable("secret", "second-write-only-secret");
    stage.config(&config(2, "two"));
    stage.change(CLIENT, &["update"]);
    assert_eq!(tenants_secret(&stage), "first-write-only-secret");
    assert_eq!(stage.attribute(CLIENT, "client_secret_wo_version"), 1);
    assert_eq!(stage.text_of(CLIENT, "display_name"), "two");
}

#[test]
fn a_token_is_minted_with_the_scopes_of_the_plan() {
    let config = |scope: &str, n: u32| {
        let arguments = format!(
            "scopes = [\"{scope}\"]\n  rotate_when_changed = {{ n = \"{n}\" }}\n  {}",
            ignoring("[scopes]")
        );
        token("", &arguments)
    };
    let stage = stage(&config("admin", 1));
    stage.settle();
    let before = stage.text_of(BEARER, "access_token");
    stage.config(&config("user", 2));
    stage.change(BEARER, &["update"]);
    assert_ne!(stage.text_of(BEARER, "access_token"), before);
    assert_eq!(stage.attribute(BEARER, "scopes"), json!(["admin"]));
    assert_eq!(stage.attribute(BEARER, "granted_scopes"), json!(["admin"]));
    assert!(scim_answers(&stage, &stage.attribute(BEARER, "access_token")));
}

#[test]
fn an_ignored_write_only_secret_is_named_as_the_reason_why_there_is_none() {
    needs!(Ephemeral, WriteOnly);
    let config = |version: u32| {
        let arguments = format!("client_secret_wo = var.secret\n  client_secret_wo_version = {version}");
        client(&arguments, "[client_secret_wo]")
    };
    let mut stage = stage(&config(1));
    stage.ephemeral_variable("secret", "first-write-only-secret");
    stage.settle();
    stage.ephemeral_variable("secret", "second-write-only-secret");
    stage.config(&config(2));
    let plan = stage.plan();
    let _said = plan
        .output
        .expect("If ignore_changes lists client_secret_wo, that is why");
    // the value is there for the apply, which core does not filter
    stage.change(CLIENT, &["update"]);
    assert_eq!(tenants_secret(&stage), "second-write-only-secret");
}

#[test]
fn an_ignored_secret_is_not_sent_and_a_refused_one_is_set_again() {
    needs!(Ephemeral);
    for ignored in ["[client_secret]", "all"] {
        let config = |secret: &str, n: u32, name: &str| {
            let arguments = format!(
                "{secret}\n  rotate_secret_when_changed = {{ n = \"{n}\" }}\n  display_name = \"{name}\""
            );
            client(&arguments, ignored)
        };
        let stage = stage(&config("", 1, "one"));
        stage.settle();
        let secret = stage.text_of(CLIENT, "client_secret");

        // given in the configuration, hidden from the plan
        stage.config(&client(
            "client_secret = \"given-and-ignored\"\n  display_name = \"two\"",
            ignored,
        ));
        let _applied = stage.apply_ok();
        stage.assert_plan_is_empty();
        assert_eq!(tenants_secret(&stage), secret, "{ignored}");
        assert_eq!(stage.text_of(CLIENT, "client_secret"), secret, "{ignored}");

        // refused by the tenant and another trigger at once
        stage.config(&config("", 2, "three"));
        assert!(stage.tenant.set_client_secret("okta-scim", "made-in-the-console"));
        stage.let_pass(MINUTE); // of a secret that was just set, a refusal may be the tenant's delay
        let plan = stage.plan();
        let _said = plan.output.expect("The configured secret will be set again");
        let _applied = stage.apply_plan().ok();
        assert_eq!(tenants_secret(&stage), secret, "{ignored}");
        assert_eq!(stage.text_of(CLIENT, "client_secret"), secret, "{ignored}");
        assert!(
            stage
                .text_of(CLIENT, "last_secret_change")
                .starts_with("set again, refused ")
        );
        stage.assert_plan_is_empty();
        stage.destroy();
    }
}
