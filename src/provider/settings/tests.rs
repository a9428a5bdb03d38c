//! Which configurations lead to a client, and what the others are told.

use terraform_plugin::clock::SystemClock;
use terraform_plugin::schema::Place;

use super::*;

type Change = fn(&mut Settings);
type Variables = &'static [(&'static str, &'static str)];

fn secret(text: &str) -> Value<Secret> {
    Value::Known(Secret::new(text))
}

const TOKEN: (&str, &str) = ("WSOA_ACCESS_TOKEN", "t");
const TENANT: (&str, &str) = ("WSOA_TENANT_URL", "https://acme.example");

fn configured(
    config: Settings,
    environment: &(dyn Fn(&str) -> Option<String> + Send + Sync),
) -> (Option<access::Tenant>, Diagnostics) {
    let call = Context::new(Configuring::default());
    let (clock, interrupt) = (Arc::new(SystemClock), Interrupt::default());
    match configure(&call, config, environment, clock, interrupt) {
        Ok(tenant) => (tenant, call.told()),
        Err(errors) => (None, errors),
    }
}

/// `Ok(true)`: a client; `Ok(false)`: not known yet; otherwise attribute and summary of the one error.
fn outcome(change: Change, variables: Variables) -> Result<bool, String> {
    let mut config = Settings::default();
    change(&mut config);
    let environment = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let (client, diagnostics) = configured(config, &environment);
    match &diagnostics.0[..] {
        [one] if diagnostics.has_errors() => {
            assert!(client.is_none());
            Err(format!(
                "{}: {}",
                one.path.as_ref().map(ToString::to_string).unwrap_or_default(),
                one.summary
            ))
        }
        [] | [_] => Ok(client.is_some()),
        more => panic!("one message at most: {more:?}"),
    }
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(Settings::schema().faults(Place::Provider), Vec::<String>::new());
}

#[test]
fn one_way_to_sign_in_is_enough_from_block_or_environment() {
    let service_client: Change = |c| {
        c.tenant_url = "https://acme.example".into();
        c.client_id = "admin".into();
        c.client_secret = secret("s");
    };
    assert_eq!(outcome(service_client, &[]), Ok(true));
    assert_eq!(
        outcome(service_client, &[("WSOA_ACCESS_TOKEN", "t")]),
        Ok(true),
        "the block beats the environment"
    );
    assert_eq!(
        outcome(
            |_| {},
            &[TENANT, ("WSOA_CLIENT_ID", "a"), ("WSOA_CLIENT_SECRET", "s")]
        ),
        Ok(true)
    );
    assert_eq!(
        outcome(
            |c| c.client_id = "a".into(),
            &[TENANT, ("WSOA_CLIENT_SECRET", "s")]
        ),
        Ok(true)
    );
    assert_eq!(
        outcome(
            |c| c.client_id = "a".into(),
            &[TENANT, TOKEN, ("WSOA_CLIENT_SECRET", "s"), ("WSOA_PASSWORD", "p")]
        ),
        Ok(true),
        "a way that the block has gone reads its own variables and no others"
    );
    assert_eq!(
        outcome(
            |c| c.ca_certificate_pem = Value::Unknown,
            &[TENANT, TOKEN, ("WSOA_CA_CERTIFICATE_FILE", "/no/such/file")]
        ),
        Ok(false),
        "the same for certificates"
    );
    assert_eq!(outcome(|_| {}, &[TENANT, ("WSOA_ACCESS_TOKEN", "t")]), Ok(true));
    assert_eq!(
        outcome(|_| {}, &[TENANT, ("WSOA_USERNAME", "u"), ("WSOA_PASSWORD", "p")]),
        Ok(true)
    );
    assert_eq!(
        outcome(
            |_| {},
            &[TENANT, ("WSOA_ACCESS_TOKEN", "t"), ("WSOA_CLIENT_ID", "")]
        ),
        Ok(true),
        "empty is unset"
    );
    assert_eq!(
        outcome(
            |_| {},
            &[
                TENANT,
                ("WSOA_ACCESS_TOKEN", "t"),
                ("WSOA_INSECURE_SKIP_VERIFY", "true")
            ]
        ),
        Ok(true),
        "with a warning"
    );
}

#[test]
fn what_is_not_known_yet_is_no_fault() {
    let token: Variables = &[TENANT, ("WSOA_ACCESS_TOKEN", "t")];
    assert_eq!(outcome(|c| c.tenant_url = Value::Unknown, token), Ok(false));
    assert_eq!(
        outcome(|c| c.ca_certificate_pem = Value::Unknown, token),
        Ok(false)
    );
    assert_eq!(outcome(|c| c.max_retries = Value::Unknown, token), Ok(false));
    assert_eq!(outcome(|c| c.access_token = Value::Unknown, &[TENANT]), Ok(false));
    assert_eq!(
        outcome(
            |c| c.client_id = Value::Unknown,
            &[TENANT, ("WSOA_CLIENT_SECRET", "s")]
        ),
        Ok(false)
    );
}

