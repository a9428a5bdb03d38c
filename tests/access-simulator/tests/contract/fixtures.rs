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

#[tokio::test]
async fn f3_a_session_login_yields_a_token_that_both_schemes_carry() {
    let caller = Caller::new().await;
    let login = |password: &str| {
        let body = json!({"username": "admin", "password": password, "issueToken": "true"});
        caller
            .http
            .post(caller.url("/SAAS/API/1.0/REST/auth/system/login"))
            .json(&body)
            .send()
    };
    let session = answer(login("admin-password").await.unwrap()).await;
    assert_eq!(session.status, 200);
    let token = session.json["sessionToken"].as_str().unwrap();
    let shape =
        json!({"id": null, "sessionToken": token, "firstName": null, "lastName": null, "admin": false});
    assert_eq!(session.json, shape);
    for scheme in ["HZN", "Bearer"] {
        let request = caller
            .http
            .get(caller.url(CLIENTS))
            .header("authorization", format!("{scheme} {token}"));
        assert_eq!(request.send().await.unwrap().status(), 200, "{scheme}");
    }
    assert_eq!(login("wrong").await.unwrap().status(), 401);
}

#[tokio::test]
async fn f4_the_token_check_and_the_public_key() {
    let caller = Caller::new().await;
    let check = "/SAAS/API/1.0/REST/auth/token?attribute=";
    let key = caller.get(&format!("{check}publicKey")).await.json;
    assert_eq!(key["alg"], "RSA");
    assert_eq!(key["exp"], "65537");
    assert!(
        key["mod"]
            .as_str()
            .unwrap()
            .bytes()
            .all(|digit| digit.is_ascii_digit())
    );
    assert_eq!(caller.get(&format!("{check}isValid")).await.text, "true");
    assert_eq!(caller.get(&format!("{check}isRevoked")).await.text, "false");
    let pem = caller.get(&format!("{check}publicKey&format=pem")).await.text;
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
}

#[tokio::test]
async fn f4_the_signature_of_a_token_holds() {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    let caller = Caller::new().await;
    let keys = caller
        .get("/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks")
        .await
        .json;
    let part = |name: &str| {
        BASE64_URL_SAFE_NO_PAD
            .decode(keys["keys"][0][name].as_str().unwrap())
            .unwrap()
    };
    let (message, signature) = caller.token.rsplit_once('.').unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = RsaPublicKeyComponents {
        n: part("n"),
        e: part("e"),
    };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature)
        .unwrap();
    assert_eq!(caller.get("/acs/jwks").await.json, keys);
}

#[tokio::test]
async fn f5_a_service_client_with_every_field() {
    let caller = Caller::new().await;
    let body = json!({
        "clientId": "pvs", "secret": "s3cret", "scope": "admin", "authGrantTypes": "refresh_token client_credentials",
        "redirectUri": "", "tokenType": "Bearer", "tokenLength": 32, "accessTokenTTL": 8, "refreshTokenTTL": 1440,
        "refreshTokenIdleTTL": 4, "rememberAs": "pvs", "displayUserGrant": false, "internalSystemClient": false,
        "inheritanceAllowed": true,
    });
    let created = caller.post_client(&body).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.content_type, format!("{CLIENT};charset=UTF-8"));
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&created.json[name], value, "{name}");
    }
    let list = caller.get(CLIENTS).await;
    let ids: Vec<_> = list.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["clientId"])
        .collect();
    assert_eq!(ids, ["Service__OAuth2Client", "acs", "pvs", "terraform-admin"]);
}

#[tokio::test]
async fn f6_an_authorization_code_client_with_fields_nobody_documents() {
    let caller = Caller::new().await;
    let mut body = json!({
        "clientId": "host", "rememberAs": "host", "secret": "s3cret", "redirectUri": "https://host/auth/callback",
        "scope": "email profile user openid", "authGrantTypes": "authorization_code refresh_token",
        "tokenType": "Bearer", "tokenLength": 32, "accessTokenTTL": 180, "refreshTokenTTL": 129_600,
        "refreshTokenIdleTTL": 5760, "displayUserGrant": false, "internalSystemClient": false,
        "activationToken": null, "strData": null, "inheritanceAllowed": false, "returnFailureResponse": false,
    });
    let created = caller.post_client(&body).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.json["secret"], "s3cret");
    body["clientId"] = json!("other");
    body["redirectUri"] = json!("");
    assert_eq!(
        caller.post_client(&body).await.status,
        400,
        "redirectUri is required for authorization_code"
    );
}

#[tokio::test]
async fn f7_a_password_client_from_few_fields() {
    let caller = Caller::new().await;
    let body = json!({
        "clientId": "ActiveDirectoryAuthClient", "secret": "c2VjcmV0", "authGrantTypes": "password",
        "tokenType": "Bearer", "accessTokenTTL": 3600, "scope": "user admin", "displayUserGrant": true,
    });
    assert_eq!(caller.post_client(&body).await.status, 201);
    let request = caller
        .http
        .post(caller.url("/SAAS/auth/oauthtoken?grant_type=password"));
    let form = [
        ("username", "admin"),
        ("password", "admin-password"),
        ("domain", "System Domain"),
    ];
    let request = request
        .basic_auth("ActiveDirectoryAuthClient", Some("c2VjcmV0"))
        .form(&form);
    let minted = answer(request.send().await.unwrap()).await;
    assert_eq!(
        claims(minted.json["access_token"].as_str().unwrap())["prn"],
        "admin@ACME"
    );
}

