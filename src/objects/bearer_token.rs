//! `wsoa_bearer_token`: an access token of a client, kept fresh.
//!
//! A virtual resource: the API has no token object to read, so state holds the token and expiry is known from the
//! answer that brought it. It is minted with its own client's credentials, never with the provider's.
//! EVIDENCE 1.3 to 1.7, Q17 to Q21.

mod decide;
pub mod ephemeral;
mod expiry;
mod mint;
mod renewal;
mod request;
mod scim;

use async_trait::async_trait;
use terraform_plugin::resource::{Create, Current, Deletion, Plan, PlanRequest, Resource, Update};
use terraform_plugin::schema::rules::within;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::{Map, Number, Set, Value};
use terraform_plugin::{Context, Diagnostics, model};

use self::renewal::{Cause, Decision, Lifetime, Memory, Reason};
use super::oauth_client::rules::unknown_scopes;
use super::secret_source::{SecretArguments, secret_rule, write_only_version};
use crate::access::{ErrorKind, RevokeError, ScimAccess};
use crate::{access, diagnose};
use decide::decide;
use expiry::{duration, early, expiry_warning, window_too_long};
use mint::{mint, not_revoked};

/// A century: longer than any token, short enough that no date overflows.
const MAX_HOURS: i32 = 876_000;

/// The resource type.
pub struct BearerToken;

model! {
    /// An access token of a service client (client credentials grant), such as Okta needs for SCIM provisioning. An apply
    /// renews it in place before it expires. The previous token stays valid until it expires, so nothing is interrupted.
    pub struct State {
        client_id: String = shared(request::client_id),
        /// Secret of that client, usually `wsoa_oauth_client.NAME.client_secret`. Stored in state. A change
        /// renews the token.
        client_secret: Secret = optional().rule(secret_rule()),
        /// Secret of that client, kept out of plan and state. Needs `client_secret_wo_version`, and Terraform 1.11 or
        /// OpenTofu 1.11. It must be set in every run that may renew the token.
        client_secret_wo: Secret = optional().write_only().rule(secret_rule()),
        client_secret_wo_version: i64 = shared(write_only_version),
        scopes: Set<String> = shared(request::scopes),
        /// How many hours before it expires the token is renewed, by the first apply within that time; 0.5 is half an
        /// hour. If that is not shorter than the token's lifetime, the token is renewed in the last third of its lifetime,
        /// with a warning. Without it the token is renewed only after it has expired.
        early_renewal_hours: Number = optional().rule(within(0, MAX_HOURS)),
        /// A plan that does not renew the token warns if it expires within this many hours; 0 never warns. If not set,
        /// the warning comes no earlier than in the last quarter of the token's lifetime.
        expiry_warning_hours: Number = optional_computed().default(720).rule(within(0, MAX_HOURS)),
        /// Any values. When they change, or are set for the first time, the token is renewed in place.
        rotate_when_changed: Map<String> = optional(),
        /// Revoke the token when the resource is destroyed. Needs a tenant that announces a revocation endpoint, and
        /// `client_secret` in state. A renewal never revokes the previous token.
        revoke_on_destroy: bool = optional_computed().default(false),
        /// Ask SCIM with the token, for the id of one user, whenever it is issued or refreshed; `scim_access` has the
        /// answer, and a refusal is a warning. Without it that is done where `granted_scopes` holds `admin`.
        verify_scim: bool = optional(),
        /// The token. Stored in state in clear text, so use an encrypted backend.
        access_token: Secret = computed(),
        /// How to present the token, usually `Bearer`.
        token_type: String = computed(),
        /// The scopes that the tenant granted.
        granted_scopes: Set<String> = computed(),
        /// When the token was issued, by the clock of the machine that ran the apply; RFC 3339, UTC.
        issued_at: String = computed(),
        /// When the token expires; RFC 3339, UTC: `issued_at` plus the lifetime that the tenant returned. Null if it
        /// returned none.
        expires_at: String = computed(),
        /// True if the next apply renews the token, as of the last refresh: it expires within `early_renewal_hours`, or
        /// the tenant no longer accepts it.
        ready_for_renewal: bool = computed(),
        /// Why this token was issued, known in the plan that renews it: `created`, `expires` or `expired` and when, which
        /// argument changed, or that the tenant no longer accepted the previous one and when that was seen. Null if it was
        /// issued by a version of the provider that did not record this.
        last_minted_because: String = computed(),
        /// What SCIM said to the token when it was last asked: `ok`, `forbidden` (no scope `admin`, no admin role, or SCIM is
        /// not open to the tenant), `unauthorized`, or `unreachable` (no answer that says anything). Null if it was not
        /// asked; see `verify_scim`.
        scim_access: String = computed(),
        /// Id of the token itself (JWT claim `jti`), if it has one.
        token_id: String = computed(),
        /// Random id of this resource. It stays the same over all renewals.
        id: String = computed(),
    }
}

