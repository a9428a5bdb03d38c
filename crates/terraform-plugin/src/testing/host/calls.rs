//! The simple calls: configuration, reading, import, upgrade.

use std::collections::BTreeMap;

use super::{Host, State, answer};
use crate::testing::diagnostics::Diagnostics;
use crate::testing::generated::tfplugin6::{
    DynamicValue, RawState, ResourceIdentityData, configure_provider, get_resource_identity_schemas,
    import_resource_state, move_resource_state, read_resource, upgrade_resource_identity,
    upgrade_resource_state, validate_provider_config, validate_resource_config,
};
use crate::testing::schema::{Attribute, Block, Kind, full_config};
use crate::testing::value::types::Type;
use crate::testing::value::{Val, codec};

/// What reading says.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The object; `None` if it is gone.
    pub state: Option<State>,
    /// The private data that came with the answer that it is gone. Core hands them to the plan that makes it anew.
    pub gone: Vec<u8>,
    /// What the user is told.
    pub diagnostics: Diagnostics,
}

/// Where an object is moved from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Address of its provider.
    pub provider: &'a str,
    /// Its type there.
    pub type_name: &'a str,
    /// Schema version of what is stored.
    pub version: i64,
}

impl Host {
    /// Checks a provider configuration; absent arguments are null.
    pub async fn validate_provider(&self, config: Val) -> Diagnostics {
        let block = &self.schema().await.provider.block;
        let config = Some(encode(block, &full_config(block, config)));
        let request = validate_provider_config::Request { config };
        let response = answer(
            "ValidateProviderConfig",
            self.client().validate_provider_config(request).await,
        );
        Diagnostics::read(response.diagnostics)
    }

    /// Checks and then applies a provider configuration.
    pub async fn configure(&self, config: Val) -> Diagnostics {
        self.configure_in(config, false).await
    }

    /// The same in the phase that applies or in another one.
    pub(super) async fn configure_in(&self, config: Val, deferral_allowed: bool) -> Diagnostics {
        let invalid = self.validate_provider(config.clone()).await;
        if invalid.has_errors() {
            return invalid;
        }
        let block = &self.schema().await.provider.block;
        let request = configure_provider::Request {
            terraform_version: self.options.terraform_version.clone(),
            config: Some(encode(block, &full_config(block, config))),
            client_capabilities: Some(self.capabilities(deferral_allowed)),
        };
        let response = answer(
            "ConfigureProvider",
            self.client().configure_provider(request).await,
        );
        invalid.and(Diagnostics::read(response.diagnostics))
    }

    /// Checks a resource's configuration; absent arguments are null.
    pub async fn validate_resource(&self, type_name: &str, config: Val) -> Diagnostics {
        let schemas = self.schema().await;
        let config = full_config(&schemas.resource(type_name).block, config);
        self.validate_in(type_name, &config, false).await
    }

