//! What a look at a client says, and when it is believed.
//!
//! Nothing that the tenant shows takes the place of the only known secret unless the known one is refused and the shown
//! one works (EVIDENCE Q2): what is shown may be a mask, or what was true before a write of ours.

use std::pin::pin;
use std::time::Duration;

use terraform_plugin::Diagnostics;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Value;

use super::memory::Memory;
use super::secret::undecided;
use super::{State, columns, unproven};
use crate::access;
use crate::access::{OAuthClient, Presence, SecretVerdict};

/// The pauses before what contradicts a write of ours is asked again, and then believed.
const SECOND_THOUGHTS: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// Looks at the client. Where this run has tried secrets before, the one in state is tried meanwhile, which saves a round
/// trip; of a client that is not there, nothing is said of its secret.
pub async fn look(
    tenant: &access::Tenant,
    id: &str,
    state: &State,
    recent: bool,
) -> (Result<Presence, access::Error>, Option<SecretVerdict>) {
    let look = async {
        if !recent {
            return tenant.oauth_client_for_sure(id).await;
        }
        let found = tenant.oauth_client(id).await?;
        Ok(found.map_or(Presence::Unclear, |found| Presence::There(Box::new(found))))
    };
    let grants = state.grant_types.known_strings();
    let can_be_tried = state.pending_client_secret.is_null()
        && grants.is_some_and(|grants| grants.contains("client_credentials"))
        && !unproven::is_marked(state)
        && tenant.tries_secrets();
    let Some(known) = state.client_secret.known().filter(|_| can_be_tried) else {
        return (look.await, None);
    };
    let attempt = tenant.try_secret(id, known);
    let (mut look, mut attempt) = (pin!(look), pin!(attempt));
    tokio::select! {
        biased;
        look = &mut look => match look {
            Ok(Presence::There(_)) => (look, Some(attempt.await)),
            nothing => (nothing, None),
        },
        verdict = &mut attempt => (look.await, Some(verdict)),
    }
}

/// Takes over what the tenant has. What contradicts a write of less than a minute ago is asked again.
pub async fn take_over(
    tenant: &access::Tenant,
    id: &str,
    state: &mut State,
    found: OAuthClient,
    recent: bool,
) -> OAuthClient {
    let mut found = found;
    if recent {
        for pause in SECOND_THOUGHTS {
            if !columns::contradicts(state, &found) || !tenant.wait_before_looking(pause).await {
                break;
            }
            if let Ok(Some(again)) = tenant.oauth_client(id).await {
                found = again;
            }
        }
    }
    columns::refresh(state, &found);
    found
}

/// Finds out whether the known secret still works, and what became of one that is pending. `tried` is what a try of
/// the known one has just said.
pub async fn secret(
    tenant: &access::Tenant,
    state: &mut State,
    found: &OAuthClient,
    remembered: &mut Memory,
    tried: Option<SecretVerdict>,
) -> Diagnostics {
    if !state.client_secret_wo_version.is_null() {
        return Diagnostics::none(); // kept out of state, whatever the tenant shows
    }
    if let Some(pending) = state.pending_client_secret.known().cloned() {
        return settle_pending(tenant, state, found, remembered, pending).await;
    }
    let id = found.client_id.as_str();
    let can_be_tried = found.grant_types.contains("client_credentials");
    let Some(known) = state.client_secret.known() else {
        // one that is shown is real only if it works
        if let Some(shown) = &found.secret
            && can_be_tried
            && may_be_taken(tenant, id, shown, remembered).await
        {
            state.client_secret = Value::Known(shown.clone());
        }
        return Diagnostics::none();
    };
    if found.secret.as_ref() == Some(known) {
        remembered.refused_at = None;
        return Diagnostics::none();
    }
    if !can_be_tried {
        return Diagnostics::none();
    }
    tenant.note_tried_secret();
    let recent = remembered.wrote_recently(state, tenant.clock().now());
    match check(tenant, id, known, recent, tried).await {
        SecretVerdict::Accepted => remembered.refused_at = None,
        SecretVerdict::CannotTell(error) => {
            tracing::warn!(%error, "whether the client's secret still works could not be found out");
        }
        SecretVerdict::Refused => {
            if let Some(shown) = &found.secret
                && may_be_taken(tenant, id, shown, remembered).await
            {
                state.client_secret = Value::Known(shown.clone());
                remembered.refused_at = None;
                return Diagnostics::warning_at(
                    "client_secret",
                    "The client's secret was changed elsewhere",
                    "The tenant shows another secret than state has. It works, and the one in state does not.",
                );
            }
            // the known one stays in state: the plan acts on the time of the refusal, and says it. Within a minute of a
            // write the token endpoint may not know of it yet, and another secret would be one that nobody asked for.
            let now = tenant.clock().now();
            if !remembered.wrote_recently(state, now) {
                remembered.refused(now);
            }
        }
    }
    Diagnostics::none()
}

