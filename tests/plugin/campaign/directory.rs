//! The life of a directory in one sequence.

use std::collections::BTreeMap;
use std::time::Duration;

use access_simulator::{Directory, DirectoryType};
use wsoa_test_kit::{Core as _, Instance, Resource, Run, State, Val, obj};

use super::draw::{Does, Step};
use super::{Outcome, Tally};
use crate::bench::{DIRECTORY, InProcess};

const NAMES: [&str; 2] = ["Okta Café", "Okta Zwei"];
const DOMAINS: [&str; 2] = ["xn--caf-dma.example", "Two.example"];
const PAST_A_MINUTE: Duration = Duration::from_secs(61);

pub struct Life<'a> {
    bench: &'a InProcess,
    tally: &'a mut Tally,
    protected: bool,
    create_first: bool,
    name: usize,
    domain: usize,
    timeout: i64,
    stored: Instance,
    /// The user has written an import block, which counts while there is no object.
    importing: Option<String>,
    others: BTreeMap<String, Directory>,
    /// The last plan said that what is not listed may be there all the same.
    unproved: bool,
}

fn id(state: &State) -> Option<String> {
    match state.at("id") {
        Val::Str(id) => Some(id.clone()),
        _ => None,
    }
}

impl<'a> Life<'a> {
    pub fn new(bench: &'a InProcess, tally: &'a mut Tally, protected: bool, create_first: bool) -> Self {
        let mut life = Self {
            bench,
            tally,
            protected,
            create_first,
            name: 0,
            domain: 0,
            timeout: 30,
            stored: Instance::default(),
            importing: None,
            others: BTreeMap::new(),
            unproved: false,
        };
        life.add("Somebody's", "somebody.example");
        life
    }

    fn config(&self) -> Val {
        obj! {
            name: NAMES[self.name],
            domains: [DOMAINS[self.domain]],
            deletion_protection: self.protected,
            delete_timeout_minutes: self.timeout,
        }
    }

    fn resource(&self) -> Resource {
        let mut resource = Resource::new(DIRECTORY, self.config());
        if self.create_first {
            resource = resource.created_before_destroyed();
        }
        match &self.importing {
            Some(id) => resource.imported(id),
            None => resource,
        }
    }

    fn add(&mut self, name: &str, domain: &str) {
        let id = self
            .bench
            .tenant
            .add_directory(name, &[domain], DirectoryType::OtherDirectory);
        let all = self.bench.tenant.directories();
        let made = all.into_iter().find(|it| it.id == id);
        self.others.extend(made.map(|made| (id, made)));
    }

    /// By id. One that is being deleted is none.
    fn ours(&self) -> BTreeMap<String, Directory> {
        let all = self.bench.tenant.directories().into_iter();
        let ours = |it: &Directory| {
            it.directory_type == DirectoryType::OtherDirectory
                && !self.others.contains_key(&it.id)
                && it.reads_until_gone.is_none()
        };
        all.filter(ours).map(|it| (it.id.clone(), it)).collect()
    }

    fn states(&self) -> impl Iterator<Item = &State> {
        self.stored.current.iter().chain(&self.stored.deposed)
    }

    fn is_tainted(&self) -> bool {
        self.stored.current.as_ref().is_some_and(|state| state.tainted)
    }

    fn differs(&self) -> bool {
        let config = self.config();
        self.stored.current.as_ref().is_some_and(|state| {
            state.at("name") != config.at("name")
                || state.at("domains").to_string() != config.at("domains").to_string()
        })
    }

