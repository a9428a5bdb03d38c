//! What a data source is to the server.

use async_trait::async_trait;

use super::{Context, Diagnostics};
use crate::value::Model;

/// A data source: what the configuration says, completed by what the service knows. Terraform reads it in each plan, and
/// its result lies in state, so it has no place for a secret.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// Configuration and result. The version of the schema means nothing: a result in state is never upgraded, but read
    /// anew.
    type State: Model;

    /// Name of the type.
    const NAME: &'static str;

    /// What is wrong beyond the rules of single attributes. Any value may be unknown.
    fn validate(&self, _config: &Self::State) -> Diagnostics {
        Diagnostics::none()
    }

    /// Reads it. `config` is wholly known; whatever it says is in the result whatever this answers. There is no answer
    /// for "not found": that is an error, or an attribute. Lists are to be in an order of their own, not the service's,
    /// or every plan finds a change downstream.
    async fn read(
        &self,
        client: &Context<Self::Client>,
        config: Self::State,
    ) -> Result<Self::State, Diagnostics>;
}
