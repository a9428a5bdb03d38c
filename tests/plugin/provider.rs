//! The provider block.

use access_simulator::DirectoryJson;
use wsoa_test_kit::{Action, Host, HostOptions, Val, obj};

use crate::bench::{CLIENT, DIRECTORY, TOKEN, bench, binary, client, configured, directory, host, settings};

#[tokio::test]
async fn a_tenant_that_is_not_known_yet_is_no_fault_until_it_is_needed() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    let all = settings(&bench.simulator);
    for name in all.fields().keys() {
        let host = host().await;
        let told = host.configure(all.clone().with(name, Val::Unknown)).await;
        assert!(told.is_empty(), "{name}: {told}");
        let token = obj! { client_id: "okta", client_secret: Val::Unknown };
        for (type_name, config) in [
            (CLIENT, client("new")),
            (TOKEN, token.clone()),
            (DIRECTORY, directory("Okta", "example.com")),
        ] {
            let planned = host
                .plan(type_name, None, config.clone())
                .await
                .assert(Action::Create);
            if config.unknown_paths().is_empty() {
                let failed = host.apply(planned).await;
                failed.diagnostics.expect("configuration is not known yet");
                assert!(failed.state.is_none());
            }
        }
        host.try_read(&state).await.unwrap_err().expect("-target");
        host.try_import(CLIENT, "okta")
            .await
            .unwrap_err()
            .expect("not known yet");
        let failed = host.destroy(&state).await;
        failed.diagnostics.expect("not known yet");
        assert_eq!(failed.state.as_ref(), Some(&state));
        // the same process, once it is known
        assert!(host.configure(all.clone()).await.is_empty());
        assert!(host.read(&state).await.is_some());
    }
}

#[tokio::test]
async fn a_provider_that_was_never_configured_says_so() {
    let host = host().await;
    let refused = host.try_import(CLIENT, "okta").await.unwrap_err();
    refused.expect("The provider is not configured");
    assert_eq!(refused.0.len(), 1);
}

#[tokio::test]
async fn whatever_the_block_leaves_out_is_taken_from_the_environment() {
    let bench = bench().await;
    let options = HostOptions::default()
        .env("WSOA_TENANT_URL", bench.simulator.url())
        .env("WSOA_CLIENT_ID", "terraform-admin")
        .env("WSOA_CLIENT_SECRET", "terraform-admin-secret")
        .env(
            "WSOA_CA_CERTIFICATE_FILE",
            bench.simulator.ca_file().to_str().unwrap(),
        );
    let host = Host::start(binary(), options).await;
    assert!(host.configure(obj! {}).await.is_empty());
    host.create(CLIENT, client("okta")).await;
    let seen = bench.tenant.requests();
    let agent = seen.last().unwrap().header("user-agent").unwrap();
    let expected = format!(
        "terraform-provider-wsoa/{} (cli 1.11.4)",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(agent, expected);
}

#[tokio::test]
async fn a_wrong_block_is_one_error_at_the_argument() {
    let bench = bench().await;
    let all = settings(&bench.simulator);
    for (config, path, text) in [
        (
            obj! { tenant_url: "https://acme.example" },
            "client_id",
            "No way to sign in",
        ),
        (all.clone().without("tenant_url"), "tenant_url", "No tenant"),
        (
            all.clone().without("client_secret"),
            "client_secret",
            "Half a way",
        ),
        (
            all.clone().with("access_token", "a-token"),
            "access_token",
            "Two ways to sign in",
        ),
        (
            all.clone().with("client_secret", ""),
            "client_secret",
            "Empty client_secret",
        ),
        (
            all.clone().with("tenant_url", "acme.example.com"),
            "tenant_url",
            "Invalid tenant URL",
        ),
        (
            all.clone().with("tenant_url", "http://acme.example.com"),
            "tenant_url",
            "Invalid tenant URL",
        ),
        (
            all.clone().with("tenant_url", "https://acme.example.com/SAAS"),
            "tenant_url",
            "Invalid tenant URL",
        ),
        (
            all.clone().with("ca_certificate_pem", "nonsense"),
            "ca_certificate_pem",
            "cannot be set up",
        ),
        (
            all.clone().with("ca_certificate_file", "/nonexistent"),
            "ca_certificate_file",
            "Two CA certificates",
        ),
        (
            all.clone()
                .without("ca_certificate_pem")
                .with("ca_certificate_file", "/nonexistent"),
            "ca_certificate_file",
            "Unreadable",
        ),
        (
            all.clone().with("max_retries", -1),
            "max_retries",
            "Invalid max_retries",
        ),
        (
            all.clone().with("request_timeout_seconds", 0),
            "request_timeout_seconds",
            "Invalid request_timeout_seconds",
        ),
        (
            all.clone().with("request_timeout_seconds", 0.5),
            "request_timeout_seconds",
            "request_timeout_seconds",
        ),
        (
            all.clone().with("directory_media_type", "vendor"),
            "directory_media_type",
            "Give a whole media type, such as application/json",
        ),
        (
            all.clone()
                .with("directory_create_path", "https://acme.example/x"),
            "directory_create_path",
            "Give a path below the tenant's URL",
        ),
    ] {
        let told = host().await.configure(config).await;
        assert_eq!(told.0.len(), 1, "{told}");
        assert_eq!(
            (told.0[0].path.as_str(), told.has_errors()),
            (path, true),
            "{told}"
        );
        assert!(told.to_string().contains(text), "{text} is not in: {told}");
    }
}

#[tokio::test]
async fn what_an_empty_block_lacks_is_told_at_once() {
    let told = host().await.configure(obj! {}).await;
    let paths: Vec<_> = told.0.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["tenant_url", "client_id"], "{told}");
}

