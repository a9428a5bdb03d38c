//! A tenant that answers with something else than what it should: one error, what to do, and the state stays.

use access_simulator::{Action, Fault};

use crate::fixture::*;

const BOTH: &str = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\nresource \
                    \"wsoa_other_directory\" \"okta\" {\n  name = \"Okta\"\n  domains = [\"acme.example\"]\n  \
                    deletion_protection = false\n}\n";

fn json(body: &str) -> Action {
    Action::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    }
}

fn redirect() -> Action {
    Action::Answer {
        status: 302,
        headers: vec![("location".to_owned(), "https://login.example/".to_owned())],
        body: String::new(),
    }
}

/// Answers that are none where `wanted` is what the answer has to hold, and what is said about them.
fn nonsense(wanted: &'static str) -> [(Action, &'static str); 9] {
    let no_object = if wanted == "items" {
        "the list holds no items"
    } else {
        "the answer is JSON, but not an object"
    };
    [
        (Action::html(200), "tenant_url"),
        (redirect(), "tenant_url"),
        (json(""), "empty"),
        (json("{\"clientId\": \"okta-"), "JSON"),
        (json("[1, 2, 3]"), no_object),
        (json("{\"unexpected\": true}"), wanted),
        (json("null"), no_object),
        (
            Action::CommitThenTruncate,
            "the connection broke before the answer was complete",
        ),
        (Action::status(500), "500"),
    ]
}

#[test]
fn a_refresh_that_gets_nonsense_says_so_once_and_keeps_the_state() {
    let mut stage = stage(BOTH);
    stage.env("WSOA_MAX_RETRIES", "0");
    stage.settle();
    let before = stage.resources();
    for (path, address, wanted) in [
        (CLIENTS, "wsoa_oauth_client.scim", "clientId"),
        (DIRECTORIES, "wsoa_other_directory.okta", "items"),
    ] {
        for (answer, says) in nonsense(wanted) {
            stage
                .tenant
                .push_fault(Fault::on("GET", path, answer.clone()).times(20));
            let output = stage.try_plan(&["-json"]);
            stage.tenant.clear_faults();
            assert_no_breakdown(&output);
            if (path, &answer) == (DIRECTORIES, &json("[1, 2, 3]")) {
                // a list, of which no entry can be read: that something is not in it proves nothing
                let _kept = output.ok().expect("The directory was not seen, and is kept");
                continue;
            }
            let errors = errors_of(&output);
            assert_eq!(errors.len(), 1, "{path} {answer:?}: {}", output.text());
            assert_eq!(errors[0].address, address, "{answer:?}");
            assert!(
                errors[0].detail.contains("GET "),
                "{answer:?}: {}",
                errors[0].detail
            );
            assert!(
                errors[0].detail.contains(says),
                "{answer:?}: {}",
                errors[0].detail
            );
        }
    }
    assert_eq!(stage.resources(), before);
    stage.assert_plan_is_empty();
}

#[test]
fn a_sign_in_that_gets_nonsense_says_so() {
    let mut stage = stage("resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n");
    stage.env("WSOA_MAX_RETRIES", "0");
    for (answer, says) in nonsense("access_token") {
        stage
            .tenant
            .push_fault(Fault::on("POST", TOKEN, answer.clone()).times(20));
        let output = stage.run(&["apply", "-auto-approve", "-json"]);
        stage.tenant.clear_faults();
        assert_no_breakdown(&output);
        let errors = errors_of(&output);
        assert_eq!(errors.len(), 1, "{answer:?}: {}", output.text());
        assert!(
            errors[0].detail.contains(says),
            "{answer:?}: {}",
            errors[0].detail
        );
        assert!(stage.resources().is_empty());
    }
}

#[test]
fn a_creation_that_is_refused_says_what_the_tenant_said() {
    let mut stage = stage(BOTH);
    stage.env("WSOA_MAX_RETRIES", "0");
    let said = Action::Answer {
        status: 400,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: "{\"errors\":[{\"code\":\"some.code\",\"message\":\"Not on a Monday.\"}]}".to_owned(),
    };
    stage.fail("POST", CLIENTS, said.clone());
    stage.fail("POST", DIRECTORIES, said);
    let output = stage.run(&["apply", "-auto-approve", "-json"]);
    assert_no_breakdown(&output);
    let errors = errors_of(&output);
    assert_eq!(errors.len(), 2, "one each: {}", output.text());
    assert!(
        errors
            .iter()
            .all(|error| error.detail.contains("some.code: Not on a Monday."))
    );
    assert!(stage.resources().is_empty());
    stage
        .tenant
        .switches(|switches| switches.directories_read_only = true);
    let refused = stage.expect_error("Omnissa Identity Service");
    assert_no_breakdown(&refused);
    assert_eq!(stage.resources().len(), 1, "the client is made all the same");
}

#[test]
fn a_busy_tenant_is_given_time() {
    let stage = stage(BOTH);
    for path in [TOKEN, CLIENTS, DIRECTORIES] {
        stage
            .tenant
            .push_fault(Fault::on("GET", path, Action::too_many_requests("1")));
        stage
            .tenant
            .push_fault(Fault::on("POST", TOKEN, Action::status(503)));
    }
    stage.settle();
    for path in [CLIENTS, DIRECTORIES] {
        stage
            .tenant
            .push_fault(Fault::on("GET", path, Action::too_many_requests("0")).times(2));
        stage.tenant.push_fault(Fault::on("GET", path, Action::Reset));
    }
    stage.assert_plan_is_empty();
    stage.destroy();
}

#[test]
fn a_field_that_nobody_knows_is_kept_at_the_tenant() {
    let config = |name: &str| {
        format!(
            "resource \"wsoa_oauth_client\" \"scim\" {{\n  client_id = \"okta-scim\"\n  display_name = \"{name}\"\n}}\n"
        )
    };
    let stage = stage(&config("Okta"));
    stage.settle();
    stage.tenant.change_client("okta-scim", |client| {
        client.str_data = Some("of the console".to_owned());
    });
    stage.assert_plan_is_empty();
    stage.config(&config("Okta SCIM"));
    stage.change("wsoa_oauth_client.scim", &["update"]);
    let tenant = stage.tenant.client("okta-scim").unwrap();
    assert_eq!(tenant.str_data.as_deref(), Some("of the console"));
}
