//! A caller with a simulator of its own.

use std::time::Duration;

use access_simulator::{Options, Simulator, Switches, Tenant};
use reqwest::{Certificate, Client, ClientBuilder, Method, RequestBuilder, Response, Version, redirect};
use serde_json::{Value, json};

pub const CLIENT: &str = "application/vnd.vmware.horizon.manager.oauth2client+json";
pub const OTHER: &str = "application/vnd.vmware.horizon.manager.connector.management.directory.other+json";
pub const CLIENTS: &str = "/SAAS/jersey/manager/api/oauth2clients";
/// The token check for `isValid`.
pub const CHECK: &str = "/SAAS/API/1.0/REST/auth/token?attribute=isValid";
pub const DIRECTORIES: &str = "/SAAS/jersey/manager/api/connectormanagement/directoryconfigs";
pub const SCIM: &str = "/SAAS/jersey/manager/api/scim";

pub struct Caller {
    pub simulator: Simulator,
    pub http: Client,
    pub token: String,
}

pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Caller {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Switches)) -> Self {
        let mut options = Options {
            admin_user: Some(("admin".into(), "admin-password".into())),
            ..Options::default()
        };
        change(&mut options.switches);
        Self::start(options).await
    }

    pub async fn start(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let simulator = Simulator::start(options).await.unwrap();
        let http = builder(&simulator).build().unwrap();
        let mut caller = Self {
            simulator,
            http,
            token: String::new(),
        };
        let minted = caller.mint("terraform-admin", "terraform-admin-secret").await;
        minted.json["access_token"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut caller.token);
        caller.tenant().clear_requests();
        caller
    }

    /// A client that speaks only this version of HTTP.
    pub fn versioned(&self, version: Version) -> Client {
        let builder = builder(&self.simulator);
        let builder = if version == Version::HTTP_2 {
            builder.http2_prior_knowledge()
        } else {
            builder.http1_only()
        };
        builder.build().unwrap()
    }

    pub fn tenant(&self) -> Tenant {
        self.simulator.tenant()
    }

    pub fn url(&self, path: &str) -> String {
        let url = self.simulator.url();
        // With a path prefix, the prefix stands in the place of /SAAS (Q28).
        match path
            .strip_prefix("/SAAS")
            .filter(|_| url.matches('/').count() > 2)
        {
            Some(rest) => url + rest,
            None => url + path,
        }
    }

    pub async fn mint(&self, id: &str, secret: &str) -> Answer {
        let request = self
            .http
            .post(self.url("/SAAS/auth/oauthtoken"))
            .basic_auth(id, Some(secret));
        answer(
            request
                .form(&[("grant_type", "client_credentials")])
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// A request with the administrator's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path).send().await.unwrap()).await
    }

    /// One field of every entry of a list.
    pub async fn listed(&self, path: &str, name: &str) -> Vec<Value> {
        let list = self.get(path).await.json;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|item| item[name].clone()).collect()
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    pub async fn send(&self, method: Method, path: &str, media_type: &str, body: &Value) -> Answer {
        let request = self
            .request(method, path)
            .header("content-type", media_type)
            .body(body.to_string());
        answer(request.send().await.unwrap()).await
    }

    pub async fn post_client(&self, body: &Value) -> Answer {
        self.send(Method::POST, CLIENTS, CLIENT, body).await
    }

    pub async fn post_directory(&self, name: &str, domain: &str) -> Answer {
        let body = json!({"type": "OTHER_DIRECTORY", "domains": [domain], "name": name});
        self.send(Method::POST, DIRECTORIES, OTHER, &body).await
    }
}

fn builder(simulator: &Simulator) -> ClientBuilder {
    Client::builder()
        .tls_certs_only([Certificate::from_pem(simulator.ca_pem().as_bytes()).unwrap()])
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(20))
}

pub async fn answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let content_type = headers
        .get("content-type")
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let text = response.text().await.unwrap();
    let json = serde_json::from_str(&text).unwrap_or_default();
    Answer {
        status,
        content_type,
        headers,
        text,
        json,
    }
}

/// A minimal service client.
pub fn service_client(id: &str) -> Value {
    json!({"clientId": id, "secret": "s3cret", "scope": "admin", "authGrantTypes": "client_credentials"})
}

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Value {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
