//! OAuth clients whose answers say little: what proves that a client is ours, and what proves that it is not.

use access_simulator::{Action, Fault};
use terraform_provider_wsoa::access::CreateError;
use terraform_provider_wsoa::access::Proof::{FreshSecret, GivenSecret};

use crate::kit::*;

#[tokio::test]
async fn without_the_grant_a_wrong_secret_is_the_control() {
    let web = web_client("web");
    let refusal = |code: &str| answer(400, &format!(r#"{{"error":"{code}"}}"#));
    let said = |codes: &[&str]| codes.iter().map(|code| refusal(code)).collect::<Vec<_>>();
    for (tokens, expected) in [
        (said(&[]), "Sent"), // the simulator looks at the client first
        (said(&["unauthorized_client", "invalid_client"]), "Sent"),
        (said(&["unauthorized_client", "unauthorized_client"]), "Unclear"),
        (said(&["unsupported_grant_type"]), "Unclear"),
        (said(&["invalid_client"]), "Sent"), // not known everywhere yet
        (said(&["invalid_client"; 6]), "AlreadyExists"),
    ] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("POST", CLIENTS, Action::CommitThenReset));
        for action in tokens.clone() {
            bench.fail(Fault::on("POST", TOKEN, action));
        }
        let created = bench.client.create_oauth_client(&web, FreshSecret).await;
        assert_eq!(outcome(&created), expected, "{tokens:?}: {created:?}");
    }
}

#[tokio::test]
async fn every_success_without_a_body_is_one_and_a_refusal_is_none() {
    for (status, body) in [(200, ""), (200, "{}"), (202, "[]"), (204, "")] {
        let bench = bench().await.signed_in().await;
        let action = Action::CommitThenAnswer {
            status,
            headers: vec![],
            body: body.into(),
        };
        bench.fail(Fault::on("POST", CLIENTS, action));
        bench
            .client
            .create_oauth_client(&service_client("c"), GivenSecret)
            .await
            .unwrap();
        assert_eq!(
            bench.requests(),
            [
                "GET c",
                "GET oauth2clients",
                "POST oauth2clients",
                "GET c",
                "POST oauthtoken"
            ]
        );
    }
    for status in [400, 409] {
        let bench = bench_switched(|switches| switches.duplicate_client_status = status)
            .await
            .signed_in()
            .await;
        bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await
            .unwrap();
        bench.tenant.clear_requests();
        let error = bench
            .client
            .create_oauth_client(&service_client("c"), FreshSecret)
            .await
            .unwrap_err();
        assert!(matches!(error, CreateError::AlreadyExists { .. }), "{error:?}");
        assert_eq!(
            bench.requests(),
            ["POST oauth2clients", "GET c"],
            "what was refused cannot be ours"
        );
    }
}
