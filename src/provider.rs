//! The provider: its configuration, and the one list of everything it offers.

mod settings;

use std::sync::Arc;

use async_trait::async_trait;

use crate::access;
use crate::clock::Clock;
use crate::ephemeral;
use crate::plugin::Diagnostics;
use crate::plugin::provider::Offers;
use crate::plugin::provider::Provider;
use crate::resources::bearer_token::BearerToken;
use crate::resources::oauth_client::OAuthClient;
use crate::resources::other_directory::OtherDirectory;

pub use settings::Settings;

/// Source address, without which no CLI finds the provider. `OpenTofu` puts its own registry in front.
pub const ADDRESS: &str = "registry.terraform.io/wsoa/wsoa";

/// Reads an environment variable. An argument, so that tests need not change the process.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The provider for Workspace ONE Access.
pub struct Wsoa {
    clock: Arc<dyn Clock>,
    environment: Environment,
}

impl Wsoa {
    /// A provider that goes by `clock` and takes what is not configured from `environment`.
    pub fn new(clock: Arc<dyn Clock>, environment: Environment) -> Self {
        Self { clock, environment }
    }
}

#[async_trait]
impl Provider for Wsoa {
    type Client = access::Client;
    type Config = Settings;

    fn address(&self) -> &'static str {
        ADDRESS
    }

    fn validate(&self, config: &Settings) -> Diagnostics {
        settings::validate(config)
    }

    async fn configure(&self, config: Settings, cli_version: &str) -> (Option<access::Client>, Diagnostics) {
        self.clock.calm(); // a process that serves several runs (--debug) may have been interrupted in an earlier one
        settings::configure(config, cli_version, &*self.environment, Arc::clone(&self.clock))
    }

    fn stop(&self) {
        self.clock.hurry();
    }

    fn offers(&self) -> Offers<access::Client> {
        Offers::new()
            .resource(OAuthClient)
            .resource(BearerToken)
            .resource(OtherDirectory)
            .ephemeral(ephemeral::bearer_token::BearerToken)
    }
}
