//! A report holds nothing of the tenant's, whatever the tenant answers and wherever it says it.

use std::sync::Arc;

use access_simulator::DirectoryType;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::bench::{Run, bench_of, probe_with};
use wsoa_test_kit::clock::ManualClock;

/// What the tenant of these tests plants: parts of names, ids, domains, hosts and secrets.
const PLANTS: [&str; 8] = [
    "zanzibar",
    "Quetzal",
    "hunter2",
    "xylophone",
    "4f1c2f6e",
    "plugh",
    "Knödel",
    "eyJhbGciOi",
];

fn assert_clean(run: &Run, more: &[String]) {
    assert!(run.out.contains("Q1.clients"), "{}: {}", run.code, run.err);
    let report = run.out.to_lowercase();
    for plant in PLANTS
        .iter()
        .map(|it| (*it).to_owned())
        .chain(more.iter().cloned())
    {
        assert!(
            !report.contains(&plant.to_lowercase()),
            "{plant} is in:\n{}",
            run.out
        );
    }
}

#[tokio::test]
async fn nothing_of_a_tenant_is_in_its_report() {
    for arguments in [&[][..], &["--json"], &["--write"], &["--write", "--json"]] {
        let bench = bench_of(|options| {
            options.tenant = "zanzibar".to_owned();
            options.admin_client = ("quetzal-admin".to_owned(), "hunter2-hunter2".to_owned());
        })
        .await;
        bench
            .tenant
            .add_directory("Xylophone", &["plugh.example"], DirectoryType::OtherDirectory);
        bench.tenant.change_client("quetzal-admin", |client| {
            client.remember_as = Some("Knödel".to_owned());
        });
        let run = bench.probe(arguments).await;
        assert_eq!(run.code, 0, "{}", run.err);
        let url = bench.simulator.url();
        let port = url.rsplit(':').next().unwrap().to_owned();
        let mut more = bench.tenant.every_secret();
        more.retain(|secret| secret.len() > 5);
        more.extend(bench.tenant.directories().into_iter().map(|it| it.id));
        more.extend(["localhost".to_owned(), port, "wsoa-probe-".to_owned()]);
        assert_clean(&run, &more);
        let mut secrets = bench.tenant.every_secret();
        secrets.retain(|secret| secret.len() > 5);
        assert!(
            secrets.iter().all(|secret| !run.err.contains(secret)),
            "{}",
            run.err
        );
    }
}

/// A body with plants in every value, and in the names of fields that nobody knows.
fn body(number: usize) -> String {
    let plant = PLANTS[number % PLANTS.len()];
    let texts = format!(
        r#""clientId": "{plant}", "secret": "hunter2-{plant}", "scope": "admin {plant}", "name": "{plant}",
        "domains": ["{plant}.example"], "directoryId": "4f1c2f6e-{plant}", "type": "OTHER_DIRECTORY",
        "rememberAs": "{plant}", "issuer": "https://{plant}.example", "revocation_endpoint": "https://{plant}.example",
        "access_token": "eyJhbGciOi{plant}", "refresh_token": "{plant}", "expires_in": 10799, "{plant}Id": "{plant}",
        "accessTokenTTL": 180, "authGrantTypes": "{plant}", "error": "{plant}", "error_description": "the {plant}",
        "{plant}": {{"{plant}": "{plant}"}}, "mediaType": "{plant}",
        "_links": {{"self": {{"href": "https://{plant}.example/directoryconfigs/{plant}"}}}}"#
    );
    let error = format!(
        r#"{{"code": "{plant}.exists", "message": "The domain {plant} is taken", "parameters": null}}"#
    );
    format!(
        r#"{{{texts}, "items": [{{{texts}}}, {{{texts}}}, {{{texts}}}, {{{texts}}}], "errors": [{error}, {error}]}}"#
    )
}

/// Answers every request with plants in every place where a text can stand. The token endpoint always says yes, so that
/// all questions are asked.
async fn plant(listener: TcpListener, statuses: &'static [u16]) {
    let mut number = 0;
    while let Ok((mut stream, _)) = listener.accept().await {
        let Some(path) = request(&mut stream).await else {
            continue;
        };
        let plant = PLANTS[number % PLANTS.len()];
        let status = if path.contains("oauthtoken") {
            200
        } else {
            statuses[number % statuses.len()]
        };
        let body = body(number);
        let plant = plant.replace('ö', "o"); // headers are ASCII
        let answer = format!(
            "HTTP/1.1 {status} {plant}\r\nContent-Type: application/vnd.{plant}+json;charset={plant}\r\nETag: \
             \"{plant}\"\r\nLocation: https://{plant}.example/directoryconfigs/{plant}\r\nServer: {plant}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await; // whoever asked may have gone
        number += 1;
    }
}

/// Reads a request, and returns its first line.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok()?;
        text.extend_from_slice(&buffer[..read]);
        let all = String::from_utf8_lossy(&text).to_lowercase();
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length
                .and_then(|rest| rest.lines().next()?.trim().parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return head.lines().next().map(str::to_owned);
            }
        }
        if read == 0 {
            return None;
        }
    }
}

#[tokio::test]
async fn nothing_that_an_answer_holds_is_in_the_report() {
    let statuses: [&'static [u16]; 4] = [
        &[200],
        &[201, 403, 200, 500],
        &[400, 200, 401, 404, 409],
        &[200, 302, 415],
    ];
    for statuses in statuses {
        for arguments in [&["--write"][..], &["--write", "--json"]] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let tenant = tokio::spawn(plant(listener, statuses));
            let variables = [
                ("WSOA_TENANT_URL", format!("http://{address}")),
                ("WSOA_CLIENT_ID", "quetzal".to_owned()),
                ("WSOA_CLIENT_SECRET", "hunter2-plugh".to_owned()),
                ("WSOA_MAX_RETRIES", "0".to_owned()),
            ];
            let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
            let clock = Arc::new(ManualClock::new(Timestamp::now()));
            let run = probe_with(arguments, variables, clock).await;
            tenant.abort();
            assert_clean(&run, &["127.0.0.1".to_owned(), address.port().to_string()]);
        }
    }
}
