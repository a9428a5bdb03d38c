//! Reads that show directories in another way than they were sent.

use access_simulator::{DomainsRead, IdRead, NameRead, OddEntry};
use serde_json::{Value, json};

use crate::support::*;

/// A name in Unicode's composed form, and a domain with a label of IDNA.
const NAME: &str = "Müller";
const DOMAIN: &str = "Mail.xn--mller-kva.Example";

#[tokio::test]
async fn names_are_shown_in_another_form() {
    for (mode, expected) in [
        (NameRead::AsSent, Some(json!(NAME))),
        (NameRead::Upper, Some(json!("MÜLLER"))),
        (NameRead::Lower, Some(json!("müller"))),
        (NameRead::Nfc, Some(json!(NAME))),
        (NameRead::Nfd, Some(json!("Mu\u{308}ller"))),
        (NameRead::Null, Some(Value::Null)),
        (NameRead::Missing, None),
    ] {
        let caller = Caller::with(|switches| switches.directory_name_read = mode).await;
        assert_eq!(caller.post_directory(NAME, DOMAIN).await.json["name"], NAME);
        let one = format!("{DIRECTORIES}/{}", caller.tenant().directories()[1].id);
        let list = caller.get(DIRECTORIES).await.json;
        assert_eq!(list["items"][1].get("name"), expected.as_ref(), "{mode:?}");
        assert_eq!(
            caller.get(&one).await.json.get("name"),
            expected.as_ref(),
            "{mode:?}"
        );
        assert_eq!(list["items"][0]["name"], "System Domain", "{mode:?}");
    }
    let caller = Caller::with(|switches| switches.directory_name_read = NameRead::Nfc).await;
    caller.post_directory("Mu\u{308}ller", DOMAIN).await;
    assert_eq!(caller.listed(DIRECTORIES, "name").await[1], NAME);
}

#[tokio::test]
async fn q11_domains_are_shown_in_another_form() {
    for (mode, expected) in [
        (DomainsRead::AsSent, Some(json!([DOMAIN]))),
        (DomainsRead::Upper, Some(json!(["MAIL.XN--MLLER-KVA.EXAMPLE"]))),
        (DomainsRead::Lower, Some(json!(["mail.xn--mller-kva.example"]))),
        (DomainsRead::Unicode, Some(json!(["mail.müller.example"]))),
        (DomainsRead::Ascii, Some(json!(["mail.xn--mller-kva.example"]))),
        (DomainsRead::OneMore, Some(json!([DOMAIN, "one-more.example"]))),
        (DomainsRead::Empty, Some(json!([]))),
        (DomainsRead::Null, Some(Value::Null)),
        (DomainsRead::Missing, None),
    ] {
        let caller = Caller::with(|switches| {
            switches.directory_domains_read = mode;
            switches.directory_list_domains = true;
        })
        .await;
        assert_eq!(
            caller.post_directory(NAME, DOMAIN).await.json["domains"],
            json!([DOMAIN])
        );
        let one = format!("{DIRECTORIES}/{}", caller.tenant().directories()[1].id);
        let list = caller.get(DIRECTORIES).await.json;
        let expected = expected.as_ref();
        assert_eq!(list["items"][1].get("domains"), expected, "{mode:?}");
        assert_eq!(caller.get(&one).await.json.get("domains"), expected, "{mode:?}");
        let domains = caller.get(&format!("{one}/domains")).await.json;
        let items = domains.get("items").map(|items| match items.as_array() {
            Some(items) => items.iter().map(|item| item["name"].clone()).collect(),
            None => items.clone(),
        });
        assert_eq!(items.as_ref(), expected, "{mode:?}");
        assert_eq!(list["items"][0]["domains"], json!(["System Domain"]), "{mode:?}");
    }
    let caller = Caller::with(|switches| {
        switches.directory_domains_read = DomainsRead::Ascii;
        switches.directory_list_domains = true;
    })
    .await;
    caller.post_directory("D", "müller.example").await;
    assert_eq!(
        caller.listed(DIRECTORIES, "domains").await[1],
        json!(["xn--mller-kva.example"])
    );
}

#[tokio::test]
async fn q9_the_list_may_spell_ids_otherwise_or_not_at_all() {
    let caller = Caller::with(|switches| switches.directory_list_ids = IdRead::Upper).await;
    caller.post_directory("D", "d").await;
    let id = caller.tenant().directories()[1].id.clone();
    assert_eq!(
        caller.listed(DIRECTORIES, "directoryId").await[1],
        id.to_uppercase()
    );
    for spelled in [id.clone(), id.to_uppercase()] {
        let one = caller.get(&format!("{DIRECTORIES}/{spelled}")).await;
        assert_eq!(one.json["directoryConfigurationId"], id);
    }
    caller
        .tenant()
        .switches(|switches| switches.directory_list_ids = IdRead::Missing);
    let list = caller.get(DIRECTORIES).await;
    assert!(!list.text.contains(&id) && list.json["items"][1]["name"] == "D");
    assert!(list.json["items"][0]["directoryId"].is_string());
    caller
        .tenant()
        .switches(|switches| switches.directory_list_ids = IdRead::Upper);
    let one = format!("{DIRECTORIES}/{}", id.to_uppercase());
    assert_eq!(caller.delete(&one).await.status, 200);
    assert_eq!(caller.tenant().directories().len(), 1);
}

#[tokio::test]
async fn the_list_may_have_an_entry_that_cannot_be_read() {
    for (mode, readable) in [
        (
            OddEntry::WithoutId,
            json!({"type": "OTHER_DIRECTORY", "name": "No id", "countDomains": 1}),
        ),
        (OddEntry::Text, json!("unreadable")),
        (OddEntry::Null, Value::Null),
    ] {
        let caller = Caller::with(|switches| switches.directory_list_odd = mode).await;
        let list = caller.get(DIRECTORIES).await.json;
        assert_eq!(list["items"][0], readable, "{mode:?}");
        assert_eq!(list["items"][1]["name"], "System Domain", "{mode:?}");
    }
}
