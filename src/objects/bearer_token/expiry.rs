//! What a user is told of a token's end.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, Unit};
use terraform_plugin::Diagnostics;
use terraform_plugin::value::{Number, Value};

use super::renewal::Lifetime;
use super::{State, lifetime};

/// A token that lives for less than a week is over before people who apply by hand come back. A week is a minute less
/// here, as tenants tell a second less than they were asked for.
const SHORT: SignedDuration = SignedDuration::from_mins(7 * 24 * 60 - 1);

/// How long before its end the token is renewed.
pub fn early(state: &State) -> SignedDuration {
    duration(&state.early_renewal_hours).unwrap_or(SignedDuration::ZERO)
}

/// So many hours, to the millisecond; `None` if there are none.
pub fn duration(hours: &Value<Number>) -> Option<SignedDuration> {
    let exact = SignedDuration::try_from_secs_f64(hours.known()?.as_f64()? * 3600.0);
    exact.ok()?.round(Unit::Millisecond).ok()
}

/// Warns of a renewal window that is no part of the token's life: every plan would renew the token, so that its last
/// third is taken instead.
pub fn window_too_long(early: SignedDuration, lifetime: &Lifetime) -> Diagnostics {
    let Some(length) = lifetime.length().filter(|_| lifetime.is_filled_by(early)) else {
        return Diagnostics::none();
    };
    Diagnostics::warning_at(
        "early_renewal_hours",
        "Renewal window not shorter than the token's life",
        format!(
            "early_renewal_hours asks for a renewal {} before the token expires, but the token lives for {} only, so \
             every plan would renew it. It is renewed in the last third of its lifetime instead, from {} before it \
             expires. Choose fewer hours, which may be a fraction such as 0.5, or raise access_token_ttl_minutes of \
             the client and change rotate_when_changed to get a token that lives longer.",
            in_words(early),
            in_words(length),
            in_words(lifetime.window(early)),
        ),
    )
}

/// Warns of a token that is soon over and that nothing renews before.
pub fn short_life(state: &State) -> Diagnostics {
    let length = lifetime(state).length();
    let Some(length) = length.filter(|length| *length < SHORT && state.early_renewal_hours.is_null()) else {
        return Diagnostics::none();
    };
    Diagnostics::warning_at(
        "early_renewal_hours",
        format!("The token lives for {} only", in_words(length)),
        "Without early_renewal_hours only an apply after its expiry renews it, and whoever uses it is cut off until \
         then. Give early_renewal_hours, less than the token's life, and apply within that time. Or have it \
         live longer: raise access_token_ttl_minutes of its client, and write rotate_when_changed = { ttl = \
         wsoa_oauth_client.NAME.access_token_ttl_minutes } here, so that a new token comes with a new lifetime.",
    )
}

/// A time as people say it, in one or two units. Tenants tell a second less than they were asked for, which makes no
/// minute less.
pub fn in_words(time: SignedDuration) -> String {
    let plural = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let both = |large: i64, large_unit: &str, small: i64, small_unit: &str| match small {
        0 => plural(large, large_unit),
        _ => format!("{} {}", plural(large, large_unit), plural(small, small_unit)),
    };
    let seconds = time.as_secs();
    let minutes = (seconds + 30) / 60;
    let hours = (minutes + 30) / 60;
    match () {
        () if seconds < 100 => plural(seconds, "second"),
        () if minutes < 100 && minutes != 60 => plural(minutes, "minute"),
        () if hours < 48 => both(minutes / 60, "hour", minutes % 60, "minute"),
        () => both(hours / 24, "day", hours % 24, "hour"),
    }
}

/// Warns of an expiry that is near and that this plan does nothing about. A window that nobody asked for is no longer
/// than a quarter of the lifetime: a token of three hours would otherwise be warned of from the start.
pub fn expiry_warning(config: &State, state: &State, now: Timestamp) -> Diagnostics {
    let lifetime = lifetime(state);
    let (Some(mut window), Some(expires_at)) = (duration(&state.expiry_warning_hours), lifetime.expires_at)
    else {
        return Diagnostics::none();
    };
    let wanted = window.is_positive();
    if config.expiry_warning_hours.is_null()
        && let Some(length) = lifetime.length()
    {
        window = window.min(length / 4);
    }
    let near = expires_at.checked_sub(window).is_ok_and(|from| now >= from);
    if !near || !wanted {
        return Diagnostics::none();
    }
    let expires = if now < expires_at { "expires" } else { "expired" };
    let early = early(state);
    let renewal = match lifetime.renewal_at(early) {
        Some(at) if early.is_positive() && now < at => {
            format!("The first apply after {at} renews it, so make sure that there is one.")
        }
        Some(_) if early.is_positive() || now >= expires_at => {
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
            Offset::UTC.to_datetime(expires_at).date()
        ),
        format!("It {expires} at {expires_at}, and this plan does not renew it. {renewal}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_fitting_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (99, "99 seconds"),
            (299, "5 minutes"),
            (3599, "1 hour"),
            (10_799, "3 hours"),
            (10_800, "3 hours"),
            (9000, "2 hours 30 minutes"),
            (3660 + 3600, "2 hours 1 minute"),
            (172_799, "2 days"),
            (176_400, "2 days 1 hour"),
            (31_535_999, "365 days"),
        ] {
            assert_eq!(in_words(SignedDuration::from_secs(seconds)), words, "{seconds}");
        }
    }
}
