//! The two calls by which a SCIM client such as Okta's shows that the connection works.

use reqwest::{Certificate, Client, Response};
use serde_json::{Value, json};

use crate::story::{Failure, ensure, say};

/// The schema extension that says to which directory a user belongs.
pub const WORKSPACE: &str = "urn:scim:schemas:extension:workspace:1.0";

/// A SCIM client with a bearer token.
pub struct Scim {
    http: Client,
    base_url: String,
    token: String,
}

impl Scim {
    pub fn new(base_url: &str, token: &str, ca_pem: &str) -> Result<Self, Failure> {
        let _installed = rustls::crypto::ring::default_provider().install_default(); // by us already, the second time
        let http = Client::builder()
            .tls_certs_only([Certificate::from_pem(ca_pem.as_bytes())?])
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            base_url: base_url.to_owned(),
            token: token.to_owned(),
        })
    }

    /// Creates a user in the directory that has `domain`, and returns its id.
    pub async fn create_user(&self, name: &str, domain: &str) -> Result<String, Failure> {
        let user = json!({
            "schemas": ["urn:scim:schemas:core:1.0", WORKSPACE],
            "userName": name,
            "externalId": "00u1okta",
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [{"value": format!("{name}@{domain}")}],
            WORKSPACE: {"internalUserType": "PROVISIONED", "domain": domain},
        });
        let url = format!("{}/Users", self.base_url);
        let answer = self
            .http
            .post(&url)
            .bearer_auth(&self.token)
            .json(&user)
            .send()
            .await?;
        let created = told(&format!("POST {url}"), 201, answer).await?;
        let id = created["id"].as_str().unwrap_or_default().to_owned();
        say(&format!("the user {name:?} has the id {id}"));
        Ok(id)
    }

    /// Reads a user.
    pub async fn read_user(&self, id: &str) -> Result<Value, Failure> {
        let url = format!("{}/Users/{id}", self.base_url);
        let answer = self.http.get(&url).bearer_auth(&self.token).send().await?;
        told(&format!("GET {url}"), 200, answer).await
    }

    /// The status of a GET.
    pub async fn status(&self, path: &str) -> Result<u16, Failure> {
        let url = format!("{}{path}", self.base_url);
        let answer = self.http.get(&url).bearer_auth(&self.token).send().await?;
        Ok(answer.status().as_u16())
    }
}

async fn told(request: &str, expected: u16, answer: Response) -> Result<Value, Failure> {
    let status = answer.status().as_u16();
    say(&format!("{request}: status {status}"));
    let body = answer.text().await?;
    ensure(
        status == expected,
        &format!("{request} was answered with {status}: {body}"),
    )?;
    Ok(serde_json::from_str(&body)?)
}
