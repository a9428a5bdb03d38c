//! The program: its flags, its ready line, its end.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use reqwest::{Certificate, Client};
use serde_json::Value;

#[tokio::test]
async fn it_says_when_it_is_ready_and_ends_with_stdin() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut process = Command::new(env!("CARGO_BIN_EXE_access-simulator"))
        .args([
            "--client-id",
            "boot",
            "--client-secret",
            "s3cret",
            "--exit-with-stdin",
        ])
        .args([
            "--path-prefix",
            "/SAAS/t/acme",
            "--secret-read",
            "clear",
            "--unauthorized",
            "html",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["client_id"], "boot");
    let ca_file = ready["ca_file"].as_str().unwrap();
    let ca = Certificate::from_pem(&std::fs::read(ca_file).unwrap()).unwrap();
    let http = Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    let url = ready["url"].as_str().unwrap();
    let request = http
        .post(format!("{url}/auth/oauthtoken"))
        .basic_auth("boot", Some("s3cret"));
    let minted = request
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap();
    assert_eq!(minted.status(), 200);
    let page = http
        .get(format!("{url}/jersey/manager/api/oauth2clients"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.headers()["content-type"], "text/html;charset=UTF-8");

    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
    assert!(!std::path::Path::new(ca_file).exists());
}

#[test]
fn it_refuses_flags_it_does_not_know() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_access-simulator"));
    let output = command.args(["--secret-read", "upside-down"]).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}
