//! Answers about OAuth clients that say less than was done, or something else.

use access_simulator::{DeleteAnswer, ErrorBody, PutSecret};
use reqwest::Method;
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_client_id_that_exists_is_refused_with_any_status_and_body() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    let before = caller.tenant().client("c");
    for (status, body, starts) in [
        (201, ErrorBody::Empty, ""),
        (200, ErrorBody::Empty, ""),
        (200, ErrorBody::Usual, "{\"errors\":[{\"code\":\"oauth2.client"),
        (500, ErrorBody::Html, "<!DOCTYPE html>"),
    ] {
        caller.tenant().switches(|switches| {
            switches.duplicate_client_status = status;
            switches.duplicate_client_body = body;
        });
        let mut client = service_client("c");
        client["secret"] = "another".into();
        let refused = caller.post_client(&client).await;
        assert_eq!(refused.status, status, "{body:?}");
        assert!(refused.text.starts_with(starts), "{body:?}: {}", refused.text);
        assert_eq!(refused.text.is_empty(), body == ErrorBody::Empty);
        assert_eq!(caller.tenant().client("c"), before, "{body:?}");
    }
}

#[tokio::test]
async fn a_created_client_is_answered_with_any_success() {
    let caller = Caller::new().await;
    for status in [200, 201, 202, 204] {
        caller
            .tenant()
            .switches(|switches| switches.client_post_status = status);
        let id = status.to_string();
        let created = caller.post_client(&service_client(&id)).await;
        assert_eq!(created.status, status);
        assert_eq!(created.text.is_empty(), matches!(status, 202 | 204), "{status}");
        assert!(caller.tenant().client(&id).is_some());
    }
}

#[tokio::test]
async fn q4_the_tenant_may_make_every_secret_itself() {
    let caller = Caller::with(|switches| switches.own_secret = true).await;
    let created = caller.post_client(&service_client("c")).await;
    let own = created.json["secret"].as_str().unwrap();
    assert_ne!(own, "s3cret");
    assert_eq!(caller.mint("c", own).await.status, 200);
    assert_eq!(caller.mint("c", "s3cret").await.status, 401);
    let read = caller.get(&format!("{CLIENTS}/c")).await;
    assert_eq!(read.json["secret"], "", "it is shown once");
    assert!(caller.tenant().every_secret().iter().any(|secret| secret == own));
}

#[tokio::test]
async fn q3_a_put_may_take_no_secret() {
    for (mode, status, holds) in [
        (PutSecret::Taken, 201, "second"),
        (PutSecret::Ignored, 201, "s3cret"),
        (PutSecret::Refused, 400, "s3cret"),
    ] {
        let caller = Caller::with(|switches| switches.put_secret = mode).await;
        caller.post_client(&service_client("c")).await;
        let mut body = service_client("c");
        body["secret"] = json!("second");
        body["rememberAs"] = json!("C");
        let one = format!("{CLIENTS}/c");
        assert_eq!(caller.send(Method::PUT, &one, CLIENT, &body).await.status, status);
        let client = caller.tenant().client("c").unwrap();
        assert_eq!(client.secret, holds, "{mode:?}");
        assert_eq!(client.remember_as.is_some(), status == 201, "{mode:?}");
        body["secret"] = json!(null);
        let without = caller.send(Method::PUT, &one, CLIENT, &body).await;
        assert_eq!(without.status, 201, "{mode:?}");
    }
}

#[tokio::test]
async fn a_deleted_client_is_answered_with_any_success() {
    let caller = Caller::new().await;
    for (mode, status, starts) in [
        (DeleteAnswer::Empty, 204, ""),
        (DeleteAnswer::Text, 200, "The client"),
        (DeleteAnswer::Errors, 200, "{\"errors\":[{"),
    ] {
        caller
            .tenant()
            .switches(|switches| switches.client_delete_answer = mode);
        caller.post_client(&service_client("c")).await;
        let deleted = caller.delete(&format!("{CLIENTS}/c")).await;
        assert_eq!(deleted.status, status, "{mode:?}");
        assert!(deleted.text.starts_with(starts), "{mode:?}: {}", deleted.text);
        assert_eq!(caller.tenant().client("c"), None, "{mode:?}");
    }
}
