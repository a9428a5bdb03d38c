//! How many requests things cost. One token for the provider itself is taken before the counting begins.

use std::time::Duration;

use access_simulator::{Action, Fault, SecretRead};
use wsoa_test_kit::{Core as _, HostOptions};

use crate::bench::{
    CLIENT, DIRECTORY, TOKEN, bench, bench_in_process_with, bench_switched, client, configured, directory,
    existing_client, until,
};

#[tokio::test]
async fn a_client_costs_one_request_to_make_one_to_read_two_to_change_three_to_delete_at_once() {
    let bench = bench_switched(|switches| switches.secret_read = SecretRead::Clear)
        .await
        .signed_in()
        .await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    assert_eq!(bench.requests(), ["POST oauth2clients"]);
    let state = bench.host.refresh(&state).await.unwrap();
    assert_eq!(bench.requests(), ["GET okta"]);
    let state = bench
        .host
        .update(&state, client("okta").with("display_name", "Okta"))
        .await;
    assert_eq!(bench.requests(), ["GET okta", "PUT okta"]);
    bench.host.destroy(&state).await.gone();
    // what a DELETE answers is no proof, and within a minute of its creation, neither is that it is not shown
    assert_eq!(bench.requests(), ["DELETE okta", "GET okta", "POST oauthtoken"]);
}

/// Where the tenant shows no secrets, a refresh tries the one in state at the token endpoint, which mints nothing.
#[tokio::test]
async fn a_tenant_that_hides_secrets_is_asked_once_more_at_each_read() {
    let bench = bench().await.signed_in().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    assert_eq!(bench.requests(), ["POST oauth2clients"]);
    bench.host.refresh(&state).await.unwrap();
    let seen = bench.tenant.requests();
    assert!(
        seen[1].body.contains("grant_type=refresh_token") && seen[1].status != 200,
        "{:?}",
        seen[1]
    );
    assert_eq!(bench.requests(), ["GET okta", "POST oauthtoken"]);
}

/// Once it is known that secrets have to be tried, a refresh waits for the tenant once, not twice.
#[tokio::test]
async fn a_further_secret_is_tried_while_the_tenant_looks_for_its_client() {
    let bench = bench().await.signed_in().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.host.refresh(&state).await.unwrap();
    bench.requests();
    bench.fail(Fault::on("GET", "okta", Action::Delay { millis: 60_000 }));
    tokio::select! {
        _ = bench.host.refresh(&state) => panic!("the tenant has not answered"),
        () = until("a try beside the look", async || bench.tenant.requests().len() == 2) => {}
    }
    let mut requests = bench.requests();
    requests.sort();
    assert_eq!(requests, ["GET okta", "POST oauthtoken"]);
}

#[tokio::test]
async fn a_plan_costs_nothing_but_a_look_for_what_is_in_the_way_and_a_process_signs_in_once_if_at_all() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    bench.tenant.clear_requests();
    let second = configured(&bench.simulator, HostOptions::default()).await;
    second.schema().await;
    second
        .plan(CLIENT, Some(&state), client("okta").with("display_name", "Okta"))
        .await;
    second.plan_destroy(&state).await;
    assert_eq!(bench.requests(), [] as [String; 0]);
    second.refresh(&state).await.unwrap();
    second.refresh(&state).await.unwrap();
    let mut requests = bench.requests();
    requests[3..].sort(); // at once
    let probe = ["GET okta", "POST oauthtoken"];
    assert_eq!(requests, [&["POST oauthtoken"][..], &probe, &probe].concat());
    for number in 0..5 {
        let config = directory(&format!("Okta {number}"), "example.com");
        second.plan(DIRECTORY, None, config).await;
    }
    assert_eq!(
        bench.requests(),
        ["GET directoryconfigs"],
        "one for all new directories"
    );
}