#[async_trait]
impl Resource for BearerToken {
    type Client = access::Tenant;
    type State = State;
    type Identity = ();

    const NAME: &'static str = "wsoa_bearer_token";

    fn validate(&self, config: &State) -> Diagnostics {
        validate(config)
    }

    fn plan(&self, request: PlanRequest<'_, State>) -> Result<Plan<State>, Diagnostics> {
        let mut plan = Plan::in_place(request.proposed);
        let Some(prior) = request.prior else {
            plan.diagnostics = complaint(request.config, &Value::Null);
            plan.state.last_minted_because = Value::Known(Reason::Created.to_string());
            return Ok(plan);
        };
        keep_spelling(&mut plan.state.early_renewal_hours, &prior.early_renewal_hours);
        keep_spelling(&mut plan.state.expiry_warning_hours, &prior.expiry_warning_hours);
        plan.diagnostics = complaint(request.config, &prior.client_secret_wo_version);
        let remembered: Memory = request.private.get();
        match decide(prior, request.config, &remembered, request.time) {
            Decision::Keep => {
                plan.state.ready_for_renewal = Value::Known(false);
                scim::plan(&mut plan.state, prior);
                plan.diagnostics
                    .extend(window_too_long(early(&plan.state), &lifetime(prior)));
                plan.diagnostics
                    .extend(expiry_warning(request.config, &plan.state, request.time.now));
            }
            Decision::Renew(cause) => {
                forget_token(&mut plan.state, cause);
                plan.diagnostics
                    .extend(no_secret_in_this_run(request.config, prior, cause));
                if matches!(cause, Cause::Known(Reason::Expires(_) | Reason::Expired(_))) {
                    plan.diagnostics
                        .extend(window_too_long(early(&plan.state), &lifetime(prior)));
                }
                if remembered.rejected {
                    plan.diagnostics.extend(Diagnostics::warning_at(
                        "access_token",
                        "The token is no longer valid at the tenant",
                        "It was revoked, or its client was deleted or replaced. This plan renews the token. Until the \
                         new one is handed over, whoever uses the old one is cut off.",
                    ));
                }
            }
        }
        Ok(plan)
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
        planned.id = Value::Known(random_id());
        mint(tenant, planned, &write_only).await
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
        let Some(token) = state.access_token.known() else {
            return Ok(None);
        };
        let now = tenant.clock().now();
        let lifetime = lifetime(&state);
        let mut remembered: Memory = private.get();
        if !lifetime.has_ended(now) {
            let look = look(tenant, &state, token, remembered.is_fresh(now)).await;
            match &look.is_valid {
                Ok(valid) => remembered.heard(*valid, now),
                Err(error) => tenant.tell(Diagnostics::warning_at(
                    "access_token",
                    "Whether the token is still valid could not be checked",
                    format!("State is kept as it is.\n\n{}", diagnose::text(error)),
                )),
            }
            tenant.tell(look.at_scim(&mut state, remembered.is_fresh(now)));
        }
        state.ready_for_renewal = Value::Known(remembered.look(&lifetime, early(&state), now));
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
        secret_arguments(&State {
            client_secret_wo: write_only.client_secret_wo.clone(),
            ..planned.clone()
        })
        .version_raised(&prior.client_secret_wo_version)?;
        // the plan that core makes once more before an apply knows all: what is still open is to be minted
        if planned.access_token.is_unknown() {
            return mint(tenant, planned, &write_only).await;
        }
        if planned.scim_access.is_unknown() {
            tenant.tell(scim::ask(tenant, &mut planned, false).await);
        }
        let revoke = |state: &State| state.revoke_on_destroy == Value::Known(true);
        if revoke(&planned) && !revoke(&prior) {
            mint::revocation_is_offered(tenant).await?;
        }
        let state = planned;
        Ok(Current { state, private })
    }

    async fn delete(
        &self,
        tenant: &Context<access::Tenant>,
        deletion: Deletion<State>,
    ) -> Result<(), Diagnostics> {
        let state = deletion.state;
        let remembered: Memory = deletion.private.get();
        let now = tenant.clock().now();
        let expired = lifetime(&state).has_ended(now);
        let (true, false, Some(id), Some(secret), Some(token)) = (
            state.revoke_on_destroy == Value::Known(true),
            expired,
            state.client_id.known(),
            state.client_secret.known(),
            state.access_token.known(),
        ) else {
            return Ok(());
        };
        match tenant.revoke(id, secret, token).await {
            Ok(()) => Ok(()),
            // a client that is gone takes its tokens along (EVIDENCE 1.7), but a new secret does not (EVIDENCE Q20)
            Err(RevokeError::Failed(error)) if is_refusal(&error) => {
                match is_valid(tenant, token, remembered.is_fresh(now)).await {
                    Ok(false) => Ok(()),
                    Ok(true) | Err(_) => Err(not_revoked(&RevokeError::Failed(error))),
                }
            }
            Err(error) => Err(not_revoked(&error)),
        }
    }

