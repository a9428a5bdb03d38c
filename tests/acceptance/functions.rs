//! The functions in configurations.

use serde_json::json;
use wsoa_test_kit::cli;

use crate::fixture::*;

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../examples/functions/", $name, "/function.tf"))
    };
}

#[test]
fn the_examples_are_applied() {
    needs!(Functions);
    let mut stage = stage(example!("scim_base_url"));
    stage.settle();
    let scim = "https://acme.workspaceoneaccess.com/SAAS/jersey/manager/api/scim";
    assert_eq!(stage.output("okta_base_url"), json!(scim));

    stage.config(example!("saml_service_provider"));
    stage.settle();
    let acs = "https://acme.workspaceoneaccess.com/SAAS/auth/saml/response";
    assert_eq!(stage.output("single_sign_on_url"), json!(acs));

    let token = mint(&stage, "terraform-admin", "terraform-admin-secret");
    stage.secret_variable("token", &token);
    stage.config(example!("decode_token"));
    let told = stage.apply_ok().expect("The token ends within a week.");
    assert!(
        !told.text().contains("needs a token with the scope admin"),
        "{}",
        told.text()
    );
}

#[test]
fn functions_need_no_tenant_and_no_provider_block() {
    needs!(Functions);
    let provider = if cli::configures_for_functions() {
        "provider \"wsoa\" {\n  tenant_url = \"https://acme.example\"\n  access_token = \"never-sent\"\n}\n"
    } else {
        ""
    };
    let functions = r#"
locals {
  saml = provider::wsoa::saml_service_provider("https://acme.example")
}

output "scim" {
  value = provider::wsoa::scim_base_url("https://acme.example/SAAS/t/acme")
}

output "acs" {
  value = local.saml.acs_url
}
"#;
    let stage = bare_stage(
        access_simulator::Options::default(),
        &format!("{provider}{functions}"),
    );
    stage.apply_ok();
    assert_eq!(
        [stage.output("scim"), stage.output("acs")],
        [
            json!("https://acme.example/SAAS/t/acme/jersey/manager/api/scim"),
            json!("https://acme.example/SAAS/auth/saml/response"),
        ]
    );
    stage.config("output \"scim\" {\n  value = provider::wsoa::scim_base_url(\"acme.example\")\n}\n");
    let told = stage.try_plan(&[]).text();
    assert!(
        told.contains("Invalid value for \"tenant_url\" parameter"),
        "{told}"
    );
}

/// What the token says of its life is known at plan, and the same whenever it is asked for.
#[test]
fn a_token_is_decoded_in_plan_and_apply_and_stays_secret() {
    needs!(Functions);
    let config = |token: &str| {
        format!(
            r#"
resource "wsoa_oauth_client" "okta" {{
  client_id = "okta"
}}

resource "wsoa_bearer_token" "okta" {{
  client_id     = wsoa_oauth_client.okta.id
  client_secret = wsoa_oauth_client.okta.client_secret
}}

locals {{
  claims = provider::wsoa::decode_token({token})
}}

output "client" {{
  value = nonsensitive(local.claims.cid)
}}

output "until" {{
  value = nonsensitive(local.claims.expires_at)
}}
"#
        )
    };
    let stage = stage(&config("wsoa_bearer_token.okta.access_token"));
    stage.settle();
    assert_eq!(stage.output("client"), json!("okta"));
    let until = stage.output("until");
    assert!(
        until.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(),
        "{until}"
    );
    stage.config(&config("wsoa_oauth_client.okta.client_secret"));
    let told = stage.try_plan(&[]).text();
    assert!(told.contains("the token is not a JWT"), "{told}");
}
