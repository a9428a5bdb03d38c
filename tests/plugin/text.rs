//! What a tenant wrote, as it reaches a terminal or a log: visible, on one line, short.

use access_simulator::{Action as Happens, Fault};
use serde_json::{Value, json};
use wsoa_test_kit::diagnostics::Diagnostics;
use wsoa_test_kit::{HostOptions, State, obj};

use crate::bench::{
    Bench, CLIENT, CLIENTS, DIRECTORIES, DIRECTORY, MINT, TOKEN, bench, bench_with, client, directory,
    existing_client, host, settings,
};

/// Clears the line and prints what looks like the CLI's own words, then hides something and turns what follows around.
const HOSTILE: &str = "\r\u{1b}[2K\u{1b}[1;32mApply complete!\u{1b}[0m\u{9b}31m\n\u{85}\u{ad}\u{61c}\u{200b}\u{200d}\u{200f}\
                       \u{2028}\u{2029}\u{202e}\u{2060}\u{2066}\u{2069}\u{fe0f}\u{feff}\u{e0041}\u{e007f}${x}%{y}\"";

/// More than anybody reads, in bytes. An answer that is no list may have 4 MiB in all.
fn huge(bytes: usize) -> String {
    "é".repeat(bytes / 2)
}

/// None of these has a shape on a terminal, and most do something there.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Messages that a terminal shows as they are, and that fit on it.
#[track_caller]
fn assert_fit(told: &Diagnostics, what: &str) {
    assert!(!told.is_empty(), "{what}: nothing was said");
    for message in &told.0 {
        let (summary, detail) = (&message.summary, &message.detail);
        assert!(summary.len() <= 200, "{what}: {summary}");
        assert!(!summary.contains(is_hidden), "{what}: {summary:?}");
        // a block to paste comes on top, with an id of at most 400 characters, each of them escaped
        assert!(detail.len() <= (4 << 10) + 4200, "{what}: {} bytes", detail.len());
        let hidden = |c| c != '\n' && is_hidden(c);
        assert!(!detail.contains(hidden), "{what}: {detail:?}");
    }
}

fn says(status: u16, body: &Value) -> Happens {
    Happens::Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string(),
    }
}

/// From now on this, and this alone, goes wrong.
fn fails(bench: &Bench, fault: Fault) {
    bench.tenant.clear_faults();
    bench.fail(fault.times(99));
}

#[tokio::test]
async fn an_entry_of_the_list_of_directories_cannot_write_on_the_terminal() {
    let bench = bench().await;
    for text in [HOSTILE.to_owned(), huge(12 << 10)] {
        let entry = |id: &str, name: &str, kind: &str| {
            let domains = ["example.com"];
            says(
                200,
                &json!({"items": [{"directoryId": id, "name": name, "type": kind, "domains": domains}]}),
            )
        };
        // created while another one has the name, or the domain
        for (id, name, kind) in [
            (text.as_str(), "Okta", "OTHER_DIRECTORY"),
            ("1", text.as_str(), "OTHER_DIRECTORY"),
            (text.as_str(), text.as_str(), text.as_str()),
        ] {
            fails(&bench, Fault::on("GET", DIRECTORIES, entry(id, name, kind)));
            let host = configured(&bench).await;
            let planned = host.plan(DIRECTORY, None, directory("Okta", "example.com")).await;
            let told = host.apply(planned).await.diagnostics;
            told.expect("exists already");
            assert_fit(&told, "created");
        }
        // read, and of another type than it was
        bench.tenant.clear_faults();
        let host = configured(&bench).await;
        let state = host.create(DIRECTORY, directory("Okta", "example.com")).await;
        fails(
            &bench,
            Fault::on("GET", DIRECTORIES, entry(state.str_at("id"), &text, &text)),
        );
        let old = State {
            private: Vec::new(), // so that nobody waits for a tenant that is only slow
            ..state.clone()
        };
        let seen = configured(&bench).await.look(&old).await.unwrap();
        let told = seen.diagnostics;
        told.expect("of type Other");
        assert!(seen.state.unwrap().private.len() < 4 << 10);
        assert_fit(&told, "read");
        bench.tenant.clear_faults();
        host.destroy(&state).await.gone();
    }
}

/// A process that has read nothing yet.
async fn configured(bench: &Bench) -> wsoa_test_kit::Host {
    crate::bench::configured(&bench.simulator, HostOptions::default()).await
}

