//! The provider: its configuration, and the one list of everything it offers.

mod settings;

use std::sync::Arc;

use async_trait::async_trait;
use terraform_plugin::clock::Clock;
use terraform_plugin::provider::{Configuring, Offers, Provider};
use terraform_plugin::{Context, Diagnostics};

use crate::access::Interrupt;
use crate::functions::decode_token::DecodeToken;
use crate::functions::saml_service_provider::SamlServiceProvider;
use crate::functions::scim_base_url::ScimBaseUrl;
use crate::objects::bearer_token::BearerToken;
use crate::objects::oauth_client::OAuthClient;
use crate::objects::oauth_client::list::OAuthClients;
use crate::objects::other_directory::OtherDirectory;
use crate::objects::other_directory::list::OtherDirectories;
use crate::{access, objects};

pub use settings::Settings;

/// Source address, without which no CLI finds the provider. `OpenTofu` puts its own registry in front.
pub const ADDRESS: &str = "registry.terraform.io/wsoa/wsoa";

/// Reads an environment variable. An argument, so that tests need not change the process.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The variables that hold credentials, or say whose they are.
const CREDENTIALS: [&str; 5] = [
    "WSOA_CLIENT_ID",
    "WSOA_CLIENT_SECRET",
    "WSOA_ACCESS_TOKEN",
    "WSOA_USERNAME",
    "WSOA_PASSWORD",
];

/// `environment` without credentials. For a provider that anybody can connect to: whoever does could configure it with
/// an address of his own, and have them sent there.
pub fn without_credentials(environment: Environment) -> Environment {
    Arc::new(move |name| {
        if CREDENTIALS.contains(&name) {
            return None;
        }
        environment(name)
    })
}

/// The provider for Workspace ONE Access.
pub struct Wsoa {
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
    environment: Environment,
}

impl Wsoa {
    /// A provider that goes by `clock` and takes what is not configured from `environment`.
    pub fn new(clock: Arc<dyn Clock>, environment: Environment) -> Self {
        Self {
            clock,
            interrupt: Interrupt::default(),
            environment,
        }
    }

    /// The same, whose runs `interrupt` ends as well.
    #[must_use]
    pub fn interrupted_by(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }
}

#[async_trait]
impl Provider for Wsoa {
    type Client = access::Tenant;
    type Config = Settings;

    const ADDRESS: &'static str = ADDRESS;

    fn validate(&self, config: &Settings) -> Diagnostics {
        settings::validate(config)
    }

    async fn configure(
        &self,
        call: &Context<Configuring>,
        config: Settings,
    ) -> Result<Option<access::Tenant>, Diagnostics> {
        self.interrupt.withdraw(); // a process that serves several runs (--debug) may have been interrupted in an earlier one
        let (clock, interrupt) = (Arc::clone(&self.clock), self.interrupt.clone());
        settings::configure(call, config, &*self.environment, clock, interrupt)
    }

    fn stop(&self) {
        self.interrupt.request();
    }

    fn offers(&self) -> Offers<access::Tenant> {
        Offers::new()
            .resource(OAuthClient)
            .resource(BearerToken)
            .resource(OtherDirectory)
            .data_source(objects::tenant::Tenant)
            .data_source(objects::saml_service_provider::SamlServiceProvider)
            .data_source(objects::oauth_client::data_source::OAuthClient)
            .data_source(objects::oauth_client::data_source_of_all::OAuthClients)
            .data_source(objects::directory::data_source::Directory)
            .data_source(objects::directory::data_source_of_all::Directories)
            .ephemeral(objects::bearer_token::ephemeral::BearerToken)
            .list(OAuthClients)
            .list(OtherDirectories)
            .function(ScimBaseUrl)
            .function(SamlServiceProvider)
            .function(DecodeToken)
    }
}

#[cfg(test)]
mod tests {
    use terraform_plugin::clock::SystemClock;
    use terraform_plugin::value::Value;

    use super::*;

    #[tokio::test]
    async fn a_provider_that_anybody_reaches_has_no_credentials_to_send() {
        let full: Environment = Arc::new(|name| Some(format!("value-of-{name}")));
        for name in CREDENTIALS {
            assert_eq!(without_credentials(full.clone())(name), None, "{name}");
        }
        for name in ["WSOA_TENANT_URL", "WSOA_CA_CERTIFICATE_FILE", "HTTPS_PROXY"] {
            assert!(without_credentials(full.clone())(name).is_some(), "{name}");
        }
        for set in [
            &[("WSOA_CLIENT_ID", "c"), ("WSOA_CLIENT_SECRET", "hunter2")][..],
            &[("WSOA_ACCESS_TOKEN", "hunter2")],
            &[("WSOA_USERNAME", "u"), ("WSOA_PASSWORD", "hunter2")],
        ] {
            let environment: Environment = Arc::new(move |asked| {
                let found = set.iter().find(|(name, _)| *name == asked);
                found.map(|(_, value)| (*value).to_owned())
            });
            let config = || Settings {
                tenant_url: Value::Known("https://attacker.example".to_owned()),
                ..Settings::default()
            };
            for (environment, configured) in [
                (environment.clone(), true),
                (without_credentials(environment), false),
            ] {
                let provider = Wsoa::new(Arc::new(SystemClock), environment);
                let call = Context::new(Configuring::default());
                let tenant = provider.configure(&call, config()).await;
                assert_eq!(matches!(tenant, Ok(Some(_))), configured, "{set:?}");
            }
        }
    }
}
