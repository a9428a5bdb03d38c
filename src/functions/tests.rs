use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use terraform_plugin::function::Function as _;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;

use super::decode_token::DecodeToken;
use super::saml_service_provider::SamlServiceProvider;
use super::scim_base_url::ScimBaseUrl;

fn token(payload: &str) -> Secret {
    Secret::new(format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload)))
}

#[test]
fn addresses_are_those_below_the_tenant() {
    for (tenant, root) in [
        ("https://acme.example", "https://acme.example/SAAS"),
        ("https://acme.example:8443/", "https://acme.example:8443/SAAS"),
        (
            "https://vra.example/SAAS/t/acme",
            "https://vra.example/SAAS/t/acme",
        ),
        ("https://proxy.example/a", "https://proxy.example/a/SAAS"),
    ] {
        let scim = ScimBaseUrl.call((tenant.to_owned(),));
        assert_eq!(scim, Ok(format!("{root}/jersey/manager/api/scim")));
        let saml = SamlServiceProvider.call((tenant.to_owned(),)).ok().unwrap();
        let metadata = format!("{root}/API/1.0/GET/metadata/sp.xml");
        assert_eq!(saml.entity_id, metadata.as_str().into());
        assert_eq!(saml.metadata_url, metadata.as_str().into());
        assert_eq!(saml.acs_url, format!("{root}/auth/saml/response").as_str().into());
    }
}

#[test]
fn what_is_no_tenant_url_is_an_error_at_the_argument() {
    for (text, part) in [
        ("", "is empty"),
        ("acme.example", "no scheme"),
        ("http://acme.example", "https://"),
        ("https://me:hunter2@acme.example", "user name"),
        ("https://acme.example/SAAS/auth?token=hunter2", "query"),
    ] {
        let error = ScimBaseUrl.call((text.to_owned(),)).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert!(
            error.text.contains(part) && !error.text.contains("hunter2"),
            "{}",
            error.text
        );
        let same = SamlServiceProvider.call((text.to_owned(),)).err();
        assert_eq!(same, Some(error));
    }
}

#[test]
fn a_token_tells_its_claims_and_nothing_more() {
    let payload = r#"{"iss":"https://a/SAAS/auth","sub":"s","aud":"https://a/SAAS/auth/oauthtoken","cid":"okta",
        "scp":"admin user","iat":1479237798,"exp":1479259398,"jti":"0bee","big":12345678901234567890123}"#;
    let decoded = DecodeToken.call((token(payload),)).ok().unwrap();
    assert_eq!(decoded.iss, "https://a/SAAS/auth".into());
    assert_eq!(decoded.sub, "s".into());
    assert_eq!(decoded.aud, "https://a/SAAS/auth/oauthtoken".into());
    assert_eq!(decoded.cid, "okta".into());
    let scopes = decoded.scp.known_strings().unwrap();
    assert_eq!(scopes, ["admin", "user"].map(str::to_owned).into());
    assert_eq!(decoded.issued_at, "2016-11-15T19:23:18Z".into());
    assert_eq!(decoded.expires_at, "2016-11-16T01:23:18Z".into());
    assert_eq!(decoded.jti, "0bee".into());
    assert_eq!(decoded.claims_json, payload.into(), "to the digit");
    let none = DecodeToken.call((token("{}"),)).ok().unwrap();
    assert!(none.scp.is_null() && none.expires_at.is_null() && none.aud.is_null());
    let several = DecodeToken
        .call((token(r#"{"aud":["a","b"],"scp":["x"]}"#),))
        .ok()
        .unwrap();
    assert_eq!(several.aud, "a b".into());
    assert_eq!(several.scp, Value::Known(["x"].into()));
}

#[test]
fn what_is_no_token_is_an_error_that_does_not_show_it() {
    for text in [
        String::new(),
        "hunter2".to_owned(),
        "hunter2.hunter2.hunter2".to_owned(),
        "a.b.c.d".to_owned(),
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode("[1]")),
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode("[".repeat(10_000))),
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(b"{\"hunter2\":\"\xff\"}")),
        "hunter2".repeat(100_000 / 7),
        format!(
            "e30.{}.sig",
            URL_SAFE_NO_PAD.encode(format!("{{\"hunter2\":\"{}\"}}", "x".repeat(100_000)))
        ),
    ] {
        let error = DecodeToken.call((Secret::new(text),)).err().unwrap();
        assert_eq!(error.argument, Some(0));
        assert!(!error.text.contains("hunter2") && error.text.len() < 200);
    }
}
