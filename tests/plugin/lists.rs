//! What `terraform query` finds, by a host that is as strict as its core.

use access_simulator::{Action, Client, DirectoryType, Fault, ListShape, SecretRead};
use serde_json::json;
use wsoa_test_kit::host::{Listed, Query};
use wsoa_test_kit::{Val, obj};

use crate::bench::{Bench, CLIENT, CLIENTS, DIRECTORIES, DIRECTORY, bench, bench_switched};

/// A tenant that was set up by hand: 20 clients beside its own and the provider's, and 10 directories of type Other.
async fn by_hand(change: impl FnOnce(&mut access_simulator::Switches)) -> Bench {
    let bench = bench_switched(change).await;
    for number in (0..20).rev() {
        bench.tenant.put_client(Client {
            remember_as: (number % 2 == 0).then(|| format!("Client {number}")),
            redirect_uri: (number % 3 == 0).then(|| format!("https://{number}.example/a")),
            ..Client::service(&format!("c{number:02}"), "secret-of-one")
        });
    }
    for number in 0..10 {
        let domain = format!("{number}.example");
        bench
            .tenant
            .add_directory(&format!("D{number}"), &[&domain], DirectoryType::OtherDirectory);
    }
    bench
        .tenant
        .add_directory("Local", &["local.example"], DirectoryType::LocalDirectory);
    bench
}

async fn query(bench: &Bench, kind: &str, config: Val, objects: bool, limit: i64) -> Query {
    let query = bench.host.list(kind, config, objects, limit).await;
    query.unwrap_or_else(|told| panic!("{told}"))
}

fn ids(found: &[Listed], part: &str) -> Vec<String> {
    found
        .iter()
        .map(|listed| listed.identity.str_at(part).to_owned())
        .collect()
}

fn numbered(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("c{number:02}")).collect()
}

#[tokio::test]
async fn clients_are_found_in_order_without_those_that_nobody_should_manage() {
    for shape in [ListShape::Old, ListShape::New] {
        let bench = by_hand(|switches| switches.client_list = shape).await;
        let all = query(&bench, CLIENT, obj! {}, false, 100).await;
        assert!(all.diagnostics.is_empty(), "{}", all.diagnostics);
        assert_eq!(ids(&all.found, "client_id"), numbered(0..20), "{shape:?}");
        assert_eq!(all.found[4].display_name, "Client 4 (c04)");
        assert_eq!(all.found[5].display_name, "c05");
        let lists = bench.requests();
        assert!(
            lists
                .iter()
                .all(|it| it == "GET oauth2clients" || it == "POST oauthtoken"),
            "{lists:?}"
        );
        let some = obj! { client_id_prefix: "c1", include_internal: true };
        let some = query(&bench, CLIENT, some, false, 100).await;
        assert_eq!(ids(&some.found, "client_id"), numbered(10..20), "{shape:?}");
        let more = obj! { include_internal: true, include_provider_client: true };
        let more = query(&bench, CLIENT, more, false, 100).await;
        let mut expected = numbered(0..20);
        expected.splice(0..0, ["Service__OAuth2Client", "acs"].map(str::to_owned));
        expected.push("terraform-admin".to_owned());
        assert_eq!(ids(&more.found, "client_id"), expected, "{shape:?}");
    }
}

/// The object is what an import would have in state, but for the secret, which a query would show.
#[tokio::test]
async fn objects_are_those_that_an_import_makes_without_a_secret() {
    for shown in [SecretRead::Blank, SecretRead::Clear] {
        let bench = by_hand(|switches| switches.secret_read = shown).await;
        let clients = query(&bench, CLIENT, obj! {}, true, 100).await;
        for listed in clients.found.iter().take(4) {
            let object = listed.resource.as_ref().unwrap();
            let imported = bench
                .host
                .try_import_identity(CLIENT, listed.identity.clone())
                .await
                .unwrap();
            assert_eq!(object.at("client_secret"), &Val::Null);
            assert_eq!(*object, imported.value.clone().with("client_secret", Val::Null));
        }
        let directories = query(&bench, DIRECTORY, obj! {}, true, 100).await;
        for listed in directories.found.iter().take(4) {
            let imported = bench
                .host
                .try_import_identity(DIRECTORY, listed.identity.clone())
                .await
                .unwrap();
            assert_eq!(listed.resource.as_ref(), Some(&imported.value));
        }
    }
}

