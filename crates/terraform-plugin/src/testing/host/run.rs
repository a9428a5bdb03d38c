//! Whole runs of the CLI: each of their phases has a process of its own, and only state and plan reach the next one.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Action, Host, Instance, Planned, Resource, State};
use crate::testing::diagnostics::{Diagnostic, Diagnostics};
use crate::testing::value::Val;

/// What a provider's process is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Validating. The provider is not configured.
    Validate,
    /// Reading and planning; a run that destroys has two of this kind.
    Plan,
    /// Carrying out.
    Apply,
}

/// What a run is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
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
    /// What the user was told before anything else.
    pub told_by_validation: Diagnostics,
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
            told_by_validation: Diagnostics::default(),
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
    #[must_use]
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

    pub(super) fn is_configured(&self) -> bool {
        !self.resource.config.is_null()
    }

    fn sum_up(mut self) -> Self {
        let told = [
            &self.told_by_validation,
            &self.told_by_refresh,
            &self.told_by_plan,
            &self.told_by_apply,
        ];
        self.diagnostics = told
            .into_iter()
            .cloned()
            .fold(Diagnostics::default(), Diagnostics::and);
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
    async fn refresh(&self, type_name: &str, before: impl Into<Instance>, config: Val) -> Run {
        let resource = Resource::new(type_name, config);
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
        one(apply_phase(self, vec![planned], Goal::Apply).await)
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
    runs = validate_phase(core, runs).await;
    if any_failed(&runs) {
        return runs;
    }
    // Before it destroys, core reads, and plans as if it did not, unless it is told not to read.
    let reads = |run: &Run| run.resource.refresh && run.refreshed != Instance::default();
    if goal != Goal::Destroy || runs.iter().any(reads) {
        runs = plan_phase(core, runs, goal).await;
    }
    if goal == Goal::Destroy && !any_failed(&runs) {
        runs = destroy_phase(core, runs).await;
    }
    if goal == Goal::Plan || any_failed(&runs) {
        return runs;
    }
    apply_phase(core, runs, goal).await
}

fn any_failed(runs: &[Run]) -> bool {
    runs.iter().any(Run::failed)
}

/// Starts a process for a phase and lets each of the runs do its part of it. What configuring the provider says goes to
/// the first run; an error there is the end of it. Core starts no provider that nothing refers to.
async fn phase<F: Future<Output = Run> + Send + 'static>(
    core: &(impl Core + ?Sized),
    phase: Phase,
    mut runs: Vec<Run>,
    is_needed: impl Fn(&Run) -> bool,
    part: impl Fn(Arc<Host>, Run) -> F,
) -> Vec<Run> {
    if !runs.iter().any(is_needed) {
        return runs;
    }
    let host = Arc::new(core.start(phase).await);
    let late = phase == Phase::Apply;
    let told = host.configure_in(core.provider_config(), late).await;
    let failed = told.has_errors();
    let first = &mut runs[0];
    match phase {
        Phase::Validate => first.told_by_validation.extend(told),
        Phase::Plan => first.told_by_plan.extend(told),
        Phase::Apply => first.told_by_apply.extend(told),
    }
    if failed {
        return runs.into_iter().map(Run::sum_up).collect();
    }
    together(runs, |run| part(host.clone(), run)).await
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

async fn validate_phase(core: &(impl Core + ?Sized), runs: Vec<Run>) -> Vec<Run> {
    if !runs.iter().any(Run::is_configured) {
        return runs;
    }
    let host = Arc::new(core.start(Phase::Validate).await);
    together(runs, |run| host.clone().validate_one(run)).await
}

async fn plan_phase(core: &(impl Core + ?Sized), runs: Vec<Run>, goal: Goal) -> Vec<Run> {
    let is_needed = |run: &Run| run.is_configured() || run.refreshed != Instance::default();
    phase(core, Phase::Plan, runs, is_needed, |host, run| {
        host.plan_one(run, goal)
    })
    .await
}

/// A run that destroys has read and planned as any other one, without telling: of that, only errors are heard.
async fn destroy_phase(core: &(impl Core + ?Sized), mut runs: Vec<Run>) -> Vec<Run> {
    for run in &mut runs {
        (run.told_by_refresh, run.told_by_plan) = Default::default();
        (run.action, run.planned) = (Some(Action::NoOp), None);
    }
    let runs = runs.into_iter().map(Run::sum_up).collect();
    let is_needed = |run: &Run| run.refreshed != Instance::default();
    phase(core, Phase::Plan, runs, is_needed, Host::plan_destroy_one).await
}

async fn apply_phase(core: &(impl Core + ?Sized), mut runs: Vec<Run>, goal: Goal) -> Vec<Run> {
    for run in &mut runs {
        (run.state, run.deposed) = (run.refreshed.current.clone(), run.refreshed.deposed.clone());
    }
    let is_needed = |run: &Run| !run.is_empty() || (goal != Goal::Destroy && run.is_configured());
    let part = |host: Arc<Host>, run| async move {
        if goal == Goal::Refresh {
            run
        } else {
            host.apply_one(run).await
        }
    };
    phase(core, Phase::Apply, runs, is_needed, part).await
}
