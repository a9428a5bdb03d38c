//! The RPCs of protocol 6: which one is about what, and what becomes of a failure.

use std::sync::Arc;

use super::context::Told;
use super::generated::tfplugin6 as pb;
use super::hclog::TRACE;
use super::methods::{Rpc, Service, at_once, stream, unary};
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
        Ok(response)
    }};
}

/// Implements the service. A row is: RPC, its messages, what is being done, the kind and the name of the thing, what it is
/// asked. What is not about one thing is answered as it says.
macro_rules! service {
    (
        { $($name:literal $rpc:ident, $what:literal, $kind:ident($of:ident).$method:ident;)* }
        |$inner:ident| { $($other:literal => $answer:expr;)* }
    ) => {
        /// The names of the RPCs that are served.
        #[cfg(test)]
        const SERVED: &[&str] = &[$($name,)* $($other,)*];

        impl<P: Provider> Service for Server<P> {
            const NAME: &'static str = "tfplugin6.Provider";

            fn rpc(&self, name: &str) -> Option<Rpc> {
                let $inner = Arc::clone(&self.0);
                Some(match name {
                    $($name => unary(|request: pb::$rpc::Request| async move {
                        answer!($rpc, format!(concat!($what, " {}"), request.$of), |told| {
                            match $inner.$kind(&request.$of) {
                                Ok(thing) => thing.$method(&$inner.session, request, told).await,
                                Err(unknown) => Err(unknown),
                            }
                        })
                    }),)*
                    $($other => $answer,)*
                    _ => return None,
                })
            }
        }
    };
}

service! {
    {
        "ValidateResourceConfig" validate_resource_config, "Validating", resource(type_name).validate;
        "UpgradeResourceState" upgrade_resource_state, "Reading stored state of", resource(type_name).upgrade;
        "ReadResource" read_resource, "Reading", resource(type_name).read;
        "PlanResourceChange" plan_resource_change, "Planning", resource(type_name).plan;
        "ApplyResourceChange" apply_resource_change, "Applying", resource(type_name).apply;
        "ImportResourceState" import_resource_state, "Importing", resource(type_name).import;
        "MoveResourceState" move_resource_state, "Moving to", resource(target_type_name).take_over;
        "UpgradeResourceIdentity" upgrade_resource_identity, "Reading the stored identity of",
            resource(type_name).upgrade_identity;

        "ValidateDataResourceConfig" validate_data_resource_config, "Validating data", data_source(type_name).validate;
        "ReadDataSource" read_data_source, "Reading data", data_source(type_name).read;

        "ValidateEphemeralResourceConfig" validate_ephemeral_resource_config, "Validating ephemeral",
            ephemeral(type_name).validate;
        "OpenEphemeralResource" open_ephemeral_resource, "Opening", ephemeral(type_name).open;
        "RenewEphemeralResource" renew_ephemeral_resource, "Renewing", ephemeral(type_name).renew;
        "CloseEphemeralResource" close_ephemeral_resource, "Closing", ephemeral(type_name).close;
    }
    |inner| {
        "GetMetadata" => at_once(move |_: pb::get_metadata::Request| inner.offers.metadata());
        "GetProviderSchema" => at_once(move |_: pb::get_provider_schema::Request| inner.protocol_schema());
        "GetResourceIdentitySchemas" => at_once(move |_: pb::get_resource_identity_schemas::Request| {
            let identity_schemas = inner.offers.identity_schemas();
            pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() }
        });
        "ValidateProviderConfig" => unary(|request: pb::validate_provider_config::Request| async move {
            answer!(validate_provider_config, "Validating the provider".to_owned(), |told| {
                told.extend(inner.validate(request));
                Ok(pb::validate_provider_config::Response::default())
            })
        });
        "ConfigureProvider" => unary(|request: pb::configure_provider::Request| async move {
            answer!(configure_provider, "Configuring the provider".to_owned(), |told| {
                inner.configure(request, told).await
            })
        });
        // A request to finish early, not to go away: answers to what is under way are still wanted, and ephemeral
        // resources are still to be closed (Terraform internal/terraform/context.go).
        "StopProvider" => at_once(move |_: pb::stop_provider::Request| {
            tracing::info!("asked to stop: finishing what is under way");
            inner.provider.stop();
            pb::stop_provider::Response::default()
        });
        // OpenTofu asks for a function that the schema lacks.
        "GetFunctions" => at_once(move |_: pb::get_functions::Request| {
            let functions = inner.offers.function_declarations();
            pb::get_functions::Response { functions, diagnostics: Vec::new() }
        });
        "CallFunction" => unary(|request: pb::call_function::Request| async move {
            let what = format!("Calling {}", request.name);
            tracing::debug!(target: TRACE, rpc = %what, "called");
            let call = async move { Ok(inner.function(&request.name)?.call(request.arguments)) };
            let called = guard::run(&what, call).await;
            Ok(match called.unwrap_or_else(|told| Err(function::defect(&told))) {
                Ok(result) => pb::call_function::Response { result: Some(result), error: None },
                Err(error) => pb::call_function::Response { result: None, error: Some(function::error(&error)) },
            })
        });
        "ValidateListResourceConfig" => unary(|request: pb::validate_list_resource_config::Request| async move {
            let what = format!("Validating list {}", request.type_name);
            let validate = async move { Ok(inner.list(&request.type_name)?.validate(request)) };
            let diagnostics = guard::run(&what, validate).await.unwrap_or_else(convert::diagnostics);
            Ok(pb::validate_list_resource_config::Response { diagnostics })
        });
        "ListResource" => stream(move |request: pb::list_resource::Request| {
            tracing::debug!(target: TRACE, rpc = %format_args!("Listing {}", request.type_name), "called");
            match inner.list(&request.type_name) {
                Ok(list) => list::stream(list, Arc::clone(&inner.session), request),
                Err(unknown) => list::failed(unknown),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nothing here answers: actions, and a configuration that the CLI makes as well by itself.
    const UNSERVED: [&str; 4] = [
        "GenerateResourceConfig",
        "InvokeAction",
        "PlanAction",
        "ValidateActionConfig",
    ];

    #[test]
    fn every_rpc_of_the_protocol_is_served_or_named_here() {
        let generated = include_str!("generated/tfplugin6.rs");
        let paths = generated.split("\"/tfplugin6.Provider/").skip(1);
        let mut rpcs: Vec<_> = paths.filter_map(|path| path.split('"').next()).collect();
        let mut known = [SERVED, &UNSERVED].concat();
        rpcs.sort_unstable();
        known.sort_unstable();
        assert_eq!(rpcs, known);
    }
}
