//! Connections, certificates, limits and retries.

use std::sync::Arc;
use std::time::Duration;

use access_simulator::{Action, Fault};
use terraform_plugin::clock::Clock as _;
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::FreshSecret;
use terraform_provider_wsoa::access::{
    Config, CreateError, DirectoryCreation, ErrorKind, SignIn, Tenant, TenantUrl,
};
use terraform_provider_wsoa::diagnose::hint;

use crate::kit::*;

#[tokio::test]
async fn an_unknown_certificate_is_refused_with_advice() {
    let bench = bench_with(|_| {}, |config| config.ca_certificate_pem = None).await;
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(
        hint(&error).unwrap().contains("ca_certificate_pem"),
        "{:?}",
        hint(&error)
    );
    assert!(bench.tenant.requests().is_empty() && bench.clock.slept().is_empty());

    let bench = bench_with(
        |_| {},
        |config| {
            config.ca_certificate_pem = None;
            config.insecure_skip_verify = true;
        },
    )
    .await;
    assert!(bench.client.oauth_client("c").await.unwrap().is_none());
}

#[tokio::test]
async fn bad_certificates_are_found_before_the_first_request() {
    for pem in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        let bench = bench().await;
        let config = Config {
            tenant_url: bench.client.tenant_url().clone(),
            sign_in: SignIn::AccessToken(Secret::new("t")),
            ca_certificate_pem: Some(pem.to_owned()),
            insecure_skip_verify: false,
            request_timeout: Duration::from_secs(1),
            max_retries: 0,
            max_concurrent_requests: 1,
            user_agent: "test".to_owned(),
            directory_creation: DirectoryCreation::default(),
        };
        let error = Tenant::new(config, bench.clock.clone(), bench.clock.interrupt())
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{pem:?}");
        assert!(error.to_string().contains("CA certificate"), "{error}");
    }
}

#[tokio::test]
async fn hosts_that_are_not_there_are_told_apart() {
    let at = |url: &'static str| {
        move |config: &mut Config| {
            config.tenant_url = TenantUrl::parse(url).unwrap();
            config.max_retries = 2;
        }
    };
    let bench = bench_with(|_| {}, at("https://127.0.0.1:1")).await;
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(bench.clock.slept().len(), 2);
    // Nothing was sent, so even a creation may be tried again, and it surely failed.
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(matches!(error, CreateError::Failed(_)), "{error:?}");

    let bench = bench_with(|_| {}, at("http://127.0.0.1:1")).await;
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        !source.contains("127.0.0.1"),
        "{source}: the URL is told without its query"
    );

    let bench = bench_with(|_| {}, at("https://no-such-tenant.invalid")).await;
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dns, "{error}");
    assert!(hint(&error).unwrap().contains("no-such-tenant.invalid"));
    assert_eq!(bench.clock.slept().len(), 1);
}

#[tokio::test]
async fn slow_answers_time_out() {
    let bench = bench_with(
        |_| {},
        |config| {
            config.request_timeout = Duration::from_secs(2); // long enough for the sign-in on a busy machine
            config.max_retries = 1;
        },
    )
    .await;
    bench.fail(Fault::on("GET", CLIENTS, Action::Delay { millis: 60_000 }).times(9));
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(
        (error.kind(), bench.count("GET", CLIENTS)),
        (ErrorKind::Timeout, 2),
        "{error}"
    );
}

#[tokio::test]
async fn busy_tenants_are_waited_for() {
    let bench = bench().await.signed_in().await;
    for fault in [
        Fault::on("POST", CLIENTS, Action::too_many_requests("7")),
        Fault::on("GET", CLIENTS, Action::html(503)),
        Fault::on("GET", CLIENTS, Action::Reset),
        Fault::on("GET", CLIENTS, Action::CommitThenTruncate),
        Fault::on("DELETE", CLIENTS, Action::status(504)),
    ] {
        bench.fail(fault);
    }
    bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap();
    let [slept] = bench.clock.slept()[..] else {
        panic!("one pause")
    };
    assert!((7.0..8.0).contains(&slept.as_secs_f64()), "{slept:?}");
    assert!(bench.client.oauth_client("c").await.unwrap().is_some());
    bench.client.delete_oauth_client("c", None).await.unwrap();
    assert_eq!(bench.clock.slept().len(), 5);
    assert!(bench.tenant.pending_faults().is_empty());
}

