//! Minting, checking and revoking.

use std::time::Duration;

use access_simulator::{AcsDiscovery, Action, Fault, Spelling, TokenCheck};
use terraform_plugin::clock::Clock as _;
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::FreshSecret;
use terraform_provider_wsoa::access::{ErrorKind, RevokeError, Token};
use terraform_provider_wsoa::diagnose::hint;

use crate::kit::*;

async fn minted(bench: &Bench) -> Token {
    let new = service_client("okta");
    bench.client.create_oauth_client(&new, FreshSecret).await.unwrap();
    bench.tenant.clear_requests();
    bench
        .client
        .mint("okta", &new.secret.unwrap(), None)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_token_lasts_as_long_as_the_client_says() {
    let bench = bench().await;
    let token = minted(&bench).await;
    let request = &bench.tenant.requests()[0];
    assert_eq!(
        (request.body.as_str(), request.query.as_str()),
        ("grant_type=client_credentials", "")
    );
    assert!(request.header("authorization").unwrap().starts_with("Basic "));
    let life = token.expires_at.unwrap().duration_since(token.issued_at);
    assert!((525_600 * 60 - life.as_secs()).abs() <= 2, "{life:?}");
    assert_eq!(
        (token.scopes, token.token_type.as_str()),
        (vec!["admin".to_owned()], "Bearer")
    );
    assert!(token.jti.is_some());
    let scoped = bench
        .client
        .mint(
            "okta",
            &service_client("").secret.unwrap(),
            Some(&["admin".into()]),
        )
        .await;
    assert_eq!(scoped.unwrap().scopes, ["admin"]);
    assert!(bench.tenant.requests()[1].body.ends_with("&scope=admin"));
}

/// The one that was issued is lost, if there is one; a tenant that answers so again and again is told of.
#[tokio::test]
async fn a_token_of_which_nothing_arrives_is_asked_for_again() {
    let bench = bench().await;
    minted(&bench).await;
    let secret = service_client("").secret.unwrap();
    for (times, sent) in [(1, 2), (3, 4), (9, 5)] {
        let answer = Action::CommitThenEmpty;
        bench.fail(Fault::on("POST", TOKEN, answer).times(times));
        bench.requests();
        let token = bench.client.mint("okta", &secret, None).await;
        assert_eq!(bench.requests().len(), sent, "{times}");
        bench.tenant.clear_faults();
        match token {
            Ok(token) => assert!(bench.client.token_is_valid(&token.access_token).await.unwrap()),
            Err(error) => assert!(
                sent == 5 && error.to_string().contains("the answer is empty"),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn wrong_credentials_are_told_from_wrong_grants_and_faults() {
    for status in [401, 400] {
        let bench = bench_switched(|switches| switches.bad_client_status = status).await;
        let error = bench
            .client
            .mint("okta", &Secret::new("wrong-secret"), None)
            .await
            .err()
            .unwrap();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::InvalidClient, Some(status))
        );
        assert!(hint(&error).unwrap().contains("client_secret"));
        assert_eq!(bench.count("POST", TOKEN), 1, "an answer is not asked for again");
    }
    let bench = bench().await;
    let mut web = service_client("web");
    web.grant_types = ["refresh_token".to_owned()].into();
    bench.client.create_oauth_client(&web, FreshSecret).await.unwrap();
    let error = bench
        .client
        .mint("web", &web.secret.unwrap(), None)
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::GrantRefused);
    bench.tenant.clear_requests();
    bench.fail(Fault::on("POST", TOKEN, Action::status(500)).times(9));
    let error = bench
        .client
        .mint("web", &Secret::new("any-secret"), None)
        .await
        .err()
        .unwrap();
    assert_eq!((error.kind(), bench.count("POST", TOKEN)), (ErrorKind::Server, 2));
}

#[tokio::test]
async fn only_invalid_client_is_asked_for_again() {
    let bench = bench().await;
    let seconds = |list: &[u64]| list.iter().map(|s| Duration::from_secs(*s)).collect::<Vec<_>>();
    for (status, body, attempts, slept) in [
        (401, r#"{"error":"invalid_client"}"#, 4, &[2, 5, 10][..]),
        (400, r#"{"error":"invalid_client"}"#, 4, &[2, 5, 10]),
        (401, r#"{"error":"unauthorized_client"}"#, 1, &[]),
        (400, r#"{"error":"invalid_scope"}"#, 1, &[]),
        (401, r#"{"errors":[{"code":"locked"}]}"#, 1, &[]),
        (401, "", 1, &[]),
        (403, "", 1, &[]),
    ] {
        bench.tenant.clear_requests();
        bench.clock.take_slept();
        bench.fail(Fault::on("POST", TOKEN, answer(status, body)).times(9));
        let secret = Secret::new("the-right-secret");
        let refused = bench.client.mint_when_known("okta", &secret, None).await;
        assert_eq!(refused.err().unwrap().status(), Some(status), "{body}");
        assert_eq!(bench.count("POST", TOKEN), attempts, "{status} {body}");
        assert_eq!(bench.clock.take_slept(), seconds(slept), "{status} {body}");
        bench.tenant.clear_faults();
    }
    bench.clock.hurry_after(1);
    bench.fail(Fault::on("POST", TOKEN, answer(401, r#"{"error":"invalid_client"}"#)).times(9));
    let refused = bench
        .client
        .mint_when_known("okta", &Secret::new("secret"), None)
        .await;
    assert_eq!(refused.err().unwrap().kind(), ErrorKind::InvalidClient);
    assert_eq!(bench.clock.take_slept(), seconds(&[2]));
}

#[tokio::test]
async fn a_401_that_does_not_say_invalid_client_says_nothing_about_the_credentials() {
    for body in [
        "",
        "{}",
        r#"{"errors":[{"code":"locked","message":"Try later."}]}"#,
    ] {
        let bench = bench().await;
        bench.fail(Fault::on("POST", TOKEN, answer(401, body)));
        let refused = bench.client.mint("okta", &Secret::new("secret"), None).await;
        assert_eq!(refused.err().unwrap().kind(), ErrorKind::Unauthorized, "{body}");
    }
}

#[tokio::test]
async fn an_echoed_secret_does_not_get_into_the_error() {
    let bench = bench().await;
    let body = r#"{"error":"invalid_client","error_description":"wrong: hunter2-hunter2"}"#.to_owned();
    bench.fail(Fault::on(
        "POST",
        TOKEN,
        Action::Answer {
            status: 401,
            headers: vec![],
            body,
        },
    ));
    let error = bench
        .client
        .mint("okta", &Secret::new("hunter2-hunter2"), None)
        .await
        .err()
        .unwrap();
    assert!(
        error.to_string().ends_with("invalid_client: wrong: [redacted]"),
        "{error}"
    );
}

#[tokio::test]
async fn the_tenant_says_whether_a_token_is_valid() {
    for spelling in [Spelling::Lower, Spelling::Capital, Spelling::Quoted] {
        for check in [TokenCheck::Answers, TokenCheck::Status401] {
            let bench = bench_with(
                |options| {
                    options.switches.token_check = check;
                    options.switches.token_check_spelling = spelling;
                },
                |_| {},
            )
            .await;
            let token = minted(&bench).await.access_token;
            assert!(bench.client.token_is_valid(&token).await.unwrap());
            bench.tenant.revoke_token(token.expose());
            assert!(!bench.client.token_is_valid(&token).await.unwrap());
            assert!(
                !bench
                    .client
                    .token_is_valid(&Secret::new("never-issued"))
                    .await
                    .unwrap()
            );
        }
    }
}

#[tokio::test]
async fn no_clear_answer_is_an_error() {
    for action in [
        Action::status(500),
        Action::status(403),
        Action::status(404),
        Action::html(200),
        Action::html(401),
        Action::Answer {
            status: 200,
            headers: vec![],
            body: "maybe".into(),
        },
    ] {
        let bench = bench().await;
        let token = minted(&bench).await.access_token;
        bench.fail(Fault::on("GET", "/auth/token", action.clone()).times(9));
        assert!(bench.client.token_is_valid(&token).await.is_err(), "{action:?}");
    }
}

#[tokio::test]
async fn tokens_are_revoked_where_the_tenant_offers_it() {
    let bench = bench().await;
    let token = minted(&bench).await.access_token;
    let secret = service_client("").secret.unwrap();
    bench.client.revoke("okta", &secret, &token).await.unwrap();
    assert!(!bench.client.token_is_valid(&token).await.unwrap());
    let discovery = bench.client.discovery().await.unwrap();
    assert!(
        discovery
            .token_endpoint
            .unwrap()
            .ends_with("/SAAS/auth/oauthtoken")
    );
    assert!(discovery.end_session_endpoint.is_some());
    assert_eq!(bench.count("GET", "/.well-known/"), 2, "asked once");

    for acs in [AcsDiscovery::NoRevocation, AcsDiscovery::Absent] {
        let bench = bench_switched(|switches| switches.acs_discovery = acs).await;
        let token = minted(&bench).await.access_token;
        let error = bench.client.revoke("okta", &secret, &token).await.unwrap_err();
        assert!(matches!(error, RevokeError::NotSupported), "{error:?}");
    }
    let bench = bench_switched(|switches| switches.auth_discovery_absent = true).await;
    assert!(
        bench
            .client
            .discovery()
            .await
            .unwrap()
            .revocation_endpoint
            .is_some()
    );
}

#[tokio::test]
async fn nobody_but_the_tenant_sees_the_token_or_the_secret() {
    let at_the_tenant = async |endpoint: &dyn Fn(&str) -> String| {
        let bench = bench().await;
        let token = minted(&bench).await.access_token;
        let tenant = bench.simulator.url().trim_start_matches("https://").to_owned();
        let body = serde_json::json!({"revocation_endpoint": endpoint(&tenant)}).to_string();
        bench.fail(Fault::on("GET", "/auth/.well-known", answer(200, &body)));
        let outcome = bench.client.revoke("okta", &Secret::new("secret"), &token).await;
        (outcome, bench.count("POST", "/revoke"), tenant)
    };
    for (form, shown) in [
        (
            "https://elsewhere.example/revoke",
            Some("elsewhere.example/revoke"),
        ),
        (
            "https://user:pw@elsewhere.example:1/revoke?q",
            Some("elsewhere.example:1/revoke"),
        ),
        ("http://TENANT/revoke", Some("TENANT/revoke")),
        ("https://user:pw@TENANT/revoke", Some("TENANT/revoke")),
        (
            "https://TENANT@elsewhere.example/revoke",
            Some("elsewhere.example/revoke"),
        ),
        ("https://localhost:1/revoke", Some("localhost:1/revoke")),
        ("blob:https://TENANT/revoke", Some("blob:…")),
        ("data:text/plain,https://TENANT/revoke", Some("data:…")),
        ("wss://TENANT/revoke", Some("TENANT/revoke")),
        ("//elsewhere.example/revoke", None), // no URL at all
        ("/revoke", None),
    ] {
        let (outcome, sent, tenant) = at_the_tenant(&|tenant| form.replace("TENANT", tenant)).await;
        match (outcome.unwrap_err(), shown) {
            (RevokeError::ForeignEndpoint { endpoint }, Some(shown)) => {
                assert_eq!(endpoint, shown.replace("TENANT", &tenant), "{form}");
            }
            (RevokeError::Failed(error), None) => assert_eq!(error.kind(), ErrorKind::Configuration),
            (error, _) => panic!("{form}: {error:?}"),
        }
        assert_eq!(sent, 0, "{form}");
    }
    for form in [
        "HTTPS://TENANT/acs/revoke?a=b#c",
        r"https:\\TENANT\acs\revoke",
        "https://TENANT//acs/../acs/revoke",
    ] {
        let (outcome, sent, _) = at_the_tenant(&|tenant| form.replace("TENANT", tenant)).await;
        assert!(
            !matches!(outcome, Err(RevokeError::ForeignEndpoint { .. })),
            "{form}"
        );
        assert_eq!(sent, 1, "{form}");
    }
}

#[tokio::test]
async fn a_wrong_clock_is_seen_in_the_token_and_changes_nothing_about_its_life() {
    for skew in [0, 3600, 86_400, -86_400] {
        let bench = bench().await;
        bench.tenant.set_clock(skew);
        let token = minted(&bench).await;
        assert!((token.clock_skew_seconds.unwrap() - skew).abs() < 5);
        let now = bench.clock.now().as_second();
        assert_eq!(token.issued_at.as_second(), now, "{skew}");
        let life = token.expires_at.unwrap().as_second() - now;
        assert!((525_600 * 60 - life).abs() <= 2, "{skew}: {life}");
    }
}

#[tokio::test]
async fn a_life_is_counted_from_the_answer_and_not_from_the_first_attempt() {
    let bench = bench().await;
    let busy = Action::too_many_requests("60");
    minted(&bench).await;
    bench.fail(Fault::on("POST", TOKEN, busy));
    let began = bench.clock.now().as_second();
    let secret = service_client("").secret.unwrap();
    let token = bench.client.mint("okta", &secret, None).await.unwrap();
    assert!(token.issued_at.as_second() - began >= 60);
}

#[tokio::test]
async fn an_echoed_header_does_not_get_into_the_error() {
    let bench = bench().await;
    let encoded = "b2t0YTpodW50ZXIyLWh1bnRlcjI="; // okta:hunter2-hunter2
    let body = format!(r#"{{"error":"invalid_client","error_description":"Basic {encoded}"}}"#);
    bench.fail(Fault::on("POST", TOKEN, answer(401, &body)));
    let secret = Secret::new("hunter2-hunter2");
    let error = bench.client.mint("okta", &secret, None).await.err().unwrap();
    assert!(error.to_string().ends_with("Basic [redacted]"), "{error}");
}
