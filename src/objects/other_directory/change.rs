//! What a changed configuration means for a directory.
//!
//! A directory is replaced for what the configuration changed and for nothing else: the tenant may show name and
//! domains in another spelling, or more domains than were configured, or none at all.

use std::collections::BTreeSet;

use super::State;
use super::memory::{Memory, Shown};
use crate::access::spelling::{domain_keys, folded_name, same_name};

/// What it takes to have what is configured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// Nothing at the tenant: it is so already, as far as anybody can tell.
    InPlace,
    /// Nothing at the tenant, as it cannot: the name differs in case alone.
    OfCase,
    /// Another directory.
    Replacement,
}

/// Compares the configured name with the one that was last applied, and with the one that the tenant shows.
pub fn of_name(config: &State, prior: &State, memory: &Memory) -> Change {
    let applied = memory.applied.as_ref().map(|applied| &applied.name);
    let Some(before) = applied.or(prior.name.known()) else {
        return Change::InPlace; // the tenant does not tell it
    };
    let Some(wanted) = config.name.known() else {
        return Change::Replacement; // not known before apply, and by then it is too late to plan one
    };
    let shown = memory.shown.as_ref().and_then(|shown| shown.name.as_ref());
    let known = [Some(before), shown];
    let mut known = known.into_iter().flatten();
    if known.clone().any(|name| same_name(wanted, name)) {
        Change::InPlace
    } else if known.any(|name| folded_name(wanted) == folded_name(name)) {
        Change::OfCase
    } else {
        Change::Replacement
    }
}

/// What is planned of a directory that was imported and never changed since: state has its name and domains as the tenant
/// spells them, and stays as it is where the configuration means the same. There is nothing to apply then.
pub fn keep_spelling(planned: &mut State, prior: &State, memory: &Memory) {
    let keys = |state: &State| state.domains.known_strings().as_ref().map(domain_keys);
    let (wanted, present) = (planned.name.known(), prior.name.known());
    let is_same_name = wanted
        .zip(present)
        .is_some_and(|(wanted, present)| same_name(wanted, present));
    if memory.applied.is_some() || !is_same_name || keys(planned).is_none() || keys(planned) != keys(prior) {
        return;
    }
    let kept = State {
        name: prior.name.clone(),
        domains: prior.domains.clone(),
        ..planned.clone()
    };
    if kept == *prior {
        *planned = kept;
    }
}

/// The same as [`of_name`] for the domains. Ones that were never configured are not in the way; one that is no longer configured is.
pub fn of_domains(config: &State, prior: &State, memory: &Memory) -> Change {
    let shown = memory.shown.as_ref().and_then(Shown::domain_keys);
    let in_state = || prior.domains.known_strings().as_ref().map(domain_keys);
    let applied = memory
        .applied
        .as_ref()
        .map(|applied| domain_keys(&applied.domains));
    let Some(present) = shown.or_else(|| applied.clone()).or_else(in_state) else {
        return Change::InPlace; // the tenant does not tell them
    };
    let Some(wanted) = config.domains.known_strings().as_ref().map(domain_keys) else {
        return Change::Replacement; // see above
    };
    let applied = applied.unwrap_or_default();
    let removed: BTreeSet<_> = applied.difference(&wanted).collect();
    let is_as_wanted = wanted.is_subset(&present) && removed.iter().all(|domain| !present.contains(*domain));
    if wanted == applied || is_as_wanted {
        Change::InPlace
    } else {
        Change::Replacement
    }
}
