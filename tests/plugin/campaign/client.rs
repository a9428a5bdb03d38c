//! The life of a client, and perhaps of a token of it, in one sequence.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use access_simulator::{Client, PutSecret, Switches};
use wsoa_test_kit::{Core as _, Instance, Resource, Run, State, Val, obj};

use super::draw::{Does, Source, Step};
use super::{Outcome, Tally};
use crate::bench::{CLIENT, InProcess, TOKEN};

const IDS: [&str; 2] = ["Okta-One", "Okta-Two"];
const PAST_A_MINUTE: Duration = Duration::from_secs(61);

/// What the tenant has of ours, by what stays the same in the life of a client.
type Ours = BTreeMap<String, Client>;

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Life<'a> {
    bench: &'a InProcess,
    tally: &'a mut Tally,
    source: Source,
    create_first: bool,
    with_token: bool,
    switches: Switches,
    /// What the configuration says.
    id: usize,
    name: u32,
    trigger: u32,
    given: u32,
    stored: Instance,
    token: Instance,
    /// Somebody else's, as they left them.
    others: BTreeMap<String, Client>,
    /// Made by others and imported since.
    adopted: BTreeSet<String>,
    /// Something asked for another secret, and it was not set yet.
    asked: bool,
    /// The user has written an import block, which counts while there is no object.
    importing: bool,
    /// The secret of a client was made in the console, or nobody here has ever known it.
    foreign_secret: bool,
}

