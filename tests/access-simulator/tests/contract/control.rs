//! Control from another process.

use reqwest::Method;
use serde_json::json;

use crate::support::*;

const JSON: &str = "application/json";

#[tokio::test]
async fn everything_can_be_controlled_over_https() {
    let caller = Caller::new().await;
    let send = |method, path: &str, body| {
        let path = format!("/_control/{path}");
        let caller = &caller;
        async move { caller.send(method, &path, JSON, &body).await }
    };
    let switches = send(Method::PATCH, "switches", json!({"secret_read": "clear"})).await;
    assert_eq!(
        (switches.status, &switches.json["duplicate_client_status"]),
        (200, &json!(500))
    );
    assert_eq!(
        send(Method::PATCH, "switches", json!({"secret_raed": "clear"}))
            .await
            .status,
        400
    );

    let fault = json!({"method": "GET", "path": "oauth2clients", "action": {"answer": {"status": 503}}});
    assert_eq!(
        send(
            Method::POST,
            "faults",
            json!([fault, {"count": 2, "action": "reset"}])
        )
        .await
        .status,
        204
    );
    assert_eq!(caller.get(CLIENTS).await.status, 503);
    assert_eq!(caller.delete("/_control/faults").await.status, 204);
    assert_eq!(caller.get("/_control/faults").await.json, json!([]));

    assert_eq!(
        send(Method::PUT, "clients/c", service_client("c")).await.status,
        200
    );
    assert_eq!(
        send(
            Method::PATCH,
            "clients/c",
            json!({"secret": "new", "accessTokenTTL": 5})
        )
        .await
        .status,
        200
    );
    assert_eq!(
        send(Method::PATCH, "clients/missing", json!({})).await.status,
        404
    );
    let read = caller.get(&format!("{CLIENTS}/c")).await.json;
    assert_eq!(
        (&read["secret"], &read["accessTokenTTL"]),
        (&json!("new"), &json!(5))
    );
    assert_eq!(caller.delete("/_control/clients/c").await.status, 204);
    assert_eq!(
        caller
            .get("/_control/clients")
            .await
            .json
            .as_array()
            .unwrap()
            .len(),
        3
    );

    let added = send(
        Method::POST,
        "directories",
        json!({"name": "D", "domains": ["d"]}),
    )
    .await;
    let id = added.json["id"].as_str().unwrap();
    assert_eq!(
        caller.get("/_control/directories").await.json[1]["directory_type"],
        "OTHER_DIRECTORY"
    );
    assert_eq!(
        caller.delete(&format!("/_control/directories/{id}")).await.status,
        204
    );

    let clock = send(Method::POST, "clock", json!({"now": "2030-01-01T00:00:00Z"})).await;
    assert_eq!(clock.json["now"], "2030-01-01T00:00:00Z");
    let clock = send(Method::POST, "clock", json!({"advance_seconds": 5})).await;
    assert_eq!(clock.json["now"], "2030-01-01T00:00:05Z");
    assert_eq!(
        send(Method::POST, "clock", json!({"skew_seconds": 0}))
            .await
            .status,
        200
    );

    let requests = caller.get("/_control/requests").await.json;
    let paths: Vec<_> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| &request["path"])
        .collect();
    assert_eq!(paths, [CLIENTS, &format!("{CLIENTS}/c")]);
    assert_eq!(caller.delete("/_control/requests").await.status, 204);
    assert_eq!(caller.get("/_control/requests").await.json, json!([]));

    let secrets = caller.get("/_control/secrets").await.json;
    assert!(secrets.as_array().unwrap().contains(&json!(caller.token)));
    assert_eq!(
        send(Method::POST, "tokens/revoke", json!({"token": caller.token}))
            .await
            .status,
        204
    );
    assert_eq!(caller.get(CLIENTS).await.status, 401);
    assert_eq!(caller.get("/_control/scim/users").await.json, json!([]));
    assert_eq!(caller.get("/_control/scim/groups").await.json, json!([]));
}
