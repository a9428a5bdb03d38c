//! `wsoa_oauth_client` from the first apply to the last.

use serde_json::json;

use crate::fixture::*;

const CLIENT: &str = "wsoa_oauth_client.scim";

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
}
"#;

#[test]
fn a_client_with_the_least_arguments_is_a_service_client() {
    let stage = stage("resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n");
    stage.settle();
    let state = stage.resource(CLIENT);
    let tenant = stage.tenant.client("okta-scim").unwrap();
    let secret = state["client_secret"].as_str().unwrap();
    assert!(secret.len() >= 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(tenant.secret, secret);
    assert_eq!(
        state,
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
        })
    );
    stage.destroy();
    assert!(stage.tenant.client("okta-scim").is_none());
    assert!(stage.tenant.client("terraform-admin").is_some());
}
