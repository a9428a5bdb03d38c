//! The situations in which a token is, or is not, minted anew. The test prints them as a table.

use std::fmt::Write as _;

use super::*;

const ISSUED: &str = "2026-01-01T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A token of 365 days, looked at never, nothing changed, to be renewed 30 days early.
fn situation(remembered: &Memory) -> Situation<'_> {
    Situation {
        lifetime: Lifetime {
            issued_at: Some(at(ISSUED)),
            expires_at: Some(at("2027-01-01T00:00:00Z")),
        },
        ready: false,
        prior_early: SignedDuration::from_hours(720),
        early: Some(SignedDuration::from_hours(720)),
        change: None,
        remembered,
        is_kept: false,
    }
}

fn said(decision: Decision) -> String {
    match decision {
        Decision::Keep => "keep".to_owned(),
        Decision::Renew(Cause::Open) => "open".to_owned(),
        Decision::Renew(Cause::Known(reason)) => reason.to_string(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn situations() {
    type Change = fn(&mut Situation<'_>);
    let nothing: Change = |_| {};
    let fresh = Memory::default();
    let rejected = Memory {
        rejected: true,
        ..Memory::default()
    };
    let refused = Memory {
        rejected_at: Some(at("2026-05-02T08:00:00Z")),
        ..rejected.clone()
    };
    let seen = |text: &str| Memory {
        seen_at: Some(at(text)),
        ..Memory::default()
    };
    let (keep, due) = ("keep", "expires 2027-01-01T00:00:00Z");
    let (due_at_once, due_before, due_at_three) = (
        "expires 2026-01-01T00:00:00Z",
        "expires 2025-12-31T00:00:00Z",
        "expires 2026-01-01T03:00:00Z",
    );
    let table: [(&str, &str, Memory, Change, &str); 36] = [
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
            |s| s.early = Some(SignedDuration::from_hours(0)),
            due,
        ),
        (
            "window as long as the lifetime: renewed in its last third",
            "2026-09-01T07:59:59Z",
            fresh.clone(),
            |s| s.early = Some(SignedDuration::from_hours(8760)),
            keep,
        ),
        (
            "the same, in the last third",
            "2026-09-01T08:00:00Z",
            fresh.clone(),
            |s| s.early = Some(SignedDuration::from_hours(8760)),
            due,
        ),
        (
            "window longer than the lifetime",
            ISSUED,
            fresh.clone(),
            |s| s.early = Some(SignedDuration::from_hours(9000)),
            keep,
        ),
        (
            "window a minute shorter than the lifetime, which is short",
            "2026-01-01T00:01:00Z",
            fresh.clone(),
            |s| {
                s.lifetime.expires_at = Some(at("2026-01-01T03:00:00Z"));
                s.early = Some(SignedDuration::from_mins(179));
            },
            due_at_three,
        ),
        (
            "window too long, but the client changes",
            ISSUED,
            fresh.clone(),
            |s| {
                (s.early, s.change) = (
                    Some(SignedDuration::from_hours(9000)),
                    Some(Cause::Known(Reason::Client)),
                );
            },
            "client_id changed",
        ),
        (
            "zero lifetime",
            ISSUED,
            fresh.clone(),
            |s| s.lifetime.expires_at = s.lifetime.issued_at,
            due_at_once,
        ),
        (
            "zero lifetime without early renewal",
            ISSUED,
            fresh.clone(),
            |s| (s.lifetime.expires_at, s.early) = (s.lifetime.issued_at, Some(SignedDuration::ZERO)),
            due_at_once,
        ),
        (
            "negative lifetime without early renewal",
            ISSUED,
            fresh.clone(),
            |s| {
                (s.lifetime.expires_at, s.early) =
                    (Some(at("2025-12-31T00:00:00Z")), Some(SignedDuration::ZERO));
            },
            due_before,
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
            "no longer accepted by the tenant",
        ),
        (
            "rejected by the tenant, and it is known when",
            "2026-06-01T00:00:00Z",
            refused,
            nothing,
            "no longer accepted by the tenant, refused 2026-05-02T08:00:00Z",
        ),
        (
            "switch of client",
            ISSUED,
            fresh.clone(),
            |s| s.change = Some(Cause::Known(Reason::Client)),
            "client_id changed",
        ),
        (
            "new secret",
            ISSUED,
            fresh.clone(),
            |s| s.change = Some(Cause::Known(Reason::Secret)),
            "client_secret changed",
        ),
        (
            "other scopes",
            ISSUED,
            fresh.clone(),
            |s| s.change = Some(Cause::Known(Reason::Scopes)),
            "scopes changed",
        ),
        (
            "trigger",
            ISSUED,
            fresh.clone(),
            |s| s.change = Some(Cause::Known(Reason::Trigger)),
            "rotate_when_changed changed",
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
            |s| (s.early, s.prior_early) = (Some(SignedDuration::ZERO), SignedDuration::ZERO),
            keep,
        ),
        (
            "run out days ago, not looked at since (-refresh=false)",
            "2027-01-04T00:00:00Z",
            seen("2026-12-31T12:00:00Z"),
            |s| (s.early, s.prior_early) = (Some(SignedDuration::ZERO), SignedDuration::ZERO),
            due,
        ),
        (
            "token of three hours, looked at an hour ago (-refresh=false)",
            "2026-01-01T03:30:00Z",
            seen("2026-01-01T02:30:00Z"),
            |s| {
                s.lifetime.expires_at = Some(at("2026-01-01T03:00:00Z"));
                (s.early, s.prior_early) = (Some(SignedDuration::ZERO), SignedDuration::ZERO);
            },
            due_at_three,
        ),
        (
            "window not known yet",
            "2026-12-15T00:00:00Z",
            fresh.clone(),
            |s| s.early = None,
            "open",
        ),
        (
            "window not known yet, but past expiry",
            "2027-01-02T00:00:00Z",
            fresh.clone(),
            |s| s.early = None,
            due,
        ),
        (
            "window not known yet, expiry unknown",
            "2027-01-02T00:00:00Z",
            fresh.clone(),
            |s| (s.early, s.lifetime.expires_at) = (None, None),
            keep,
        ),
        (
            "a trigger that is not known yet, and past expiry",
            "2027-01-02T00:00:00Z",
            fresh.clone(),
            |s| s.change = Some(Cause::Open),
            "open",
        ),
        (
            "seen run out by a refresh",
            "2027-01-01T12:00:00Z",
            seen("2027-01-01T00:00:00Z"),
            |s| s.ready = true,
            "expired 2027-01-01T00:00:00Z",
        ),
        (
            "seen run out weeks ago (-refresh=false)",
            "2027-02-01T12:00:00Z",
            seen("2027-01-01T00:00:00Z"),
            |s| s.ready = true,
            "expired 2027-01-01T00:00:00Z",
        ),
        (
            "window widened since the last look",
            "2026-11-20T00:00:00Z",
            seen("2026-11-20T00:00:00Z"),
            |s| s.early = Some(SignedDuration::from_hours(1440)),
            due,
        ),
    ];
    let mut printed = format!("\n{:<60} {:<22} decision\n", "situation", "now");
    for (name, now, remembered, change, expected) in table {
        let mut situation = situation(&remembered);
        change(&mut situation);
        let decision = said(decide(&situation, at(now)));
        writeln!(printed, "{name:<60} {now:<22} {decision}").expect("a string takes all");
        assert_eq!(decision, expected, "{name}");
    }
    wsoa_test_kit::tell(&printed);
}

#[test]
fn the_time_of_the_last_look_changes_state_once_a_day_at_most_and_when_the_token_ends() {
    let year = situation(&Memory::default()).lifetime;
    let mut remembered = Memory::default();
    let mut noted = |now: &str| {
        let before = remembered.clone();
        remembered.look(&year, SignedDuration::ZERO, at(now));
        remembered != before
    };
    for (now, is_noted) in [
        ("2026-01-01T00:00:00Z", true),
        ("2026-01-01T23:59:59Z", false),
        ("2026-01-02T00:00:00Z", true),
        ("2026-12-31T23:00:00Z", true),
        ("2026-12-31T23:59:59Z", false),
        ("2027-01-01T00:00:00Z", true),
        ("2027-01-01T00:00:01Z", false),
    ] {
        assert_eq!(noted(now), is_noted, "{now}");
    }
}

/// Where the plan in an apply finds the time of the first one, no look has to hold for a while.
#[test]
fn a_time_that_is_kept_decides_to_the_second() {
    let seen = Memory {
        seen_at: Some(at("2026-12-01T00:00:00Z")),
        ..Memory::default()
    };
    for (now, is_kept, is_due) in [
        ("2026-12-01T23:59:59Z", true, false),
        ("2026-12-02T00:00:00Z", true, true),
        ("2026-12-02T00:00:00Z", false, false),
    ] {
        let situation = Situation {
            is_kept,
            ..situation(&seen)
        };
        let decision = decide(&situation, at(now));
        assert_eq!(decision != Decision::Keep, is_due, "{now} {is_kept}");
    }
}

/// A token that came at [`ISSUED`], with what a state holds of it.
struct Kept {
    lifetime: Lifetime,
    early: SignedDuration,
    ready: bool,
    remembered: Memory,
}

impl Kept {
    fn new(length: SignedDuration, early: SignedDuration) -> Self {
        Self {
            lifetime: Lifetime {
                issued_at: Some(at(ISSUED)),
                expires_at: at(ISSUED).checked_add(length).ok(),
            },
            early,
            ready: false,
            remembered: Memory::minted(at(ISSUED)),
        }
    }

    fn refresh(&mut self, now: Timestamp) {
        self.ready = self.remembered.look(&self.lifetime, self.early, now);
    }

    fn plan(&self, early: Option<SignedDuration>, now: Timestamp) -> String {
        let situation = Situation {
            lifetime: self.lifetime,
            ready: self.ready,
            prior_early: self.early,
            early,
            change: None,
            remembered: &self.remembered,
            is_kept: false,
        };
        said(decide(&situation, now))
    }
}

/// Core plans once more in an apply, from the state of the refresh before the plan, and insists on the same answer: up
/// to a day after that refresh, or a sixteenth of the token's life.
#[test]
fn a_plan_and_its_repetition_in_the_apply_agree_however_long_a_token_lives() {
    let second = SignedDuration::from_secs(1);
    let mut plans = 0;
    for hours in [1, 3, 10, 24, 7 * 24, 8 * 24, 15 * 24, 16 * 24, 30 * 24, 365 * 24] {
        let length = SignedDuration::from_hours(hours);
        let promised = (length / 16).min(SignedDuration::from_hours(24)) - second;
        let windows = [
            SignedDuration::ZERO,
            length / 100,
            length / 3,
            length - second,
            length,
            length * 9,
        ];
        let table = windows
            .iter()
            .flat_map(|early| windows.map(|then| (*early, then)));
        for (early, early_then) in table {
            for step in 0..60 {
                let refreshed = at(ISSUED) + length / 50 * step;
                // the refresh before that one: its look may still be the one that is remembered
                for since in [promised / 2, promised, promised + second, promised * 2] {
                    let mut kept = Kept::new(length, early);
                    kept.refresh(refreshed - since);
                    kept.refresh(refreshed);
                    let planned = kept.plan(Some(early_then), refreshed);
                    let planned_open = kept.plan(None, refreshed);
                    for pause in [second, promised / 2, promised] {
                        let repeated = kept.plan(Some(early_then), refreshed + pause);
                        assert_eq!(
                            repeated, planned,
                            "{hours} h, {early} {early_then}, step {step}, {pause}"
                        );
                        assert!(planned_open == "open" || planned_open == repeated);
                        plans += 1;
                    }
                }
            }
        }
    }
    wsoa_test_kit::tell(&format!("{plans} plans were repeated"));
}

/// Nothing above is bought with a token that is let run out: whoever refreshes renews in time.
#[test]
fn a_refresh_at_any_time_finds_what_is_due() {
    for hours in [1, 3, 24, 8 * 24, 365 * 24] {
        let length = SignedDuration::from_hours(hours);
        for early in [SignedDuration::ZERO, length / 10, length, length * 9] {
            let mut kept = Kept::new(length, early);
            for step in 0..150 {
                let now = at(ISSUED) + length / 100 * step;
                kept.refresh(now);
                let due = kept.lifetime.is_due(early, now);
                assert_eq!(
                    kept.plan(Some(early), now) != "keep",
                    due,
                    "{hours} h, {early}, {step} %"
                );
            }
        }
    }
}
