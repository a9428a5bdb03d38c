//! The open questions about tokens and about who may do what.

use access_simulator::{
    AcsDiscovery, ErrorBody, Options, RefreshToken, Spelling, TokenCheck, TokenRequest, TtlUnit, Unauthorized,
};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::*;

const TOKEN: &str = "/SAAS/auth/oauthtoken";

#[tokio::test]
async fn q5_clients_created_over_the_api_may_lack_a_role() {
    let mut caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    caller.token = caller.mint("c", "s3cret").await.json["access_token"]
        .as_str()
        .unwrap()
        .into();
    assert_eq!(caller.get(CLIENTS).await.status, 200);
    caller
        .tenant()
        .switches(|switches| switches.api_clients_lack_role = true);
    assert_eq!(caller.get(CLIENTS).await.status, 403);
}

#[tokio::test]
async fn q14_missing_invalid_and_expired_tokens() {
    let caller = Caller::new().await;
    let ask = |token: &'static str| {
        let request = caller.http.get(caller.url(CLIENTS));
        let request = if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        };
        async move { answer(request.send().await.unwrap()).await }
    };
    for token in ["", "invalid"] {
        let refused = ask(token).await;
        assert_eq!(
            (refused.status, &refused.json["errors"][0]["code"]),
            (401, &json!("unauthorized"))
        );
    }
    caller.tenant().advance(Duration::from_secs(10_799));
    assert_eq!(caller.get(CLIENTS).await.status, 200);
    caller.tenant().advance(Duration::from_secs(2));
    assert_eq!(caller.get(CLIENTS).await.status, 401);

    caller
        .tenant()
        .switches(|switches| switches.unauthorized = Unauthorized::Expired403);
    assert_eq!(caller.get(CLIENTS).await.status, 403);
    assert_eq!(ask("invalid").await.status, 401);
    caller
        .tenant()
        .switches(|switches| switches.unauthorized = Unauthorized::Html);
    let page = ask("invalid").await;
    assert!(page.status == 200 && page.content_type.starts_with("text/html"));
    caller
        .tenant()
        .switches(|switches| switches.unauthorized = Unauthorized::Redirect);
    let redirect = ask("invalid").await;
    assert_eq!(redirect.status, 302);
    assert!(
        redirect.headers["location"]
            .to_str()
            .unwrap()
            .ends_with("/SAAS/auth/login")
    );
}

#[tokio::test]
async fn q15_refusals_of_the_token_endpoint() {
    let caller = Caller::new().await;
    let ask = |query: &str| {
        let request = caller.http.post(caller.url(&format!("{TOKEN}?{query}")));
        let request = request.basic_auth("terraform-admin", Some("terraform-admin-secret"));
        async move { answer(request.send().await.unwrap()).await }
    };
    for (query, status, error) in [
        ("", 500, "invalid_request"),
        ("grant_type=implicit", 400, "unsupported_grant_type"),
        (
            "grant_type=refresh_token&refresh_token=x",
            400,
            "unauthorized_client",
        ),
        ("grant_type=client_credentials&scope=email", 400, "invalid_scope"),
    ] {
        let refused = ask(query).await;
        assert_eq!(
            (refused.status, &refused.json["error"]),
            (status, &json!(error)),
            "{query}"
        );
        assert!(refused.json["error_description"].is_string());
    }
    for (id, secret) in [("terraform-admin", "wrong"), ("nobody", "x")] {
        let refused = caller.mint(id, secret).await;
        assert_eq!(
            (refused.status, &refused.json["error"]),
            (401, &json!("invalid_client"))
        );
    }
    assert_eq!(caller.get(TOKEN).await.status, 405);
    caller.tenant().switches(|switches| {
        switches.bad_client_status = 400;
        switches.absent_grant_status = 400;
    });
    assert_eq!(caller.mint("nobody", "x").await.status, 400);
    for (body, content_type) in [
        (ErrorBody::Empty, ""),
        (ErrorBody::Html, "text/html;charset=UTF-8"),
    ] {
        caller
            .tenant()
            .switches(|switches| switches.bad_client_body = body);
        let refused = caller.mint("nobody", "x").await;
        assert_eq!(
            (refused.status, refused.content_type.as_str()),
            (400, content_type)
        );
        assert!(!refused.text.contains("invalid_client"), "{body:?}");
    }
    assert_eq!(ask("").await.status, 400);
}

