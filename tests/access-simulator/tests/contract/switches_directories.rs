//! The open questions about directories.

use access_simulator::{Acceptance, DirectoryIds, DirectoryJson, DirectoryType, MediaTypes};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

fn id(created: &Answer) -> String {
    created.json["directoryConfigurationId"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn q1_media_types() {
    let body = json!({"type": "OTHER_DIRECTORY", "domains": ["d"], "name": "D"});
    for (mode, vendor, json) in [
        (MediaTypes::Usual, 201, 415),
        (MediaTypes::StrictVendor, 201, 415),
        (MediaTypes::JsonOnly, 415, 201),
    ] {
        let caller = Caller::with(|switches| switches.directory_media_types = mode).await;
        assert_eq!(
            caller
                .send(Method::POST, DIRECTORIES, "application/json", &body)
                .await
                .status,
            json,
            "{mode:?}"
        );
        assert_eq!(
            caller.send(Method::POST, DIRECTORIES, OTHER, &body).await.status,
            vendor,
            "{mode:?}"
        );
    }
}

#[tokio::test]
async fn q8_statuses_and_background_deletion() {
    let caller = Caller::with(|switches| {
        switches.directory_post_status = 200;
        switches.directory_delete_status = 202;
        switches.directory_delete_always_async = true;
        switches.directory_delete_reads = 1;
    })
    .await;
    let created = caller.post_directory("D", "d").await;
    assert_eq!(created.status, 200);
    assert_eq!(
        caller
            .delete(&format!("{DIRECTORIES}/{}", id(&created)))
            .await
            .status,
        202
    );
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"][1]["deleteInProgress"],
        true
    );
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    caller
        .tenant()
        .switches(|switches| switches.directory_delete_always_async = false);
    let created = caller.post_directory("D", "d").await;
    caller.delete(&format!("{DIRECTORIES}/{}", id(&created))).await;
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn q9_names_of_ids() {
    for (ids, created_name, listed_name) in [
        (
            DirectoryIds::Usual,
            Some("directoryConfigurationId"),
            "directoryId",
        ),
        (
            DirectoryIds::ConfigId,
            Some("directoryConfigId"),
            "directoryConfigId",
        ),
        (DirectoryIds::DirectoryId, Some("directoryId"), "directoryId"),
        (DirectoryIds::Id, Some("id"), "id"),
        (DirectoryIds::LocationOnly, None, "directoryId"),
        (DirectoryIds::ListOnly, None, "directoryId"),
    ] {
        let caller = Caller::with(|switches| switches.directory_ids = ids).await;
        let created = caller.post_directory("D", "d").await;
        let id = &caller.tenant().directories()[1].id;
        let names: Vec<_> = created
            .json
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| *value == id)
            .collect();
        assert_eq!(
            names.first().map(|(name, _)| name.as_str()),
            created_name,
            "{ids:?}"
        );
        assert_eq!(
            caller.get(DIRECTORIES).await.json["items"][1][listed_name],
            *id,
            "{ids:?}"
        );
        let location = created
            .headers
            .get("location")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            location.is_some_and(|location| location.ends_with(id)),
            ids == DirectoryIds::LocationOnly
        );
        assert_eq!(
            created.json.get("_links").is_none(),
            ids == DirectoryIds::ListOnly,
            "{ids:?}"
        );
    }
}

#[tokio::test]
async fn q10_and_q11_reading() {
    let caller = Caller::new().await;
    let one = format!("{DIRECTORIES}/{}", id(&caller.post_directory("D", "d").await));
    assert_eq!(caller.get(&one).await.json["domains"], json!(["d"]));
    assert_eq!(
        caller.get(&format!("{one}/domains")).await.json["items"][0]["name"],
        "d"
    );
    caller.tenant().switches(|switches| {
        switches.directory_get_one = Acceptance::Status405;
        switches.directory_domains_resource = Acceptance::Status404;
        switches.directory_list_domains = true;
    });
    assert_eq!(caller.get(&one).await.status, 405);
    assert_eq!(caller.get(&format!("{one}/domains")).await.status, 404);
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"][1]["domains"],
        json!(["d"])
    );
    for (acceptance, status) in [(Acceptance::Status403, 403), (Acceptance::Status406, 406)] {
        caller
            .tenant()
            .switches(|switches| switches.directory_get_one = acceptance);
        assert_eq!(caller.get(&one).await.status, status);
    }
}

