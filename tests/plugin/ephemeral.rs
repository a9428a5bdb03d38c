//! `ephemeral "wsoa_bearer_token"`: opened in each phase, closed at its end, stored nowhere.

use wsoa_test_kit::{Val, obj};

use crate::bench::{TOKEN, bench, bench_in_process, existing_client, host};

#[tokio::test]
async fn a_token_is_there_for_a_phase_and_its_end_is_no_request() {
    let bench = bench().await;
    let config = existing_client(&bench.tenant, "okta").with("scopes", ["admin"]);
    let mut opened = bench.host.open_ephemeral(TOKEN, config).await; // the host compares it with the configuration
    assert_eq!(opened.result.str_at("token_type"), "Bearer");
    assert_eq!(opened.result.at("granted_scopes"), &Val::from(["admin"]));
    assert_eq!(opened.renew_at, None, "it lives for a year");
    bench.tenant.clear_requests();
    assert!(
        bench.host.renew(&mut opened).await.is_empty(),
        "a host that renews all the same does no harm"
    );
    for _ in 0..2 {
        assert!(bench.host.close(&opened).await.is_empty());
        assert!(bench.host.close_as_opentofu(&opened).await.is_empty());
    }
    assert_eq!(bench.requests(), [] as [String; 0]);
}

#[tokio::test]
async fn plan_and_apply_each_get_a_token_and_both_work() {
    let bench = bench().await;
    let config = existing_client(&bench.tenant, "okta");
    let first = bench.host.open_ephemeral(TOKEN, config.clone()).await;
    let second = bench.host.open_ephemeral(TOKEN, config).await;
    let tokens = [
        first.result.str_at("access_token"),
        second.result.str_at("access_token"),
    ];
    assert_ne!(tokens[0], tokens[1]);
    for token in tokens {
        assert!(bench.tenant.revoke_token(token), "the tenant knows it");
    }
}

#[tokio::test]
async fn what_is_not_known_yet_passes_validation_and_what_is_wrong_does_not() {
    let host = host().await;
    let unknown = obj! { client_id: Val::Unknown, client_secret: Val::RefinedUnknown { prefix: "a".to_owned() }, scopes: [Val::Unknown] };
    assert!(host.validate_ephemeral(TOKEN, unknown).await.is_empty());
    for (config, path) in [
        (obj! { client_id: "a b", client_secret: "s" }, "client_id"),
        (
            obj! { client_id: "a", client_secret: "two words" },
            "client_secret",
        ),
        (
            obj! { client_id: "a", client_secret: "s", scopes: ["two words"] },
            "scopes",
        ),
    ] {
        let told = host.validate_ephemeral(TOKEN, config).await;
        assert_eq!(told.0.len(), 1, "{told}");
        assert!(told.0[0].path.starts_with(path), "{told}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_one_error_at_the_secret() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta").with("client_secret", "wrong-secret");
    let told = bench.host.try_open_ephemeral(TOKEN, config).await.unwrap_err();
    assert_eq!(told.0.len(), 1, "{told}");
    assert_eq!(told.expect("invalid_client").path, "client_secret");
    assert!(!told.to_string().contains("wrong-secret"), "{told}");
}
