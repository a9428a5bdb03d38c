//! Minting a token, and what a user should know about it.

use jiff::SignedDuration;
use terraform_plugin::resource::Current;
use terraform_plugin::value::Value;
use terraform_plugin::{Context, Diagnostics};

use super::expiry::{early, in_words, short_life, window_too_long};
use super::renewal::Memory;
use super::{State, lifetime, scim, secret_arguments};
use crate::access::{ErrorKind, RevokeError, Token};
use crate::objects::required;
use crate::{access, diagnose};

/// What to do where there is no secret to mint with.
pub const NO_SECRET: &str = "The secret is null, so no token can be requested. Give client_secret, usually \
     wsoa_oauth_client.NAME.client_secret, or client_secret_wo with client_secret_wo_version. An imported client has no \
     secret in state: give it one with client_secret, or have it make a new one with rotate_secret_when_changed.";

/// What a 401 means that is not the token endpoint's own word.
const NOT_INVALID_CLIENT: &str = "The answer does not say invalid_client, so client_id and client_secret may be right: a \
     gateway or firewall before the tenant, or a tenant that has locked the client for a while, answers like this. It was \
     not tried again. Look at what stands between this machine and the tenant, and apply again later.";

/// How far the clocks may be apart without a word.
const TOLERATED_SKEW_SECONDS: i64 = 300;

/// Mints a token into `state`. Without one nothing changes: the old token, if any, stays in state and in use.
///
/// All but `write_only` comes from the plan, in `state`.
pub async fn mint(
    tenant: &Context<access::Tenant>,
    mut state: State,
    write_only: &State,
) -> Result<Current<State>, Diagnostics> {
    let id = required("client_id", state.client_id.known())?;
    let secret = state
        .client_secret
        .known()
        .or(write_only.client_secret_wo.known())
        .cloned();
    let Some(secret) = secret else {
        return Err(Diagnostics::error_at(
            secret_argument(&state),
            "No client secret",
            NO_SECRET,
        ));
    };
    if state.revoke_on_destroy == Value::Known(true) {
        revocation_is_offered(tenant).await?;
    }
    let scopes: Option<Vec<String>> = state
        .scopes
        .known_strings()
        .map(|scopes| scopes.into_iter().collect());
    let minted = tenant.mint_when_known(&id, &secret, scopes.as_deref()).await;
    let token = minted.map_err(|error| not_minted(&id, secret_argument(&state), &error))?;
    let now = tenant.clock().now();
    if token
        .expires_at
        .is_some_and(|expires_at| expires_at <= token.issued_at)
    {
        return Err(Diagnostics::error_at(
            "client_id",
            "The tenant issued a token that has expired already",
            format!(
                "The token came at {}, by this machine's clock, and is said to expire at {}. Check \
                 access_token_ttl_minutes of the client {id:?}. The token was not kept.",
                token.issued_at,
                token.expires_at.map_or_else(String::new, |at| at.to_string())
            ),
        ));
    }
    put_token(&mut state, &token);
    tenant.tell(scim::ask(tenant, &mut state, true).await);
    tenant.tell(mint_warnings(tenant, &id, &state, &token).await);
    Ok(Current::remembering(state, &Memory::minted(now)))
}

fn put_token(state: &mut State, token: &Token) {
    state.access_token = Value::Known(token.access_token.clone());
    state.token_type = Value::Known(token.token_type.clone());
    state.granted_scopes = token.scopes.iter().collect();
    state.issued_at = Value::Known(token.issued_at.to_string());
    state.expires_at = token.expires_at.map(|at| at.to_string()).into();
    state.ready_for_renewal = Value::Known(false);
    state.last_minted_because.fill("its arguments changed"); // core leaves nothing open in the plan of an apply
    state.token_id = token.jti.clone().into();
}

/// Fails where a token could not be revoked later.
pub async fn revocation_is_offered(tenant: &access::Tenant) -> Result<(), Diagnostics> {
    match tenant.discovery().await {
        Ok(discovery) if discovery.revocation_endpoint.is_some() => Ok(()),
        Ok(_) => Err(not_revoked(&RevokeError::NotSupported)),
        Err(error) => Err(not_revoked(&RevokeError::Failed(error))),
    }
}

/// What a user is told when a token cannot be revoked.
pub fn not_revoked(error: &RevokeError) -> Diagnostics {
    let detail = match error {
        RevokeError::Failed(error) => diagnose::text(error),
        other => format!("{other}."),
    };
    Diagnostics::error_at(
        "revoke_on_destroy",
        "The token cannot be revoked",
        format!("{detail} With revoke_on_destroy = false the token is left to expire."),
    )
}

/// The argument that the secret comes from.
fn secret_argument(state: &State) -> &'static str {
    if secret_arguments(state).is_write_only() {
        "client_secret_wo"
    } else {
        "client_secret"
    }
}

/// What a user is told when there is no token for the client `id`, whose secret `secret_argument` gives.
pub fn not_minted(id: &str, secret_argument: &str, error: &access::Error) -> Diagnostics {
    let summary = format!("No token for the client {id:?}");
    match error.kind() {
        ErrorKind::InvalidClient => diagnose::error_at(secret_argument, &summary, error),
        ErrorKind::GrantRefused => diagnose::error_at("client_id", &summary, error),
        ErrorKind::Unauthorized => Diagnostics::error(
            summary,
            format!("{}\n\n{NOT_INVALID_CLIENT}", diagnose::sentence(error)),
        ),
        _ => diagnose::error(&summary, error),
    }
}

/// What a user should know about a token that was minted all the same.
async fn mint_warnings(tenant: &access::Tenant, id: &str, state: &State, token: &Token) -> Diagnostics {
    let mut warnings = Diagnostics::none();
    if let Some(skew) = token.clock_skew_seconds
        && skew.abs() > TOLERATED_SKEW_SECONDS
    {
        warnings.extend(Diagnostics::warning(
            "The tenant's clock differs from this machine's",
            format!(
                "The tenant's clock is {} {} this machine's. The token's life is counted by this machine's clock, from \
                 when the token came. If that is the clock that is wrong, set it: another machine would renew the token \
                 too early or too late.",
                in_words(SignedDuration::from_secs(skew.abs())),
                if skew > 0 { "ahead of" } else { "behind" }
            ),
        ));
    }
    if token.expires_at.is_none() {
        warnings.extend(Diagnostics::warning_at(
            "expires_at",
            "The tenant did not say when the token expires",
            "Nothing can renew it in time. Change rotate_when_changed regularly, for example with time_rotating.",
        ));
    }
    warnings.extend(window_too_long(early(state), &lifetime(state)));
    warnings.extend(short_life(state));
    // a second opinion only: whoever may mint may not be allowed to look at the client, and that is no fault. It does not
    // keep the token from state any longer than one request takes
    if let (Some(seconds), Ok(found)) = (token.expires_in, tenant.oauth_client_at_once(id).await)
        && let Some(minutes) = found.access_token_ttl_minutes
        && taken_for_seconds(seconds, minutes.into())
    {
        warnings.extend(Diagnostics::warning_at(
            "expires_at",
            "The tenant seems to read minutes as seconds",
            format!(
                "The client {id:?} has a token lifetime of {minutes} minutes, but the token lives for {seconds} seconds."
            ),
        ));
    }
    warnings
}

/// True if a token lives for about as many seconds as it should minutes (EVIDENCE Q17).
pub fn taken_for_seconds(seconds: i64, minutes: i64) -> bool {
    seconds > 0 && minutes > 2 && (seconds - minutes).abs() <= (minutes / 50).max(2)
}