#[tokio::test]
async fn q12_update() {
    let caller = Caller::new().await;
    let one = format!("{DIRECTORIES}/{}", id(&caller.post_directory("D", "d").await));
    let body = json!({"type": "OTHER_DIRECTORY", "name": "E", "domains": ["d", "e"]});
    assert_eq!(caller.send(Method::PUT, &one, OTHER, &body).await.status, 405);
    assert_eq!(caller.send(Method::PATCH, &one, OTHER, &body).await.status, 405);
    caller
        .tenant()
        .switches(|switches| switches.directory_update = true);
    let put = caller.send(Method::PUT, &one, OTHER, &body).await;
    assert_eq!((put.status, &put.json["name"]), (200, &json!("E")));
}

#[tokio::test]
async fn q13_duplicates() {
    let caller = Caller::new().await;
    caller.post_directory("D", "d").await;
    for status in [409, 400, 500] {
        caller
            .tenant()
            .switches(|switches| switches.duplicate_directory_status = status);
        for (name, domain, code) in [
            ("D", "x", "simulator.directory.name.exists"),
            ("X", "D", "simulator.directory.domain.exists"),
        ] {
            let refused = caller.post_directory(name, domain).await;
            assert_eq!(
                (refused.status, &refused.json["errors"][0]["code"]),
                (status, &json!(code))
            );
        }
    }
}

#[tokio::test]
async fn q25_read_only() {
    let caller = Caller::new().await;
    let one = format!("{DIRECTORIES}/{}", id(&caller.post_directory("D", "d").await));
    caller
        .tenant()
        .switches(|switches| switches.directories_read_only = true);
    assert_eq!(caller.post_directory("E", "e").await.status, 403);
    assert_eq!(caller.delete(&one).await.status, 403);
    assert_eq!(caller.get(&one).await.status, 200);
}

#[tokio::test]
async fn invalid_directories_are_refused() {
    let caller = Caller::new().await;
    for (name, value) in [
        ("type", json!(null)),
        ("type", json!("LOCAL_DIRECTORY")),
        ("name", json!("")),
        ("name", json!("n".repeat(129))),
        ("domains", json!([])),
        ("domains", json!([1])),
        ("domains", Value::Null),
    ] {
        let mut body = json!({"type": "OTHER_DIRECTORY", "name": "D", "domains": ["d"]});
        body[name] = value.clone();
        assert_eq!(
            caller.send(Method::POST, DIRECTORIES, OTHER, &body).await.status,
            400,
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn q1_what_json_makes() {
    let body = json!({"type": "OTHER_DIRECTORY", "domains": ["d"], "name": "D"});
    let moved = format!("{DIRECTORIES}/other");
    for (mode, old, new, made) in [
        (DirectoryJson::AsDeclared, 415, 404, None),
        (
            DirectoryJson::MakesLocal,
            201,
            404,
            Some(DirectoryType::LocalDirectory),
        ),
        (
            DirectoryJson::Moved,
            415,
            201,
            Some(DirectoryType::OtherDirectory),
        ),
    ] {
        let caller = Caller::with(|switches| switches.directory_json = mode).await;
        for (path, status) in [(DIRECTORIES, old), (&moved, new)] {
            let sent = caller.send(Method::POST, path, "application/json", &body).await;
            assert_eq!(sent.status, status, "{mode:?} {path}");
        }
        let vendor = caller.send(Method::POST, &moved, OTHER, &body).await.status;
        assert_ne!(vendor, 201, "{mode:?}");
        let directories = caller.tenant().directories();
        assert_eq!(directories.get(1).map(|it| it.directory_type), made, "{mode:?}");
    }
}

#[tokio::test]
async fn q26_what_a_deletion_takes_along() {
    let caller = Caller::with(|switches| switches.directory_in_use = true).await;
    let one = format!("{DIRECTORIES}/{}", id(&caller.post_directory("D", "d").await));
    let user = json!({
        "userName": "ada", "name": {"givenName": "A", "familyName": "L"}, "emails": [{"value": "ada@d"}],
        "externalId": "1",
        "urn:scim:schemas:extension:workspace:1.0": {"internalUserType": "PROVISIONED", "domain": "d"},
    });
    let users = format!("{SCIM}/Users");
    let made = caller.send(Method::POST, &users, "application/json", &user).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(caller.delete(&one).await.status, 409);
    caller.tenant().switches(|switches| {
        switches.directory_in_use = false;
        switches.directory_delete_keeps_users = true;
    });
    assert_eq!(caller.delete(&one).await.status, 200);
    assert_eq!(caller.get(&users).await.json["totalResults"], 1);
    caller.tenant().switches(|switches| switches.scim_closed = true);
    assert_eq!(caller.get(&users).await.status, 403, "Q5");
}
