//! Objects that come from another address of the provider.

use access_simulator::Client;

use crate::fixture::*;

const KINDS: [(&str, &str); 3] = [
    ("wsoa_oauth_client", "client_id = \"okta\""),
    (
        "wsoa_bearer_token",
        "client_id     = \"existing\"\n  client_secret = var.secret",
    ),
    (
        "wsoa_other_directory",
        "name    = \"Okta\"\n  domains = [\"okta.example\"]",
    ),
];

fn resources(name: &str) -> String {
    KINDS
        .map(|(type_name, arguments)| format!("resource \"{type_name}\" \"{name}\" {{\n  {arguments}\n}}\n"))
        .concat()
}

fn source(stage: &Stage, address: &str) {
    let head =
        format!("terraform {{\n  required_providers {{\n    wsoa = {{ source = \"{address}\" }}\n  }}\n}}\n");
    stage.write("versions.tf", &head);
}

/// A user who began under the address of a private mirror goes on under the published one.
#[test]
fn objects_move_to_another_address_with_all_that_is_known_of_them() {
    needs!(Moved);
    let mut stage = stage("");
    let variable = "variable \"secret\" {\n  sensitive = true\n}\n";
    stage.write("variables.tf", variable);
    stage.config(&resources("old"));
    stage
        .tenant
        .put_client(Client::service("existing", "secret-of-the-client"));
    stage.secret_variable("secret", "secret-of-the-client");
    source(&stage, "example.com/acme/wsoa");
    stage.apply_ok();
    let text = stage.state_text();
    assert!(text.contains("example.com/acme/wsoa") && !text.contains("registry."));
    let before = KINDS.map(|(type_name, _)| stage.resource(&format!("{type_name}.old")));

    let moved = KINDS
        .map(|(type_name, _)| format!("moved {{\n  from = {type_name}.old\n  to   = {type_name}.new\n}}\n"))
        .concat();
    source(&stage, "wsoa/wsoa");
    stage.config(&(resources("new") + &moved));
    stage.plan();
    for (type_name, _) in KINDS {
        assert_eq!(stage.planned_actions(&format!("{type_name}.new")), ["no-op"]);
    }
    stage.apply_ok();
    let text = stage.state_text();
    // each CLI looks up `wsoa/wsoa` in a registry of its own
    assert!(!text.contains("example.com/acme/wsoa") && text.contains("registry."));
    let after = KINDS.map(|(type_name, _)| stage.resource(&format!("{type_name}.new")));
    assert_eq!(after, before);
    stage.assert_plan_is_empty();
}
