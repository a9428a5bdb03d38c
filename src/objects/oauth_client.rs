//! `wsoa_oauth_client`: an OAuth 2.0 client of the tenant.
//!
//! Its secret is the provider's concern as much as the client itself: it is made here unless given, it is changed in
//! place, and no update sends it by accident. EVIDENCE 2, Q2 to Q7, Q18, Q23.

mod columns;
pub mod data_source;
pub mod data_source_of_all;
mod identity;
pub(crate) mod list;
mod memory;
mod outcome;
mod preflight;
mod refresh;
pub(crate) mod rules;
mod secret;
mod unproven;

use async_trait::async_trait;
use terraform_plugin::resource::{Create, Current, Deletion, Plan, PlanRequest, Preflight, Resource, Update};
use terraform_plugin::schema::rules::{label, not_empty, text};
use terraform_plugin::secret::Secret;
use terraform_plugin::text::quoted;
use terraform_plugin::value::{Map, Set, Value};
use terraform_plugin::{Context, Diagnostics, Private, model};

use crate::access::{Chosen, CreateError, Presence, Proof, SecretChange, SecretOutcome, UpdateError};
use crate::objects::required;
use crate::objects::secret_source::{secret_rule, write_only_version};
use crate::{access, diagnose};
use identity::Identity;
use memory::Memory;
use outcome::Sent;
use unproven::Settled;

/// The resource type.
pub struct OAuthClient;

model! {
    /// An OAuth 2.0 client. The defaults make a service client (*Service Client Token* in the console) as SCIM
    /// provisioning needs it.
    pub struct State {
        /// The client's id, unique in the tenant: letters, digits and `.`, `_`, `@`, `-`. The tenant cannot rename a
        /// client, so a change replaces it.
        client_id: String = required().replaces().rule(rules::client_id_rule()),
        /// Display name (`rememberAs` in the API).
        display_name: String = optional_computed().rule(label(256)),
        /// What tokens of this client may do. SCIM provisioning needs `admin`.
        scopes: Set<String> = optional_computed().default(["admin"]).rule(not_empty()).rule(rules::each_word()),
        /// How the client gets tokens. A service client uses `client_credentials`.
        grant_types: Set<String> =
            optional_computed().default(["client_credentials"]).rule(not_empty()).rule(rules::each_word()),
        /// Where users may be sent back to. Required by `authorization_code`. Whether wildcards work depends on the tenant.
        redirect_uris: Set<String> = optional().rule(rules::each_redirect_uri()),
        /// Lifetime of access tokens, in minutes; 525600 is a year. A change applies to tokens issued afterwards: put this
        /// into `rotate_when_changed` of a `wsoa_bearer_token`, as in `rotate_when_changed = { ttl =
        /// wsoa_oauth_client.NAME.access_token_ttl_minutes }`, to have a change renew the token. Without it the tenant decides
        /// (usually 3 hours).
        access_token_ttl_minutes: i64 = optional_computed().rule(rules::minutes()),
        /// Lifetime of refresh tokens, in minutes. Without it the tenant decides.
        refresh_token_ttl_minutes: i64 = optional_computed().rule(rules::minutes()),
        /// A refresh token expires after this many minutes without use; less than `refresh_token_ttl_minutes`. Without
        /// it the tenant decides.
        refresh_token_idle_ttl_minutes: i64 = optional_computed().rule(rules::minutes()),
        /// Whether users are asked to agree to what the client may do.
        display_user_grant: bool = optional_computed(),
        /// Whether child tenants may use the client.
        inheritance_allowed: bool = optional_computed(),
        /// Whether the client is internal. The console cannot delete an internal client.
        internal_system_client: bool = optional_computed(),
        /// UUID of an application. The client is then restricted to the users of that application.
        resource_uuid: String = optional_computed().rule(text("a UUID", rules::uuid)),
        /// Shared secret. Without it (and without `client_secret_wo`) the provider generates one of 48 letters and digits.
        /// It is stored in state in clear text, so use an encrypted backend. A change takes effect in place and at
        /// once: a client has one secret. Null for an imported client whose tenant does not show secrets.
        client_secret: Secret = optional_computed().rule(secret_rule()),
        /// Shared secret that is kept out of plan and state. Needs `client_secret_wo_version`, and Terraform 1.11 or
        /// OpenTofu 1.11.
        client_secret_wo: Secret = optional().write_only().rule(secret_rule()),
        client_secret_wo_version: i64 = shared(write_only_version),
        /// Any values. When they change, or are set for the first time, the provider generates a new secret, in place.
        /// Only for a secret that the provider generates.
        rotate_secret_when_changed: Map<String> = optional(),
        /// Why the provider last set the secret: `created`, `client_secret changed`, `client_secret_wo_version N`,
        /// `rotate_secret_when_changed changed`, or, after the tenant was seen to refuse the secret in state, `set
        /// again, refused DATE` and `regenerated, refused DATE` (RFC 3339). Null if it never did.
        last_secret_change: String = computed(),
        /// A secret that was sent to the tenant and not accepted in time. The next refresh finds out whether it is in
        /// force. Null unless an apply failed for that reason.
        pending_client_secret: Secret = computed(),
        /// When this provider created the client; RFC 3339, UTC. Null for an imported one. Replacing a client ends its
        /// tokens, so put this into `rotate_when_changed` of its `wsoa_bearer_token`.
        created_at: String = computed(),
        /// `client_id` as the tenant spells it. Known once the client exists, so whatever refers to it waits for that.
        id: String = computed(),
    }
}

