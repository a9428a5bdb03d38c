//! The RPCs about a managed resource.

use async_trait::async_trait;

use super::rpcs;
use crate::context::Told;
use crate::generated::tfplugin6 as pb;
use crate::object::{
    broken_rules, check_size, decode, encode, left_unknown, seen, stored, write_only_values,
};
use crate::private::Purpose;
use crate::resource::{Create, Current, Deletion, Plan, PlanRequest, PlanTime, Preflight, Resource, Update};
use crate::schema::Schema;
use crate::served::Served;
use crate::session::Session;
use crate::upgrade::{check_move, upgraded};
use crate::value::{Dynamic, Model, Object};
use crate::{Diagnostics, Private, convert, identity};

rpcs! {
    /// The RPCs about a managed resource of any model.
    ResourceRpcs {
        /// See [`Resource::validate`].
        validate: validate_resource_config;
        /// See [`Resource::upgrade`].
        upgrade: upgrade_resource_state;
        /// See [`Resource::read`].
        read: read_resource;
        /// See [`Resource::plan`].
        plan: plan_resource_change;
        /// See [`Resource::create`], [`Resource::update`] and [`Resource::delete`].
        apply: apply_resource_change;
        /// See [`Resource::import`].
        import: import_resource_state;
        /// Takes over what lies in state under another address of the provider.
        take_over: move_resource_state;
        /// See [`Resource::upgrade_identity`].
        upgrade_identity: upgrade_resource_identity;
    }
    /// Schema of the identity, if there is one.
    fn identity_schema(&self) -> Option<&'static Schema>;
}

