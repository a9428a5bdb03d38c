//! `wsoa_oauth_client`: an OAuth 2.0 client of the tenant.
//!
//! Its secret is the provider's concern as much as the client itself: it is made here unless given, it is changed in
//! place, and no update sends it by accident. Evidence: access-api section 2, Q2 to Q7, Q18, Q23.

mod outcome;
pub(crate) mod rules;
mod schema;
mod secret;
mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::access;
use crate::access::CreateError;
use crate::access::Proof;
use crate::access::UpdateError;
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
use crate::schema::Schema;
use crate::secret::Secret;
use crate::value::Path;
use crate::value::Strings;
use crate::value::Value;
use outcome::chosen_by_the_tenant;
use outcome::is_unproven;
use outcome::not_created;
use outcome::not_updated;
use outcome::settle;
use outcome::unproven;
use secret::Remembered;

/// The resource type.
pub struct OAuthClient;

model! {
    /// Configuration, plan and state of a client.
    pub struct State {
        id: String,
        client_id: String,
        display_name: String,
        scopes: Strings,
        grant_types: Strings,
        redirect_uris: Strings,
        access_token_ttl_minutes: i64,
        refresh_token_ttl_minutes: i64,
        refresh_token_idle_ttl_minutes: i64,
        display_user_grant: bool,
        inheritance_allowed: bool,
        internal_system_client: bool,
        resource_uuid: String,
        client_secret: Secret,
        client_secret_wo: Secret,
        client_secret_wo_version: i64,
        rotate_secret_when_changed: BTreeMap<String, Value<String>>,
        last_secret_change: String,
    }
}

#[async_trait]
impl Resource for OAuthClient {
    type Client = access::Client;
    type State = State;

