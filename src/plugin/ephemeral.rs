//! What an ephemeral resource is to the server (protocol 6.7).

use async_trait::async_trait;
use jiff::Timestamp;

use super::Diagnostics;
use super::Private;
use crate::schema::Place;
use crate::schema::Schema;
use crate::value::Model;
use crate::value::Object;

/// An ephemeral resource. Terraform opens it in plan and in apply alike, so opening has to be cheap and harmless.
#[async_trait]
pub trait Ephemeral: Send + Sync + 'static {
    /// The provider's client.
    type Client: Send + Sync + 'static;
    /// Configuration and result.
    type State: Model;

    /// Name of the type.
    const NAME: &'static str;

    /// Checks beyond the rules of single attributes.
    fn validate(&self, config: &Self::State) -> Diagnostics;

    /// Opens it. What the configuration says comes back unchanged; nothing is unknown.
    async fn open(
        &self,
        client: &Self::Client,
        config: Self::State,
    ) -> Result<Opened<Self::State>, Diagnostics>;

    /// Closes it. Called once or more, also after an interrupt, with the private data of the opening.
    async fn close(&self, client: &Self::Client, private: Private) -> Diagnostics;
}

/// An open ephemeral resource.
pub struct Opened<S> {
    /// Configuration and result.
    pub result: S,
    /// When Terraform should ask to renew it.
    pub renew_at: Option<Timestamp>,
    /// For closing. Kept in memory by Terraform, never stored.
    pub private: Private,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// An ephemeral resource of any model.
#[async_trait]
pub trait AnyEphemeral<C>: Send + Sync {
    /// Name of the type.
    fn name(&self) -> &'static str;
    /// Schema.
    fn schema(&self) -> &'static Schema;
    /// What Terraform would object to in the schema.
    fn self_check(&self) -> Vec<String>;
    /// See [`Ephemeral::validate`].
    fn validate(&self, config: Object) -> Result<Diagnostics, Diagnostics>;
    /// See [`Ephemeral::open`].
    async fn open(&self, client: &C, config: Object) -> Result<Opened<Object>, Diagnostics>;
    /// See [`Ephemeral::close`].
    async fn close(&self, client: &C, private: Private) -> Diagnostics;
}

/// Makes [`AnyEphemeral`] of an [`Ephemeral`].
pub struct TypedEphemeral<E> {
    inner: E,
}

impl<E: Ephemeral> TypedEphemeral<E> {
    /// Wraps `inner`.
    pub fn new(inner: E) -> Self {
        Self { inner }
    }
}

#[async_trait]
impl<E: Ephemeral> AnyEphemeral<E::Client> for TypedEphemeral<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn schema(&self) -> &'static Schema {
        E::State::schema()
    }

    fn self_check(&self) -> Vec<String> {
        E::State::schema().faults(Place::Ephemeral)
    }

    fn validate(&self, config: Object) -> Result<Diagnostics, Diagnostics> {
        Ok(self.inner.validate(&E::State::from_object(config)?))
    }

    async fn open(&self, client: &E::Client, config: Object) -> Result<Opened<Object>, Diagnostics> {
        let opened = self.inner.open(client, E::State::from_object(config)?).await?;
        Ok(Opened {
            result: opened.result.into_object(),
            renew_at: opened.renew_at,
            private: opened.private,
            diagnostics: opened.diagnostics,
        })
    }

    async fn close(&self, client: &E::Client, private: Private) -> Diagnostics {
        self.inner.close(client, private).await
    }
}
