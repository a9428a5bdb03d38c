//! `wsoa_other_directory`: a directory of type *Other*, which SCIM fills.
//!
//! Deleting one deletes every user and group in it, so it is protected unless that is lifted. Evidence: access-api
//! section 3, Q8 to Q13, Q25 to Q27.

mod domains;

use std::time::Duration;

use async_trait::async_trait;

use crate::access;
use crate::access::CreateError;
use crate::access::ErrorKind;
use crate::diagnose;
use crate::model;
use crate::plugin::Diagnostics;
use crate::plugin::resource::Applied;
use crate::plugin::resource::Create;
use crate::plugin::resource::Current;
use crate::plugin::resource::Deletion;
use crate::plugin::resource::Plan;
use crate::plugin::resource::PlanRequest;
use crate::plugin::resource::Resource;
use crate::plugin::resource::Seen;
use crate::plugin::resource::Update;
use crate::schema::Attribute;
use crate::schema::Schema;
use crate::schema::rules;
use crate::value::Dynamic;
use crate::value::Number;
use crate::value::Path;
use crate::value::Strings;
use crate::value::Type;
use crate::value::Value;
use domains::domain;
use domains::domains_differ;
use domains::duplicates;
use domains::folded;

/// The API's name for the type (access-api 3.1).
const DIRECTORY_TYPE: &str = "OTHER_DIRECTORY";
const DELETE_TIMEOUT_MINUTES: i64 = 30;

/// The resource type.
pub struct OtherDirectory;

model! {
    /// Configuration, plan and state of a directory.
    pub struct State {
        id: String,
        name: String,
        domains: Strings,
        deletion_protection: bool,
        delete_timeout_minutes: i64,
        user_store_id: String,
        r#type: String,
        scim_base_url: String,
    }
}

#[async_trait]
impl Resource for OtherDirectory {
    type Client = access::Client;
    type State = State;
    type Identity = ();

    const NAME: &'static str = "wsoa_other_directory";

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &State) -> Diagnostics {
        duplicates(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        let Some(prior) = request.prior else {
            return Ok(plan);
        };
        if prior.name != request.config.name {
            plan.replace.push(Path::attribute("name"));
        }
        if domains_differ(&prior.domains, &request.config.domains) {
            plan.replace.push(Path::attribute("domains"));
        }
        if !plan.replace.is_empty() {
            protection(prior, "replace").into_result()?;
            for open in [
                &mut plan.state.id,
                &mut plan.state.user_store_id,
                &mut plan.state.scim_base_url,
            ] {
                *open = Value::Unknown;
            }
        }
        Ok(plan)
    }

    fn plan_destroy(&self, prior: &State) -> Diagnostics {
        protection(prior, "delete")
    }

    async fn create(&self, client: &access::Client, change: Create<State>) -> Applied<State> {
        let mut state = change.planned;
        let name = state.name.known().cloned().unwrap_or_default();
        let domains: Vec<String> = state
            .domains
            .known_strings()
            .unwrap_or_default()
            .into_iter()
            .collect();
        let (directory, problem) = match client.create_other_directory(&name, &domains).await {
            Ok(directory) => (directory, Diagnostics::none()),
            Err(CreateError::Created { object, problem }) => (
                *object,
                diagnose::error(
                    "The directory was created, but something failed after that",
                    &problem,
                ),
            ),
            Err(error) => return Applied::failed(not_created(&name, error)),
        };
        describe(&mut state, client, &directory);
        Applied::done(state).and(problem)
    }

    async fn read(
        &self,
        client: &access::Client,
        current: Current<State>,
    ) -> Result<Seen<State>, Diagnostics> {
        let Current { mut state, private } = current;
        let id = state.id.known().cloned().unwrap_or_default();
        let found = client
            .directory(&id)
            .await
            .map_err(|error| diagnose::error(&format!("Directory {id:?} cannot be read"), &error))?;
        let Some(found) = found.filter(|found| !found.delete_in_progress) else {
            return Ok(Seen::gone(private));
        };
        if !found.r#type.is_empty() && found.r#type != DIRECTORY_TYPE {
            return Err(Diagnostics::error(
                "Not a directory of type Other",
                format!(
                    "The directory {:?} (id {id}) is of type {}. wsoa_other_directory manages directories of type \
                     {DIRECTORY_TYPE} only.",
                    found.name, found.r#type
                ),
            ));
        }
        state.name = found.name.as_str().into();
        if let Some(told) = &found.domains
            && state
                .domains
                .known_strings()
                .is_none_or(|known| folded(&known) != folded(&told.iter().cloned().collect()))
        {
            state.domains = told.iter().collect();
        }
        describe(&mut state, client, &found);
        Ok(Seen::found(state, private))
    }

    /// Nothing of a directory can change at the tenant (access-api Q12): what gets here concerns the provider alone.
    async fn update(&self, client: &access::Client, change: Update<State>) -> Applied<State> {
        let Update {
            prior,
            mut planned,
            private,
            ..
        } = change;
        planned.id.fill(prior.id);
        planned.user_store_id.fill(prior.user_store_id);
        planned.r#type.fill(prior.r#type);
        planned.scim_base_url.fill(client.tenant_url().scim_base_url());
        Applied::kept(planned, private)
    }

    async fn delete(
        &self,
        client: &access::Client,
        deletion: Deletion<State>,
    ) -> Result<Diagnostics, Diagnostics> {
        let state = deletion.state;
        protection(&state, "delete").into_result()?; // a CLI before 1.3 does not ask at plan
        let id = state.id.known().cloned().unwrap_or_default();
        let minutes = state
            .delete_timeout_minutes
            .known()
            .copied()
            .unwrap_or(DELETE_TIMEOUT_MINUTES);
        let timeout = Duration::from_secs(u64::try_from(minutes).unwrap_or(0).saturating_mul(60));
        match client.delete_directory(&id, timeout).await {
            Ok(()) => Ok(Diagnostics::none()),
            Err(error) if error.kind() == ErrorKind::StillDeleting => Err(Diagnostics::error_at(
                "delete_timeout_minutes",
                "The directory is still being deleted",
                format!(
                    "The tenant accepted the deletion, but has not finished it: {error}. The directory stays in state. \
                     Run the same command again later, or raise delete_timeout_minutes (now {minutes})."
                ),
            )),
            Err(error) => Err(diagnose::error(
                &format!("Directory {id:?} was not deleted"),
                &error,
            )),
        }
    }

    async fn import(&self, _client: &access::Client, id: &str) -> Result<State, Diagnostics> {
        if id.trim().is_empty() || id.contains('/') {
            return Err(Diagnostics::error(
                "Invalid import id",
                format!("A directory is imported by its id, a UUID; {id:?} is none."),
            ));
        }
        Ok(State {
            id: id.into(),
            deletion_protection: Value::Known(true),
            delete_timeout_minutes: Value::Known(DELETE_TIMEOUT_MINUTES),
            ..State::default()
        })
    }
}

