//! The provider block and its environment: which tenant, as whom, and what is said when that cannot be.

use access_simulator::{Client, Options};

use crate::fixture::*;

const CLIENT: &str = "resource \"wsoa_oauth_client\" \"scim\" {\n  client_id = \"okta-scim\"\n}\n";

fn block(arguments: &str) -> String {
    format!("provider \"wsoa\" {{\n  {arguments}\n}}\n{CLIENT}")
}

/// A stage that would work, with the environment changed, has to fail with one error that says this.
#[track_caller]
fn refused(stage: &Stage, attribute: &str, says: &str) {
    let output = stage.run(&["apply", "-auto-approve", "-json"]);
    assert_no_breakdown(&output);
    assert_eq!(output.code, Some(1), "{}", output.text());
    let errors = errors_of(&output);
    let said: Vec<_> = errors
        .iter()
        .map(|error| format!("{}: {} (at {:?})", error.summary, error.detail, error.snippet))
        .collect();
    assert_eq!(errors.len(), 1, "{says}: {said:#?}");
    assert!(
        errors[0].detail.contains(says) || errors[0].summary.contains(says),
        "{says}: {said:#?}"
    );
    assert!(
        format!("{} {}", errors[0].snippet, errors[0].detail).contains(attribute),
        "{attribute} is not named: {said:#?}"
    );
}

#[test]
fn a_block_that_cannot_be_right_is_refused_at_its_argument() {
    let mut stage = stage(CLIENT);
    for name in ["TENANT_URL", "CLIENT_ID", "CLIENT_SECRET", "CA_CERTIFICATE_FILE"] {
        stage.unset(&format!("WSOA_{name}"));
    }
    for (arguments, attribute, says) in [
        ("tenant_url = \"\"", "tenant_url", "is empty"),
        ("tenant_url = \"acme.example\"", "tenant_url", "has no scheme"),
        (
            "tenant_url = \"http://acme.example\"",
            "tenant_url",
            "must start with https://",
        ),
        (
            "tenant_url = \"ftp://acme.example\"",
            "tenant_url",
            "must start with https://, not ftp://",
        ),
        (
            "tenant_url = \"https://acme.example/SAAS\"",
            "tenant_url",
            "give https://acme.example",
        ),
        (
            "tenant_url = \"https://acme.example/SAAS/jersey/manager/api\"",
            "tenant_url",
            "give https://acme.example",
        ),
        (
            "tenant_url = \"https://acme.example/SAAS/t/x/auth\"",
            "tenant_url",
            "give https://acme.example/SAAS/t/x",
        ),
        (
            "tenant_url = \"https://user@acme.example\"",
            "tenant_url",
            "must not contain a user name",
        ),
        (
            "tenant_url = \"https://acme.example?a=b\"",
            "tenant_url",
            "must not have a query",
        ),
        (
            "client_id = \"a\"\n  client_secret = \"b\"\n  access_token = \"c\"",
            "access_token",
            "Two ways to sign in",
        ),
        (
            "username = \"a\"\n  password = \"b\"\n  access_token = \"c\"",
            "username",
            "Two ways to sign in",
        ),
        ("client_secret = \"\"", "client_secret", "must not be empty"),
        (
            "ca_certificate_file = \"a\"\n  ca_certificate_pem = \"b\"",
            "ca_certificate_file",
            "Keep one",
        ),
        (
            "request_timeout_seconds = 0",
            "request_timeout_seconds",
            "0 is not between 1 and 3600",
        ),
        ("max_retries = -1", "max_retries", "-1 is not between 0 and 20"),
        (
            "max_concurrent_requests = 0",
            "max_concurrent_requests",
            "0 is not between 1 and 256",
        ),
        (
            "access_token = \"a\"\n  tenant_url = \"https://localhost:1\"\n  ca_certificate_pem = \"garbage\"",
            "ca_certificate_pem",
            "cannot be set up",
        ),
    ] {
        stage.config(&block(arguments));
        refused(&stage, attribute, says);
    }
    assert!(stage.tenant.requests().is_empty());
}

