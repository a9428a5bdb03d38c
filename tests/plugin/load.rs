//! Much at once, and large things.

use std::collections::BTreeMap;

use tokio::task::JoinSet;
use wsoa_test_kit::generated::tfplugin6::{RawState, upgrade_resource_state};
use wsoa_test_kit::obj;

use crate::bench::{CLIENT, DIRECTORY, TOKEN, bench, client, existing_client, requests};

#[tokio::test]
async fn a_value_of_five_megabytes_passes_both_ways() {
    let bench = bench().await;
    let large = "x".repeat(5 << 20);
    let token = existing_client(&bench.tenant, "okta");
    let config = token.with("rotate_when_changed", obj! { reason: large.as_str() });
    let state = bench.host.create(TOKEN, config).await;
    assert_eq!(state.str_at("rotate_when_changed[\"reason\"]").len(), large.len());
}

/// Every run begins by reading the state: an object that is too large for that could not even be destroyed.
#[tokio::test]
async fn what_could_not_be_read_back_from_state_is_refused_before_anything_is_made() {
    let bench = bench().await;
    let token = existing_client(&bench.tenant, "okta");
    let config = |text: &str, times: usize| {
        let reason = text.repeat(times);
        token
            .clone()
            .with("rotate_when_changed", obj! { reason: reason.as_str() })
    };
    for config in [config("x", 13 << 19), config("<", 2 << 20)] {
        let told = bench.host.validate_resource(TOKEN, config.clone()).await;
        told.expect("A value is too large");
        let refused = bench.host.try_plan(TOKEN, None, config).await;
        refused.map(|_| ()).unwrap_err().expect("A value is too large");
    }
    let state = bench.host.create(TOKEN, config("<", 900 << 10)).await;
    // as Go writes it, in a file that is indented
    let stored = serde_json::to_string_pretty(&state.value.to_json()).unwrap();
    let request = upgrade_resource_state::Request {
        type_name: TOKEN.to_owned(),
        version: 0,
        raw_state: Some(RawState {
            json: stored.replace('<', "\\u003c").into_bytes(),
            ..Default::default()
        }),
    };
    let read = bench.host.client().upgrade_resource_state(request).await;
    assert_eq!(read.unwrap().into_inner().diagnostics, []);
}

/// Everything that anybody has use for is taken. What is far beyond is one error, which says how much it may be.
#[tokio::test]
async fn an_object_of_any_size_is_taken_and_one_beyond_all_measure_is_one_error() {
    let bench = bench().await;
    let named = |count: usize| (0..count).map(|n| format!("a{n}.example")).collect::<Vec<_>>();
    let directory = |count| obj! { name: "Okta", domains: named(count) };
    let state = bench.host.create(DIRECTORY, directory(500)).await;
    let stored = state.value.to_json();
    assert_eq!(bench.host.upgrade(DIRECTORY, 0, &stored).await, state.value);
    let uris: Vec<_> = (0..100)
        .map(|n| format!("https://a{n}.example/callback"))
        .collect();
    bench
        .host
        .create(CLIENT, client("okta").with("redirect_uris", uris))
        .await;

    let refused = bench.host.try_plan(DIRECTORY, None, directory(20_000)).await;
    let refused = refused.map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string().matches("Error").count(), 1, "{refused}");
    refused.expect("A value is too large");
    let stored = serde_json::json!({ "name": "Okta", "domains": named(20_000) });
    let refused = bench.host.try_upgrade(DIRECTORY, 0, &stored).await.unwrap_err();
    refused.expect("Stored state is too large");
}

#[tokio::test]
async fn fifty_clients_are_made_read_and_removed_side_by_side() {
    let bench = bench().await;
    let host = std::sync::Arc::new(bench.host);
    let mut creations = JoinSet::new();
    for number in 0..50 {
        let host = host.clone();
        creations.spawn(async move { host.create(CLIENT, client(&format!("client-{number}"))).await });
    }
    let states = creations.join_all().await;
    assert_eq!(states.len(), 50);
    let all = bench.tenant.clients();
    let secrets: BTreeMap<_, _> = all
        .iter()
        .map(|it| (it.client_id.as_str(), it.secret.as_str()))
        .collect();
    for state in &states {
        assert_eq!(secrets[state.str_at("client_id")], state.str_at("client_secret"));
    }
    let seen = requests(&bench.tenant);
    let posts = seen
        .iter()
        .filter(|request| *request == "POST oauth2clients")
        .count();
    let mints = seen
        .iter()
        .filter(|request| *request == "POST oauthtoken")
        .count();
    assert_eq!((posts, mints), (50, 1), "one admin token for all: {seen:#?}");

    let mut ends = JoinSet::new();
    for state in states {
        let host = host.clone();
        ends.spawn(async move {
            let read = host.read(&state).await.unwrap();
            assert_eq!(read.value, state.value);
            host.destroy(&read).await.gone();
        });
    }
    ends.join_all().await;
    assert!(
        !bench
            .tenant
            .clients()
            .iter()
            .any(|it| it.client_id.starts_with("client-"))
    );
}
