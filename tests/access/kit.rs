//! A simulated tenant with a client for it that goes by a clock of its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use access_simulator::{Action, Fault, Options, SecretRead, Simulator, Switches, Tenant};
use jiff::Timestamp;
use terraform_plugin::secret::Secret;
use terraform_provider_wsoa::access;
use terraform_provider_wsoa::access::{
    Config, CreateError, Created, DirectoryCreation, OAuthClient, OAuthClientChange, Proof, SecretChange,
    SignIn, TenantUrl,
};

use wsoa_test_kit::clock::ManualClock;
use wsoa_test_kit::tenant;
pub use wsoa_test_kit::tenant::{CLIENTS, DIRECTORIES, TOKEN};

pub struct Bench {
    pub simulator: Simulator,
    pub tenant: Tenant,
    pub client: access::Tenant,
    pub clock: Arc<ManualClock>,
}

pub async fn bench() -> Bench {
    bench_with(|_| {}, |_| {}).await
}

pub async fn bench_switched(change: impl FnOnce(&mut Switches)) -> Bench {
    bench_with(|options| change(&mut options.switches), |_| {}).await
}

pub async fn bench_with(options: impl FnOnce(&mut Options), config: impl FnOnce(&mut Config)) -> Bench {
    let mut start = Options::default();
    options(&mut start);
    let admin = start.admin_client.clone();
    let simulator = Simulator::start(start).await.unwrap();
    let mut settings = settings(&simulator, admin);
    config(&mut settings);
    let clock = tenant::clock_of(&simulator.tenant(), Timestamp::now());
    let client = access::Tenant::new(settings, clock.clone(), clock.interrupt()).unwrap();
    Bench {
        tenant: simulator.tenant(),
        simulator,
        client,
        clock,
    }
}

/// What a client for the tenant is made with.
pub fn settings(simulator: &Simulator, (client_id, secret): (String, String)) -> Config {
    Config {
        tenant_url: TenantUrl::parse(&simulator.url()).unwrap(),
        sign_in: SignIn::ServiceClient {
            client_id,
            client_secret: Secret::new(secret),
        },
        ca_certificate_pem: Some(simulator.ca_pem().to_owned()),
        insecure_skip_verify: false,
        request_timeout: Duration::from_secs(30),
        max_retries: 4,
        max_concurrent_requests: 8,
        user_agent: "test".to_owned(),
        directory_creation: DirectoryCreation::default(),
    }
}

impl Bench {
    /// How many requests with this method had `path` in their path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.tenant
            .requests()
            .iter()
            .filter(|seen| seen.method == method && seen.path.contains(path))
            .count()
    }

    /// Methods and last path segments of all requests so far, which are then forgotten.
    pub fn requests(&self) -> Vec<String> {
        tenant::requests(&self.tenant)
    }

    pub fn fail(&self, fault: Fault) {
        self.tenant.push_fault(fault);
    }

    /// For how many seconds everybody has slept each time, which is then forgotten.
    pub fn slept(&self) -> Vec<u64> {
        self.clock.take_slept().iter().map(Duration::as_secs).collect()
    }

    /// Creates a client over the API, and forgets the requests that took.
    pub async fn made(&self, new: &OAuthClient) {
        let created = self.client.create_oauth_client(new, Proof::FreshSecret).await;
        assert!(created.is_ok(), "{created:?}");
        self.tenant.clear_requests();
        self.clock.take_slept();
    }

    /// Signs in, and forgets the requests that took.
    pub async fn signed_in(self) -> Self {
        assert!(self.client.oauth_client("nobody").await.unwrap().is_none());
        self.tenant.clear_requests();
        self
    }
}

/// An answer with a body of JSON.
pub fn answer(status: u16, body: &str) -> Action {
    Action::Answer {
        status,
        headers: vec![],
        body: body.to_owned(),
    }
}

/// A service client with a secret.
pub fn service_client(id: &str) -> OAuthClient {
    OAuthClient {
        client_id: id.to_owned(),
        display_name: Some("Okta".to_owned()),
        scopes: ["admin".to_owned()].into(),
        grant_types: ["client_credentials".to_owned()].into(),
        access_token_ttl_minutes: Some(525_600),
        secret: Some(Secret::new("a-secret-of-the-new-client")),
        ..OAuthClient::default()
    }
}

/// A client that a person signs in to: it lacks the grant with which its secret could be tried.
pub fn web_client(id: &str) -> OAuthClient {
    OAuthClient {
        grant_types: ["authorization_code".to_owned()].into(),
        redirect_uris: Some(["https://a.b/".to_owned()].into()),
        scopes: ["openid".to_owned()].into(),
        ..service_client(id)
    }
}

/// The same client, as somebody else has made it, with this secret.
pub fn somebody_elses(client: &OAuthClient, secret: &str) -> access_simulator::Client {
    let words = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(" ");
    access_simulator::Client {
        scope: words(&client.scopes),
        auth_grant_types: words(&client.grant_types),
        redirect_uri: client.redirect_uris.as_ref().map(words),
        remember_as: client.display_name.clone(),
        access_token_ttl: client.access_token_ttl_minutes.unwrap_or(180),
        ..access_simulator::Client::service(&client.client_id, secret)
    }
}

/// The secret of [`service_client`].
pub fn its_secret() -> Secret {
    service_client("").secret.unwrap()
}

/// A change of the lifetime of access tokens alone.
pub fn ttl(minutes: i32) -> OAuthClientChange {
    OAuthClientChange {
        access_token_ttl_minutes: Some(minutes),
        ..OAuthClientChange::default()
    }
}

/// Another secret.
pub fn set(secret: &str) -> SecretChange {
    SecretChange::Set(Secret::new(secret))
}

/// Whatever a secret may look like to a reader.
pub const SECRET_FORMS: [SecretRead; 9] = [
    SecretRead::Blank,
    SecretRead::Clear,
    SecretRead::Omit,
    SecretRead::Stars,
    SecretRead::Dots,
    SecretRead::Crosses,
    SecretRead::LastFour,
    SecretRead::Hidden,
    SecretRead::Sha256,
];

/// What a creation came to, in a word.
pub fn outcome(created: &Result<Created, CreateError>) -> String {
    match created {
        Ok(created) => format!("{:?}", created.secret),
        Err(CreateError::AlreadyExists { .. }) => "AlreadyExists".to_owned(),
        Err(CreateError::Unclear { .. }) => "Unclear".to_owned(),
        Err(CreateError::Failed(_)) => "Failed".to_owned(),
    }
}
