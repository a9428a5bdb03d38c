//! What a user is told of a token's end.

use jiff::SignedDuration;
use jiff::Timestamp;

use super::State;
use super::early_hours;
use super::lifetime;
use crate::plugin::Diagnostics;

/// Refuses a renewal window that would have every plan renew.
pub fn window_too_long(config: &State, lifetime_hours: i64) -> Diagnostics {
    Diagnostics::error_at(
        "early_renewal_hours",
        "Renewal window not shorter than the token's lifetime",
        format!(
            "early_renewal_hours is {}, but the token lives for {lifetime_hours} hours only, so that every plan would \
             renew it. Choose fewer hours, or raise access_token_ttl_minutes of the client and change \
             rotate_when_changed to get a token that lives longer.",
            early_hours(config)
        ),
    )
}

/// Warns of an expiry that is near and that this plan does nothing about. A window that nobody asked for is no longer
/// than a quarter of the lifetime: a token of three hours would otherwise be warned of from the start.
pub fn expiry_warning(config: &State, state: &State, now: Timestamp) -> Diagnostics {
    let lifetime = lifetime(state);
    let (Some(hours), Some(expires_at)) = (state.expiry_warning_hours.known(), lifetime.expires_at) else {
        return Diagnostics::none();
    };
    let mut window = SignedDuration::from_hours(*hours);
    if config.expiry_warning_hours.is_null()
        && let Some(length) = lifetime.length()
    {
        window = window.min(length / 4);
    }
    let near = expires_at.checked_sub(window).is_ok_and(|from| now >= from);
    if !near || *hours == 0 {
        return Diagnostics::none();
    }
    let (expires, runs) = if now < expires_at {
        ("expires", "runs out")
    } else {
        ("expired", "ran out")
    };
    let early = early_hours(state);
    let renewal = match lifetime.renewal_at(early) {
        Some(at) if early > 0 && now < at => {
            format!("The first apply after {at} renews it, so make sure that there is one.")
        }
        Some(_) if early > 0 || now >= expires_at => {
            "The next plan renews it, if it looks at the token: without -refresh=false.".to_owned()
        }
        _ => "Nothing renews it before that: set early_renewal_hours and apply regularly, or change \
              rotate_when_changed."
            .to_owned(),
    };
    Diagnostics::warning_at(
        "expires_at",
        format!(
            "The bearer token {expires} on {}",
            expires_at.strftime("%Y-%m-%d")
        ),
        format!("It {runs} at {expires_at}, and this plan does not renew it. {renewal}"),
    )
}
