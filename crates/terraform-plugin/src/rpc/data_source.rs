//! The RPCs about a data source.

use async_trait::async_trait;

use super::rpcs;
use crate::Diagnostics;
use crate::context::Told;
use crate::data_source::DataSource;
use crate::generated::tfplugin6 as pb;
use crate::object::{decode, encode, invalid, left_unknown};
use crate::schema::Schema;
use crate::served::Served;
use crate::session::Session;
use crate::value::{Dynamic, Model as _, Object};

rpcs! {
    /// The RPCs about a data source of any model.
    DataSourceRpcs {
        /// See [`DataSource::validate`].
        validate: validate_data_resource_config;
        /// See [`DataSource::read`].
        read: read_data_source;
    }
}

#[async_trait]
impl<D: DataSource> DataSourceRpcs<D::Client> for Served<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn schema(&self) -> &'static Schema {
        D::State::schema()
    }

    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String> {
        D::State::schema().faults(crate::schema::Place::DataSource)
    }

    async fn validate(
        &self,
        _: &Session<D::Client>,
        request: pb::validate_data_resource_config::Request,
        told: &Told,
    ) -> Result<pb::validate_data_resource_config::Response, Diagnostics> {
        told.extend(invalid(request.config, |config| self.0.validate(config)));
        Ok(pb::validate_data_resource_config::Response::default())
    }

    async fn read(
        &self,
        session: &Session<D::Client>,
        request: pb::read_data_source::Request,
        told: &Told,
    ) -> Result<pb::read_data_source::Response, Diagnostics> {
        let config = decode(request.config, self.schema())?.unwrap_or_default();
        let client = session.context(told)?;
        let read = self
            .0
            .read(&client, D::State::from_object(config.clone())?)
            .await?;
        let state = as_configured(config, read.into_object());
        left_unknown(&state).into_result()?;
        Ok(pb::read_data_source::Response {
            state: Some(encode(&Dynamic::Object(state), self.schema())?),
            ..Default::default()
        })
    }
}

/// The result with every argument as it is configured: core does not compare them, and what refers to an argument would
/// see another value than the user wrote.
fn as_configured(config: Object, mut state: Object) -> Object {
    state.extend(config.into_iter().filter(|(_, value)| *value != Dynamic::Null));
    state
}
