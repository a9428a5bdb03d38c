//! `ephemeral "wsoa_bearer_token"`: a token for whoever can take one that is kept nowhere.

use access_simulator::Client;

use crate::fixture::*;

/// A client, a token of it that is kept nowhere, and what is made of that.
fn config(more: &str) -> String {
    format!(
        "resource \"wsoa_oauth_client\" \"first\" {{\n  client_id = \"first\"\n}}\nephemeral \"wsoa_bearer_token\" \
         \"first\" {{\n  client_id = wsoa_oauth_client.first.client_id\n  client_secret = \
         wsoa_oauth_client.first.client_secret\n}}\n{more}"
    )
}

#[test]
fn an_ephemeral_token_signs_a_second_provider_in_and_is_kept_nowhere() {
    needs!(Ephemeral);
    let stage = stage(&config(
        "provider \"wsoa\" {\n  alias = \"as_first\"\n  access_token = \
         ephemeral.wsoa_bearer_token.first.access_token\n}\nresource \"wsoa_oauth_client\" \"second\" {\n  provider = \
         wsoa.as_first\n  client_id = \"second\"\n}\nresource \"wsoa_other_directory\" \"okta\" {\n  provider = \
         wsoa.as_first\n  name = \"Okta\"\n  domains = [\"acme.example\"]\n  deletion_protection = false\n}\n",
    ));
    stage.settle();
    assert!(stage.tenant.client("second").is_some());
    let tokens = tokens_seen(&stage);
    assert!(tokens.len() >= 2, "an admin's and the ephemeral one");
    let stored = stage.state_text();
    assert!(tokens.iter().all(|token| !stored.contains(token)));
    stage.destroy();
    assert!(stage.tenant.client("second").is_none());
}

#[test]
fn an_ephemeral_token_can_be_a_write_only_secret() {
    needs!(Ephemeral, WriteOnly);
    let second = |version: u32| {
        config(&format!(
            "resource \"wsoa_oauth_client\" \"second\" {{\n  client_id = \"second\"\n  client_secret_wo = \
             ephemeral.wsoa_bearer_token.first.access_token\n  client_secret_wo_version = {version}\n}}\n"
        ))
    };
    let stage = stage(&second(1));
    stage.settle();
    let first = stage.tenant.client("second").unwrap().secret;
    assert_eq!(first.split('.').count(), 3, "a token indeed");
    // another token in every run, and the same secret until the version says otherwise
    assert_eq!(stage.tenant.client("second").unwrap().secret, first);
    stage.config(&second(2));
    stage.change("wsoa_oauth_client.second", &["update"]);
    assert_ne!(stage.tenant.client("second").unwrap().secret, first);
}

#[test]
fn an_ephemeral_token_that_is_refused_says_why_at_its_argument() {
    needs!(Ephemeral);
    let mut stage = stage(
        "variable \"secret\" {\n  type = string\n  ephemeral = true\n}\nephemeral \"wsoa_bearer_token\" \"first\" {\n  \
         client_id = \"web\"\n  client_secret = var.secret\n}\n",
    );
    stage.ephemeral_variable("secret", "secret-of-the-web-client");
    stage.tenant.put_client(Client {
        auth_grant_types: "refresh_token".to_owned(),
        ..Client::service("web", "secret-of-the-web-client")
    });
    let refused = stage.try_plan(&["-json"]);
    assert_no_breakdown(&refused);
    let errors = errors_of(&refused);
    assert_eq!(errors.len(), 1, "{}", refused.text());
    assert!(errors[0].snippet.contains("client_id"), "{}", refused.text());
    assert!(
        errors[0].detail.contains("unauthorized_client"),
        "{}",
        errors[0].detail
    );
    assert!(
        errors[0]
            .detail
            .contains("Its grant types must include client_credentials")
    );

    stage.tenant.change_client("web", |client| {
        client.auth_grant_types = "client_credentials".to_owned();
    });
    assert!(stage.plan_is_empty());
}

/// Every access token that the tenant was shown.
fn tokens_seen(stage: &Stage) -> std::collections::BTreeSet<String> {
    let requests = stage.tenant.requests();
    let headers = requests.iter().filter_map(|seen| seen.header("authorization"));
    headers
        .filter_map(|header| header.strip_prefix("Bearer "))
        .map(str::to_owned)
        .collect()
}
