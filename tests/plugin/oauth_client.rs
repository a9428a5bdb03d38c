//! `wsoa_oauth_client` from its creation to its end.

use std::time::Duration;

use access_simulator::{Action as Happens, Fault, ListOrder, SecretRead};
use wsoa_test_kit::{Action, Core as _, HostOptions, Instance, State, Val, obj};

use crate::bench::{CLIENT, CLIENTS, TOKEN, bench, bench_in_process, bench_switched, bench_with, client};

#[tokio::test]
async fn the_defaults_make_a_service_client_with_a_secret_of_its_own() {
    let bench = bench().await;
    let planned = bench
        .host
        .plan(CLIENT, None, client("okta"))
        .await
        .assert(Action::Create);
    assert_eq!(planned.at("scopes"), &Val::from(["admin"]));
    assert_eq!(planned.at("grant_types"), &Val::from(["client_credentials"]));
    for unknown in ["id", "client_secret", "created_at"] {
        assert!(planned.at(unknown).is_unknown(), "{unknown}");
    }
    let state = bench.host.apply(planned).await.ok();
    let made = bench.tenant.client("okta").unwrap();
    assert_eq!(state.str_at("id"), "okta");
    assert_eq!(state.str_at("client_secret"), made.secret);
    assert!(made.secret.len() >= 32 && made.secret.bytes().all(|it| it.is_ascii_alphanumeric()));
    assert_eq!(
        (made.scope.as_str(), made.auth_grant_types.as_str()),
        ("admin", "client_credentials")
    );
    assert_eq!(
        state.at("access_token_ttl_minutes"),
        &Val::from(made.access_token_ttl)
    );
    for _ in 0..2 {
        let read = bench.host.refresh(&state).await.unwrap();
        assert_eq!(read.value, state.value);
        assert!(
            bench
                .host
                .plan(CLIENT, Some(&read), client("okta"))
                .await
                .is_empty()
        );
    }
    bench.host.destroy(&state).await.gone();
    assert!(bench.tenant.client("okta").is_none());
}

#[tokio::test]
async fn a_change_happens_in_place_and_leaves_the_secret_alone() {
    let bench = bench().await;
    let mut state = bench.host.create(CLIENT, client("okta")).await;
    let secret = bench.tenant.client("okta").unwrap().secret;
    for config in [
        client("okta").with("display_name", "Okta SCIM"),
        client("okta").with("access_token_ttl_minutes", 525_600),
        client("okta").with("scopes", ["admin", "user"]),
        client("okta").with("redirect_uris", ["https://example.com/callback"]),
        client("okta"),
    ] {
        let planned = bench.host.plan(CLIENT, Some(&state), config.clone()).await;
        assert!(!planned.at("client_secret").is_unknown(), "{}", planned.value);
        let applied = bench.host.apply(planned).await.ok();
        state = bench.host.refresh(&applied).await.unwrap();
        assert!(bench.host.plan(CLIENT, Some(&state), config).await.is_empty());
        assert_eq!(bench.tenant.client("okta").unwrap().secret, secret);
    }
}

#[tokio::test]
async fn another_client_id_makes_another_client_with_another_secret() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    let planned = bench
        .host
        .plan(CLIENT, Some(&state), client("okta-2"))
        .await
        .assert(Action::Replace);
    assert_eq!(planned.replace_because, ["client_id"]);
    let replaced = bench.host.apply(planned).await.ok();
    assert!(bench.tenant.client("okta").is_none());
    assert_ne!(replaced.str_at("client_secret"), state.str_at("client_secret"));
}

#[tokio::test]
async fn what_the_tenant_reorders_is_no_change() {
    let bench = bench_switched(|switches| switches.token_order = ListOrder::Reversed).await;
    let config = client("okta")
        .with("scopes", ["user", "admin"])
        .with("grant_types", ["client_credentials", "password"]);
    let state = bench.host.create(CLIENT, config.clone()).await;
    let read = bench.host.refresh(&state).await.unwrap();
    assert!(bench.host.plan(CLIENT, Some(&read), config).await.is_empty());
}

