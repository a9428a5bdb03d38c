//! The data sources.

use std::time::Duration;

use access_simulator::{Action, Client, DirectoryType, Fault, ListShape};
use serde_json::json;
use wsoa_test_kit::diagnostics::Diagnostics;
use wsoa_test_kit::{HostOptions, Val, obj};

use crate::bench::{
    Bench, CLIENT, CLIENTS, DIRECTORIES, DIRECTORY, bench, bench_in_process_with, bench_switched, binary,
    configured, host, settings,
};

const TENANT: &str = "wsoa_tenant";
const SAML: &str = "wsoa_saml_service_provider";
const ALL_CLIENTS: &str = "wsoa_oauth_clients";
const ANY_DIRECTORY: &str = "wsoa_directory";
const ALL_DIRECTORIES: &str = "wsoa_directories";
const BROKER: &str = "/usergroup/broker/directories";

async fn read(bench: &Bench, name: &str, config: Val) -> Val {
    bench.host.read_data(name, config).await.unwrap()
}

async fn refused(bench: &Bench, name: &str, config: Val) -> Diagnostics {
    let told = bench.host.read_data(name, config).await.unwrap_err();
    assert_eq!(told.0.len(), 1, "{told}");
    told
}

fn texts(list: &Val, path: &str) -> Vec<String> {
    let Val::List(items) = list else {
        panic!("{list} is no list")
    };
    items.iter().map(|item| item.str_at(path).to_owned()).collect()
}

#[tokio::test]
async fn the_tenant_tells_its_addresses() {
    let bench = bench().await;
    let base = bench.simulator.url();
    let found = read(&bench, TENANT, obj! {}).await;
    for (name, value) in [
        ("tenant_url", base.clone()),
        ("issuer", format!("{base}/SAAS/auth")),
        ("token_endpoint", format!("{base}/SAAS/auth/oauthtoken")),
        ("revocation_endpoint", format!("{base}/acs/revoke")),
        ("scim_base_url", format!("{base}/SAAS/jersey/manager/api/scim")),
        ("client_id", "terraform-admin".to_owned()),
    ] {
        assert_eq!(found.at(name), &Val::from(value), "{name}");
    }
    assert_eq!(found.at("identity_service"), &Val::from(false));
}

#[tokio::test]
async fn a_tenant_that_announces_nothing_is_read_all_the_same() {
    let bench = bench_switched(|switches| {
        switches.auth_discovery_absent = true;
        switches.acs_discovery = access_simulator::AcsDiscovery::Absent;
    })
    .await;
    let found = read(&bench, TENANT, obj! {}).await;
    let endpoint = format!("{}/SAAS/auth/oauthtoken", bench.simulator.url());
    assert_eq!(found.at("token_endpoint"), &Val::from(endpoint));
    for name in ["issuer", "revocation_endpoint", "jwks_uri"] {
        assert_eq!(found.at(name), &Val::Null, "{name}");
    }
}

#[tokio::test]
async fn whether_there_is_an_identity_service_is_guessed_from_its_answer() {
    let page = || Action::html(200);
    for (answer, guess) in [
        (Action::json(200, &json!({"items": []})), Val::from(true)),
        (Action::errors(401), Val::from(true)),
        (Action::errors(403), Val::from(true)),
        (Action::errors(404), Val::from(false)),
        (Action::status(404), Val::from(false)),
        (page(), Val::Null),
        (Action::status(403), Val::Null),
        (Action::status(500), Val::Null),
        (Action::Reset, Val::Null),
    ] {
        let bench = bench().await;
        let what = format!("{answer:?}");
        bench.fail(Fault::on("GET", BROKER, answer));
        let found = read(&bench, TENANT, obj! {}).await;
        assert_eq!(found.at("identity_service"), &guess, "{what}");
        let asked = bench.requests();
        let asked = asked.iter().filter(|it| *it == "GET directories").count();
        assert_eq!(asked, 1, "{what}");
    }
}

#[tokio::test]
async fn credentials_that_are_not_accepted_fail_the_tenant() {
    let bench = bench().await;
    bench.tenant.set_client_secret("terraform-admin", "changed");
    let told = refused(&bench, TENANT, obj! {}).await;
    assert!(
        told.expect("The tenant cannot be read")
            .detail
            .contains("invalid_client"),
        "{told}"
    );

    let host = wsoa_test_kit::Host::start(binary(), HostOptions::default()).await;
    let config = settings(&bench.simulator)
        .without("client_id")
        .without("client_secret")
        .with("access_token", "of-another-tenant");
    host.configure(config).await.assert_no_errors();
    let told = host.read_data(TENANT, obj! {}).await.unwrap_err();
    told.expect("The access token is not accepted");
    assert!(!told.to_string().contains("of-another-tenant"));
}

