//! The language's own ways with resources: order of replacement, triggers, moves, and many at once.

use crate::fixture::*;

const CLIENT: &str = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n";

fn token(name: &str, lifecycle: &str) -> String {
    format!(
        "{CLIENT}resource \"terraform_data\" \"trigger\" {{\n  input = \"1\"\n}}\nresource \"wsoa_bearer_token\" \
         \"{name}\" {{\n  client_id = wsoa_oauth_client.scim.client_id\n  client_secret = \
         wsoa_oauth_client.scim.client_secret\n  revoke_on_destroy = true\n  lifecycle {{\n    {lifecycle}\n  }}\n}}\n"
    )
}

#[test]
fn with_create_before_destroy_the_new_token_is_there_before_the_old_one_is_revoked() {
    needs!(TerraformData);
    let stage = stage(&token("scim", "create_before_destroy = true"));
    stage.settle();
    let before = stage.resource("wsoa_bearer_token.scim");
    stage.forget_requests();
    let _replaced = stage
        .run(&[
            "apply",
            "-auto-approve",
            "-no-color",
            "-replace=wsoa_bearer_token.scim",
        ])
        .ok();
    let after = stage.resource("wsoa_bearer_token.scim");
    assert_ne!(after["id"], before["id"]);
    assert_ne!(after["access_token"], before["access_token"]);
    let asked = stage.tenant.requests();
    let last_mint = asked.iter().rposition(|seen| seen.path.contains(TOKEN)).unwrap();
    let revoked = asked
        .iter()
        .position(|seen| seen.path.contains("revoke"))
        .unwrap();
    assert!(last_mint < revoked, "{asked:#?}");
    stage.assert_plan_is_empty();
}

#[test]
fn replace_triggered_by_makes_a_new_token() {
    needs!(Conditions, TerraformData);
    let config = token("scim", "replace_triggered_by = [terraform_data.trigger]");
    let stage = stage(&config);
    stage.settle();
    let before = stage.text_of("wsoa_bearer_token.scim", "id");
    stage.config(&config.replace("input = \"1\"", "input = \"2\""));
    stage.change("wsoa_bearer_token.scim", &["delete", "create"]);
    assert_ne!(stage.text_of("wsoa_bearer_token.scim", "id"), before);
}

#[test]
fn a_moved_resource_is_the_same_one() {
    needs!(TerraformData);
    let stage = stage(&token("scim", ""));
    stage.settle();
    let before = stage.resource("wsoa_bearer_token.scim");
    stage.config(&format!(
        "{}moved {{\n  from = wsoa_bearer_token.scim\n  to = wsoa_bearer_token.okta\n}}\n",
        token("okta", "")
    ));
    let plan = stage.plan();
    let _said = plan
        .output
        .expect("wsoa_bearer_token.scim has moved to wsoa_bearer_token.okta");
    let _applied = stage.apply_plan().ok();
    assert_eq!(stage.resource("wsoa_bearer_token.okta"), before);
    stage.assert_plan_is_empty();
}

#[test]
fn prevent_destroy_and_ignore_changes_are_respected() {
    let config = |name: &str, lifecycle: &str| {
        format!(
            "resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  display_name = \"{name}\"\n  \
             lifecycle {{\n    {lifecycle}\n  }}\n}}\n"
        )
    };
    let stage = stage(&config("Okta", "ignore_changes = [display_name]"));
    stage.settle();
    let made = stage.tenant.client("okta-scim").unwrap();
    stage.config(&config("Other", "ignore_changes = [display_name]"));
    stage.settle(); // Terraform 1.0 turns maps that are not configured into empty ones
    assert_eq!(stage.tenant.client("okta-scim"), Some(made));
    stage.assert_plan_is_empty();
    stage.tenant.change_client("okta-scim", |client| {
        client.remember_as = Some("Console".to_owned());
    });
    stage.assert_plan_is_empty();
    stage.config(&config("Console", "prevent_destroy = true"));
    let _refused = stage
        .run(&["destroy", "-auto-approve", "-no-color"])
        .expect_error(PREVENTED);
}

#[test]
fn many_directories_come_and_go_in_parallel_and_share_their_reads() {
    let config = |count: usize| {
        format!(
            "resource \"wsoa_other_directory\" \"numbered\" {{\n  count = {count}\n  name = \"Directory \
             ${{count.index}}\"\n  domains = [\"d${{count.index}}.example\"]\n  deletion_protection = false\n}}\n\
             resource \"wsoa_other_directory\" \"named\" {{\n  for_each = toset([\"x\", \"y\", \"z\"])\n  name = \
             each.key\n  domains = [\"${{each.key}}.example\"]\n  deletion_protection = false\n}}\n"
        )
    };
    let stage = stage(&config(7));
    stage
        .tenant
        .switches(|switches| switches.directory_list_domains = true);
    let _created = stage.apply_ok().expect("10 added");
    assert_eq!(stage.tenant.directories().len(), 11);
    stage.forget_requests();
    stage.assert_plan_is_empty();
    assert_eq!(stage.count("GET", DIRECTORIES), 1, "one list for all of them");
    stage.config(&config(5));
    let _destroyed = stage.apply_ok().expect("0 added, 0 changed, 2 destroyed");
    stage.assert_plan_is_empty();
    stage.destroy();
    assert_eq!(stage.tenant.directories().len(), 1);
}

/// What a configuration asks of its own objects: before anything is made, and of what was made.
#[test]
fn conditions_are_checked_before_a_client_is_made_and_of_what_it_is() {
    needs!(Conditions);
    let config = |before: &str, after: &str| {
        format!(
            "variable \"day\" {{\n  default = \"Sunday\"\n}}\n\
             resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  lifecycle {{\n    precondition \
             {{\n      condition = {before}\n      error_message = \"Not before Monday.\"\n    }}\n    postcondition {{\n      \
             condition = {after}\n      error_message = \"Not with these scopes.\"\n    }}\n  }}\n}}\n"
        )
    };
    let sunday = "var.day == \"Sunday\"";
    let stage = stage(&config("var.day == \"Monday\"", "self.id != \"\""));
    let _refused = stage
        .run(&["apply", "-auto-approve", "-no-color"])
        .expect_error("Not before Monday.");
    assert!(stage.tenant.client("okta-scim").is_none());
    stage.config(&config(sunday, "contains(self.scopes, \"admin\")"));
    stage.settle();
    stage.config(&config(sunday, "!contains(self.scopes, \"admin\")"));
    let _refused = stage.try_plan(&[]).expect_error("Not with these scopes.");
    stage.config(&config(sunday, "self.id != \"\""));
    stage.destroy();
}