#[tokio::test]
async fn what_was_changed_in_the_console_is_seen_and_put_right() {
    let bench = bench().await;
    let config = client("okta")
        .with("display_name", "Okta")
        .with("access_token_ttl_minutes", 60);
    let state = bench.host.create(CLIENT, config.clone()).await;
    bench.tenant.change_client("okta", |client| {
        client.remember_as = Some("renamed".to_owned());
        client.access_token_ttl = 5;
        client.scope = "admin user".to_owned();
    });
    let seen = bench.host.refresh(&state).await.unwrap();
    assert_eq!(seen.str_at("display_name"), "renamed");
    let planned = bench
        .host
        .plan(CLIENT, Some(&seen), config.clone())
        .await
        .assert(Action::Update);
    let state = bench.host.apply(planned).await.ok();
    let made = bench.tenant.client("okta").unwrap();
    assert_eq!(
        (
            made.remember_as.as_deref(),
            made.access_token_ttl,
            made.scope.as_str()
        ),
        (Some("Okta"), 60, "admin")
    );
    assert!(bench.host.plan(CLIENT, Some(&state), config).await.is_empty());
}

#[tokio::test]
async fn a_client_that_is_gone_is_planned_anew_and_its_deletion_is_done() {
    let bench = bench_in_process().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.tenant.delete_client("okta");
    // a tenant may lag behind what was written a moment ago
    let kept = bench.host.refresh(&state).await.unwrap();
    assert_eq!(kept.value, state.value);
    bench.clock.advance(Duration::from_secs(61));
    assert!(bench.host.refresh(&state).await.is_none());
    bench.host.destroy(&state).await.gone();
}