    /// The same for a whole configuration, in the phase that applies or in another one.
    pub(super) async fn validate_in(
        &self,
        type_name: &str,
        config: &Val,
        deferral_allowed: bool,
    ) -> Diagnostics {
        let schemas = self.schema().await;
        let request = validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&schemas.resource(type_name).block, config)),
            client_capabilities: Some(self.capabilities(deferral_allowed)),
        };
        let response = answer(
            "ValidateResourceConfig",
            self.client().validate_resource_config(request).await,
        );
        Diagnostics::read(response.diagnostics)
    }

    /// What has become of an object; `None` if it is gone.
    pub async fn read(&self, state: &State) -> Option<State> {
        self.try_read(state)
            .await
            .unwrap_or_else(|errors| panic!("reading failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_read(&self, state: &State) -> Result<Option<State>, Diagnostics> {
        Ok(self.look(state).await?.state)
    }

    /// The same with all that reading says.
    pub async fn look(&self, state: &State) -> Result<Seen, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.resource(&state.type_name).block;
        let request = read_resource::Request {
            type_name: state.type_name.clone(),
            current_state: Some(encode(block, &state.value)),
            private: state.private.clone(),
            provider_meta: None,
            client_capabilities: Some(self.capabilities(false)),
            current_identity: state.identity.clone(),
        };
        let response = answer("ReadResource", self.client().read_resource(request).await);
        assert!(
            response.deferred.is_none(),
            "deferred although that was not allowed"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let value = decode(block, response.new_state, "ReadResource");
        if value.is_null() {
            return Ok(Seen {
                state: None,
                gone: response.private,
                diagnostics,
            });
        }
        assert_stored(block, &value, "invalid new value", "reading");
        let identity = self
            .checked_identity(&state.type_name, &value, response.new_identity, "Read")
            .await;
        let new = State {
            value,
            private: response.private,
            identity,
            ..state.clone()
        };
        Ok(Seen {
            state: Some(new),
            gone: Vec::new(),
            diagnostics,
        })
    }

    /// Takes over an object by its id.
    pub async fn import(&self, type_name: &str, id: &str) -> State {
        self.try_import(type_name, id)
            .await
            .unwrap_or_else(|errors| panic!("importing failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_import(&self, type_name: &str, id: &str) -> Result<State, Diagnostics> {
        self.import_by(type_name, id, None).await
    }

    /// Takes over an object by its identity.
    pub async fn try_import_identity(&self, type_name: &str, identity: Val) -> Result<State, Diagnostics> {
        let block = &self.identities().await[type_name];
        let identity = ResourceIdentityData {
            identity_data: Some(encode(block, &full_config(block, identity))),
        };
        self.import_by(type_name, "", Some(identity)).await
    }

    async fn import_by(
        &self,
        type_name: &str,
        id: &str,
        identity: Option<ResourceIdentityData>,
    ) -> Result<State, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.resource(type_name).block;
        let request = import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(self.capabilities(false)),
            identity,
        };
        let response = answer(
            "ImportResourceState",
            self.client().import_resource_state(request).await,
        );
        assert!(
            response.deferred.is_none(),
            "deferred although that was not allowed"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let [imported] = <[_; 1]>::try_from(response.imported_resources)
            .unwrap_or_else(|all| panic!("import of {id:?} returned {} objects, not one", all.len()));
        assert_eq!(imported.type_name, type_name, "import returned another type");
        let value = decode(block, imported.state, "ImportResourceState");
        assert!(!value.is_null(), "Import returned null resource");
        assert_stored(block, &value, "invalid object", "import");
        let identity = self
            .checked_identity(type_name, &value, imported.identity, "Import")
            .await;
        let type_name = type_name.to_owned();
        let state = State {
            type_name,
            value,
            private: imported.private,
            identity,
            tainted: false,
        };
        let missing = || Diagnostics::error("Cannot import non-existent remote object", id);
        self.try_read(&state).await?.ok_or_else(missing)
    }

    /// Brings a stored object to today's form.
    pub async fn upgrade(&self, type_name: &str, version: i64, stored: &serde_json::Value) -> Val {
        self.try_upgrade(type_name, version, stored)
            .await
            .unwrap_or_else(|errors| panic!("upgrading failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_upgrade(
        &self,
        type_name: &str,
        version: i64,
        stored: &serde_json::Value,
    ) -> Result<Val, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.resource(type_name).block;
        let json = stored.to_string().into_bytes();
        let request = upgrade_resource_state::Request {
            type_name: type_name.to_owned(),
            version,
            raw_state: Some(RawState {
                json,
                flatmap: BTreeMap::new(),
            }),
        };
        let response = answer(
            "UpgradeResourceState",
            self.client().upgrade_resource_state(request).await,
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let value = decode(block, response.upgraded_state, "UpgradeResourceState");
        assert!(!value.is_null(), "Invalid resource state upgrade: null");
        assert_stored(block, &value, "invalid upgraded state", "upgrade");
        Ok(value)
    }

    /// Brings a stored identity to today's form; core asks for one of nothing too.
    pub async fn try_upgrade_identity(
        &self,
        type_name: &str,
        version: i64,
        stored: Option<&serde_json::Value>,
    ) -> Result<Val, Diagnostics> {
        let block = &self.identities().await[type_name];
        let json = stored.map(|stored| stored.to_string().into_bytes());
        let request = upgrade_resource_identity::Request {
            type_name: type_name.to_owned(),
            version,
            raw_identity: Some(RawState {
                json: json.unwrap_or_default(),
                flatmap: BTreeMap::new(),
            }),
        };
        let response = answer(
            "UpgradeResourceIdentity",
            self.client().upgrade_resource_identity(request).await,
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let upgraded = response.upgraded_identity;
        let upgraded = upgraded.expect("Provider returned no identity after upgrade");
        Ok(decode(block, upgraded.identity_data, "UpgradeResourceIdentity"))
    }

    /// Takes over an object whose type has another provider address or name in state, as core does before it upgrades or
    /// configures anything.
    pub async fn try_move(
        &self,
        from: Source<'_>,
        type_name: &str,
        stored: &serde_json::Value,
        private: &[u8],
    ) -> Result<State, Diagnostics> {
        let schemas = self.schema().await;
        assert!(
            schemas.capabilities.move_resource_state,
            "Unsupported `moved` across resource types"
        );
        let block = &schemas.resource(type_name).block;
        let request = move_resource_state::Request {
            source_provider_address: from.provider.to_owned(),
            source_type_name: from.type_name.to_owned(),
            source_schema_version: from.version,
            source_state: Some(RawState {
                json: stored.to_string().into_bytes(),
                flatmap: BTreeMap::new(),
            }),
            target_type_name: type_name.to_owned(),
            source_private: private.to_vec(),
            source_identity: None,
            source_identity_schema_version: 0,
        };
        let response = answer(
            "MoveResourceState",
            self.client().move_resource_state(request).await,
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let value = decode(block, response.target_state, "MoveResourceState");
        assert!(
            !value.is_null(),
            "The provider returned no state and no error for the move"
        );
        assert_stored(block, &value, "invalid value", "move");
        Ok(State {
            type_name: type_name.to_owned(),
            value,
            private: response.target_private,
            identity: response.target_identity,
            tainted: false,
        })
    }

    /// What every run begins with: the stored object is upgraded and read.
    pub async fn refresh(&self, state: &State) -> Option<State> {
        self.read(&self.upgraded(state).await).await
    }

    /// The stored object in today's form.
    pub(super) async fn upgraded(&self, state: &State) -> State {
        let version = self.schema().await.resource(&state.type_name).version;
        let value = self
            .upgrade(&state.type_name, version, &state.value.to_json())
            .await;
        State {
            value,
            ..state.clone()
        }
    }

    /// An object's identity in plain values.
    pub async fn identity(&self, state: &State) -> Val {
        let block = &self.identities().await[&state.type_name];
        let data = state.identity.clone().and_then(|identity| identity.identity_data);
        decode(block, data, "identity")
    }

    /// A type with an identity schema has to return an identity, wholly known; none is right only for an object that
    /// lacks what would be in it, because nobody knows whether it exists.
    pub(super) async fn checked_identity(
        &self,
        type_name: &str,
        state: &Val,
        identity: Option<ResourceIdentityData>,
        after: &str,
    ) -> Option<ResourceIdentityData> {
        let block = self.identities().await.get(type_name)?;
        let data = identity.clone().and_then(|identity| identity.identity_data);
        let value = decode(block, data, after);
        let lacks = |name: &String| state.get(name).is_some_and(Val::is_null);
        if value.is_null() && block.attributes.keys().any(lacks) {
            return None;
        }
        assert!(
            !value.is_null(),
            "Missing Resource Identity After {after}: {type_name}"
        );
        let nulls = value.fields().values().filter(|part| part.is_null()).count();
        assert_eq!(nulls, 0, "an incomplete identity after {after}: {value}");
        let unknown = value.unknown_paths();
        assert!(
            unknown.is_empty(),
            "Provider produced invalid identity: unknown {unknown:?} after {after}"
        );
        identity
    }
}

pub(super) fn read_identities(response: get_resource_identity_schemas::Response) -> BTreeMap<String, Block> {
    Diagnostics::read(response.diagnostics).assert_no_errors();
    let read = |schema: crate::testing::generated::tfplugin6::ResourceIdentitySchema| {
        let attributes = schema.identity_attributes.into_iter().map(|attribute| {
            let (required, optional) = (attribute.required_for_import, attribute.optional_for_import);
            let name = attribute.name;
            assert!(
                required != optional,
                "{name}: either required or optional for import"
            );
            let ty = Type::from_bytes(&attribute.r#type).unwrap();
            let element = if let Type::List(element) = &ty {
                element
            } else {
                &ty
            };
            assert!(
                matches!(element, Type::Bool | Type::Number | Type::String),
                "{name}: a part of an identity is primitive, or a list of what is primitive"
            );
            let kind = Kind::Plain(ty);
            let (computed, sensitive, write_only) = (false, false, false);
            (
                name,
                Attribute {
                    kind,
                    required,
                    optional,
                    computed,
                    sensitive,
                    write_only,
                },
            )
        });
        Block {
            attributes: attributes.collect(),
            blocks: BTreeMap::new(),
        }
    };
    response
        .identity_schemas
        .into_iter()
        .map(|(name, schema)| (name, read(schema)))
        .collect()
}

pub(super) fn encode(block: &Block, value: &Val) -> DynamicValue {
    DynamicValue {
        msgpack: codec::encode(&block.ty(), value),
        json: Vec::new(),
    }
}

pub(super) fn decode(block: &Block, value: Option<DynamicValue>, method: &str) -> Val {
    decode_type(&block.ty(), value, method)
}

pub(super) fn decode_type(ty: &Type, value: Option<DynamicValue>, method: &str) -> Val {
    let Some(DynamicValue { msgpack, json }) = value else {
        return Val::Null;
    };
    assert!(json.is_empty(), "{method} answered in JSON, not MessagePack");
    if msgpack.is_empty() {
        return Val::Null;
    }
    codec::decode(ty, &msgpack).unwrap_or_else(|error| panic!("{method} returned an invalid value: {error}"))
}

/// What is to be stored holds nothing unknown and nothing write-only.
pub(super) fn assert_stored(block: &Block, value: &Val, what: &str, during: &str) {
    let unknown = value.unknown_paths();
    assert!(
        unknown.is_empty(),
        "Provider produced {what} with unknown values during {during}: {unknown:?}"
    );
    let write_only = block.write_only_values(value);
    assert!(
        write_only.is_empty(),
        "Provider produced {what}: returned a value for the write-only attribute {write_only:?} during {during}"
    );
}
