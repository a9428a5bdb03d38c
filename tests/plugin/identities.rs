//! Identities of clients and directories, and imports by them.

use access_simulator::{Client, DirectoryType, SecretRead};
use wsoa_test_kit::{Action, Core as _, Host, HostOptions, Resource, obj};

use crate::bench::{
    Bench, CLIENT, DIRECTORIES, DIRECTORY, bench, bench_switched, binary, client, configured, directory,
    settings,
};

/// The tenant as identities name it.
fn tenant(bench: &Bench) -> String {
    bench.simulator.url().trim_start_matches("https://").to_owned()
}

#[tokio::test]
async fn a_client_and_a_directory_say_what_they_are_and_where() {
    let bench = bench().await;
    let tenant = tenant(&bench);
    let okta = bench.host.create(CLIENT, client("Okta")).await;
    let identity = obj! { client_id: "Okta", tenant: tenant.as_str() };
    assert_eq!(bench.host.identity(&okta).await, identity);
    let changed = bench
        .host
        .update(&okta, client("Okta").with("display_name", "New"))
        .await;
    assert_eq!(bench.host.identity(&changed).await, identity);

    let made = bench
        .host
        .create(DIRECTORY, directory("Okta", "okta.example"))
        .await;
    let identity = obj! { id: made.str_at("id"), tenant: tenant.as_str() };
    assert_eq!(bench.host.identity(&made).await, identity);
    let read = bench.host.refresh(&made).await.unwrap();
    assert_eq!(bench.host.identity(&read).await, identity);
}

/// A tenant that spells ids in another way, or has got another name, has the same objects.
#[tokio::test]
async fn another_spelling_or_host_is_no_other_object() {
    let bench = bench_switched(|switches| switches.client_ids_lower = true).await;
    let made = bench.host.create(CLIENT, client("Okta")).await;
    assert_eq!(made.str_at("id"), "okta");
    let read = bench.host.refresh(&made).await.unwrap();
    assert_eq!(read.identity, made.identity);

    let host = Host::start(binary(), HostOptions::default()).await;
    let port = bench.simulator.url().rsplit(':').next().unwrap().to_owned();
    let moved = settings(&bench.simulator).with("tenant_url", format!("https://127.0.0.1:{port}"));
    host.configure(moved).await.assert_no_errors();
    let read = host.refresh(&made).await.unwrap();
    let identity = host.identity(&read).await;
    assert_eq!(
        identity,
        obj! { client_id: "Okta", tenant: format!("127.0.0.1:{port}") }
    );
}

#[tokio::test]
async fn what_is_there_is_imported_by_its_identity() {
    let bench = bench().await;
    let tenant = tenant(&bench);
    bench.tenant.put_client(Client::service("okta", "secret-of-okta"));
    let id = bench
        .tenant
        .add_directory("Okta", &["okta.example"], DirectoryType::OtherDirectory);
    for (kind, identity, config) in [
        (CLIENT, obj! { client_id: "okta" }, client("okta")),
        (
            CLIENT,
            obj! { client_id: "okta", tenant: tenant.as_str() },
            client("okta"),
        ),
        (
            DIRECTORY,
            obj! { id: id.as_str() },
            obj! { name: "Okta", domains: ["okta.example"] },
        ),
        (
            DIRECTORY,
            obj! { id: id.to_uppercase(), tenant: tenant.as_str() },
            obj! { name: "Okta", domains: ["okta.example"] },
        ),
    ] {
        let what = identity.to_string();
        let imported = bench.host.try_import_identity(kind, identity).await.unwrap();
        let planned = bench.host.plan(kind, Some(&imported), config).await;
        assert!(planned.is_empty(), "{what}: {}", planned.value);
    }
}