#[tokio::test]
async fn the_service_provider_needs_no_call_unless_its_metadata_are_wanted() {
    let bench = bench().await;
    let saas = format!("{}/SAAS", bench.simulator.url());
    let plain = read(&bench, SAML, obj! {}).await;
    assert_eq!(bench.requests(), Vec::<String>::new());
    let metadata_url = format!("{saas}/API/1.0/GET/metadata/sp.xml");
    assert_eq!(plain.str_at("entity_id"), metadata_url);
    assert_eq!(plain.str_at("metadata_url"), metadata_url);
    assert_eq!(plain.str_at("acs_url"), format!("{saas}/auth/saml/response"));
    assert_eq!(plain.at("metadata_xml"), &Val::Null);

    let whole = read(&bench, SAML, obj! { read_metadata: true }).await;
    assert_eq!(bench.requests(), ["GET sp.xml"], "without a sign-in");
    for name in ["entity_id", "acs_url", "metadata_url"] {
        assert_eq!(whole.at(name), plain.at(name), "{name}");
    }
    assert!(whole.str_at("metadata_xml").contains("EntityDescriptor"));
    assert!(
        !whole
            .str_at("signing_certificates.0")
            .contains(char::is_whitespace)
    );

    for answer in [Action::html(200), Action::json(200, &json!({}))] {
        bench.fail(Fault::on("GET", "sp.xml", answer));
        let told = refused(&bench, SAML, obj! { read_metadata: true }).await;
        told.expect("The SAML metadata cannot be read");
    }
}

#[tokio::test]
async fn a_client_is_told_without_its_secret() {
    let bench = bench_switched(|switches| switches.secret_read = access_simulator::SecretRead::Clear).await;
    let config = obj! { client_id: "okta", display_name: "Okta", scopes: ["user", "admin"] };
    let state = bench.host.create(CLIENT, config).await;
    let found = read(&bench, CLIENT, obj! { client_id: "okta" }).await;
    for name in [
        "id",
        "client_id",
        "display_name",
        "scopes",
        "grant_types",
        "access_token_ttl_minutes",
        "refresh_token_ttl_minutes",
        "refresh_token_idle_ttl_minutes",
        "display_user_grant",
        "inheritance_allowed",
        "internal_system_client",
        "resource_uuid",
    ] {
        assert_eq!(found.at(name), state.at(name), "{name}");
    }
    assert_eq!(
        found.at("redirect_uris"),
        &Val::List(Vec::new()),
        "told, and none"
    );
    assert!(!found.to_string().contains(state.str_at("client_secret")));
    assert!(found.fields().keys().all(|name| !name.contains("secret")));

    let internal = read(&bench, CLIENT, obj! { client_id: "acs" }).await;
    assert_eq!(internal.at("internal_system_client"), &Val::from(true));

    let told = refused(&bench, CLIENT, obj! { client_id: "nobody" }).await;
    assert_eq!(told.expect("No such OAuth client").path, "client_id");
    bench.fail(Fault::on("GET", CLIENTS, Action::status(403)));
    let told = refused(&bench, CLIENT, obj! { client_id: "okta" }).await;
    told.expect("OAuth client \"okta\" cannot be read");
}

async fn with_clients(change: impl FnOnce(&mut access_simulator::Switches)) -> Bench {
    let bench = bench_switched(change).await;
    for (id, scope, grants) in [
        ("okta-b", "admin", "client_credentials"),
        ("okta-a", "user admin", "authorization_code refresh_token"),
        ("web", "user", "authorization_code"),
    ] {
        bench.tenant.put_client(Client {
            scope: scope.to_owned(),
            auth_grant_types: grants.to_owned(),
            ..Client::service(id, "secret-of-one")
        });
    }
    bench
}

#[tokio::test]
async fn clients_are_listed_in_order_and_filtered() {
    for shape in [ListShape::Old, ListShape::New] {
        let bench = with_clients(|switches| switches.client_list = shape).await;
        for (config, ids) in [
            (
                obj! {},
                &[
                    "Service__OAuth2Client",
                    "acs",
                    "okta-a",
                    "okta-b",
                    "terraform-admin",
                    "web",
                ][..],
            ),
            (obj! { client_id_prefix: "okta" }, &["okta-a", "okta-b"]),
            (obj! { scope: "user" }, &["okta-a", "web"]),
            (obj! { grant_type: "authorization_code" }, &["okta-a", "web"]),
            (
                obj! { client_id_prefix: "okta", grant_type: "client_credentials" },
                &["okta-b"],
            ),
            (obj! { client_id_prefix: "nothing" }, &[]),
        ] {
            let what = format!("{shape:?} {config}");
            let found = read(&bench, ALL_CLIENTS, config).await;
            assert_eq!(texts(found.at("clients"), "client_id"), ids, "{what}");
            assert_eq!(found.at("client_ids"), &Val::from(ids.to_vec()), "{what}");
            assert!(!found.to_string().contains("secret-of-one"));
        }
    }
    for shape in [ListShape::Old, ListShape::New] {
        let bench = with_clients(|switches| switches.client_list = shape).await;
        let found = read(&bench, ALL_CLIENTS, obj! {}).await;
        for (position, internal) in [(0, true), (1, true), (2, false), (4, false)] {
            let internal_at = format!("clients.{position}.internal");
            assert_eq!(found.at(&internal_at), &Val::from(internal), "{shape:?}");
        }
    }
    let bench = with_clients(|switches| switches.client_list = ListShape::New).await;
    let found = read(&bench, ALL_CLIENTS, obj! {}).await;
    assert_eq!(found.at("clients.2.public_client"), &Val::from(false));
    assert_eq!(found.at("clients.2.pkce_enforced"), &Val::from(false));
    assert_eq!(found.at("clients.2.is_activated"), &Val::from(true));
}