fn matches(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn text(state: &State, name: &str) -> Option<String> {
    match state.at(name) {
        Val::Str(text) => Some(text.clone()),
        _ => None,
    }
}

impl<'a> Life<'a> {
    pub fn new(
        bench: &'a InProcess,
        tally: &'a mut Tally,
        switches: Switches,
        source: Source,
        create_first: bool,
        with_token: bool,
    ) -> Self {
        Self {
            bench,
            tally,
            source,
            create_first,
            with_token,
            switches,
            id: 0,
            name: 0,
            trigger: 0,
            given: 0,
            stored: Instance::default(),
            token: Instance::default(),
            others: BTreeMap::new(),
            adopted: BTreeSet::new(),
            asked: false,
            importing: false,
            foreign_secret: false,
        }
    }

    fn configured_id(&self) -> &'static str {
        IDS[self.id]
    }

    fn given_secret(&self) -> String {
        format!("given-by-the-user-{}", self.given)
    }

    fn config(&self) -> Val {
        let config = obj! {
            client_id: self.configured_id(),
            display_name: format!("name {}", self.name),
            redirect_uris: ["https://example.com/callback"],
        };
        let triggered = |config: Val| match self.trigger {
            0 => config,
            n => config.with("rotate_secret_when_changed", obj! { n: n.to_string() }),
        };
        match self.source {
            Source::Generated => triggered(config),
            Source::Untried => triggered(config.with("grant_types", ["password"])),
            Source::Given => config.with("client_secret", self.given_secret()),
            Source::WriteOnly => config
                .with("client_secret_wo", self.given_secret())
                .with("client_secret_wo_version", i64::from(self.given) + 1),
        }
    }

    fn resource(&self) -> Resource {
        let mut resource = Resource::new(CLIENT, self.config());
        if self.create_first {
            resource = resource.created_before_destroyed();
        }
        if self.importing {
            resource = resource.imported(self.configured_id());
        }
        resource
    }

    fn others_id(&self) -> Option<String> {
        let all = self.bench.tenant.clients();
        let at = |client: &&Client| matches(&client.client_id, self.configured_id());
        let found = all.iter().find(at)?;
        self.others
            .contains_key(&found.client_id)
            .then(|| found.client_id.clone())
    }

    fn ours(&self) -> Ours {
        let clients = self.bench.tenant.clients().into_iter();
        let ours = |it: &Client| {
            (it.over_api && !self.others.contains_key(&it.client_id)) || self.adopted.contains(&it.client_id)
        };
        clients
            .filter(ours)
            .map(|it| (it.subject.to_string(), it))
            .collect()
    }

    fn states(&self) -> impl Iterator<Item = &State> {
        self.stored.current.iter().chain(&self.stored.deposed)
    }

    fn is_in_state(&self, id: &str) -> bool {
        self.states()
            .any(|state| matches(&text(state, "client_id").unwrap_or_default(), id))
    }

    /// The console's doings, or a run; then what has to hold after each of them.
    pub async fn step(&mut self, step: &Step) -> Outcome {
        let before = self.ours();
        let mut may_delete = self.stored.deposed.len() + usize::from(self.is_tainted()) > 0;
        let renamed = |life: &Self| {
            let current = life.stored.current.as_ref();
            current.is_some_and(|state| text(state, "client_id").as_deref() != Some(life.configured_id()))
        };
        match step.does {
            Does::Change => self.name += 1,
            Does::Rotate => {
                (self.trigger, self.given) = (self.trigger + 1, self.given + 1);
                self.asked = true;
            }
            // whoever imports something else instead leaves the first on purpose
            Does::Rename if !self.importing => self.id = 1 - self.id,
            _ => {}
        }
        may_delete |= renamed(self) || matches!(step.does, Does::Destroy | Does::Replace | Does::Taint);
        let bench = self.bench;
        let run = match step.does {
            Does::Apply | Does::Change | Does::Rotate | Does::Rename => {
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
            Does::Taint => {
                self.stored.current = self.stored.current.take().map(State::tainted);
                bench.apply_resource(self.resource(), &self.stored).await
            }
            Does::Refresh => bench.refresh(CLIENT, &self.stored, self.config()).await,
            Does::Plan => {
                bench.plan_resource(self.resource(), &self.stored).await;
                return self.check(&before, None, false);
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
        self.check(&before, Some(&run), may_delete)?;
        if self.with_token && !run.failed() && !matches!(step.does, Does::Refresh) {
            self.apply_token().await;
        }
        Ok(())
    }

    /// Whether it is not known whose the client in state is.
    fn is_open(&self) -> bool {
        self.states().any(|state| state.at("id").is_null())
    }

    fn is_tainted(&self) -> bool {
        self.stored.current.as_ref().is_some_and(|state| state.tainted)
    }

    /// What is in state is forgotten, and the client of the configured id imported.
    async fn adopt(&mut self) -> Option<Run> {
        let id = self.configured_id();
        let clients = self.bench.tenant.clients();
        let found = clients.iter().find(|it| matches(&it.client_id, id))?;
        let elsewhere = |life: &Self| life.ours().values().any(|it| !matches(&it.client_id, id));
        if elsewhere(self) {
            return None; // the user would forget an object on purpose
        }
        self.others.remove(&found.client_id);
        self.adopted.insert(found.client_id.clone());
        self.stored = Instance::default();
        self.foreign_secret = true;
        self.asked |= matches!(self.source, Source::Given | Source::WriteOnly) || self.trigger > 0;
        self.importing = true;
        Some(
            self.bench
                .apply_resource(self.resource(), Instance::default())
                .await,
        )
    }

    fn console(&mut self, does: Does) {
        let tenant = &self.bench.tenant;
        let ours = self.ours().into_values().next();
        match (does, ours) {
            // with another secret, nobody could tell it from somebody else's while that is open
            (Does::ConsoleSecret, Some(ours)) if !self.is_open() => {
                let secret = format!("made-in-the-console-{}", self.tally.serial());
                tenant.set_client_secret(&ours.client_id, &secret);
                self.foreign_secret = true;
                self.asked |= matches!(self.source, Source::Generated | Source::Given);
            }
            (Does::ConsoleField, Some(ours)) => {
                tenant.change_client(&ours.client_id, |it| {
                    it.remember_as = Some("of the console".to_owned());
                });
            }
            (Does::ConsoleDelete, Some(ours)) => {
                tenant.delete_client(&ours.client_id);
            }
            (Does::ConsoleRevoke, _) => {
                if let Some(token) = self
                    .token
                    .current
                    .as_ref()
                    .and_then(|it| text(it, "access_token"))
                {
                    tenant.revoke_token(&token);
                }
            }
            (Does::Somebody { twin }, _) => self.somebody(twin),
            _ => {}
        }
    }

    /// Somebody else takes an id that is free and in no state. Nobody could tell a twin from ours once the answer to a
    /// creation was lost, so there is none then.
    fn somebody(&mut self, twin: bool) {
        let id = IDS.into_iter().chain(["unrelated"]).find(|id| {
            !self.is_in_state(id)
                && !self
                    .bench
                    .tenant
                    .clients()
                    .iter()
                    .any(|it| matches(&it.client_id, id))
        });
        let Some(id) = id else { return };
        let id = if self.switches.client_ids_lower {
            id.to_ascii_lowercase()
        } else {
            id.to_owned()
        };
        let secret = if twin && self.stored == Instance::default() {
            self.given_secret()
        } else {
            format!("somebody-elses-{}", self.tally.serial())
        };
        let mut client = Client::service(&id, &secret);
        if twin {
            client.remember_as = Some(format!("name {}", self.name));
            client.redirect_uri = Some("https://example.com/callback".to_owned());
        }
        self.bench.tenant.put_client(client.clone());
        self.adopted.remove(&id); // that was another one
        self.others.insert(id, client);
    }

    /// What has to hold at any time.
    fn check(&mut self, before: &Ours, run: Option<&Run>, may_delete: bool) -> Outcome {
        self.importing &= self.stored == Instance::default();
        self.abandon(before, run);
        for (id, left) in &self.others {
            match self.bench.tenant.client(id) {
                Some(now) if now == *left => {}
                now => return Err(format!("foreign touch: {left:?} is now {now:?}")),
            }
        }
        let claimed =
            |state: &State| text(state, "id").filter(|id| self.others.keys().any(|it| matches(it, id)));
        if let Some(id) = self.states().find_map(claimed) {
            return Err(format!("foreign touch: {id} is somebody else's, and in state"));
        }
        let ours = self.ours();
        for (subject, was) in before {
            match ours.get(subject) {
                None if !may_delete => return Err(format!("deleted unasked: {}", was.client_id)),
                Some(now) if now.secret != was.secret => {
                    let configured = self.source == Source::Given && now.secret == self.given_secret();
                    if !self.asked && !configured {
                        return Err(format!("unasked rotation of {}", was.client_id));
                    }
                    self.foreign_secret = false;
                    self.asked = run.is_some_and(Run::failed);
                }
                _ => {}
            }
        }
        if ours
            .iter()
            .any(|(subject, it)| it.over_api && !before.contains_key(subject))
        {
            self.foreign_secret = false;
            self.asked &= run.is_some_and(Run::failed);
        }
        for client in ours.values() {
            let id = &client.client_id;
            if !self.is_in_state(id) && !self.importing {
                return Err(format!("orphan: {id}"));
            }
            if !self.knows(&client.secret) && !self.foreign_secret && !self.switches.own_secret {
                return Err(format!(
                    "lost secret: the one of {id} is neither in state nor given"
                ));
            }
        }
        // what was put aside with create_before_destroy is in state, too
        if !self.create_first && ours.len() > 1 + self.stored.deposed.len() {
            return Err(format!(
                "duplicate: {:?}",
                ours.values().map(|it| &it.client_id).collect::<Vec<_>>()
            ));
        }
        Ok(())
    }

    /// Where the tenant makes the secrets, and the answer that had the one was lost, nobody can ever tell whose the client
    /// is. The run has said so, and what is left is as good as somebody else's, unless state says that it is ours.
    fn abandon(&mut self, before: &Ours, run: Option<&Run>) {
        if !self.switches.own_secret || !run.is_some_and(Run::failed) {
            return;
        }
        let claimed: Vec<_> = self.states().filter_map(|it| text(it, "id")).collect();
        for (subject, client) in self.ours() {
            let is_claimed = claimed.iter().any(|id| matches(id, &client.client_id));
            if !before.contains_key(&subject) && !self.knows(&client.secret) && !is_claimed {
                self.others.insert(client.client_id.clone(), client);
            }
        }
    }

    /// Whether state or configuration has a secret.
    fn knows(&self, secret: &str) -> bool {
        let stored = self.states().any(|state| {
            ["client_secret", "pending_client_secret"]
                .into_iter()
                .any(|name| text(state, name).as_deref() == Some(secret))
        });
        stored || secret.starts_with("given-by-the-user")
    }

    async fn apply_token(&mut self) -> Option<Run> {
        let client = self.stored.current.as_ref()?;
        let (id, secret) = (text(client, "id")?, text(client, "client_secret")?);
        let made = text(client, "created_at").unwrap_or_default();
        let config = obj! { client_id: id, client_secret: secret, rotate_when_changed: obj! { made: made } };
        let run = self.bench.apply(TOKEN, &self.token, config).await;
        self.token = run.instance();
        Some(run)
    }

    /// Plain applies, at most two, then what an error named, then two more.
    pub async fn recover(&mut self) -> Outcome {
        self.make_room();
        let takes_none = self.switches.put_secret != PutSecret::Taken;
        let mut told = self.two_applies().await?;
        if told.is_some() && (takes_none || self.switches.own_secret) {
            self.secret_works()?;
            let change = |it: &mut Switches| (it.put_secret, it.own_secret) = (PutSecret::Taken, false);
            self.bench.tenant.switches(change);
            self.make_room(); // what was abandoned meanwhile
            told = self.two_applies().await?;
        }
        if told.is_some() && self.create_first {
            self.create_first = false; // what is unique cannot be made beside itself: the user gives that up
            told = self.two_applies().await?;
        }
        // what is open is first settled under its own id, and then perhaps taken out of state
        for _ in 0..2 {
            let Some(said) = told.take() else { break };
            self.tally.hand(&said);
            let id = self.id;
            self.hand(&said).await?;
            told = self.two_applies().await?;
            if self.id == id {
                break;
            }
        }
        if let Some(said) = told {
            return Err(format!("not healed: {said}"));
        }
        self.secret_works()?;
        if self.with_token {
            self.token_works().await?;
        }
        Ok(())
    }

    /// The owner of what is in the way takes it away.
    fn make_room(&mut self) {
        if let Some(id) = self.others_id() {
            self.bench.tenant.delete_client(&id);
            self.others.remove(&id);
        }
    }

    /// Nothing, or why a plan is not empty after two of them.
    async fn two_applies(&mut self) -> Result<Option<String>, String> {
        let mut said = String::new();
        for _ in 0..2 {
            self.bench.clock.advance(PAST_A_MINUTE);
            let before = self.ours();
            let may_delete = self.is_tainted()
                || !self.stored.deposed.is_empty()
                || !self.is_in_state(self.configured_id());
            let run = self.bench.apply_resource(self.resource(), &self.stored).await;
            self.stored = run.instance();
            self.tally.recoveries += 1;
            self.check(&before, Some(&run), may_delete)?;
            said = run.diagnostics.to_string();
            if !run.failed() {
                let plan = self.bench.plan_resource(self.resource(), &self.stored).await;
                if !plan.failed() && plan.is_empty() {
                    return Ok(None);
                }
                said = format!("{:?} {}", plan.action, plan.diagnostics);
            }
        }
        Ok(Some(said))
    }

    /// What an error names.
    async fn hand(&mut self, said: &str) -> Outcome {
        let current = self.stored.current.as_ref();
        let current_id = current.and_then(|it| text(it, "id"));
        let open_id = current
            .and_then(|it| text(it, "client_id"))
            .filter(|_| self.is_open());
        // of what was put aside and is in doubt, only the owner of the tenant knows what it is
        let put_aside = self.stored.deposed.iter().filter(|it| it.at("id").is_null());
        let put_aside: Vec<_> = put_aside.filter_map(|it| text(it, "client_id")).collect();
        if said.contains("It is not known whose") && !put_aside.is_empty() {
            for id in put_aside {
                self.bench.tenant.delete_client(&id);
            }
            self.stored.deposed.retain(|it| !it.at("id").is_null());
        } else if open_id.is_some_and(|id| !matches(&id, self.configured_id())) {
            self.id = 1 - self.id; // what is open is settled under its own id
        } else if said.contains("was created in this run") {
            let other = |it: &State| text(it, "id") != current_id;
            self.stored.deposed.retain(other);
        } else if said.contains("import {") && self.ours().is_empty() {
            self.stored = Instance::default();
        } else if said.contains("import {")
            && let Some(run) = self.adopt().await
        {
            self.stored = run.instance();
        }
        Ok(())
    }

    /// The tenant has exactly one client of ours, and its secret is the known one.
    fn secret_works(&self) -> Outcome {
        let ours = self.ours();
        let Some(client) = ours.values().next() else {
            return match &self.stored.current {
                Some(state) if !state.at("id").is_null() => {
                    Err(format!("gone, and still in state: {}", state.value))
                }
                _ => Ok(()),
            };
        };
        let known = self.knows(&client.secret);
        let blind = self.foreign_secret && !matches!(self.source, Source::Given);
        let needed = match self.source {
            Source::WriteOnly | Source::Given => client.secret == self.given_secret() || self.asked || blind,
            Source::Generated | Source::Untried => known || blind,
        };
        if needed || self.switches.own_secret {
            Ok(())
        } else {
            Err(format!("lost secret: {} has {}", client.client_id, client.secret))
        }
    }

    async fn token_works(&mut self) -> Outcome {
        let mut said = String::new();
        for _ in 0..2 {
            // one apply for both: it may learn only now which secret the tenant accepts
            self.two_applies().await?;
            let Some(run) = self.apply_token().await else {
                return Ok(()); // without a secret there is none
            };
            said = run.diagnostics.to_string();
            let token = self
                .token
                .current
                .as_ref()
                .and_then(|it| text(it, "access_token"));
            if !run.failed() && token.is_some_and(|token| self.bench.tenant.accepts(&token)) {
                return Ok(());
            }
        }
        Err(format!("dead token in state: {said}"))
    }
}
