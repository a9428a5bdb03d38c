//! The open questions about OAuth clients.

use access_simulator::{ListOrder, ListShape, MediaTypes, SecretRead};
use reqwest::Method;
use serde_json::json;

use crate::support::*;

const JSON: &str = "application/json";

#[tokio::test]
async fn q1_media_types() {
    for (mode, vendor, json, text) in [
        (MediaTypes::Usual, 201, 201, 415),
        (MediaTypes::StrictVendor, 201, 415, 415),
        (MediaTypes::JsonOnly, 415, 201, 415),
    ] {
        let caller = Caller::with(|switches| switches.client_media_types = mode).await;
        for (media_type, status) in [(CLIENT, vendor), (JSON, json), ("text/plain", text)] {
            let id = media_type.replace(['/', '+'], "-");
            let sent = caller
                .send(Method::POST, CLIENTS, media_type, &service_client(&id))
                .await;
            assert_eq!(sent.status, status, "{mode:?} {media_type}");
        }
    }
}

#[tokio::test]
async fn q1_accept() {
    for (mode, vendor, json) in [
        (MediaTypes::Usual, 200, 200),
        (MediaTypes::StrictVendor, 200, 406),
        (MediaTypes::JsonOnly, 406, 200),
    ] {
        let caller = Caller::with(|switches| switches.client_media_types = mode).await;
        for (accept, status) in [(CLIENT, vendor), (JSON, json), ("text/html, */*;q=0.1", 200)] {
            let request = caller
                .request(Method::GET, &format!("{CLIENTS}/acs"))
                .header("accept", accept);
            assert_eq!(
                request.send().await.unwrap().status(),
                status,
                "{mode:?} {accept}"
            );
        }
    }
}

#[tokio::test]
async fn q2_the_secret_in_answers() {
    let sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0"; // echo -n s3cret | sha256sum
    for (mode, expected) in [
        (SecretRead::Blank, Some("")),
        (SecretRead::Clear, Some("s3cret")),
        (SecretRead::Omit, None),
        (SecretRead::Stars, Some("********")),
        (SecretRead::Dots, Some("••••••••")),
        (SecretRead::Crosses, Some("xxxxxxxx")),
        (SecretRead::LastFour, Some("****cret")),
        (SecretRead::Hidden, Some("[hidden]")),
        (SecretRead::Sha256, Some(sha256)),
    ] {
        let caller = Caller::with(|switches| switches.secret_read = mode).await;
        let one = format!("{CLIENTS}/c");
        let created = caller.post_client(&service_client("c")).await;
        assert_eq!(created.json["secret"], "s3cret");
        let put = caller.send(Method::PUT, &one, CLIENT, &service_client("c")).await;
        let read = caller.get(&one).await;
        caller.tenant().switches(|switches| switches.secret_post = mode);
        let masked = caller.post_client(&service_client("d")).await;
        for answer in [put, read, masked] {
            let shown = answer.json.get("secret").map(|secret| secret.as_str().unwrap());
            assert_eq!(shown, expected, "{mode:?}");
        }
        assert_eq!(caller.mint("d", "s3cret").await.status, 200, "{mode:?}");
    }
}

