//! What a look at a directory makes of its state.

use std::time::Duration;

use terraform_plugin::resource::Current;
use terraform_plugin::text::quoted;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics, Private};
use tracing::info;

use super::memory::Memory;
use super::{State, describe, is_unprotected, name_and_domains, words};
use crate::access::spelling::{domain_key, domain_keys, folded_name};
use crate::access::{Directory, DirectoryPresence, SettledDirectory};
use crate::{access, diagnose};

/// The pauses before looking again at what contradicts a write of a moment ago.
const AGAIN: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// Looks at the directory. State keeps name and domains as they are configured.
pub async fn refresh(
    tenant: &Context<access::Tenant>,
    current: Current<State>,
) -> Result<Option<Current<State>>, Diagnostics> {
    let Current { state, private } = current;
    let Some(id) = state.id.known().cloned() else {
        return find_creation(tenant, state, private).await;
    };
    let memory: Memory = private.get();
    if !tenant.note_directory_in_state(&id, memory.creation.as_deref()) {
        return Err(words::twice_in_state(&state, &id));
    }
    let failed = |error| diagnose::error(&format!("Directory {} cannot be read", quoted(&id)), &error);
    if state.scim_base_url.is_null() {
        let found = tenant.find_directory(&id).await.map_err(failed)?;
        return import(tenant, state, private, found);
    }
    match tenant.directory(&id, memory.made_at).await.map_err(failed)? {
        DirectoryPresence::Gone => {
            tenant.tell(words::gone(&state, &id, !is_unprotected(&state)));
            Ok(None)
        }
        DirectoryPresence::Unclear(reason) => {
            tenant.tell(words::not_seen(&state, &id, &reason));
            Ok(Some(Current { state, private }))
        }
        DirectoryPresence::There(found) => {
            let found = believed(tenant, &state, &memory, found).await;
            Ok(Some(see(tenant, state, private, memory, &found)))
        }
    }
}

/// The first look at a directory that is imported: state is what the tenant has.
fn import(
    tenant: &access::Tenant,
    mut state: State,
    private: Private,
    found: DirectoryPresence,
) -> Result<Option<Current<State>>, Diagnostics> {
    match found {
        DirectoryPresence::Gone => Ok(None),
        DirectoryPresence::Unclear(reason) => Err(Diagnostics::error(
            "It is not known whether the directory exists",
            format!("The tenant does not list it, but {reason}. Import it again later."),
        )),
        DirectoryPresence::There(found) if found.is_of_another_type() => Err(words::not_importable(&found)),
        DirectoryPresence::There(found) => {
            fill(&mut state, &found);
            describe(&mut state, tenant, &found);
            Ok(Some(Current { state, private }))
        }
    }
}

/// What is not in state yet: after an import, or where the tenant did not tell it before.
pub fn fill(state: &mut State, found: &Directory) {
    if state.name.is_null() && !found.name.is_empty() {
        state.name = found.name.as_str().into();
    }
    if let (Value::Null, Some(told)) = (&state.domains, &found.domains) {
        state.domains = told.iter().collect();
    }
}

/// The directory, looked at again if it is not as it was made a moment ago: not every node of the tenant may know it
/// yet.
async fn believed(
    tenant: &access::Tenant,
    state: &State,
    memory: &Memory,
    mut found: Directory,
) -> Directory {
    let is_new = memory
        .made_at
        .and_then(|made| tenant.is_spreading(made))
        .is_some();
    for pause in AGAIN {
        if !is_new || !contradicts(state, &found) {
            break;
        }
        if let Ok(Some(again)) = tenant.directory_again(&found.id, pause).await {
            found = again;
        }
    }
    found
}

fn contradicts(state: &State, found: &Directory) -> bool {
    found.is_of_another_type() || has_another_name(state, found) || !missing_domains(state, found).is_empty()
}

/// Whether the tenant shows another name, not only another spelling of it.
fn has_another_name(state: &State, found: &Directory) -> bool {
    let is_told = !found.name.is_empty();
    is_told
        && state
            .name
            .known()
            .is_some_and(|name| folded_name(name) != folded_name(&found.name))
}

/// The domains in state that the tenant no longer shows.
fn missing_domains(state: &State, found: &Directory) -> Vec<String> {
    let (Some(known), Some(told)) = (state.domains.known_strings(), &found.domains) else {
        return Vec::new();
    };
    let told = domain_keys(told);
    let missing = known
        .into_iter()
        .filter(|domain| !told.contains(&domain_key(domain)));
    missing.collect()
}

/// The directory is there.
fn see(
    tenant: &Context<access::Tenant>,
    mut state: State,
    mut private: Private,
    mut memory: Memory,
    found: &Directory,
) -> Current<State> {
    fill(&mut state, found);
    if found.is_of_another_type() {
        tenant.tell(words::has_another_type(&state, found));
    }
    if has_another_name(&state, found) {
        tenant.tell(words::differs(
            "name",
            &format!("Its name is {} there.", quoted(&found.name)),
        ));
    }
    let missing = missing_domains(&state, found);
    if !missing.is_empty() {
        tenant.tell(words::differs("domains", &domains_are(found)));
    }
    let before = memory.clone();
    memory.see(&state, found);
    if memory != before {
        private.set(&memory);
    }
    if memory.shown.is_some() {
        info!(id = found.id, name = found.name, domains = ?found.domains, "shown in another spelling than in state");
    }
    describe(&mut state, tenant, found);
    Current { state, private }
}

fn domains_are(found: &Directory) -> String {
    let domains: Vec<_> = found
        .domains
        .iter()
        .flatten()
        .map(|domain| quoted(domain))
        .collect();
    format!("Its domains are {} there.", domains.join(", "))
}

/// Finds out what became of a creation that got no clear answer.
async fn find_creation(
    tenant: &Context<access::Tenant>,
    mut state: State,
    mut private: Private,
) -> Result<Option<Current<State>>, Diagnostics> {
    let mut memory: Memory = private.get();
    let Some(pending) = memory.pending.clone() else {
        tenant.tell(words::still_unclear(
            &state,
            "what could settle it is not remembered",
            None,
        ));
        return Ok(Some(Current { state, private }));
    };
    let (name, domains) = name_and_domains(&state)?;
    let settled = tenant
        .settle_pending_directory(&pending, &name, &domains)
        .await
        .map_err(|error| diagnose::error(&format!("Directory {} cannot be read", quoted(&name)), &error))?;
    match settled {
        SettledDirectory::Ours(found)
            if !tenant.take_directory_for(&found.id, memory.creation.as_deref()) =>
        {
            tenant.tell(words::superseded(&state));
            Ok(None)
        }
        SettledDirectory::Ours(found) => {
            (memory.pending, memory.made_at) = (None, Some(pending.at));
            memory.see(&state, &found);
            private.set(&memory);
            describe(&mut state, tenant, &found);
            tenant.tell(words::was_created(&state, &found));
            Ok(Some(Current { state, private }))
        }
        SettledDirectory::Nothing => {
            tenant.tell(words::nothing_was_created(&state));
            Ok(None)
        }
        SettledDirectory::Unclear(reason, suspect) => {
            tenant.tell(words::still_unclear(&state, &reason, suspect.as_deref()));
            Ok(Some(Current { state, private }))
        }
    }
}
