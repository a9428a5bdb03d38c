//! `wsoa_bearer_token` from the first apply to the last.

use std::time::Duration;

use access_simulator::{AcsDiscovery, TtlUnit};
use serde_json::json;

use crate::fixture::*;

const TOKEN_: &str = "wsoa_bearer_token.scim";

/// A client, and a token of it with these further arguments.
pub fn token(client: &str, arguments: &str) -> String {
    format!(
        "resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  scopes = [\"admin\", \"user\"]\n  \
         {client}\n}}\n\nresource \"wsoa_bearer_token\" \"scim\" {{\n  client_id = wsoa_oauth_client.scim.client_id\n  \
         client_secret = wsoa_oauth_client.scim.client_secret\n  {arguments}\n}}\n"
    )
}

const YEAR: &str = "access_token_ttl_minutes = 525600";

#[test]
fn a_token_with_the_least_arguments_has_all_that_the_client_may_do() {
    let stage = stage(&token(YEAR, ""));
    stage.settle();
    let found = stage.resource(TOKEN_);
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    let instant = |name: &str| text(name).parse::<jiff::Timestamp>().unwrap();
    assert_eq!(
        instant("expires_at")
            .duration_since(instant("issued_at"))
            .as_secs(),
        365 * 24 * 3600 - 1, // the tenant's answer is a second short
    );
    assert_eq!(
        found,
        json!({
            "id": text("id"),
            "client_id": "okta-scim",
            "client_secret": stage.tenant.client("okta-scim").unwrap().secret,
            "client_secret_wo": null,
            "client_secret_wo_version": null,
            "scopes": null,
            "early_renewal_hours": null,
            "expiry_warning_hours": 720,
            "rotate_when_changed": null,
            "revoke_on_destroy": false,
            "access_token": text("access_token"),
            "token_type": "Bearer",
            "granted_scopes": ["admin", "user"],
            "issued_at": text("issued_at"),
            "expires_at": text("expires_at"),
            "ready_for_renewal": false,
            "last_minted_because": "created",
            "verify_scim": null,
            "scim_access": "ok",
            "token_id": text("token_id"),
        })
    );
    assert!(text("access_token").split('.').count() == 3);

    let refused = stage
        .import("wsoa_bearer_token.other", "anything")
        .expect_error("resource \"wsoa_bearer_token\" \"other\"");
    assert_no_breakdown(&refused);
    stage.config(&format!(
        "{}\nresource \"wsoa_bearer_token\" \"other\" {{\n  client_id = \"okta-scim\"\n  client_secret = \
         wsoa_oauth_client.scim.client_secret\n}}\n",
        token(YEAR, "")
    ));
    let refused = stage
        .import("wsoa_bearer_token.other", "anything")
        .expect_error("A bearer token cannot be imported");
    assert_no_breakdown(&refused);
    stage.destroy();
}

const REFUSED: &str = "SCIM refuses the token";

#[test]
fn a_role_that_is_taken_away_is_told_of_by_the_next_plan_and_by_a_check() {
    needs!(Check);
    let config = |lifecycle: &str| {
        format!(
            "{}\ncheck \"scim\" {{\n  assert {{\n    condition = {TOKEN_}.scim_access == \"ok\"\n    error_message = \
             \"SCIM says ${{coalesce({TOKEN_}.scim_access, \"nothing\")}}.\"\n  }}\n}}\n",
            token(YEAR, &format!("early_renewal_hours = 720\n  {lifecycle}"))
        )
    };
    let role = |stage: &Stage, there: bool| {
        stage
            .tenant
            .switches(|switches| switches.api_clients_lack_role = !there);
    };
    let stage = stage(&config(""));
    stage.settle();
    let first = stage.resource(TOKEN_);
    assert_eq!(first["scim_access"], json!("ok"));

    role(&stage, false);
    let plan = stage.plan();
    assert!(plan.is_empty());
    let warned = plan.output.expect(REFUSED).expect("SCIM says forbidden.");
    assert_no_breakdown(&warned.expect("lacks an admin role"));
    let _kept = stage.apply_ok().expect(REFUSED);
    let second = stage.resource(TOKEN_);
    assert_eq!(
        (&second["scim_access"], &second["access_token"]),
        (&json!("forbidden"), &first["access_token"])
    );

    // a postcondition stops the run
    let condition = "contains([\"forbidden\", \"unauthorized\"], coalesce(self.scim_access, \"not asked\"))";
    stage.config(&config(&format!(
        "lifecycle {{\n    postcondition {{\n      condition = !{condition}\n      error_message = \"It does not \
         work.\"\n    }}\n  }}"
    )));
    let _stopped = stage.try_plan(&[]).expect_error("It does not work.");

    role(&stage, true);
    stage.settle();
    assert_eq!(stage.attribute(TOKEN_, "scim_access"), json!("ok"));
    assert_eq!(stage.attribute(TOKEN_, "access_token"), first["access_token"]);

    // and a new token without a role is in state, with a warning
    role(&stage, false);
    stage.config(&config("rotate_when_changed = { n = \"1\" }"));
    let _warned = stage.apply_ok().expect(REFUSED);
    assert_ne!(stage.attribute(TOKEN_, "access_token"), first["access_token"]);
    assert_eq!(stage.attribute(TOKEN_, "scim_access"), json!("forbidden"));
    stage.assert_plan_is_empty();
    stage.config(&config(
        "verify_scim = false\n  rotate_when_changed = { n = \"1\" }",
    ));
    stage.change(TOKEN_, &["update"]);
    assert!(!stage.plan().output.text().contains(REFUSED));
    role(&stage, true);
}

