//! What a plugin occupies once it is configured.

use std::path::Path;
use std::time::Duration;

use access_simulator::Simulator;
use wsoa_test_kit::generated::tfplugin6::{DynamicValue, configure_provider, get_provider_schema};
use wsoa_test_kit::{Host, HostOptions};

use crate::binaries::{Binaries, Peer};
use crate::process;
use crate::requests::settings;
use crate::table::{Row, median};

const ROUNDS: usize = 5;

/// The pinned peer shows a CA's certificate as its own, which the host refuses as every strict client does: what is
/// compared is compared without TLS. Of the other peers nobody knows how they are configured.
pub async fn measure(binaries: &Binaries, simulator: &Simulator) -> Vec<Row> {
    let (pinned, others) = binaries.peers.split_first().expect("there is a pinned peer");
    let with = rounds(async || Ok(provider(&binaries.provider, simulator, true).await)).await;
    let without = rounds(async || Ok(provider(&binaries.provider, simulator, false).await)).await;
    let what = |tls: &str| format!("resident after schema and configure, {tls}");
    let with = format!("{:.1} MiB", with.expect("the provider starts"));
    let mut rows = vec![
        Row::new(what("AutoMTLS"), "≤ 6.7 MiB", with),
        compared(
            pinned,
            &what("no TLS"),
            without,
            rounds(async || peer(&pinned.path).await).await,
        ),
    ];
    for other in others {
        let what = "resident after schema, no TLS";
        let provider = rounds(async || after_schema(&binaries.provider).await).await;
        let other_one = rounds(async || after_schema(&other.path).await).await;
        rows.push(compared(other, what, provider, other_one));
    }
    rows
}

/// The median of several processes, or why one did not get so far.
async fn rounds(mut one: impl AsyncFnMut() -> Result<f64, String>) -> Result<f64, String> {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.push(one().await?);
    }
    Ok(median(all))
}

fn compared(peer: &Peer, what: &str, provider: Result<f64, String>, of_peer: Result<f64, String>) -> Row {
    let provider = provider.unwrap_or_else(|reason| panic!("the provider {reason}"));
    let row = Row::new(what, "", format!("{provider:.1} MiB")).beside(peer.other());
    match of_peer {
        Ok(of_peer) => row.against(format!("{of_peer:.1} MiB"), provider / of_peer),
        Err(reason) => row.without(&reason),
    }
}

/// A process without TLS, of either protocol.
async fn started(binary: &Path) -> Result<Host, String> {
    if !binary.is_file() {
        return Err(format!("does not start: {} is not there", binary.display()));
    }
    let options = HostOptions {
        tls: false,
        ..HostOptions::default()
    };
    let started = Host::try_start(binary, options).await;
    started.map_err(|error| format!("does not start: {}", error.to_string().replace('\n', " ")))
}

/// Of a provider of which nothing more is known than that it has a schema.
async fn after_schema(binary: &Path) -> Result<f64, String> {
    let host = started(binary).await?;
    let version = host.handshake().map_or(6, |handshake| handshake.version);
    let method = match version {
        5 => "/tfplugin5.Provider/GetSchema",
        _ => "/tfplugin6.Provider/GetProviderSchema",
    };
    let answered = host.call_without_arguments(method).await;
    answered.map_err(|status| format!("does not tell its schema: {}", status.message()))?;
    Ok(resident(&host).await)
}

async fn provider(binary: &Path, simulator: &Simulator, tls: bool) -> f64 {
    let options = HostOptions {
        tls,
        ..HostOptions::default()
    };
    let host = Host::start(binary, options).await;
    let told = host.configure(settings(simulator)).await;
    assert!(told.is_empty(), "{told}");
    let resident = resident(&host).await;
    assert!(
        host.shutdown().await.success(),
        "the provider ended with an error"
    );
    resident
}

async fn peer(binary: &Path) -> Result<f64, String> {
    let host = started(binary).await?;
    let mut client = host.client();
    let schema = client.get_provider_schema(get_provider_schema::Request {}).await;
    let schema = schema.expect("GetProviderSchema").into_inner();
    assert!(schema.diagnostics.is_empty(), "{:?}", schema.diagnostics);
    let request = configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(DynamicValue {
            msgpack: vec![0x80], // an empty object
            json: Vec::new(),
        }),
        client_capabilities: None,
    };
    let configured = client.configure_provider(request).await;
    let diagnostics = configured.expect("ConfigureProvider").into_inner().diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Ok(resident(&host).await)
}

/// MiB, once the process has come to rest.
async fn resident(host: &Host) -> f64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    process::memory(host.pid().expect("a process of ours"), "VmRSS")
}
