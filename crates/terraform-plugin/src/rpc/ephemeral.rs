//! The RPCs about an ephemeral resource.

use async_trait::async_trait;
use jiff::Timestamp;

use super::rpcs;
use crate::context::Told;
use crate::ephemeral::{Ephemeral, Renewed};
use crate::generated::tfplugin6 as pb;
use crate::object::{decode, encode, invalid};
use crate::schema::Schema;
use crate::served::Served;
use crate::session::Session;
use crate::value::{Dynamic, Model as _};
use crate::{Diagnostics, Private};

rpcs! {
    /// The RPCs about an ephemeral resource of any model.
    EphemeralRpcs {
        /// See [`Ephemeral::validate`].
        validate: validate_ephemeral_resource_config;
        /// See [`Ephemeral::open`].
        open: open_ephemeral_resource;
        /// See [`Ephemeral::renew`].
        renew: renew_ephemeral_resource;
        /// See [`Ephemeral::close`].
        close: close_ephemeral_resource;
    }
}

#[async_trait]
impl<E: Ephemeral> EphemeralRpcs<E::Client> for Served<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn schema(&self) -> &'static Schema {
        E::State::schema()
    }

    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String> {
        E::State::schema().faults(crate::schema::Place::Ephemeral)
    }

    async fn validate(
        &self,
        _: &Session<E::Client>,
        request: pb::validate_ephemeral_resource_config::Request,
        told: &Told,
    ) -> Result<pb::validate_ephemeral_resource_config::Response, Diagnostics> {
        told.extend(invalid(request.config, |config| self.0.validate(config)));
        Ok(pb::validate_ephemeral_resource_config::Response::default())
    }

    async fn open(
        &self,
        session: &Session<E::Client>,
        request: pb::open_ephemeral_resource::Request,
        told: &Told,
    ) -> Result<pb::open_ephemeral_resource::Response, Diagnostics> {
        let config = decode(request.config, self.schema())?.unwrap_or_default();
        let config = E::State::from_object(config)?;
        let opened = self.0.open(&session.context(told)?, config).await?;
        let result = Dynamic::Object(opened.result.into_object());
        Ok(pb::open_ephemeral_resource::Response {
            renew_at: opened.renew_at.map(timestamp),
            result: Some(encode(&result, self.schema())?),
            private: Some(opened.private.0),
            ..Default::default()
        })
    }

    /// What the last renewal answers is what `OpenTofu` closes with, so a failure answers the private data too.
    async fn renew(
        &self,
        session: &Session<E::Client>,
        request: pb::renew_ephemeral_resource::Request,
        told: &Told,
    ) -> Result<pb::renew_ephemeral_resource::Response, Diagnostics> {
        let echo = request.private.clone();
        let private = Private(request.private.unwrap_or_default());
        let renewed = match session.context(told) {
            Ok(client) => self.0.renew(&client, private).await,
            Err(errors) => Err(errors),
        };
        let (renew_at, private) = match renewed {
            Ok(Renewed { renew_at, private }) => (renew_at.map(timestamp), Some(private.0)),
            Err(errors) => {
                tracing::error!(what = E::NAME, "could not be renewed"); // Terraform before 1.17 shows no message
                told.extend(errors);
                (None, echo)
            }
        };
        Ok(pb::renew_ephemeral_resource::Response {
            renew_at,
            private,
            ..Default::default()
        })
    }

    async fn close(
        &self,
        session: &Session<E::Client>,
        request: pb::close_ephemeral_resource::Request,
        told: &Told,
    ) -> Result<pb::close_ephemeral_resource::Response, Diagnostics> {
        let private = Private(request.private.unwrap_or_default());
        self.0.close(&session.context(told)?, private).await;
        Ok(pb::close_ephemeral_resource::Response::default())
    }
}

fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}
