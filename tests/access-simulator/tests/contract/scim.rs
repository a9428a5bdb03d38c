//! SCIM 1.1 as an identity provider's connector uses it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

const JSON: &str = "application/json";
const WORKSPACE: &str = "urn:scim:schemas:extension:workspace:1.0";

fn user(name: &str) -> Value {
    json!({
        "schemas": ["urn:scim:schemas:core:1.0", WORKSPACE],
        "userName": name, "name": {"givenName": "firstName", "familyName": "lastName"},
        "displayName": "firstName lastName", "emails": [{"value": "cuser1@domain.com"}],
        "externalId": "422e2e25-6904-4443-b979-7c5c46c63175",
        WORKSPACE: {"internalUserType": "PROVISIONED", "domain": "domain.com"},
    })
}

async fn with_directory() -> Caller {
    let caller = Caller::new().await;
    caller.post_directory("Okta", "domain.com").await;
    caller
}

#[tokio::test]
async fn f11_a_user_is_created() {
    let caller = with_directory().await;
    let created = caller
        .send(Method::POST, &format!("{SCIM}/Users"), JSON, &user("cuser1"))
        .await;
    assert_eq!((created.status, created.content_type.as_str()), (201, JSON));
    let id = created.json["id"].as_str().unwrap();
    let location = caller.url(&format!("{SCIM}/Users/{id}"));
    assert_eq!(created.headers["location"], location);
    assert_eq!(created.json["meta"]["location"], location);
    assert_eq!(
        created.headers["etag"].to_str().unwrap(),
        created.json["meta"]["version"]
    );
    assert_eq!(
        (&created.json["active"], &created.json["groups"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(created.json["roles"][0]["display"], "User");
    let extension = &created.json[WORKSPACE];
    assert_eq!(
        (&extension["userStatus"], &extension["domain"]),
        (&json!("1"), &json!("domain.com"))
    );
    assert_eq!(
        extension["userStoreUuid"],
        caller.tenant().directories()[1].user_store_id
    );

    assert_eq!(
        caller
            .send(Method::POST, &format!("{SCIM}/Users"), JSON, &user("CUSER1"))
            .await
            .status,
        409
    );
    let mut elsewhere = user("other");
    elsewhere[WORKSPACE]["domain"] = json!("nowhere.example");
    assert_eq!(
        caller
            .send(Method::POST, &format!("{SCIM}/Users"), JSON, &elsewhere)
            .await
            .status,
        400
    );
    for name in ["userName", "name", "emails", "externalId", WORKSPACE] {
        let mut body = user("incomplete");
        body.as_object_mut().unwrap().remove(name);
        assert_eq!(
            caller
                .send(Method::POST, &format!("{SCIM}/Users"), JSON, &body)
                .await
                .status,
            400,
            "{name}"
        );
    }
}

#[tokio::test]
async fn f12_who_am_i() {
    let caller = Caller::new().await;
    let me = caller.get(&format!("{SCIM}/Me")).await;
    assert_eq!(me.status, 200);
    assert_eq!(me.json["id"], claims(&caller.token)["sub"]);
    assert_eq!(me.json[WORKSPACE]["domain"], "System Domain");
    let config = caller.get(&format!("{SCIM}/ServiceProviderConfigs")).await;
    assert_eq!(config.json["patch"]["supported"], true);
    assert_eq!(
        caller
            .http
            .get(caller.url(&format!("{SCIM}/Me")))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn users_are_found_changed_disabled_and_deleted() {
    let caller = with_directory().await;
    for index in 0..25 {
        let body = user(&format!("user{index}"));
        assert_eq!(
            caller
                .send(Method::POST, &format!("{SCIM}/Users"), JSON, &body)
                .await
                .status,
            201
        );
    }
    let page = caller.get(&format!("{SCIM}/Users")).await.json;
    assert_eq!(
        (&page["totalResults"], &page["itemsPerPage"]),
        (&json!(25), &json!(20))
    );
    let page = caller
        .get(&format!("{SCIM}/Users?startIndex=21&count=100"))
        .await
        .json;
    assert_eq!(page["Resources"].as_array().unwrap().len(), 5);
    let filter = |text: &str| {
        let request = caller
            .request(Method::GET, &format!("{SCIM}/Users"))
            .query(&[("filter", text)]);
        async move { answer(request.send().await.unwrap()).await }
    };
    assert_eq!(filter(r#"userName eq "USER7""#).await.json["totalResults"], 1);
    assert_eq!(filter(r#"Username co "user1""#).await.json["totalResults"], 11);
    assert_eq!(filter("nonsense").await.status, 400);

    let one = format!("{SCIM}/Users/{}", page["Resources"][0]["id"].as_str().unwrap());
    let mut body = user("renamed");
    body["active"] = json!(false);
    let put = caller.send(Method::PUT, &one, JSON, &body).await;
    assert_eq!((put.status, &put.json["userName"]), (200, &json!("renamed")));
    assert_eq!(put.json[WORKSPACE]["userStatus"], "2");
    let patched = caller
        .send(Method::PATCH, &one, JSON, &json!({"active": true}))
        .await;
    assert_eq!((patched.status, patched.text.as_str()), (204, ""));
    assert_eq!(caller.get(&one).await.json[WORKSPACE]["userStatus"], "1");
    assert_eq!(caller.delete(&one).await.status, 204);
    assert_eq!(caller.get(&one).await.status, 404);
    assert_eq!(caller.delete(&one).await.status, 404);
}

#[tokio::test]
async fn groups_gain_and_lose_members() {
    let caller = with_directory().await;
    let mut ids = Vec::new();
    for name in ["a", "b"] {
        let created = caller
            .send(Method::POST, &format!("{SCIM}/Users"), JSON, &user(name))
            .await;
        ids.push(created.json["id"].as_str().unwrap().to_owned());
    }
    let body = json!({
        "displayName": "Staff", "members": [{"value": ids[0]}],
        WORKSPACE: {"internalGroupType": "INTERNAL", "domain": "domain.com"},
    });
    let group = caller
        .send(Method::POST, &format!("{SCIM}/Groups"), JSON, &body)
        .await;
    assert_eq!(group.status, 201);
    let one = format!("{SCIM}/Groups/{}", group.json["id"].as_str().unwrap());
    let change = json!({"members": [{"value": ids[0], "operation": "delete"}, {"value": ids[1]}]});
    assert_eq!(caller.send(Method::PATCH, &one, JSON, &change).await.status, 204);
    let members = json!([{"value": ids[1], "display": "b", "type": "User"}]);
    assert_eq!(caller.get(&one).await.json["members"], members);
    let member = caller.get(&format!("{SCIM}/Users/{}", ids[1])).await;
    assert_eq!(member.json["groups"][0]["display"], "Staff");
    caller.delete(&format!("{SCIM}/Users/{}", ids[1])).await;
    assert_eq!(caller.get(&one).await.json["members"], json!([]));
    assert_eq!(caller.tenant().scim_groups().len(), 1);
}

#[tokio::test]
async fn q26_a_directory_takes_its_users_and_groups_along() {
    let caller = with_directory().await;
    caller
        .send(Method::POST, &format!("{SCIM}/Users"), JSON, &user("a"))
        .await;
    assert_eq!(caller.tenant().scim_users().len(), 1);
    let id = &caller.tenant().directories()[1].id;
    caller.delete(&format!("{DIRECTORIES}/{id}")).await;
    assert_eq!(caller.tenant().scim_users().len(), 0);
}
