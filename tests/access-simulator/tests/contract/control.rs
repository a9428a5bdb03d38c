//! Control from another process.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

impl Caller {
    async fn control(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(method, &format!("/_control/{path}"), "application/json", &body)
            .await
    }
}

#[tokio::test]
async fn switches_and_faults() {
    let caller = Caller::new().await;
    let switches = caller
        .control(Method::PATCH, "switches", json!({"secret_read": "clear"}))
        .await;
    assert_eq!(
        (switches.status, &switches.json["duplicate_client_status"]),
        (200, &json!(500))
    );
    assert_eq!(caller.get("/_control/switches").await.json, switches.json);
    let typo = caller
        .control(Method::PATCH, "switches", json!({"secret_raed": "clear"}))
        .await;
    assert_eq!(typo.status, 400);

    let fault = json!({"method": "GET", "path": "oauth2clients", "action": {"answer": {"status": 503}}});
    let faults = json!([fault, {"count": 2, "action": "reset"}]);
    assert_eq!(caller.control(Method::POST, "faults", faults).await.status, 204);
    assert_eq!(caller.get(CLIENTS).await.status, 503);
    assert_eq!(
        caller
            .get("/_control/faults")
            .await
            .json
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(caller.delete("/_control/faults").await.status, 204);
    assert_eq!(caller.get("/_control/faults").await.json, json!([]));
    assert_eq!(caller.get(CLIENTS).await.status, 200);
}

#[tokio::test]
async fn clients_and_directories() {
    let caller = Caller::new().await;
    assert_eq!(
        caller
            .control(Method::PUT, "clients/c", service_client("c"))
            .await
            .status,
        200
    );
    let change = json!({"secret": "new", "accessTokenTTL": 5});
    assert_eq!(
        caller.control(Method::PATCH, "clients/c", change).await.status,
        200
    );
    assert_eq!(
        caller
            .control(Method::PATCH, "clients/missing", json!({}))
            .await
            .status,
        404
    );
    assert_eq!(
        caller.get(&format!("{CLIENTS}/c")).await.json["accessTokenTTL"],
        5
    );
    assert_eq!(caller.mint("c", "new").await.json["expires_in"], 299);
    assert_eq!(caller.delete("/_control/clients/c").await.status, 204);
    assert_eq!(caller.delete("/_control/clients/c").await.status, 404);
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

    let added = caller
        .control(
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
    assert_eq!(caller.get("/_control/scim/users").await.json, json!([]));
    assert_eq!(caller.get("/_control/scim/groups").await.json, json!([]));
}

#[tokio::test]
async fn clock() {
    let caller = Caller::new().await;
    let clock = caller
        .control(Method::POST, "clock", json!({"now": "2030-01-01T00:00:00Z"}))
        .await;
    assert_eq!(clock.json["now"], "2030-01-01T00:00:00Z");
    caller
        .control(Method::POST, "clock", json!({"advance_seconds": 5}))
        .await;
    assert_eq!(
        caller.get("/_control/clock").await.json["now"],
        "2030-01-01T00:00:05Z"
    );
    assert_eq!(
        caller
            .control(Method::POST, "clock", json!({"skew_seconds": 0}))
            .await
            .status,
        200
    );
    assert_eq!(
        caller
            .control(Method::POST, "clock", json!({"now": "soon"}))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn requests_secrets_and_revocation() {
    let caller = Caller::new().await;
    caller.get(CLIENTS).await;
    let requests = caller.get("/_control/requests").await.json;
    assert_eq!(
        requests.as_array().unwrap().len(),
        1,
        "control itself is not recorded"
    );
    assert_eq!(
        (&requests[0]["path"], &requests[0]["status"]),
        (&json!(CLIENTS), &json!(200))
    );
    assert_eq!(caller.delete("/_control/requests").await.status, 204);
    assert_eq!(caller.get("/_control/requests").await.json, json!([]));

    let secrets = caller.get("/_control/secrets").await.json;
    assert!(secrets.as_array().unwrap().contains(&json!(caller.token)));
    let token = json!({"token": caller.token});
    assert_eq!(
        caller.control(Method::POST, "tokens/revoke", token).await.status,
        204
    );
    assert_eq!(caller.get(CLIENTS).await.status, 401);
}