#[tokio::test]
async fn a_secret_made_anew_in_the_console_is_replaced_with_a_sentence_that_says_why() {
    for shown in [SecretRead::Blank, SecretRead::Omit] {
        let bench = bench_switched(|switches| switches.secret_read = shown).await;
        let state = bench.host.create(CLIENT, client("okta")).await;
        bench.tenant.set_client_secret("okta", "made-in-the-console");
        // not of the minute in which a refusal may come of a tenant that lags behind
        let old = State {
            value: state.value.clone().with("created_at", "2026-01-01T06:00:00.000Z"),
            ..state
        };
        let seen = bench.host.refresh(&old).await.unwrap();
        let planned = bench
            .host
            .plan(CLIENT, Some(&seen), client("okta"))
            .await
            .assert(Action::Update);
        planned.diagnostics.expect("changed elsewhere");
        let healed = bench.host.apply(planned).await.ok();
        assert_eq!(
            healed.str_at("client_secret"),
            bench.tenant.client("okta").unwrap().secret
        );
        let read = bench.host.refresh(&healed).await.unwrap();
        assert!(
            bench
                .host
                .plan(CLIENT, Some(&read), client("okta"))
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn triggers_make_a_new_secret_in_place_and_only_when_they_change() {
    let bench = bench().await;
    let with = |n: &str| client("okta").with("rotate_secret_when_changed", obj! { n: n });
    let first = bench.host.create(CLIENT, with("1")).await;
    assert!(bench.host.plan(CLIENT, Some(&first), with("1")).await.is_empty());
    let second = bench.host.update(&first, with("2")).await;
    assert_ne!(first.str_at("client_secret"), second.str_at("client_secret"));
    assert_eq!(
        second.str_at("client_secret"),
        bench.tenant.client("okta").unwrap().secret
    );
    let third = bench.host.update(&second, client("okta")).await;
    assert_eq!(
        third.str_at("client_secret"),
        second.str_at("client_secret"),
        "removing them asks for nothing"
    );
}

/// With `ignore_changes`, Terraform 1.0 says that maps are empty which the configuration does not have.
#[tokio::test]
async fn an_empty_map_of_triggers_asks_for_nothing() {
    let bench = bench().await;
    let config = client("okta");
    let made = bench.host.create(CLIENT, config.clone()).await;
    let token_of = |client: &State| obj! { client_id: "okta", client_secret: client.str_at("client_secret") };
    let token = bench.host.create(TOKEN, token_of(&made)).await;
    let none = obj! {};
    let kept = bench
        .host
        .update(&made, config.with("rotate_secret_when_changed", none.clone()))
        .await;
    assert_eq!(kept.at("client_secret"), made.at("client_secret"));
    let same = token_of(&kept).with("rotate_when_changed", none);
    let same = bench.host.update(&token, same).await;
    assert_eq!(same.at("access_token"), token.at("access_token"));
    assert_eq!(
        bench.tenant.client("okta").unwrap().secret,
        made.str_at("client_secret")
    );
}

#[tokio::test]
async fn an_imported_client_is_the_one_that_there_is() {
    for (shown, secret) in [
        (SecretRead::Blank, Val::Null),
        (SecretRead::Clear, "the-secret-before".into()),
    ] {
        let bench = bench_switched(|switches| switches.secret_read = shown).await;
        bench
            .tenant
            .put_client(access_simulator::Client::service("before", "the-secret-before"));
        let state = bench.host.import(CLIENT, "before").await;
        assert_eq!(state.at("client_secret"), &secret);
        let planned = bench.host.plan(CLIENT, Some(&state), client("before")).await;
        assert!(planned.is_empty(), "{}", planned.value);
        assert_eq!(bench.tenant.client("before").unwrap().secret, "the-secret-before");
    }
}

#[tokio::test]
async fn a_created_client_imports_as_it_is_in_state() {
    let bench = bench().await;
    let config = client("okta")
        .with("display_name", "Okta")
        .with("redirect_uris", ["https://example.com/a"]);
    let state = bench.host.create(CLIENT, config).await;
    let imported = bench.host.import(CLIENT, "okta").await;
    for (name, value) in state.value.fields() {
        if !["client_secret", "last_secret_change", "created_at"].contains(&name.as_str()) {
            assert_eq!(imported.at(name), value, "{name}");
        }
    }
}

#[tokio::test]
async fn an_import_that_cannot_work_says_why() {
    let bench = bench().await;
    for (id, text) in [
        ("nobody", "Cannot import non-existent"),
        ("", "client id is empty"),
        ("a/b", "'/' is not allowed"),
        ("..", "cannot be a client id"),
    ] {
        bench.host.try_import(CLIENT, id).await.unwrap_err().expect(text);
    }
}

#[tokio::test]
async fn somebody_elses_client_is_never_adopted() {
    for status in [500, 409, 400] {
        let bench = bench_switched(|switches| switches.duplicate_client_status = status).await;
        bench
            .tenant
            .put_client(access_simulator::Client::service("taken", "somebody-elses"));
        let planned = bench.host.plan(CLIENT, None, client("taken")).await;
        let refused = bench.host.apply(planned).await;
        assert!(refused.state.is_none());
        assert_eq!(refused.diagnostics.0.len(), 1, "{}", refused.diagnostics);
        let told = refused.diagnostics.expect("exists already");
        assert_eq!(told.path, "client_id");
        assert!(told.detail.contains("import {"), "{told:?}");
        assert_eq!(bench.tenant.client("taken").unwrap().secret, "somebody-elses");
    }
}

/// What state has after an apply whose creation went wrong.
#[derive(Debug, PartialEq)]
enum Kept {
    Nothing,
    /// The client, and nothing else to be done.
    Client,
    /// What may be a client; whose it is, the next runs find out.
    Mark,
}

/// The table of what can happen to an apply, and what state has afterwards.
#[tokio::test]
async fn a_creation_that_failed_leaves_nothing_and_what_may_exist_is_kept() {
    let secret = |given: bool| client("okta").with("client_secret", given.then_some("given-by-the-user"));
    for (happens, made, kept) in [
        (Happens::status(400), false, Kept::Nothing),
        (Happens::status(403), false, Kept::Nothing),
        (Happens::html(200), false, Kept::Mark),
        (Happens::Reset, false, Kept::Mark),
        (Happens::status(500), false, Kept::Mark),
        (Happens::CommitThenReset, true, Kept::Client),
        (Happens::CommitThenTruncate, true, Kept::Client),
        (Happens::CommitThenEmpty, true, Kept::Client),
        (Happens::status(500).committed(), true, Kept::Client),
        (Happens::errors(200).committed(), true, Kept::Client),
        (Happens::status(202).committed(), true, Kept::Client),
    ] {
        for given in [false, true] {
            let what = format!("{happens:?}, given: {given}");
            let bench = bench_in_process().await;
            bench.fail(Fault::on("POST", CLIENTS, happens.clone()));
            let run = bench.apply(CLIENT, Instance::default(), secret(given)).await;
            let found = match &run.state {
                None => Kept::Nothing,
                Some(state) if state.at("id").is_null() => Kept::Mark,
                Some(_) => Kept::Client,
            };
            assert_eq!(found, kept, "{what}");
            assert_eq!(run.failed(), kept != Kept::Client, "{what}");
            assert_eq!(bench.tenant.client("okta").is_some(), made, "{what}");
            let again = bench.apply(CLIENT, &run, secret(given)).await;
            let tenants = bench.tenant.client("okta").unwrap().secret;
            assert_eq!(again.ok().str_at("client_secret"), tenants, "{what}");
            assert!(bench.plan_is_empty(CLIENT, &again, secret(given)).await, "{what}");
        }
    }
}

#[tokio::test]
async fn an_update_that_failed_leaves_state_as_it_was() {
    for happens in [Happens::status(400), Happens::status(403), Happens::html(200)] {
        let what = format!("{happens:?}");
        let bench = bench().await;
        let state = bench.host.create(CLIENT, client("okta")).await;
        let config = client("okta").with("display_name", "Okta");
        let planned = bench.host.plan(CLIENT, Some(&state), config).await;
        bench.fail(Fault::on("PUT", CLIENTS, happens));
        let failed = bench.host.apply(planned).await;
        assert_eq!(
            failed.diagnostics.errors().count(),
            1,
            "{what}: {}",
            failed.diagnostics
        );
        assert_eq!(failed.state.unwrap(), state, "{what}");
    }
}

#[tokio::test]
async fn a_rotation_whose_answer_was_lost_leaves_the_secret_that_works_in_state() {
    for happens in [
        Happens::CommitThenReset,
        Happens::Reset,
        Happens::CommitThenTruncate,
    ] {
        let what = format!("{happens:?}");
        let bench = bench_with(|_| {}, HostOptions::default().env("WSOA_MAX_RETRIES", "1")).await;
        let with = |n: &str| client("okta").with("rotate_secret_when_changed", obj! { n: n });
        let state = bench.host.create(CLIENT, with("1")).await;
        let planned = bench.host.plan(CLIENT, Some(&state), with("2")).await;
        bench.fail(Fault::on("PUT", CLIENTS, happens).times(2));
        let applied = bench.host.apply(planned).await;
        println!("{what}: {}", applied.diagnostics);
        let state = applied.state.unwrap();
        assert_eq!(
            state.str_at("client_secret"),
            bench.tenant.client("okta").unwrap().secret,
            "{what}"
        );
        bench.tenant.clear_faults();
        let read = bench.host.refresh(&state).await.unwrap();
        let healed = bench.host.update(&read, with("2")).await;
        assert!(bench.host.plan(CLIENT, Some(&healed), with("2")).await.is_empty());
    }
}

#[tokio::test]
async fn a_deletion_or_a_look_that_failed_leaves_state_as_it_was() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.fail(Fault::on("DELETE", CLIENTS, Happens::status(403)));
    let failed = bench.host.destroy(&state).await;
    failed.diagnostics.expect("was not deleted");
    assert_eq!(failed.state.unwrap(), state);
    for happens in [Happens::status(403), Happens::html(200), Happens::status(400)] {
        bench.fail(Fault::on("GET", CLIENTS, happens));
        bench
            .host
            .try_read(&state)
            .await
            .unwrap_err()
            .expect("cannot be read");
    }
    bench.host.destroy(&state).await.gone();
}
