//! What the CLI's log gets to see.

use access_simulator::{Action as Happens, DirectoryType, ErrorBody, Fault};
use serde_json::{Value, json};
use wsoa_test_kit::{HostOptions, obj};

use crate::bench::{
    Bench, CLIENT, CLIENTS, DIRECTORY, TOKEN, bench_with, client, directory, existing_client, until,
};

fn at(level: &str) -> HostOptions {
    HostOptions::default().env("TF_LOG", level)
}

#[tokio::test]
async fn at_trace_every_line_is_what_the_cli_expects_and_none_holds_a_secret() {
    let bench = bench_with(|_| {}, at("TRACE")).await;
    let host = &bench.host;
    bench.fail(Fault::on("POST", CLIENTS, Happens::status(503)).times(1));
    let failed = host.plan(CLIENT, None, client("okta")).await;
    host.apply(failed).await;
    bench.tenant.clear_faults();
    let config = client("okta").with("rotate_secret_when_changed", obj! { n: "1" });
    let planned = host.plan(CLIENT, None, config.clone()).await;
    let mut state = host.apply(planned).await.state.unwrap();
    state.tainted = false;
    let state = host
        .update(&state, config.with("rotate_secret_when_changed", obj! { n: "2" }))
        .await;
    let token = obj! { client_id: "okta", client_secret: state.at("client_secret"), revoke_on_destroy: true };
    let minted = host.create(TOKEN, token.clone()).await;
    let wrong = token
        .clone()
        .with("client_secret", "a-wrong-secret-from-the-configuration");
    let wrong = host.plan(TOKEN, Some(&minted), wrong).await;
    bench
        .tenant
        .switches(|switches| switches.bad_client_body = ErrorBody::Empty); // with invalid_client it would be waited for
    let refused = host.apply(wrong).await.diagnostics;
    assert!(refused.has_errors());
    let opened = host
        .open_ephemeral(TOKEN, token.without("revoke_on_destroy"))
        .await;
    host.close(&opened).await;
    let read = host.refresh(&minted).await.unwrap();
    host.destroy(&read).await.gone();
    let made = host.create(DIRECTORY, directory("Okta", "example.com")).await;
    host.destroy(&made).await.gone();
    host.destroy(&state).await.gone();

    let lines = host.stderr();
    assert!(lines.len() > 50, "TRACE tells more than that: {lines:#?}");
    for line in &lines {
        assert_is_hclog(line);
    }
    let secrets = bench.tenant.every_secret();
    assert!(
        secrets
            .iter()
            .any(|it| it == "a-wrong-secret-from-the-configuration"),
        "the search has teeth"
    );
    let text = format!("{}\n{refused}", lines.join("\n"));
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "{secret} is in the log");
    }
    wsoa_test_kit::tell(&format!(
        "{} log lines searched for {} secrets: 0 hits",
        lines.len(),
        secrets.len()
    ));
    assert!(bench.host.shutdown().await.success());
}

/// Who is in the tenant's directory, and nobody's business.
const PERSON: &str = "xanthippe";

/// Provisions a user, as Okta does, and returns its id.
async fn provision(bench: &Bench, token: &str) -> String {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let certificate = reqwest::Certificate::from_pem(bench.simulator.ca_pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([certificate])
        .no_proxy();
    let user = json!({
        "schemas": ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:workspace:1.0"],
        "userName": PERSON, "externalId": PERSON, "name": {"givenName": PERSON, "familyName": PERSON},
        "emails": [{"value": format!("{PERSON}@people.example")}],
        "urn:scim:schemas:extension:workspace:1.0": {"internalUserType": "PROVISIONED", "domain": "people.example"},
    });
    let url = format!("{}/SAAS/jersey/manager/api/scim/Users", bench.simulator.url());
    let request = client.build().unwrap().post(url).bearer_auth(token);
    let answer = request.json(&user).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let user: Value = answer.json().await.unwrap();
    user["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn at_trace_nothing_of_what_scim_answers_is_logged() {
    let bench = bench_with(|_| {}, at("TRACE")).await;
    let host = &bench.host;
    bench
        .tenant
        .add_directory("People", &["people.example"], DirectoryType::OtherDirectory);
    let config = existing_client(&bench.tenant, "okta");
    let minted = host.create(TOKEN, config.clone()).await;
    let id = provision(&bench, minted.str_at("access_token")).await;

    // a tenant that lists the id alone, as it is asked to, one that tells more, and some that say something else
    let user = json!({"id": id, "userName": PERSON});
    let errors = json!({"errors": [{"code": PERSON, "message": PERSON, "parameters": {"user": PERSON}}]});
    let says = |status: u16, body: &str| Happens::Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    };
    for happens in [
        None,
        Some(Happens::json(
            200,
            &json!({"totalResults": 1, "Resources": [user.clone()]}),
        )),
        Some(Happens::json(200, &user)),
        Some(says(200, &format!("{{\"totalResults\": {PERSON}"))),
        Some(Happens::json(403, &errors)),
        Some(Happens::json(401, &errors)),
        Some(Happens::json(500, &errors)),
        Some(says(403, &format!("<html>{PERSON}</html>"))),
    ] {
        bench.tenant.clear_faults();
        if let Some(happens) = happens {
            bench.fail(Fault::on("GET", "/scim/Users", happens).always());
        }
        host.refresh(&minted).await.unwrap();
        host.create(TOKEN, config.clone()).await;
    }

    let lines = host.stderr();
    let asked = lines.iter().filter(|line| line.contains("/scim/Users"));
    assert!(asked.count() >= 16, "the call itself is logged: {lines:#?}");
    for line in &lines {
        assert!(!line.contains(PERSON) && !line.contains(&id), "{line}");
    }
}

fn assert_is_hclog(line: &str) {
    let fields: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let level = fields["@level"].as_str().unwrap();
    assert!(
        ["trace", "debug", "info", "warn", "error"].contains(&level),
        "{line}"
    );
    assert!(!fields["@message"].as_str().unwrap().is_empty(), "{line}");
    assert!(fields["@module"].as_str().unwrap().starts_with("wsoa."), "{line}");
    // exactly Go's 2006-01-02T15:04:05.000000Z07:00
    let timestamp = fields["@timestamp"].as_str().unwrap();
    assert_eq!(
        (timestamp.len(), &timestamp[19..20], &timestamp[26..]),
        (27, ".", "Z"),
        "{line}"
    );
    timestamp.parse::<jiff::Timestamp>().unwrap();
}

#[tokio::test]
async fn nothing_is_logged_unless_the_cli_asks_for_it() {
    for options in [
        HostOptions::default(),
        at("OFF"),
        at("ERROR").env("TF_LOG_PROVIDER", "OFF"),
    ] {
        let bench = bench_with(|_| {}, options).await;
        bench.host.create(CLIENT, client("okta")).await;
        assert_eq!(bench.host.stderr(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_level_for_providers_beats_the_general_one() {
    let bench = bench_with(|_| {}, at("ERROR").env("TF_LOG_PROVIDER", "TRACE")).await;
    bench.host.create(CLIENT, client("okta")).await;
    until("lines at TRACE", async || !bench.host.stderr().is_empty()).await;
}