fn schema() -> Schema {
    Schema {
        version: 0,
        description: "A directory of type *Other*: one that is filled from outside by SCIM. **Deleting it deletes every \
                      user and group in it**, with what hangs on them.",
        attributes: vec![
            Attribute::required("name", Type::String, "Name, unique in the tenant. A change makes a new directory.")
                .replaces()
                .rule(rules::label(128)),
            Attribute::required(
                "domains",
                Type::strings(),
                "Domain names of its users, compared without regard to case; no other directory may have them. SCIM \
                 finds the directory by the domain of a user. A change makes a new directory.",
            )
            .replaces()
            .rule(rules::not_empty())
            .rule(rules::each("a DNS name", domain)),
            Attribute::optional_computed(
                "deletion_protection",
                Type::Bool,
                "Refuse to delete or replace the directory. To delete it, set this to `false` and apply that first.",
            )
            .default(Dynamic::Bool(true)),
            Attribute::optional_computed(
                "delete_timeout_minutes",
                Type::Number,
                "How many minutes to wait for the tenant to finish a deletion.",
            )
            .default(Dynamic::Number(Number::Int(DELETE_TIMEOUT_MINUTES)))
            .rule(rules::between(1, 1440)),
            Attribute::computed("id", Type::String, "Id of the directory, a UUID."),
            Attribute::computed(
                "user_store_id",
                Type::String,
                "Id of its user store, a UUID, which its SCIM users show as `userStoreUuid`. Null if not told.",
            ),
            Attribute::computed("type", Type::String, "Always `OTHER_DIRECTORY`."),
            Attribute::computed(
                "scim_base_url",
                Type::String,
                "Where SCIM 1.1 clients such as Okta find the tenant, without a slash at the end.",
            ),
        ],
    }
}

fn protection(prior: &State, action: &str) -> Diagnostics {
    if prior.deletion_protection == Value::Known(false) {
        return Diagnostics::none();
    }
    let name = prior.name.known().map_or("", String::as_str);
    Diagnostics::error_at(
        "deletion_protection",
        "The directory is protected",
        format!(
            "To {action} the directory {name:?} would delete every user and group in it. If that is wanted, set \
             deletion_protection = false, apply that, and then {action} it. If Terraform calls the directory tainted, \
             run terraform untaint (or tofu untaint) on it first."
        ),
    )
}

fn describe(state: &mut State, client: &access::Client, directory: &access::Directory) {
    state.id = directory.id.as_str().into();
    if let Some(id) = &directory.user_store_id {
        state.user_store_id = id.as_str().into();
    } else if state.user_store_id.is_unknown() {
        state.user_store_id = Value::Null;
    }
    state.r#type = DIRECTORY_TYPE.into();
    state.scim_base_url = client.tenant_url().scim_base_url().into();
}

fn not_created(name: &str, error: CreateError<access::Directory>) -> Diagnostics {
    match error {
        CreateError::AlreadyExists {
            id,
            name: existing,
            clash,
            refusal,
            ..
        } => {
            let attribute = if clash.starts_with("domain") {
                "domains"
            } else {
                "name"
            };
            let existing = existing.map_or_else(String::new, |existing| format!(" {existing:?}"));
            let tenant = refusal.map_or_else(String::new, |error| {
                format!(" The tenant said: {}", diagnose::sentence(&error))
            });
            let import = id.map_or_else(String::new, |id| {
                format!(
                    " (id {id}).{tenant} Choose another, or, if it is of type Other, bring it under this configuration \
                     with\n\n  import {{\n    to = wsoa_other_directory.NAME\n    id = {id:?}\n  }}"
                )
            });
            Diagnostics::error_at(
                attribute,
                "The directory exists already",
                format!("The tenant has a directory{existing} with the {clash}{import}"),
            )
        }
        CreateError::Unclear { error, reason, .. } => Diagnostics::error_at(
            "name",
            "It is not known whether the directory was created",
            format!(
                "{}\n\n{reason}. Look for the directory {name:?} at the tenant before the next apply, and import it if \
                 it is there.",
                diagnose::text(&error)
            ),
        ),
        CreateError::Failed(error) | CreateError::Created { problem: error, .. } => {
            diagnose::error(&format!("Directory {name:?} was not created"), &error)
        }
    }
}

#[cfg(test)]
mod tests;
