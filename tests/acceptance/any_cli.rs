//! What works with every CLI; and a write-only argument, which a CLI from before them refuses clearly.

use wsoa_test_kit::cli::{Feature, has, left_out};

use crate::fixture::*;

const THREE: &str = r#"
resource "wsoa_oauth_client" "scim" {
  client_id                = "okta-scim"
  access_token_ttl_minutes = 525600
}

resource "wsoa_bearer_token" "scim" {
  client_id     = wsoa_oauth_client.scim.client_id
  client_secret = wsoa_oauth_client.scim.client_secret
}

resource "wsoa_other_directory" "okta" {
  name    = "Okta"
  domains = ["acme.example"]
}
"#;

#[test]
fn the_three_resources_work() {
    needs!(Managed);
    let stage = stage(THREE);
    stage.settle();
    stage.config(&THREE.replace("525600", "600"));
    stage.change("wsoa_oauth_client.scim", &["update"]);
    // an old CLI does not ask the provider while a deletion is only planned, so it is refused at apply
    let refused = stage
        .run(&["destroy", "-auto-approve", "-no-color"])
        .expect_error("The directory is protected");
    assert_no_breakdown(&refused);
    assert_eq!(stage.tenant.directories().len(), 2);
    stage.config(&THREE.replace("domains =", "deletion_protection = false\n  domains ="));
    stage.settle();
    stage.destroy();
    assert_eq!(stage.tenant.directories().len(), 1);
}

#[test]
fn a_write_only_argument_is_refused_where_it_stands() {
    if has(Feature::WriteOnly) {
        return left_out("only for a CLI without write-only arguments");
    }
    let stage = stage(
        "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n  client_secret_wo = \
         \"a-secret\"\n  client_secret_wo_version = 1\n}\n",
    );
    let output = stage.run(&["validate", "-json"]);
    assert_no_breakdown(&output);
    let errors = errors(&output.json()["diagnostics"]);
    assert_eq!(errors.len(), 1, "{}", output.text());
    assert_eq!(errors[0].summary, "Write-only arguments need a newer CLI");
    let instead = "use client_secret, whose value is kept in state";
    assert!(errors[0].detail.contains(instead), "{}", errors[0].detail);
    assert!(errors[0].snippet.contains("client_secret_wo"));
    assert!(stage.tenant.requests().is_empty());
}
