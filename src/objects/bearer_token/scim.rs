//! The proof that a token works where it is for: SCIM is asked with it, and a user told what it may lack.

use terraform_plugin::text::quoted;
use terraform_plugin::value::Value;
use terraform_plugin::{Diagnostics, text};

use super::State;
use crate::access;
use crate::access::ScimAccess;

/// The scope that SCIM wants (EVIDENCE Q5).
const ADMIN: &str = "admin";

/// What may be wrong with a token that SCIM refuses, the likeliest first (EVIDENCE Q5, Q25, 3.7).
const CAUSES: &str = "Look for the cause in this order:\n\
     1. The scope is not admin. A service client that is made in the console gets the user APIs by default. Give the \
     client the scope admin, and do not leave it out in scopes.\n\
     2. The client lacks an admin role. Only the console can give it: Settings > OAuth 2.0 Management > Clients, at this \
     client.\n\
     3. SCIM for provisioned users was not opened for the tenant. Only the vendor can do that.\n\
     4. The tenant uses Omnissa Identity Service. Users and groups are provisioned there then, and read-only here.";

/// Whether SCIM is to be asked: where `verify_scim` says so, and without it where the token may do everything.
pub fn is_asked(state: &State) -> bool {
    match state.verify_scim {
        Value::Known(wanted) => wanted,
        _ => state
            .granted_scopes
            .known_strings()
            .is_some_and(|scopes| scopes.contains(ADMIN)),
    }
}

/// Plans `scim_access` of a token that stays. It changes with `verify_scim` alone: a state without it is no reason.
pub fn plan(planned: &mut State, prior: &State) {
    if planned.verify_scim == prior.verify_scim {
        return;
    }
    planned.scim_access = match &prior.scim_access {
        _ if planned.verify_scim.is_unknown() => Value::Unknown,
        _ if !is_asked(planned) => Value::Null,
        Value::Null => Value::Unknown,
        seen => seen.clone(),
    };
}

/// Asks SCIM, if that is wanted, notes in `state` what it says, and returns what a user is told. It never fails.
///
/// `is_new` says that the token was minted a moment ago.
pub async fn ask(tenant: &access::Tenant, state: &mut State, is_new: bool) -> Diagnostics {
    let (true, Some(token)) = (is_asked(state), state.access_token.known()) else {
        state.scim_access = Value::Null;
        return Diagnostics::none();
    };
    let access = tenant.scim_access(token).await;
    note(state, access);
    match access {
        ScimAccess::Unreachable => unanswered(tenant),
        _ => refusal(state, access, is_new),
    }
}

/// Notes what SCIM said.
pub fn note(state: &mut State, access: ScimAccess) {
    state.scim_access = access.word().into();
}

/// What a user is told whose token SCIM refuses.
pub fn refusal(state: &State, access: ScimAccess, is_new: bool) -> Diagnostics {
    let answer = match access {
        ScimAccess::Forbidden => "answers 403 (not allowed)",
        ScimAccess::Unauthorized => "answers 401, as to a token that it does not know,",
        ScimAccess::Ok | ScimAccess::Unreachable => return Diagnostics::none(),
    };
    let lag = if is_new && access == ScimAccess::Unauthorized {
        " The token is new, and may not be known everywhere yet: refresh in a minute, which asks again."
    } else {
        ""
    };
    Diagnostics::warning_at(
        "scim_access",
        "SCIM refuses the token",
        format!(
            "SCIM {answer} to the token of the client {}, which was granted {}. Whoever provisions with it, such as \
             Okta, is refused as well.{lag} The token is kept.\n\n{CAUSES}\n\nIf nobody uses it for SCIM, set verify_scim = \
             false.",
            quoted(state.client_id.or_empty()),
            scopes(state),
        ),
    )
}

fn scopes(state: &State) -> String {
    let granted = state.granted_scopes.known_strings().unwrap_or_default();
    match granted.len() {
        0 => "scopes that the tenant did not tell".to_owned(),
        1 => format!(
            "the scope {}",
            text::item(&granted.into_iter().collect::<String>())
        ),
        _ => format!("the scopes {}", text::item(&Vec::from_iter(granted).join(", "))),
    }
}

/// Nobody knows whether SCIM takes the token.
fn unanswered(tenant: &access::Tenant) -> Diagnostics {
    Diagnostics::warning_at(
        "scim_access",
        "Whether SCIM takes the token is not known",
        format!(
            "{} gave no answer that says so, which may pass. The token is kept, and the next refresh asks again. If the \
             tenant has no SCIM, or nobody uses the token for it, set verify_scim = false.",
            tenant.tenant_url().scim_base_url()
        ),
    )
}