/// Whether a secret that the tenant shows may get into state: only one that mints is no mask, and one that was write-only
/// stays out.
async fn may_be_taken(tenant: &access::Tenant, id: &str, shown: &Secret, remembered: &Memory) -> bool {
    !remembered.write_only_sent && matches!(tenant.owns_client(id, shown).await, SecretVerdict::Accepted)
}

/// Promotes or drops a secret that was sent and not accepted in time.
async fn settle_pending(
    tenant: &access::Tenant,
    state: &mut State,
    found: &OAuthClient,
    remembered: &mut Memory,
    pending: Secret,
) -> Diagnostics {
    let id = found.client_id.as_str();
    let waiting = || undecided("Nothing is changed until then.").into_warnings();
    if !found.grant_types.contains("client_credentials") {
        return settle_untried(tenant, state, id, pending).await;
    }
    let recent = remembered.wrote_recently(state, tenant.clock().now());
    let verdict = match check(tenant, id, &pending, recent, None).await {
        // the one before is thrown away for it, so it has to mint
        SecretVerdict::Accepted => tenant.owns_client(id, &pending).await,
        verdict => verdict,
    };
    match verdict {
        SecretVerdict::Accepted => {
            state.client_secret = Value::Known(pending);
            state.pending_client_secret = Value::Null;
            remembered.refused_at = None;
            remembered.rotation_due = false;
            remembered.pending_was_shown = false;
            return Diagnostics::none();
        }
        SecretVerdict::CannotTell(_) => return waiting(),
        SecretVerdict::Refused => {}
    }
    let before = match state.client_secret.known() {
        Some(known) => tenant.check_secret(id, known).await,
        None => SecretVerdict::Refused,
    };
    match before {
        // within a minute of the write, the token endpoint may only not know the new one yet
        SecretVerdict::Accepted if recent && !remembered.pending_was_shown => waiting(),
        SecretVerdict::Accepted => {
            state.pending_client_secret = Value::Null;
            remembered.rotation_due = !std::mem::take(&mut remembered.pending_was_shown);
            Diagnostics::none()
        }
        SecretVerdict::Refused if !remembered.wrote_recently(state, tenant.clock().now()) => {
            state.pending_client_secret = Value::Null;
            remembered.refused(tenant.clock().now());
            Diagnostics::none()
        }
        SecretVerdict::Refused | SecretVerdict::CannotTell(_) => waiting(),
    }
}

/// The same for a client that cannot mint: a tenant may tell the right secret from a wrong one all the same. Where it does
/// not, both are kept until another one is set.
async fn settle_untried(
    tenant: &access::Tenant,
    state: &mut State,
    id: &str,
    pending: Secret,
) -> Diagnostics {
    if matches!(tenant.owns_client(id, &pending).await, SecretVerdict::Accepted) {
        state.client_secret = Value::Known(pending);
        state.pending_client_secret = Value::Null;
    } else if let Some(known) = state.client_secret.known()
        && matches!(tenant.owns_client(id, known).await, SecretVerdict::Accepted)
    {
        state.pending_client_secret = Value::Null;
    }
    Diagnostics::none()
}

/// `tried` is what a first try has just said, if there was one; `recent` that an apply wrote within the last minute.
async fn check(
    tenant: &access::Tenant,
    id: &str,
    secret: &Secret,
    recent: bool,
    tried: Option<SecretVerdict>,
) -> SecretVerdict {
    let first = match tried {
        Some(verdict) => verdict,
        None => tenant.try_secret(id, secret).await,
    };
    if recent {
        tenant.confirm_new_secret(id, secret, first).await
    } else {
        tenant.confirm_secret(id, secret, first).await
    }
}