#[tokio::test]
async fn a_token_costs_one_request_to_mint_and_one_to_check() {
    let bench = bench().await.signed_in().await;
    let state = bench
        .host
        .create(TOKEN, existing_client(&bench.tenant, "okta"))
        .await;
    // the second one proves the token, the third compares the lifetime with the client's: minutes taken for seconds
    assert_eq!(bench.requests(), ["POST oauthtoken", "GET Users", "GET okta"]);
    bench.host.refresh(&state).await.unwrap();
    assert_eq!(bench.requests(), ["GET Users"], "what SCIM takes is valid");
    bench.host.destroy(&state).await.gone();
    assert_eq!(bench.requests(), [] as [String; 0]);
    let config = existing_client(&bench.tenant, "okta").with("verify_scim", false);
    let state = bench.host.create(TOKEN, config).await;
    assert_eq!(bench.requests(), ["POST oauthtoken", "GET okta"]);
    bench.host.refresh(&state).await.unwrap();
    assert_eq!(bench.requests(), ["GET token"]);
}

/// Each phase has a process of its own, which signs in.
#[tokio::test]
async fn a_directory_costs_one_list_in_each_phase_and_its_deletion_a_moment() {
    let bench = bench_in_process_with(|switches| {
        switches.directory_list_domains = true;
        switches.directory_delete_reads = 0;
    })
    .await;
    let config = directory("Okta", "example.com");
    let (sign_in, list) = ("POST oauthtoken", "GET directoryconfigs");
    let made = bench.apply(DIRECTORY, None, config.clone()).await.ok().clone();
    // the look for what is in the way, at plan and before the POST
    assert_eq!(
        bench.requests(),
        [sign_in, list, sign_in, list, "POST directoryconfigs"]
    );
    let read = bench.plan(DIRECTORY, &made, config.clone()).await;
    assert!(read.is_empty());
    assert_eq!(bench.requests(), [sign_in, list]);
    let changed = config.clone().with("delete_timeout_minutes", 5);
    let changed = bench.apply(DIRECTORY, &made, changed).await.ok().clone();
    assert_eq!(
        bench.requests(),
        [sign_in, list],
        "nothing of it concerns the tenant"
    );
    assert!(bench.clock.slept().is_empty());
    let delete = format!("DELETE {}", made.str_at("id"));
    bench.clock.advance(Duration::from_secs(60)); // within a minute, a list has to have shown it first
    bench.destroy(DIRECTORY, &changed, config).await.gone();
    assert_eq!(bench.requests(), [sign_in, list, sign_in, &delete, list]);
    assert_eq!(bench.clock.slept(), [Duration::from_millis(100)]);
}

/// Where the list does not tell the domains, each directory is asked for its own, which is the API's minimum.
#[tokio::test]
async fn a_refresh_of_many_directories_asks_for_one_list_and_for_what_it_does_not_tell() {
    const COUNT: usize = 10;
    for told in [true, false] {
        let bench = bench_switched(|switches| switches.directory_list_domains = told).await;
        let mut states = Vec::new();
        for number in 0..COUNT {
            let config = directory(&format!("Directory {number}"), &format!("d{number}.example"));
            states.push(bench.host.create(DIRECTORY, config).await);
        }
        let refresh = std::sync::Arc::new(configured(&bench.simulator, HostOptions::default()).await);
        bench.tenant.clear_requests();
        let mut reads = tokio::task::JoinSet::new();
        for state in &states {
            let (refresh, state) = (refresh.clone(), state.clone());
            reads.spawn(async move { refresh.refresh(&state).await.unwrap() });
        }
        assert_eq!(reads.join_all().await.len(), COUNT);
        let mut seen = bench.requests();
        assert_eq!(
            seen.drain(..2).collect::<Vec<_>>(),
            ["POST oauthtoken", "GET directoryconfigs"]
        );
        let one = |state: &wsoa_test_kit::State| format!("GET {}", state.str_at("id"));
        let mut each: Vec<_> = states.iter().map(one).filter(|_| !told).collect();
        each.sort();
        seen.sort();
        assert_eq!(seen, each);
    }
}
