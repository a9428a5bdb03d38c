//! Answers about OAuth clients that say less than was done, or something else.

use access_simulator::ErrorBody;

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
