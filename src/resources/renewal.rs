//! When a bearer token is minted anew: a pure function of what was, what is configured and what time it is.
//!
//! A token is renewed in place, and the old one is left to run out, so that both work in between. Renewal needs a
//! reason; an unrelated change is none.

use jiff::SignedDuration;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

/// For how long the verdict of a look at the token holds. Terraform plans a change again while it applies it and
/// insists on the same answer, which must not depend on how long the plan was left lying.
const VERDICT_HOLDS: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How often the time of the last look is written down anew: not in every refresh, as that would change state.
const VERDICT_REFRESHED: SignedDuration = SignedDuration::from_hours(24);

/// What is remembered beside state. No secret.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Remembered {
    /// The tenant said that the token is no longer valid.
    pub rejected: bool,
    /// When the token was looked at, to within a day.
    pub seen_at: Option<Timestamp>,
}

impl Remembered {
    /// Notes a look at the token.
    pub fn seen(&mut self, now: Timestamp) {
        let recent = self
            .seen_at
            .is_some_and(|seen| now.duration_since(seen).abs() < VERDICT_REFRESHED);
        if !recent {
            self.seen_at = Some(now);
        }
    }

    fn verdict_holds(&self, now: Timestamp) -> bool {
        self.seen_at
            .is_some_and(|seen| now.duration_since(seen).abs() <= VERDICT_HOLDS)
    }
}

/// The life of a token, as far as it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetime {
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it runs out; `None` if nobody said.
    pub expires_at: Option<Timestamp>,
}

impl Lifetime {
    /// From issue to expiry.
    pub fn length(&self) -> Option<SignedDuration> {
        Some(self.expires_at?.duration_since(self.issued_at?))
    }

    /// When it is to be renewed, `early_hours` before it runs out.
    pub fn renewal_at(&self, early_hours: i64) -> Option<Timestamp> {
        self.expires_at?
            .checked_sub(SignedDuration::from_hours(early_hours))
            .ok()
    }

    /// True if that moment has come.
    pub fn is_due(&self, early_hours: i64, now: Timestamp) -> bool {
        self.renewal_at(early_hours).is_some_and(|at| now >= at)
    }
}

/// Why a token is minted anew.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// Another client.
    Client,
    /// Another secret of the same client.
    Secret,
    /// Other scopes.
    Scopes,
    /// `rotate_when_changed` changed.
    Trigger,
    /// The tenant no longer accepts the token.
    Rejected,
    /// It runs out within the configured time.
    Due,
}

/// What to decide on.
pub struct Situation<'a> {
    /// The token in state.
    pub lifetime: Lifetime,
    /// `ready_for_renewal` in state, the verdict of the last refresh.
    pub ready: bool,
    /// `early_renewal_hours` when that verdict was given.
    pub prior_early_hours: i64,
    /// `early_renewal_hours` now.
    pub early_hours: i64,
    /// What the configuration changes, or may change, so that the token no longer fits.
    pub change: Option<Reason>,
    /// What is remembered.
    pub remembered: &'a Remembered,
}

/// The decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// The token stays.
    Keep,
    /// A new one is minted.
    Renew(Reason),
    /// `early_renewal_hours` is not less than the token's lifetime of so many hours: every plan would renew.
    Refuse {
        /// The lifetime in hours, see [`whole_hours`].
        lifetime_hours: i64,
    },
}

/// A lifetime as people say it. Tenants tell a second less than they were asked for, which makes no hour less.
pub fn whole_hours(length: SignedDuration) -> i64 {
    length.saturating_add(SignedDuration::from_mins(30)).as_hours()
}

