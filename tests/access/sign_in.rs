//! The admin's token: one for everybody, renewed once, never in a loop.

use std::time::Duration;

use access_simulator::{Action, Fault, Unauthorized};
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access::Proof::FreshSecret;
use terraform_provider_wsoa::access::{CreateDirectoryError, CreateError, ErrorKind, SignIn};
use terraform_provider_wsoa::diagnose::hint;

use crate::kit::*;

#[tokio::test]
async fn many_calls_sign_in_once() {
    let bench = bench().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..30 {
        let client = bench.client.clone();
        tasks.spawn(async move { client.oauth_client(&format!("c{n}")).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!((bench.count("POST", TOKEN), bench.count("GET", CLIENTS)), (1, 30));
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_for_all() {
    let bench = bench().await.signed_in().await;
    bench.tenant.advance(Duration::from_secs(86_400)); // the tenant's clock: to ours, the token is still good
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..10 {
        let client = bench.client.clone();
        tasks.spawn(async move {
            client
                .create_oauth_client(&service_client(&format!("c{n}")), FreshSecret)
                .await
                .unwrap()
        });
    }
    tasks.join_all().await;
    assert_eq!(bench.count("POST", TOKEN), 1);
    bench.tenant.clear_requests();
    bench.fail(Fault::on("GET", CLIENTS, Action::status(401)).times(9));
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(
        (error.kind(), bench.count("GET", CLIENTS)),
        (ErrorKind::Unauthorized, 2),
        "no loop"
    );
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_use() {
    let bench = bench().await.signed_in().await;
    bench.clock.advance(Duration::from_secs(3 * 3600));
    bench.client.oauth_client("c").await.unwrap();
    assert_eq!(bench.requests(), ["POST oauthtoken", "GET c"]);
}

#[tokio::test]
async fn forbidden_renews_only_a_token_near_its_end() {
    let bench = bench_switched(|switches| switches.unauthorized = Unauthorized::Expired403)
        .await
        .signed_in()
        .await;
    bench.tenant.advance(Duration::from_secs(46));
    bench.clock.advance(Duration::from_secs(3 * 3600 - 45)); // too early to renew, close enough for doubt
    bench.client.oauth_client("c").await.unwrap();
    assert_eq!(bench.requests(), ["GET c", "POST oauthtoken", "GET c"]);
    bench.fail(Fault::on("GET", CLIENTS, Action::status(403)));
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(hint(&error).unwrap().contains("admin role"));
    assert_eq!(bench.requests(), ["GET c"]);
}

#[tokio::test]
async fn login_pages_and_redirects_are_not_answers() {
    for (unauthorized, kind) in [
        (Unauthorized::Html, ErrorKind::NotJson),
        (Unauthorized::Redirect, ErrorKind::Redirect),
    ] {
        let bench = bench_with(
            |options| options.switches.unauthorized = unauthorized,
            |config| config.sign_in = SignIn::AccessToken(Secret::new("a-stale-token")),
        )
        .await;
        let error = bench.client.oauth_client("c").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(hint(&error).unwrap().contains("tenant_url"));
        assert!(
            bench.client.delete_oauth_client("c", None).await.is_err(),
            "a page is no success"
        );
    }
}

#[tokio::test]
async fn a_given_token_is_used_and_cannot_be_renewed() {
    let bench = bench().await;
    let token = bench
        .client
        .mint("terraform-admin", &Secret::new("terraform-admin-secret"), None)
        .await
        .unwrap();
    let given = token.access_token.clone();
    let url = bench.simulator.url();
    let pem = bench.simulator.ca_pem().to_owned();
    let other = bench_with(
        |_| {},
        |config| {
            config.tenant_url = terraform_provider_wsoa::access::TenantUrl::parse(&url).unwrap();
            config.ca_certificate_pem = Some(pem);
            config.sign_in = SignIn::AccessToken(given);
        },
    )
    .await;
    assert!(other.client.oauth_client("c").await.unwrap().is_none());
    bench.tenant.revoke_token(token.access_token.expose());
    bench.tenant.clear_requests();
    let error = other.client.oauth_client("c").await.unwrap_err();
    assert!(hint(&error).unwrap().contains("cannot be renewed"));
    assert_eq!(bench.requests(), ["GET c"]);
}

#[tokio::test]
async fn a_session_signs_in_and_is_renewed() {
    let user = ("admin".to_owned(), "a-password".to_owned());
    let password = |password: &str| SignIn::Session {
        username: "admin".into(),
        password: Secret::new(password),
    };
    let bench = bench_with(
        |options| options.admin_user = Some(user.clone()),
        |config| config.sign_in = password("a-password"),
    )
    .await;
    bench.client.oauth_client("c").await.unwrap();
    assert!(
        bench.tenant.requests()[1]
            .header("authorization")
            .unwrap()
            .starts_with("HZN ")
    );
    bench.tenant.advance(Duration::from_secs(86_400));
    bench.client.oauth_client("c").await.unwrap();
    assert_eq!(bench.count("POST", "/auth/system/login"), 2);

    let bench = bench_with(
        |options| options.admin_user = Some(user.clone()),
        |config| config.sign_in = password("wrong-password"),
    )
    .await;
    for _ in 0..3 {
        let error = bench.client.oauth_client("c").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidClient, "{error}");
        assert!(hint(&error).unwrap().contains("password"));
    }
    assert_eq!(
        bench.count("POST", "/auth/system/login"),
        1,
        "accounts get locked"
    );
}

#[tokio::test]
async fn credentials_that_were_refused_without_a_word_are_not_presented_by_every_call() {
    let bench = bench().await;
    bench.fail(Fault::on("POST", TOKEN, Action::status(401)).times(9));
    for _ in 0..3 {
        let error = bench.client.oauth_client("c").await.unwrap_err();
        assert!(hint(&error).unwrap().contains("client_secret"), "{error}");
    }
    assert_eq!(bench.count("POST", TOKEN), 1, "accounts get locked");
}

#[tokio::test]
async fn a_wrong_clock_is_named() {
    let bench = bench().await.signed_in().await;
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".to_owned();
    let headers = vec![("date".to_owned(), date)];
    bench.fail(
        Fault::on(
            "GET",
            CLIENTS,
            Action::Answer {
                status: 401,
                headers,
                body: String::new(),
            },
        )
        .times(2),
    );
    let error = bench.client.oauth_client("c").await.unwrap_err();
    assert!(hint(&error).unwrap().contains("clock"), "{:?}", hint(&error));
}

#[tokio::test]
async fn a_tenant_below_a_prefix_works_throughout() {
    let bench = bench_with(
        |options| options.path_prefix = Some("/SAAS/t/acme".into()),
        |_| {},
    )
    .await;
    let new = service_client("c");
    bench.client.create_oauth_client(&new, FreshSecret).await.unwrap();
    let token = bench
        .client
        .mint("c", new.secret.as_ref().unwrap(), None)
        .await
        .unwrap()
        .access_token;
    assert!(bench.client.token_is_valid(&token).await.unwrap());
    bench
        .client
        .revoke("c", new.secret.as_ref().unwrap(), &token)
        .await
        .unwrap();
    bench.client.directories().await.unwrap();
    assert!(
        bench
            .client
            .tenant_url()
            .scim_base_url()
            .ends_with("/SAAS/t/acme/jersey/manager/api/scim")
    );
    assert!(
        bench
            .tenant
            .requests()
            .iter()
            .all(|seen| seen.path.starts_with("/SAAS/t/acme/"))
    );
}

#[tokio::test]
async fn a_creation_that_could_not_sign_in_created_nothing() {
    let bench = bench().await;
    bench.fail(Fault::on("POST", TOKEN, Action::status(503)).times(99));
    let error = bench
        .client
        .create_oauth_client(&service_client("c"), FreshSecret)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CreateError::Failed(error) if error.status() == Some(503) && !error.outcome_is_unknown()),
        "{error:?}"
    );
    assert_eq!(bench.count("POST", CLIENTS) + bench.count("GET", CLIENTS), 0);
    bench.tenant.clear_faults();

    // A token that was rejected, and no other to be had.
    bench.client.directories().await.unwrap();
    bench.fail(Fault::on("POST", DIRECTORIES, Action::status(401)));
    bench.fail(Fault::on("POST", TOKEN, Action::status(503)).times(99));
    bench.tenant.clear_requests();
    let error = bench
        .client
        .create_other_directory("Okta", &["a.example".to_owned()])
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CreateDirectoryError::Failed(error) if error.status() == Some(503)),
        "{error:?}"
    );
    assert_eq!(
        (bench.count("GET", DIRECTORIES), bench.count("POST", DIRECTORIES)),
        (0, 1)
    );
}

#[tokio::test]
async fn a_tenant_that_rejects_every_token_is_not_asked_for_many() {
    let bench = bench().await;
    bench.fail(Fault::on("GET", CLIENTS, Action::status(401)).times(9999));
    for _ in 0..20 {
        let error = bench.client.oauth_client("c").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
    }
    assert_eq!((bench.count("POST", TOKEN), bench.count("GET", CLIENTS)), (1, 20));
    bench.clock.advance(Duration::from_secs(10));
    assert!(bench.client.oauth_client("c").await.is_err());
    assert_eq!(bench.count("POST", TOKEN), 2, "once in a while");
}
