//! The provider: its block, and what it offers.

use async_trait::async_trait;
use terraform_plugin::provider::{Configuring, Offers, Provider as Served};
use terraform_plugin::secret::Secret;
use terraform_plugin::{Context, Diagnostics, model};

use super::Vault;
use super::secret::KvSecret;
use crate::attach::attach;

/// The provider `hashicorp/vault` for one Vault, in this process.
pub struct Provider(Vault);

model! {
    /// The provider block.
    pub struct Config {
        /// Address of Vault.
        address: String = optional(),
        /// Token.
        token: Secret = optional(),
    }
}

impl Provider {
    /// Serves it, as [`attach`] says.
    pub fn attach(vault: &Vault) -> String {
        attach(Self(vault.clone()))
    }
}

#[async_trait]
impl Served for Provider {
    type Client = Vault;
    type Config = Config;

    const ADDRESS: &'static str = "registry.terraform.io/hashicorp/vault";

    async fn configure(&self, _: &Context<Configuring>, _: Config) -> Result<Option<Vault>, Diagnostics> {
        Ok(Some(self.0.clone()))
    }

    fn offers(&self) -> Offers<Vault> {
        Offers::new().ephemeral(KvSecret)
    }
}
