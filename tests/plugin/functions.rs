//! The functions, called in a process that is not configured, as Terraform does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wsoa_test_kit::{Val, obj};

use crate::bench::{bench, host};

#[tokio::test]
async fn addresses_are_made_without_a_tenant() {
    let host = host().await;
    let tenant = || vec![Val::from("https://acme.example:8443")];
    let scim = host.call_function("scim_base_url", tenant()).await;
    assert_eq!(
        scim,
        Ok("https://acme.example:8443/SAAS/jersey/manager/api/scim".into())
    );
    let saml = host
        .call_function("saml_service_provider", tenant())
        .await
        .unwrap();
    let metadata = "https://acme.example:8443/SAAS/API/1.0/GET/metadata/sp.xml";
    assert_eq!(
        saml,
        obj! {
            entity_id: metadata,
            acs_url: "https://acme.example:8443/SAAS/auth/saml/response",
            metadata_url: metadata,
        }
    );
    for function in ["scim_base_url", "saml_service_provider"] {
        let error = host
            .call_function(function, vec!["acme.example".into()])
            .await
            .unwrap_err();
        assert_eq!(error.function_argument, Some(0));
        assert!(
            error.text.contains("https://") && !error.text.ends_with('.'),
            "{}",
            error.text
        );
    }
}

#[tokio::test]
async fn a_token_that_a_tenant_minted_is_read() {
    let bench = bench().await;
    let client = bench
        .host
        .create(crate::bench::CLIENT, crate::bench::client("okta"))
        .await;
    let config = obj! { client_id: "okta", client_secret: client.str_at("client_secret") };
    let minted = bench.host.create(crate::bench::TOKEN, config).await;
    let host = host().await;
    let decoded = host
        .call_function("decode_token", vec![minted.str_at("access_token").into()])
        .await
        .unwrap();
    assert_eq!(decoded.at("cid"), &Val::from("okta"));
    assert_eq!(decoded.at("scp"), &Val::from(["admin"]));
    assert_eq!(decoded.at("jti"), minted.at("token_id"));
    assert!(decoded.at("claims_json").to_string().contains("okta"));
}

#[tokio::test]
async fn bad_tokens_are_one_error_that_shows_nothing_of_them() {
    let host = host().await;
    let long = format!("e30.{}.hunter2", URL_SAFE_NO_PAD.encode("x".repeat(100_000)));
    for (token, part) in [
        ("", "not a JWT"),
        ("hunter2.hunter2", "not a JWT"),
        ("hunter2.hunter2.hunter2", "not a JWT"),
        (&long, "longer than 64 KiB"),
    ] {
        let error = host
            .call_function("decode_token", vec![token.into()])
            .await
            .unwrap_err();
        assert_eq!(error.function_argument, Some(0));
        let text = error.text;
        assert!(
            text.contains(part) && !text.contains("hunter2") && text.len() < 200,
            "{text}"
        );
    }
}