#[tokio::test]
async fn directories_are_found_by_id_and_only_those_of_type_other() {
    let bench = by_hand(|_| {}).await;
    let all = query(&bench, DIRECTORY, obj! {}, false, 100).await;
    let found = ids(&all.found, "id");
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!((found.len(), &found), (10, &sorted));
    assert!(all.found[0].display_name.starts_with('D') && all.found[0].display_name.contains(&found[0]));
    assert_eq!(bench.requests(), ["POST oauthtoken", "GET directoryconfigs"]);
    let one = query(&bench, DIRECTORY, obj! { name_prefix: "D7" }, true, 100).await;
    let object = one.found[0].resource.clone().unwrap();
    assert_eq!((one.found.len(), object.str_at("name")), (1, "D7"));
    assert_eq!(object.at("domains"), &Val::from(["7.example"]));
    assert_eq!(object.at("deletion_protection"), &Val::from(true));
    let none = query(&bench, DIRECTORY, obj! { name_prefix: "Local" }, false, 100).await;
    assert_eq!(none.found.len(), 0);
}

#[tokio::test]
async fn a_limit_is_kept_and_what_is_beyond_it_is_not_asked_for() {
    let bench = by_hand(|_| {}).await;
    let some = query(&bench, CLIENT, obj! {}, true, 5).await;
    assert_eq!(ids(&some.found, "client_id"), numbered(0..5));
    some.diagnostics.expect("There are more results");
    let asked = bench.requests();
    let read = asked.iter().filter(|it| it.starts_with("GET c")).count();
    assert!(read <= 6, "{asked:?}"); // one more says that there is more
    let all = query(&bench, CLIENT, obj! {}, false, 20).await;
    assert!(all.found.len() == 20 && all.diagnostics.is_empty());
}

#[tokio::test]
async fn one_that_was_deleted_meanwhile_is_left_out() {
    let bench = by_hand(|_| {}).await;
    let path = format!("{CLIENTS}/c03");
    bench.fail(Fault::on("GET", &path, Action::errors(404)));
    let found = query(&bench, CLIENT, obj! {}, true, 100).await.found;
    let mut expected = numbered(0..20);
    expected.remove(3);
    assert_eq!(ids(&found, "client_id"), expected);
}

#[tokio::test]
async fn what_goes_wrong_is_told_once() {
    for (kind, path, summary) in [
        (CLIENT, CLIENTS, "The OAuth clients cannot be listed"),
        (DIRECTORY, DIRECTORIES, "The directories cannot be listed"),
    ] {
        let bench = by_hand(|_| {}).await;
        bench.fail(Fault::on("GET", path, Action::status(403)).times(9));
        let told = bench.host.list(kind, obj! {}, true, 100).await.unwrap_err();
        assert_eq!(told.0.len(), 1, "{told}");
        told.expect(summary);
    }
    let bench = bench().await;
    for (kind, path, entry) in [
        (CLIENT, CLIENTS, json!({"clientId": "okta", "scope": "admin"})),
        (DIRECTORY, DIRECTORIES, json!({"id": "1", "name": "Okta"})),
    ] {
        let page = Action::json(200, &json!({"items": [entry], "totalCount": 3}));
        bench.fail(Fault::on("GET", path, page).times(99)); // the same page for ever
        let found = query(&bench, kind, obj! {}, false, 100).await;
        assert_eq!(found.found.len(), 1);
        found.diagnostics.expect("is not whole");
    }
}
