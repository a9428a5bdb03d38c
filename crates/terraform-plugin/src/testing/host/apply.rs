//! Applying, and what core stores of the outcome.

use super::calls::{assert_stored, decode, encode};
use super::plan::{Request, effective};
use super::{Action, Host, Planned, State, answer};
use crate::testing::diagnostics::Diagnostics;
use crate::testing::generated::tfplugin6::{ResourceIdentityData, apply_resource_change};
use crate::testing::rules::{ignore_changes, incompatibilities};
use crate::testing::schema::{Block, full_config};
use crate::testing::value::Val;

/// The outcome as the user and the state see it.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What is stored now; `None` if nothing is.
    pub state: Option<State>,
    /// The old object where another one was made first and the old one is still there, to be destroyed later.
    pub deposed: Option<State>,
    /// What the user was told.
    pub diagnostics: Diagnostics,
}

impl Applied {
    fn new(state: Option<State>, diagnostics: Diagnostics) -> Self {
        Self {
            state,
            deposed: None,
            diagnostics,
        }
    }

    /// With what was said before this.
    fn after(mut self, before: Diagnostics) -> Self {
        self.diagnostics = before.and(self.diagnostics);
        self
    }

    /// Whether another object was made before the old one was to be destroyed, which may have failed.
    pub(super) fn is_replaced(&self) -> bool {
        self.deposed.is_some() && self.state.as_ref().is_some_and(|new| !new.tainted)
    }

    /// The object; panics if there was an error.
    #[track_caller]
    pub fn ok(self) -> State {
        self.diagnostics.assert_no_errors();
        self.state.expect("no error, but no object either")
    }

    /// Panics unless the object is gone without an error.
    #[track_caller]
    pub fn gone(self) {
        self.diagnostics.assert_no_errors();
        assert!(self.state.is_none(), "still there: {:?}", self.state);
    }
}

struct Change<'a> {
    type_name: &'a str,
    prior: Option<&'a State>,
    planned: &'a Val,
    config: &'a Val,
    private: Vec<u8>,
    identity: Option<ResourceIdentityData>,
}

/// A change as it is planned in the phase that applies.
struct Again {
    value: Val,
    private: Vec<u8>,
    identity: Option<ResourceIdentityData>,
    config: Val,
    diagnostics: Diagnostics,
}

impl Host {
    /// Does what was planned.
    pub async fn apply(&self, planned: Planned) -> Applied {
        let config = planned.config.clone();
        self.apply_with(planned, config).await
    }

    /// The same where unknown parts of the configuration have become known. As core does it: the change is planned once
    /// more, and what was known in the first plan has to stay.
    pub async fn apply_with(&self, planned: Planned, config: Val) -> Applied {
        match (planned.action, planned.create_before_destroy) {
            (Action::NoOp, _) => Applied::new(planned.prior, Diagnostics::default()),
            (Action::Delete, _) => self.apply_destroy(&planned).await,
            (Action::Create, _) => self.apply_current(&planned, None, config).await,
            (Action::Update, _) => {
                let prior = planned.prior.as_ref();
                self.apply_current(&planned, prior, config).await
            }
            (Action::Replace, false) => {
                let destroyed = self.apply_destroy(&planned).await;
                if destroyed.diagnostics.has_errors() {
                    return destroyed;
                }
                let created = self.apply_current(&planned, None, config).await;
                created.after(destroyed.diagnostics)
            }
            (Action::Replace, true) => self.apply_create_before_destroy(&planned, config).await,
        }
    }

    /// The end of an object, or the first half of its replacement.
    async fn apply_destroy(&self, planned: &Planned) -> Applied {
        let schemas = self.schema().await;
        let type_name = planned.type_name.as_str();
        let change = Change {
            type_name,
            prior: planned.prior.as_ref(),
            planned: &Val::Null,
            config: &Val::Null,
            private: planned.private.clone(),
            identity: planned.identity.clone(),
        };
        self.apply_change(&schemas.resource(type_name).block, change)
            .await
    }

    /// The old object is put aside, and a plan of its own destroys it once there is a new one. Nothing that was planned
    /// with the replacement reaches that plan.
    async fn apply_create_before_destroy(&self, planned: &Planned, config: Val) -> Applied {
        let deposed = planned.prior.clone();
        let again = match self.plan_again(planned, None, config).await {
            Ok(again) => again,
            Err(diagnostics) => {
                // core forgets to put it back
                return Applied {
                    state: None,
                    deposed,
                    diagnostics,
                };
            }
        };
        let created = self.apply_planned_again(planned, None, again).await;
        if created.diagnostics.has_errors() {
            let (state, deposed) = match created.state {
                None => (deposed, None),
                created => (created, deposed),
            };
            return Applied {
                state,
                deposed,
                ..created
            };
        }
        let destroyed = self.destroy_deposed(&deposed.expect("it is replaced")).await;
        Applied {
            state: created.state,
            deposed: destroyed.deposed,
            diagnostics: created.diagnostics.and(destroyed.diagnostics),
        }
    }

    /// Plans and applies the end of an object that was put aside, within the phase that applies.
    pub async fn destroy_deposed(&self, deposed: &State) -> Applied {
        let applied = match self.plan_destroy_in(deposed, true).await {
            Ok(planned) => {
                let told = planned.diagnostics.clone();
                self.apply_destroy(&planned).await.after(told)
            }
            Err(diagnostics) => Applied::new(Some(deposed.clone()), diagnostics),
        };
        Applied {
            state: None,
            deposed: applied.state,
            ..applied
        }
    }