#[tokio::test]
async fn a_tenant_that_asks_for_more_patience_than_a_run_has_is_not_waited_for() {
    let bench = bench().await.signed_in().await;
    let tomorrow = bench
        .clock
        .now()
        .checked_add(Duration::from_secs(86_400))
        .unwrap();
    let date = tomorrow.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    for (asked, status, says) in [
        ("86400", 429, "86400"),
        (date.as_str(), 503, "86400"),
        ("99999999999999999999999", 429, "18446744073709551615"),
    ] {
        let headers = vec![("retry-after".to_owned(), asked.to_owned())];
        let busy = Action::Answer {
            status,
            headers,
            body: String::new(),
        };
        bench.fail(Fault::on("GET", CLIENTS, busy).times(9));
        let error = bench.client.oauth_client("c").await.unwrap_err();
        let said = format!("the tenant asks to wait {says}");
        assert!(error.to_string().contains(&said), "{error}");
        assert!(hint(&error).unwrap().contains("again when that time is over"));
        assert_eq!(
            (bench.count("GET", CLIENTS), bench.clock.slept().len()),
            (1, 0),
            "{asked}"
        );
        bench.tenant.clear_faults();
        bench.tenant.clear_requests();
    }
}

#[tokio::test]
async fn a_503_does_not_repeat_a_creation() {
    let bench = bench().await.signed_in().await;
    bench.fail(Fault::on("POST", CLIENTS, Action::html(503)));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CreateError::Unclear { error, .. } if error.status() == Some(503)),
        "{error:?}"
    );
    assert_eq!(bench.count("POST", CLIENTS), 1);
}

#[tokio::test]
async fn another_servers_404_is_not_absence() {
    for (id, bare) in [("c", Action::html(404)), ("d", Action::status(404))] {
        let bench = bench().await.signed_in().await;
        bench.fail(Fault::on("GET", CLIENTS, bare.clone()));
        // The list, which is the API's own word, decides: a bare 404 may well mean that the client is gone.
        assert!(bench.client.oauth_client(id).await.unwrap().is_none());
        bench.fail(Fault::on("DELETE", CLIENTS, bare.clone()));
        bench.client.delete_oauth_client(id, None).await.unwrap();

        bench
            .client
            .create_oauth_client(&service_client(id), FreshSecret)
            .await
            .unwrap();
        bench.fail(Fault::on("GET", CLIENTS, bare.clone()));
        bench.fail(Fault::on("DELETE", CLIENTS, bare));
        assert!(bench.client.oauth_client(id).await.is_err(), "it is listed");
        assert!(bench.client.delete_oauth_client(id, None).await.is_err());
    }

    let bench = bench().await.signed_in().await;
    for list in [
        Action::html(404),
        answer(200, r#"{"items":[{"clientId":"a"}],"totalCount":2}"#),
        answer(200, r#"{"items":[{"id":"a"}]}"#),
    ] {
        bench.fail(Fault::on("GET", CLIENTS, Action::html(404)));
        bench.fail(Fault::on("GET", CLIENTS, list).times(9));
        let error = bench.client.oauth_client("gone").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::NotJson, Some(404)),
            "{error}"
        );
        bench.tenant.clear_faults();
    }
}

#[tokio::test]
async fn redirects_show_where_to_but_not_with_what() {
    let bench = bench().await.signed_in().await;
    let headers = vec![(
        "location".to_owned(),
        "https://idp.example/login?ticket=hunter2".to_owned(),
    )];
    bench.fail(Fault::on(
        "GET",
        CLIENTS,
        Action::Answer {
            status: 302,
            headers,
            body: String::new(),
        },
    ));
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(error.to_string().contains("idp.example/login,"), "{error}");
}