#[tokio::test]
async fn what_the_tenant_answers_cannot_write_on_the_terminal_or_into_the_log() {
    let options = HostOptions::default().env("TF_LOG", "TRACE");
    let bench = bench_with(|_| {}, options).await.signed_in().await;
    let host = &bench.host;
    let state = host.create(CLIENT, client("okta")).await;
    for text in [HOSTILE.to_owned(), huge(100 << 10)] {
        let errors = json!({"errors": vec![json!({"code": text, "message": text}); 9]});
        let oauth = json!({"error": text, "error_description": text});
        let mut location = says(302, &json!(null));
        let shown: String = text
            .chars()
            .filter(char::is_ascii_graphic)
            .take(4 << 10)
            .collect();
        if let Happens::Answer { headers, .. } = &mut location {
            headers.push(("location".to_owned(), format!("https://idp.example/{shown}")));
        }
        let page = |kind: &str, body: String| Happens::Answer {
            status: 400,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body,
        };
        for (what, answer) in [
            ("errors", says(400, &errors)),
            ("another status", says(409, &errors)),
            ("error", says(400, &oauth)),
            ("title", page("text/html", format!("<html><title>{text}</title>"))),
            ("text", page("text/plain", text.clone())),
            ("location", location),
        ] {
            fails(&bench, Fault::on("GET", CLIENTS, answer.clone()));
            assert_fit(&host.try_read(&state).await.unwrap_err(), what);
            fails(&bench, Fault::on("DELETE", CLIENTS, answer.clone()));
            assert_fit(&host.destroy(&state).await.diagnostics, what);
            fails(&bench, Fault::on("POST", DIRECTORIES, answer.clone()));
            let planned = host.plan(DIRECTORY, None, directory("Okta", "example.com")).await;
            assert_fit(&host.apply(planned).await.diagnostics, what);
            fails(&bench, Fault::on("POST", MINT, answer));
            let planned = host
                .plan(TOKEN, None, existing_client(&bench.tenant, "scim"))
                .await;
            assert_fit(&host.apply(planned).await.diagnostics, what);
        }
        // the hint is still there, however much the tenant has to say
        fails(&bench, Fault::on("DELETE", CLIENTS, says(403, &errors)));
        host.destroy(&state).await.diagnostics.expect("admin role");
    }
    for line in bench.host.stderr() {
        let fields: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:.200}"));
        for (name, value) in fields.as_object().unwrap() {
            let text = value.as_str().unwrap_or_default();
            assert!(
                text.len() <= 4 << 10 && !text.contains(is_hidden),
                "{name}: {text:.200?}"
            );
        }
    }
}

#[tokio::test]
async fn an_existing_client_cannot_write_on_the_terminal() {
    let bench = bench().await.signed_in().await;
    for text in [HOSTILE.to_owned(), huge(100 << 10)] {
        let existing = json!({"clientId": "okta", "rememberAs": text, "scope": text, "authGrantTypes": text});
        fails(&bench, Fault::on("GET", CLIENTS, says(200, &existing)));
        bench.fail(Fault::on(
            "POST",
            CLIENTS,
            says(409, &json!({"errors": [{"code": text, "message": text}]})),
        ));
        let planned = bench.host.plan(CLIENT, None, client("okta")).await;
        let told = bench.host.apply(planned).await.diagnostics;
        assert!(told.has_errors());
        assert_fit(&told, "created");
    }
}

#[tokio::test]
async fn an_announced_endpoint_cannot_write_on_the_terminal() {
    for endpoint in [
        format!("https://{HOSTILE}/"),
        format!("x:{HOSTILE}"),
        format!("https://elsewhere.example/{}", huge(100 << 10)),
    ] {
        let bench = bench().await.signed_in().await;
        let announced = says(200, &json!({"revocation_endpoint": endpoint}));
        fails(&bench, Fault::on("GET", "/.well-known/", announced));
        let token = existing_client(&bench.tenant, "okta").with("revoke_on_destroy", true);
        let state = bench.host.create(TOKEN, token).await;
        let told = bench.host.destroy(&state).await.diagnostics;
        told.expect("cannot be revoked");
        assert_fit(&told, "destroyed");
    }
}

/// What the configuration says may come from another provider, and thus from anybody.
#[tokio::test]
async fn what_is_configured_cannot_write_on_the_terminal_either() {
    let bench = bench().await.signed_in().await;
    for text in [HOSTILE.to_owned(), huge(100 << 10)] {
        for kind in [CLIENT, DIRECTORY, TOKEN] {
            let told = bench
                .host
                .try_import(kind, &format!("a/{text}"))
                .await
                .unwrap_err();
            assert_fit(&told, kind);
        }
        let config = settings(&bench.simulator);
        for (name, value) in [
            ("tenant_url", format!("{text}://")),
            ("ca_certificate_pem", text.clone()),
        ] {
            let told = host()
                .await
                .configure(config.clone().with(name, value.as_str()))
                .await;
            assert_fit(&told, name);
        }
        let told = bench
            .host
            .validate_resource(CLIENT, obj! { client_id: text.as_str() })
            .await;
        assert_fit(&told, "client_id");
    }
}
