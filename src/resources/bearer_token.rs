//! `wsoa_bearer_token`: an access token of a client, kept fresh.
//!
//! A virtual resource: the API has no token object to read, so state holds the token and expiry is known from the
//! answer that brought it. It is minted with its own client's credentials, never with the provider's. Evidence:
//! access-api 1.3 to 1.7, Q17 to Q21.

mod expiry;
mod mint;
pub(crate) mod schema;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::oauth_client::rules::unknown_scopes;
use super::renewal;
use super::renewal::Decision;
use super::renewal::Lifetime;
use super::renewal::Reason;
use super::renewal::Remembered;
use super::renewal::Situation;
use super::secret_source::SecretArguments;
use super::triggers;
use crate::access;
use crate::access::ErrorKind;
use crate::access::RevokeError;
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
use crate::value::Strings;
use crate::value::Value;
use expiry::expiry_warning;
use expiry::window_too_long;
use mint::mint;
use mint::not_revoked;

/// The resource type.
pub struct BearerToken;

model! {
    /// Configuration, plan and state of a token.
    pub struct State {
        id: String,
        client_id: String,
        client_secret: Secret,
        client_secret_wo: Secret,
        client_secret_wo_version: i64,
        scopes: Strings,
        early_renewal_hours: i64,
        expiry_warning_hours: i64,
        rotate_when_changed: BTreeMap<String, Value<String>>,
        revoke_on_destroy: bool,
        access_token: Secret,
        token_type: String,
        granted_scopes: Strings,
        issued_at: String,
        expires_at: String,
        ready_for_renewal: bool,
        token_id: String,
    }
}

#[async_trait]
impl Resource for BearerToken {
    type Client = access::Client;
    type State = State;
    type Identity = ();

    const NAME: &'static str = "wsoa_bearer_token";

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn validate(&self, config: &State) -> Diagnostics {
        validate(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        let Some(prior) = request.prior else {
            plan.diagnostics = complaint(request.config, &Value::Null);
            return Ok(plan);
        };
        plan.diagnostics = complaint(request.config, &prior.client_secret_wo_version);
        let remembered: Remembered = request.private.get();
        match decide(prior, request.config, &remembered, request.now) {
            Decision::Keep => {
                plan.state.ready_for_renewal = Value::Known(false);
                plan.diagnostics
                    .extend(expiry_warning(request.config, &plan.state, request.now));
            }
            Decision::Renew(_) => {
                forget_token(&mut plan.state);
                if remembered.rejected {
                    plan.diagnostics.extend(Diagnostics::warning_at(
                        "access_token",
                        "The token is no longer valid at the tenant",
                        "It was revoked, or its client was deleted or made anew. A new token will be minted; until it \
                         is handed over, whoever uses the old one is cut off.",
                    ));
                }
            }
            Decision::Refuse { lifetime_hours } => {
                return Err(window_too_long(request.config, lifetime_hours));
            }
        }
        Ok(plan)
    }

    async fn create(&self, client: &access::Client, change: Create<State>) -> Applied<State> {
        let Create {
            mut planned,
            write_only,
        } = change;
        planned.id = Value::Known(random_id());
        mint(client, planned, &write_only).await
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
        let Some(token) = state.access_token.known() else {
            return Ok(Seen::gone(private));
        };
        let now = client.clock().now();
        let lifetime = lifetime(&state);
        let mut remembered: Remembered = private.get();
        let mut diagnostics = Diagnostics::none();
        if !lifetime.is_due(0, now) {
            match client.token_is_valid(token).await {
                Ok(valid) => remembered.rejected = !valid,
                Err(error) => diagnostics.extend(Diagnostics::warning_at(
                    "access_token",
                    "Whether the token is still valid could not be checked",
                    format!("State is kept as it is.\n\n{}", diagnose::text(&error)),
                )),
            }
        }
        remembered.seen(&lifetime, now);
        let due = lifetime.is_due(early_hours(&state), now);
        state.ready_for_renewal = Value::Known(due || remembered.rejected);
        private.set(&remembered);
        Ok(Seen::found(state, private).and(diagnostics))
    }

    async fn update(&self, client: &access::Client, change: Update<State>) -> Applied<State> {
        let Update {
            prior,
            planned,
            write_only,
            private,
        } = change;
        if let Err(diagnostics) = secret_arguments(&State {
            client_secret_wo: write_only.client_secret_wo.clone(),
            ..planned.clone()
        })
        .version_raised(&prior.client_secret_wo_version)
        {
            return Applied::failed(diagnostics);
        }
        // the plan that core makes once more before an apply knows all: what is still open is to be minted
        if planned.access_token.is_unknown() {
            return mint(client, planned, &write_only).await;
        }
        let revoke = |state: &State| state.revoke_on_destroy == Value::Known(true);
        if revoke(&planned)
            && !revoke(&prior)
            && let Err(diagnostics) = mint::revocation_is_offered(client).await
        {
            return Applied::failed(diagnostics);
        }
        Applied::kept(planned, private)
    }

    async fn delete(
        &self,
        client: &access::Client,
        deletion: Deletion<State>,
    ) -> Result<Diagnostics, Diagnostics> {
        let state = deletion.state;
        let expired = lifetime(&state).is_due(0, client.clock().now());
        let (true, false, Some(id), Some(secret), Some(token)) = (
            state.revoke_on_destroy == Value::Known(true),
            expired,
            state.client_id.known(),
            state.client_secret.known(),
            state.access_token.known(),
        ) else {
            return Ok(Diagnostics::none());
        };
        match client.revoke(id, secret, token).await {
            Ok(()) => Ok(Diagnostics::none()),
            // a client that is gone takes its tokens along (access-api 1.7), but a new secret does not (Q20)
            Err(RevokeError::Failed(error)) if error.kind() == ErrorKind::InvalidClient => {
                match client.token_is_valid(token).await {
                    Ok(false) => Ok(Diagnostics::none()),
                    Ok(true) | Err(_) => Err(not_revoked(&RevokeError::Failed(error))),
                }
            }
            Err(error) => Err(not_revoked(&error)),
        }
    }

    async fn import(&self, _client: &access::Client, _id: &str) -> Result<State, Diagnostics> {
        Err(Diagnostics::error(
            "A bearer token cannot be imported",
            "The tenant keeps no list of tokens and shows none, so there is nothing to import it from. Write the \
             resource and apply it: a new token is minted beside the existing one, which stays valid until it runs \
             out.",
        ))
    }
}

fn secret_arguments(config: &State) -> SecretArguments<'_> {
    SecretArguments {
        plain: &config.client_secret,
        write_only: &config.client_secret_wo,
        version: &config.client_secret_wo_version,
    }
}

