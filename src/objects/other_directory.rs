//! `wsoa_other_directory`: a directory of type *Other*, which SCIM fills.
//!
//! Deleting one deletes every user and group in it, so it is protected unless that is lifted.
//! EVIDENCE 3, Q8 to Q13, Q25 to Q27.

mod change;
pub(crate) mod domains;
mod identity;
pub(crate) mod list;
pub(crate) mod lookup;
mod memory;
mod refresh;
mod words;

use std::time::Duration;

use async_trait::async_trait;
use terraform_plugin::resource::{Create, Current, Deletion, Plan, PlanRequest, Preflight, Resource, Update};
use terraform_plugin::schema::rules::{between, each, label, not_empty};
use terraform_plugin::text::quoted;
use terraform_plugin::value::{Model as _, Path, Set, Value};
use terraform_plugin::{Context, Diagnostics, Private, model, text};

use crate::access::{CreateDirectoryError, DirectoryKey, ErrorKind};
use crate::objects::required;
use crate::{access, diagnose};
use change::Change;
use domains::{domain, duplicates};
use identity::Identity;
use memory::Memory;

/// The API's name for the type (EVIDENCE 3.1).
const DIRECTORY_TYPE: &str = "OTHER_DIRECTORY";
const DELETE_TIMEOUT_MINUTES: i64 = 30;

/// The resource type.
pub struct OtherDirectory;

model! {
    /// A directory of type *Other*, which a SCIM client such as Okta fills. **Deleting it deletes every user and group in
    /// it**, and everything that depends on them.
    pub struct State {
        /// Name, unique in the tenant. A change replaces the directory.
        name: String = required().replaces_as_planned().rule(label(128)),
        /// Domain names of its users. Case does not matter, and no other directory may have them. SCIM finds the directory
        /// by the domain of a user. A change replaces the directory.
        domains: Set<String> =
            required().replaces_as_planned().rule(not_empty()).rule(each("a DNS name", domain)),
        /// Refuse to delete or replace the directory while this is `true` in state or in configuration. To delete the
        /// directory, set it to `false` and apply that first.
        deletion_protection: bool = optional_computed().default(true),
        /// How many minutes to wait for the tenant to finish a deletion.
        delete_timeout_minutes: i64 = optional_computed().default(DELETE_TIMEOUT_MINUTES).rule(between(1, 1440)),
        /// Id of the directory, a UUID. Null while it is not known whether the directory was created.
        id: String = computed(),
        /// Id of its user store, a UUID, which its SCIM users show as `userStoreUuid`. Null if the tenant does not return it.
        user_store_id: String = computed(),
        /// `OTHER_DIRECTORY`, unless the tenant created another type.
        r#type: String = computed(),
        /// Base URL for SCIM 1.1 clients such as Okta, without a trailing slash.
        scim_base_url: String = computed(),
    }
}

#[async_trait]
impl Resource for OtherDirectory {
    type Client = access::Tenant;
    type State = State;
    type Identity = Identity;

    const NAME: &'static str = "wsoa_other_directory";

    fn identity(&self, tenant: &access::Tenant, state: &State) -> Option<Identity> {
        Some(identity::of(tenant, state))
    }

