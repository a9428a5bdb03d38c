//! Everything that moves in a year: the provider in this process, the tenant, the SCIM client, the state.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use access_simulator::{DirectoryType, Options, Profile, Simulator, Tenant};
use jiff::{SignedDuration, Timestamp};
use terraform_plugin::clock::Clock as _;
use terraform_plugin::serve::Attachable;
use terraform_provider_wsoa::provider::Wsoa;
use wsoa_test_kit::{Host, Planned, State, Val, obj};

use crate::bench::{BEGIN, CLIENT, DIRECTORY, MINT, TOKEN, settings};
use wsoa_test_kit::clock::ManualClock;

/// What is worth telling of the year, each with the number of the day.
#[derive(Default)]
pub struct Diary {
    /// Tokens that the tenant issued to the client.
    pub mints: Vec<(i32, String)>,
    /// SCIM requests that the tenant refused.
    pub failures: Vec<(i32, String)>,
    /// What plans warned of.
    pub warnings: Vec<(i32, String)>,
    /// Plans that were not empty.
    pub changes: Vec<(i32, String)>,
    /// How many secrets the client has had.
    pub secrets: usize,
    /// All SCIM requests.
    pub scim_requests: usize,
    /// Requests of the provider in a night, by what it found: the least and the most of quiet ones, and of the others.
    pub quiet: Nights,
    pub busy: Nights,
}

/// How many requests the provider made in one night.
#[derive(Default)]
pub struct Nights {
    pub count: usize,
    pub least: Option<usize>,
    pub most: usize,
}

impl Nights {
    fn note(&mut self, requests: usize) {
        self.count += 1;
        self.least = Some(self.least.map_or(requests, |least| least.min(requests)));
        self.most = self.most.max(requests);
    }
}

impl fmt::Display for Nights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least {
            None => write!(f, "-"),
            Some(least) if least == self.most => write!(f, "{least}"),
            Some(least) => write!(f, "{least} to {}", self.most),
        }
    }
}

impl fmt::Display for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin: Timestamp = BEGIN.parse().unwrap();
        let date = |day: i32| {
            (begin + SignedDuration::from_hours(24) * day)
                .strftime("%Y-%m-%d")
                .to_string()
        };
        let mut row = |what: &str, count: usize, events: &[(i32, String)]| {
            let dates: Vec<_> = events
                .iter()
                .map(|(day, _)| format!("{} (day {day})", date(*day)))
                .collect();
            let dates = match &dates[..] {
                [first, .., last] if dates.len() > 3 => format!("{first} to {last}"),
                _ => dates.join(", "),
            };
            writeln!(f, "  {what:<22} {count:>5}  {dates}")
        };
        row("SCIM requests", self.scim_requests, &[])?;
        row("of which failed", self.failures.len(), &self.failures)?;
        row("tokens minted", self.mints.len(), &self.mints)?;
        row("plans with changes", self.changes.len(), &self.changes)?;
        row("warnings in plans", self.warnings.len(), &self.warnings)?;
        row("client secrets", self.secrets, &[])?;
        writeln!(
            f,
            "  requests in a quiet night: {}; in a busy one: {}",
            self.quiet, self.busy
        )
    }
}

pub struct World {
    clock: Arc<ManualClock>,
    pub day: i32,
    tenant: Tenant,
    simulator: Simulator,
    host: Host,
    http: reqwest::Client,
    client: Option<State>,
    token: Option<State>,
    directory: Option<State>,
    /// The token that the SCIM client was last given.
    held: Option<String>,
    secrets: BTreeSet<String>,
    pub diary: Diary,
}

