//! What Terraform's core does to a provider beyond one plan and one apply, played to the provider in this process under
//! a clock that the test turns.

mod fake;
mod same;

use std::time::Duration;

use access_simulator::{Action as Happens, Fault, Tenant};
use wsoa_test_kit::{Action, Core as _, IgnoreChanges, Instance, Resource, Run, obj};

use crate::bench::{
    CLIENT, CLIENTS, DIRECTORY, TOKEN, bench, bench_in_process, client, directory, existing_client,
};

#[tokio::test]
async fn the_tenants_clock_goes_along_with_the_providers() {
    let bench = bench_in_process().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    let began = bench.tenant.now();
    let busy = Happens::Answer {
        status: 503,
        headers: vec![("Retry-After".to_owned(), "20".to_owned())],
        body: String::new(),
    };
    bench.fail(Fault::on("GET", CLIENTS, busy));
    assert!(bench.host.read(&state).await.is_some());
    let [slept] = bench.clock.take_slept()[..] else {
        panic!("one pause")
    };
    assert!(
        slept >= Duration::from_secs(20),
        "as long as asked, and some jitter: {slept:?}"
    );
    let passed = bench.tenant.now().duration_since(began);
    assert_eq!(Duration::try_from(passed).unwrap(), slept);
    bench.clock.hurry_after(0);
    bench.fail(Fault::on("GET", CLIENTS, Happens::status(503)));
    bench.host.try_read(&state).await.unwrap_err();
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn a_new_process_knows_nothing_of_the_old_one() {
    let mut bench = bench_in_process().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.requests();
    bench.host.read(&state).await.unwrap();
    assert_eq!(bench.requests(), ["GET okta", "POST oauthtoken"]); // the probe of the client's own secret
    bench.restart().await;
    bench.host.read(&state).await.unwrap();
    assert_eq!(
        bench.requests(),
        ["POST oauthtoken", "GET okta", "POST oauthtoken"]
    );
}
fn has_directory(tenant: &Tenant, name: &str) -> bool {
    tenant
        .directories()
        .iter()
        .any(|directory| directory.name == name)
}

#[tokio::test]
async fn a_whole_run_ends_with_an_empty_plan_and_the_next_one_applies_nothing() {
    let bench = bench_in_process().await;
    for (type_name, config) in [
        (CLIENT, client("okta")),
        (DIRECTORY, directory("Okta", "okta.example")),
        (TOKEN, existing_client(&bench.tenant, "existing")),
    ] {
        let run = bench.apply(type_name, None, config.clone()).await;
        let state = run.assert(Action::Create).ok().clone();
        assert!(bench.plan_is_empty(type_name, &state, config.clone()).await);
        let again = bench.apply(type_name, &state, config.clone()).await;
        assert_eq!(again.ok().value, state.value);
        bench.destroy(type_name, &again, config).await.gone();
    }
    assert!(bench.tenant.client("okta").is_none() && !has_directory(&bench.tenant, "Okta"));
}

#[tokio::test]
async fn what_is_tainted_is_replaced_and_reading_does_not_lift_it() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, None, client("okta")).await;
    let tainted = made.ok().clone().tainted();
    let read = bench.refresh(CLIENT, &tainted, client("okta")).await;
    assert!(read.ok().tainted);
    let lifted = read.ok().clone().untainted();
    let kept = bench.plan(CLIENT, lifted, client("okta")).await;
    assert!(kept.is_empty());
    let replaced = bench.apply(CLIENT, &read, client("okta")).await;
    let replaced = replaced.assert(Action::Replace);
    assert!(!replaced.ok().tainted);
    assert_ne!(
        replaced.ok().str_at("client_secret"),
        made.ok().str_at("client_secret")
    );
}

#[tokio::test]
async fn a_forced_replacement_does_not_take_what_is_protected() {
    let bench = bench_in_process().await;
    let config = obj! { name: "Okta", domains: ["okta.example"] };
    let made = bench.apply(DIRECTORY, None, config.clone()).await;
    made.ok();
    let forced = Resource::new(DIRECTORY, config.clone()).replaced();
    let refused = bench.apply_resource(forced, &made).await;
    assert!(refused.failed());
    assert!(has_directory(&bench.tenant, "Okta"));
    assert!(bench.plan_is_empty(DIRECTORY, &refused, config).await);
}

#[tokio::test]
async fn the_new_one_comes_first_where_the_configuration_says_so() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, None, client("old")).await;
    let renamed = Resource::new(CLIENT, client("new")).created_before_destroyed();
    bench.requests();
    bench.fail(Fault::on("DELETE", CLIENTS, Happens::status(403)));
    let run = bench.apply_resource(renamed.clone(), &made).await;
    assert!(run.failed());
    let kept: Vec<_> = run.deposed.iter().map(|it| it.str_at("client_id")).collect();
    assert_eq!(
        (run.state.as_ref().unwrap().str_at("client_id"), kept),
        ("new", vec!["old"])
    );
    let requests = bench.requests();
    let first = |wanted: &str| requests.iter().position(|it| it.starts_with(wanted)).unwrap();
    assert!(first("POST oauth2clients") < first("DELETE old"), "{requests:?}");
    let next = bench.apply_resource(renamed, &run).await;
    next.ok();
    assert!(next.deposed.is_empty() && bench.tenant.client("old").is_none());
}

