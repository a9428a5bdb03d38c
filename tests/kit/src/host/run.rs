//! Whole runs of the CLI: each of their phases has a process of its own, and only state and plan reach the next one.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Action, Host, Instance, Planned, Resource, State, plan::Prior};
use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    value::Val,
};

/// What a provider's process is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and planning; a run that destroys has two of this kind.
    Plan,
    /// Carrying out.
    Apply,
}

/// What a run is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// `plan`
    Plan,
    /// `apply`
    Apply,
    /// `apply -refresh-only`
    Refresh,
    /// `destroy`
    Destroy,
}

/// One resource in one run.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was asked for.
    pub resource: Resource,
    /// What was planned; `None` if planning failed or was not asked for.
    pub action: Option<Action>,
    /// The plan itself.
    pub planned: Option<Planned>,
    /// What reading made of the object, as it was planned with. A run that fails before it applies stores nothing of it.
    pub refreshed: Instance,
    /// What is stored at the end; `None` if nothing is.
    pub state: Option<State>,
    /// Stored beside it: objects that have a successor and are still to be destroyed.
    pub deposed: Vec<State>,
    /// What the user was told by reading.
    pub told_by_refresh: Diagnostics,
    /// What the user was told by planning, configuring the provider for it included.
    pub told_by_plan: Diagnostics,
    /// What the user was told by applying, configuring the provider for it included.
    pub told_by_apply: Diagnostics,
    /// All of it.
    pub diagnostics: Diagnostics,
}