#[test]
fn every_argument_of_a_token_takes_effect_and_changes_in_place() {
    let stage = stage(&token(
        YEAR,
        "scopes = [\"user\"]\n  early_renewal_hours = 720\n  expiry_warning_hours = 24\n  revoke_on_destroy = true\n  \
         rotate_when_changed = { quarter = \"1\" }",
    ));
    stage.settle();
    let first = stage.resource(TOKEN_);
    assert_eq!(first["granted_scopes"], json!(["user"]));
    assert_eq!(
        (
            &first["early_renewal_hours"],
            &first["expiry_warning_hours"],
            &first["revoke_on_destroy"]
        ),
        (&json!(720), &json!(24), &json!(true))
    );

    // neither window nor warning nor removed triggers are a reason for a new token
    stage.config(&token(YEAR, "scopes = [\"user\"]\n  early_renewal_hours = 100"));
    stage.change(TOKEN_, &["update"]);
    let second = stage.resource(TOKEN_);
    assert_eq!(second["access_token"], first["access_token"]);
    assert_eq!(
        (
            &second["expiry_warning_hours"],
            &second["revoke_on_destroy"],
            &second["rotate_when_changed"]
        ),
        (&json!(720), &json!(false), &json!(null))
    );

    // other scopes are; the id stays
    stage.config(&token(YEAR, "early_renewal_hours = 100"));
    stage.change(TOKEN_, &["update"]);
    let third = stage.resource(TOKEN_);
    assert_ne!(third["access_token"], second["access_token"]);
    assert_eq!(
        (
            &third["id"],
            &third["granted_scopes"],
            &third["last_minted_because"]
        ),
        (&first["id"], &json!(["admin", "user"]), &json!("scopes changed"))
    );

    // so is a changed trigger, and only it
    stage.config(&token(YEAR, "rotate_when_changed = { quarter = \"2\" }"));
    stage.change(TOKEN_, &["update"]);
    let fourth = stage.resource(TOKEN_);
    assert_ne!(fourth["access_token"], third["access_token"]);
    assert_eq!(fourth["id"], first["id"]);
}

#[test]
fn a_token_of_another_client_is_minted_in_place() {
    let config = |client: &str| {
        format!(
            "resource \"wsoa_oauth_client\" \"a\" {{\n  client_id = \"a\"\n}}\nresource \"wsoa_oauth_client\" \"b\" {{\n  \
             client_id = \"b\"\n}}\nresource \"wsoa_bearer_token\" \"scim\" {{\n  client_id = \
             wsoa_oauth_client.{client}.client_id\n  client_secret = wsoa_oauth_client.{client}.client_secret\n}}\n"
        )
    };
    let stage = stage(&config("a"));
    stage.settle();
    let first = stage.resource(TOKEN_);
    stage.config(&config("b"));
    stage.change(TOKEN_, &["update"]);
    let second = stage.resource(TOKEN_);
    assert_eq!((&second["id"], &second["client_id"]), (&first["id"], &json!("b")));
    assert_ne!(second["access_token"], first["access_token"]);
}