    /// The console's doings, or a run; then what has to hold after each of them.
    pub async fn step(&mut self, step: &Step) -> Outcome {
        let before = self.ours();
        let settings = (self.name, self.domain);
        let may_delete = matches!(
            step.does,
            Does::Destroy | Does::Replace | Does::Taint | Does::Rename | Does::Rotate
        ) || self.is_tainted()
            || !self.stored.deposed.is_empty()
            || self.differs();
        let bench = self.bench;
        match step.does {
            Does::Change => self.timeout += 1,
            Does::Rotate => self.domain = 1 - self.domain,
            Does::Rename => self.name = 1 - self.name,
            Does::Taint => self.stored.current = self.stored.current.take().map(State::tainted),
            _ => {}
        }
        let run = match step.does {
            Does::Apply | Does::Change | Does::Rotate | Does::Rename | Does::Taint => {
                bench.apply_resource(self.resource(), &self.stored).await
            }
            Does::ApplyUnrefreshed => {
                bench
                    .apply_resource(self.resource().unrefreshed(), &self.stored)
                    .await
            }
            Does::Replace => {
                bench
                    .apply_resource(self.resource().replaced(), &self.stored)
                    .await
            }
            Does::Refresh => bench.refresh(DIRECTORY, &self.stored, self.config()).await,
            Does::Plan => {
                bench.plan_resource(self.resource(), &self.stored).await;
                return self.check(&before, may_delete);
            }
            Does::Destroy => bench.destroy_resource(self.resource(), &self.stored).await,
            Does::Adopt => match self.adopt().await {
                Some(run) => run,
                None => return Ok(()),
            },
            console => {
                self.console(console);
                return Ok(());
            }
        };
        self.stored = run.instance();
        self.check(&before, may_delete && !self.protected)?;
        if self.protected && run.failed() {
            (self.name, self.domain) = settings;
            self.give_in();
            if step.does == Does::Taint {
                self.stored.current = self.stored.current.take().map(State::untainted);
            }
        }
        Ok(())
    }

    /// A change that protection does not allow is taken back: the configuration is what state has.
    fn give_in(&mut self) {
        let Some(state) = &self.stored.current else { return };
        let (name, domains) = (state.at("name").to_string(), state.at("domains").to_string());
        self.name = NAMES.iter().position(|it| name.contains(it)).unwrap_or(self.name);
        self.domain = DOMAINS
            .iter()
            .position(|it| domains.contains(it))
            .unwrap_or(self.domain);
    }

    /// What is imported is protected, so the configuration has to fit.
    fn fit_to_ours(&mut self) {
        let Some(made) = self.ours().into_values().next() else {
            return;
        };
        self.name = NAMES.iter().position(|it| *it == made.name).unwrap_or(self.name);
        self.domain = DOMAINS
            .iter()
            .position(|it| made.domains.iter().any(|made| made == it))
            .unwrap_or(self.domain);
    }

    /// What is in state is forgotten, and ours imported.
    async fn adopt(&mut self) -> Option<Run> {
        let ours = self.ours();
        let [id] = &ours.keys().collect::<Vec<_>>()[..] else {
            return None;
        };
        self.fit_to_ours();
        self.stored = Instance::default();
        self.importing = Some((*id).clone());
        Some(
            self.bench
                .apply_resource(self.resource(), Instance::default())
                .await,
        )
    }

    fn console(&mut self, does: Does) {
        match does {
            Does::ConsoleDelete => {
                for id in self.ours().into_keys() {
                    self.bench.tenant.delete_directory(&id);
                }
            }
            // nobody could tell it from ours once the answer to a creation was lost
            Does::Somebody { twin } if self.stored == Instance::default() && self.ours().is_empty() => {
                if self.in_the_way().is_some() {
                    return;
                }
                if twin {
                    self.add(NAMES[self.name], "elsewhere.example");
                } else {
                    self.add("Elsewhere", DOMAINS[self.domain]);
                }
            }
            _ => {}
        }
    }

    fn in_the_way(&self) -> Option<String> {
        let others = self.others.values();
        let clash = |it: &&Directory| {
            let same = |domain: &String| domain.eq_ignore_ascii_case(DOMAINS[self.domain]);
            it.name.eq_ignore_ascii_case(NAMES[self.name]) || it.domains.iter().any(same)
        };
        others.into_iter().find(clash).map(|it| it.id.clone())
    }

    /// What has to hold at any time.
    fn check(&mut self, before: &BTreeMap<String, Directory>, may_delete: bool) -> Outcome {
        if self.stored != Instance::default() {
            self.importing = None;
        }
        let all = self.bench.tenant.directories();
        for (id, left) in &self.others {
            match all.iter().find(|it| it.id == *id) {
                Some(now) if now == left => {}
                now => return Err(format!("foreign touch: {left:?} is now {now:?}")),
            }
        }
        let in_state = |id: &str| {
            self.states()
                .any(|it| self::id(it).is_none_or(|it| it.eq_ignore_ascii_case(id)))
        };
        for id in self.states().filter_map(id) {
            if self.others.keys().any(|it| it.eq_ignore_ascii_case(&id)) {
                return Err(format!("foreign touch: {id} is somebody else's, and in state"));
            }
        }
        let ours = self.ours();
        if let Some(id) = before
            .keys()
            .find(|id| !ours.contains_key(*id))
            .filter(|_| !may_delete)
        {
            return Err(format!("deleted unasked: {id}"));
        }
        let orphan = ours.keys().find(|id| !in_state(id));
        if let Some(id) = orphan.filter(|_| self.importing.is_none()) {
            return Err(format!("orphan: {id}"));
        }
        // what was put aside with create_before_destroy is in state, too
        if !self.create_first && ours.len() > 1 + self.stored.deposed.len() {
            return Err(format!("duplicate: {:?}", ours.keys().collect::<Vec<_>>()));
        }
        Ok(())
    }

