//! The accidents and tenants that would cost most, met by the real CLI: its own state file, its own plans, under a clock
//! that the test turns.

use std::time::Duration;

use access_simulator::{Action as Happens, Client, ErrorBody, Fault, SecretRead};
use serde_json::json;
use tokio::task::block_in_place;
use wsoa_test_kit::cli::Workspace;

use crate::bench::{CLIENTS, InProcess, bench_in_process, bench_in_process_with};

const OKTA: &str = "wsoa_oauth_client.okta";
const MINUTE: Duration = Duration::from_secs(61);

fn hcl(arguments: &str) -> String {
    named("okta", arguments)
}

fn named(id: &str, arguments: &str) -> String {
    format!("resource \"wsoa_oauth_client\" \"okta\" {{\n  client_id = \"{id}\"\n  {arguments}\n}}\n")
}

/// A configuration for each source of a secret.
fn every_source() -> [(&'static str, String); 3] {
    [
        ("generated", hcl("")),
        ("given", hcl("client_secret = \"given-by-the-user\"")),
        (
            "write-only",
            hcl("client_secret_wo = \"given-by-the-user\"\n  client_secret_wo_version = 1"),
        ),
    ]
}

fn secret(bench: &InProcess) -> String {
    bench
        .tenant
        .client("okta")
        .map_or_else(String::new, |it| it.secret)
}

/// Plain applies until a plan is empty.
fn heals(bench: &InProcess, workspace: &Workspace, most: usize) {
    for _ in 0..most {
        bench.clock.advance(MINUTE);
        let output = workspace.apply();
        if output.code == Some(0) && workspace.plan_is_empty() {
            return;
        }
        println!("{}", output.text());
    }
    panic!("not healed by {most} applies");
}

/// Rows 1 and 7.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_client_stays_somebody_elses() {
    for (status, body) in [
        (201, ErrorBody::Empty),
        (200, ErrorBody::Usual),
        (500, ErrorBody::Usual),
    ] {
        for (source, config) in every_source() {
            let bench = bench_in_process_with(|switches| {
                switches.duplicate_client_status = status;
                switches.duplicate_client_body = body;
            })
            .await;
            // with the very secret that the configuration gives
            bench
                .tenant
                .put_client(Client::service("okta", "given-by-the-user"));
            let before = bench.tenant.client("okta");
            let workspace = bench.cli(&config);
            block_in_place(|| {
                let refused = workspace.expect_error("The OAuth client exists already");
                let _shown = refused.expect("id = \"okta\"");
                assert!(workspace.resources().is_empty(), "{status} {source}");
                workspace.destroy();
            });
            assert_eq!(bench.tenant.client("okta"), before, "{status} {source}");
        }
    }
}

/// Row 2.
#[tokio::test(flavor = "multi_thread")]
async fn a_mask_never_takes_the_place_of_a_secret() {
    for shown in [SecretRead::LastFour, SecretRead::Hidden, SecretRead::Sha256] {
        for (source, config) in every_source() {
            let bench = bench_in_process_with(|switches| {
                switches.secret_read = shown;
                switches.secret_post = shown;
            })
            .await;
            let workspace = bench.cli(&config);
            block_in_place(|| {
                workspace.apply_ok();
                let made = secret(&bench);
                bench.clock.advance(MINUTE);
                workspace.assert_plan_is_empty();
                workspace.write(
                    "main.tf",
                    &config.replace("client_id", "display_name = \"Okta\"\n  client_id"),
                );
                workspace.apply_ok();
                workspace.assert_plan_is_empty();
                assert_eq!(secret(&bench), made, "{shown:?} {source}");
                let expected = if source == "write-only" {
                    json!(null)
                } else {
                    json!(made)
                };
                assert_eq!(
                    workspace.resource(OKTA)["client_secret"],
                    expected,
                    "{shown:?} {source}"
                );
            });
        }
    }
}

/// Row 6.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_may_have_been_made_is_not_forgotten() {
    for (source, config) in every_source() {
        for reads in [0, 40_000] {
            let bench = bench_in_process().await;
            let before = bench.tenant.clients().len();
            bench
                .tenant
                .switches(|switches| switches.lag_client_reads_ms = reads);
            bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
            if reads == 0 {
                // a given secret proves nothing of a client that was there: plan and apply look before, the creation twice
                let looks = if source == "generated" { 0 } else { 4 };
                bench.fail(Fault::on("GET", CLIENTS, Happens::status(400)).after(looks));
            }
            let workspace = bench.cli(&config);
            block_in_place(|| {
                let failed = workspace.expect_error("It is not known whether the OAuth client was created");
                let _said = failed.expect("state rm");
                assert_eq!(workspace.resource(OKTA)["id"], json!(null), "{source}");
                bench.tenant.clear_faults();
                heals(&bench, &workspace, 2);
                assert_eq!(bench.tenant.clients().len(), before + 1, "{source}");
                if source != "write-only" {
                    assert_eq!(
                        workspace.resource(OKTA)["client_secret"],
                        json!(secret(&bench)),
                        "{source}"
                    );
                }
                bench.tenant.switches(|switches| switches.lag_client_reads_ms = 0);
                workspace.destroy();
            });
            assert_eq!(bench.tenant.clients().len(), before, "{source}");
        }
    }
}

/// Rows 9 and 18.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_lags_loses_neither_client_nor_secret() {
    for lag in [2_000, 8_000] {
        let bench = bench_in_process_with(|switches| {
            switches.lag_client_reads_ms = lag;
            switches.lag_client_list_ms = lag;
            switches.lag_token_ms = lag;
        })
        .await;
        let rotation = |n: u32| hcl(&format!("rotate_secret_when_changed = {{ n = \"{n}\" }}"));
        let workspace = bench.cli(&rotation(1));
        block_in_place(|| {
            workspace.apply_ok();
            workspace.assert_plan_is_empty();
            let first = secret(&bench);
            workspace.write("main.tf", &rotation(2));
            workspace.apply_ok();
            workspace.assert_plan_is_empty();
            assert_ne!(secret(&bench), first, "{lag}");
            assert_eq!(
                workspace.resource(OKTA)["client_secret"],
                json!(secret(&bench)),
                "{lag}"
            );
        });
    }
}

/// Row 20.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_not_deleted_for_one_that_cannot_be_made() {
    let bench = bench_in_process().await;
    bench
        .tenant
        .put_client(Client::service("taken", "somebody-elses"));
    let workspace = bench.cli(&hcl(""));
    block_in_place(|| {
        workspace.apply_ok();
        workspace.write("main.tf", &named("taken", ""));
        let refused = workspace.expect_error("The tenant has a client \"taken\" already");
        let _said = refused.expect("-refresh=false");
        assert!(bench.tenant.client("okta").is_some());
        workspace.write("main.tf", &named("free", ""));
        workspace.apply_ok();
        workspace.assert_plan_is_empty();
    });
    assert!(bench.tenant.client("okta").is_none() && bench.tenant.client("free").is_some());
}
