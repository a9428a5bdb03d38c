//! What the tenant is asked, counted by the simulator.

use std::collections::BTreeMap;
use std::path::Path;

use access_simulator::{Options, Simulator, Tenant};
use wsoa_test_kit::cli::Workspace;
use wsoa_test_kit::{Host, HostOptions, Val, obj};

use crate::table::Row;

const CLIENT: &str = "wsoa_oauth_client";
const DIRECTORIES: usize = 20;

/// The provider block for a simulated tenant.
pub fn settings(simulator: &Simulator) -> Val {
    obj! {
        tenant_url: simulator.url(),
        client_id: "terraform-admin",
        client_secret: "terraform-admin-secret",
        ca_certificate_pem: simulator.ca_pem(),
    }
}

/// The same as text.
pub fn configuration(simulator: &Simulator) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    wsoa = {{ source = \"wsoa/wsoa\" }}\n  }}\n}}\n\
         provider \"wsoa\" {{\n  tenant_url = {:?}\n  client_id = \"terraform-admin\"\n  \
         client_secret = \"terraform-admin-secret\"\n  ca_certificate_file = {:?}\n}}\n",
        simulator.url(),
        simulator.ca_file().to_string_lossy(),
    )
}

/// Requests so far by kind, which are then forgotten: `1000 POST oauth2clients, 1 POST oauthtoken`.
pub fn counted(tenant: &Tenant) -> (usize, String) {
    let requests = tenant.requests();
    tenant.clear_requests();
    let mut kinds = BTreeMap::<String, usize>::new();
    for seen in &requests {
        let kinds_of_path = ["oauth2clients", "directoryconfigs", "oauthtoken"];
        let kind = kinds_of_path.into_iter().find(|kind| seen.path.contains(kind));
        let failed = if seen.status < 400 { "" } else { " (failed)" };
        let kind = format!("{} {}{failed}", seen.method, kind.unwrap_or(&seen.path));
        *kinds.entry(kind).or_default() += 1;
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    (requests.len(), kinds.join(", "))
}

/// The life of one client, each step in a process that has signed in already, and a refresh by the CLI.
pub async fn measure(provider: &Path) -> [Row; 2] {
    let simulator = Simulator::start(Options::default()).await.expect("the simulator");
    [
        client(provider, &simulator).await,
        directories(provider, &simulator),
    ]
}

async fn client(provider: &Path, simulator: &Simulator) -> Row {
    let tenant = simulator.tenant();
    let host = Host::start(provider, HostOptions::default()).await;
    let told = host.configure(settings(simulator)).await;
    assert!(told.is_empty(), "{told}");
    let _missing = host.try_import(CLIENT, "nobody").await; // signs in
    tenant.clear_requests();
    let mut steps = Vec::new();
    let state = host.create(CLIENT, obj! { client_id: "one" }).await;
    steps.push(counted(&tenant));
    let state = host.read(&state).await.expect("it is there");
    steps.push(counted(&tenant));
    let state = host
        .update(&state, obj! { client_id: "one", display_name: "another" })
        .await;
    steps.push(counted(&tenant));
    host.destroy(&state).await.gone();
    steps.push(counted(&tenant));
    let counts: Vec<_> = steps.iter().map(|(count, _)| count.to_string()).collect();
    Row::new(
        "requests: create / read / update / delete a client",
        "1 / 1 / 2 / 1",
        counts.join(" / "),
    )
}

fn directories(provider: &Path, simulator: &Simulator) -> Row {
    let tenant = simulator.tenant();
    let all = format!(
        "{}resource \"wsoa_other_directory\" \"all\" {{\n  count = {DIRECTORIES}\n  \
         name = \"directory-${{count.index}}\"\n  domains = [\"d${{count.index}}.example.com\"]\n}}\n",
        configuration(simulator)
    );
    let workspace = Workspace::new(provider, &[("main.tf", &all)]);
    let _applied = workspace.apply_ok();
    tenant.clear_requests();
    workspace.assert_plan_is_empty();
    let (_, kinds) = counted(&tenant);
    Row::new(
        format!("requests: plan that refreshes {DIRECTORIES} directories"),
        "1, and 1 token",
        kinds,
    )
}
