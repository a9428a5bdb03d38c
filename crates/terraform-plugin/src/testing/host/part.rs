//! What one resource goes through in a phase of a run.

use std::sync::Arc;

use super::plan::Prior;
use super::run::Goal;
use super::{Action, Host, Instance, Planned, Resource, Run, State};
use crate::testing::diagnostics::Diagnostics;

/// It went wrong, and the run has been told so.
struct Failed;

impl Run {
    fn plan_says(&mut self, planned: Result<Planned, Diagnostics>) -> Result<Planned, Failed> {
        match planned {
            Ok(planned) => {
                self.told_by_plan.extend(planned.diagnostics.clone());
                Ok(planned)
            }
            Err(errors) => {
                self.told_by_plan.extend(errors);
                Err(Failed)
            }
        }
    }
}

impl Host {
    /// What `validate` does, and every other command first.
    pub(super) async fn validate_one(self: Arc<Self>, mut run: Run) -> Run {
        let Resource {
            type_name, config, ..
        } = &run.resource;
        if run.is_configured() {
            let told = self.validate_resource(type_name, config.clone()).await;
            run.told_by_validation.extend(told);
        }
        run
    }

    /// Reads and plans the object and what was put aside of it, none of which waits for another one.
    pub(super) async fn plan_one(self: Arc<Self>, mut run: Run, goal: Goal) -> Run {
        let before = run.refreshed.clone();
        run.refreshed.deposed.clear();
        for object in before.deposed {
            match self.plan_put_aside(&mut run, &object, goal).await {
                Ok(seen) => run.refreshed.deposed.extend(seen),
                Err(Failed) => run.refreshed.deposed.push(object),
            }
        }
        let _told = self.plan_current(&mut run, goal).await;
        run
    }

    async fn plan_put_aside(
        &self,
        run: &mut Run,
        object: &State,
        goal: Goal,
    ) -> Result<Option<State>, Failed> {
        let (seen, _) = self.refresh_one(run, object).await?;
        if let (Some(seen), false) = (&seen, goal == Goal::Refresh) {
            run.plan_says(self.plan_destroy_in(seen, false).await)?;
        }
        Ok(seen)
    }

    async fn plan_current(&self, run: &mut Run, goal: Goal) -> Result<(), Failed> {
        let resource = run.resource.clone();
        let stored = run.refreshed.current.clone();
        // Before 1.12, an object without a block is planned as it is stored, and only then read.
        let orphan = match &stored {
            Some(stored) if !run.is_configured() => {
                let stored = self.upgraded(stored).await;
                Some(run.plan_says(self.plan_destroy_in(&stored, false).await)?)
            }
            _ => None,
        };
        let mut gone = Vec::new();
        match (&stored, &resource.import) {
            (Some(stored), _) => {
                (run.refreshed.current, gone) = self.refresh_one(run, stored).await?;
            }
            (None, Some(id)) if goal != Goal::Refresh => {
                let imported = self.try_import(&resource.type_name, id).await;
                run.refreshed.current = Some(imported.map_err(|errors| {
                    run.told_by_refresh.extend(errors);
                    Failed
                })?);
            }
            (None, _) => {}
        }
        let current = run.refreshed.current.clone();
        if goal == Goal::Refresh || (!run.is_configured() && current.is_none()) {
            return Ok(());
        }
        let planned = if let Some(planned) = orphan {
            planned
        } else {
            let prior = Prior {
                state: current.as_ref(),
                gone: &gone,
            };
            run.plan_says(self.plan_from(&resource, prior).await)?
        };
        run.action = Some(planned.action);
        run.planned = Some(planned);
        Ok(())
    }

    /// The object in today's form, read if it is to be. If it is gone, the private data that say so; core keeps them
    /// for the next plan, except of a tainted one.
    async fn refresh_one(&self, run: &mut Run, state: &State) -> Result<(Option<State>, Vec<u8>), Failed> {
        let state = self.upgraded(state).await;
        if !run.resource.refresh {
            return Ok((Some(state), Vec::new()));
        }
        match self.look(&state).await {
            Ok(seen) => {
                run.told_by_refresh.extend(seen.diagnostics);
                Ok((seen.state, if state.tainted { Vec::new() } else { seen.gone }))
            }
            Err(errors) => {
                run.told_by_refresh.extend(errors);
                Err(Failed)
            }
        }
    }

    /// Plans the end of everything.
    pub(super) async fn plan_destroy_one(self: Arc<Self>, mut run: Run) -> Run {
        let Instance { current, deposed } = run.refreshed.clone();
        for object in &deposed {
            let _told = run.plan_says(self.plan_destroy_in(object, false).await); // to be planned again at apply
            run.action = Some(Action::Delete);
        }
        if let Some(current) = &current
            && let Ok(planned) = run.plan_says(self.plan_destroy_in(current, false).await)
        {
            (run.action, run.planned) = (Some(Action::Delete), Some(planned));
        }
        run
    }

    /// Carries out what was planned.
    pub(super) async fn apply_one(self: Arc<Self>, mut run: Run) -> Run {
        let put_aside_before = std::mem::take(&mut run.deposed);
        let mut is_blocked = false;
        if let Some(planned) = run.planned.clone() {
            let config = run.resource.config_at_apply.clone();
            let config = config.unwrap_or_else(|| planned.config.clone());
            let (prior, is_delete) = (planned.prior.clone(), planned.action == Action::Delete);
            let applied = self.apply_with(planned, config).await;
            is_blocked = !is_delete && applied.diagnostics.has_errors() && !applied.is_replaced();
            run.told_by_apply.extend(applied.diagnostics);
            run.state = if applied.state == prior {
                run.refreshed.current.clone() // which may be newer than what was planned with
            } else {
                applied.state
            };
            run.deposed.extend(applied.deposed);
        }
        if is_blocked {
            run.deposed.extend(put_aside_before); // they wait for what succeeds them
            return run;
        }
        for object in put_aside_before {
            let applied = self.destroy_deposed(&object).await;
            run.told_by_apply.extend(applied.diagnostics);
            run.deposed.extend(applied.deposed);
        }
        run
    }
}