#[tokio::test]
async fn an_identity_that_cannot_be_imported_says_why() {
    let bench = bench().await;
    bench.tenant.put_client(Client::service("okta", "secret-of-okta"));
    let nobody = "01234567-89ab-cdef-0123-456789abcdef";
    bench
        .tenant
        .add_directory("Okta", &["okta.example"], DirectoryType::OtherDirectory);
    for (kind, identity, text, path) in [
        (
            CLIENT,
            obj! { client_id: "okta", tenant: "acme.example" },
            "in the identity is not \"localhost:", // that of the simulated tenant
            "tenant",
        ),
        (
            CLIENT,
            obj! { client_id: "nobody" },
            "Cannot import non-existent",
            "",
        ),
        (CLIENT, obj! { client_id: "acs" }, "is internal", "client_id"),
        (DIRECTORY, obj! { id: nobody }, "\"Okta\" (id ", ""),
        (DIRECTORY, obj! { id: "name:Okta" }, "Invalid import id", ""),
    ] {
        let told = bench.host.try_import_identity(kind, identity).await.unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        assert_eq!(told.expect(text).path, path);
    }
}

#[tokio::test]
async fn a_directory_is_imported_by_a_name_that_people_know() {
    let bench = bench().await;
    let id = bench
        .tenant
        .add_directory("Okta: SCIM", &["okta.example"], DirectoryType::OtherDirectory);
    let by_id = bench.host.import(DIRECTORY, &id).await;
    for import in [
        id.to_uppercase(),
        "name:Okta: SCIM".to_owned(),
        "domain:OKTA.example".to_owned(),
    ] {
        let next = configured(&bench.simulator, HostOptions::default()).await;
        bench.tenant.clear_requests();
        let imported = next.import(DIRECTORY, &import).await;
        assert_eq!(imported, by_id, "{import}");
        let lists = bench.tenant.requests().into_iter();
        let lists = lists.filter(|seen| seen.path.ends_with(DIRECTORIES)).count();
        assert_eq!(lists, 1, "{import}");
    }
    bench
        .tenant
        .add_directory("Okta: SCIM", &["b.example"], DirectoryType::OtherDirectory);
    let next = configured(&bench.simulator, HostOptions::default()).await;
    let told = next.try_import(DIRECTORY, "name:Okta: SCIM").await.unwrap_err();
    assert!(told.expect("More than one directory").detail.contains(&id));
}

#[tokio::test]
async fn an_internal_client_is_not_imported_and_one_in_state_stays() {
    let bench = bench().await;
    for id in ["acs", "Service__OAuth2Client"] {
        let told = bench.host.try_import(CLIENT, id).await.unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        told.expect("is internal");
    }
    let config = client("okta").with("internal_system_client", true);
    let made = bench.host.create(CLIENT, config.clone()).await;
    let read = bench.host.refresh(&made).await.unwrap();
    assert!(bench.host.plan(CLIENT, Some(&read), config).await.is_empty());
}

/// Whether the tenant shows secrets or not, an import is about to overwrite one that the configuration does not have.
#[tokio::test]
async fn an_import_with_another_secret_is_warned_of_before_it_overwrites() {
    for shown in [SecretRead::Blank, SecretRead::Clear] {
        for (secret, warned) in [("the-present-one", false), ("another-one", true)] {
            let bench = bench_switched(|switches| switches.secret_read = shown).await;
            bench
                .tenant
                .put_client(Client::service("okta", "the-present-one"));
            let config = client("okta").with("client_secret", secret);
            let import = Resource::new(CLIENT, config.clone()).imported("okta");
            let plan = bench.plan_resource(import, None).await;
            let mut all = plan.diagnostics.0.iter();
            let said = all.any(|it| it.summary == "The client has another secret");
            assert_eq!(said, warned, "{shown:?} {secret}: {}", plan.diagnostics);

            // once it is applied, a change of the secret is what it is
            let import = Resource::new(CLIENT, config).imported("okta");
            let run = bench.apply_resource(import, None).await;
            let next = client("okta").with("client_secret", "the-next-one");
            let plan = bench.plan(CLIENT, run.ok(), next).await;
            let mut all = plan.diagnostics.0.iter();
            let said = all.any(|it| it.summary == "The client has another secret");
            assert!(!(warned && said), "{shown:?} {secret}: {}", plan.diagnostics);
            assert_eq!(plan.action, Some(Action::Update));
        }
    }
}