    async fn import(&self, _: &Context<access::Tenant>, _: &str) -> Result<State, Diagnostics> {
        Err(Diagnostics::error(
            "A bearer token cannot be imported",
            "The tenant keeps no list of tokens, so there is nothing to import. Write the resource and apply it: that \
             issues a new token. The existing one stays valid until it expires.",
        ))
    }
}

/// What a refresh found out about a token.
struct Look {
    /// What SCIM said, if it was asked.
    scim: Option<ScimAccess>,
    /// Whether the tenant still accepts the token.
    is_valid: Result<bool, access::Error>,
}

/// Looks at the token. A SCIM that lists users has looked at it; whatever else it says may be about SCIM alone, or be no
/// word about the token at all, so that the tenant is asked further.
async fn look(tenant: &access::Tenant, state: &State, token: &Secret, fresh: bool) -> Look {
    let mut scim = None;
    if scim::is_asked(state) {
        scim = Some(tenant.scim_access(token).await);
    }
    let is_valid = match scim {
        Some(ScimAccess::Ok) => Ok(true),
        _ => is_valid(tenant, token, fresh).await,
    };
    Look { scim, is_valid }
}

impl Look {
    /// Notes what SCIM said in `state`, and returns what a user is told.
    fn at_scim(&self, state: &mut State, fresh: bool) -> Diagnostics {
        use ScimAccess::{Forbidden, Unauthorized};
        let Some(said) = self.scim else {
            return Diagnostics::none();
        };
        match (said, &self.is_valid) {
            // some tenants answer 403 to a token that has ended (EVIDENCE Q14); the plan says that it has
            (Forbidden | Unauthorized, Ok(false)) => scim::note(state, Unauthorized),
            (Unauthorized, Err(_)) => scim::note(state, said),
            _ => {
                scim::note(state, said);
                return scim::refusal(state, said, fresh);
            }
        }
        Diagnostics::none()
    }
}

/// Whether the tenant still accepts the token.
async fn is_valid(tenant: &access::Tenant, token: &Secret, fresh: bool) -> Result<bool, access::Error> {
    if fresh {
        tenant.fresh_token_is_valid(token).await
    } else {
        tenant.token_is_valid(token).await
    }
}

/// True if the client's credentials were refused, with or without the word for it.
fn is_refusal(error: &access::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidClient | ErrorKind::Unauthorized)
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
             configuration to read client_secret_wo from. Use client_secret, or leave the token to expire.",
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

/// Warns of a mint that has no secret: a write-only one need not be given where nothing is minted, and is not in state.
fn no_secret_in_this_run(config: &State, prior: &State, cause: Cause) -> Diagnostics {
    let arguments = secret_arguments(config);
    let Cause::Known(reason) = cause else {
        return Diagnostics::none();
    };
    let is_told = arguments.version_raised(&prior.client_secret_wo_version).is_err();
    if !arguments.is_write_only() || !config.client_secret_wo.is_null() || is_told {
        return Diagnostics::none();
    }
    Diagnostics::warning_at(
        "client_secret_wo",
        "A new token is due, and there is no secret to request it with",
        format!(
            "The plan renews the token ({reason}), for which client_secret_wo is needed in this run, but it is null. An \
             apply of this plan will fail, and the token in state stays as it is. Give client_secret_wo in every run in \
             which the token may be renewed."
        ),
    )
}

/// A number that is read back from stored state has lost digits, and that is not worth a change. Terraform takes the
/// prior value for the configured one.
fn keep_spelling(planned: &mut Value<Number>, prior: &Value<Number>) {
    if duration(planned).is_some() && duration(planned) == duration(prior) {
        planned.clone_from(prior);
    }
}

fn lifetime(state: &State) -> Lifetime {
    let instant = |value: &Value<String>| value.known().and_then(|text| text.parse().ok());
    Lifetime {
        issued_at: instant(&state.issued_at),
        expires_at: instant(&state.expires_at),
    }
}

fn forget_token(state: &mut State, cause: Cause) {
    state.last_minted_because = match cause {
        Cause::Known(reason) => Value::Known(reason.to_string()),
        Cause::Open => Value::Unknown,
    };
    state.access_token = Value::Unknown;
    state.token_type = Value::Unknown;
    state.granted_scopes = Value::Unknown;
    state.issued_at = Value::Unknown;
    state.expires_at = Value::Unknown;
    state.ready_for_renewal = Value::Unknown;
    state.scim_access = Value::Unknown;
    state.token_id = Value::Unknown;
}

fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests;