    /// Plain applies, at most two, then what an error named, then two more.
    pub async fn recover(&mut self) -> Outcome {
        while let Some(id) = self.in_the_way() {
            self.bench.tenant.delete_directory(&id); // its owner takes it away
            self.others.remove(&id);
        }
        let mut told = self.two_applies().await?;
        if told.is_some() && self.create_first {
            self.create_first = false; // what is unique cannot be made beside itself: the user gives that up
            told = self.two_applies().await?;
        }
        // where every creation stays in doubt, the one that follows `state rm` takes a hand as well
        for _ in 0..2 {
            let Some(said) = told.take() else { break };
            self.tally.hand(&said);
            let forgotten = self.hand(&said).await;
            told = self.two_applies().await?;
            if !forgotten {
                break;
            }
        }
        if let Some(said) = told {
            return Err(format!("not healed: {said}"));
        }
        let ours: Vec<_> = self.ours().into_keys().collect();
        let current = self.stored.current.as_ref().and_then(id);
        match (&ours[..], current) {
            ([one], Some(id)) if one.eq_ignore_ascii_case(&id) => Ok(()),
            ([], Some(_)) if self.unproved => Ok(()), // a list that is not whole proves no absence, and this is said
            (ours, current) => Err(format!("the tenant has {ours:?}, state has {current:?}")),
        }
    }

    /// Nothing, or why a plan is not empty after two of them.
    async fn two_applies(&mut self) -> Result<Option<String>, String> {
        let mut said = String::new();
        for _ in 0..2 {
            self.bench.clock.advance(PAST_A_MINUTE);
            let before = self.ours();
            let may_delete = self.is_tainted() || !self.stored.deposed.is_empty() || self.differs();
            let run = self.bench.apply_resource(self.resource(), &self.stored).await;
            self.stored = run.instance();
            self.tally.recoveries += 1;
            self.check(&before, may_delete && !self.protected)?;
            said = run.diagnostics.to_string();
            if !run.failed() {
                let plan = self.bench.plan_resource(self.resource(), &self.stored).await;
                let open = self.stored.current.as_ref().is_some_and(|it| id(it).is_none());
                if !plan.failed() && plan.is_empty() && !open {
                    self.unproved = plan.diagnostics.to_string().contains("not whole");
                    return Ok(None);
                }
                said = format!("{:?} {}", plan.action, plan.diagnostics);
            }
        }
        Ok(Some(said))
    }

    /// `state rm` takes what was put aside along. Only the owner of the tenant knows what it is, and removes it.
    fn remove_all_but_the_configured(&self) {
        for (id, directory) in self.ours() {
            if directory.name != NAMES[self.name] {
                self.bench.tenant.delete_directory(&id);
            }
        }
    }

    /// What an error names: true if the object was taken out of state.
    async fn hand(&mut self, said: &str) -> bool {
        let settled = self.stored.current.as_ref().is_some_and(|it| id(it).is_some());
        // what was put aside is in the way, and no command takes it alone out of state
        let is_put_aside = !self.stored.deposed.is_empty();
        if self.is_tainted() && settled && said.contains("untaint") {
            self.stored.current = self.stored.current.take().map(State::untainted);
        } else if self.importing.is_some() && said.contains("take the other change back") {
            self.fit_to_ours();
        } else if self.importing.is_some() && said.contains("No such directory") {
            self.importing = None; // what was to be imported is gone
        } else if !settled && said.contains("import {") || is_put_aside && said.contains("state rm") {
            if is_put_aside {
                self.remove_all_but_the_configured();
            }
            let Some(run) = self.adopt().await else {
                self.stored = Instance::default();
                return true;
            };
            self.stored = run.instance();
        }
        false
    }
}
