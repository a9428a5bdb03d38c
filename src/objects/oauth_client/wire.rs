//! Between state and the API's client object.
//!
//! What the tenant reorders is compared as a set; state keeps the user's spelling while it means the same
//! (EVIDENCE Q23).

use std::collections::BTreeSet;

use terraform_plugin::Diagnostics;
use terraform_plugin::secret::Secret;
use terraform_plugin::value::Dynamic;
use terraform_plugin::value::Model as _;
use terraform_plugin::value::Set;
use terraform_plugin::value::Value;

use super::State;
use crate::access::OAuthClient;
use crate::access::OAuthClientChange;

/// The body of a creation: what is planned and known, and the secret.
pub fn new_client(planned: &State, secret: Secret) -> OAuthClient {
    OAuthClient {
        client_id: planned.client_id.known().cloned().unwrap_or_default(),
        remember_as: planned.display_name.known().cloned(),
        scopes: planned.scopes.known_strings().unwrap_or_default(),
        grant_types: planned.grant_types.known_strings().unwrap_or_default(),
        redirect_uris: planned.redirect_uris.known_strings(),
        access_token_ttl_minutes: minutes(&planned.access_token_ttl_minutes),
        refresh_token_ttl_minutes: minutes(&planned.refresh_token_ttl_minutes),
        refresh_token_idle_ttl_minutes: minutes(&planned.refresh_token_idle_ttl_minutes),
        display_user_grant: planned.display_user_grant.known().copied(),
        inheritance_allowed: planned.inheritance_allowed.known().copied(),
        internal_system_client: planned.internal_system_client.known().copied(),
        resource_uuid: planned.resource_uuid.known().cloned(),
        secret: Some(secret),
    }
}

/// The body of an update: all that is planned and known, so that a tenant that replaces everything loses nothing.
pub fn change(prior: &State, planned: &State) -> OAuthClientChange {
    let redirect_uris = match (&planned.redirect_uris, &prior.redirect_uris) {
        (Value::Null, Value::Known(_)) => Some(BTreeSet::new()), // removed from the configuration
        (planned, _) => planned.known_strings(),
    };
    OAuthClientChange {
        remember_as: planned.display_name.known().cloned(),
        scopes: planned.scopes.known_strings(),
        grant_types: planned.grant_types.known_strings(),
        redirect_uris,
        access_token_ttl_minutes: minutes(&planned.access_token_ttl_minutes),
        refresh_token_ttl_minutes: minutes(&planned.refresh_token_ttl_minutes),
        refresh_token_idle_ttl_minutes: minutes(&planned.refresh_token_idle_ttl_minutes),
        display_user_grant: planned.display_user_grant.known().copied(),
        inheritance_allowed: planned.inheritance_allowed.known().copied(),
        internal_system_client: planned.internal_system_client.known().copied(),
        resource_uuid: planned.resource_uuid.known().cloned(),
    }
}

fn minutes(value: &Value<i64>) -> Option<i32> {
    value.known().and_then(|minutes| i32::try_from(*minutes).ok())
}

/// Fills what the plan left open with what the tenant answered.
pub fn fill(state: &mut State, found: &OAuthClient) {
    state.display_name.fill(found.remember_as.clone());
    state
        .scopes
        .fill(found.scopes.iter().collect::<Value<Set<String>>>());
    state
        .grant_types
        .fill(found.grant_types.iter().collect::<Value<Set<String>>>());
    state
        .access_token_ttl_minutes
        .fill(found.access_token_ttl_minutes.map(i64::from));
    state
        .refresh_token_ttl_minutes
        .fill(found.refresh_token_ttl_minutes.map(i64::from));
    state
        .refresh_token_idle_ttl_minutes
        .fill(found.refresh_token_idle_ttl_minutes.map(i64::from));
    state.display_user_grant.fill(found.display_user_grant);
    state.inheritance_allowed.fill(found.inheritance_allowed);
    state.internal_system_client.fill(found.internal_system_client);
    state.resource_uuid.fill(found.resource_uuid.clone());
    state.id.fill(found.client_id.as_str());
}