#[tokio::test]
async fn a_list_that_is_not_whole_is_no_answer() {
    let bench = bench().await;
    let page = Action::json(
        200,
        &json!({"items": [{"clientId": "okta", "scope": "admin"}], "totalCount": 3}),
    );
    bench.fail(Fault::on("GET", CLIENTS, page).times(99)); // the same page for ever
    let told = refused(&bench, ALL_CLIENTS, obj! {}).await;
    told.expect("The list of OAuth clients is not whole");
    let page = Action::json(
        200,
        &json!({"items": [{"id": "1", "name": "Okta"}], "totalCount": 3}),
    );
    bench.fail(Fault::on("GET", DIRECTORIES, page).times(99));
    let told = refused(&bench, ALL_DIRECTORIES, obj! {}).await;
    told.expect("The list of directories is not whole");
    let told = refused(&bench, ANY_DIRECTORY, obj! { name: "Other" }).await;
    told.expect("It is not known whether the directory exists");
    let found = read(&bench, ANY_DIRECTORY, obj! { name: "Okta" }).await;
    assert_eq!(found.str_at("id"), "1", "what is listed is there");
}

#[tokio::test]
async fn a_directory_is_found_by_what_people_know() {
    let bench = bench().await;
    let id = bench.tenant.add_directory(
        "Okta",
        &["okta.example", "b.example"],
        DirectoryType::OtherDirectory,
    );
    let local = bench
        .tenant
        .add_directory("People", &["people.example"], DirectoryType::LocalDirectory);
    for (config, found_id, kind) in [
        (obj! { id: id.as_str() }, &id, "OTHER_DIRECTORY"),
        (obj! { id: id.to_uppercase() }, &id, "OTHER_DIRECTORY"),
        (obj! { name: "Okta" }, &id, "OTHER_DIRECTORY"),
        (obj! { domain: "B.EXAMPLE" }, &id, "OTHER_DIRECTORY"),
        (obj! { domain: "people.example" }, &local, "LOCAL_DIRECTORY"),
    ] {
        let what = config.to_string();
        let found = read(&bench, ANY_DIRECTORY, config.clone()).await;
        assert!(found.str_at("id").eq_ignore_ascii_case(found_id), "{what}");
        assert_eq!(found.str_at("type"), kind, "{what}");
        assert!(found.at("user_store_id") != &Val::Null, "{what}");
        for (name, value) in config.fields() {
            assert_eq!(found.at(name), value, "{what}: what is configured stays as it is");
        }
    }
    let found = read(&bench, ANY_DIRECTORY, obj! { name: "Okta" }).await;
    assert_eq!(found.at("domains"), &Val::from(["b.example", "okta.example"]));
    assert_eq!(found.at("domain"), &Val::Null);

    for (config, argument) in [
        (obj! { id: "5f0cd2a8-6f6b-4a0e-9c53-6f2f2d9c1f5e" }, "id"),
        (obj! { name: "okta" }, "name"),
        (obj! { domain: "nothing.example" }, "domain"),
    ] {
        let told = refused(&bench, ANY_DIRECTORY, config).await;
        let told = told.expect("No such directory");
        assert_eq!(told.path, argument);
        let candidate = format!("\"Okta\" (id {id}, OTHER_DIRECTORY)");
        assert!(told.detail.contains(&candidate), "{}", told.detail);
    }
}

#[tokio::test]
async fn two_directories_that_fit_are_an_error_that_lists_them() {
    let bench = bench().await;
    let twins = [DirectoryType::OtherDirectory, DirectoryType::JitDirectory].map(|kind| {
        let domain = format!("{kind:?}.example");
        bench.tenant.add_directory("Twin", &[&domain], kind)
    });
    let told = refused(&bench, ANY_DIRECTORY, obj! { name: "Twin" }).await;
    let told = told.expect("More than one directory");
    assert_eq!(told.path, "name");
    assert!(
        twins.iter().all(|id| told.detail.contains(id)) && !told.detail.contains("System Domain"),
        "{}",
        told.detail
    );
}

