//! Objects that come from another address of the provider, and what `OpenTofu` alone asks for.

use serde_json::json;
use wsoa_test_kit::Source;
use wsoa_test_kit::generated::tfplugin6::get_functions;

use crate::bench::{CLIENT, DIRECTORY, bench, client, host};

#[tokio::test]
async fn an_object_comes_from_any_address_of_the_provider_with_what_is_remembered_of_it() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    let fresh = host().await; // not configured: so core asks
    for provider in [
        "example.com/acme/wsoa",
        "registry.opentofu.org/wsoa/wsoa",
        "wsoa", // OpenTofu before 1.12.4
    ] {
        let source = Source {
            provider,
            type_name: CLIENT,
            version: 0,
        };
        let moved = fresh
            .try_move(source, CLIENT, &state.value.to_json(), &state.private)
            .await
            .unwrap();
        assert_eq!(
            (&moved.value, &moved.private),
            (&state.value, &state.private),
            "{provider}"
        );
        assert_eq!(
            moved.identity, None,
            "a process that is not configured knows none"
        );
        let planned = bench.host.plan(CLIENT, Some(&moved), client("okta")).await;
        assert!(planned.is_empty());
    }
}

#[tokio::test]
async fn a_move_that_cannot_be_is_one_error_that_names_both_sides() {
    let host = host().await;
    let table = [
        ("example.com/acme/wsoa", DIRECTORY, 0, "Cannot move"),
        ("example.com/acme/wsoa", "wsoa_unknown", 0, "Cannot move"),
        ("registry.terraform.io/hashicorp/null", CLIENT, 0, "Cannot move"),
        ("example.com/acme/wsoa2", CLIENT, 0, "Cannot move"),
        ("", CLIENT, 0, "Cannot move"),
        ("example.com/acme/wsoa", CLIENT, 7, "State of a newer provider"),
    ];
    for (provider, type_name, version, summary) in table {
        let source = Source {
            provider,
            type_name,
            version,
        };
        let told = host
            .try_move(source, CLIENT, &json!({ "id": "okta" }), b"")
            .await
            .unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        let told = &told.expect(summary).detail;
        let named = if version == 0 {
            [provider, type_name, CLIENT, "wsoa/wsoa"]
        } else {
            [CLIENT, "7", "", ""]
        };
        for name in named {
            assert!(told.contains(name), "{name} is not in {told:?}");
        }
    }
}

/// `OpenTofu` asks where a configuration calls a function that no schema has, and says so itself.
#[tokio::test]
async fn asking_for_functions_is_no_error() {
    let host = host().await;
    let request = get_functions::Request {};
    let answer = host.client().get_functions(request).await.unwrap().into_inner();
    assert!(answer.diagnostics.is_empty());
    assert_eq!(answer.functions, host.schema().await.raw.functions);
}
