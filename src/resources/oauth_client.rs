//! `wsoa_oauth_client`: an OAuth 2.0 client of the tenant.
//!
//! Its secret is the provider's concern as much as the client itself: it is made here unless given, it is changed in
//! place, and no update sends it by accident. Evidence: access-api section 2, Q2 to Q7, Q18, Q23.

mod memory;
mod outcome;
mod preflight;
mod refresh;
pub(crate) mod rules;
mod schema;
mod secret;
mod unproven;
mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::access;
use crate::access::Chosen;
use crate::access::CreateError;
use crate::access::Presence;
use crate::access::Proof;
use crate::access::SecretChange;
use crate::access::SecretOutcome;
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
use crate::plugin::resource::Preflight;
use crate::plugin::resource::Resource;
use crate::plugin::resource::Seen;
use crate::plugin::resource::Update;
use crate::schema::Schema;
use crate::secret::Secret;
use crate::text::quoted;
use crate::value::Path;
use crate::value::Strings;
use crate::value::Value;
use memory::Remembered;
use outcome::Sent;
use unproven::Settled;

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
        pending_client_secret: Secret,
        created_at: String,
    }
}

#[async_trait]
impl Resource for OAuthClient {
    type Client = access::Client;
    type State = State;
    type Identity = ();

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
            plan.diagnostics.extend(preflight::ends_tokens(request.config));
        }
        if !request.config.refresh_token_ttl_minutes.is_null()
            || !request.config.refresh_token_idle_ttl_minutes.is_null()
        {
            plan.diagnostics.extend(rules::ttls(&plan.state).into_warnings());
        }
        let remembered: Remembered = request.private.get();
        let decision = secret::plan(request.config, request.prior, &remembered);
        if decision.sets_one(request.prior) {
            plan.state.pending_client_secret = Value::Unknown;
        }
        plan.state.client_secret = decision.secret;
        plan.state.last_secret_change = decision.change;
        plan.diagnostics.extend(decision.diagnostics);
        Ok(plan)
    }

    async fn preflight(&self, client: &access::Client, plan: Preflight<'_, State>) -> Diagnostics {
        preflight::look(client, plan).await
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
        let proof = match () {
            () if generated => Proof::FreshSecret,
            () if client.client_may_be_ours(&new.client_id) => Proof::GivenBefore,
            () => Proof::GivenSecret,
        };
        let created = match client.create_oauth_client(&new, proof).await {
            Ok(created) => created,
            Err(error @ CreateError::Unclear { .. }) => {
                let why = outcome::not_created(&new.client_id, error);
                return unproven::mark(planned, Some(secret), client.clock().now(), why);
            }
            Err(error) => return Applied::failed(outcome::not_created(&new.client_id, error)),
        };
        let sent = Sent {
            secret,
            generated,
            write_only: !planned.client_secret_wo_version.is_null(),
        };
        let diagnostics = match created.secret {
            Chosen::Tenants(own) if !generated => {
                match insist(client, &planned, &created.client, &sent, own).await {
                    Ok(diagnostics) => diagnostics,
                    Err(applied) => return *applied,
                }
            }
            chosen => outcome::after_creation(&mut planned, &sent, chosen, &created.client),
        };
        let differences = wire::differences(&planned, &created.client);
        wire::fill(&mut planned, &created.client);
        let now = client.clock().now();
        let created_at = jiff::Timestamp::from_millisecond(now.as_millisecond())
            .unwrap_or(now)
            .to_string();
        client.note_made_client(&created.client.client_id, &created_at);
        planned.created_at.fill(created_at);
        planned.pending_client_secret.fill(Value::Null);
        planned.client_secret.fill(sent.secret);
        let mut applied = Applied::done(planned).and(differences).and(diagnostics);
        applied.private.set(&Remembered::written(now));
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
        let Some(id) = address(&state) else {
            return Ok(Seen::gone(private));
        };
        client.note_own_client(&id);
        let mut remembered: Remembered = private.get();
        let recent = remembered.wrote_recently(client.clock().now());
        let look = if recent {
            let found = client.oauth_client(&id).await;
            found.map(|found| found.map_or(Presence::Unclear, |found| Presence::There(Box::new(found))))
        } else {
            client.oauth_client_for_sure(&id).await
        };
        let found = match look {
            Ok(Presence::There(found)) => *found,
            Ok(Presence::Gone) => return Ok(Seen::gone(private).and(outcome::gone(&id))),
            Ok(Presence::Unclear) => {
                return Ok(Seen::found(state, private).and(outcome::not_found(&id, recent)));
            }
            Err(error) => {
                let summary = format!("OAuth client {} cannot be read", quoted(&id));
                return Err(diagnose::error(&summary, &error));
            }
        };
        if unproven::is_marked(&state) {
            match unproven::settle(client, &state, &remembered).await {
                Settled::Ours => state.created_at = remembered.wrote_at.map(|at| at.to_string()).into(),
                Settled::SomebodyElses(warning) => return Ok(Seen::gone(private).and(warning)),
                Settled::Open(warning) => return Ok(Seen::found(state, private).and(warning)),
            }
        }
        let found = refresh::take_over(client, &id, &mut state, found, recent).await;
        let diagnostics = refresh::secret(client, &mut state, &found, &mut remembered).await;
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
        if unproven::is_marked(&prior) {
            return Applied::failed(unproven::not_updated(&prior));
        }
        let id = address(&prior).unwrap_or_default();
        let sent = match secret::to_set(&prior, &planned, &write_only) {
            Ok(secret) => secret.map(|secret| Sent {
                secret,
                generated: planned.client_secret.is_unknown(),
                write_only: !planned.client_secret_wo_version.is_null(),
            }),
            Err(diagnostics) => return Applied::failed(diagnostics),
        };
        let known = || {
            let write_only = write_only.client_secret_wo.known();
            prior.client_secret.known().or(write_only).cloned()
        };
        let secret = match &sent {
            Some(sent) => SecretChange::Set(sent.secret.clone()),
            None => SecretChange::Keep(known()),
        };
        let change = wire::change(&prior, &planned);
        let old = prior.client_secret.known();
        match client.update_oauth_client(&id, &change, &secret, old).await {
            Ok(updated) => {
                let differences = wire::differences(&planned, &updated.client);
                let diagnostics = outcome::after_update(&mut planned, &prior, sent.as_ref(), updated.secret);
                wire::fill(&mut planned, &updated.client);
                let mut applied = Applied::done(planned).and(differences).and(diagnostics);
                let mut remembered = Remembered::written(client.clock().now());
                if applied.diagnostics.has_errors() || sent.is_none() {
                    remembered.refused_at = private.get::<Remembered>().refused_at;
                }
                applied.private.set(&remembered);
                applied
            }
            Err(UpdateError::Failed {
                error,
                secret_in_force,
            }) => {
                let why = outcome::not_updated(&id, &error);
                let now = client.clock().now();
                outcome::after_failure(&prior, planned, sent.as_ref(), secret_in_force, &private, now)
                    .and(why)
            }
        }
    }

    async fn delete(
        &self,
        client: &access::Client,
        deletion: Deletion<State>,
        told: &mut Diagnostics,
    ) -> Result<(), Diagnostics> {
        let Deletion {
            state,
            private,
            replaced,
        } = deletion;
        let Some(id) = address(&state) else {
            return Ok(());
        };
        client.note_own_client(&id);
        if client.is_own_sign_in(&id) {
            return Err(outcome::own_sign_in(&id));
        }
        if client.made_another_client(&id, state.created_at.known().map(String::as_str)) {
            return Err(outcome::made_in_this_run(&id));
        }
        if unproven::is_marked(&state) {
            match unproven::before_deletion(client, &state, &private.get(), replaced).await? {
                unproven::Deletion::Delete => {}
                unproven::Deletion::Leave(diagnostics) => {
                    told.extend(diagnostics);
                    return Ok(());
                }
            }
        }
        client.delete_oauth_client(&id).await.map_err(|error| {
            diagnose::error(&format!("OAuth client {} was not deleted", quoted(&id)), &error)
        })?;
        if replaced {
            told.extend(preflight::ends_tokens(&state));
        }
        Ok(())
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

/// By what the tenant is asked for the client: its own spelling, where it is known.
fn address(state: &State) -> Option<String> {
    state.id.known().or(state.client_id.known()).cloned()
}

/// A tenant that made a secret of its own, although one was given, is sent the given one once. If it does not take that,
/// the client is of no use to whoever has the given secret, and is deleted again.
async fn insist(
    client: &access::Client,
    planned: &State,
    created: &access::OAuthClient,
    sent: &Sent,
    own: Secret,
) -> Result<Diagnostics, Box<Applied<State>>> {
    let id = created.client_id.as_str();
    let change = wire::change(planned, planned);
    let secret = SecretChange::Set(sent.secret.clone());
    let problem = match client.update_oauth_client(id, &change, &secret, Some(&own)).await {
        Ok(updated) if matches!(updated.secret, SecretOutcome::New | SecretOutcome::Untried) => {
            return Ok(Diagnostics::none());
        }
        Ok(_) => None,
        Err(UpdateError::Failed { error, .. }) => Some(error),
    };
    match client.delete_oauth_client(id).await {
        Ok(()) => Err(Box::new(Applied::failed(outcome::given_secret_refused(
            id,
            problem.as_ref(),
        )))),
        Err(error) => {
            let why = outcome::given_secret_refused_and_kept(id, &error);
            let mut planned = planned.clone();
            wire::fill(&mut planned, created);
            if !sent.write_only {
                planned.pending_client_secret = Value::Known(own);
            }
            let secret = Some(sent.secret.clone());
            Err(Box::new(unproven::mark(
                planned,
                secret,
                client.clock().now(),
                why,
            )))
        }
    }
}

#[cfg(test)]
mod tests;