#[test]
fn everything_else_gets_one_message_at_the_attribute() {
    let error = |change: Change, variables: Variables| outcome(change, variables).expect_err("an error");
    assert_eq!(error(|_| {}, &[TENANT]), "client_id: No way to sign in");
    assert_eq!(error(|_| {}, &[TOKEN]), "tenant_url: No tenant");
    assert_eq!(
        error(|c| c.client_id = "a".into(), &[TENANT]),
        "client_secret: Half a way to sign in"
    );
    assert_eq!(
        error(|c| c.client_id = "a".into(), &[TENANT, TOKEN]),
        "client_secret: Half a way to sign in"
    );
    assert_eq!(
        error(|_| {}, &[TENANT, ("WSOA_USERNAME", "u")]),
        "password: Half a way to sign in"
    );
    assert_eq!(
        error(
            |c| (c.client_id, c.access_token) = ("a".into(), secret("t")),
            &[TENANT]
        ),
        "access_token: Two ways to sign in"
    );
    assert_eq!(
        error(|_| {}, &[TENANT, TOKEN, ("WSOA_USERNAME", "u")]),
        "username: Two ways to sign in"
    );
    assert_eq!(
        error(|c| c.access_token = secret(""), &[TENANT]),
        "access_token: Empty access_token"
    );
    for url in [
        "acme.example",
        "https://acme.example/SAAS",
        "http://acme.example",
        "ftp://acme.example",
        "https://",
    ] {
        let mut config = Settings {
            tenant_url: url.into(),
            ..Settings::default()
        };
        assert_eq!(validate(&config).0.len(), 1, "{url}");
        config.tenant_url = Value::Unknown;
        assert_eq!(validate(&config).0.len(), 0);
    }
    assert_eq!(
        error(|_| {}, &[("WSOA_TENANT_URL", "acme"), TOKEN]),
        "tenant_url: Invalid WSOA_TENANT_URL"
    );
    assert_eq!(
        error(
            |c| c.ca_certificate_file = "/no/such/file".into(),
            &[TENANT, TOKEN]
        ),
        "ca_certificate_file: Unreadable CA certificate"
    );
    assert_eq!(
        error(|c| c.ca_certificate_pem = "not PEM".into(), &[TENANT, TOKEN]),
        "ca_certificate_pem: The connection to the tenant cannot be set up"
    );
    assert_eq!(
        error(
            |c| (c.ca_certificate_pem, c.ca_certificate_file) = ("a".into(), "b".into()),
            &[TENANT, TOKEN]
        ),
        "ca_certificate_file: Two CA certificates"
    );
    assert_eq!(
        error(|_| {}, &[TENANT, TOKEN, ("WSOA_MAX_RETRIES", "many")]),
        "max_retries: Invalid WSOA_MAX_RETRIES"
    );
    assert_eq!(
        error(|_| {}, &[TENANT, TOKEN, ("WSOA_MAX_RETRIES", "21")]),
        "max_retries: Invalid WSOA_MAX_RETRIES"
    );
    assert_eq!(
        error(
            |_| {},
            &[
                TENANT,
                TOKEN,
                ("WSOA_CA_CERTIFICATE_PEM", "a"),
                ("WSOA_CA_CERTIFICATE_FILE", "b")
            ]
        ),
        "ca_certificate_file: Two CA certificates"
    );
    assert_eq!(
        error(|_| {}, &[TENANT, TOKEN, ("WSOA_INSECURE_SKIP_VERIFY", "perhaps")]),
        "insecure_skip_verify: Invalid WSOA_INSECURE_SKIP_VERIFY"
    );
}

#[test]
fn the_user_agent_claims_no_product() {
    let product = format!("terraform-provider-wsoa/{}", env!("CARGO_PKG_VERSION"));
    for (version, told) in [
        ("1.11.4", " (cli 1.11.4)"),
        ("1.17.0-dev+meta", " (cli 1.17.0-dev+meta)"),
        ("1.0 (x)\r\nA: b\u{e9}", " (cli 1.0xAb)"),
        ("", ""),
    ] {
        assert_eq!(user_agent(version), format!("{product}{told}"), "{version:?}");
    }
    assert!(user_agent(&"1".repeat(1 << 20)).len() < 100);
}

#[test]
fn a_proxy_that_is_none_is_not_ignored() {
    let configured = |change: Change, variables: &[(&str, &str)]| {
        let mut config = Settings {
            access_token: secret("t"),
            tenant_url: "https://acme.example".into(),
            ..Settings::default()
        };
        change(&mut config);
        let environment = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let (client, told) = configured(config, &environment);
        assert_eq!(client.is_none(), told.has_errors());
        told.0.into_iter().next()
    };
    let https = |value| [("HTTPS_PROXY", value)];
    for usable in [
        "",
        "proxy",
        "proxy.example:8080",
        "http://proxy.example:8080",
        "HTTPS://user:hunter2@proxy.example/",
        "http://[::1]:8080",
        "socks5h://proxy.example:1080",
    ] {
        assert_eq!(configured(|_| {}, &https(usable)), None, "{usable}");
    }
    for bad in [
        "http:/proxy.example:8080",
        "htp://user:hunter2@proxy.example:8080",
        "http://",
        "http://user:hunter2@",
        "/proxy.example",
        "http://proxy example",
        "http://prøxy.example",
        " ",
    ] {
        let error = configured(|_| {}, &https(bad)).expect(bad);
        assert_eq!(error.summary, "Invalid HTTPS_PROXY");
        assert!(!error.detail.contains("hunter2"), "{}", error.detail);
        let loopback: Change = |config| config.tenant_url = "http://127.0.0.1:8080".into();
        assert_eq!(configured(loopback, &https(bad)), None, "no proxy is used there");
    }
    for (variables, summary) in [
        (&[("https_proxy", "/bad")][..], Some("Invalid https_proxy")),
        (&[("ALL_PROXY", "/bad")], Some("Invalid ALL_PROXY")),
        (&[("all_proxy", "/bad"), ("HTTPS_PROXY", "proxy")], None),
        (
            &[("all_proxy", "/bad"), ("HTTPS_PROXY", "")],
            Some("Invalid all_proxy"),
        ),
        (&[("https_proxy", "/bad"), ("HTTPS_PROXY", "")], None),
        (&[("HTTP_PROXY", "/bad")], None),
    ] {
        let told = configured(|_| {}, variables).map(|error| error.summary);
        assert_eq!(told.as_deref(), summary, "{variables:?}");
    }
}
