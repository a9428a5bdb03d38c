//! Applying, and what core stores of the outcome.

use super::{
    Action, Host, Planned, State, answer,
    calls::{assert_stored, decode, encode},
    plan::Request,
};
use crate::{
    diagnostics::Diagnostics,
    generated::tfplugin6::{ResourceIdentityData, apply_resource_change},
    rules::incompatibilities,
    schema::{Block, full_config},
    value::Val,
};

/// The outcome as the user and the state see it.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What is stored now; `None` if nothing is.
    pub state: Option<State>,
    /// What the user was told.
    pub diagnostics: Diagnostics,
}

impl Applied {
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

impl Host {
    /// Does what was planned.
    pub async fn apply(&self, planned: Planned) -> Applied {
        let config = planned.config.clone();
        self.apply_with(planned, config).await
    }

    /// The same where unknown parts of the configuration have become known. As core does it: the change is planned once
    /// more, and what was known in the first plan has to stay.
    pub async fn apply_with(&self, planned: Planned, config: Val) -> Applied {
        let schemas = self.schema().await;
        let type_name = planned.type_name.as_str();
        let block = &schemas.resource(type_name).block;
        let destroy = |private| Change {
            type_name,
            prior: planned.prior.as_ref(),
            planned: &Val::Null,
            config: &Val::Null,
            private,
            identity: planned.identity.clone(),
        };
        let prior = match planned.action {
            Action::NoOp => {
                return Applied {
                    state: planned.prior,
                    diagnostics: planned.diagnostics,
                };
            }
            Action::Delete => return self.apply_change(block, destroy(planned.private.clone())).await,
            Action::Replace => {
                let destroyed = self.apply_change(block, destroy(planned.private.clone())).await;
                if destroyed.diagnostics.has_errors() {
                    return destroyed;
                }
                None
            }
            Action::Create => None,
            Action::Update => planned.prior.as_ref(),
        };
        let config = full_config(block, config);
        let prior_value = prior.map_or(Val::Null, |prior| prior.value.clone());
        let request = Request {
            type_name,
            prior: &prior_value,
            private: prior.map_or(&[], |prior| &prior.private),
            identity: prior.and_then(|prior| prior.identity.clone()),
            config: &config,
            deferral_allowed: true,
        };
        let again = match self.plan_change(block, &request).await {
            Ok(again) => again,
            Err(diagnostics) => {
                return Applied {
                    state: prior.cloned(),
                    diagnostics,
                };
            }
        };
        let broken = incompatibilities(block, &planned.value, &again.value);
        assert!(
            broken.is_empty(),
            "Provider produced inconsistent final plan for {type_name}:\n{}",
            broken.join("\n")
        );
        let change = Change {
            type_name,
            prior,
            planned: &again.value,
            config: &config,
            private: again.private,
            identity: again.identity,
        };
        self.apply_change(block, change).await
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
            return Applied {
                state: prior.filter(|_| failed).cloned(),
                diagnostics,
            };
        }
        let identity = if failed {
            response.new_identity
        } else {
            self.checked_identity(type_name, response.new_identity, "Apply")
                .await
        };
        let state = State {
            type_name: type_name.to_owned(),
            value,
            private: response.private,
            identity,
            tainted: failed && prior.is_none_or(|prior| prior.tainted),
        };
        Applied {
            state: Some(state),
            diagnostics,
        }
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