#[tokio::test]
async fn a_tenant_whose_certificate_is_not_trusted_is_an_error_that_names_the_way_out() {
    let bench = bench().await;
    let untrusted = host().await;
    let config = settings(&bench.simulator).without("ca_certificate_pem");
    assert!(untrusted.configure(config.clone()).await.is_empty());
    let refused = untrusted.try_import(CLIENT, "okta").await.unwrap_err();
    refused.expect("ca_certificate_file");

    let insecure = host().await;
    let told = insecure
        .configure(config.with("insecure_skip_verify", true))
        .await;
    assert!(!told.has_errors());
    told.expect("certificate is not verified");
    insecure.create(CLIENT, client("okta")).await;
}

#[tokio::test]
async fn a_wrong_secret_of_the_provider_is_one_error_that_does_not_show_it() {
    let bench = bench().await;
    let host = host().await;
    let config = settings(&bench.simulator).with("client_secret", "not-the-secret");
    assert!(host.configure(config).await.is_empty());
    let planned = host.plan(CLIENT, None, client("okta")).await;
    let failed = host.apply(planned).await;
    assert!(failed.state.is_none());
    assert_eq!(failed.diagnostics.0.len(), 1, "{}", failed.diagnostics);
    let told = failed.diagnostics.to_string();
    assert!(!told.contains("not-the-secret"));
    let error = failed.diagnostics.expect("invalid_client");
    let title = format!(
        "Signing in to {} as client \"terraform-admin\" failed",
        bench.simulator.url()
    );
    assert_eq!(
        (error.summary.as_str(), error.path.as_str()),
        (title.as_str(), "")
    );
    for once in [
        "Signing in",
        "terraform-admin",
        "\"okta\"",
        "invalid_client",
        "WSOA_CLIENT_SECRET",
    ] {
        assert_eq!(told.matches(once).count(), 1, "{once}: {told}");
    }
}

/// A tenant without an answer for the sign-in is named as well, and so is the user of a session.
#[tokio::test]
async fn a_sign_in_that_gets_no_answer_says_where_and_as_whom() {
    let bench = bench().await;
    let settings = settings(&bench.simulator).with("max_retries", 0);
    let user = settings
        .clone()
        .without("client_id")
        .without("client_secret")
        .with("username", "admin")
        .with("password", "not-the-password");
    let gone = settings.clone().with("tenant_url", "https://127.0.0.1:1");
    for (config, title, says) in [
        (
            user,
            format!("Signing in to {} as user \"admin\" failed", bench.simulator.url()),
            "Check username",
        ),
        (
            gone,
            "Signing in to https://127.0.0.1:1 as client \"terraform-admin\" failed".to_owned(),
            "no connection",
        ),
    ] {
        let host = host().await;
        assert!(host.configure(config).await.is_empty());
        let told = host.try_import(CLIENT, "okta").await.unwrap_err();
        let [error] = &told.0[..] else { panic!("{told}") };
        assert_eq!(error.summary, title);
        assert!(error.detail.contains(says), "{told}");
    }
}

#[tokio::test]
async fn each_phase_of_a_run_is_a_process_of_its_own() {
    let bench = bench().await;
    let planned = bench.host.plan(CLIENT, None, client("okta")).await;
    let apply = configured(&bench.simulator, HostOptions::default()).await;
    let state = apply.apply(planned).await.ok();
    assert!(apply.shutdown().await.success());
    let next = configured(&bench.simulator, HostOptions::default()).await;
    let read = next.refresh(&state).await.unwrap();
    assert!(next.plan(CLIENT, Some(&read), client("okta")).await.is_empty());
}

/// The error names the way out, and the way out leads there, by argument or by environment.
#[tokio::test]
async fn a_tenant_that_takes_directories_as_json_elsewhere_is_told_so_by_the_block_or_the_environment() {
    const MEDIA_TYPE: &str = "application/json";
    const PATH: &str = "/SAAS/jersey/manager/api/connectormanagement/directoryconfigs/other";
    let bench = bench().await;
    bench
        .tenant
        .switches(|switches| switches.directory_json = DirectoryJson::Moved);
    let planned = bench
        .host
        .plan(DIRECTORY, None, directory("Okta", "a.example"))
        .await;
    let failed = bench.host.apply(planned).await;
    assert!(failed.state.is_none());
    for way_out in [
        "directory_media_type",
        "directory_create_path",
        "application/json",
    ] {
        failed.diagnostics.expect(way_out);
    }

    let all = settings(&bench.simulator);
    let told = host().await;
    let config = all
        .clone()
        .with("directory_media_type", MEDIA_TYPE)
        .with("directory_create_path", PATH);
    assert!(told.configure(config).await.is_empty());
    let made = told.create(DIRECTORY, directory("Okta", "a.example")).await;
    assert_eq!(made.str_at("type"), "OTHER_DIRECTORY");

    let options = HostOptions::default()
        .env("WSOA_DIRECTORY_MEDIA_TYPE", MEDIA_TYPE)
        .env("WSOA_DIRECTORY_CREATE_PATH", PATH);
    let by_environment = Host::start(binary(), options).await;
    assert!(by_environment.configure(all.clone()).await.is_empty());
    by_environment
        .create(DIRECTORY, directory("Entra", "b.example"))
        .await;

    let options = HostOptions::default().env("WSOA_DIRECTORY_CREATE_PATH", "/x?y");
    let refused = Host::start(binary(), options).await.configure(all).await;
    assert_eq!(refused.0.len(), 1, "{refused}");
    assert_eq!(refused.0[0].path, "directory_create_path");
    refused.expect("query");
}
