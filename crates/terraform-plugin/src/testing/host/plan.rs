//! Planning, with all that core demands of a plan.

use super::calls::{decode, encode};
use super::{Host, Resource, State, answer};
use crate::testing::diagnostics::{Diagnostics, render};
use crate::testing::generated::tfplugin6::{ResourceIdentityData, plan_resource_change};
use crate::testing::rules::{IgnoreChanges, ignore_changes, plan_problems, proposed_new_state};
use crate::testing::schema::{Block, full_config};
use crate::testing::value::Val;

/// What a plan will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Make it.
    Create,
    /// Change it in place.
    Update,
    /// Destroy it and make another, or the other way round.
    Replace,
    /// Destroy it.
    Delete,
}

/// A plan for one object.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The resource's type.
    pub type_name: String,
    /// What will be done.
    pub action: Action,
    /// The whole configuration, as it was written.
    pub config: Val,
    /// What of it is not taken from there, again when it is planned once more at apply.
    pub ignore_changes: IgnoreChanges,
    /// Whether a replacement makes the other one first.
    pub create_before_destroy: bool,
    /// What was there.
    pub prior: Option<State>,
    /// What will be there.
    pub value: Val,
    /// The attributes that force a replacement.
    pub replace_because: Vec<String>,
    /// Passed to apply.
    pub private: Vec<u8>,
    /// Passed to apply.
    pub identity: Option<ResourceIdentityData>,
    /// What the user was told.
    pub diagnostics: Diagnostics,
}

impl Planned {
    /// One planned attribute by path.
    pub fn at(&self, path: &str) -> &Val {
        self.value.at(path)
    }

    /// Whether nothing will be done.
    pub fn is_empty(&self) -> bool {
        self.action == Action::NoOp
    }

    /// Panics unless this is what will be done.
    #[track_caller]
    #[must_use]
    pub fn assert(self, action: Action) -> Self {
        let because = &self.replace_because;
        assert_eq!(
            self.action, action,
            "planned (replacement because of {because:?}): {}",
            self.value
        );
        self
    }
}

/// One object's plan call.
pub(super) struct Request<'a> {
    pub type_name: &'a str,
    pub prior: &'a Val,
    pub private: &'a [u8],
    pub identity: Option<ResourceIdentityData>,
    pub config: &'a Val,
    /// Core allows deferral in every apply phase, although it is an error to make use of it there.
    pub deferral_allowed: bool,
    /// What the plan before this one answered as private data, if this is a plan in the phase that applies.
    pub planned_private: &'a [u8],
}

pub(super) struct Answer {
    pub value: Val,
    pub replace: Vec<String>,
    pub private: Vec<u8>,
    pub identity: Option<ResourceIdentityData>,
    pub diagnostics: Diagnostics,
}

/// What a plan starts from.
#[derive(Clone, Copy, Default)]
pub(super) struct Prior<'a> {
    pub state: Option<&'a State>,
    /// The private data of an object that reading found gone: core passes them on, to a creation.
    pub gone: &'a [u8],
}

impl<'a> Prior<'a> {
    /// The object that the provider is told of; of a tainted one it is told nothing, as if it were not there.
    fn known(self) -> Option<&'a State> {
        self.state.filter(|state| !state.tainted)
    }

    fn private(self) -> &'a [u8] {
        match self.state {
            None => self.gone,
            Some(_) => self.known().map_or(&[], |state| &state.private),
        }
    }
}

impl Host {
    /// Plans a resource from its prior state and its configuration, whose absent arguments are null.
    pub async fn plan(&self, type_name: &str, prior: Option<&State>, config: Val) -> Planned {
        self.try_plan(type_name, prior, config)
            .await
            .unwrap_or_else(|errors| panic!("planning {type_name} failed:\n{errors}"))
    }

    /// The same where errors are expected, also those of validation.
    pub async fn try_plan(
        &self,
        type_name: &str,
        prior: Option<&State>,
        config: Val,
    ) -> Result<Planned, Diagnostics> {
        self.try_plan_resource(&Resource::new(type_name, config), prior)
            .await
    }

