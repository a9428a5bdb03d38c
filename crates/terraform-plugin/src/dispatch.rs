//! The RPCs of protocol 6: which one is about what, and what becomes of a failure.

use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::context::Told;
use super::generated::tfplugin6 as pb;
use super::hclog::TRACE;
use super::object::without_a_word;
use super::provider::Provider;
use super::rpc::{function, list};
use super::server::Server;
use super::{convert, guard};

/// Answers one RPC. A failure is an answer that carries it: what a user sees is a message, not a broken connection.
macro_rules! answer {
    ($rpc:ident, $what:expr, |$told:ident| $work:expr) => {{
        let what = $what;
        tracing::debug!(target: TRACE, rpc = %what, "called");
        let told = Told::default();
        let collected = told.clone();
        let answer = guard::run(&what, async move {
            let $told = &collected;
            $work
        });
        let mut response: pb::$rpc::Response = answer.await.unwrap_or_else(|errors| {
            told.extend(errors);
            if !told.has_errors() {
                told.extend(without_a_word());
            }
            pb::$rpc::Response::default()
        });
        response.diagnostics = convert::diagnostics(told.take());
        Ok(Response::new(response))
    }};
}

/// Implements the service. A row is: RPC, what is being done, the kind and the name of the thing, what it is asked.
macro_rules! service {
    (
        { $($rpc:ident, $what:literal, $kind:ident($name:ident).$method:ident;)* }
        $($others:tt)*
    ) => {
        #[tonic::async_trait]
        impl<P: Provider> pb::provider_server::Provider for Server<P> {
            $(
                async fn $rpc(
                    &self,
                    request: Request<pb::$rpc::Request>,
                ) -> Result<Response<pb::$rpc::Response>, Status> {
                    let (inner, request) = (Arc::clone(&self.0), request.into_inner());
                    answer!($rpc, format!(concat!($what, " {}"), request.$name), |told| {
                        match inner.$kind(&request.$name) {
                            Ok(thing) => thing.$method(&inner.session, request, told).await,
                            Err(unknown) => Err(unknown),
                        }
                    })
                }
            )*
            $($others)*
        }
    };
}

service! {
    {
        validate_resource_config, "Validating", resource(type_name).validate;
        upgrade_resource_state, "Reading stored state of", resource(type_name).upgrade;
        read_resource, "Reading", resource(type_name).read;
        plan_resource_change, "Planning", resource(type_name).plan;
        apply_resource_change, "Applying", resource(type_name).apply;
        import_resource_state, "Importing", resource(type_name).import;
        move_resource_state, "Moving to", resource(target_type_name).take_over;
        upgrade_resource_identity, "Reading the stored identity of", resource(type_name).upgrade_identity;

        validate_data_resource_config, "Validating data", data_source(type_name).validate;
        read_data_source, "Reading data", data_source(type_name).read;

        validate_ephemeral_resource_config, "Validating ephemeral", ephemeral(type_name).validate;
        open_ephemeral_resource, "Opening", ephemeral(type_name).open;
        renew_ephemeral_resource, "Renewing", ephemeral(type_name).renew;
        close_ephemeral_resource, "Closing", ephemeral(type_name).close;
    }

    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        Ok(Response::new(self.0.offers.metadata()))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        Ok(Response::new(self.0.protocol_schema()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        let identity_schemas = self.0.offers.identity_schemas();
        let diagnostics = Vec::new();
        Ok(Response::new(pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        answer!(validate_provider_config, "Validating the provider".to_owned(), |told| {
            told.extend(inner.validate(request));
            Ok(pb::validate_provider_config::Response::default())
        })
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        answer!(configure_provider, "Configuring the provider".to_owned(), |told| {
            inner.configure(request, told).await
        })
    }

    /// A request to finish early, not to go away: answers to what is under way are still wanted, and ephemeral resources
    /// are still to be closed (Terraform internal/terraform/context.go).
    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        tracing::info!("asked to stop: finishing what is under way");
        self.0.provider.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    /// `OpenTofu` asks for a function that the schema lacks.
    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        let functions = self.0.offers.function_declarations();
        let diagnostics = Vec::new();
        Ok(Response::new(pb::get_functions::Response { functions, diagnostics }))
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        let what = format!("Calling {}", request.name);
        tracing::debug!(target: TRACE, rpc = %what, "called");
        let call = async move { Ok(inner.function(&request.name)?.call(request.arguments)) };
        let called = guard::run(&what, call).await;
        let response = match called.unwrap_or_else(|told| Err(function::defect(&told))) {
            Ok(result) => pb::call_function::Response { result: Some(result), error: None },
            Err(error) => pb::call_function::Response { result: None, error: Some(function::error(&error)) },
        };
        Ok(Response::new(response))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Result<Response<pb::validate_list_resource_config::Response>, Status> {
        let (inner, request) = (Arc::clone(&self.0), request.into_inner());
        let what = format!("Validating list {}", request.type_name);
        let validate = async move { Ok(inner.list(&request.type_name)?.validate(request)) };
        let diagnostics = guard::run(&what, validate).await.unwrap_or_else(convert::diagnostics);
        Ok(Response::new(pb::validate_list_resource_config::Response { diagnostics }))
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Result<Response<BoxStream<pb::list_resource::Event>>, Status> {
        let request = request.into_inner();
        tracing::debug!(target: TRACE, rpc = %format_args!("Listing {}", request.type_name), "called");
        let events = match self.0.list(&request.type_name) {
            Ok(list) => list::stream(list, Arc::clone(&self.0.session), request),
            Err(unknown) => list::failed(unknown),
        };
        Ok(Response::new(events))
    }
}