#[async_trait]
impl Resource for OAuthClient {
    type Client = access::Tenant;
    type State = State;
    type Identity = Identity;

    const NAME: &'static str = "wsoa_oauth_client";

    fn identity(&self, tenant: &access::Tenant, state: &State) -> Option<Identity> {
        Some(identity::of(tenant, state))
    }

    fn validate(&self, config: &State) -> Diagnostics {
        rules::validate(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        if request.replaces {
            plan.diagnostics.extend(preflight::ends_tokens(request.config));
        }
        if !request.config.refresh_token_ttl_minutes.is_null()
            || !request.config.refresh_token_idle_ttl_minutes.is_null()
        {
            plan.diagnostics.extend(rules::ttls(&plan.state).into_warnings());
        }
        let remembered: Memory = request.private.get();
        if request.prior.is_none() {
            let mut private = Private::default();
            private.set(&Memory {
                // one with another secret could not prove whose a client is that may be ours
                successor: plan
                    .state
                    .client_id
                    .known()
                    .filter(|_| !plan.state.client_secret_wo_version.is_null())
                    .cloned(),
                ..Memory::default()
            });
            plan.private = Some(private);
        }
        let decision = secret::plan(request.config, request.prior, &remembered);
        if decision.sets_one(request.prior) {
            plan.state.pending_client_secret = Value::Unknown;
        } else if let Some(prior) = request.prior
            && prior.client_secret.is_null()
            && request.config.client_secret_wo.is_null()
            && columns::change(prior, &plan.state) != columns::change(prior, prior)
        {
            plan.diagnostics.extend(outcome::secret_is_left_out());
        }
        plan.state.client_secret = decision.secret;
        plan.state.last_secret_change = decision.change;
        plan.diagnostics.extend(decision.diagnostics);
        Ok(plan)
    }

    async fn preflight(&self, tenant: &Context<access::Tenant>, plan: Preflight<'_, State>) {
        tenant.tell(preflight::look(tenant, plan).await);
    }

    async fn create(
        &self,
        tenant: &Context<access::Tenant>,
        change: Create<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let Create {
            mut planned,
            write_only,
        } = change;
        let generated = planned.client_secret.is_unknown();
        let secret = secret::to_set(&State::default(), &planned, &write_only)?;
        let secret = secret.ok_or_else(secret::none_given)?;
        let id = required("client_id", planned.client_id.known())?;
        let new = columns::new_client(id, &planned, secret.clone());
        let proof = match () {
            () if generated => Proof::FreshSecret,
            () if tenant.client_may_be_ours(&new.client_id) => Proof::GivenBefore,
            () => Proof::GivenSecret,
        };
        let created = match tenant.create_oauth_client(&new, proof).await {
            Ok(created) => created,
            Err(error @ CreateError::Unclear { .. }) => {
                let why = outcome::not_created(&new.client_id, error);
                tenant.tell(why);
                return Ok(unproven::mark(planned, Some(secret), tenant.clock().now()));
            }
            Err(error) => return Err(outcome::not_created(&new.client_id, error)),
        };
        let sent = Sent {
            secret,
            generated,
            write_only: !planned.client_secret_wo_version.is_null(),
        };
        let mut diagnostics = Diagnostics::none();
        match created.secret {
            Chosen::Tenants(own) if !generated => {
                if let Some(kept) = insist(tenant, &planned, &created.client, &sent, own).await? {
                    return Ok(kept);
                }
            }
            chosen => diagnostics = outcome::after_creation(&mut planned, &sent, chosen, &created.client),
        }
        tenant.tell(columns::differences(&planned, &created.client));
        tenant.tell(diagnostics);
        columns::fill(&mut planned, &created.client);
        let now = tenant.clock().now();
        let created_at = instant(now);
        tenant.note_made_client(&created.client.client_id, &created_at);
        planned.created_at.fill(created_at);
        planned.pending_client_secret.fill(Value::Null);
        planned.client_secret.fill(sent.secret);
        let remembered = Memory {
            pending_was_shown: planned.pending_client_secret.known().is_some(),
            ..Memory::default()
        };
        Ok(Current::remembering(planned, &remembered))
    }

    async fn read(
        &self,
        tenant: &Context<access::Tenant>,
        current: Current<State>,
    ) -> Result<Option<Current<State>>, Diagnostics> {
        let Current {
            mut state,
            mut private,
        } = current;
        let Some(id) = address(&state).cloned() else {
            return Ok(None);
        };
        tenant.note_own_client(&id);
        let mut remembered: Memory = private.get();
        let recent = remembered.wrote_recently(&state, tenant.clock().now());
        let (look, tried) = refresh::look(tenant, &id, &state, recent).await;
        let found = match look {
            Ok(Presence::There(found)) => *found,
            Ok(Presence::Gone) => {
                tenant.tell(outcome::gone(&id));
                return Ok(None);
            }
            Ok(Presence::Unclear) => {
                tenant.tell(outcome::not_found(&id, recent));
                return Ok(Some(Current { state, private }));
            }
            Err(error) => {
                let summary = format!("OAuth client {} cannot be read", quoted(&id));
                return Err(diagnose::error(&summary, &error));
            }
        };
        if is_import(&state, &private) && found.is_internal() {
            return Err(outcome::internal(&found.client_id));
        }
        if unproven::is_marked(&state) {
            match unproven::whose(tenant, &state, &remembered).await {
                Settled::Ours if state.created_at.is_null() => {
                    state.created_at = remembered.wrote_at.map(instant).into();
                }
                Settled::Ours => {}
                Settled::SomebodyElses(warning) => {
                    tenant.tell(warning);
                    return Ok(None);
                }
                Settled::Open(warning) => {
                    tenant.tell(warning);
                    return Ok(Some(Current { state, private }));
                }
            }
        }
        let found = refresh::take_over(tenant, &id, &mut state, found, recent).await;
        let tried = tried.filter(|_| found.client_id == id); // it may have been tried under another spelling
        tenant.tell(refresh::secret(tenant, &mut state, &found, &mut remembered, tried).await);
        private.set(&remembered);
        Ok(Some(Current { state, private }))
    }

    async fn update(
        &self,
        tenant: &Context<access::Tenant>,
        change: Update<State>,
    ) -> Result<Current<State>, Diagnostics> {
        let Update {
            prior,
            mut planned,
            write_only,
            private,
        } = change;
        if unproven::is_marked(&prior) {
            return Err(unproven::not_updated(&prior));
        }
        let id = required("id", address(&prior))?;
        let secret = secret::to_set(&prior, &planned, &write_only)?;
        let sent = secret.map(|secret| Sent {
            secret,
            generated: planned.client_secret.is_unknown(),
            write_only: !planned.client_secret_wo_version.is_null(),
        });
        let known = || {
            let write_only = write_only.client_secret_wo.known();
            prior.client_secret.known().or(write_only).cloned()
        };
        let secret = match &sent {
            Some(sent) => SecretChange::Set(sent.secret.clone()),
            None => SecretChange::Keep(known()),
        };
        let change = columns::change(&prior, &planned);
        let old = prior.client_secret.known();
        match tenant.update_oauth_client(&id, &change, &secret, old).await {
            Ok(updated) => {
                tenant.tell(columns::differences(&planned, &updated.client));
                let diagnostics = outcome::after_update(&mut planned, &prior, sent.as_ref(), updated.secret);
                columns::fill(&mut planned, &updated.client);
                let mut remembered = Memory::written(tenant.clock().now());
                let before: Memory = private.get();
                if diagnostics.has_errors() || sent.is_none() {
                    remembered.refused_at = before.refused_at;
                }
                remembered.pending_was_shown = before.pending_was_shown && sent.is_none();
                let is_open = |sent: &Sent| sent.write_only && diagnostics.has_errors();
                remembered.write_only_sent = sent.as_ref().map_or(before.write_only_sent, is_open);
                tenant.tell(diagnostics);
                Ok(Current::remembering(planned, &remembered))
            }
            Err(UpdateError {
                error,
                secret_in_force,
            }) => {
                let sent = sent.as_ref();
                let kept = outcome::after_failure(&prior, planned, sent, secret_in_force, &private, tenant);
                tenant.tell(outcome::not_updated(&id, &error));
                Ok(kept)
            }
        }
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
        let Some(id) = address(&state).cloned() else {
            return Ok(());
        };
        tenant.note_own_client(&id);
        if let Some(Ok(made)) = state.created_at.known().map(|at| at.parse()) {
            tenant.note_client_creation(&id, made);
        }
        if tenant.is_own_sign_in(&id) {
            return Err(outcome::own_sign_in(&id));
        }
        if tenant.made_another_client(&id, state.created_at.known().map(String::as_str)) {
            return Err(outcome::made_in_this_run(&id));
        }
        if unproven::is_marked(&state) {
            match unproven::before_deletion(tenant, &state, &private.get(), replaced).await? {
                unproven::Deletion::Delete => {}
                unproven::Deletion::Leave(diagnostics) => {
                    tenant.tell(diagnostics);
                    return Ok(());
                }
            }
        }
        let deleted = tenant.delete_oauth_client(&id, state.client_secret.known());
        deleted.await.map_err(|error| {
            diagnose::error(&format!("OAuth client {} was not deleted", quoted(&id)), &error)
        })?;
        if replaced {
            tenant.tell(preflight::ends_tokens(&state));
        }
        Ok(())
    }

    async fn import(&self, _: &Context<access::Tenant>, id: &str) -> Result<State, Diagnostics> {
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

/// Whether the client is looked at for the first time, to be imported: nothing is known of it yet.
fn is_import(state: &State, private: &Private) -> bool {
    private.0.is_empty() && state.scopes.is_null() && state.grant_types.is_null()
}

/// A time as state has it.
fn instant(time: jiff::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millisecond())
        .unwrap_or(time)
        .to_string()
}

/// By what the tenant is asked for the client: its own spelling, where it is known.
fn address(state: &State) -> Option<&String> {
    state.id.known().or(state.client_id.known())
}

/// A tenant that made a secret of its own, although one was given, is sent the given one once. If it does not take that,
/// the client is of no use to whoever has the given secret, and is deleted again. `Some` is one that could not be deleted.
async fn insist(
    tenant: &Context<access::Tenant>,
    planned: &State,
    created: &access::OAuthClient,
    sent: &Sent,
    own: Secret,
) -> Result<Option<Current<State>>, Diagnostics> {
    let id = created.client_id.as_str();
    let change = columns::change(planned, planned);
    let secret = SecretChange::Set(sent.secret.clone());
    let problem = match tenant.update_oauth_client(id, &change, &secret, Some(&own)).await {
        Ok(updated) if matches!(updated.secret, SecretOutcome::New | SecretOutcome::Untried) => {
            return Ok(None);
        }
        Ok(_) => None,
        Err(UpdateError { error, .. }) => Some(error),
    };
    match tenant.delete_oauth_client(id, Some(&own)).await {
        Ok(()) => Err(outcome::given_secret_refused(id, problem.as_ref())),
        Err(error) => {
            tenant.tell(outcome::given_secret_refused_and_kept(id, &error));
            let mut planned = planned.clone();
            columns::fill(&mut planned, created);
            if !sent.write_only {
                planned.pending_client_secret = Value::Known(own);
            }
            let secret = Some(sent.secret.clone());
            Ok(Some(unproven::mark(planned, secret, tenant.clock().now())))
        }
    }
}

#[cfg(test)]
mod tests;
