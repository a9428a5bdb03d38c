//! The RPCs of protocol 6, each from its request to its answer.

use std::sync::Arc;

use tonic::Request;
use tonic::Response;
use tonic::Status;

use super::Diagnostics;
use super::Private;
use super::convert;
use super::generated::tfplugin6 as pb;
use super::guard;
use super::object::applied_response;
use super::object::broken_rules;
use super::object::decode;
use super::object::encode;
use super::object::stored;
use super::object::write_only_values;
use super::private::Purpose;
use super::provider::Provider;
use super::server::CAPABILITIES;
use super::server::Configured;
use super::server::Server;
use super::upgrade::check_move;
use super::upgrade::upgraded;
use crate::value::Dynamic;
use crate::value::Model;

/// Turns a failure into a response that carries it: what a user sees is a message, not a broken connection.
macro_rules! respond {
    ($what:expr, $response:path, $work:expr) => {{
        let what = $what;
        tracing::trace!(rpc = %what, "called");
        let answer = guard::run(&what, $work).await;
        let answer: $response = answer.unwrap_or_else(|diagnostics| {
            let mut failed = <$response>::default();
            failed.diagnostics = convert::diagnostics(diagnostics);
            failed
        });
        Ok(Response::new(answer))
    }};
}

#[tonic::async_trait]
impl<P: Provider> pb::provider_server::Provider for Server<P> {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        let offers = &self.0.offers;
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: offers
                .resources
                .iter()
                .map(|resource| pb::get_metadata::ResourceMetadata {
                    type_name: resource.name().to_owned(),
                })
                .collect(),
            ephemeral_resources: offers
                .ephemeral
                .iter()
                .map(|ephemeral| pb::get_metadata::EphemeralMetadata {
                    type_name: ephemeral.name().to_owned(),
                })
                .collect(),
            ..Default::default()
        }))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        Ok(Response::new(
            self.0
                .protocol_schema
                .get_or_init(|| self.0.protocol_schema())
                .clone(),
        ))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            "Validating the provider".to_owned(),
            pb::validate_provider_config::Response,
            async move {
                let config = decode(request.config, &inner.schema)?.unwrap_or_default();
                let diagnostics = broken_rules(&inner.schema, &config)
                    .and(inner.provider.validate(&P::Config::from_object(config)?));
                Ok(pb::validate_provider_config::Response {
                    diagnostics: convert::diagnostics(diagnostics),
                })
            }
        )
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            "Configuring the provider".to_owned(),
            pb::configure_provider::Response,
            async move {
                let config =
                    P::Config::from_object(decode(request.config, &inner.schema)?.unwrap_or_default())?;
                let (client, diagnostics) =
                    inner.provider.configure(config, &request.terraform_version).await;
                let configured = match client {
                    Some(client) => Configured::Ready(Arc::new(client)),
                    None if diagnostics.has_errors() => Configured::Not,
                    None => Configured::Later,
                };
                *inner
                    .client
                    .write()
                    .unwrap_or_else(std::sync::PoisonError::into_inner) = configured;
                Ok(pb::configure_provider::Response {
                    diagnostics: convert::diagnostics(diagnostics),
                })
            }
        )
    }

    /// A request to finish early, not to go away: answers to what is under way are still wanted, and ephemeral
    /// resources are still to be closed (Terraform internal/terraform/context.go).
    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        tracing::info!("asked to stop: finishing what is under way");
        self.0.provider.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Validating {}", request.type_name),
            pb::validate_resource_config::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let schema = resource.schema();
                let config = decode(request.config, schema)?.unwrap_or_default();
                let write_only_allowed = request
                    .client_capabilities
                    .is_some_and(|client| client.write_only_attributes_allowed);
                let mut diagnostics = broken_rules(schema, &config);
                if !write_only_allowed {
                    diagnostics.extend(write_only_values(schema, &config));
                }
                diagnostics.extend(resource.validate(config)?);
                Ok(pb::validate_resource_config::Response {
                    diagnostics: convert::diagnostics(diagnostics),
                })
            }
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Reading stored state of {}", request.type_name),
            pb::upgrade_resource_state::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let schema = resource.schema();
                let state = upgraded(&request.type_name, schema, request.version, request.raw_state)?;
                Ok(pb::upgrade_resource_state::Response {
                    upgraded_state: Some(encode(&Dynamic::Object(state), schema)?),
                    diagnostics: Vec::new(),
                })
            }
        )
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Reading {}", request.type_name),
            pb::read_resource::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let schema = resource.schema();
                let Some(state) = decode(request.current_state, schema)? else {
                    return Ok(pb::read_resource::Response::default());
                };
                let seen = resource
                    .read(&*inner.client()?, state, Private(request.private))
                    .await?;
                // of an object that is gone core would hand the private data to the plan of its successor
                let private = seen.state.is_some().then_some(seen.private.0);
                Ok(pb::read_resource::Response {
                    new_state: Some(stored(seen.state, schema)?),
                    diagnostics: convert::diagnostics(seen.diagnostics),
                    private: private.unwrap_or_default(),
                    ..Default::default()
                })
            }
        )
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Planning {}", request.type_name),
            pb::plan_resource_change::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let schema = resource.schema();
                let prior = decode(request.prior_state, schema)?;
                let private = Private(request.prior_private);
                let wanted = decode(request.proposed_new_state, schema)?;
                let (Some(config), Some(_)) = (decode(request.config, schema)?, wanted) else {
                    let diagnostics = match prior {
                        Some(prior) => resource.plan_destroy(prior)?,
                        None => Diagnostics::none(),
                    };
                    return Ok(pb::plan_resource_change::Response {
                        planned_state: Some(encode(&Dynamic::Null, schema)?),
                        planned_private: private.planned(Purpose::Destruction).0,
                        diagnostics: convert::diagnostics(diagnostics),
                        ..Default::default()
                    });
                };
                let purpose = if prior.is_some() {
                    Purpose::Change
                } else {
                    Purpose::Creation
                };
                let mut plan = resource.plan(config, prior.clone(), &private, inner.clock.now())?;
                schema.hide_write_only(&mut plan.state);
                if let Ok(client) = inner.client() {
                    let seen = resource.preflight(&client, prior, &plan).await?;
                    plan.diagnostics = plan.diagnostics.and(seen).into_result()?;
                }
                Ok(pb::plan_resource_change::Response {
                    planned_state: Some(encode(&Dynamic::Object(plan.state), schema)?),
                    requires_replace: plan.replace.into_iter().map(convert::path).collect(),
                    planned_private: plan.private.unwrap_or(private).planned(purpose).0,
                    diagnostics: convert::diagnostics(plan.diagnostics),
                    ..Default::default()
                })
            }
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Applying {}", request.type_name),
            pb::apply_resource_change::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let schema = resource.schema();
                let client = inner.client()?;
                let prior = decode(request.prior_state, schema)?;
                let planned = decode(request.planned_state, schema)?;
                // core has applied ignore_changes to the configuration of the plan alone
                let write_only = decode(request.config, schema)?.map(|config| schema.write_only_part(config));
                let private = Private(request.planned_private);
                let applied = match (prior, planned, write_only) {
                    (None, Some(planned), Some(write_only)) => {
                        resource.create(&client, planned, write_only).await?
                    }
                    (Some(prior), Some(planned), Some(write_only)) => {
                        resource
                            .update(&client, prior, planned, write_only, private.stored())
                            .await?
                    }
                    (Some(prior), None, _) => {
                        // a failure keeps the object and its private data: core does that for a null answer with an error
                        let diagnostics = resource.delete(&client, prior, private).await?;
                        return Ok(pb::apply_resource_change::Response {
                            new_state: Some(encode(&Dynamic::Null, schema)?),
                            diagnostics: convert::diagnostics(diagnostics),
                            ..Default::default()
                        });
                    }
                    (None, None, _) | (_, Some(_), None) => {
                        return Err(Diagnostics::error(
                            "Nothing to apply",
                            "Terraform asked for a change from nothing to nothing, or sent no configuration with it.",
                        ));
                    }
                };
                applied_response(applied, schema)
            }
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Importing {}", request.type_name),
            pb::import_resource_state::Response,
            async move {
                let resource = inner.resource(&request.type_name)?;
                let state = resource.import(&*inner.client()?, &request.id).await?;
                Ok(pb::import_resource_state::Response {
                    imported_resources: vec![pb::import_resource_state::ImportedResource {
                        type_name: request.type_name,
                        state: Some(stored(Some(state), resource.schema())?),
                        ..Default::default()
                    }],
                    ..Default::default()
                })
            }
        )
    }

    /// Terraform asks a process that is not configured.
    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Moving to {}", request.target_type_name),
            pb::move_resource_state::Response,
            async move {
                check_move(inner.provider.address(), &request)?;
                let resource = inner.resource(&request.target_type_name)?;
                let schema = resource.schema();
                let version = request.source_schema_version;
                let state = upgraded(&request.target_type_name, schema, version, request.source_state)?;
                Ok(pb::move_resource_state::Response {
                    target_state: Some(stored(Some(state), schema)?),
                    target_private: request.source_private, // core does not carry it over itself
                    ..Default::default()
                })
            }
        )
    }

    /// `OpenTofu` asks for a function that the schema lacks.
    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        Ok(Response::new(pb::get_functions::Response::default()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<pb::validate_ephemeral_resource_config::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Validating ephemeral {}", request.type_name),
            pb::validate_ephemeral_resource_config::Response,
            async move {
                let ephemeral = inner.ephemeral(&request.type_name)?;
                let config = decode(request.config, ephemeral.schema())?.unwrap_or_default();
                let diagnostics = broken_rules(ephemeral.schema(), &config).and(ephemeral.validate(config)?);
                Ok(pb::validate_ephemeral_resource_config::Response {
                    diagnostics: convert::diagnostics(diagnostics),
                })
            }
        )
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Result<Response<pb::open_ephemeral_resource::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Opening {}", request.type_name),
            pb::open_ephemeral_resource::Response,
            async move {
                let ephemeral = inner.ephemeral(&request.type_name)?;
                let config = decode(request.config, ephemeral.schema())?.unwrap_or_default();
                let opened = ephemeral.open(&*inner.client()?, config).await?;
                Ok(pb::open_ephemeral_resource::Response {
                    diagnostics: convert::diagnostics(opened.diagnostics),
                    renew_at: opened.renew_at.map(|at| prost_types::Timestamp {
                        seconds: at.as_second(),
                        nanos: at.subsec_nanosecond(),
                    }),
                    result: Some(encode(&Dynamic::Object(opened.result), ephemeral.schema())?),
                    private: Some(opened.private.0),
                    ..Default::default()
                })
            }
        )
    }

    /// No ephemeral resource here asks to be renewed; an older plan of a host that does it anyway is no fault.
    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Result<Response<pb::renew_ephemeral_resource::Response>, Status> {
        let private = request.into_inner().private;
        Ok(Response::new(pb::renew_ephemeral_resource::Response {
            private,
            ..Default::default()
        }))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Result<Response<pb::close_ephemeral_resource::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        respond!(
            format!("Closing {}", request.type_name),
            pb::close_ephemeral_resource::Response,
            async move {
                let ephemeral = inner.ephemeral(&request.type_name)?;
                let private = Private(request.private.unwrap_or_default());
                let diagnostics = ephemeral.close(&*inner.client()?, private).await;
                Ok(pb::close_ephemeral_resource::Response {
                    diagnostics: convert::diagnostics(diagnostics),
                })
            }
        )
    }
}