#[tokio::test]
async fn f9_directories_are_listed_and_deleted() {
    let caller = Caller::new().await;
    let jit = "application/vnd.vmware.horizon.manager.connector.management.directory.jit+json";
    let created = caller
        .send(
            Method::POST,
            DIRECTORIES,
            jit,
            &json!({"name": "J", "domains": ["j"]}),
        )
        .await;
    assert_eq!(created.status, 201);
    assert_eq!(
        caller.get(DIRECTORIES).await.json["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let list = caller
        .get(&format!("{DIRECTORIES}/?includeJitDirectories=true"))
        .await;
    let item = &list.json["items"][1];
    assert_eq!(item["type"], "JIT_DIRECTORY");
    let one = format!("{DIRECTORIES}/{}", item["directoryId"].as_str().unwrap());
    assert_eq!(
        caller.delete(&format!("{one}?asyncDelete=true")).await.status,
        200
    );
    for _ in 0..2 {
        assert_eq!(caller.get(&one).await.json["deleteInProgress"], true);
    }
    assert_eq!(caller.get(&one).await.status, 404);
    assert_eq!(caller.delete(&one).await.status, 404);
}

#[tokio::test]
async fn f10_the_fields_of_a_list_item() {
    let caller = Caller::new().await;
    caller.post_directory("Okta", "example.com").await;
    let list = caller.get(DIRECTORIES).await;
    let item = &list.json["items"][1];
    assert!(item["directoryId"].is_string() && item["userstoreId"].is_string());
    assert_eq!(item["countDomains"], 1);
    for name in [
        "deleteInProgress",
        "migratedToEnterpriseService",
        "syncConfigurationEnabled",
    ] {
        assert_eq!(item[name], false, "{name}");
    }
    assert!(item.get("domains").is_none(), "Q11");
}

#[tokio::test]
async fn f13_without_the_admin_scope_nothing_is_allowed() {
    let caller = Caller::new().await;
    let mut client = service_client("reader");
    client["scope"] = json!("user");
    caller.post_client(&client).await;
    let minted = caller.mint("reader", "s3cret").await;
    let token = minted.json["access_token"].as_str().unwrap();
    let refused = answer(
        caller
            .http
            .get(caller.url(CLIENTS))
            .bearer_auth(token)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(refused.status, 403);
    let message = "User is not authorized to perform the task.";
    assert_eq!(
        refused.json,
        json!({"errors": [{"code": "forbidden", "message": message, "parameters": null}]})
    );
}

#[tokio::test]
async fn f14_a_duplicate_has_the_code_of_the_sister_product() {
    let caller = Caller::with(|switches| switches.duplicate_client_status = 409).await;
    caller.post_client(&service_client("X")).await;
    let refused = caller.post_client(&service_client("X")).await;
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.json["errors"][0]["code"],
        "oauth2.client.with.client.id.already.exists"
    );
    assert_eq!(
        refused.json["errors"][0]["message"],
        "OAuth2 Client with client id X already exists."
    );
}

#[tokio::test]
async fn f15_a_client_is_read_without_its_secret() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    let read = caller.get(&format!("{CLIENTS}/c")).await;
    assert_eq!(read.json["secret"], "");
    assert_eq!(read.json["displayUserGrant"], false);
    assert!(
        read.json["_links"]["self"]["href"]
            .as_str()
            .unwrap()
            .ends_with("/oauth2clients/c")
    );

    let approvals = "/SAAS/API/1.0/REST/admin/approvals";
    assert_eq!(
        caller
            .send(Method::PUT, approvals, CLIENT, &json!({}))
            .await
            .status,
        415
    );
    assert_eq!(
        caller
            .send(Method::PUT, approvals, "application/json", &json!({}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn f16_the_console_makes_secrets_for_sessions_only() {
    let caller = Caller::new().await;
    let path = "/SAAS/admin/settings/OAuthClient/generateRandomOAuthSecret";
    let refused = caller.request(Method::POST, path).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    let body = json!({"username": "admin", "password": "admin-password", "issueToken": true});
    let login = caller
        .http
        .post(caller.url("/SAAS/API/1.0/REST/auth/system/login"))
        .json(&body);
    let session = answer(login.send().await.unwrap()).await;
    let token = session.json["sessionToken"].as_str().unwrap();
    let request = caller
        .http
        .post(caller.url(path))
        .header("authorization", format!("HZN {token}"));
    let made = answer(request.send().await.unwrap()).await;
    assert_eq!(made.json["message"].as_str().unwrap().len(), 32);
}