#[tokio::test]
async fn what_is_ignored_is_not_planned() {
    let bench = bench_in_process().await;
    let made = bench
        .apply(CLIENT, None, client("okta").with("display_name", "Okta"))
        .await;
    let changed = client("okta")
        .with("display_name", "Another")
        .with("access_token_ttl_minutes", 60);
    let ignored = Resource::new(CLIENT, changed.clone()).ignoring(IgnoreChanges::these(["display_name"]));
    let run = bench.apply_resource(ignored, &made).await.assert(Action::Update);
    assert_eq!(run.ok().str_at("display_name"), "Okta");
    let ignored = Resource::new(CLIENT, changed.with("client_id", "other")).ignoring(IgnoreChanges::All);
    assert!(bench.plan_resource(ignored, &run).await.is_empty());
}

#[tokio::test]
async fn an_end_is_planned_after_the_plan_that_nobody_sees() {
    let bench = bench_in_process().await;
    let config = obj! { name: "Okta", domains: ["okta.example"] };
    let made = bench.apply(DIRECTORY, None, config.clone()).await;
    let refused = bench.destroy(DIRECTORY, &made, config.clone()).await;
    assert!(refused.failed());
    assert_eq!(refused.state, made.state);
    let open = config.with("deletion_protection", false);
    let opened = bench.apply(DIRECTORY, &made, open.clone()).await;
    bench.destroy(DIRECTORY, &opened, open).await.gone();
}

#[tokio::test]
async fn what_somebody_removed_is_made_anew() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, None, client("okta")).await;
    bench.clock.advance(Duration::from_secs(3600));
    bench.tenant.delete_client("okta");
    let again = bench
        .apply(CLIENT, &made, client("okta"))
        .await
        .assert(Action::Create);
    assert_ne!(
        again.ok().str_at("client_secret"),
        made.ok().str_at("client_secret")
    );
}

#[tokio::test]
async fn a_stored_plan_is_applied_later() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, None, client("okta")).await;
    let renamed = client("okta").with("display_name", "Okta");
    let planned = bench.plan(CLIENT, &made, renamed).await.assert(Action::Update);
    assert_eq!(planned.state, made.state);
    bench.clock.advance(Duration::from_secs(24 * 3600));
    let applied = bench.apply_plan(planned).await;
    assert_eq!(applied.ok().str_at("display_name"), "Okta");
}

#[tokio::test]
async fn several_objects_go_through_a_run_together() {
    let bench = bench_in_process().await;
    let named = |number: usize| directory(&format!("D{number}"), &format!("d{number}.example"));
    let resources: Vec<_> = (0..5)
        .map(|number| Resource::new(DIRECTORY, named(number)))
        .collect();
    let with = |before: Vec<Instance>| resources.iter().cloned().zip(before).collect::<Vec<_>>();
    let made = bench.apply_all(with(vec![Instance::default(); 5])).await;
    let stored: Vec<Instance> = made.iter().map(Instance::from).collect();
    bench.requests();
    let planned = bench.plan_all(with(stored.clone())).await;
    assert!(planned.iter().all(Run::is_empty));
    let lists = bench.requests();
    let lists = lists.iter().filter(|request| *request == "GET directoryconfigs");
    assert!(lists.count() < 5, "each directory was looked for alone");
    let gone = bench.destroy_all(with(stored)).await;
    gone.iter().for_each(Run::gone);
}

/// The same runs take the built provider, with a process for each phase.
#[tokio::test]
async fn the_built_provider_goes_through_whole_runs_too() {
    let bench = bench().await;
    let made = bench.apply(CLIENT, None, client("okta")).await;
    assert!(bench.plan_is_empty(CLIENT, &made, client("okta")).await);
    bench.destroy(CLIENT, &made, client("okta")).await.gone();
}

/// The real CLI meets the clock that the test turns, and what the provider noted in the state's private data can become
/// older without one.
#[tokio::test(flavor = "multi_thread")]
async fn the_real_cli_works_under_the_same_clock() {
    let bench = bench_in_process().await;
    existing_client(&bench.tenant, "existing");
    let token = "resource \"wsoa_bearer_token\" \"it\" {
        client_id     = \"existing\"
        client_secret = \"secret-of-the-client\"
    }";
    let workspace = bench.cli(token);
    tokio::task::block_in_place(|| {
        workspace.apply_ok();
        assert!(
            workspace.resource("wsoa_bearer_token.it")["expires_at"]
                .as_str()
                .unwrap()
                .starts_with("2027-01-01T")
        );
        bench.clock.advance(Duration::from_secs(300 * 24 * 3600));
        workspace.refresh_only();
        let before = workspace.state_text();
        assert!(workspace.age(Duration::from_secs(60), &[]) > 0);
        assert_ne!(workspace.state_text(), before);
        workspace.assert_plan_is_empty();
    });
}
