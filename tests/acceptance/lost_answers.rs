//! Every write, its answer lost on the way: nothing is lost from state, nothing is done twice, no stranger is adopted.

use access_simulator::{Action, Client, Fault};
use serde_json::json;

use crate::bearer_token::{scim_answers, token};
use crate::fixture::*;

const CLIENT: &str = "wsoa_oauth_client.scim";
const DIRECTORY: &str = "wsoa_other_directory.okta";
const BEARER: &str = "wsoa_bearer_token.scim";

const DIRECTORY_CONFIG: &str = "resource \"wsoa_other_directory\" \"okta\" {\n  name = \"Okta\"\n  domains = \
                                [\"acme.example\"]\n  deletion_protection = false\n}\n";

/// The ways in which an answer gets lost after the tenant did what it was asked.
fn losses() -> [Action; 4] {
    [
        Action::CommitThenReset,
        Action::CommitThenTruncate,
        Action::CommitThenEmpty,
        Action::CommitThenAnswer {
            status: 502,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: "<html>Bad gateway</html>".to_owned(),
        },
    ]
}

fn client(arguments: &str) -> String {
    format!("resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  {arguments}\n}}\n")
}

#[test]
fn a_client_whose_creation_got_no_answer_is_in_state_with_the_secret_that_works() {
    let stage = stage(&client("rotate_secret_when_changed = { n = \"1\" }"));
    for loss in losses() {
        stage.forget_requests();
        stage.fail("POST", CLIENTS, loss.clone());
        stage.settle();
        assert!(stage.tenant.pending_faults().is_empty(), "{loss:?}");
        assert_eq!(
            stage.count("POST", CLIENTS),
            1,
            "a POST is not repeated: {loss:?}"
        );
        let tenants = stage.tenant.client("okta-scim").unwrap().secret;
        assert_eq!(stage.text_of(CLIENT, "client_secret"), tenants, "{loss:?}");
        stage.destroy();
    }
}

#[test]
fn a_rotation_whose_answer_got_lost_leaves_the_secret_that_works_in_state() {
    let rotation = |number: usize| client(&format!("rotate_secret_when_changed = {{ n = \"{number}\" }}"));
    let stage = stage(&rotation(0));
    stage.settle();
    for (number, loss) in losses().into_iter().enumerate() {
        let before = stage.text_of(CLIENT, "client_secret");
        stage.config(&rotation(number + 1));
        stage.fail("PUT", CLIENTS, loss.clone());
        stage.settle();
        assert!(stage.tenant.pending_faults().is_empty(), "{loss:?}");
        let tenants = stage.tenant.client("okta-scim").unwrap().secret;
        assert_eq!(stage.text_of(CLIENT, "client_secret"), tenants, "{loss:?}");
        assert_ne!(tenants, before, "{loss:?}");
    }
}

#[test]
fn a_rotation_that_never_arrived_leaves_the_old_secret_in_state_and_is_done_by_the_next_apply() {
    let mut stage = stage(&client("rotate_secret_when_changed = { n = \"1\" }"));
    stage.env("WSOA_MAX_RETRIES", "0");
    stage.settle();
    let before = stage.text_of(CLIENT, "client_secret");
    stage.config(&client(
        "rotate_secret_when_changed = { n = \"2\" }\n  display_name = \"Okta\"",
    ));
    for fault in [
        Action::Reset,
        Action::status(503),
        Action::status(500),
        Action::html(502),
    ] {
        stage.fail("PUT", CLIENTS, fault.clone());
        let failed = stage.expect_error("OAuth client \"okta-scim\" was not updated");
        assert_no_breakdown(&failed);
        assert_eq!(stage.text_of(CLIENT, "client_secret"), before, "{fault:?}");
        assert_eq!(stage.attribute(CLIENT, "display_name"), json!(null), "{fault:?}");
        assert_eq!(
            stage.tenant.client("okta-scim").unwrap().secret,
            before,
            "{fault:?}"
        );
    }
    stage.let_pass(MINUTE); // until then a new secret may only not be accepted yet, so none takes its place
    stage.change(CLIENT, &["update"]);
    assert_ne!(stage.text_of(CLIENT, "client_secret"), before);
}

#[test]
fn a_write_only_secret_whose_answer_got_lost_is_settled_by_trying_it() {
    needs!(Ephemeral, WriteOnly);
    let config = |version: u32| {
        format!(
            "variable \"secret\" {{\n  type = string\n  ephemeral = true\n}}\n{}",
            client(&format!(
                "client_secret_wo = var.secret\n  client_secret_wo_version = {version}"
            ))
        )
    };
    let mut stage = stage(&config(1));
    stage.ephemeral_variable("secret", "first-write-only-secret");
    stage.fail("POST", CLIENTS, Action::CommitThenReset);
    stage.settle();
    stage.ephemeral_variable("secret", "second-write-only-secret");
    stage.config(&config(2));
    stage.fail("PUT", CLIENTS, Action::CommitThenReset);
    stage.settle();
    assert_eq!(
        stage.tenant.client("okta-scim").unwrap().secret,
        "second-write-only-secret"
    );
    assert_eq!(stage.attribute(CLIENT, "client_secret_wo_version"), 2);
}