#[test]
fn a_block_that_lacks_something_is_told_what_and_all_of_it() {
    let mut stage = stage(CLIENT);
    for name in ["TENANT_URL", "CLIENT_ID", "CLIENT_SECRET"] {
        stage.unset(&format!("WSOA_{name}"));
    }
    let tenant = "tenant_url = \"https://acme.example\"\n  ";
    for (arguments, attribute, says) in [
        (tenant.to_owned(), "client_id", "No way to sign in"),
        (
            "client_id = \"a\"\n  client_secret = \"b\"".to_owned(),
            "tenant_url",
            "No tenant",
        ),
        (
            format!("{tenant}client_id = \"a\""),
            "client_secret",
            "Half a way to sign in",
        ),
        (
            format!("{tenant}password = \"a\""),
            "username",
            "Half a way to sign in",
        ),
    ] {
        stage.config(&block(&arguments));
        refused(&stage, attribute, says);
    }
    stage.config(&block(""));
    let output = stage.run(&["apply", "-auto-approve", "-json"]);
    let summaries: Vec<_> = errors_of(&output)
        .into_iter()
        .map(|error| error.summary)
        .collect();
    assert_eq!(summaries, ["No tenant", "No way to sign in"]);
    assert!(stage.tenant.requests().is_empty());
}

#[test]
fn an_environment_that_cannot_be_right_is_refused_by_the_variables_name() {
    // without any block the CLI adds an error of its own, that a block is needed
    let mut stage = stage(&block(""));
    stage.env("WSOA_MAX_RETRIES", "0");
    let in_plain_text = stage.simulator.url().replace("https://", "http://");
    for (variable, value, attribute, says) in [
        (
            "WSOA_ACCESS_TOKEN",
            "a-token-from-elsewhere",
            "access_token",
            "Two ways to sign in",
        ),
        ("WSOA_USERNAME", "admin", "username", "Two ways to sign in"),
        (
            "WSOA_CLIENT_SECRET",
            "",
            "WSOA_CLIENT_SECRET",
            "Half a way to sign in",
        ),
        ("WSOA_TENANT_URL", "", "WSOA_TENANT_URL", "No tenant"),
        ("WSOA_TENANT_URL", "acme.example", "tenant URL", "has no scheme"),
        (
            "WSOA_CA_CERTIFICATE_FILE",
            "/no/such/file.pem",
            "/no/such/file.pem",
            "cannot be read",
        ),
        (
            "WSOA_CA_CERTIFICATE_PEM",
            "x",
            "ca_certificate_pem",
            "Two CA certificates",
        ),
        (
            "WSOA_INSECURE_SKIP_VERIFY",
            "perhaps",
            "WSOA_INSECURE_SKIP_VERIFY",
            "true or false",
        ),
        ("WSOA_MAX_RETRIES", "many", "WSOA_MAX_RETRIES", "between 0 and 20"),
        (
            "WSOA_REQUEST_TIMEOUT_SECONDS",
            "0",
            "WSOA_REQUEST_TIMEOUT_SECONDS",
            "between 1 and 3600",
        ),
        // these get as far as the network
        (
            "WSOA_CLIENT_SECRET",
            "not-the-right-secret",
            "client_secret",
            "invalid_client",
        ),
        ("WSOA_CLIENT_ID", "nobody", "client_id", "invalid_client"),
        (
            "WSOA_CA_CERTIFICATE_FILE",
            "",
            "ca_certificate_file",
            "self-signed or from a private CA",
        ),
        (
            "WSOA_TENANT_URL",
            "https://localhost:1",
            "localhost:1",
            "Check that",
        ),
        (
            "WSOA_TENANT_URL",
            "https://acme.workspaceoneaccess.invalid",
            "tenant_url",
            "for a typo",
        ),
        ("WSOA_TENANT_URL", &in_plain_text, "tenant_url", "may want HTTPS"),
    ] {
        let before = variable_of(&stage, variable);
        stage.env(variable, value);
        refused(&stage, attribute, says);
        match before {
            Some(before) => stage.env(variable, &before),
            None => stage.unset(variable),
        }
    }
    stage.settle();
}

/// What the stage sets this variable to.
fn variable_of(stage: &Stage, name: &str) -> Option<String> {
    Some(match name {
        "WSOA_TENANT_URL" => stage.simulator.url(),
        "WSOA_CA_CERTIFICATE_FILE" => stage.simulator.ca_file().display().to_string(),
        "WSOA_CLIENT_ID" => "terraform-admin".to_owned(),
        "WSOA_CLIENT_SECRET" => "terraform-admin-secret".to_owned(),
        "WSOA_MAX_RETRIES" => "0".to_owned(),
        _ => return None,
    })
}