#[tokio::test]
async fn q16_credentials_in_four_places() {
    let caller = Caller::new().await;
    let (id, secret) = ("terraform-admin", "terraform-admin-secret");
    let all = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let plain = |path: &str| caller.http.post(caller.url(path));
    for request in [
        plain(TOKEN).basic_auth(id, Some(secret)).form(&all[..1]),
        plain(TOKEN).basic_auth(id, Some(secret)).query(&all[..1]),
        plain(TOKEN).form(&all),
        plain(TOKEN).query(&all),
        plain("/SAAS/API/1.0/oauth2/token")
            .basic_auth(id, Some(secret))
            .query(&all[..1]),
        plain("/acs/token").basic_auth(id, Some(secret)).form(&all[..1]),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn q17_the_unit_of_time_to_live() {
    let caller = Caller::with(|switches| switches.ttl_unit = TtlUnit::Seconds).await;
    let minted = caller.mint("terraform-admin", "terraform-admin-secret").await;
    assert_eq!(minted.json["expires_in"], 179);
}

#[tokio::test]
async fn q18_a_token_may_live_less_long_than_asked_for() {
    for (unit, asked, cap, stored, shown, lives) in [
        (TtlUnit::Minutes, 180, 0, true, 180, 10_799),
        (TtlUnit::Minutes, 180, 60, false, 180, 3_599),
        (TtlUnit::Minutes, 180, 60, true, 60, 3_599),
        (TtlUnit::Minutes, 30, 60, true, 30, 1_799),
        (TtlUnit::Seconds, 7_200, 60, true, 3_600, 3_599),
    ] {
        let caller = Caller::with(|switches| {
            switches.ttl_unit = unit;
            switches.ttl_cap_minutes = cap;
            switches.ttl_cap_stored = stored;
        })
        .await;
        let mut client = service_client("c");
        client["accessTokenTTL"] = json!(asked);
        let created = caller.post_client(&client).await;
        assert_eq!(created.json["accessTokenTTL"], shown, "{unit:?} {cap}");
        let put = caller
            .send(Method::PUT, &format!("{CLIENTS}/c"), CLIENT, &client)
            .await;
        assert_eq!(put.json["accessTokenTTL"], shown, "{unit:?} {cap}");
        let minted = caller.mint("c", "s3cret").await;
        assert_eq!(minted.json["expires_in"], lives, "{unit:?} {cap}");
    }
}

#[tokio::test]
async fn q19_refresh_tokens_work_until_revoked() {
    let caller = Caller::new().await;
    let mut client = service_client("c");
    client["authGrantTypes"] = json!("client_credentials refresh_token");
    client["scope"] = json!("admin user");
    caller.post_client(&client).await;
    let minted = caller.mint("c", "s3cret").await;
    let refresh = minted.json["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("scope", "user"),
    ];
    let renew = || {
        caller
            .http
            .post(caller.url(TOKEN))
            .basic_auth("c", Some("s3cret"))
            .form(&form)
            .send()
    };
    let renewed = answer(renew().await.unwrap()).await;
    assert_eq!((renewed.status, &renewed.json["scope"]), (200, &json!("user")));
    assert!(caller.tenant().revoke_token(refresh));
    let refused = answer(renew().await.unwrap()).await;
    assert_eq!(
        (refused.status, &refused.json["error"]),
        (400, &json!("invalid_grant"))
    );
}

#[tokio::test]
async fn q20_tokens_survive_rotation_but_not_deletion() {
    let caller = Caller::new().await;
    caller.post_client(&service_client("c")).await;
    let token = |minted: &Answer| minted.json["access_token"].as_str().unwrap().to_owned();
    let check = |token: String| {
        let request = caller.http.get(caller.url(CHECK)).bearer_auth(token);
        async move { request.send().await.unwrap().text().await.unwrap() }
    };
    let first = token(&caller.mint("c", "s3cret").await);
    assert!(caller.tenant().set_client_secret("c", "second"));
    assert_eq!(check(first.clone()).await, "true");
    caller
        .tenant()
        .switches(|switches| switches.rotation_revokes_tokens = true);
    let mut body = service_client("c");
    body["secret"] = json!("third");
    caller
        .send(Method::PUT, &format!("{CLIENTS}/c"), CLIENT, &body)
        .await;
    assert_eq!(check(first).await, "false");
    let second = token(&caller.mint("c", "third").await);
    assert_eq!(check(second.clone()).await, "true");
    caller.delete(&format!("{CLIENTS}/c")).await;
    assert_eq!(check(second).await, "false");
}

#[tokio::test]
async fn q21_spelling_and_failures_of_the_token_check() {
    let caller = Caller::new().await;
    for (spelling, text) in [
        (Spelling::Lower, "true"),
        (Spelling::Capital, "True"),
        (Spelling::Quoted, "\"true\""),
    ] {
        caller
            .tenant()
            .switches(|switches| switches.token_check_spelling = spelling);
        assert_eq!(caller.get(CHECK).await.text, text);
    }
    for (mode, valid, invalid) in [
        (TokenCheck::Answers, 200, 200),
        (TokenCheck::Status401, 200, 401),
        (TokenCheck::Status404, 404, 404),
        (TokenCheck::Status500, 500, 500),
    ] {
        caller.tenant().switches(|switches| switches.token_check = mode);
        assert_eq!(caller.get(CHECK).await.status, valid);
        let request = caller.http.get(caller.url(CHECK)).bearer_auth("unknown");
        assert_eq!(request.send().await.unwrap().status(), invalid);
    }
}

#[tokio::test]
async fn revocation_is_advertised_and_works() {
    let caller = Caller::new().await;
    let (auth, acs) = (
        "/SAAS/auth/.well-known/openid-configuration",
        "/acs/.well-known/openid-configuration",
    );
    let document = caller.get(auth).await.json;
    assert_eq!(document["token_endpoint"], caller.url(TOKEN));
    assert!(document.get("revocation_endpoint").is_none());
    let document = caller.get(acs).await.json;
    assert_eq!(document["issuer"], caller.url("/SAAS/auth"));
    assert_eq!(document["revocation_endpoint"], caller.url("/acs/revoke"));

    let revoke = |secret: &'static str, token: String| {
        let request = caller
            .http
            .post(caller.url("/acs/revoke"))
            .basic_auth("terraform-admin", Some(secret));
        async move {
            request
                .form(&[("token", token)])
                .send()
                .await
                .unwrap()
                .status()
                .as_u16()
        }
    };
    assert_eq!(revoke("wrong", caller.token.clone()).await, 401);
    assert_eq!(revoke("terraform-admin-secret", "unknown".into()).await, 200);
    assert_eq!(caller.get(CHECK).await.text, "true");
    assert_eq!(revoke("terraform-admin-secret", caller.token.clone()).await, 200);
    assert_eq!(caller.get(CHECK).await.text, "false");
    assert_eq!(
        caller
            .get("/SAAS/API/1.0/REST/auth/token?attribute=isRevoked")
            .await
            .text,
        "true"
    );
    assert_eq!(caller.get(CLIENTS).await.status, 401);

    caller
        .tenant()
        .switches(|switches| switches.acs_discovery = AcsDiscovery::NoRevocation);
    assert!(caller.get(acs).await.json.get("revocation_endpoint").is_none());
    assert_eq!(revoke("terraform-admin-secret", "unknown".into()).await, 404);
    caller.tenant().switches(|switches| {
        switches.acs_discovery = AcsDiscovery::Absent;
        switches.auth_discovery_absent = true;
    });
    assert_eq!(caller.get(acs).await.status, 404);
    assert_eq!(caller.get(auth).await.status, 404);
}

#[tokio::test]
async fn q28_a_path_prefix_stands_in_the_place_of_saas() {
    let prefix = Some("/SAAS/t/acme".to_owned());
    let caller = Caller::start(Options {
        path_prefix: prefix,
        ..Options::default()
    })
    .await;
    assert!(caller.simulator.url().ends_with("/SAAS/t/acme"));
    assert_eq!(caller.get(CLIENTS).await.status, 200);
    assert_eq!(caller.get(CHECK).await.text, "true");
    assert_eq!(
        claims(&caller.token)["iss"],
        format!("{}/auth", caller.simulator.url())
    );
    let outside = caller.simulator.url().replace("/SAAS/t/acme", CLIENTS);
    assert_eq!(caller.http.get(outside).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn q28_another_host_name_draws_444() {
    let caller = Caller::with(|switches| switches.host_check = true).await;
    assert_eq!(caller.get(CLIENTS).await.status, 200);
    let by_address = caller.url(CLIENTS).replace("localhost", "127.0.0.1");
    let refused = answer(caller.http.get(by_address).send().await.unwrap()).await;
    assert_eq!((refused.status, refused.text.as_str()), (444, ""));
}

#[tokio::test]
async fn the_clock_can_stand_run_and_differ() {
    let caller = Caller::new().await;
    let at: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    caller.tenant().set_now(at);
    caller.tenant().advance(Duration::from_secs(60));
    let minted = caller.mint("terraform-admin", "terraform-admin-secret").await;
    let issued: Value = claims(minted.json["access_token"].as_str().unwrap());
    assert_eq!(issued["iat"], at.as_second() + 60);
    caller.tenant().set_clock(-3600);
    assert!(caller.tenant().now() < Timestamp::now());
}

#[tokio::test]
async fn unknown_paths_say_so() {
    let caller = Caller::new().await;
    let missing = caller.get("/SAAS/jersey/manager/api/nothing").await;
    assert_eq!(missing.status, 404);
    let message = missing.json["errors"][0]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "The simulator has no endpoint GET /SAAS/jersey/manager/api/nothing."
    );
    assert_eq!(
        caller.delete(CLIENTS).await.json["errors"][0]["code"],
        "method.not.allowed"
    );
}

#[tokio::test]
async fn q15_q16_and_q19_the_token_endpoint() {
    let caller = Caller::with(|switches| switches.bad_grant_status = 500).await;
    let post = |query: &str, form: &[(&str, &str)], basic: bool| {
        let request = caller
            .http
            .post(caller.url(&format!("/SAAS/auth/oauthtoken{query}")))
            .form(form);
        let request = match basic {
            true => request.basic_auth("terraform-admin", Some("terraform-admin-secret")),
            false => request,
        };
        async { answer(request.send().await.unwrap()).await }
    };
    let grant = ("grant_type", "client_credentials");
    let (id, secret) = (
        ("client_id", "terraform-admin"),
        ("client_secret", "terraform-admin-secret"),
    );
    assert_eq!(post("", &[("grant_type", "implicit")], true).await.status, 500);
    for (place, documented, in_query, in_form) in [
        (TokenRequest::Anywhere, 200, 200, 200),
        (TokenRequest::BasicAndForm, 200, 500, 401),
    ] {
        caller
            .tenant()
            .switches(|switches| switches.token_request = place);
        assert_eq!(post("", &[grant], true).await.status, documented, "{place:?}");
        assert_eq!(
            post("?grant_type=client_credentials", &[], true).await.status,
            in_query,
            "{place:?}"
        );
        assert_eq!(
            post("", &[grant, id, secret], false).await.status,
            in_form,
            "{place:?}"
        );
    }
    for (brings, expected) in [
        (RefreshToken::ByGrant, false),
        (RefreshToken::Always, true),
        (RefreshToken::Never, false),
    ] {
        caller
            .tenant()
            .switches(|switches| switches.refresh_token = brings);
        let minted = post("", &[grant], true).await.json;
        assert_eq!(minted.get("refresh_token").is_some(), expected, "{brings:?}");
    }
}
