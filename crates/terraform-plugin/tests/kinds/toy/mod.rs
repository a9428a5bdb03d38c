//! A little provider with one thing of each kind, to meet core with what the real one does not offer. Something new is
//! one file and one line.

mod clock;
mod count;
mod lamp;
mod shout;
mod thing;
mod things;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use terraform_plugin::provider::{Configuring, Offers, Provider};
use terraform_plugin::serve::Attachable;
use terraform_plugin::testing::cli::Workspace;
use terraform_plugin::testing::{Core, Host, HostOptions, Phase, Val, obj};
use terraform_plugin::{Context, Diagnostics, model};

use self::clock::ManualClock;

/// Where the things are: names and notes by id.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<Rooms>>);

#[derive(Default)]
struct Rooms {
    things: BTreeMap<String, (String, Option<String>)>,
    calls: Vec<String>,
}

impl Store {
    /// Puts a thing there.
    pub fn put(&self, id: &str, name: &str, note: Option<&str>) {
        let thing = (name.to_owned(), note.map(str::to_owned));
        self.0.lock().unwrap().things.insert(id.to_owned(), thing);
    }

    fn get(&self, id: &str) -> Option<(String, Option<String>)> {
        self.0.lock().unwrap().things.get(id).cloned()
    }

    /// Removes a thing.
    pub fn remove(&self, id: &str) {
        self.0.lock().unwrap().things.remove(id);
    }

    fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().things.keys().cloned().collect()
    }

    fn note(&self, call: &str) {
        self.0.lock().unwrap().calls.push(call.to_owned());
    }

    /// What was noted so far, which is then forgotten.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }
}

/// The provider's client: the store, and the name of the room, which may be renamed.
pub struct Room {
    store: Store,
    name: String,
}

/// The provider. Clones have one store.
#[derive(Clone)]
pub struct Toy {
    /// Where the things are.
    pub store: Store,
    /// What the provider goes by.
    pub clock: Arc<ManualClock>,
}

model! {
    /// The provider block.
    pub struct Config {
        /// Name of the room.
        room: String = required(),
    }
}

#[async_trait]
impl Provider for Toy {
    type Client = Room;
    type Config = Config;

    const ADDRESS: &'static str = "registry.terraform.io/acme/toy";

    async fn configure(&self, _: &Context<Configuring>, config: Config) -> Result<Option<Room>, Diagnostics> {
        let store = self.store.clone();
        Ok(config.room.into_known().map(|name| Room { store, name }))
    }

    fn offers(&self) -> Offers<Room> {
        Offers::new()
            .resource(thing::Thing)
            .data_source(count::Count)
            .ephemeral(lamp::Lamp)
            .function(shout::Shout)
            .list(things::Things)
    }
}

impl Toy {
    /// A provider with nothing in its room.
    pub fn new() -> Self {
        Self {
            store: Store::default(),
            clock: Arc::new(ManualClock::new("2026-01-01T06:00:00Z".parse().unwrap())),
        }
    }

    /// A process of it that is not configured.
    pub async fn host(&self, options: HostOptions) -> Host {
        let attachable = Attachable::new(self.clone(), self.clock.clone()).unwrap();
        let address = attachable.address.clone();
        let serving = tokio::spawn(async { attachable.serve().await });
        Host::attach_with(Path::new(&address), options)
            .await
            .ending(serving)
    }

    /// A process of it that is configured for a room.
    pub async fn in_room(&self, room: &str) -> Host {
        let host = self.host(HostOptions::default()).await;
        configured(&host, room).await;
        host
    }

    /// The real CLI at work on it.
    pub fn cli(&self) -> Workspace {
        let attachable = Attachable::new(self.clone(), self.clock.clone()).unwrap();
        let workspace = Workspace::attached(&attachable.reattach, &[]);
        tokio::spawn(async { attachable.serve().await });
        workspace
    }
}

/// Whole runs, with a process for each phase.
impl Core for Toy {
    async fn start(&self, _: Phase) -> Host {
        self.host(HostOptions::default()).await
    }

    fn provider_config(&self) -> Val {
        obj! { room: "left" }
    }
}

/// Configures a process for a room.
pub async fn configured(host: &Host, room: impl Into<Val>) {
    let config = obj! {}.with("room", room);
    host.configure(config).await.assert_no_errors();
}
