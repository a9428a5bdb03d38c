//! Who may talk to the provider, and how the two find each other.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use wsoa_test_kit::host::Address;
use wsoa_test_kit::{Host, HostOptions, Identity};

use crate::bench::{binary, host, until};

fn socket(host: &Host) -> PathBuf {
    match &host.handshake().unwrap().address {
        Address::Unix(path) => path.clone(),
        Address::Tcp(address) => panic!("{address} is no Unix socket"),
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// A process that shows itself like this gets no answer, and the CLI's own connections go on.
async fn assert_refused(identity: Identity) {
    let host = host().await;
    assert!(!host.answers_to(&identity).await, "it was let in");
    host.schema().await;
    assert!(host.answers_to(&Identity::Announced).await, "the CLI is shut out");
    assert!(host.shutdown().await.success());
}

#[tokio::test]
async fn the_cli_is_greeted_with_one_line_of_six_fields_and_let_in() {
    let host = host().await;
    let handshake = host.handshake().unwrap();
    assert_eq!(handshake.version, 6);
    assert!(handshake.certificate.is_some());
    host.ping().await.unwrap();
    // the host demands that nothing else was written to standard output, and nothing to the silent streams
    assert!(host.shutdown().await.success());
}

#[tokio::test]
async fn a_process_without_a_client_certificate_is_not_let_in() {
    assert_refused(Identity::Nothing).await;
}

#[tokio::test]
async fn a_process_with_another_certificate_of_the_same_kind_is_not_let_in() {
    assert_refused(Identity::Other).await;
}

#[tokio::test]
async fn a_process_with_the_right_certificate_but_without_its_key_is_not_let_in() {
    assert_refused(Identity::Stolen).await;
}

/// As another local process would try it while the CLI's own connection is open.
#[tokio::test]
async fn a_second_process_cannot_complete_a_tls_handshake_while_the_cli_works() {
    let host = host().await;
    let mut roots = RootCertStore::empty();
    roots
        .add(host.handshake().unwrap().certificate.clone().unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = UnixStream::connect(socket(&host)).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    // in TLS 1.3 the client has done its part before the server has checked it: the refusal comes first in line
    if let Ok(mut stream) = connector.connect("localhost".try_into().unwrap(), stream).await {
        let mut spoken = Vec::new();
        let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut spoken);
        let _refusal_or_end = tokio::time::timeout(crate::bench::SOON, read)
            .await
            .expect("the connection stays open");
        assert!(spoken.is_empty(), "the server spoke: {spoken:?}");
    }
    host.ping().await.unwrap();
}

#[tokio::test]
async fn a_process_that_stalls_its_handshake_holds_up_nobody() {
    let host = host().await;
    let mut stalled = Vec::new();
    for _ in 0..40 {
        let mut idle = UnixStream::connect(socket(&host)).await.unwrap();
        idle.write_all(&[0x16, 0x03]).await.unwrap(); // how a handshake begins
        stalled.push(idle);
    }
    // the host's own connection was there before; another honest one has to get through as well
    let mut other = UnixStream::connect(socket(&host)).await.unwrap();
    other.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut other, &mut answer);
    tokio::time::timeout(crate::bench::SOON / 4, read)
        .await
        .expect("it has to wait for those who stall")
        .unwrap();
    assert_eq!(answer[0], 0x15, "a TLS alert: {answer:?}");
    host.ping().await.unwrap();
    drop(stalled);
    assert!(host.shutdown().await.success());
}

#[tokio::test]
async fn plain_grpc_is_turned_away_where_the_cli_asked_for_tls() {
    let host = host().await;
    let path = socket(&host);
    Host::attach(&path).await.ping().await.unwrap_err();
    host.ping().await.unwrap();
}

#[tokio::test]
async fn there_is_no_tls_where_the_cli_disabled_it() {
    let options = HostOptions {
        tls: false,
        ..HostOptions::default()
    };
    let host = Host::start(binary(), options).await; // refuses a line with a certificate
    host.schema().await;
    assert!(host.shutdown().await.success());
}

#[tokio::test]
async fn only_its_user_can_reach_the_socket_and_nothing_is_left_of_it_afterwards() {
    let parent = tempfile::tempdir().unwrap();
    let options = HostOptions::default().env("TMPDIR", parent.path().to_str().unwrap());
    for _ in 0..5 {
        let host = Host::start(binary(), options.clone()).await;
        let socket = socket(&host);
        let directory = socket.parent().unwrap().to_owned();
        assert_eq!(directory.parent(), Some(parent.path()));
        assert_eq!((mode(&directory), mode(&socket)), (0o700, 0o600));
        assert!(host.shutdown().await.success());
        assert!(!directory.exists(), "{} is left behind", directory.display());
    }
}

#[tokio::test]
async fn a_temporary_directory_with_a_long_name_is_no_obstacle() {
    let parent = tempfile::tempdir().unwrap();
    let long = parent.path().join("d".repeat(120));
    std::fs::create_dir(&long).unwrap();
    let options = HostOptions::default()
        .env("TMPDIR", long.to_str().unwrap())
        .env("TF_LOG", "WARN");
    let host = Host::start(binary(), options).await;
    assert!(socket(&host).starts_with("/tmp"));
    until("the log tells of it", async || {
        host.stderr().join("\n").contains("no socket can be made there")
    })
    .await;
    assert!(host.shutdown().await.success());
    assert_eq!(std::fs::read_dir(&long).unwrap().count(), 0);
}

#[tokio::test]
async fn the_seventh_field_is_there_for_hosts_that_ask_for_it_and_says_no() {
    let options = HostOptions::default().env("PLUGIN_MULTIPLEX_GRPC", "true");
    let strict = Host::try_start(binary(), options).await.err().unwrap(); // reads lines of six fields
    let [line] = &strict.stdout[..] else {
        panic!("one line: {strict}");
    };
    let fields: Vec<&str> = line.split('|').collect();
    assert_eq!(fields.len(), 7, "{line}");
    assert_eq!(
        (fields[..3].join("|"), fields[4], fields[6]),
        ("1|6|unix".to_owned(), "grpc", "false")
    );
    assert!(!fields[5].contains('='), "without padding: {line}");
}

#[tokio::test]
async fn a_cli_that_speaks_other_versions_is_told_ours() {
    let options = HostOptions {
        protocol_versions: "4,5".to_owned(),
        ..HostOptions::default()
    };
    let refused = Host::try_start(binary(), options).await.err().unwrap();
    assert!(refused.message.contains("Plugin version: 6"), "{refused}");
}

#[tokio::test]
async fn the_certificate_of_the_cli_has_to_be_one() {
    let options = HostOptions::default().env("PLUGIN_CLIENT_CERT", "not a certificate");
    let refused = Host::try_start(binary(), options).await.err().unwrap();
    assert!(refused.stdout.is_empty(), "{refused}");
    assert!(
        refused.stderr.join("\n").contains("PLUGIN_CLIENT_CERT"),
        "{refused}"
    );
    assert!(!refused.exit.unwrap().success());
}
