//! The tenant as a SAML service provider.

use crate::support::*;

#[tokio::test]
async fn the_metadata_are_for_everybody() {
    let caller = Caller::new().await;
    let path = "/SAAS/API/1.0/GET/metadata/sp.xml";
    let answer = caller.http.get(caller.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    for part in [
        format!("entityID=\"{}\"", caller.url(path)),
        format!("Location=\"{}\"", caller.url("/SAAS/auth/saml/response")),
    ] {
        assert!(text.contains(&part), "{text}");
    }
}