#[tokio::test]
async fn huge_answers_are_cut_off() {
    let bench = bench().await.signed_in().await;
    let body = format!("{{\"clientId\":\"{}\"}}", "x".repeat(5 << 20));
    bench.fail(Fault::on(
        "GET",
        CLIENTS,
        Action::Answer {
            status: 200,
            headers: vec![],
            body,
        },
    ));
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[tokio::test]
async fn limits_on_parallel_requests_hold_and_do_not_deadlock() {
    let bench = bench_with(|_| {}, |config| config.max_concurrent_requests = 1).await;
    bench.tenant.switches(|switches| switches.latency_ms = 5);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..10 {
        let client = bench.client.clone();
        tasks.spawn(async move {
            client
                .create_oauth_client(&service_client(&format!("c{n}")), FreshSecret)
                .await
                .unwrap();
            client.directories().await.unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!(bench.count("GET", DIRECTORIES), 1);
}

/// Run twice: by the harness, and by itself with a proxy in the environment, which leads nowhere.
#[tokio::test]
async fn plain_http_goes_past_the_proxy() {
    const CHILD: &str = "WSOA_TEST_BEHIND_A_PROXY";
    if std::env::var_os(CHILD).is_none() {
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "transport::plain_http_goes_past_the_proxy"]);
        for name in ["NO_PROXY", "no_proxy"] {
            child.env_remove(name);
        }
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
            child.env(name, "http://127.0.0.1:1");
        }
        let output = child.env(CHILD, "1").output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut request)
            .await
            .unwrap();
        let body = r#"{"errors":[{"code":"not.found","message":"gone"}]}"#;
        let answer = format!(
            "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes())
            .await
            .unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let bench = bench_with(
        |_| {},
        |config| {
            config.tenant_url = TenantUrl::parse(&url).unwrap();
            config.sign_in = SignIn::AccessToken(Secret::new("t"));
            config.max_retries = 0;
        },
    )
    .await;
    assert!(bench.client.oauth_client("c").await.unwrap().is_none());
    assert!(server.await.unwrap().starts_with("GET /SAAS/"));
}

/// Whoever stands between can put anything into a certificate, and the error quotes the names in it.
#[tokio::test]
async fn names_in_a_certificate_cannot_write_on_the_terminal() {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(vec![]).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = rcgen::Issuer::from_params(&ca, &ca_key);
    let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
    let hostile = "\r\u{1b}[2K\u{1b}[32mApply complete!\n.example";
    for names in [vec![hostile.to_owned()], vec!["x".repeat(200); 50]] {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut server = rcgen::CertificateParams::new(vec![]).unwrap();
        server.subject_alt_names = names
            .into_iter()
            .map(|name| rcgen::SanType::DnsName(name.try_into().unwrap()))
            .collect();
        let certificate = server.signed_by(&key, &issuer).unwrap();
        let config =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![certificate.der().clone()],
                    rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
                )
                .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _refused = acceptor.accept(stream).await;
            }
        });
        let bench = bench_with(
            |_| {},
            |config| {
                config.tenant_url = TenantUrl::parse(&url).unwrap();
                config.ca_certificate_pem = Some(ca_pem.clone());
            },
        )
        .await;
        let error = bench.client.oauth_client("c").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        assert!(
            hint(&error).unwrap().contains("another name"),
            "{:?}",
            hint(&error)
        );
        let text = error.to_string();
        assert!(!text.contains(char::is_control) && text.len() < 800, "{text:?}");
    }
}

#[tokio::test]
async fn no_request_lets_the_tenant_choose_an_encoding() {
    let bench = bench().await;
    let new = service_client("c");
    bench.client.create_oauth_client(&new, FreshSecret).await.unwrap();
    bench.client.directories().await.unwrap();
    let requests = bench.tenant.requests();
    assert!(requests.len() > 2); // sign-in, creation, list
    for request in requests {
        let encodings: Vec<_> = request
            .headers
            .iter()
            .filter(|(name, _)| name == "accept-encoding")
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(encodings, ["identity"], "{} {}", request.method, request.path);
    }
}

#[tokio::test]
async fn what_nobody_should_wait_for_is_asked_once() {
    let bench = bench().await.signed_in().await;
    bench.made(&service_client("c")).await;
    assert_eq!(
        bench.client.oauth_client_at_once("c").await.unwrap().client_id,
        "c"
    );
    bench.tenant.clear_requests();
    for trouble in [Action::status(503), Action::status(429), Action::Reset] {
        bench.fail(Fault::on("GET", CLIENTS, trouble).times(9));
        let slept = bench.slept().len();
        bench.client.oauth_client_at_once("c").await.unwrap_err();
        assert_eq!((bench.requests().len(), bench.slept().len()), (1, slept));
        bench.tenant.clear_faults();
        bench.tenant.clear_requests();
    }
}
