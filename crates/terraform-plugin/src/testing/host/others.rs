//! Data sources, functions, list resources.

use super::calls::{assert_stored, decode, decode_type, encode};
use super::{Host, answer};
use crate::testing::diagnostics::Diagnostics;
use crate::testing::generated::tfplugin6::{
    DynamicValue, FunctionError, call_function, list_resource, read_data_source,
    validate_data_resource_config, validate_list_resource_config,
};
use crate::testing::schema::full_config;
use crate::testing::value::types::Type;
use crate::testing::value::{Val, codec};

/// One thing a list resource found.
#[derive(Clone, Debug)]
pub struct Listed {
    /// For people.
    pub display_name: String,
    /// For import.
    pub identity: Val,
    /// The whole object, if it was asked for.
    pub resource: Option<Val>,
}

/// What a list resource answered.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The results, in their order.
    pub found: Vec<Listed>,
    /// What the user was told.
    pub diagnostics: Diagnostics,
}

impl Host {
    /// Validates and reads a data source.
    pub async fn read_data(&self, type_name: &str, config: Val) -> Result<Val, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.data_sources[type_name].block;
        let config = Some(encode(block, &full_config(block, config)));
        let type_name = type_name.to_owned();
        let request = validate_data_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
        };
        let result = self.client().validate_data_resource_config(request).await;
        let invalid = Diagnostics::read(answer("ValidateDataResourceConfig", result).diagnostics);
        if invalid.has_errors() {
            return Err(invalid);
        }
        let (provider_meta, client_capabilities) = (None, Some(self.capabilities(false)));
        let request = read_data_source::Request {
            type_name,
            config,
            provider_meta,
            client_capabilities,
        };
        let response = answer("ReadDataSource", self.client().read_data_source(request).await);
        assert!(
            response.deferred.is_none(),
            "deferred although that was not allowed"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let value = decode(block, response.state, "ReadDataSource");
        assert!(!value.is_null(), "Provider produced null object");
        assert_stored(block, &value, "invalid object", "reading");
        Ok(value)
    }

    /// Calls a function.
    pub async fn call_function(&self, name: &str, arguments: Vec<Val>) -> Result<Val, FunctionError> {
        let schemas = self.schema().await;
        let function = &schemas.functions[name];
        let (given, taken) = (arguments.len(), function.parameters.len());
        assert!(
            given == taken || given > taken && function.variadic_parameter.is_some(),
            "core does not call {name} with {given} arguments: it takes {taken}"
        );
        let variadic = std::iter::repeat(&function.variadic_parameter).flatten();
        let encode =
            |(argument, parameter): (Val, &crate::testing::generated::tfplugin6::function::Parameter)| {
                let ty = Type::from_bytes(&parameter.r#type).unwrap();
                assert!(
                    parameter.allow_unknown_values || argument.unknown_paths().is_empty(),
                    "core does not call {name} with unknown values"
                );
                assert!(
                    parameter.allow_null_value || !argument.is_null(),
                    "core does not call {name} with null"
                );
                let argument = ty.conform(argument, &parameter.name).unwrap();
                DynamicValue {
                    msgpack: codec::encode(&ty, &argument),
                    json: Vec::new(),
                }
            };
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: arguments
                .into_iter()
                .zip(function.parameters.iter().chain(variadic))
                .map(encode)
                .collect(),
        };
        let response = answer("CallFunction", self.client().call_function(request).await);
        if let Some(error) = response.error {
            return Err(error);
        }
        let ty = Type::from_bytes(&function.r#return.as_ref().expect("checked").r#type).unwrap();
        assert!(
            response.result.is_some(),
            "Provider returned invalid result from {name}: none"
        );
        Ok(decode_type(&ty, response.result, "CallFunction"))
    }

    /// Validates and lists, as `terraform query` does: it reads no more than it wants, and takes a warning for a reason
    /// why an identity is missing.
    pub async fn list(
        &self,
        type_name: &str,
        config: Val,
        include_resource_object: bool,
        limit: i64,
    ) -> Result<Query, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.list_resources[type_name].block;
        let config = Some(encode(block, &full_config(block, config)));
        let type_name = type_name.to_owned();
        let plain = |ty: &Type, value: Val| DynamicValue {
            msgpack: codec::encode(ty, &value),
            json: Vec::new(),
        };
        let request = validate_list_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
            include_resource_object: Some(plain(&Type::Bool, include_resource_object.into())),
            limit: Some(plain(&Type::Number, limit.into())),
        };
        let result = self.client().validate_list_resource_config(request).await;
        let invalid = Diagnostics::read(answer("ValidateListResourceConfig", result).diagnostics);
        if invalid.has_errors() {
            return Err(invalid);
        }
        assert!(
            self.identities().await.contains_key(&type_name),
            "Identity schema not found for resource type {type_name}; this is a bug in the provider"
        );
        let identity_block = &self.identities().await[&type_name];
        let resource_block = &schemas.resource(&type_name).block;
        let request = list_resource::Request {
            type_name,
            config,
            include_resource_object,
            limit,
        };
        let mut events = answer("ListResource", self.client().list_resource(request).await);
        let mut query = Query::default();
        while query.found.len() < usize::try_from(limit).expect("not negative") {
            let event = events.message().await.expect("the stream ends without an error");
            let Some(event) = event else { break };
            let diagnostics = Diagnostics::read(event.diagnostic);
            if diagnostics.has_errors() {
                return Err(diagnostics); // all that was found is thrown away
            }
            query.diagnostics.extend(diagnostics);
            let identity = event.identity.and_then(|identity| identity.identity_data);
            let identity = decode(identity_block, identity, "ListResource");
            if identity.is_null() {
                assert!(
                    !query.diagnostics.0.is_empty(),
                    "missing identity data in ListResource event for {:?}",
                    event.display_name
                );
                continue;
            }
            assert!(
                identity.unknown_paths().is_empty(),
                "unknown identity: {identity}"
            );
            let resource = event.resource_object.map(|object| {
                let value = decode(resource_block, Some(object), "ListResource");
                assert_stored(resource_block, &value, "invalid object", "listing");
                value
            });
            assert_eq!(
                resource.is_some(),
                include_resource_object,
                "ListResource: the object as asked for"
            );
            query.found.push(Listed {
                display_name: event.display_name,
                identity,
                resource,
            });
        }
        Ok(query)
    }
}
