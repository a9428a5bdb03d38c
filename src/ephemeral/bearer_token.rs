//! `ephemeral "wsoa_bearer_token"`: an access token for whoever can take one that is stored nowhere.
//!
//! Terraform opens it in plan and in apply alike. That is harmless here: minting neither invalidates an earlier token
//! (access-api Q20) nor makes an object at the tenant that would have to be cleaned up.

use async_trait::async_trait;

use crate::access;
use crate::model;
use crate::plugin::Diagnostics;
use crate::plugin::Private;
use crate::plugin::ephemeral::Ephemeral;
use crate::plugin::ephemeral::Opened;
use crate::resources::bearer_token;
use crate::resources::bearer_token::mint::not_minted;
use crate::resources::secret_source;
use crate::schema::Attribute;
use crate::schema::Schema;
use crate::secret::Secret;
use crate::value::Strings;
use crate::value::Type;
use crate::value::Value;

/// The ephemeral resource type.
pub struct BearerToken;

model! {
    /// Configuration and result.
    pub struct State {
        client_id: String,
        client_secret: Secret,
        scopes: Strings,
        access_token: Secret,
        token_type: String,
        granted_scopes: Strings,
        issued_at: String,
        expires_at: String,
    }
}

#[async_trait]
impl Ephemeral for BearerToken {
    type Client = access::Client;
    type State = State;

    const NAME: &'static str = "wsoa_bearer_token";

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            description: "An access token of a service client that is kept out of plan and state. It is minted whenever \
                          Terraform opens it, in plan and in apply, and left to run out. Needs Terraform 1.10 or \
                          OpenTofu 1.11.",
            attributes: vec![
                bearer_token::schema::client_id(),
                Attribute::required(
                    "client_secret",
                    Type::Secret,
                    "Secret of that client; may be ephemeral itself.",
                )
                .rule(secret_source::secret_rule()),
                bearer_token::schema::scopes(),
                Attribute::computed("access_token", Type::Secret, "The token."),
                Attribute::computed(
                    "token_type",
                    Type::String,
                    "How to present the token, usually `Bearer`.",
                ),
                Attribute::computed(
                    "granted_scopes",
                    Type::strings(),
                    "The scopes that the tenant granted.",
                ),
                Attribute::computed(
                    "issued_at",
                    Type::String,
                    "When the token came, by the clock of this machine, RFC 3339, UTC.",
                ),
                Attribute::computed(
                    "expires_at",
                    Type::String,
                    "When the token runs out, RFC 3339, UTC: `issued_at` and the life that the tenant told. Null if it told none.",
                ),
            ],
        }
    }

    fn validate(&self, _config: &State) -> Diagnostics {
        Diagnostics::none()
    }

    async fn open(&self, client: &access::Client, config: State) -> Result<Opened<State>, Diagnostics> {
        let (Some(id), Some(secret)) = (config.client_id.known(), config.client_secret.known()) else {
            return Err(Diagnostics::error_at(
                "client_secret",
                "No client credentials",
                "client_id and client_secret have to be known and not null when the token is minted.",
            ));
        };
        let scopes: Option<Vec<String>> = config
            .scopes
            .known_strings()
            .map(|scopes| scopes.into_iter().collect());
        let token = client
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
            diagnostics: Diagnostics::none(),
        })
    }

    /// Nothing is left to close: the token runs out by itself, and other runs may be using the same client.
    async fn close(&self, _client: &access::Client, _private: Private) -> Diagnostics {
        Diagnostics::none()
    }
}
