//! What Terraform's core does to a provider beyond one plan and one apply, played to the provider in this process under
//! a clock that the test turns.

use std::time::Duration;

use access_simulator::Action as Happens;
use access_simulator::Fault;

use crate::bench::CLIENT;
use crate::bench::CLIENTS;
use crate::bench::bench_in_process;
use crate::bench::client;

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
    assert_eq!(bench.clock.take_slept(), [Duration::from_secs(20)]);
    assert_eq!(bench.tenant.now().duration_since(began).as_secs(), 20);
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