#[test]
fn a_token_follows_a_client_that_is_replaced_with_the_same_secret() {
    needs!(WriteOnly);
    let given = "client_secret = var.secret";
    let write_only = "client_secret_wo = var.secret\n  client_secret_wo_version = 1";
    for secret in [given, write_only] {
        let config = |trigger: &str| {
            format!(
                "variable \"secret\" {{\n  type = string\n  sensitive = true\n}}\nresource \"wsoa_oauth_client\" \
                 \"scim\" {{\n  client_id = \"okta-scim\"\n  {secret}\n}}\nresource \
                 \"wsoa_bearer_token\" \"scim\" {{\n  client_id = wsoa_oauth_client.scim.id\n  {secret}\n  {trigger}\n}}\n"
            )
        };
        let mut stage = stage(&config(
            "rotate_when_changed = { client = wsoa_oauth_client.scim.created_at }",
        ));
        stage.secret_variable("secret", "a-secret-that-stays-the-same");
        stage.settle();
        let first = stage.resource(TOKEN_);
        let replace = [
            "apply",
            "-auto-approve",
            "-no-color",
            "-replace=wsoa_oauth_client.scim",
        ];
        let _replaced = stage.run(&replace).ok();
        stage.assert_plan_is_empty();
        let second = stage.resource(TOKEN_);
        assert!(!scim_answers(&stage, &first["access_token"]));
        assert!(scim_answers(&stage, &second["access_token"]));
        assert_eq!(
            (&second["id"], &second["last_minted_because"]),
            (&first["id"], &json!("rotate_when_changed changed"))
        );

        // without the trigger, the next refresh finds it out
        stage.config(&config(""));
        stage.settle();
        let _replaced = stage.run(&replace).ok();
        stage.let_pass(Duration::from_secs(60));
        stage.change(TOKEN_, &["update"]);
        assert!(scim_answers(&stage, &stage.attribute(TOKEN_, "access_token")));
    }
}

#[test]
fn a_token_is_renewed_within_its_window_and_the_old_one_stays_in_use() {
    let stage = stage(&token(
        "access_token_ttl_minutes = 600",
        "early_renewal_hours = 2\n  expiry_warning_hours = 4",
    ));
    stage.apply_ok();
    grow_older(&stage, 7 * 3600); // three hours are left
    let first = stage.resource(TOKEN_);
    let plan = stage.plan();
    assert!(plan.is_empty());
    let warned = plan.output.expect("The bearer token expires on");
    assert_no_breakdown(&warned);

    // a narrower window would not renew it, a wider one does
    stage.config(&token(
        "access_token_ttl_minutes = 600",
        "early_renewal_hours = 4",
    ));
    let plan = stage.plan();
    assert_eq!(stage.planned_actions(TOKEN_), ["update"]);
    let until = first["expires_at"].as_str().unwrap();
    let _said = plan.output.expect(&format!(
        "last_minted_because = \"created\" -> \"expires {until}\""
    ));
    assert!(scim_answers(&stage, &first["access_token"]));
    let _applied = stage.apply_plan().ok();
    stage.assert_plan_is_empty();
    let second = stage.resource(TOKEN_);
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(
        (&second["id"], &second["ready_for_renewal"]),
        (&first["id"], &json!(false))
    );
    for token in [&first, &second] {
        assert!(
            scim_answers(&stage, &token["access_token"]),
            "both work until the old one runs out"
        );
    }
}

#[test]
fn refresh_alone_shows_that_a_token_is_due() {
    let config = |hours: &str| {
        let output = "output \"due\" {\n  value = wsoa_bearer_token.scim.ready_for_renewal\n}\n";
        format!(
            "{}{output}",
            token(
                "access_token_ttl_minutes = 600",
                &format!("early_renewal_hours = {hours}")
            )
        )
    };
    let stage = stage(&config("2"));
    stage.apply_ok();
    assert_eq!(stage.output("due"), json!(false));
    grow_older(&stage, 9 * 3600);
    stage.refresh_only();
    assert_eq!(stage.output("due"), json!(true));
    stage.settle();
    assert_eq!(stage.output("due"), json!(false));
}

#[test]
fn a_window_as_long_as_the_token_lives_is_warned_of_and_stands_in_nobodys_way() {
    let stage = stage(&token(
        "access_token_ttl_minutes = 120",
        "early_renewal_hours = 2",
    ));
    let warned = stage.apply_ok();
    let _warned = warned.expect("Renewal window not shorter than the token's life");
    let first = stage.attribute(TOKEN_, "access_token");
    let plan = stage.plan();
    assert!(plan.is_empty());
    let told = plan.output.expect("the token lives for 2 hours only");
    assert_no_breakdown(&told);
    stage.apply_ok();
    assert_eq!(stage.attribute(TOKEN_, "access_token"), first);
    stage.destroy();
}

#[test]
fn a_fraction_of_an_hour_is_kept_to_its_last_digit() {
    let stage = stage("");
    for hours in ["20 / 60", "0.1", "2.5", "1"] {
        let arguments = format!("early_renewal_hours = {hours}\n  expiry_warning_hours = {hours}");
        stage.config(&token("access_token_ttl_minutes = 180", &arguments));
        stage.settle();
    }
    stage.destroy();
}

