//! `ephemeral "wsoa_bearer_token"`: an access token for whoever can take one that is stored nowhere.
//!
//! Terraform opens it in plan and in apply alike. That is harmless here: minting neither invalidates an earlier token
//! (EVIDENCE Q20) nor makes an object at the tenant that would have to be cleaned up. So nothing is left to close: the
//! token runs out by itself, and other runs may be using the same client.

use async_trait::async_trait;
use terraform_plugin::ephemeral::{Ephemeral, Opened};
use terraform_plugin::secret::Secret;
use terraform_plugin::value::{Set, Value};
use terraform_plugin::{Context, Diagnostics, Private, model};

use super::mint::not_minted;
use super::request;
use crate::access;
use crate::objects::secret_source::secret_rule;

/// The ephemeral resource type.
pub struct BearerToken;

model! {
    /// An access token of a service client that is kept out of plan and state. A new one is issued whenever Terraform
    /// opens it, in plan and in apply, and left to expire. Needs Terraform 1.10 or OpenTofu 1.11.
    pub struct State {
        client_id: String = shared(request::client_id),
        /// Secret of that client; may be ephemeral itself.
        client_secret: Secret = required().rule(secret_rule()),
        scopes: Set<String> = shared(request::scopes),
        /// The token.
        access_token: Secret = computed(),
        /// How to present the token, usually `Bearer`.
        token_type: String = computed(),
        /// The scopes that the tenant granted.
        granted_scopes: Set<String> = computed(),
        /// When the token was issued, by the clock of this machine; RFC 3339, UTC.
        issued_at: String = computed(),
        /// When the token expires; RFC 3339, UTC: `issued_at` plus the lifetime that the tenant returned. Null if it
        /// returned none.
        expires_at: String = computed(),
    }
}

#[async_trait]
impl Ephemeral for BearerToken {
    type Client = access::Tenant;
    type State = State;

    const NAME: &'static str = "wsoa_bearer_token";

    async fn open(
        &self,
        tenant: &Context<access::Tenant>,
        config: State,
    ) -> Result<Opened<State>, Diagnostics> {
        let (Some(id), Some(secret)) = (config.client_id.known(), config.client_secret.known()) else {
            return Err(Diagnostics::error_at(
                "client_secret",
                "No client credentials",
                "client_id and client_secret have to be known and not null when the token is issued.",
            ));
        };
        let scopes: Option<Vec<String>> = config
            .scopes
            .known_strings()
            .map(|scopes| scopes.into_iter().collect());
        let token = tenant
            .mint_when_known(id, secret, scopes.as_deref())
            .await
            .map_err(|error| not_minted(id, "client_secret", &error))?;
        let result = State {
            access_token: Value::Known(token.access_token),
            token_type: Value::Known(token.token_type),
            granted_scopes: token.scopes.iter().collect(),
            issued_at: Value::Known(token.issued_at.to_string()),
            expires_at: token.expires_at.map(|at| at.to_string()).into(),
            ..config
        };
        Ok(Opened {
            result,
            renew_at: None,
            private: Private::default(),
        })
    }
}
