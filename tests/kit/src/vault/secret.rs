//! `ephemeral "vault_kv_secret_v2"`: one version of a secret.

use async_trait::async_trait;
use serde_json::json;
use terraform_plugin::ephemeral::{Ephemeral, Opened};
use terraform_plugin::value::{Map, Value};
use terraform_plugin::{Context, Diagnostics, Private, model};

use super::Vault;

pub(super) struct KvSecret;

model! {
    /// A version of a secret.
    pub(super) struct State {
        /// Mount of the secrets engine.
        mount: String = required(),
        /// Name of the secret.
        name: String = required(),
        /// Its version; the latest if there is none.
        version: i64 = optional(),
        /// Namespace, which this Vault has none of.
        namespace: String = optional(),
        /// Delays the read until the mount with this id is there.
        mount_id: String = optional(),
        /// Keys and values as JSON.
        data_json: String = computed(),
        /// Keys and values.
        data: Map<String> = computed(),
        /// When it was created.
        created_time: String = computed(),
        /// When it was deleted.
        deletion_time: String = computed(),
        /// Whether it was destroyed.
        destroyed: bool = computed(),
        /// What was noted of it.
        custom_metadata: Map<String> = computed(),
    }
}

#[async_trait]
impl Ephemeral for KvSecret {
    type Client = Vault;
    type State = State;

    const NAME: &'static str = "vault_kv_secret_v2";

    async fn open(&self, vault: &Context<Vault>, config: State) -> Result<Opened<State>, Diagnostics> {
        let path = format!("{}/{}", config.mount.or_empty(), config.name.or_empty());
        let Some(data) = vault.read(&path, config.version.known().copied()) else {
            return Err(Diagnostics::error(
                "Vault response was nil",
                format!("There is no such version of {path}."),
            ));
        };
        let values = data
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().into()));
        let result = State {
            data_json: Value::Known(json!(data).to_string()),
            data: Value::Known(values.collect()),
            created_time: "2026-01-01T00:00:00Z".into(),
            deletion_time: "".into(),
            destroyed: Value::Known(false),
            ..config
        };
        Ok(Opened {
            result,
            renew_at: None,
            private: Private::default(),
        })
    }
}