#[tokio::test]
async fn a_directory_is_named_in_one_way() {
    let host = host().await;
    for (config, summary, path) in [
        (obj! {}, "No directory is named", ""),
        (
            obj! { id: "a", domain: "b.example" },
            "Two ways to name a directory",
            "domain",
        ),
        (
            obj! { name: "a", id: "b" },
            "Two ways to name a directory",
            "name",
        ),
        (obj! { domain: "no domain" }, "Invalid", "domain"),
    ] {
        let told = host.read_data(ANY_DIRECTORY, config).await.unwrap_err();
        assert_eq!(told.expect(summary).path, path);
    }
}

#[tokio::test]
async fn directories_are_listed_in_order_and_their_domains_where_they_are_wanted() {
    let bench = bench().await;
    for (name, kind) in [
        ("Zeta", DirectoryType::OtherDirectory),
        ("Alpha", DirectoryType::OtherDirectory),
        ("Local", DirectoryType::LocalDirectory),
    ] {
        bench
            .tenant
            .add_directory(name, &[&format!("{name}.example")], kind);
    }
    let all = read(&bench, ALL_DIRECTORIES, obj! {}).await;
    assert_eq!(
        texts(all.at("directories"), "name"),
        ["Alpha", "Local", "System Domain", "Zeta"]
    );
    assert_eq!(all.at("directories.0.domains"), &Val::Null);
    assert_eq!(bench.requests().len(), 2, "a sign-in and the list");
    let config = obj! { "type": "OTHER_DIRECTORY", include_domains: true };
    let others = read(&bench, ALL_DIRECTORIES, config).await;
    assert_eq!(texts(others.at("directories"), "name"), ["Alpha", "Zeta"]);
    assert_eq!(others.at("directories.1.domains"), &Val::from(["Zeta.example"]));
    assert_eq!(bench.requests().len(), 2, "one for each that is wanted");
    let none = read(&bench, ALL_DIRECTORIES, obj! { "type": "JIT_DIRECTORY" }).await;
    assert_eq!(none.at("directories"), &Val::List(Vec::new()));
}

/// A data source may be read in the apply that makes what it is about.
#[tokio::test]
async fn what_this_run_has_made_is_waited_for_and_nothing_else() {
    let bench = bench_in_process_with(|switches| {
        switches.lag_client_reads_ms = 6_000;
        switches.lag_directory_list_ms = 6_000;
    })
    .await;
    let host = &bench.host;
    let told = host
        .read_data(CLIENT, obj! { client_id: "okta" })
        .await
        .unwrap_err();
    told.expect("No such OAuth client");
    let directory = obj! { name: "Okta", domains: ["okta.example"] };
    let told = host
        .read_data(ANY_DIRECTORY, obj! { name: "Okta" })
        .await
        .unwrap_err();
    told.expect("No such directory");
    assert!(bench.clock.take_slept().is_empty());

    host.create(CLIENT, obj! { client_id: "okta" }).await;
    let found = host.read_data(CLIENT, obj! { client_id: "okta" }).await.unwrap();
    assert_eq!(found.at("scopes"), &Val::from(["admin"]));
    assert!(!bench.clock.take_slept().is_empty());
    for config in [obj! { name: "Okta" }, obj! { domain: "OKTA.example" }] {
        let made = host.create(DIRECTORY, directory.clone()).await;
        let found = host.read_data(ANY_DIRECTORY, config).await.unwrap();
        assert_eq!(found.at("id"), made.at("id"));
        assert!(!bench.clock.take_slept().is_empty());
        bench.tenant.delete_directory(made.str_at("id"));
        bench.clock.advance(Duration::from_secs(120));
    }
}

#[tokio::test]
async fn a_directory_that_goes_is_not_there() {
    let bench = bench_switched(|switches| switches.directory_delete_reads = 50).await;
    let state = bench
        .host
        .create(DIRECTORY, crate::bench::directory("Okta", "okta.example"))
        .await;
    assert!(bench.tenant.change_directory(state.str_at("id"), |directory| {
        directory.reads_until_gone = Some(50);
    }));
    let next = configured(&bench.simulator, HostOptions::default()).await;
    let told = next
        .read_data(ANY_DIRECTORY, obj! { name: "Okta" })
        .await
        .unwrap_err();
    told.expect("No such directory");
    let all = next.read_data(ALL_DIRECTORIES, obj! {}).await.unwrap();
    assert_eq!(texts(all.at("directories"), "name"), ["System Domain"]);
}
