//! What a run has made, written down before it is made, and its removal.
//!
//! Whatever has the name of this run is of this run, as the name is random. Nothing else is deleted: a client by its
//! exact id; a directory by its exact name, of type Other unless another one may have been made, with no domain but its
//! own, and not in the list that was read before it was made.

use std::collections::HashSet;
use std::time::Duration;

use terraform_plugin::text;

use super::session::Session;
use super::{interrupted, names};
use crate::access::spelling::{same_domain, same_name};
use crate::access::{Directory, Error, Tenant};

/// How long the deletion of an empty directory may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The pauses before each look for something whose creation got no answer.
const LOOKS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// What is known of something that was to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The request was sent, and what became of it is not known.
    Sent,
    /// The tenant refused.
    Refused,
    /// It is there.
    Exists,
    /// It was removed.
    Gone,
}

/// A client or directory.
struct Item {
    name: String,
    /// The id of a directory, where it is known.
    id: Option<String>,
    fate: Fate,
}

/// All that a run has made.
#[derive(Default)]
pub struct Made {
    clients: Vec<Item>,
    directories: Vec<Item>,
    /// Directories that were there before.
    before: HashSet<String>,
}

impl Made {
    /// All that a run with this name makes, for an earlier run.
    pub fn of_run(run: &str) -> Self {
        let item = |name: String| Item {
            name,
            id: None,
            fate: Fate::Sent,
        };
        Self {
            clients: names::clients(run).map(item).into(),
            directories: names::directories(run).map(item).into(),
            before: HashSet::new(),
        }
    }

    /// To be called before the request that creates a client.
    pub fn client(&mut self, id: &str) {
        note(&mut self.clients, id);
    }

    /// To be called before the request that creates a directory.
    pub fn directory(&mut self, name: &str) {
        note(&mut self.directories, name);
    }

    /// To be called before the first directory is made.
    pub fn directories_before(&mut self, all: &[Directory]) {
        self.before
            .extend(all.iter().map(|it| it.id.to_ascii_lowercase()));
    }

    /// What became of a client.
    pub fn client_is(&mut self, id: &str, fate: Fate) {
        set(&mut self.clients, id, fate, None);
    }

    /// What became of a directory.
    pub fn directory_is(&mut self, name: &str, fate: Fate, id: Option<&str>) {
        let id = id.filter(|id| !self.before.contains(&id.to_ascii_lowercase()));
        set(&mut self.directories, name, fate, id);
    }

    /// Whether `directory`, from a list, is the one that was made with this name.
    pub fn is_ours(&self, directory: &Directory, name: &str) -> bool {
        let is_id = |id: &str| id.eq_ignore_ascii_case(&directory.id);
        let is_of_a_wrong_type = directory.is_of_another_type() && !names::may_be_of_any_type(name);
        if self.before.contains(&directory.id.to_ascii_lowercase()) || is_of_a_wrong_type {
            return false;
        }
        let item = self.directories.iter().find(|item| item.name == name);
        if item.and_then(|item| item.id.as_deref()).is_some_and(is_id) {
            return true;
        }
        // the questions about what is taken mix the domains of a run
        let run = name.get(..names::EXAMPLE.len()).unwrap_or(name);
        let domains = names::directories(run).map(|name| names::domain(&name));
        let is_of_the_run = |domain: &String| domains.iter().any(|ours| same_domain(ours, domain));
        let told = directory.domains.as_deref().unwrap_or_default();
        same_name(&directory.name, name) && told.iter().all(is_of_the_run)
    }

    /// Removes everything. An error lists what is left, or may be.
    pub async fn remove_all(&mut self, session: &mut Session<'_>) -> Result<(), Vec<String>> {
        if self.clients.is_empty() && self.directories.is_empty() {
            return Ok(());
        }
        session.progress.doing("removing what was made");
        session.tenant.interrupt().withdraw(); // an interrupted run waits for its deletions
        let mut interrupts = session.interrupts.clone();
        let mut count = *interrupts.borrow();
        let tenant = session.tenant.clone();
        {
            let mut removal = std::pin::pin!(self.remove(&tenant));
            loop {
                tokio::select! {
                    () = &mut removal => break,
                    () = interrupted(&mut interrupts, count + 1) => count += 1,
                }
                if count > 1 {
                    break;
                }
                tenant.interrupt().withdraw(); // once is what began the removal, or would have
            }
        }
        let left: Vec<_> = self.left().collect();
        if left.is_empty() { Ok(()) } else { Err(left) }
    }