    /// Plans with `-replace`, which is also what a `replace_triggered_by` comes to.
    pub async fn plan_replace(&self, prior: &State, config: Val) -> Planned {
        self.try_plan_replace(prior, config)
            .await
            .unwrap_or_else(|errors| panic!("planning to replace failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_plan_replace(&self, prior: &State, config: Val) -> Result<Planned, Diagnostics> {
        let resource = Resource::new(&prior.type_name, config).replaced();
        self.try_plan_resource(&resource, Some(prior)).await
    }

    /// Plans a resource with all that can be said about it. Beyond what core does, it is planned twice.
    pub async fn try_plan_resource(
        &self,
        resource: &Resource,
        prior: Option<&State>,
    ) -> Result<Planned, Diagnostics> {
        let prior = Prior {
            state: prior,
            gone: &[],
        };
        let first = self.plan_from(resource, prior).await?;
        let again = self.plan_from(resource, prior).await?;
        assert_eq!(
            (&first.value, &first.replace_because),
            (&again.value, &again.replace_because),
            "Provider produced inconsistent final plan: two plans of the same change differ (left, right)"
        );
        Ok(first)
    }

    /// Plans once.
    pub(super) async fn plan_from(
        &self,
        resource: &Resource,
        prior: Prior<'_>,
    ) -> Result<Planned, Diagnostics> {
        let type_name = resource.type_name.as_str();
        let schemas = self.schema().await;
        let block = &schemas.resource(type_name).block;
        let config = full_config(block, resource.config.clone());
        let mut told = self.validate_resource(type_name, config.clone()).await;
        if told.has_errors() {
            return Err(told);
        }
        let known = prior.known();
        let prior_value = known.map_or(Val::Null, |prior| prior.value.clone());
        let request = Request {
            type_name,
            prior: &prior_value,
            private: prior.private(),
            identity: known.and_then(|prior| prior.identity.clone()),
            config: &ignore_changes(block, &prior_value, &config, &resource.ignore_changes),
            deferral_allowed: false,
            planned_private: &[],
        };
        let mut planned = match self.plan_change(block, &request).await {
            Ok(planned) => planned,
            Err(errors) => return Err(told.and(errors)),
        };
        told.extend(planned.diagnostics);
        let replace_because = effective(block, &prior_value, &planned.value, &planned.replace);
        let action = match (prior.state, known) {
            (None, _) => Action::Create,
            (Some(_), None) => Action::Replace,
            (Some(_), Some(_)) if resource.replace || !replace_because.is_empty() => {
                // Nothing is ignored of what will be new, and warnings are taken for repeated ones.
                let request = Request {
                    prior: &Val::Null,
                    private: &planned.private,
                    identity: planned.identity.clone(),
                    config: &config,
                    ..request
                };
                planned = match self.plan_change(block, &request).await {
                    Ok(planned) => planned,
                    Err(errors) => return Err(told.and(errors)),
                };
                Action::Replace
            }
            (Some(prior), Some(_)) if prior.value == planned.value => Action::NoOp,
            _ => Action::Update,
        };
        Ok(Planned {
            type_name: type_name.to_owned(),
            action,
            prior: prior.state.cloned(),
            value: planned.value,
            replace_because,
            private: planned.private,
            identity: planned.identity,
            diagnostics: told,
            config,
            ignore_changes: resource.ignore_changes.clone(),
            create_before_destroy: resource.create_before_destroy,
        })
    }

    /// Plans to destroy.
    pub async fn plan_destroy(&self, prior: &State) -> Planned {
        self.try_plan_destroy(prior)
            .await
            .unwrap_or_else(|errors| panic!("planning to destroy failed:\n{errors}"))
    }

    /// The same where errors are expected.
    pub async fn try_plan_destroy(&self, prior: &State) -> Result<Planned, Diagnostics> {
        self.plan_destroy_in(prior, false).await
    }

    pub(super) async fn plan_destroy_in(
        &self,
        prior: &State,
        deferral_allowed: bool,
    ) -> Result<Planned, Diagnostics> {
        let schemas = self.schema().await;
        let block = &schemas.resource(&prior.type_name).block;
        let mut planned = Planned {
            type_name: prior.type_name.clone(),
            action: Action::Delete,
            config: Val::Null,
            ignore_changes: IgnoreChanges::Nothing,
            create_before_destroy: false,
            prior: Some(prior.clone()),
            value: Val::Null,
            replace_because: Vec::new(),
            private: prior.private.clone(),
            identity: prior.identity.clone(),
            diagnostics: Diagnostics::default(),
        };
        if schemas.capabilities.plan_destroy {
            let request = Request {
                type_name: &prior.type_name,
                prior: &prior.value,
                private: &prior.private,
                identity: prior.identity.clone(),
                config: &Val::Null,
                deferral_allowed,
                planned_private: &[],
            };
            let answer = self.plan_change(block, &request).await?;
            (planned.private, planned.diagnostics) = (answer.private, answer.diagnostics);
        }
        Ok(planned)
    }

    /// What will be there is known by what identifies it, unless it is made.
    async fn check_planned_identity(
        &self,
        type_name: &str,
        prior: &Val,
        planned: &Val,
        identity: Option<ResourceIdentityData>,
    ) {
        let Some(block) = self.identities().await.get(type_name) else {
            assert!(
                identity.is_none(),
                "{type_name} has no identity schema, but an identity"
            );
            return;
        };
        let data = identity.and_then(|identity| identity.identity_data);
        let unknown = decode(block, data, "PlanResourceChange").unknown_paths();
        assert!(
            unknown.is_empty() || prior.is_null() || planned.is_null(),
            "Provider produced invalid identity: unknown {unknown:?} for planned {type_name}"
        );
    }

    /// One call, checked.
    pub(super) async fn plan_change(
        &self,
        block: &Block,
        request: &Request<'_>,
    ) -> Result<Answer, Diagnostics> {
        let (prior, config, type_name) = (request.prior, request.config, request.type_name);
        let proposed = if config.is_null() {
            Val::Null
        } else {
            proposed_new_state(block, prior, config)
        };
        let response = answer(
            "PlanResourceChange",
            self.client()
                .plan_resource_change(plan_resource_change::Request {
                    type_name: type_name.to_owned(),
                    prior_state: Some(encode(block, prior)),
                    proposed_new_state: Some(encode(block, &proposed)),
                    config: Some(encode(block, config)),
                    prior_private: request.private.to_vec(),
                    provider_meta: None,
                    client_capabilities: Some(self.capabilities(request.deferral_allowed)),
                    prior_identity: request.identity.clone(),
                    planned_private: if self.options.store_planned_private {
                        request.planned_private.to_vec()
                    } else {
                        Vec::new()
                    },
                })
                .await,
        );
        assert!(
            response.deferred.is_none(),
            "Resource deferred although that was not asked for: {type_name}"
        );
        assert!(
            !response.legacy_type_system,
            "legacy_type_system is for Terraform's old SDK alone"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let value = decode(block, response.planned_state, "PlanResourceChange");
        let write_only = block.write_only_values(&value);
        assert!(
            write_only.is_empty(),
            "Provider produced invalid plan: {type_name} returned a value for the write-only attribute \
             {write_only:?} during planning"
        );
        let problems = plan_problems(block, prior, config, &value);
        assert!(
            problems.is_empty(),
            "Provider produced invalid plan for {type_name}:\n{}",
            problems.join("\n")
        );
        self.check_planned_identity(type_name, prior, &value, response.planned_identity.clone())
            .await;
        Ok(Answer {
            value,
            replace: response.requires_replace.iter().map(render).collect(),
            private: response.planned_private,
            identity: response.planned_identity,
            diagnostics,
        })
    }
}

/// The paths that really change; one that leads nowhere is the provider's mistake.
pub(super) fn effective(block: &Block, prior: &Val, planned: &Val, paths: &[String]) -> Vec<String> {
    if prior.is_null() {
        return Vec::new();
    }
    let changes = |path: &&String| {
        let (before, after) = (prior.get(path), planned.get(path));
        assert!(
            before.is_some() || after.is_some(),
            "Provider produced invalid plan: has indicated \"requires replacement\" on {path} for a non-existent \
             attribute path"
        );
        let write_only = block
            .attribute(path)
            .is_some_and(|attribute| attribute.write_only);
        let unknown = after.is_some_and(|after| !after.unknown_paths().is_empty());
        write_only || unknown || before.unwrap_or(&Val::Null) != after.unwrap_or(&Val::Null)
    };
    paths.iter().filter(changes).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::obj;
    use crate::testing::schema::build::{STRING, attribute, block};

    #[test]
    fn only_paths_that_change_force_a_replacement() {
        let schema = block([
            ("a", attribute("o", STRING)),
            ("b", attribute("o", STRING)),
            ("w", attribute("ow", STRING)),
        ]);
        let prior = obj! { a: "1", b: "1", w: Val::Null };
        let planned = obj! { a: "1", b: Val::Unknown, w: Val::Null };
        let paths = ["a", "b", "w"].map(str::to_owned);
        assert_eq!(effective(&schema, &prior, &planned, &paths), ["b", "w"]);
        assert!(effective(&schema, &Val::Null, &planned, &paths).is_empty());
    }

    #[test]
    #[should_panic(expected = "non-existent attribute path")]
    fn a_path_that_leads_nowhere_is_refused() {
        effective(&block([]), &obj! {}, &obj! {}, &["x".to_owned()]);
    }
}