impl Run {
    fn new(resource: Resource, before: Instance) -> Self {
        Self {
            resource,
            action: None,
            planned: None,
            refreshed: before.clone(),
            state: before.current,
            deposed: before.deposed,
            told_by_refresh: Diagnostics::default(),
            told_by_plan: Diagnostics::default(),
            told_by_apply: Diagnostics::default(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// What is stored at the end.
    pub fn instance(&self) -> Instance {
        Instance {
            current: self.state.clone(),
            deposed: self.deposed.clone(),
        }
    }

    /// The object; panics if there was an error or if there is none.
    #[track_caller]
    pub fn ok(&self) -> &State {
        self.diagnostics.assert_no_errors();
        self.state.as_ref().expect("no error, but no object either")
    }

    /// Panics unless nothing is left, without an error.
    #[track_caller]
    pub fn gone(&self) {
        self.diagnostics.assert_no_errors();
        assert_eq!(self.instance(), Instance::default(), "still there");
    }

    /// Panics unless this was planned.
    #[track_caller]
    pub fn assert(self, action: Action) -> Self {
        assert_eq!(
            self.action,
            Some(action),
            "planned: {:#?}\n{}",
            self.planned.as_ref().map(|planned| planned.value.to_string()),
            self.diagnostics
        );
        self
    }

    /// The one message that contains this text in its summary or detail.
    #[track_caller]
    pub fn expect(&self, text: &str) -> &Diagnostic {
        self.diagnostics.expect(text)
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.diagnostics.has_errors()
    }

    /// Whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        self.action.is_none_or(|action| action == Action::NoOp) && self.refreshed.deposed.is_empty()
    }

    fn sum_up(mut self) -> Self {
        let told = self.told_by_refresh.clone().and(self.told_by_plan.clone());
        self.diagnostics = told.and(self.told_by_apply.clone());
        self
    }
}

impl From<&Run> for Instance {
    fn from(run: &Run) -> Self {
        run.instance()
    }
}

/// Terraform's core at work on a provider, of which it starts a process for each phase.
#[allow(async_fn_in_trait, reason = "tests run in one place")]
pub trait Core {
    /// Starts a process, which is then configured.
    async fn start(&self, phase: Phase) -> Host;

    /// The provider block.
    fn provider_config(&self) -> Val;

    /// `apply` of a resource with these arguments.
    async fn apply(&self, type_name: &str, before: impl Into<Instance>, config: Val) -> Run {
        self.apply_resource(Resource::new(type_name, config), before)
            .await
    }

    /// `plan` of a resource with these arguments. Nothing is stored.
    async fn plan(&self, type_name: &str, before: impl Into<Instance>, config: Val) -> Run {
        self.plan_resource(Resource::new(type_name, config), before).await
    }

    /// `apply -refresh-only`
    async fn refresh(&self, type_name: &str, before: impl Into<Instance>) -> Run {
        let resource = Resource::removed(type_name); // its arguments do not matter
        one(run(self, vec![(resource, before.into())], Goal::Refresh).await)
    }

    /// `destroy` of a resource whose block, with these arguments, is still there.
    async fn destroy(&self, type_name: &str, before: impl Into<Instance>, config: Val) -> Run {
        self.destroy_resource(Resource::new(type_name, config), before)
            .await
    }

    /// `destroy` with all that can be said about a resource.
    async fn destroy_resource(&self, resource: Resource, before: impl Into<Instance>) -> Run {
        one(run(self, vec![(resource, before.into())], Goal::Destroy).await)
    }

    /// `apply` after the block was removed from the configuration.
    async fn remove(&self, type_name: &str, before: impl Into<Instance>) -> Run {
        self.apply_resource(Resource::removed(type_name), before).await
    }

    /// `apply` with all that can be said about a resource.
    async fn apply_resource(&self, resource: Resource, before: impl Into<Instance>) -> Run {
        one(run(self, vec![(resource, before.into())], Goal::Apply).await)
    }

    /// `plan` with all that can be said about a resource. Nothing is stored.
    async fn plan_resource(&self, resource: Resource, before: impl Into<Instance>) -> Run {
        one(run(self, vec![(resource, before.into())], Goal::Plan).await)
    }

    /// `apply` of several resources, none of which refers to another one: they go through each phase together.
    async fn apply_all(&self, resources: Vec<(Resource, Instance)>) -> Vec<Run> {
        run(self, resources, Goal::Apply).await
    }

    /// `plan` of several resources.
    async fn plan_all(&self, resources: Vec<(Resource, Instance)>) -> Vec<Run> {
        run(self, resources, Goal::Plan).await
    }

    /// `destroy` of several resources.
    async fn destroy_all(&self, resources: Vec<(Resource, Instance)>) -> Vec<Run> {
        run(self, resources, Goal::Destroy).await
    }

    /// `apply` of a plan that was stored: as it was planned, whatever has happened since.
    async fn apply_plan(&self, planned: Run) -> Run {
        planned.diagnostics.assert_no_errors();
        one(apply_phase(self, vec![planned]).await)
    }

    /// Whether a plan has nothing to do. One that fails panics.
    async fn plan_is_empty(&self, type_name: &str, before: impl Into<Instance>, config: Val) -> bool {
        let run = self.plan(type_name, before, config).await;
        run.diagnostics.assert_no_errors();
        run.is_empty()
    }
}

fn one(mut runs: Vec<Run>) -> Run {
    runs.remove(0)
}

async fn run(core: &(impl Core + ?Sized), resources: Vec<(Resource, Instance)>, goal: Goal) -> Vec<Run> {
    let mut runs: Vec<_> = resources
        .into_iter()
        .map(|(resource, before)| Run::new(resource, before))
        .collect();
    if goal != Goal::Destroy || runs.iter().any(|run| run.resource.refresh) {
        runs = plan_phase(core, runs, goal).await;
    }
    if goal == Goal::Destroy && !any_failed(&runs) {
        runs = destroy_phase(core, runs).await;
    }
    match goal {
        _ if any_failed(&runs) => runs,
        Goal::Plan => runs,
        Goal::Refresh => {
            for run in &mut runs {
                (run.state, run.deposed) = (run.refreshed.current.clone(), run.refreshed.deposed.clone());
            }
            runs
        }
        Goal::Apply | Goal::Destroy => apply_phase(core, runs).await,
    }
}

fn any_failed(runs: &[Run]) -> bool {
    runs.iter().any(Run::failed)
}

/// A process for a phase. What configuring it says goes to the first resource; an error there ends the run.
async fn configured(core: &(impl Core + ?Sized), phase: Phase) -> (Arc<Host>, Diagnostics) {
    let host = core.start(phase).await;
    let told = host
        .configure_in(core.provider_config(), phase == Phase::Apply)
        .await;
    (Arc::new(host), told)
}

/// All at once, as core walks its graph; the results in the order of the resources.
async fn together<F: Future<Output = Run> + Send + 'static>(
    runs: Vec<Run>,
    step: impl Fn(Run) -> F,
) -> Vec<Run> {
    let mut tasks = JoinSet::new();
    for (index, run) in runs.into_iter().enumerate() {
        let step = step(run);
        tasks.spawn(async move { (index, step.await.sum_up()) });
    }
    let mut done = tasks.join_all().await;
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, run)| run).collect()
}

async fn plan_phase(core: &(impl Core + ?Sized), mut runs: Vec<Run>, goal: Goal) -> Vec<Run> {
    let (host, told) = configured(core, Phase::Plan).await;
    let failed = told.has_errors();
    runs[0].told_by_plan = told;
    if failed {
        return runs.into_iter().map(Run::sum_up).collect();
    }
    together(runs, |run| host.clone().plan_one(run, goal)).await
}

/// A run that destroys has read and planned as any other one, without telling: of that, only errors are heard.
async fn destroy_phase(core: &(impl Core + ?Sized), mut runs: Vec<Run>) -> Vec<Run> {
    let (host, told) = configured(core, Phase::Plan).await;
    for run in &mut runs {
        (run.told_by_refresh, run.told_by_plan) = Default::default();
    }
    let failed = told.has_errors();
    runs[0].told_by_plan = told;
    if failed {
        return runs.into_iter().map(Run::sum_up).collect();
    }
    together(runs, |run| host.clone().plan_destroy_one(run)).await
}

