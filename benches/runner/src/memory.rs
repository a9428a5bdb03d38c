//! What a plugin occupies once it is configured.

use std::{fs, path::Path, time::Duration};

use access_simulator::Simulator;
use wsoa_test_kit::{
    Host, HostOptions,
    generated::tfplugin6::{DynamicValue, configure_provider, get_provider_schema},
};

use crate::{
    binaries::Binaries,
    requests::settings,
    table::{Row, median},
};

const ROUNDS: usize = 5;

/// The peer shows a CA's certificate as its own, which the host refuses as every strict client does: the two are
/// compared without TLS.
pub async fn measure(binaries: &Binaries, simulator: &Simulator) -> [Row; 2] {
    let (mut with, mut without, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        with.push(provider(&binaries.provider, simulator, true).await);
        without.push(provider(&binaries.provider, simulator, false).await);
        peer.push(self::peer(&binaries.peer).await);
    }
    let (with, without, peer) = (median(with), median(without), median(peer));
    let what = |tls: &str| format!("resident after schema and configure, {tls}");
    [
        Row::new(what("AutoMTLS"), "≤ 9 MiB", format!("{with:.1} MiB")),
        Row::new(what("no TLS"), "", format!("{without:.1} MiB"))
            .against(format!("{peer:.1} MiB"), without / peer),
    ]
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

async fn peer(binary: &Path) -> f64 {
    let options = HostOptions {
        tls: false,
        ..HostOptions::default()
    };
    let host = Host::start(binary, options).await;
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
    resident(&host).await
}

/// MiB, once the process has come to rest.
async fn resident(host: &Host) -> f64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    let pid = host.pid().expect("a process of ours");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux, and the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .expect("VmRSS in kB");
    kibibytes.trim().parse::<f64>().expect("a number") / 1024.0
}