impl World {
    pub async fn begin(tenant_ahead: SignedDuration, profile: Profile) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default(); // another test may have done it
        let options = Options {
            switches: profile.switches(),
            ..Options::default()
        };
        let simulator = Simulator::start(options).await.unwrap();
        let begin: Timestamp = BEGIN.parse().unwrap();
        let clock = Arc::new(ManualClock::new(begin));
        let tenant = simulator.tenant();
        tenant.set_now(begin + tenant_ahead);
        clock.followed_by(move |step| tenant.advance(step));
        let provider = Wsoa::new(clock.clone(), Arc::new(|_| None)).interrupted_by(clock.interrupt());
        let attachable = Attachable::new(provider, clock.clone()).unwrap();
        let address = attachable.address.clone();
        tokio::spawn(async { attachable.serve().await });
        let host = Host::attach(Path::new(&address)).await;
        host.configure(settings(&simulator)).await.assert_no_errors();
        let ca = reqwest::Certificate::from_pem(simulator.ca_pem().as_bytes()).unwrap();
        let http = reqwest::Client::builder().tls_certs_only([ca]).build().unwrap();
        let mut world = Self {
            clock,
            day: 0,
            tenant: simulator.tenant(),
            simulator,
            host,
            http,
            client: None,
            token: None,
            directory: None,
            held: None,
            secrets: BTreeSet::new(),
            diary: Diary::default(),
        };
        if profile.switches().directories_read_only {
            world.import_directory().await;
        }
        world
    }

    /// Sets the clocks of provider and tenant.
    pub fn turn_to(&mut self, since_begin: SignedDuration) {
        let begin: Timestamp = BEGIN.parse().unwrap();
        self.clock.turn_to((begin + since_begin).max(self.clock.now()));
        self.day = i32::try_from(since_begin.as_hours() / 24).unwrap();
    }

    /// Refreshes, plans and applies the resources as one run of the CLI does, then plans once more: nothing.
    pub async fn apply(&mut self, client: Val, token: Val) {
        self.tenant.clear_requests();
        self.refresh().await;
        let client_plan = self.plan(CLIENT, client.clone()).await;
        let secret = client_plan.at("client_secret").clone();
        let token_plan = self
            .plan(TOKEN, token.clone().with("client_secret", secret))
            .await;
        let directory_plan = self.plan(DIRECTORY, directory()).await;
        let plans = [&client_plan, &token_plan, &directory_plan];
        let actions = plans.map(|plan| plan.action);
        let changed = !plans.iter().all(|plan| plan.is_empty());
        if changed {
            self.diary.changes.push((self.day, format!("{actions:?}")));
        }
        self.client = Some(self.host.apply(client_plan).await.ok());
        let secret = self.client.as_ref().unwrap().str_at("client_secret").to_owned();
        let token = token.with("client_secret", secret.as_str());
        self.token = Some(self.host.apply_with(token_plan, token.clone()).await.ok());
        self.directory = Some(self.host.apply(directory_plan).await.ok());
        self.secrets.insert(secret);
        self.diary.secrets = self.secrets.len();
        self.count_requests(changed);
        if changed {
            self.refresh().await;
            for (name, state, config) in [
                (CLIENT, &self.client, client),
                (TOKEN, &self.token, token),
                (DIRECTORY, &self.directory, directory()),
            ] {
                let again = self.host.plan(name, state.as_ref(), config).await;
                assert!(again.is_empty(), "day {}: {} {}", self.day, name, again.value);
            }
        }
    }

    async fn refresh(&mut self) {
        for state in [&mut self.client, &mut self.token, &mut self.directory] {
            if let Some(known) = state.take() {
                *state = self.host.refresh(&known).await;
                assert!(state.is_some(), "{} is gone", known.type_name);
            }
        }
    }

    async fn plan(&mut self, type_name: &str, config: Val) -> Planned {
        let state = match type_name {
            CLIENT => &self.client,
            DIRECTORY => &self.directory,
            _ => &self.token,
        };
        let planned = self.host.plan(type_name, state.as_ref(), config).await;
        for warning in planned.diagnostics.warnings() {
            let text = format!("{}: {}", warning.summary, warning.detail);
            self.diary.warnings.push((self.day, text));
        }
        planned
    }

    /// The tenant's own count of the tokens that it issued to the client, and of what the provider asked for; its own
    /// token is another's.
    fn count_requests(&mut self, changed: bool) {
        let requests = self.tenant.requests();
        for request in &requests {
            let form = request.body.contains("grant_type=client_credentials");
            let issued = request.path.ends_with(MINT) && form && request.status == 200;
            if issued && !is_admin(request) {
                self.diary.mints.push((self.day, request.path.clone()));
            }
        }
        let nights = if changed {
            &mut self.diary.busy
        } else {
            &mut self.diary.quiet
        };
        nights.note(requests.len());
        self.tenant.clear_requests();
    }

    /// The connector's SCIM client asks for a user.
    pub async fn use_token(&mut self, when: &str) {
        let Some(token) = &self.held else { return };
        let url = format!("{}/SAAS/jersey/manager/api/scim/Users", self.simulator.url());
        let answer = self
            .http
            .get(url)
            .query(&[("filter", "userName eq \"ada\""), ("count", "1")])
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        self.diary.scim_requests += 1;
        if answer.status() != 200 {
            let failure = format!("{when}: {}", answer.status().as_u16());
            self.diary.failures.push((self.day, failure));
        }
    }

    /// Where directories are read-only, the one of the configuration is there already, and imported.
    async fn import_directory(&mut self) {
        let name = "Okta";
        let id = self
            .tenant
            .add_directory(name, &["acme.example"], DirectoryType::OtherDirectory);
        self.directory = Some(self.host.try_import(DIRECTORY, &id).await.unwrap());
    }

    /// The SCIM client is given the token that is in state.
    pub fn hand_over(&mut self) {
        let token = self.token.as_ref().unwrap();
        self.held = Some(token.str_at("access_token").to_owned());
    }
}

fn directory() -> Val {
    obj! { name: "Okta", domains: ["acme.example"] }
}

fn is_admin(request: &access_simulator::Recorded) -> bool {
    use base64::Engine as _;
    let admin = base64::prelude::BASE64_STANDARD.encode("terraform-admin:terraform-admin-secret");
    request.header("authorization") == Some(&format!("Basic {admin}"))
}