#[tokio::test]
async fn q3_a_put_replaces_everything_but_an_absent_secret() {
    let caller = Caller::new().await;
    let mut body = service_client("c");
    body["accessTokenTTL"] = json!(525_600);
    body["rememberAs"] = json!("C");
    caller.post_client(&body).await;

    let one = format!("{CLIENTS}/c");
    let mut body = service_client("c");
    body.as_object_mut().unwrap().remove("secret");
    let put = caller.send(Method::PUT, &one, CLIENT, &body).await;
    assert_eq!(put.status, 201, "Q7");
    assert_eq!(
        (&put.json["accessTokenTTL"], &put.json["rememberAs"]),
        (&json!(180), &json!(null))
    );
    assert_eq!(caller.mint("c", "s3cret").await.status, 200);

    body["secret"] = json!("");
    caller.send(Method::PUT, &one, CLIENT, &body).await;
    assert_eq!(caller.mint("c", "s3cret").await.status, 401);
    assert_eq!(caller.mint("c", "").await.status, 401);

    let renamed = caller.send(Method::PUT, &one, CLIENT, &service_client("d")).await;
    assert_eq!(renamed.status, 500);
    assert_eq!(
        caller
            .send(Method::PUT, &format!("{CLIENTS}/d"), CLIENT, &service_client("d"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn q4_a_missing_secret() {
    let caller = Caller::new().await;
    let mut body = service_client("c");
    body.as_object_mut().unwrap().remove("secret");
    let created = caller.post_client(&body).await;
    let secret = created.json["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    assert_eq!(caller.mint("c", secret).await.status, 200);

    caller
        .tenant()
        .switches(|switches| switches.secret_required = true);
    body["clientId"] = json!("d");
    assert_eq!(caller.post_client(&body).await.status, 400);
}

#[tokio::test]
async fn q6_and_q7_statuses() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    for status in [500, 409, 400] {
        caller
            .tenant()
            .switches(|switches| switches.duplicate_client_status = status);
        let refused = caller.post_client(&service_client("c")).await;
        assert_eq!(refused.status, status);
        assert!(refused.json["errors"][0]["message"].is_string());
    }
    for status in [201, 200, 204] {
        caller
            .tenant()
            .switches(|switches| switches.client_put_status = status);
        let put = caller
            .send(Method::PUT, &format!("{CLIENTS}/c"), CLIENT, &service_client("c"))
            .await;
        assert_eq!((put.status, put.text.is_empty()), (status, status == 204));
    }
}

#[tokio::test]
async fn q22_the_list_comes_whole_or_in_pages() {
    let caller = Caller::new().await;
    let whole = caller.get(CLIENTS).await.json;
    assert_eq!(whole["items"].as_array().unwrap().len(), 3);
    assert!(whole["items"][0]["mediaType"].is_string() && whole.get("totalCount").is_none());

    let page = caller
        .get(&format!("{CLIENTS}?startIndex=2&pageSize=2"))
        .await
        .json;
    assert_eq!(
        (&page["totalCount"], &page["totalPages"], &page["pageNumber"]),
        (&json!(3), &json!(2), &json!(2))
    );
    assert_eq!(page["items"][0]["clientId"], "terraform-admin");
    assert_eq!(page["items"][0]["grantTypes"], "client_credentials");

    caller
        .tenant()
        .switches(|switches| switches.client_list = ListShape::New);
    assert_eq!(caller.get(CLIENTS).await.json["totalCount"], 3);
    caller
        .tenant()
        .switches(|switches| switches.client_list = ListShape::Old);
    assert!(
        caller
            .get(&format!("{CLIENTS}?pageSize=1"))
            .await
            .json
            .get("totalCount")
            .is_none()
    );
}

#[tokio::test]
async fn q23_the_order_of_scopes_and_grants() {
    let caller = Caller::with(|switches| switches.token_order = ListOrder::Reversed).await;
    let mut body = service_client("c");
    body["scope"] = json!("admin  user email");
    let created = caller.post_client(&body).await;
    assert_eq!(created.json["scope"], "email user admin");
    caller
        .tenant()
        .switches(|switches| switches.token_order = ListOrder::Preserved);
    assert_eq!(
        caller.get(&format!("{CLIENTS}/c")).await.json["scope"],
        "admin  user email"
    );
}

#[tokio::test]
async fn q24_ids_are_percent_decoded() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("a@b.example")).await;
    for id in ["a@b.example", "a%40b%2Eexample"] {
        assert_eq!(
            caller.get(&format!("{CLIENTS}/{id}")).await.json["clientId"],
            "a@b.example"
        );
    }
    assert_eq!(
        caller.delete(&format!("{CLIENTS}/a%40b.example")).await.status,
        204
    );
    assert_eq!(
        caller.delete(&format!("{CLIENTS}/a%40b.example")).await.status,
        404
    );
}

#[tokio::test]
async fn invalid_clients_are_refused() {
    let caller = Caller::new().await;
    let long = "x".repeat(257);
    for (name, value) in [
        ("clientId", json!("a b")),
        ("clientId", json!("ä")),
        ("clientId", json!(long)),
        ("clientId", json!(null)),
        ("scope", json!("admin root")),
        ("scope", json!("")),
        ("authGrantTypes", json!("implicit")),
        ("authGrantTypes", json!("authorization_code")),
        ("redirectUri", json!("nowhere")),
        ("tokenType", json!("MAC")),
        ("accessTokenTTL", json!(0)),
        ("accessTokenTTL", json!(2_147_483_648_u32)),
    ] {
        let mut body = service_client("c");
        body[name] = value.clone();
        let refused = caller.post_client(&body).await;
        assert_eq!(refused.status, 400, "{name} {value}");
        assert!(refused.json["errors"][0]["message"].is_string());
    }
    let garbage = caller
        .request(Method::POST, CLIENTS)
        .header("content-type", CLIENT)
        .body("{");
    assert_eq!(garbage.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn q3_a_put_may_mean_other_things() {
    let without = |name: &str| {
        let mut body = service_client("c");
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let mut blank = service_client("c");
    blank["secret"] = json!("");
    for (wipes, keeps, body, status) in [
        (false, false, without("secret"), 200),
        (true, false, without("secret"), 401),
        (false, false, blank.clone(), 401),
        (false, true, blank, 200),
    ] {
        let caller = Caller::with(|switches| {
            switches.put_without_secret_wipes = wipes;
            switches.put_blank_secret_keeps = keeps;
            switches.put_keeps_absent = true;
        })
        .await;
        let mut whole = service_client("c");
        whole["rememberAs"] = json!("C");
        caller.post_client(&whole).await;
        let put = caller
            .send(Method::PUT, &format!("{CLIENTS}/c"), CLIENT, &body)
            .await;
        assert_eq!((put.status, &put.json["rememberAs"]), (201, &json!("C")));
        assert_eq!(
            caller.mint("c", "s3cret").await.status,
            status,
            "{wipes} {keeps} {body}"
        );
    }
}

#[tokio::test]
async fn q18_q23_and_q24_defaults_commas_and_ids_as_sent() {
    let caller = Caller::with(|switches| {
        switches.default_access_ttl = 360;
        switches.default_refresh_ttl = 1;
        switches.default_refresh_idle_ttl = 14_400;
        switches.token_order = ListOrder::Commas;
        switches.client_ids_undecoded = true;
    })
    .await;
    let mut body = service_client("a@b");
    body["scope"] = json!("admin user");
    let made = caller.post_client(&body).await.json;
    let ttls = ["accessTokenTTL", "refreshTokenTTL", "refreshTokenIdleTTL"].map(|name| made[name].clone());
    assert_eq!(ttls, [json!(360), json!(1), json!(14_400)]);
    assert_eq!(made["scope"], "admin,user");
    assert_eq!(caller.get(&format!("{CLIENTS}/a@b")).await.status, 200);
    assert_eq!(caller.get(&format!("{CLIENTS}/a%40b")).await.status, 404);
}
