//! `wsoa_oauth_client`: an OAuth 2.0 client of the tenant.
//!
//! Its secret is the provider's concern as much as the client itself: it is made here unless given, it is changed in
//! place, and no update sends it by accident. Evidence: access-api section 2, Q2 to Q7, Q18, Q23.

pub(crate) mod rules;
mod schema;
mod secret;
mod wire;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::access;
use crate::access::CreateError;
use crate::access::ErrorKind;
use crate::access::Proof;
use crate::access::SecretInForce;
use crate::access::UpdateError;
use crate::diagnose;
use crate::model;
use crate::plugin::Diagnostics;
use crate::plugin::Private;
use crate::plugin::resource::Applied;
use crate::plugin::resource::Create;
use crate::plugin::resource::Current;
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
        let remembered: Remembered = request.private.get();
        let secret = secret::plan(request.config, request.prior, &remembered)?;
        plan.state.client_secret = secret.planned;
        plan.diagnostics.extend(secret.diagnostics);
        Ok(plan)
    }

    async fn create(&self, client: &access::Client, change: Create<State>) -> Applied<State> {
        let Create { mut planned, config } = change;
        let generated = planned.client_secret.is_unknown() && config.client_secret_wo.is_null();
        let secret = if generated {
            Secret::generate()
        } else {
            match (config.client_secret_wo.known(), planned.client_secret.known()) {
                (Some(secret), _) | (None, Some(secret)) => secret.clone(),
                (None, None) => {
                    return Applied::failed(Diagnostics::error_at(
                        "client_secret",
                        "No client secret",
                        "The secret turned out to be null. Give one, or leave the argument out to have one made.",
                    ));
                }
            }
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
            Err(error @ CreateError::Unclear { .. })
                if generated && new.grant_types.contains("client_credentials") =>
            {
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
        applied.private.set(&Remembered::after_change(generated));
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
            return Ok(Seen {
                state: None,
                private,
                diagnostics: Diagnostics::none(),
            });
        };
        let found = client
            .oauth_client(&id)
            .await
            .map_err(|error| diagnose::error(&format!("OAuth client {id:?} cannot be read"), &error))?;
        let Some(found) = found else {
            return Ok(Seen {
                state: None,
                private,
                diagnostics: Diagnostics::none(),
            });
        };
        let mut remembered: Remembered = private.get();
        if remembered.unproven {
            if !secret::is_ours(client, &state).await? {
                let diagnostics = secret::somebody_elses(&state);
                return Ok(Seen {
                    state: None,
                    private,
                    diagnostics,
                });
            }
            remembered.unproven = false;
        }
        wire::refresh(&mut state, &found);
        let diagnostics = secret::refresh(client, &mut state, &found, &mut remembered).await;
        private.set(&remembered);
        Ok(Seen {
            state: Some(state),
            private,
            diagnostics,
        })
    }

    async fn update(&self, client: &access::Client, change: Update<State>) -> Applied<State> {
        let Update {
            prior,
            mut planned,
            config,
            private,
        } = change;
        let remembered: Remembered = private.get();
        let decision = match secret::plan(&config, Some(&prior), &remembered) {
            Ok(decision) => decision,
            Err(diagnostics) => return Applied::failed(diagnostics),
        };
        let new_secret = match decision.source {
            secret::Source::Keep => None,
            secret::Source::Generate => Some(Secret::generate()),
            secret::Source::Configured => planned.client_secret.known().cloned(),
            secret::Source::WriteOnly => config.client_secret_wo.known().cloned(),
        };
        // the known secret goes along with every update, as a tenant might wipe one that is left out (access-api Q3)
        let sent = new_secret.as_ref().or(prior.client_secret.known()).cloned();
        let change = wire::change(&prior, &planned, sent);
        let id = prior.client_id.known().cloned().unwrap_or_default();
        let made_here = decision.source == secret::Source::Generate;
        let generated = made_here || (decision.source == secret::Source::Keep && remembered.generated);
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
                applied.private.set(&Remembered::after_change(generated));
                applied
            }
            Err(UpdateError::Failed {
                error,
                secret_in_force,
            }) => {
                let diagnostics = not_updated(&id, &error);
                settle(
                    prior,
                    planned,
                    new_secret.is_some(),
                    secret_in_force,
                    private,
                    generated,
                )
                .and(diagnostics)
            }
        }
    }

    async fn delete(
        &self,
        client: &access::Client,
        current: Current<State>,
    ) -> Result<Diagnostics, Diagnostics> {
        if current.private.get::<Remembered>().unproven && !secret::is_ours(client, &current.state).await? {
            return Ok(secret::somebody_elses(&current.state));
        }
        let id = current.state.client_id.known().cloned().unwrap_or_default();
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

/// What state keeps when nobody can say whether the client was created: enough to recognise it, above all its secret.
/// Terraform takes it for damaged and plans a replacement, before which its owner is found out.
fn unproven(planned: State, secret: Secret, diagnostics: Diagnostics) -> Applied<State> {
    let mut state = planned;
    state.client_secret = Value::Known(secret);
    let mut private = Private::default();
    private.set(&Remembered {
        generated: true,
        unproven: true,
        ..Remembered::default()
    });
    Applied {
        state: Some(state),
        private,
        diagnostics,
    }
}

/// What state keeps when an update failed: the prior state, with the secret that works now, if that is known to be the
/// new one. Nothing else of a failed update is taken for done: the next refresh shows it.
fn settle(
    prior: State,
    planned: State,
    secret_sent: bool,
    in_force: SecretInForce,
    private: Private,
    generated: bool,
) -> Applied<State> {
    let mut state = prior;
    let mut private = private;
    let mut diagnostics = Diagnostics::none();
    match in_force {
        SecretInForce::New if secret_sent => {
            state.client_secret = planned.client_secret;
            state.client_secret_wo_version = planned.client_secret_wo_version;
            state.rotate_secret_when_changed = planned.rotate_secret_when_changed;
            private.set(&Remembered::after_change(generated));
        }
        SecretInForce::Unknown if secret_sent => {
            diagnostics = Diagnostics::warning_at(
                "client_secret",
                "It is not known which secret is in force",
                "The answer to the update was lost, and the tenant would not say afterwards. State keeps the old \
                 secret; the next refresh tries it, and the next apply sets a new one if it is no longer accepted.",
            );
        }
        SecretInForce::New | SecretInForce::Old | SecretInForce::Unknown => {}
    }
    Applied {
        state: Some(state),
        private,
        diagnostics,
    }
}

fn chosen_by_the_tenant() -> Diagnostics {
    Diagnostics::warning_at(
        "client_secret",
        "The tenant chose another secret",
        "The tenant did not take the given secret but answered with one of its own. The given one has to be set by \
         another apply: for client_secret_wo, raise client_secret_wo_version.",
    )
}

fn not_created(id: &str, error: CreateError) -> Diagnostics {
    match error {
        CreateError::AlreadyExists { .. } => Diagnostics::error_at(
            "client_id",
            "The OAuth client exists already",
            format!(
                "The tenant has a client with the id {id:?}, which was not made by this apply. Choose another \
                 client_id, or bring the existing client under this configuration with\n\n  \
                 import {{\n    to = wsoa_oauth_client.NAME\n    id = {id:?}\n  }}"
            ),
        ),
        CreateError::Unclear { error, reason, .. } => Diagnostics::error_at(
            "client_id",
            "It is not known whether the OAuth client was created",
            format!(
                "{}\n\n{reason}. If the client {id:?} at the tenant is the one from this apply, import it; if it is \
                 somebody else's, choose another client_id.",
                diagnose::text(&error)
            ),
        ),
        CreateError::Failed(error) | CreateError::Created { problem: error, .. } => {
            let summary = format!("OAuth client {id:?} was not created");
            match error.kind() {
                ErrorKind::BadRequest => diagnose::error_at("client_id", &summary, &error),
                _ => diagnose::error(&summary, &error),
            }
        }
    }
}

fn not_updated(id: &str, error: &access::Error) -> Diagnostics {
    if error.kind() == ErrorKind::NotFound {
        return Diagnostics::error(
            format!("OAuth client {id:?} is gone"),
            "It was deleted after this plan was made. Plan again: it will be planned for creation.",
        );
    }
    diagnose::error(&format!("OAuth client {id:?} was not updated"), error)
}

#[cfg(test)]
mod tests;
