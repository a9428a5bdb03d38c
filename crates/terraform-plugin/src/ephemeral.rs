//! What an ephemeral resource is to the server (protocol 6.7).

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Context, Diagnostics, Private};
use crate::value::Model;

/// An ephemeral resource. Terraform opens it in plan and in apply alike, so opening has to be cheap and harmless.
#[async_trait]
pub trait Ephemeral: Send + Sync + 'static {
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// Configuration and result.
    type State: Model;

    /// Name of the type.
    const NAME: &'static str;

    /// What is wrong beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, _config: &Self::State) -> Diagnostics {
        Diagnostics::none()
    }

    /// Opens it. What the configuration says comes back unchanged; nothing is unknown.
    async fn open(
        &self,
        client: &Context<Self::Client>,
        config: Self::State,
    ) -> Result<Opened<Self::State>, Diagnostics>;

    /// Renews it, where [`Opened::renew_at`] or the renewal before asked for that. Its result stays what it is. Terraform
    /// before 1.17 drops what is told here; after a failure the private data stay as they were.
    async fn renew(&self, _client: &Context<Self::Client>, private: Private) -> Result<Renewed, Diagnostics> {
        let renew_at = None;
        Ok(Renewed { renew_at, private })
    }

    /// Closes it. Unless it is said otherwise, nothing is left to close. Called once or more, also after an interrupt, with
    /// the private data of the opening (Terraform) or of the last renewal (`OpenTofu`).
    async fn close(&self, _client: &Context<Self::Client>, _private: Private) {}
}

/// An open ephemeral resource.
pub struct Opened<S> {
    /// Configuration and result.
    pub result: S,
    /// When Terraform should ask to renew it.
    pub renew_at: Option<Timestamp>,
    /// For closing. Kept in memory by Terraform, never stored.
    pub private: Private,
}

/// A renewed ephemeral resource.
pub struct Renewed {
    /// When Terraform should ask to renew it again.
    pub renew_at: Option<Timestamp>,
    /// For the next renewal, and for `OpenTofu` when it closes.
    pub private: Private,
}