#[test]
fn every_way_to_sign_in_works_and_the_block_beats_the_environment() {
    needs!(Ephemeral);
    let options = Options {
        admin_user: Some(("admin".to_owned(), "the-admins-password".to_owned())),
        ..Options::default()
    };
    let mut stage = stage_with(options, CLIENT);
    stage.settle();

    // an access token in the block, with a service client in the environment
    let token = mint(&stage, "terraform-admin", "terraform-admin-secret");
    stage.config(&format!(
        "variable \"token\" {{\n  type = string\n  ephemeral = true\n}}\n{}",
        block("access_token = var.token")
    ));
    stage.ephemeral_variable("token", &token);
    stage.forget_requests();
    stage.assert_plan_is_empty();
    assert!(stage.requests("GET", CLIENTS).iter().all(|seen| {
        seen.header("authorization")
            .is_some_and(|header| header.ends_with(&token))
    }));
    stage.config(CLIENT);
    stage.unset("WSOA_CLIENT_ID");
    stage.unset("WSOA_CLIENT_SECRET");
    stage.env("WSOA_ACCESS_TOKEN", &token);
    stage.assert_plan_is_empty();
    stage.unset("WSOA_ACCESS_TOKEN");
    stage.env("WSOA_USERNAME", "admin");
    stage.env("WSOA_PASSWORD", "the-admins-password");
    stage.assert_plan_is_empty();
    stage.secret("not-the-admins-password");
    stage.config(&block(""));
    stage.env("WSOA_PASSWORD", "not-the-admins-password");
    refused(&stage, "username", "Check username and password");
    stage.env("WSOA_PASSWORD", "the-admins-password");

    // the CA as text; and none at all
    let pem = stage.simulator.ca_pem().to_owned();
    stage.env("WSOA_CA_CERTIFICATE_PEM", &pem);
    stage.unset("WSOA_CA_CERTIFICATE_FILE");
    stage.assert_plan_is_empty();
    stage.unset("WSOA_CA_CERTIFICATE_PEM");
    stage.env("WSOA_INSECURE_SKIP_VERIFY", "true");
    let plan = stage.plan();
    assert!(plan.is_empty());
    let _warned = plan.output.expect("The tenant's certificate is not verified");
}

#[test]
fn a_tenant_below_a_path_is_managed_as_any_other() {
    let options = Options {
        path_prefix: Some("/SAAS/t/acme".to_owned()),
        ..Options::default()
    };
    let stage = stage_with(
        options,
        &format!(
            "{}resource \"wsoa_other_directory\" \"okta\" {{\n  name = \"Okta\"\n  domains = [\"acme.example\"]\n  \
             deletion_protection = false\n}}\n",
            crate::bearer_token::token("", "")
        ),
    );
    stage.settle();
    let scim = stage.text_of("wsoa_other_directory.okta", "scim_base_url");
    assert!(scim.starts_with(&format!("{}/", stage.simulator.url())), "{scim}");
    stage.destroy();
}

#[test]
fn a_sign_in_without_the_right_to_administer_is_told_so() {
    let mut stage = stage(CLIENT);
    stage.env("WSOA_MAX_RETRIES", "0");
    stage.tenant.put_client(Client {
        scope: "user".to_owned(),
        ..Client::service("no-admin", "no-admins-secret")
    });
    stage.env("WSOA_CLIENT_ID", "no-admin");
    stage.env("WSOA_CLIENT_SECRET", "no-admins-secret");
    refused(&stage, "scope admin", "needs the scope admin");

    let token = mint(&stage, "terraform-admin", "terraform-admin-secret");
    stage.unset("WSOA_CLIENT_ID");
    stage.unset("WSOA_CLIENT_SECRET");
    stage.env("WSOA_ACCESS_TOKEN", &token);
    stage.settle();
    let before = stage.resources();
    stage.tenant.revoke_token(&token);
    let expired = stage.try_plan(&["-json"]);
    assert_no_breakdown(&expired);
    let errors = errors_of(&expired);
    assert_eq!(errors.len(), 1, "{}", expired.text());
    assert!(
        errors[0].detail.contains("expired or was revoked"),
        "{}",
        errors[0].detail
    );
    assert_eq!(stage.resources(), before);
}