#[async_trait]
impl<R: Resource> ResourceRpcs<R::Client> for Served<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn schema(&self) -> &'static Schema {
        R::State::schema()
    }

    fn identity_schema(&self) -> Option<&'static Schema> {
        identity::schema::<R>()
    }

    #[cfg(feature = "testing")]
    fn self_check(&self) -> Vec<String> {
        crate::faults::resource::<R>()
    }

    async fn validate(
        &self,
        _: &Session<R::Client>,
        request: pb::validate_resource_config::Request,
        told: &Told,
    ) -> Result<pb::validate_resource_config::Response, Diagnostics> {
        let schema = self.schema();
        let config = decode(request.config, schema)?.unwrap_or_default();
        check_size(&config)?;
        let typed = R::State::from_object(config.clone())?; // or no rule has much to say
        told.extend(broken_rules(schema, &config));
        let host = request.client_capabilities.unwrap_or_default();
        if !host.write_only_attributes_allowed {
            told.extend(write_only_values(schema, &config));
        }
        told.extend(self.0.validate(&typed));
        Ok(pb::validate_resource_config::Response::default())
    }

    async fn upgrade(
        &self,
        _: &Session<R::Client>,
        request: pb::upgrade_resource_state::Request,
        _: &Told,
    ) -> Result<pb::upgrade_resource_state::Response, Diagnostics> {
        let state = self.upgraded(request.version, request.raw_state)?;
        Ok(pb::upgrade_resource_state::Response {
            upgraded_state: Some(encode(&state, self.schema())?),
            ..Default::default()
        })
    }

    async fn read(
        &self,
        session: &Session<R::Client>,
        request: pb::read_resource::Request,
        told: &Told,
    ) -> Result<pb::read_resource::Response, Diagnostics> {
        let Some(state) = decode(request.current_state, self.schema())? else {
            return Ok(pb::read_resource::Response::default());
        };
        let current = Current {
            state: R::State::from_object(state)?,
            private: Private(request.private),
        };
        let found = self.0.read(&session.context(told)?, current).await?;
        let Some(Current { state, private }) = found else {
            // of an object that is gone core would hand private data to the plan of its successor
            return Ok(pb::read_resource::Response {
                new_state: Some(stored(None, self.schema())?),
                ..Default::default()
            });
        };
        let was_known = request.current_identity.is_some();
        let new_identity = identity::answered(self, session, &state, request.current_identity, told)?;
        if was_known && new_identity.is_none() && self.identity_schema().is_some() {
            return Err(identity::lost());
        }
        Ok(pb::read_resource::Response {
            new_identity,
            new_state: Some(seen(state.into_object(), self.schema())?),
            private: private.0,
            ..Default::default()
        })
    }

    async fn plan(
        &self,
        session: &Session<R::Client>,
        request: pb::plan_resource_change::Request,
        told: &Told,
    ) -> Result<pb::plan_resource_change::Response, Diagnostics> {
        let schema = self.schema();
        let prior = decode(request.prior_state, schema)?;
        let private = Private(request.prior_private);
        let wanted = decode(request.proposed_new_state, schema)?;
        let (Some(config), Some(_)) = (decode(request.config, schema)?, wanted) else {
            if let Some(prior) = prior {
                told.extend(self.0.plan_destroy(&R::State::from_object(prior)?));
            }
            return Ok(pb::plan_resource_change::Response {
                planned_state: Some(encode(&Dynamic::Null, schema)?),
                planned_private: private.planned(Purpose::Destruction).0,
                ..Default::default()
            });
        };
        let purpose = if prior.is_some() {
            Purpose::Change
        } else {
            Purpose::Creation
        };
        let now = session.clock.now();
        let host = request.client_capabilities.unwrap_or_default();
        let time = PlanTime {
            now: Private(request.planned_private).planned_at().unwrap_or(now),
            is_kept: host.store_planned_private,
        };
        let config = R::State::from_object(config)?;
        let prior = prior.map(R::State::from_object).transpose()?;
        let plan = self.decided(&config, prior.as_ref(), &private, time)?;
        told.extend(plan.diagnostics);
        let mut state = plan.state.into_object();
        schema.fit_for_state(&mut state);
        check_size(&state)?;
        let planned = R::State::from_object(state.clone())?;
        let replaces = !plan.replace.is_empty();
        let objections = Told::default();
        if let Ok(client) = session.context(&objections) {
            let look = Preflight {
                prior: prior.as_ref(),
                planned: &planned,
                replaces,
            };
            self.0.preflight(&client, look).await;
            told.extend(objections.take().into_result()?);
        }
        // what is made anew gets another identity, which only apply can tell
        let planned_identity = if prior.is_some() && !replaces {
            identity::answered(self, session, &planned, request.prior_identity, told)?
        } else {
            None
        };
        let mut planned_private = plan.private.unwrap_or(private).planned(purpose);
        if time.is_kept {
            planned_private = planned_private.noting(time.now);
        }
        Ok(pb::plan_resource_change::Response {
            planned_state: Some(encode(&Dynamic::Object(state), schema)?),
            requires_replace: plan.replace.into_iter().map(convert::path).collect(),
            planned_private: planned_private.0,
            planned_identity,
            ..Default::default()
        })
    }

    async fn apply(
        &self,
        session: &Session<R::Client>,
        request: pb::apply_resource_change::Request,
        told: &Told,
    ) -> Result<pb::apply_resource_change::Response, Diagnostics> {
        let schema = self.schema();
        let client = session.context(told)?;
        let prior = decode(request.prior_state, schema)?;
        let planned = decode(request.planned_state, schema)?;
        // core has applied ignore_changes to the configuration of the plan alone
        let write_only = decode(request.config, schema)?.map(|config| schema.write_only_part(config));
        let private = Private(request.planned_private);
        // core takes a null answer with an error for: nothing new after a create, and otherwise the prior object and its
        // private data
        let (current, identity) = match (prior, planned, write_only) {
            (None, Some(planned), Some(write_only)) => {
                let change = Create {
                    planned: R::State::from_object(planned)?,
                    write_only: R::State::from_object(write_only)?,
                };
                (self.0.create(&client, change).await?, None)
            }
            (Some(prior), Some(planned), Some(write_only)) => {
                let change = Update {
                    prior: R::State::from_object(prior)?,
                    planned: R::State::from_object(planned)?,
                    write_only: R::State::from_object(write_only)?,
                    private: private.stored(),
                };
                (self.0.update(&client, change).await?, request.planned_identity)
            }
            (Some(prior), None, _) => {
                let deletion = Deletion {
                    state: R::State::from_object(prior)?,
                    replaced: private.purpose() == Some(Purpose::Creation),
                    private,
                };
                self.0.delete(&client, deletion).await?;
                return Ok(pb::apply_resource_change::Response {
                    new_state: Some(encode(&Dynamic::Null, schema)?),
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
        self.applied(session, current, identity, told)
    }

    async fn import(
        &self,
        session: &Session<R::Client>,
        request: pb::import_resource_state::Request,
        told: &Told,
    ) -> Result<pb::import_resource_state::Response, Diagnostics> {
        let client = session.context(told)?;
        let state = match self.wanted(request.identity)? {
            None => self.0.import(&client, &request.id).await?,
            Some(wanted) => {
                let identity = R::Identity::from_object(wanted.clone())?;
                let state = self.0.import_identity(&client, identity).await?;
                let found = identity::of(self, session, &state).ok_or_else(identity::lost)?;
                identity::mismatches(&wanted, &found).into_result()?;
                state
            }
        };
        Ok(pb::import_resource_state::Response {
            imported_resources: vec![pb::import_resource_state::ImportedResource {
                type_name: R::NAME.to_owned(),
                identity: identity::answered(self, session, &state, None, told)?,
                state: Some(seen(state.into_object(), self.schema())?),
                ..Default::default()
            }],
            ..Default::default()
        })
    }

    /// Terraform asks a process that is not configured, so there may be no identity.
    async fn take_over(
        &self,
        session: &Session<R::Client>,
        request: pb::move_resource_state::Request,
        told: &Told,
    ) -> Result<pb::move_resource_state::Response, Diagnostics> {
        check_move(session.address, &request)?;
        let Dynamic::Object(state) = self.upgraded(request.source_schema_version, request.source_state)?
        else {
            return Err(Diagnostics::error(
                "Stored state cannot be read",
                format!("It holds nothing where a {} should be.", R::NAME),
            ));
        };
        let target_state = stored(Some(state.clone()), self.schema())?;
        let state = R::State::from_object(state)?;
        Ok(pb::move_resource_state::Response {
            target_state: Some(target_state),
            target_private: request.source_private, // core does not carry it over itself
            target_identity: identity::answered(self, session, &state, None, told)?,
            ..Default::default()
        })
    }

    async fn upgrade_identity(
        &self,
        _: &Session<R::Client>,
        request: pb::upgrade_resource_identity::Request,
        _: &Told,
    ) -> Result<pb::upgrade_resource_identity::Response, Diagnostics> {
        let schema = self.identity_schema().ok_or_else(no_identity::<R>)?;
        let raw = request.raw_identity.filter(|raw| !raw.json.is_empty());
        let rewrite = |version, json| self.0.upgrade_identity(version, json);
        let stored = raw
            .map(|raw| upgraded(R::NAME, schema, &rewrite, request.version, Some(raw)))
            .transpose()?;
        Ok(pb::upgrade_resource_identity::Response {
            upgraded_identity: Some(identity::upgraded(stored, schema)?),
            ..Default::default()
        })
    }
}

impl<R: Resource> Served<R> {
    pub(crate) fn decided(
        &self,
        config: &R::State,
        prior: Option<&R::State>,
        private: &Private,
        time: PlanTime,
    ) -> Result<Plan<R::State>, Diagnostics> {
        let schema = self.schema();
        let prior_object = prior.cloned().map(Model::into_object);
        let changed = |planned: &Object| match &prior_object {
            Some(prior) => schema.replaced(prior, planned),
            None => Vec::new(),
        };
        let proposed = schema.propose(&config.clone().into_object(), prior_object.as_ref());
        let replaces = !changed(&proposed).is_empty();
        let mut plan = self.0.plan(PlanRequest {
            config,
            prior,
            proposed: R::State::from_object(proposed)?,
            replaces,
            private,
            replacing: prior.is_none() && private.purpose().is_some(),
            time,
        })?;
        let mut replace = changed(&plan.state.clone().into_object());
        replace.append(&mut plan.replace);
        plan.replace = replace;
        Ok(plan)
    }

    fn upgraded(&self, version: i64, raw: Option<pb::RawState>) -> Result<Dynamic, Diagnostics> {
        let rewrite = |version, json| self.0.upgrade(version, json);
        upgraded(R::NAME, self.schema(), &rewrite, version, raw)
    }

    /// The identity that an import asks for; `None` if it asks for an id.
    fn wanted(&self, identity: Option<pb::ResourceIdentityData>) -> Result<Option<Object>, Diagnostics> {
        match (identity, self.identity_schema()) {
            (None, _) => Ok(None),
            (Some(_), None) => Err(no_identity::<R>()),
            (identity, Some(schema)) => identity::read(identity, schema),
        }
    }

    /// The answer to an apply: an object that exists is never dropped, and comes with its identity after a failure too.
    fn applied(
        &self,
        session: &Session<R::Client>,
        current: Current<R::State>,
        identity: Option<pb::ResourceIdentityData>,
        told: &Told,
    ) -> Result<pb::apply_resource_change::Response, Diagnostics> {
        let failed = told.has_errors();
        let answered = identity::answered(self, session, &current.state, identity, told);
        let new_identity = answered.unwrap_or_else(|errors| {
            told.extend(errors);
            None
        });
        let state = current.state.into_object();
        if !failed {
            told.extend(left_unknown(&state));
        }
        Ok(pb::apply_resource_change::Response {
            new_state: Some(stored(Some(state), self.schema())?),
            private: current.private.0,
            new_identity,
            ..Default::default()
        })
    }
}

fn no_identity<R: Resource>() -> Diagnostics {
    Diagnostics::error(
        format!("{} has no identity", R::NAME),
        "Objects of this type have no identity. Import it by its id.",
    )
}
