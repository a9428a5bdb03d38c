//! What lies in state: written by this version, by another one, or damaged.

use std::time::Duration;

use serde_json::json;
use wsoa_test_kit::generated::tfplugin6::{RawState, upgrade_resource_state};
use wsoa_test_kit::{Core as _, Diagnostics, Host, HostOptions, State, Val};

use crate::bench::{
    CLIENT, DIRECTORY, TOKEN, bench, bench_in_process, client, configured, directory, existing_client, host,
};

const TYPES: [&str; 3] = [CLIENT, TOKEN, DIRECTORY];

async fn upgrade_text(host: &Host, type_name: &str, json: &str) -> Diagnostics {
    let request = upgrade_resource_state::Request {
        type_name: type_name.to_owned(),
        version: 0,
        raw_state: Some(RawState {
            json: json.as_bytes().to_vec(),
            ..RawState::default()
        }),
    };
    let answer = host.client().upgrade_resource_state(request).await.unwrap();
    Diagnostics::read(answer.into_inner().diagnostics)
}

#[tokio::test]
async fn attributes_of_another_version_are_dropped_and_missing_ones_are_null() {
    let host = host().await; // not configured: reading state needs no tenant
    for type_name in TYPES {
        let upgraded = host
            .upgrade(
                type_name,
                0,
                &json!({ "id": "a", "gone_since_long": { "b": [1] } }),
            )
            .await;
        assert_eq!(upgraded.at("id"), &Val::from("a"));
        let others = upgraded.fields().iter().filter(|(name, _)| *name != "id");
        for (name, value) in others {
            assert!(value.is_null(), "{type_name}.{name}");
        }
    }
}

#[tokio::test]
async fn an_object_in_state_survives_the_way_through_the_file() {
    let bench = bench().await;
    let token = existing_client(&bench.tenant, "existing");
    for (type_name, config) in [
        (CLIENT, client("okta")),
        (TOKEN, token),
        (DIRECTORY, directory("Okta", "example.com")),
    ] {
        let state = bench.host.create(type_name, config).await;
        let upgraded = bench.host.upgrade(type_name, 0, &state.value.to_json()).await;
        assert_eq!(upgraded, state.value);
    }
}

#[tokio::test]
async fn a_write_only_value_that_an_old_cli_stored_is_removed() {
    let host = host().await;
    for type_name in [CLIENT, TOKEN] {
        let upgraded = host
            .upgrade(type_name, 0, &json!({ "id": "a", "client_secret_wo": "leaked" }))
            .await;
        assert!(upgraded.at("client_secret_wo").is_null());
    }
}