    /// Makes or changes the current object.
    async fn apply_current(&self, planned: &Planned, prior: Option<&State>, config: Val) -> Applied {
        match self.plan_again(planned, prior, config).await {
            Ok(again) => self.apply_planned_again(planned, prior, again).await,
            Err(diagnostics) => Applied::new(prior.cloned(), diagnostics),
        }
    }

    /// What core plans in the phase that applies, from what it knows by then.
    async fn plan_again(
        &self,
        planned: &Planned,
        prior: Option<&State>,
        config: Val,
    ) -> Result<Again, Diagnostics> {
        let schemas = self.schema().await;
        let type_name = planned.type_name.as_str();
        let block = &schemas.resource(type_name).block;
        let config = full_config(block, config);
        let told = self.validate_in(type_name, &config, true).await;
        if told.has_errors() {
            return Err(told);
        }
        let prior_value = prior.map_or(Val::Null, |prior| prior.value.clone());
        let request = Request {
            type_name,
            prior: &prior_value,
            private: prior.map_or(&[], |prior| &prior.private),
            identity: prior.and_then(|prior| prior.identity.clone()),
            config: &ignore_changes(block, &prior_value, &config, &planned.ignore_changes),
            deferral_allowed: true,
            planned_private: &planned.private,
        };
        let again = match self.plan_change(block, &request).await {
            Ok(again) => again,
            Err(errors) => return Err(told.and(errors)),
        };
        let replace = effective(block, &prior_value, &again.value, &again.replace);
        assert!(
            replace.is_empty(),
            "Provider produced inconsistent final plan: the planned action of {type_name} changed from {:?} to a \
             replacement because of {replace:?}",
            planned.action
        );
        let broken = incompatibilities(block, &planned.value, &again.value);
        assert!(
            broken.is_empty(),
            "Provider produced inconsistent final plan for {type_name}:\n{}",
            broken.join("\n")
        );
        Ok(Again {
            value: again.value,
            private: again.private,
            identity: again.identity,
            config,
            diagnostics: told.and(again.diagnostics),
        })
    }

    async fn apply_planned_again(&self, planned: &Planned, prior: Option<&State>, again: Again) -> Applied {
        if prior.is_some_and(|prior| prior.value == again.value) {
            return Applied::new(prior.cloned(), again.diagnostics); // what was unknown turned out to change nothing
        }
        let schemas = self.schema().await;
        let change = Change {
            type_name: &planned.type_name,
            prior,
            planned: &again.value,
            config: &again.config, // nothing of it is ignored here
            private: again.private,
            identity: again.identity,
        };
        let block = &schemas.resource(&planned.type_name).block;
        self.apply_change(block, change).await.after(again.diagnostics)
    }

    async fn apply_change(&self, block: &Block, change: Change<'_>) -> Applied {
        let Change {
            type_name,
            prior,
            planned,
            config,
            private,
            identity,
        } = change;
        let prior_value = prior.map_or(Val::Null, |prior| prior.value.clone());
        let response = answer(
            "ApplyResourceChange",
            self.client()
                .apply_resource_change(apply_resource_change::Request {
                    type_name: type_name.to_owned(),
                    prior_state: Some(encode(block, &prior_value)),
                    planned_state: Some(encode(block, planned)),
                    config: Some(encode(block, config)),
                    planned_private: private,
                    provider_meta: None,
                    planned_identity: identity,
                })
                .await,
        );
        assert!(
            !response.legacy_type_system,
            "legacy_type_system is for Terraform's old SDK alone"
        );
        let diagnostics = Diagnostics::read(response.diagnostics);
        let failed = diagnostics.has_errors();
        let value = decode(block, response.new_state, "ApplyResourceChange");
        assert_stored(block, &value, "invalid object", "apply");
        if !failed {
            let broken = incompatibilities(block, planned, &value);
            assert!(
                broken.is_empty(),
                "Provider produced inconsistent result after apply of {type_name}:\n{}",
                broken.join("\n")
            );
        }
        if value.is_null() {
            // Without an error it is gone; with one, what was there stays as it was.
            return Applied::new(prior.filter(|_| failed).cloned(), diagnostics);
        }
        let identity = if failed {
            response.new_identity
        } else {
            self.checked_identity(type_name, &value, response.new_identity, "Apply")
                .await
        };
        let state = State {
            type_name: type_name.to_owned(),
            value,
            private: response.private,
            identity,
            tainted: failed && prior.is_none_or(|prior| prior.tainted),
        };
        Applied::new(Some(state), diagnostics)
    }

    /// Plans and applies something new.
    pub async fn create(&self, type_name: &str, config: Val) -> State {
        let planned = self.plan(type_name, None, config).await.assert(Action::Create);
        self.apply(planned).await.ok()
    }

    /// Plans and applies a change, whichever way it takes.
    pub async fn update(&self, state: &State, config: Val) -> State {
        let planned = self.plan(&state.type_name, Some(state), config).await;
        self.apply(planned).await.ok()
    }

    /// Plans and applies the end.
    pub async fn destroy(&self, state: &State) -> Applied {
        let planned = self.plan_destroy(state).await;
        self.apply(planned).await
    }
}
