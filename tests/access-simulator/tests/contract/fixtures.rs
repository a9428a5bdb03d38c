//! F1 to F16: exchanges that public sources record or transcribe.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn f1_client_credentials_yield_the_recorded_token() {
    let caller = Caller::new().await;
    let mut client = service_client("rs.webapp.samples.vmware.com");
    client["authGrantTypes"] = json!("client_credentials refresh_token");
    client["accessTokenTTL"] = json!(360);
    assert_eq!(caller.post_client(&client).await.status, 201);

    let minted = caller.mint("rs.webapp.samples.vmware.com", "s3cret").await;
    assert_eq!(minted.status, 200);
    assert_eq!(minted.json["token_type"], "Bearer");
    assert_eq!(minted.json["expires_in"], 21_599);
    assert_eq!(minted.json["scope"], "admin");
    assert!(minted.json["refresh_token"].is_string());

    let claims = claims(minted.json["access_token"].as_str().unwrap());
    let url = caller.simulator.url();
    assert_eq!(claims["prn"], "rs.webapp.samples.vmware.com@ACME");
    assert_eq!(claims["iss"], format!("{url}/SAAS/auth"));
    assert_eq!(claims["aud"], format!("{url}/SAAS/auth/oauthtoken"));
    assert_eq!(claims["scp"], "admin");
    assert_eq!(claims["eml"], "OAuthClient_rswebappsamplesvmwarecom@noreply.com");
    assert_eq!(claims["cid"], "rs.webapp.samples.vmware.com");
    assert_eq!(claims["prn_type"], "SERVICE");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        21_600
    );
    assert!(
        serde_json::from_str::<Value>(claims["ctx"].as_str().unwrap())
            .unwrap()
            .is_array()
    );
}

#[tokio::test]
async fn f2_the_default_time_to_live_is_three_hours() {
    let caller = Caller::new().await;
    let minted = caller.mint("terraform-admin", "terraform-admin-secret").await;
    assert_eq!(minted.json["expires_in"], 10_799);
    assert!(
        minted.json.get("refresh_token").is_none(),
        "only with the refresh_token grant (Q19)"
    );
}

#[tokio::test]
async fn f8_an_other_directory_is_created() {
    let caller = Caller::new().await;
    let created = caller
        .post_directory("Okta Universal Directory", "example.com")
        .await;
    assert_eq!(created.status, 201);
    assert_eq!(created.content_type, format!("{OTHER};charset=UTF-8"));
    assert_eq!(created.json["type"], "OTHER_DIRECTORY");
    assert_eq!(created.json["domains"], json!(["example.com"]));
    assert!(created.json["directoryConfigurationId"].is_string());
    assert!(created.json["userStoreId"].is_string());

    let plain = json!({"type": "OTHER_DIRECTORY", "domains": ["b.example"], "name": "B"});
    let refused = caller
        .send(Method::POST, DIRECTORIES, "application/json", &plain)
        .await;
    assert_eq!(refused.status, 415);
}