    async fn remove(&mut self, tenant: &Tenant) {
        for item in &mut self.clients {
            if item.fate != Fate::Gone && !tenant.is_own_sign_in(&item.name) {
                remove_client(tenant, item).await;
            }
        }
        self.remove_directories(tenant).await;
    }

    async fn remove_directories(&mut self, tenant: &Tenant) {
        for pause in LOOKS {
            let is_settled = |item: &Item| matches!(item.fate, Fate::Gone | Fate::Refused);
            if !pause.is_zero() && self.directories.iter().all(is_settled) {
                break;
            }
            tenant.sleep(pause).await;
            let Ok((listed, is_whole)) = tenant.directories_now().await else {
                continue;
            };
            let is_last = Some(&pause) == LOOKS.last();
            for at in 0..self.directories.len() {
                let mut ids = self.ids(at, &listed);
                let item = &mut self.directories[at];
                if item.fate == Fate::Gone {
                    continue;
                }
                if ids.is_empty() {
                    if is_last && is_whole && item.fate == Fate::Sent {
                        item.fate = Fate::Gone; // looked for again and again
                    }
                    continue;
                }
                item.fate = Fate::Exists;
                item.id = ids.first().cloned();
                while let Some(id) = ids.pop() {
                    if tenant.delete_directory(&id, PATIENCE).await.is_err() {
                        item.id = Some(id);
                        break;
                    }
                    if ids.is_empty() {
                        item.fate = Fate::Gone;
                    }
                }
            }
        }
    }

    /// The ids that the directory at this place of the list has, as far as they are known.
    fn ids(&self, at: usize, listed: &[Directory]) -> Vec<String> {
        let item = &self.directories[at];
        let found = listed.iter().filter(|it| self.is_ours(it, &item.name));
        let mut ids: Vec<_> = found.map(|it| it.id.clone()).chain(item.id.clone()).collect();
        ids.sort_unstable_by_key(|id| id.to_ascii_lowercase());
        ids.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        ids
    }

    fn left(&self) -> impl Iterator<Item = String> {
        let told = |kind: &'static str| {
            move |item: &Item| {
                let what = match item.fate {
                    Fate::Exists => format!("the {kind} {}", text::quoted(&item.name)),
                    Fate::Sent => format!("perhaps the {kind} {}", text::quoted(&item.name)),
                    Fate::Refused | Fate::Gone => return None,
                };
                let id = item.id.as_deref().map(|id| format!(", id {}", text::item(id)));
                Some(format!("{what}{}", id.unwrap_or_default()))
            }
        };
        let clients = self.clients.iter().filter_map(told("OAuth client"));
        clients.chain(self.directories.iter().filter_map(told("directory")))
    }
}

fn note(items: &mut Vec<Item>, name: &str) {
    if let Some(item) = items.iter_mut().find(|item| item.name == name) {
        item.fate = Fate::Sent;
    } else {
        items.push(Item {
            name: name.to_owned(),
            id: None,
            fate: Fate::Sent,
        });
    }
}

fn set(items: &mut [Item], name: &str, fate: Fate, id: Option<&str>) {
    if let Some(item) = items.iter_mut().find(|item| item.name == name) {
        item.fate = fate;
        if let Some(id) = id {
            item.id = Some(id.to_owned());
        }
    }
}

/// Deletes a client, unless it is known not to be there.
async fn remove_client(tenant: &Tenant, item: &mut Item) {
    let pauses: &[Duration] = match item.fate {
        Fate::Sent => &LOOKS[..3],
        _ => &LOOKS[..1],
    };
    let mut found: Result<bool, Error> = Ok(false);
    for pause in pauses {
        tenant.sleep(*pause).await;
        found = tenant.oauth_client(&item.name).await.map(|it| it.is_some());
        if matches!(found, Ok(true)) {
            break;
        }
    }
    match found {
        Ok(false) if item.fate != Fate::Exists => item.fate = Fate::Gone,
        Err(_) if item.fate == Fate::Refused => {}
        _ => {
            if tenant.delete_oauth_client(&item.name, None).await.is_ok() {
                item.fate = Fate::Gone;
            } else if item.fate == Fate::Refused {
                item.fate = Fate::Exists;
            }
        }
    }
}