    fn validate(&self, config: &State) -> Diagnostics {
        duplicates(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        let is_protected = !is_unprotected(&plan.state);
        let mut memory = Memory::default();
        if let Some(prior) = request.prior {
            memory = request.private.get();
            memory.protected = is_protected || !is_unprotected(prior);
            if prior.id.is_null() {
                // it is kept as it is, whatever is wanted, until it is known whether it is there
                plan.diagnostics = words::unproved(prior, "changed").into_warnings();
            } else {
                change::keep_spelling(&mut plan.state, prior, &memory);
                replace_if_needed(&mut plan, request.config, prior, &memory)?;
                memory.announced = !plan.replace.is_empty();
            }
        } else {
            if request.replacing {
                memory = request.private.get();
                if memory.protected || is_protected {
                    return Err(words::protected_from_replacement(&plan.state, !is_protected));
                }
            }
            memory.protected = is_protected;
        }
        let mut private = Private::default();
        private.set(&memory);
        plan.private = Some(private);
        Ok(plan)
    }

    async fn preflight(&self, tenant: &Context<access::Tenant>, plan: Preflight<'_, State>) {
        let planned = plan.planned;
        let prior_id = plan.prior.and_then(|prior| prior.id.known());
        for id in prior_id.into_iter().chain(planned.id.known()) {
            tenant.note_own_directory(id);
        }
        if plan.prior.is_some() && !plan.replaces {
            return;
        }
        let name = planned.name.or_empty();
        let domains = planned.domains.known().into_iter().flatten();
        let domains: Vec<_> = domains.filter_map(|domain| domain.known().cloned()).collect();
        let look = async {
            let Some(prior) = plan.prior else {
                let taken = tenant.directory_in_the_way(name, &domains).await?;
                return Ok(taken.map(|(existing, clash)| words::taken(&existing, &clash)));
            };
            let obstacle = tenant.in_the_way_of_a_replacement(name, &domains).await?;
            Ok(obstacle.map(|obstacle| words::obstacle(prior, &obstacle)))
        };
        match look.await {
            Ok(Some(objection)) => tenant.tell(objection),
            Err(error) if tenant.is_news("not seen") => {
                let summary = "The tenant could not be asked what is there already";
                tenant.tell(diagnose::error(summary, &error).into_warnings());
            }
            Ok(None) | Err(_) => {}
        }
    }

    fn plan_destroy(&self, prior: &State) -> Diagnostics {
        if prior.id.is_null() {
            words::unproved_destroy(prior)
        } else if is_unprotected(prior) {
            Diagnostics::none()
        } else {
            words::protected_from_deletion(prior)
        }
    }

    async fn create(
        &self,
        tenant: &Context<access::Tenant>,
        change: Create<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let mut state = change.planned;
        let (name, domains) = name_and_domains(&state)?;
        let directory = match tenant.create_other_directory(&name, &domains).await {
            Ok(directory) => directory,
            Err(CreateDirectoryError::OtherType(directory)) => {
                tenant.tell(words::of_another_type(&directory));
                *directory
            }
            Err(CreateDirectoryError::Unclear {
                pending,
                error,
                reason,
                suspect,
            }) => {
                tenant.tell(words::left_open(&state, &error, &reason, suspect.as_deref()));
                let memory = Memory::of_doubt(&state, pending);
                return Ok(Current::remembering(marked(state, tenant), &memory));
            }
            Err(error) => return Err(words::not_created(&name, error)),
        };
        tenant.note_own_directory(&directory.id);
        let memory = Memory::of_creation(&state, &directory, tenant.clock().now());
        if let Some(creation) = &memory.creation {
            tenant.note_made_directory(&directory.id, creation, &name, &domains);
        }
        describe(&mut state, tenant, &directory);
        Ok(Current::remembering(state, &memory))
    }

    async fn read(
        &self,
        tenant: &Context<access::Tenant>,
        current: Current<State>,
    ) -> Result<Option<Current<State>>, Diagnostics> {
        refresh::refresh(tenant, current).await
    }

    /// Nothing of a directory can change at the tenant (EVIDENCE Q12): what gets here concerns the provider alone.
    async fn update(
        &self,
        tenant: &Context<access::Tenant>,
        change: Update<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let Update {
            prior,
            mut planned,
            private,
            ..
        } = change;
        let mut memory: Memory = private.get();
        if prior.id.is_null() {
            tenant.tell(words::unproved(&prior, "changed"));
            return Ok(Current::remembering(prior, &memory.without_plan()));
        }
        memory.change(&prior, &planned);
        planned.id.fill(prior.id);
        planned.user_store_id.fill(prior.user_store_id);
        planned.r#type.fill(prior.r#type);
        planned.scim_base_url.fill(tenant.tenant_url().scim_base_url());
        Ok(Current::remembering(planned, &memory))
    }

    async fn delete(
        &self,
        tenant: &Context<access::Tenant>,
        deletion: Deletion<State>,
    ) -> Result<(), Diagnostics> {
        let Deletion {
            state,
            private,
            replaced,
        } = deletion;
        let memory: Memory = private.get();
        let Some(id) = state.id.known() else {
            let (name, domains) = name_and_domains(&state)?;
            // the tenant would not have made another one beside it
            if tenant.made_directory_like(&name, &domains) {
                tenant.tell(words::superseded(&state));
                return Ok(());
            }
            let action = if replaced { "replaced" } else { "deleted" };
            return Err(words::unproved(&state, action));
        };
        // a taint is not told at plan, and a CLI before 1.3 does not ask then; a replacement by what is configured,
        // too
        if replaced && (memory.protected || !is_unprotected(&state)) {
            return Err(words::protected_from_taint(&state));
        }
        if !is_unprotected(&state) {
            return Err(words::protected_from_deletion(&state));
        }
        if !replaced && tenant.made_directory_otherwise(id, memory.creation.as_deref()) {
            return Err(words::taken_again(&state, id));
        }
        tenant.note_own_directory(id);
        if replaced && let Ok(Some(reason)) = tenant.why_directories_are_cut().await {
            return Err(words::cut_before_replacement(&state, &reason));
        }
        if let Some(made) = memory.made_at {
            tenant.note_directory_creation(id, made);
        }
        let minutes = state
            .delete_timeout_minutes
            .known()
            .copied()
            .unwrap_or(DELETE_TIMEOUT_MINUTES);
        let timeout = Duration::from_secs(u64::try_from(minutes).unwrap_or(0).saturating_mul(60));
        match tenant.delete_directory(id, timeout).await {
            Ok(()) => {
                if replaced && !memory.announced {
                    tenant.tell(words::replaced(&state));
                }
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::StillDeleting => Err(Diagnostics::error_at(
                "delete_timeout_minutes",
                "The directory is still being deleted",
                format!(
                    "The tenant accepted the deletion, but has not finished it: {error}. The directory stays in \
                     state. Run the same command again later, or raise delete_timeout_minutes (now {minutes})."
                ),
            )),
            Err(error) => Err(diagnose::error(
                &format!("Directory {} was not deleted", quoted(id)),
                &error,
            )),
        }
    }

    /// By `ID`, `name:NAME` or `domain:DOMAIN`.
    async fn import(&self, tenant: &Context<access::Tenant>, id: &str) -> Result<State, Diagnostics> {
        let key = match id.split_once(':') {
            Some(("name", name)) if !name.is_empty() => DirectoryKey::Name(name),
            Some(("domain", domain)) if !domain.is_empty() => DirectoryKey::Domain(domain),
            None if is_id(id) => DirectoryKey::Id(id),
            _ => return Err(words::invalid_import(id)),
        };
        Ok(imported(&lookup::one(tenant, key).await?.id))
    }

    /// By the id alone, in the spelling of the identity.
    async fn import_identity(
        &self,
        tenant: &Context<access::Tenant>,
        identity: Identity,
    ) -> Result<State, Diagnostics> {
        let id = identity.id.or_empty();
        if !is_id(id) {
            return Err(words::invalid_import(id));
        }
        lookup::one(tenant, DirectoryKey::Id(id)).await?;
        Ok(imported(id))
    }
}

/// Whether the text may be an id.
fn is_id(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['/', ':'])
}

/// From which the directory with this id can be read.
fn imported(id: &str) -> State {
    State {
        id: id.into(),
        ..State::of_defaults()
    }
}

/// Only an explicit `false` lifts the protection.
fn is_unprotected(state: &State) -> bool {
    state.deletion_protection == Value::Known(false)
}

/// Plans a replacement for what the configuration changed, unless the directory is protected from that.
fn replace_if_needed(
    plan: &mut Plan<State>,
    config: &State,
    prior: &State,
    memory: &Memory,
) -> Result<(), Diagnostics> {
    let name = change::of_name(config, prior, memory);
    if name == Change::OfCase {
        plan.diagnostics.extend(words::no_renaming());
    }
    if name == Change::Replacement {
        plan.replace.push(Path::attribute("name"));
    }
    if change::of_domains(config, prior, memory) == Change::Replacement {
        plan.replace.push(Path::attribute("domains"));
    }
    if plan.replace.is_empty() {
        return Ok(());
    }
    if memory.protected {
        let changed = match (name, plan.replace.len()) {
            (Change::Replacement, 1) => "the name",
            (Change::Replacement, _) => "name and domains",
            _ => "the domains",
        };
        let is_lifted = is_unprotected(&plan.state);
        return Err(words::protected_from(prior, changed, is_lifted));
    }
    plan.diagnostics.extend(words::replacement(prior));
    for open in [
        &mut plan.state.id,
        &mut plan.state.user_store_id,
        &mut plan.state.r#type,
        &mut plan.state.scim_base_url,
    ] {
        *open = Value::Unknown;
    }
    Ok(())
}

fn name_and_domains(state: &State) -> Result<(String, Vec<String>), Diagnostics> {
    let name = required("name", state.name.known())?;
    let domains = required("domains", state.domains.known_strings().as_ref())?;
    Ok((name, domains.into_iter().collect()))
}

/// What is known of a directory that may not exist. The id that is missing is the mark: private data do not reach the
/// deletion of a tainted object.
fn marked(mut state: State, tenant: &access::Tenant) -> State {
    state.id = Value::Null;
    state.user_store_id = Value::Null;
    state.r#type = Value::Null;
    state.scim_base_url = tenant.tenant_url().scim_base_url().into();
    state
}

/// Puts what the tenant shows into the computed attributes. The spelling of an id in state stays.
fn describe(state: &mut State, tenant: &access::Tenant, directory: &access::Directory) {
    let is_same = |id: &String| id.eq_ignore_ascii_case(&directory.id);
    if !state.id.known().is_some_and(is_same) {
        state.id = directory.id.as_str().into();
    }
    if let Some(id) = &directory.user_store_id {
        state.user_store_id = id.as_str().into();
    } else if state.user_store_id.is_unknown() {
        state.user_store_id = Value::Null;
    }
    state.r#type = if directory.is_of_another_type() {
        text::item(&directory.r#type).into()
    } else {
        DIRECTORY_TYPE.into()
    };
    state.scim_base_url = tenant.tenant_url().scim_base_url().into();
}

#[cfg(test)]
mod tests;