#[tokio::test]
async fn state_of_a_newer_provider_is_refused_with_the_versions() {
    let host = host().await;
    for type_name in TYPES {
        let refused = host
            .try_upgrade(type_name, 7, &json!({ "id": "a" }))
            .await
            .unwrap_err();
        let told = refused.expect("State of a newer provider");
        assert!(
            told.detail.contains("version 7") && told.detail.contains(type_name),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn damaged_state_is_refused_without_quoting_it() {
    let host = host().await;
    for damaged in [
        r#"{"client_secret": "s3cret-in-state", "id": "#,
        r#"{"client_secret": "s3cret-in-state"} trailing"#,
        r#""s3cret-in-state"#,
        "s3cret-in-state",
        "",
    ] {
        for type_name in TYPES {
            let told = upgrade_text(&host, type_name, damaged).await;
            told.expect("Stored state cannot be read");
            assert!(!told.to_string().contains("s3cret"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_stored_value_of_the_wrong_type_is_refused_with_its_path_and_without_quoting_it() {
    let host = host().await;
    for (type_name, stored, path) in [
        (
            CLIENT,
            json!({ "client_secret": { "s3cret": "s3cret" } }),
            "client_secret",
        ),
        (CLIENT, json!({ "scopes": ["admin", ["s3cret"]] }), "scopes[1]"),
        (CLIENT, json!({ "scopes": "s3cret" }), "scopes"),
        (
            CLIENT,
            json!({ "access_token_ttl_minutes": true }),
            "access_token_ttl_minutes",
        ),
        (
            CLIENT,
            json!({ "rotate_secret_when_changed": { "a": ["s3cret"] } }),
            "rotate_secret_when_changed[\"a\"]",
        ),
        (TOKEN, json!({ "access_token": ["s3cret"] }), "access_token"),
        (
            DIRECTORY,
            json!({ "deletion_protection": "s3cret" }),
            "deletion_protection",
        ),
    ] {
        let refused = host.try_upgrade(type_name, 0, &stored).await.unwrap_err();
        let told = refused.expect("Value of the wrong type");
        assert_eq!(told.path, path);
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
    }
    for not_an_object in ["[]", "7", "true", "\"text\""] {
        for type_name in TYPES {
            assert!(
                upgrade_text(&host, type_name, not_an_object).await.has_errors(),
                "{not_an_object}"
            );
        }
    }
}

#[tokio::test]
async fn private_data_that_something_else_wrote_blocks_nothing() {
    let bench = bench().await;
    let token = existing_client(&bench.tenant, "existing");
    for (type_name, config, changed) in [
        (
            CLIENT,
            client("okta"),
            client("okta").with("display_name", "Okta"),
        ),
        (TOKEN, token.clone(), token.with("expiry_warning_hours", 1)),
        (
            DIRECTORY,
            directory("Okta", "example.com"),
            directory("Okta", "example.com").with("delete_timeout_minutes", 5),
        ),
    ] {
        let mut state = bench.host.create(type_name, config.clone()).await;
        for garbage in [
            &b"\xff\xfe"[..],
            b"",
            b"null",
            b"[1, 2]",
            br#"{"seen_at": "yesterday"}"#,
            br#"{"generated": "no"}"#,
        ] {
            let damaged = State {
                private: garbage.to_vec(),
                ..state.clone()
            };
            assert!(
                bench
                    .host
                    .plan(type_name, Some(&damaged), config.clone())
                    .await
                    .is_empty()
            );
            let read = bench.host.refresh(&damaged).await.unwrap();
            assert_eq!(read.value, state.value);
            let updated = bench.host.update(&damaged, changed.clone()).await;
            state = bench
                .host
                .update(
                    &State {
                        private: garbage.to_vec(),
                        ..updated
                    },
                    config.clone(),
                )
                .await;
        }
        let damaged = State {
            private: b"\0".to_vec(),
            ..state
        };
        let next = configured(&bench.simulator, HostOptions::default()).await; // as the CLI has it for each phase
        next.destroy(&damaged).await.gone();
    }
}

/// State as the first builds wrote it: without the attributes and the private data that came later.
#[tokio::test]
async fn state_of_the_first_builds_is_read_and_leaves_nothing_to_do() {
    let client_later = ["last_secret_change", "pending_client_secret", "created_at"];
    let token_later = ["last_minted_because"];
    for (type_name, private, later) in [
        (
            CLIENT,
            r#"{"generated":true,"rejected":false,"unproven":false}"#,
            &client_later[..],
        ),
        (CLIENT, "", &client_later),
        (
            TOKEN,
            r#"{"rejected":false,"seen_at":"2026-01-01T06:00:00Z"}"#,
            &token_later,
        ),
        (TOKEN, "", &token_later),
        (DIRECTORY, "", &[]),
    ] {
        let bench = bench_in_process().await;
        let config = match type_name {
            CLIENT => client("okta").with("redirect_uris", ["https://example.com/a"]),
            TOKEN => existing_client(&bench.tenant, "existing").with("early_renewal_hours", 720),
            _ => directory("Okta", "Example.COM"),
        };
        let made = bench.host.create(type_name, config.clone()).await;
        let mut stored = made.value.to_json();
        for name in later {
            stored.as_object_mut().unwrap().remove(*name);
        }
        let old = State {
            value: bench.host.upgrade(type_name, 0, &stored).await,
            private: private.as_bytes().to_vec(),
            ..made.clone()
        };
        let what = format!("{type_name} {private}");
        for later in [0, 61, 24 * 3600] {
            bench.clock.advance(Duration::from_secs(later));
            assert!(
                bench.plan_is_empty(type_name, &old, config.clone()).await,
                "{what}"
            );
        }
        bench.destroy(type_name, &old, config).await.gone();
    }
}
