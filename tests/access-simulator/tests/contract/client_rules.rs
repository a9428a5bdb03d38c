//! What a tenant may do to OAuth clients beyond what it is asked for.

use access_simulator::{Client, Etags, ListShape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

impl Caller {
    async fn put_if(&self, path: &str, tag: &str, body: &Value) -> u16 {
        let request = self
            .request(Method::PUT, path)
            .header("content-type", CLIENT)
            .header("if-match", tag);
        let sent = request.body(body.to_string()).send().await.unwrap();
        sent.status().as_u16()
    }
}

#[tokio::test]
async fn ids_may_be_stored_in_small_letters() {
    let caller = Caller::with(|switches| switches.client_ids_lower = true).await;
    let created = caller.post_client(&service_client("Okta-SCIM")).await;
    assert_eq!(
        (created.status, &created.json["clientId"]),
        (201, &json!("okta-scim"))
    );
    assert_eq!(caller.post_client(&service_client("OKTA-scim")).await.status, 500);
    for spelled in ["okta-scim", "Okta-SCIM"] {
        let one = format!("{CLIENTS}/{spelled}");
        assert_eq!(caller.get(&one).await.json["clientId"], "okta-scim");
        let put = caller
            .send(Method::PUT, &one, CLIENT, &service_client("OKTA-SCIM"))
            .await;
        assert_eq!((put.status, &put.json["clientId"]), (201, &json!("okta-scim")));
        assert_eq!(caller.mint(spelled, "s3cret").await.status, 200);
    }
    // What was there before keeps its spelling.
    let built_in = caller.get(&format!("{CLIENTS}/service__oauth2client")).await;
    assert_eq!(built_in.json["clientId"], "Service__OAuth2Client");
    assert_eq!(caller.delete(&format!("{CLIENTS}/OKTA-SCIM")).await.status, 204);
    assert_eq!(caller.tenant().client("okta-scim"), None);

    let exact = Caller::new().await;
    exact.post_client(&service_client("Okta-SCIM")).await;
    assert_eq!(exact.get(&format!("{CLIENTS}/okta-scim")).await.status, 404);
    assert_eq!(exact.mint("okta-scim", "s3cret").await.status, 401);
}

#[tokio::test]
async fn the_redirect_uri_may_not_be_told() {
    let caller = Caller::with(|switches| switches.client_list = ListShape::New).await;
    let mut body = service_client("c");
    body["redirectUri"] = json!("https://app.example/callback");
    caller.post_client(&body).await;
    let one = format!("{CLIENTS}/c");
    let told = async || {
        let put = caller.send(Method::PUT, &one, CLIENT, &body).await.text;
        let answers = [put, caller.get(&one).await.text, caller.get(CLIENTS).await.text];
        answers.map(|text| text.contains("app.example"))
    };
    assert_eq!(told().await, [true; 3]);
    caller
        .tenant()
        .switches(|switches| switches.omit_redirect_uri = true);
    assert_eq!(told().await, [false; 3]);
    let kept = caller.tenant().client("c").unwrap().redirect_uri;
    assert_eq!(kept.as_deref(), Some("https://app.example/callback"));
}

#[tokio::test]
async fn an_etag_guards_a_client() {
    let caller = Caller::with(|switches| switches.client_etags = Etags::Strong).await;
    let tag = |answer: &Answer| answer.headers["etag"].to_str().unwrap().to_owned();
    let one = format!("{CLIENTS}/c");
    let mut body = service_client("c");
    let first = tag(&caller.post_client(&body).await);
    assert!(first.starts_with('"'));
    assert_eq!(tag(&caller.get(&one).await), first);
    assert!(caller.tenant().set_client_secret("c", "regenerated"));
    let second = tag(&caller.get(&one).await);
    assert_ne!(first, second, "a secret that is not shown counts too");

    body["rememberAs"] = json!("C");
    assert_eq!(caller.put_if(&one, &first, &body).await, 412);
    assert_eq!(caller.tenant().client("c").unwrap().remember_as, None);
    assert_eq!(caller.put_if(&one, &format!("\"x\", {second}"), &body).await, 201);
    assert_eq!(caller.put_if(&one, "*", &body).await, 201);
    let delete = caller.request(Method::DELETE, &one).header("if-match", second);
    assert_eq!(delete.send().await.unwrap().status(), 412);
    assert_eq!(
        caller.delete(&one).await.status,
        204,
        "without a condition as ever"
    );
}

#[tokio::test]
async fn a_weak_etag_matches_nothing_and_none_is_not_asked_for() {
    let one = format!("{CLIENTS}/terraform-admin");
    let body = service_client("terraform-admin");
    let caller = Caller::with(|switches| switches.client_etags = Etags::Weak).await;
    let tag = caller.get(&one).await.headers["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(tag.starts_with("W/\""));
    for wanted in [tag.as_str(), tag.trim_start_matches("W/"), "*"] {
        assert_eq!(caller.put_if(&one, wanted, &body).await, 412, "{wanted}");
    }
    let caller = Caller::new().await;
    assert!(!caller.get(&one).await.headers.contains_key("etag"));
    assert_eq!(caller.put_if(&one, "\"any\"", &body).await, 201);
}

#[tokio::test]
async fn a_put_may_drop_the_password_grant() {
    for (drops, expected) in [
        (false, "client_credentials password"),
        (true, "client_credentials"),
    ] {
        let caller = Caller::with(|switches| switches.put_drops_password_grant = drops).await;
        let grants = "client_credentials password";
        caller.tenant().put_client(Client {
            auth_grant_types: grants.into(),
            ..Client::service("c", "s3cret")
        });
        let mut body = service_client("c");
        body["authGrantTypes"] = json!(grants);
        let one = format!("{CLIENTS}/c");
        assert_eq!(caller.get(&one).await.json["authGrantTypes"], grants);
        let put = caller.send(Method::PUT, &one, CLIENT, &body).await;
        assert_eq!(put.json["authGrantTypes"], expected);
        assert_eq!(caller.get(&one).await.json["authGrantTypes"], expected);
    }
}