/// Decides.
pub fn decide(situation: &Situation<'_>, now: Timestamp) -> Decision {
    let Situation {
        lifetime,
        remembered,
        early_hours,
        ..
    } = *situation;
    let rejected = remembered.rejected.then_some(Reason::Rejected);
    if let Some(reason) = situation.change.or(rejected) {
        return Decision::Renew(reason);
    }
    if let Some(length) = lifetime.length()
        && early_hours > 0
        && SignedDuration::from_hours(early_hours) >= length
    {
        return Decision::Refuse {
            lifetime_hours: whole_hours(length),
        };
    }
    let verdict_holds = early_hours == situation.prior_early_hours && remembered.verdict_holds(now);
    let due = if verdict_holds {
        situation.ready
    } else {
        lifetime.is_due(early_hours, now)
    };
    if due {
        Decision::Renew(Reason::Due)
    } else {
        Decision::Keep
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUED: &str = "2026-01-01T00:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    /// A token of 365 days, looked at never, nothing changed, to be renewed 30 days early.
    fn situation(remembered: &Remembered) -> Situation<'_> {
        Situation {
            lifetime: Lifetime {
                issued_at: Some(at(ISSUED)),
                expires_at: Some(at("2027-01-01T00:00:00Z")),
            },
            ready: false,
            prior_early_hours: 720,
            early_hours: 720,
            change: None,
            remembered,
        }
    }

    #[test]
    fn a_second_less_is_no_hour_less() {
        let hours = |seconds| whole_hours(SignedDuration::from_secs(seconds));
        assert_eq!([hours(7199), hours(7200), hours(0), hours(1799)], [2, 2, 0, 0]);
    }

    #[test]
    fn situations() {
        type Change = fn(&mut Situation<'_>);
        let nothing: Change = |_| {};
        let fresh = Remembered::default();
        let rejected = Remembered {
            rejected: true,
            seen_at: None,
        };
        let seen = |text: &str| Remembered {
            rejected: false,
            seen_at: Some(at(text)),
        };
        let keep = Decision::Keep;
        let due = Decision::Renew(Reason::Due);
        let year = Decision::Refuse { lifetime_hours: 8760 };
        let table: [(&str, &str, Remembered, Change, Decision); 24] = [
            ("not yet", "2026-06-01T00:00:00Z", fresh.clone(), nothing, keep),
            (
                "a second before the window",
                "2026-12-01T23:59:59Z",
                fresh.clone(),
                nothing,
                keep,
            ),
            (
                "at the start of the window",
                "2026-12-02T00:00:00Z",
                fresh.clone(),
                nothing,
                due,
            ),
            (
                "inside the window",
                "2026-12-15T00:00:00Z",
                fresh.clone(),
                nothing,
                due,
            ),
            ("past expiry", "2027-02-01T00:00:00Z", fresh.clone(), nothing, due),
            (
                "past expiry without early renewal",
                "2027-01-01T00:00:00Z",
                fresh.clone(),
                |s| s.early_hours = 0,
                due,
            ),
            (
                "window as long as the lifetime",
                ISSUED,
                fresh.clone(),
                |s| s.early_hours = 8760,
                year,
            ),
            (
                "window longer than the lifetime",
                ISSUED,
                fresh.clone(),
                |s| s.early_hours = 9000,
                year,
            ),
            (
                "window too long, but the client changes",
                ISSUED,
                fresh.clone(),
                |s| (s.early_hours, s.change) = (9000, Some(Reason::Client)),
                Decision::Renew(Reason::Client),
            ),
            (
                "zero lifetime",
                ISSUED,
                fresh.clone(),
                |s| s.lifetime.expires_at = s.lifetime.issued_at,
                Decision::Refuse { lifetime_hours: 0 },
            ),
            (
                "zero lifetime without early renewal",
                ISSUED,
                fresh.clone(),
                |s| (s.lifetime.expires_at, s.early_hours) = (s.lifetime.issued_at, 0),
                due,
            ),
            (
                "negative lifetime without early renewal",
                ISSUED,
                fresh.clone(),
                |s| (s.lifetime.expires_at, s.early_hours) = (Some(at("2025-12-31T00:00:00Z")), 0),
                due,
            ),
            (
                "expiry unknown: no exp, no expires_in",
                "2040-01-01T00:00:00Z",
                fresh.clone(),
                |s| s.lifetime.expires_at = None,
                keep,
            ),
            (
                "our clock minutes behind the tenant's",
                "2025-12-31T23:55:00Z",
                fresh.clone(),
                nothing,
                keep,
            ),
            (
                "our clock minutes ahead of the tenant's",
                "2026-12-02T00:05:00Z",
                fresh.clone(),
                nothing,
                due,
            ),
            (
                "rejected by the tenant",
                "2026-06-01T00:00:00Z",
                rejected,
                nothing,
                Decision::Renew(Reason::Rejected),
            ),
            (
                "switch of client",
                ISSUED,
                fresh.clone(),
                |s| s.change = Some(Reason::Client),
                Decision::Renew(Reason::Client),
            ),
            (
                "new secret",
                ISSUED,
                fresh.clone(),
                |s| s.change = Some(Reason::Secret),
                Decision::Renew(Reason::Secret),
            ),
            (
                "other scopes",
                ISSUED,
                fresh.clone(),
                |s| s.change = Some(Reason::Scopes),
                Decision::Renew(Reason::Scopes),
            ),
            (
                "trigger",
                ISSUED,
                fresh.clone(),
                |s| s.change = Some(Reason::Trigger),
                Decision::Renew(Reason::Trigger),
            ),
            (
                "refresh saw it due",
                "2026-12-02T00:00:00Z",
                seen("2026-12-02T00:00:00Z"),
                |s| s.ready = true,
                due,
            ),
            // planned at 23:59 as "stays", applied after midnight: Terraform must get the same answer
            (
                "plan made yesterday, applied today",
                "2026-12-02T12:00:00Z",
                seen("2026-12-01T12:00:00Z"),
                nothing,
                keep,
            ),
            (
                "last look weeks ago (-refresh=false)",
                "2026-12-15T00:00:00Z",
                seen("2026-11-20T00:00:00Z"),
                nothing,
                due,
            ),
            (
                "window widened since the last look",
                "2026-11-20T00:00:00Z",
                seen("2026-11-20T00:00:00Z"),
                |s| s.early_hours = 1440,
                due,
            ),
        ];
        println!("{:<45} {:<22} decision", "situation", "now");
        for (name, now, remembered, change, expected) in table {
            let mut situation = situation(&remembered);
            change(&mut situation);
            let decision = decide(&situation, at(now));
            println!("{name:<45} {now:<22} {decision:?}");
            assert_eq!(decision, expected, "{name}");
        }
    }

    #[test]
    fn the_time_of_the_last_look_changes_state_once_a_day_at_most() {
        let mut remembered = Remembered::default();
        remembered.seen(at("2026-01-01T00:00:00Z"));
        let first = remembered.clone();
        remembered.seen(at("2026-01-01T23:00:00Z"));
        assert_eq!(remembered, first);
        remembered.seen(at("2026-01-02T00:00:00Z"));
        assert_ne!(remembered, first);
    }
}