/// Takes over what the tenant has. A field that it does not tell keeps its value.
pub fn refresh(state: &mut State, found: &OAuthClient) {
    let same = |id: &String| id.eq_ignore_ascii_case(&found.client_id);
    if !state.client_id.known().is_some_and(same) {
        state.client_id = found.client_id.as_str().into();
    }
    state.id = found.client_id.as_str().into(); // as the tenant spells it
    tell(&mut state.display_name, found.remember_as.clone());
    // no client is without a scope or a grant: none means that none was told
    for (value, told) in [
        (&mut state.scopes, &found.scopes),
        (&mut state.grant_types, &found.grant_types),
    ] {
        if !told.is_empty() {
            set(value, told);
        }
    }
    if let Some(told) = &found.redirect_uris {
        set(&mut state.redirect_uris, told);
    }
    tell(
        &mut state.access_token_ttl_minutes,
        found.access_token_ttl_minutes.map(i64::from),
    );
    tell(
        &mut state.refresh_token_ttl_minutes,
        found.refresh_token_ttl_minutes.map(i64::from),
    );
    tell(
        &mut state.refresh_token_idle_ttl_minutes,
        found.refresh_token_idle_ttl_minutes.map(i64::from),
    );
    tell(&mut state.display_user_grant, found.display_user_grant);
    tell(&mut state.inheritance_allowed, found.inheritance_allowed);
    tell(&mut state.internal_system_client, found.internal_system_client);
    let same_uuid = |told: &String| {
        state
            .resource_uuid
            .known()
            .is_some_and(|uuid| uuid.eq_ignore_ascii_case(told))
    };
    if !found.resource_uuid.as_ref().is_some_and(same_uuid) {
        tell(&mut state.resource_uuid, found.resource_uuid.clone());
    }
}

fn tell<T>(value: &mut Value<T>, told: Option<T>) {
    if let Some(told) = told {
        *value = Value::Known(told);
    }
}

fn set(value: &mut Value<Set<String>>, told: &BTreeSet<String>) {
    let folded = |set: &BTreeSet<String>| {
        set.iter()
            .map(|text| text.to_ascii_lowercase())
            .collect::<BTreeSet<_>>()
    };
    let same = value
        .known_strings()
        .map_or(value.is_null() && told.is_empty(), |known| {
            folded(&known) == folded(told)
        });
    if !same {
        *value = told.iter().collect();
    }
}

/// Whether what the tenant shows contradicts what state says.
pub fn contradicts(state: &State, found: &OAuthClient) -> bool {
    let mut contradicts = false;
    compare(state, found, |_, was_told| contradicts |= was_told);
    contradicts
}

/// Warns where the tenant's answer is not what was asked for. Terraform insists that state then says what was
/// planned; the next refresh shows the difference, and this says it now.
pub fn differences(planned: &State, found: &OAuthClient) -> Diagnostics {
    let mut diagnostics = Diagnostics::none();
    compare(planned, found, |field, _| {
        diagnostics.extend(Diagnostics::warning_at(
            field,
            "The tenant stored something else",
            format!("The tenant did not take {field} as given. The next plan shows what it has."),
        ));
    });
    diagnostics
}

/// Calls `differs` with each field that is known in `state` and that the tenant shows otherwise, and with whether it was
/// more than null before.
fn compare(state: &State, found: &OAuthClient, mut differs: impl FnMut(&str, bool)) {
    let mut seen = state.clone();
    refresh(&mut seen, found);
    // ids are compared by whoever looks for the client; in another spelling they are the same
    (seen.id, seen.client_id) = (state.id.clone(), state.client_id.clone());
    let (before, after) = (state.clone().into_object(), seen.into_object());
    for (name, before) in before.iter().filter(|(_, before)| **before != Dynamic::Unknown) {
        if after.get(name) != Some(before) {
            differs(name, *before != Dynamic::Null);
        }
    }
}