async fn apply_phase(core: &(impl Core + ?Sized), mut runs: Vec<Run>) -> Vec<Run> {
    for run in &mut runs {
        (run.state, run.deposed) = (run.refreshed.current.clone(), run.refreshed.deposed.clone());
    }
    if runs.iter().all(Run::is_empty) {
        return runs; // no provider is started for nothing
    }
    let (host, told) = configured(core, Phase::Apply).await;
    let failed = told.has_errors();
    runs[0].told_by_apply = told;
    if failed {
        return runs.into_iter().map(Run::sum_up).collect();
    }
    together(runs, |run| host.clone().apply_one(run)).await
}

impl Host {
    async fn plan_one(self: Arc<Self>, mut run: Run, goal: Goal) -> Run {
        if let Err(errors) = self.try_plan_one(&mut run, goal).await {
            run.told_by_plan.extend(errors);
        }
        run
    }

    async fn try_plan_one(&self, run: &mut Run, goal: Goal) -> Result<(), Diagnostics> {
        let resource = run.resource.clone();
        let before = run.refreshed.clone();
        let mut deposed = Vec::new();
        for object in &before.deposed {
            let Some(seen) = self.refresh_one(run, object).await?.0 else {
                continue;
            };
            if goal != Goal::Refresh {
                let planned = self.plan_destroy_in(&seen, false).await?;
                run.told_by_plan.extend(planned.diagnostics);
            }
            deposed.push(seen);
        }
        let (current, gone) = match (&before.current, &resource.import) {
            (Some(current), _) => self.refresh_one(run, current).await?,
            (None, Some(id)) if goal != Goal::Refresh => {
                let imported = self.try_import(&resource.type_name, id).await?;
                (Some(imported), Vec::new())
            }
            (None, _) => (None, Vec::new()),
        };
        run.refreshed = Instance {
            current: current.clone(),
            deposed,
        };
        let planned = match (&current, resource.config.is_null()) {
            _ if goal == Goal::Refresh => return Ok(()),
            (None, true) => return Ok(()),
            (Some(current), true) => self.plan_destroy_in(current, false).await?,
            (_, false) => {
                let prior = Prior {
                    state: current.as_ref(),
                    gone: &gone,
                };
                self.plan_from(&resource, prior).await?
            }
        };
        run.told_by_plan.extend(planned.diagnostics.clone());
        run.action = Some(planned.action);
        run.planned = Some(planned);
        Ok(())
    }

    /// The object in today's form, read if it is to be, and the private data of one that is gone.
    async fn refresh_one(
        &self,
        run: &mut Run,
        state: &State,
    ) -> Result<(Option<State>, Vec<u8>), Diagnostics> {
        let state = self.upgraded(state).await;
        if !run.resource.refresh {
            return Ok((Some(state), Vec::new()));
        }
        match self.look(&state).await {
            Ok(seen) => {
                run.told_by_refresh.extend(seen.diagnostics);
                Ok((seen.state, seen.gone))
            }
            Err(errors) => {
                run.told_by_refresh.extend(errors);
                Err(Diagnostics::default()) // there is no more to tell
            }
        }
    }

    async fn plan_destroy_one(self: Arc<Self>, mut run: Run) -> Run {
        (run.action, run.planned) = (Some(Action::NoOp), None);
        let Instance { current, deposed } = run.refreshed.clone();
        for object in deposed.iter().chain(&current) {
            match self.plan_destroy_in(object, false).await {
                Ok(planned) => {
                    run.told_by_plan.extend(planned.diagnostics.clone());
                    (run.action, run.planned) = (Some(Action::Delete), Some(planned));
                }
                Err(errors) => run.told_by_plan.extend(errors),
            }
        }
        if current.is_none() {
            run.planned = None; // the plans for what was put aside are made anew
        }
        run
    }

    async fn apply_one(self: Arc<Self>, mut run: Run) -> Run {
        for deposed in std::mem::take(&mut run.deposed) {
            let applied = self.destroy_deposed(&deposed).await;
            run.told_by_apply.extend(applied.diagnostics);
            run.deposed.extend(applied.deposed);
        }
        if let Some(planned) = run.planned.clone() {
            let config = run.resource.config_at_apply.clone();
            let config = config.unwrap_or_else(|| planned.config.clone());
            let applied = self.apply_with(planned, config).await;
            run.told_by_apply.extend(applied.diagnostics);
            run.state = applied.state;
            run.deposed.extend(applied.deposed);
        }
        run
    }
}