/// All of them at once: what was created a moment ago is looked for until a minute is over.
#[test]
fn deletions_whose_answers_got_lost_are_done() {
    let stage = stage(
        "resource \"wsoa_oauth_client\" \"scim\" {\n  count = 4\n  client_id = \"okta-${count.index}\"\n}\nresource \
         \"wsoa_other_directory\" \"okta\" {\n  count = 4\n  name = \"Okta ${count.index}\"\n  domains = \
         [\"d${count.index}.example\"]\n  deletion_protection = false\n}\n",
    );
    stage.settle();
    let made = stage.tenant.directories();
    for (number, loss) in losses().into_iter().enumerate() {
        let name = format!("Okta {number}");
        let directory = made.iter().find(|it| it.name == name).unwrap();
        stage.fail("DELETE", &format!("{CLIENTS}/okta-{number}"), loss.clone());
        stage.fail("DELETE", &format!("{DIRECTORIES}/{}", directory.id), loss);
    }
    stage.destroy();
    assert!(stage.tenant.pending_faults().is_empty());
    assert!(stage.resources().is_empty());
    assert!((0..4).all(|number| stage.tenant.client(&format!("okta-{number}")).is_none()));
    assert_eq!(stage.tenant.directories().len(), 1);
}

#[test]
fn a_failed_delete_keeps_the_state() {
    let mut stage = stage(&format!("{}{DIRECTORY_CONFIG}", client("")));
    stage.env("WSOA_MAX_RETRIES", "0");
    stage.settle();
    let before = stage.resources();
    for action in [Action::status(500), Action::status(403), Action::Reset] {
        stage.fail("DELETE", CLIENTS, action.clone());
        stage.fail("DELETE", DIRECTORIES, action.clone());
        let failed = stage.run(&["destroy", "-auto-approve", "-no-color"]);
        let failed = failed.expect_error("OAuth client \"okta-scim\" was not deleted");
        assert_no_breakdown(&failed.expect("was not deleted"));
        assert_eq!(stage.resources(), before, "{action:?}");
        stage.tenant.clear_faults();
    }
    stage.assert_plan_is_empty();
    stage.destroy();
}

#[test]
fn a_directory_whose_creation_got_no_answer_is_in_state() {
    let stage = stage(DIRECTORY_CONFIG);
    for loss in losses() {
        stage.forget_requests();
        stage.fail("POST", DIRECTORIES, loss.clone());
        stage.settle();
        assert!(stage.tenant.pending_faults().is_empty(), "{loss:?}");
        assert_eq!(
            stage.count("POST", DIRECTORIES),
            1,
            "a POST is not repeated: {loss:?}"
        );
        let made = stage.tenant.directories().pop().unwrap();
        assert_eq!(stage.text_of(DIRECTORY, "id"), made.id, "{loss:?}");
        stage.destroy();
    }
}

#[test]
fn a_creation_that_never_arrived_leaves_nothing_behind_and_is_made_by_the_next_apply() {
    let stage = stage(&client(""));
    stage.fail("POST", CLIENTS, Action::Reset);
    let failed = stage.expect_error("It is not known whether the OAuth client was created");
    assert_no_breakdown(&failed);
    assert!(stage.tenant.client("okta-scim").is_none());
    // the client may exist, for all that is known: it is in state, and made by the next apply
    assert_eq!(stage.attribute(CLIENT, "id"), json!(null));
    stage.let_pass(MINUTE);
    stage.settle();
}

#[test]
fn a_token_whose_answer_got_lost_is_asked_for_again() {
    let stage = stage(&token("", ""));
    let _client = stage
        .run(&[
            "apply",
            "-auto-approve",
            "-no-color",
            "-target=wsoa_oauth_client.scim",
        ])
        .ok();
    for loss in losses() {
        let sign_in = 1;
        stage
            .tenant
            .push_fault(Fault::on("POST", TOKEN, loss.clone()).after(sign_in));
        stage.settle();
        let bearer = stage.attribute(BEARER, "access_token");
        assert!(scim_answers(&stage, &bearer), "{loss:?}");
        stage.tenant.clear_faults();
        let _gone = stage
            .run(&[
                "destroy",
                "-auto-approve",
                "-no-color",
                "-target=wsoa_bearer_token.scim",
            ])
            .ok();
    }
}

#[test]
fn a_renewal_that_fails_keeps_the_token_there_is() {
    let mut stage = stage(&token("", "rotate_when_changed = { n = \"1\" }"));
    stage.env("WSOA_MAX_RETRIES", "0");
    stage.settle();
    let before = stage.resource(BEARER);
    stage.config(&token("", "rotate_when_changed = { n = \"2\" }"));
    stage.tenant.change_client("okta-scim", |client| {
        client.auth_grant_types = "password".to_owned();
    });
    let failed = stage
        .run(&["apply", "-auto-approve", "-no-color", "-refresh=false"])
        .expect_error("No token for the client \"okta-scim\"");
    assert_no_breakdown(&failed);
    assert_eq!(stage.resource(BEARER), before);
    assert!(scim_answers(&stage, &before["access_token"]));
    stage.settle();
    assert_ne!(stage.attribute(BEARER, "access_token"), before["access_token"]);
}

#[test]
fn somebody_elses_client_is_never_adopted() {
    needs!(ImportBlock);
    for status in [500, 409, 400] {
        let stage = stage(&client(""));
        stage
            .tenant
            .put_client(Client::service("okta-scim", "somebody-elses-secret"));
        stage
            .tenant
            .switches(|switches| switches.duplicate_client_status = status);
        let refused = stage.apply();
        let refused = refused.expect_error("The OAuth client exists already");
        let refused = refused.expect("import { to = wsoa_oauth_client.NAME id = \"okta-scim\" }");
        assert_no_breakdown(&refused.expect("client_id = \"okta-scim\""));
        assert!(stage.resources().is_empty(), "{status}");
        assert_eq!(
            stage.tenant.client("okta-scim").unwrap().secret,
            "somebody-elses-secret"
        );
    }
}
