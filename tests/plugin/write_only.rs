//! `client_secret_wo`: used when its version says so, and found nowhere afterwards.

use wsoa_test_kit::{Action, HostOptions, Val, obj};

use crate::bench::{
    CLIENT, TOKEN, bench, bench_in_process, bench_switched, bench_with, client, existing_client,
};

fn write_only(secret: &str, version: i64) -> Val {
    client("okta")
        .with("client_secret_wo", secret)
        .with("client_secret_wo_version", version)
}

#[tokio::test]
async fn a_write_only_secret_reaches_the_tenant_and_nothing_else() {
    use access_simulator::SecretRead;

    for shown in [SecretRead::Blank, SecretRead::Clear, SecretRead::Omit] {
        let bench = bench_switched(|switches| switches.secret_read = shown).await;
        let config = write_only("the-write-only-secret", 1);
        let state = bench.host.create(CLIENT, config.clone()).await; // the host refuses any value at that attribute
        assert_eq!(
            bench.tenant.client("okta").unwrap().secret,
            "the-write-only-secret"
        );
        let read = bench.host.refresh(&state).await.unwrap();
        for seen in [&state, &read] {
            let text = format!("{} {}", seen.value, String::from_utf8_lossy(&seen.private));
            assert!(!text.contains("the-write-only-secret"), "{text}");
            assert!(seen.at("client_secret").is_null());
        }
        assert!(bench.host.plan(CLIENT, Some(&read), config).await.is_empty());
    }
}

#[tokio::test]
async fn another_value_with_the_same_version_changes_nothing_at_the_tenant() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, write_only("the-first-secret", 1)).await;
    bench.tenant.clear_requests();
    let state = bench
        .host
        .plan(CLIENT, Some(&state), write_only("another-in-every-run", 1))
        .await
        .assert(Action::NoOp)
        .prior
        .unwrap();
    let renamed = write_only("yet-another", 1).with("display_name", "Okta");
    let state = bench.host.update(&state, renamed).await;
    assert_eq!(bench.tenant.client("okta").unwrap().secret, "the-first-secret");
    let state = bench
        .host
        .update(&state, write_only("the-second-secret", 2))
        .await;
    assert_eq!(bench.tenant.client("okta").unwrap().secret, "the-second-secret");
    // a warning at plan, so that a destroy is not in the way of it, and an error at apply
    let planned = bench.host.plan(CLIENT, Some(&state), write_only("x", 1)).await;
    planned.diagnostics.expect("Version lowered");
    let failed = bench.host.apply(planned).await;
    let told = failed.diagnostics.errors().next().unwrap();
    assert_eq!(
        (told.summary.as_str(), told.path.as_str()),
        ("Version lowered", "client_secret_wo_version")
    );
    assert_eq!(failed.state.as_ref(), Some(&state));
}

#[tokio::test]
async fn a_token_is_minted_with_a_write_only_secret_only_when_one_is_due() {
    let bench = bench_in_process().await;
    let full = existing_client(&bench.tenant, "existing").without("client_secret");
    let with = |secret: Option<&str>, version: i64| {
        full.clone()
            .with("client_secret_wo", secret)
            .with("client_secret_wo_version", version)
    };
    let state = bench
        .host
        .create(TOKEN, with(Some("secret-of-the-client"), 1))
        .await;
    let token = state.str_at("access_token").to_owned();
    // wrong or absent, it is not needed
    for secret in [Some("wrong-but-not-used"), None] {
        let state = bench
            .host
            .update(&state, with(secret, 1).with("expiry_warning_hours", 1))
            .await;
        assert_eq!(state.str_at("access_token"), token);
    }
    let state = bench
        .host
        .update(&state, with(Some("secret-of-the-client"), 2))
        .await;
    assert_ne!(state.str_at("access_token"), token);
    let planned = bench
        .host
        .plan(TOKEN, Some(&state), with(Some("a-wrong-one"), 3))
        .await;
    let failed = bench.host.apply(planned).await;
    let told = failed.diagnostics.expect("No token for the client");
    assert_eq!(told.path, "client_secret_wo");
    assert_eq!(
        failed.state.unwrap().value,
        state.value,
        "the old token stays in state and in use"
    );
}

#[tokio::test]
async fn an_older_cli_is_told_at_the_argument_and_everything_else_works() {
    let options = HostOptions {
        write_only_allowed: false,
        terraform_version: "1.0.3".to_owned(),
        ..HostOptions::default()
    };
    let bench = bench_with(|_| {}, options).await;
    let token = existing_client(&bench.tenant, "existing");
    for (type_name, config) in [
        (CLIENT, write_only("a-secret", 1)),
        (
            TOKEN,
            token
                .clone()
                .without("client_secret")
                .with("client_secret_wo", Val::Unknown)
                .with("client_secret_wo_version", 1),
        ),
    ] {
        let told = bench.host.try_plan(type_name, None, config).await.unwrap_err();
        assert_eq!(told.errors().count(), 1, "{told}");
        let error = told.expect("Write-only arguments need a newer CLI");
        assert_eq!(error.path, "client_secret_wo");
        assert!(
            error.detail.contains("1.11") && error.detail.contains("or use client_secret, whose"),
            "{error:?}"
        );
    }
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.host.create(TOKEN, token).await;
    bench.host.destroy(&state).await.gone();
}

#[tokio::test]
async fn contradictions_are_told_once_and_at_the_argument() {
    let bench = bench().await;
    let secret = obj! { client_id: "okta", client_secret: "a-secret" };
    for (config, path, summary) in [
        (
            secret
                .clone()
                .with("client_secret_wo", "b")
                .with("client_secret_wo_version", 1),
            "client_secret_wo",
            "Two client secrets",
        ),
        (
            client("okta").with("client_secret_wo", "b"),
            "client_secret_wo",
            "without its version",
        ),
        (
            secret.clone().with("client_secret_wo_version", 1),
            "client_secret_wo_version",
            "Version without",
        ),
        (
            write_only("two words", 1),
            "client_secret_wo",
            "Invalid client_secret_wo",
        ),
        (
            write_only("line\n", 1),
            "client_secret_wo",
            "Invalid client_secret_wo",
        ),
        (write_only("", 1), "client_secret_wo", "Invalid client_secret_wo"),
        (
            write_only("a", 0),
            "client_secret_wo_version",
            "Invalid client_secret_wo_version",
        ),
    ] {
        for (type_name, config) in [(CLIENT, config.clone()), (TOKEN, config)] {
            let told = bench
                .host
                .try_plan(type_name, None, config)
                .await
                .expect_err(summary);
            assert_eq!(told.0.len(), 1, "{told}");
            assert_eq!(told.expect(summary).path, path);
        }
    }
    // what a value lacks that may come from another run is said at plan and refused at apply
    for type_name in [CLIENT, TOKEN] {
        let config = client("okta").with("client_secret_wo_version", 1);
        let planned = bench.host.plan(type_name, None, config).await;
        assert_eq!(
            planned.diagnostics.expect("New version without a secret").path,
            "client_secret_wo"
        );
        let failed = bench.host.apply(planned).await;
        assert_eq!(failed.diagnostics.errors().count(), 1, "{}", failed.diagnostics);
        assert!(failed.state.is_none());
    }
}