fn validate(config: &State) -> Diagnostics {
    let arguments = secret_arguments(config);
    let mut diagnostics = arguments.validate().and(unknown_scopes(&config.scopes));
    if config.client_secret.is_null() && config.client_secret_wo.is_null() && !arguments.is_write_only() {
        diagnostics.extend(Diagnostics::error_at(
            "client_secret",
            "No client secret",
            mint::NO_SECRET,
        ));
    }
    if config.revoke_on_destroy == Value::Known(true) && arguments.is_write_only() {
        diagnostics.extend(Diagnostics::error_at(
            "revoke_on_destroy",
            "Revoking needs the secret in state",
            "The tenant revokes a token for its client only, and when the resource is destroyed there is no \
             configuration that could bring client_secret_wo. Use client_secret, or leave the token to run out.",
        ));
    }
    diagnostics
}

/// What is wrong with the version of a write-only secret. A plan that fails would be in the way of a destroy as well, so
/// it is the apply that does.
fn complaint(config: &State, prior_version: &Value<i64>) -> Diagnostics {
    match secret_arguments(config).version_raised(prior_version) {
        Ok(_) => Diagnostics::none(),
        Err(complaint) => complaint.into_warnings(),
    }
}

fn decide(prior: &State, config: &State, remembered: &Remembered, now: Timestamp) -> Decision {
    let arguments = secret_arguments(config);
    let secret = if arguments.is_write_only() {
        // one that cannot be used mints nothing; the apply says why
        arguments
            .version_raised(&prior.client_secret_wo_version)
            .unwrap_or(false)
    } else {
        // a secret that was write-only until now is not in state to compare with: the version's end is no new secret
        differs(&prior.client_secret, &config.client_secret) && !prior.client_secret.is_null()
            || config.client_secret.is_unknown()
    };
    let changes = [
        (differs(&prior.client_id, &config.client_id), Reason::Client),
        (secret, Reason::Secret),
        (scopes_differ(&prior.scopes, &config.scopes), Reason::Scopes),
        (
            triggers::ask(&prior.rotate_when_changed, &config.rotate_when_changed),
            Reason::Trigger,
        ),
    ];
    let change = changes
        .into_iter()
        .find_map(|(differs, reason)| differs.then_some(reason));
    let situation = Situation {
        lifetime: lifetime(prior),
        ready: prior.ready_for_renewal == Value::Known(true),
        prior_early_hours: early_hours(prior),
        early_hours: early_hours(config),
        change,
        remembered,
    };
    renewal::decide(&situation, now)
}

fn differs<T: PartialEq>(prior: &Value<T>, config: &Value<T>) -> bool {
    config.is_unknown() || prior != config
}

fn scopes_differ(prior: &Value<Strings>, config: &Value<Strings>) -> bool {
    match (prior.known_strings(), config.known_strings()) {
        (Some(prior), Some(config)) => prior != config,
        _ => !(prior.is_null() && config.is_null()),
    }
}

fn early_hours(state: &State) -> i64 {
    state.early_renewal_hours.known().copied().unwrap_or(0)
}

fn lifetime(state: &State) -> Lifetime {
    let instant = |value: &Value<String>| value.known().and_then(|text| text.parse().ok());
    Lifetime {
        issued_at: instant(&state.issued_at),
        expires_at: instant(&state.expires_at),
    }
}

fn forget_token(state: &mut State) {
    state.access_token = Value::Unknown;
    state.token_type = Value::Unknown;
    state.granted_scopes = Value::Unknown;
    state.issued_at = Value::Unknown;
    state.expires_at = Value::Unknown;
    state.ready_for_renewal = Value::Unknown;
    state.token_id = Value::Unknown;
}

fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests;