#[test]
fn a_token_endpoint_that_lags_behind_the_client_is_waited_for() {
    let client = |n: u32| format!("{YEAR}\n  rotate_secret_when_changed = {{ n = \"{n}\" }}");
    let stage = stage(&token(&client(1), ""));
    stage.tenant.switches(|switches| switches.lag_token_ms = 1500);
    stage.settle();
    stage.config(&token(&client(2), ""));
    stage.settle();
    let secret = stage.attribute(TOKEN_, "client_secret");
    assert_eq!(secret, stage.tenant.client("okta-scim").unwrap().secret);
    assert!(scim_answers(&stage, &stage.attribute(TOKEN_, "access_token")));
}

#[test]
fn a_tenant_that_takes_minutes_for_seconds_is_found_out() {
    let stage = stage(&token("access_token_ttl_minutes = 3600", ""));
    stage
        .tenant
        .switches(|switches| switches.ttl_unit = TtlUnit::Seconds);
    let _warned = stage
        .apply_ok()
        .expect("The tenant seems to read minutes as seconds");
}

#[test]
fn a_token_is_revoked_at_its_end_only_if_that_is_asked_for() {
    let stage = stage(&token(YEAR, "revoke_on_destroy = true"));
    stage.settle();
    let first = stage.attribute(TOKEN_, "access_token");
    let _renewed = stage
        .run(&[
            "apply",
            "-auto-approve",
            "-no-color",
            "-replace=wsoa_bearer_token.scim",
        ])
        .ok();
    assert!(
        !scim_answers(&stage, &first),
        "replaced is destroyed, so it was revoked"
    );
    let second = stage.attribute(TOKEN_, "access_token");
    assert!(scim_answers(&stage, &second));
    stage.config(&token(YEAR, "revoke_on_destroy = false"));
    stage.change(TOKEN_, &["update"]);
    let _gone = stage
        .run(&[
            "destroy",
            "-auto-approve",
            "-no-color",
            "-target=wsoa_bearer_token.scim",
        ])
        .ok();
    assert!(scim_answers(&stage, &second), "left to run out");
}

#[test]
fn a_tenant_without_revocation_says_so_before_a_token_is_minted() {
    let stage = stage(&token(YEAR, "revoke_on_destroy = true"));
    stage
        .tenant
        .switches(|switches| switches.acs_discovery = AcsDiscovery::NoRevocation);
    let refused = stage.apply();
    let refused = refused.expect_error("The token cannot be revoked");
    assert_no_breakdown(&refused);
    assert!(!stage.resources().contains_key(TOKEN_));

    // nor does it get in the way of a destroy for ever
    stage
        .tenant
        .switches(|switches| switches.acs_discovery = AcsDiscovery::Full);
    stage.settle();
    stage
        .tenant
        .switches(|switches| switches.acs_discovery = AcsDiscovery::NoRevocation);
    let destroy = ["destroy", "-auto-approve", "-no-color"];
    let _refused = stage
        .run(&destroy)
        .expect_error("With revoke_on_destroy = false the token is left to expire");
    assert!(
        stage.resources().contains_key(TOKEN_),
        "a failed delete keeps the state"
    );
    stage.config(&token(YEAR, ""));
    stage.settle();
    stage.destroy();
}

#[test]
fn a_token_that_ran_out_long_ago_is_renewed_and_destroyed_without_a_call() {
    let stage = stage(&token(
        "access_token_ttl_minutes = 60",
        "revoke_on_destroy = true",
    ));
    stage.apply_ok();
    grow_older(&stage, 3600);
    let first = stage.text_of(TOKEN_, "access_token");
    stage.tenant.revoke_token(&first);
    stage.change(TOKEN_, &["update"]);
    stage.destroy();
}

/// Has the stored token come so many seconds earlier than it did: a test cannot wait for hours.
pub fn grow_older(stage: &Stage, seconds: u64) {
    let times = ["issued_at", "expires_at"];
    for resource in stage
        .resources()
        .values()
        .filter(|it| it["type"] == "wsoa_bearer_token")
    {
        for name in times {
            assert!(resource["values"][name].is_string(), "{name}: {resource}");
        }
    }
    stage.age(Duration::from_secs(seconds), &["created_at", times[0], times[1]]);
}

/// Whether a SCIM client that has this token gets an answer.
pub fn scim_answers(stage: &Stage, token: &serde_json::Value) -> bool {
    let base = stage.simulator.url();
    let status = get(
        stage,
        &format!("{base}/SAAS/jersey/manager/api/scim/Users?count=1"),
        token.as_str().unwrap(),
    );
    assert!(status == 200 || status == 401, "{status}");
    status == 200
}
