//! `.ci/tenant`, the script behind `make tenant`.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use reqwest::{Certificate, Client};
use uuid::Uuid;

/// The script, in a process group and with a directory for temporary files of its own.
struct Script {
    command: Command,
    temporary: PathBuf,
}

impl Script {
    fn new(port: u16, options: &[&str]) -> Self {
        let name = format!("tenant-script-{}", Uuid::new_v4());
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&temporary).unwrap();
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/tenant"));
        command
            .arg(env!("CARGO_BIN_EXE_access-simulator"))
            .arg(port.to_string())
            .args(options)
            .env("TMPDIR", &temporary)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self { command, temporary }
    }

    /// The directory can be removed if, and only if, nothing is in it.
    #[track_caller]
    fn assert_nothing_is_left(&self) {
        fs::remove_dir(&self.temporary)
            .unwrap_or_else(|error| panic!("{}: {error}", self.temporary.display()));
    }
}

/// What a shell has in its environment once these lines were pasted into it.
fn pasted(lines: &str) -> BTreeMap<String, String> {
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-c", &format!("{lines}\nexec env")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{lines}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.starts_with("WSOA_"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Tells the script alone, or all processes of its group.
fn signal(child: &Child, signal: &str, whole_group: bool) {
    let target = format!("{}{}", if whole_group { "-" } else { "" }, child.id());
    let mut kill = Command::new("kill");
    assert!(
        kill.args(["-s", signal, "--", &target])
            .status()
            .unwrap()
            .success()
    );
}

/// In a terminal Ctrl-C reaches the tenant as well.
#[tokio::test]
async fn its_lines_lead_to_a_tenant_of_which_ctrl_c_leaves_nothing() {
    a_life(|child| signal(child, "INT", true)).await;
}

#[tokio::test]
async fn a_signal_to_the_script_alone_ends_the_tenant_too() {
    a_life(|child| signal(child, "TERM", false)).await;
}

async fn a_life(end: impl Fn(&Child)) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut script = Script::new(0, &["--path-prefix", "/SAAS/t/acme"]);
    let mut child = script.command.spawn().unwrap();
    let mut printed = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines: Vec<_> = printed.by_ref().take(4).map(Result::unwrap).collect();
    let environment = pasted(&lines.join("\n"));
    let names: Vec<_> = environment.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "WSOA_CA_CERTIFICATE_FILE",
            "WSOA_CLIENT_ID",
            "WSOA_CLIENT_SECRET",
            "WSOA_TENANT_URL"
        ]
    );

    let url = &environment["WSOA_TENANT_URL"];
    assert!(url.ends_with("/SAAS/t/acme"), "the options are passed on: {url}");
    let ca = fs::read(&environment["WSOA_CA_CERTIFICATE_FILE"]).unwrap();
    let ca = Certificate::from_pem(&ca).unwrap();
    let http = Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    let mint = |secret: String| {
        let request = http.post(format!("{url}/auth/oauthtoken"));
        let request = request.basic_auth(&environment["WSOA_CLIENT_ID"], Some(secret));
        request.form(&[("grant_type", "client_credentials")]).send()
    };
    let secret = environment["WSOA_CLIENT_SECRET"].clone();
    assert_eq!(mint(secret.clone()).await.unwrap().status(), 200);
    assert_eq!(mint("another".to_owned()).await.unwrap().status(), 401);

    end(&child);
    let said = child.wait_with_output().unwrap();
    let told = String::from_utf8(said.stderr).unwrap();
    assert!(said.status.success(), "{}: {told}", said.status);
    assert!(told.contains("another terminal"), "{told}");
    assert_eq!(printed.count(), 0, "only what is to be pasted goes to stdout");
    script.assert_nothing_is_left();
    assert!(mint(secret).await.is_err(), "the tenant still runs");
}

#[test]
fn a_tenant_that_does_not_start_says_why_and_leaves_nothing() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    for (port, options, why) in [
        (port, &[][..], "PORT=".to_owned()),
        (port, &[], port.to_string()),
        (0, &["--no-such-option"], "--no-such-option".to_owned()),
    ] {
        let mut script = Script::new(port, options);
        let output = script.command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{told}");
        assert!(told.contains(&why), "{why}: {told}");
        assert!(output.stdout.is_empty(), "nothing leads to a tenant");
        script.assert_nothing_is_left();
    }
}