    const NAME: &'static str = "wsoa_oauth_client";

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn validate(&self, config: &State) -> Diagnostics {
        rules::validate(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        let renamed = request
            .prior
            .filter(|prior| prior.client_id != request.config.client_id);
        if renamed.is_some() {
            plan.replace.push(Path::attribute("client_id"));
        }
        plan.state.id = plan.state.client_id.clone();
        if !request.config.refresh_token_ttl_minutes.is_null()
            || !request.config.refresh_token_idle_ttl_minutes.is_null()
        {
            rules::ttls(&plan.state).into_result()?;
        }
        let remembered: Remembered = request.private.get();
        let decision = secret::plan(request.config, request.prior, &remembered);
        plan.state.client_secret = decision.secret;
        plan.state.last_secret_change = decision.change;
        plan.diagnostics.extend(decision.diagnostics);
        Ok(plan)
    }

    async fn create(&self, client: &access::Client, change: Create<State>) -> Applied<State> {
        let Create {
            mut planned,
            write_only,
        } = change;
        let generated = planned.client_secret.is_unknown();
        let secret = match secret::to_set(&State::default(), &planned, &write_only) {
            Ok(Some(secret)) => secret,
            Ok(None) => return Applied::failed(secret::none_given()),
            Err(diagnostics) => return Applied::failed(diagnostics),
        };
        let new = wire::new_client(&planned, secret.clone());
        let proof = if generated {
            Proof::FreshSecret
        } else {
            Proof::GivenSecret
        };
        let (created, problem) = match client.create_oauth_client(&new, proof).await {
            Ok(created) => (created, Diagnostics::none()),
            Err(CreateError::Created { object, problem }) => (
                *object,
                diagnose::error(
                    "The client was created, but something failed after that",
                    &problem,
                ),
            ),
            Err(error @ CreateError::Unclear { .. }) if generated => {
                return unproven(planned, secret, not_created(&new.client_id, error));
            }
            Err(error) => return Applied::failed(not_created(&new.client_id, error)),
        };
        if planned.client_secret.is_unknown() {
            planned.client_secret = Value::Known(created.secret.clone().unwrap_or_else(|| secret.clone()));
        }
        let mut diagnostics = wire::differences(&planned, &created);
        if !generated && created.secret.as_ref().is_some_and(|chosen| *chosen != secret) {
            diagnostics.extend(chosen_by_the_tenant());
        }
        wire::fill(&mut planned, &created);
        let mut applied = Applied::done(planned).and(diagnostics).and(problem);
        applied.private.set(&Remembered::default());
        applied
    }

    async fn read(
        &self,
        client: &access::Client,
        current: Current<State>,
    ) -> Result<Seen<State>, Diagnostics> {
        let Current {
            mut state,
            mut private,
        } = current;
        let Some(id) = state.client_id.known().or(state.id.known()).cloned() else {
            return Ok(Seen::gone(private));
        };
        let found = client
            .oauth_client(&id)
            .await
            .map_err(|error| diagnose::error(&format!("OAuth client {id:?} cannot be read"), &error))?;
        let Some(found) = found else {
            return Ok(Seen::gone(private));
        };
        let mut remembered: Remembered = private.get();
        if is_unproven(&state, &remembered) {
            if !secret::is_ours(client, &state).await? {
                return Ok(Seen::gone(private).and(secret::somebody_elses(&state)));
            }
            remembered.unproven = false;
        }
        wire::refresh(&mut state, &found);
        let diagnostics = secret::refresh(client, &mut state, &found, &mut remembered).await;
        private.set(&remembered);
        Ok(Seen::found(state, private).and(diagnostics))
    }

    async fn update(&self, client: &access::Client, change: Update<State>) -> Applied<State> {
        let Update {
            prior,
            mut planned,
            write_only,
            private,
        } = change;
        let made_here = planned.client_secret.is_unknown();
        let new_secret = match secret::to_set(&prior, &planned, &write_only) {
            Ok(secret) => secret,
            Err(diagnostics) => return Applied::failed(diagnostics),
        };
        // the known secret goes along with every update, as a tenant might wipe one that is left out (access-api Q3)
        let sent = new_secret.as_ref().or(prior.client_secret.known()).cloned();
        let change = wire::change(&prior, &planned, sent);
        let id = prior.client_id.known().cloned().unwrap_or_default();
        if planned.client_secret.is_unknown() {
            planned.client_secret = new_secret
                .clone()
                .map_or_else(|| prior.client_secret.clone(), Value::Known);
        }
        match client
            .update_oauth_client(&id, &change, prior.client_secret.known())
            .await
        {
            Ok(updated) => {
                let mut diagnostics = wire::differences(&planned, &updated);
                if let (Some(chosen), Some(sent)) = (&updated.secret, &new_secret)
                    && chosen != sent
                {
                    if made_here {
                        planned.client_secret = Value::Known(chosen.clone());
                    } else {
                        diagnostics.extend(chosen_by_the_tenant());
                    }
                }
                wire::fill(&mut planned, &updated);
                let mut applied = Applied::done(planned).and(diagnostics);
                applied.private.set(&Remembered::default());
                applied
            }
            Err(UpdateError::Failed {
                error,
                secret_in_force,
            }) => {
                let diagnostics = not_updated(&id, &error);
                settle(prior, planned, new_secret.is_some(), secret_in_force, private).and(diagnostics)
            }
        }
    }

    async fn delete(
        &self,
        client: &access::Client,
        deletion: Deletion<State>,
    ) -> Result<Diagnostics, Diagnostics> {
        if is_unproven(&deletion.state, &deletion.private.get())
            && !secret::is_ours(client, &deletion.state).await?
        {
            return Ok(secret::somebody_elses(&deletion.state));
        }
        let id = deletion.state.client_id.known().cloned().unwrap_or_default();
        let deleted = client.delete_oauth_client(&id).await;
        deleted.map_err(|error| diagnose::error(&format!("OAuth client {id:?} was not deleted"), &error))?;
        Ok(Diagnostics::none())
    }

    async fn import(&self, _client: &access::Client, id: &str) -> Result<State, Diagnostics> {
        if let Err(complaint) = rules::client_id(id) {
            return Err(Diagnostics::error(
                "Invalid import id",
                format!("A client is imported by its client_id. {complaint}"),
            ));
        }
        Ok(State {
            id: id.into(),
            client_id: id.into(),
            ..State::default()
        })
    }
}

#[cfg(test)]
mod tests;
