//! What of a secret is left in the memory of the provider after its use. Best effort: what the libraries below copy for
//! themselves (HTTP, TLS, gRPC) nobody overwrites.
#![cfg(target_os = "linux")]

use std::fs;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use wsoa_test_kit::obj;

use crate::bench::{CLIENT, TOKEN, bench, client};

/// So many copies of a client's secret and its token may be left: 17 were measured, and 33 before what is freed was
/// overwritten. The rest is slack for how the libraries happen to reuse their buffers.
const MOST: usize = 24;

/// How often `text` stands in the memory of a process.
fn copies(pid: u32, text: &str) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let writable = maps
        .lines()
        .filter(|line| line.split(' ').nth(1).unwrap().starts_with("rw"));
    writable
        .map(|line| {
            let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [start, end] = [start, end].map(|it| u64::from_str_radix(it, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
            let read = memory.read_at(&mut bytes, start).unwrap_or(0); // some regions belong to the system
            let text = text.as_bytes();
            let mut found = 0;
            let mut rest = &bytes[..read];
            while let Some(at) = rest.iter().position(|byte| *byte == text[0]) {
                rest = &rest[at..];
                found += usize::from(rest.starts_with(text));
                rest = &rest[1..];
            }
            found
        })
        .sum()
}

#[tokio::test]
async fn few_copies_of_a_secret_are_left_after_its_use() {
    let bench = bench().await;
    let state = bench.host.create(CLIENT, client("okta")).await;
    let secret = state.str_at("client_secret").to_owned();
    let config = obj! { client_id: "okta", client_secret: secret.as_str() };
    let minted = bench.host.create(TOKEN, config).await;
    let token = minted.str_at("access_token").to_owned();
    bench.host.destroy(&minted).await.gone();
    bench.host.destroy(&state).await.gone();
    let pid = bench.host.pid().unwrap();
    let left = [&secret, &token, "terraform-admin-secret"].map(|text| copies(pid, text));
    wsoa_test_kit::tell(&format!(
        "copies left in memory: {} of the client's secret, {} of its token, {} of the administrator's secret",
        left[0], left[1], left[2]
    ));
    assert!(left[2] > 0, "the search finds what is in use");
    assert!(left[0] + left[1] <= MOST, "{left:?}");
}
