//! What is remembered of a directory beside its state, as private data.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use terraform_plugin::text::LONGEST_ITEM;
use uuid::Uuid;

use super::State;
use crate::access;
use crate::access::PendingDirectory;
use crate::access::spelling::domain_keys;

/// How many domains are remembered that the tenant shows. The sister product takes 30 (EVIDENCE 3.1).
const MOST_DOMAINS: usize = 1000;

/// See the module. State without it was imported, or written by a version that remembered nothing.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Memory {
    /// Name and domains as they were last applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
    /// Name and domains as the tenant last showed them, where state has them otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// When this provider made the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// Which creation that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation: Option<String>,
    /// It is not known whether that creation made a directory: what settles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingDirectory>,
    /// In a plan: state or configuration protects the directory.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// In a plan: the user was told what a replacement does.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub announced: bool,
}

/// See [`Memory::applied`].
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Applied {
    /// The name.
    pub name: String,
    /// The domains.
    pub domains: BTreeSet<String>,
}

/// See [`Memory::shown`]. `None` is what the tenant does not tell.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Shown {
    /// The name.
    pub name: Option<String>,
    /// The domains.
    pub domains: Option<BTreeSet<String>>,
}

impl Memory {
    /// After the creation of `state`, of which the tenant has shown `directory`.
    pub fn of_creation(state: &State, directory: &access::Directory, now: Timestamp) -> Self {
        let mut memory = Self {
            applied: Applied::of(state),
            made_at: Some(now),
            creation: Some(Uuid::new_v4().to_string()),
            ..Self::default()
        };
        memory.see(state, directory);
        memory
    }

    /// After a creation of `state` of which nobody knows what came of it.
    pub fn of_doubt(state: &State, pending: PendingDirectory) -> Self {
        Self {
            applied: Applied::of(state),
            creation: Some(Uuid::new_v4().to_string()),
            pending: Some(pending),
            ..Self::default()
        }
    }

    /// Notes what the tenant shows. What no configuration could have is not worth it.
    pub fn see(&mut self, state: &State, directory: &access::Directory) {
        let is_short = |text: &String| text.chars().nth(LONGEST_ITEM).is_none();
        let domains = directory.domains.clone();
        let told = Shown {
            name: Some(directory.name.clone()).filter(|name| !name.is_empty() && is_short(name)),
            domains: domains
                .filter(|domains| domains.len() <= MOST_DOMAINS && domains.iter().all(is_short))
                .map(BTreeSet::from_iter),
        };
        self.shown = Some(told).filter(|told| !told.is_in(state));
    }

    /// After a change of `prior` into `planned`, which the tenant knows nothing of.
    pub fn change(&mut self, prior: &State, planned: &State) {
        let before = Shown {
            name: prior.name.known().cloned(),
            domains: prior.domains.known_strings(),
        };
        let shown = self.shown.take().unwrap_or(before);
        self.shown = Some(shown).filter(|shown| !shown.is_in(planned));
        self.applied = Applied::of(planned);
        *self = std::mem::take(self).without_plan();
    }

    /// Without what concerns a plan alone.
    pub fn without_plan(self) -> Self {
        Self {
            protected: false,
            announced: false,
            ..self
        }
    }
}

impl Applied {
    fn of(state: &State) -> Option<Self> {
        Some(Self {
            name: state.name.known().cloned()?,
            domains: state.domains.known_strings()?,
        })
    }
}

impl Shown {
    /// Whether state has it letter for letter like this, as far as it is told.
    fn is_in(&self, state: &State) -> bool {
        let known = state.domains.known_strings();
        self.name
            .as_ref()
            .is_none_or(|name| state.name.known() == Some(name))
            && self
                .domains
                .as_ref()
                .is_none_or(|told| known.as_ref() == Some(told))
    }

    /// What tells the domains apart, if they are told.
    pub fn domain_keys(&self) -> Option<BTreeSet<String>> {
        self.domains.as_ref().map(domain_keys)
    }
}
