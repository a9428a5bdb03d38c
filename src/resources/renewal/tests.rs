//! The situations in which a token is, or is not, minted anew. The test prints them as a table.

use std::fmt::Write as _;

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
        prior_early: SignedDuration::from_hours(720),
        early: SignedDuration::from_hours(720),
        change: None,
        remembered,
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn situations() {
    type Change = fn(&mut Situation<'_>);
    let nothing: Change = |_| {};
    let fresh = Remembered::default();
    let rejected = Remembered {
        rejected: true,
        ..Remembered::default()
    };
    let seen = |text: &str| Remembered {
        seen_at: Some(at(text)),
        ..Remembered::default()
    };
    let keep = Decision::Keep;
    let due = Decision::Renew(Reason::Due);
    let table: [(&str, &str, Remembered, Change, Decision); 29] = [
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
            |s| s.early = SignedDuration::from_hours(0),
            due,
        ),
        (
            "window as long as the lifetime: renewed in its last third",
            "2026-09-01T07:59:59Z",
            fresh.clone(),
            |s| s.early = SignedDuration::from_hours(8760),
            keep,
        ),
        (
            "the same, in the last third",
            "2026-09-01T08:00:00Z",
            fresh.clone(),
            |s| s.early = SignedDuration::from_hours(8760),
            due,
        ),
        (
            "window longer than the lifetime",
            ISSUED,
            fresh.clone(),
            |s| s.early = SignedDuration::from_hours(9000),
            keep,
        ),
        (
            "window a minute shorter than the lifetime, which is short",
            "2026-01-01T00:01:00Z",
            fresh.clone(),
            |s| {
                s.lifetime.expires_at = Some(at("2026-01-01T03:00:00Z"));
                s.early = SignedDuration::from_mins(179);
            },
            due,
        ),
        (
            "window too long, but the client changes",
            ISSUED,
            fresh.clone(),
            |s| (s.early, s.change) = (SignedDuration::from_hours(9000), Some(Reason::Client)),
            Decision::Renew(Reason::Client),
        ),
        (
            "zero lifetime",
            ISSUED,
            fresh.clone(),
            |s| s.lifetime.expires_at = s.lifetime.issued_at,
            due,
        ),
        (
            "zero lifetime without early renewal",
            ISSUED,
            fresh.clone(),
            |s| (s.lifetime.expires_at, s.early) = (s.lifetime.issued_at, SignedDuration::ZERO),
            due,
        ),
        (
            "negative lifetime without early renewal",
            ISSUED,
            fresh.clone(),
            |s| (s.lifetime.expires_at, s.early) = (Some(at("2025-12-31T00:00:00Z")), SignedDuration::ZERO),
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
            "plan made before expiry, applied a day after",
            "2027-01-01T12:00:00Z",
            seen("2026-12-31T12:00:00Z"),
            |s| (s.early, s.prior_early) = (SignedDuration::ZERO, SignedDuration::ZERO),
            keep,
        ),
        (
            "run out days ago, not looked at since (-refresh=false)",
            "2027-01-04T00:00:00Z",
            seen("2026-12-31T12:00:00Z"),
            |s| (s.early, s.prior_early) = (SignedDuration::ZERO, SignedDuration::ZERO),
            due,
        ),
        (
            "token of three hours, looked at an hour ago (-refresh=false)",
            "2026-01-01T03:30:00Z",
            seen("2026-01-01T02:30:00Z"),
            |s| {
                s.lifetime.expires_at = Some(at("2026-01-01T03:00:00Z"));
                (s.early, s.prior_early) = (SignedDuration::ZERO, SignedDuration::ZERO);
            },
            due,
        ),
        (
            "window widened since the last look",
            "2026-11-20T00:00:00Z",
            seen("2026-11-20T00:00:00Z"),
            |s| s.early = SignedDuration::from_hours(1440),
            due,
        ),
    ];
    let mut printed = format!("\n{:<60} {:<22} decision\n", "situation", "now");
    for (name, now, remembered, change, expected) in table {
        let mut situation = situation(&remembered);
        change(&mut situation);
        let decision = decide(&situation, at(now));
        writeln!(printed, "{name:<60} {now:<22} {decision:?}").expect("a string takes all");
        assert_eq!(decision, expected, "{name}");
    }
    wsoa_test_kit::tell(&printed);
}

#[test]
fn the_time_of_the_last_look_changes_state_once_a_day_at_most() {
    let year = situation(&Remembered::default()).lifetime;
    let mut remembered = Remembered::default();
    remembered.seen(&year, at("2026-01-01T00:00:00Z"));
    let first = remembered.clone();
    remembered.seen(&year, at("2026-01-01T23:00:00Z"));
    assert_eq!(remembered, first);
    remembered.seen(&year, at("2026-01-02T00:00:00Z"));
    assert_ne!(remembered, first);
}

/// Core plans once more in an apply: were the verdict of a look over by then, keep could turn into renew.
#[test]
fn a_verdict_that_a_refresh_leaves_alone_still_holds_for_as_long_again() {
    let start = at("2026-01-01T00:00:00Z");
    for hours in [3, 10, 24, 7 * 24, 30 * 24, 365 * 24] {
        let length = SignedDuration::from_hours(hours);
        let lifetime = Lifetime {
            issued_at: Some(start),
            expires_at: start.checked_add(length).ok(),
        };
        let mut remembered = Remembered::default();
        remembered.seen(&lifetime, start);
        let first = remembered.clone();
        let age = length.min(SignedDuration::from_hours(24 * 16)) / 16 - SignedDuration::from_secs(1);
        let refreshed = start.checked_add(age).expect("a time");
        remembered.seen(&lifetime, refreshed);
        assert_eq!(remembered, first, "{hours} h");
        let applied = refreshed.checked_add(age).expect("a time");
        assert!(remembered.verdict_at(&lifetime, applied).is_some(), "{hours} h");
    }
}
