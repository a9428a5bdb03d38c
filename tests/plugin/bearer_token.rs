//! `wsoa_bearer_token` from its minting to its end.

use std::time::Duration;

use access_simulator::{AcsDiscovery, Action as Happens, Fault, TtlUnit};
use jiff::{SignedDuration, Timestamp};
use wsoa_test_kit::{Action, State, Val, obj};

use crate::bench::{
    BEGIN, CLIENT, MINT, TOKEN, bench, bench_in_process, bench_in_process_with, bench_switched, client,
    existing_client,
};

#[tokio::test]
async fn a_token_is_minted_once_and_kept() {
    let bench = bench().await;
    let config = existing_client(&bench.tenant, "okta");
    let state = bench.host.create(TOKEN, config.clone()).await;
    assert_eq!(state.str_at("token_type"), "Bearer");
    assert_eq!(state.at("granted_scopes"), &Val::from(["admin"]));
    assert_eq!(state.at("ready_for_renewal"), &Val::from(false));
    let instant = |name: &str| state.str_at(name).parse::<Timestamp>().unwrap();
    let lifetime = instant("expires_at").duration_since(instant("issued_at"));
    assert_eq!((lifetime + SignedDuration::from_secs(60)).as_hours(), 365 * 24);
    bench.tenant.clear_requests();
    for _ in 0..3 {
        let read = bench.host.refresh(&state).await.unwrap();
        assert_eq!(read.value, state.value);
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&read), config.clone())
                .await
                .is_empty()
        );
    }
    assert!(!bench.requests().iter().any(|it| it == "POST oauthtoken"));
}

#[tokio::test]
async fn the_id_survives_a_renewal_and_the_old_token_goes_on_working() {
    let bench = bench().await;
    let config = existing_client(&bench.tenant, "okta");
    let with = |n: &str| config.clone().with("rotate_when_changed", obj! { n: n });
    let first = bench.host.create(TOKEN, with("1")).await;
    let planned = bench
        .host
        .plan(TOKEN, Some(&first), with("2"))
        .await
        .assert(Action::Update);
    assert!(planned.at("access_token").is_unknown());
    assert_eq!(planned.at("id"), first.at("id"));
    let second = bench.host.apply(planned).await.ok();
    assert_eq!(second.at("id"), first.at("id"));
    assert_ne!(second.str_at("access_token"), first.str_at("access_token"));
    assert_eq!(
        bench.host.refresh(&first).await.unwrap().at("ready_for_renewal"),
        &Val::from(false)
    );
}

#[tokio::test]
async fn a_token_revoked_elsewhere_is_healed_with_a_sentence_that_says_why() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    let state = bench.host.create(TOKEN, config.clone()).await;
    assert!(bench.tenant.revoke_token(state.str_at("access_token")));
    let seen = bench.host.refresh(&state).await.unwrap();
    assert_eq!(seen.at("ready_for_renewal"), &Val::from(true));
    let planned = bench
        .host
        .plan(TOKEN, Some(&seen), config.clone())
        .await
        .assert(Action::Update);
    planned.diagnostics.expect("no longer valid at the tenant");
    let healed = bench.host.apply(planned).await.ok();
    let read = bench.host.refresh(&healed).await.unwrap();
    assert!(bench.host.plan(TOKEN, Some(&read), config).await.is_empty());
}

/// A token with which SCIM is not asked, so that the tenant's own check has the word.
fn unproved(tenant: &access_simulator::Tenant) -> Val {
    existing_client(tenant, "okta").with("verify_scim", false)
}

#[tokio::test]
async fn a_fresh_token_that_the_tenant_calls_invalid_is_looked_at_again() {
    for (lag_ms, waits, valid) in [
        (0, &[][..], true),
        (1500, &[2], true),
        (4500, &[2, 3], true),
        (8000, &[2, 3, 5], true),
        (30_000, &[2, 3, 5], false),
    ] {
        let bench = bench_in_process().await;
        let config = unproved(&bench.tenant);
        let state = bench.host.create(TOKEN, config.clone()).await;
        bench
            .tenant
            .switches(|switches| switches.lag_is_valid_ms = lag_ms);
        let seen = bench.host.refresh(&state).await.unwrap();
        assert_eq!(bench.clock.take_slept(), seconds(waits), "{lag_ms}");
        let planned = bench.host.plan(TOKEN, Some(&seen), config.clone()).await;
        assert_eq!(planned.is_empty(), valid, "{lag_ms}: {}", planned.value);

        // a minute later it is known, and one word is enough
        bench.clock.advance(Duration::from_secs(60));
        let seen = bench.host.refresh(&seen).await.unwrap();
        assert!(bench.host.plan(TOKEN, Some(&seen), config).await.is_empty());
        bench.tenant.revoke_token(state.str_at("access_token"));
        let seen = bench.host.refresh(&seen).await.unwrap();
        assert_eq!(seen.at("ready_for_renewal"), &Val::from(true));
        assert!(bench.clock.slept().is_empty());
    }
}

#[tokio::test]
async fn a_look_at_a_fresh_token_that_fails_or_is_cut_short_changes_nothing() {
    for interrupted in [true, false] {
        let bench = bench_in_process_with(|switches| switches.lag_is_valid_ms = 30_000).await;
        let config = unproved(&bench.tenant);
        let state = bench.host.create(TOKEN, config.clone()).await;
        if interrupted {
            bench.clock.hurry_after(1);
        } else {
            bench.fail(Fault::on("GET", "/auth/token", Happens::status(404)).after(1));
        }
        let seen = bench.host.refresh(&state).await.unwrap();
        assert_eq!(seen.value, state.value);
        assert!(bench.host.plan(TOKEN, Some(&seen), config).await.is_empty());
        assert_eq!(bench.clock.slept(), seconds(&[2]));
    }
}

#[tokio::test]
async fn a_check_that_gives_no_answer_changes_nothing() {
    let bench = bench().await;
    let config = unproved(&bench.tenant);
    let state = bench.host.create(TOKEN, config.clone()).await;
    for happens in [Happens::status(404), Happens::status(400), Happens::html(200)] {
        bench.fail(Fault::on("GET", "/auth/token", happens));
        let read = bench.host.refresh(&state).await.unwrap();
        assert_eq!(read.value, state.value);
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&read), config.clone())
                .await
                .is_empty()
        );
        assert!(bench.tenant.pending_faults().is_empty());
    }
}

#[tokio::test]
async fn a_mint_that_failed_leaves_nothing_new_and_keeps_what_there_was() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    let wrong = config.clone().with("client_secret", "wrong");
    let planned = bench.host.plan(TOKEN, None, wrong.clone()).await;
    let failed = bench.host.apply(planned).await;
    assert!(failed.state.is_none());
    assert_eq!(failed.diagnostics.0.len(), 1, "{}", failed.diagnostics);
    let told = failed.diagnostics.expect("invalid_client");
    assert_eq!(told.path, "client_secret");
    assert!(!failed.diagnostics.to_string().contains("secret-of-the-client"));
    assert_eq!(
        bench.clock.take_slept().len(),
        3,
        "it may only have been too early"
    );

    let state = bench.host.create(TOKEN, config.clone()).await;
    let planned = bench.host.plan(TOKEN, Some(&state), wrong).await;
    assert_eq!(bench.host.apply(planned).await.state.unwrap(), state);
    bench.clock.take_slept();
    for happens in [Happens::status(403), Happens::status(401), Happens::html(200)] {
        let again = config.clone().with("rotate_when_changed", obj! { n: "1" });
        let planned = bench.host.plan(TOKEN, Some(&state), again).await;
        bench.fail(Fault::on("POST", MINT, happens).times(9));
        let failed = bench.host.apply(planned).await;
        bench.tenant.clear_faults();
        assert!(failed.diagnostics.has_errors());
        assert_eq!(failed.state.unwrap(), state);
        assert!(bench.clock.slept().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_the_token_endpoints_leaves_the_credentials_out_of_it() {
    for answer in [
        Happens::status(401),
        Happens::html(401),
        Happens::json(401, &serde_json::json!({ "message": "locked" })),
    ] {
        let bench = bench_in_process().await;
        let config = existing_client(&bench.tenant, "okta");
        let planned = bench.host.plan(TOKEN, None, config.clone()).await;
        bench.requests();
        bench.fail(Fault::on("POST", MINT, answer.clone()).times(9));
        let failed = bench.host.apply(planned).await;
        let told = failed
            .diagnostics
            .expect("client_id and client_secret may be right");
        assert_eq!((told.path.as_str(), failed.diagnostics.0.len()), ("", 1));
        assert_eq!(bench.requests(), ["POST oauthtoken"], "it is not asked again");
        let told = bench.host.try_open_ephemeral(TOKEN, config).await.unwrap_err();
        told.expect("client_id and client_secret may be right");
    }
}

fn seconds(list: &[u64]) -> Vec<Duration> {
    list.iter().map(|seconds| Duration::from_secs(*seconds)).collect()
}

/// A client that this provider makes, and rotates when `n` changes.
fn made_client(n: &str) -> Val {
    client("made").with("rotate_secret_when_changed", obj! { n: n })
}

#[tokio::test]
async fn a_token_endpoint_that_lags_behind_a_client_is_waited_for() {
    let token_of = |client: &State| obj! { client_id: "made", client_secret: client.str_at("client_secret") };
    for (lag_ms, waits) in [(0, &[][..]), (1000, &[2]), (6000, &[2, 5]), (16_000, &[2, 5, 10])] {
        let bench = bench_in_process_with(|switches| switches.lag_token_ms = lag_ms).await;
        bench.clock.advance(Duration::from_secs(60)); // the admin's own client is known
        let made = bench.host.create(CLIENT, made_client("1")).await;
        bench.clock.take_slept();
        let token = bench.host.create(TOKEN, token_of(&made)).await;
        assert_eq!(bench.clock.take_slept(), seconds(waits), "created, {lag_ms}");
        bench.clock.advance(Duration::from_secs(60));

        // whoever meets the new secret first waits for it
        let rotated = bench.host.update(&made, made_client("2")).await;
        let renewed = bench.host.update(&token, token_of(&rotated)).await;
        assert_eq!(bench.clock.take_slept(), seconds(waits), "rotated, {lag_ms}");
        assert_ne!(renewed.at("access_token"), token.at("access_token"));
        bench.clock.advance(Duration::from_secs(60));

        let opened = bench.host.open_ephemeral(TOKEN, token_of(&rotated)).await;
        assert_eq!(opened.result.str_at("token_type"), "Bearer");
        assert!(
            bench.clock.slept().is_empty(),
            "an undisturbed mint waits nowhere"
        );
    }
}

/// A client whose tokens live for so many minutes.
fn short_lived(tenant: &access_simulator::Tenant, minutes: i32) -> Val {
    let config = existing_client(tenant, "okta");
    tenant.change_client("okta", |client| client.access_token_ttl = minutes);
    config
}

#[tokio::test]
async fn a_renewal_window_that_is_no_part_of_the_life_is_its_last_third_and_blocks_nothing() {
    for hours in [Val::from(3), Val::from(8760), Val::from(876_000)] {
        let bench = bench_in_process().await;
        let config = short_lived(&bench.tenant, 180).with("early_renewal_hours", hours);
        let planned = bench.host.plan(TOKEN, None, config.clone()).await;
        let minted = bench.host.apply(planned).await;
        let told = minted.diagnostics.expect("lives for 3 hours only");
        assert_eq!(
            (minted.diagnostics.0.len(), told.path.as_str()),
            (1, "early_renewal_hours")
        );
        let mut state = minted.state.unwrap();
        for (hour, action) in [(0, Action::NoOp), (1, Action::NoOp), (2, Action::Update)] {
            bench
                .clock
                .turn_to(BEGIN.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour));
            state = bench.host.refresh(&state).await.unwrap();
            let planned = bench
                .host
                .plan(TOKEN, Some(&state), config.clone())
                .await
                .assert(action);
            assert_eq!(planned.diagnostics.0.len(), 1, "{}", planned.diagnostics);
            planned.diagnostics.expect("lives for 3 hours only");
            if action == Action::Update {
                bench.host.apply(planned).await.ok();
            }
        }
        bench.host.plan_destroy(&state).await;
        bench.host.destroy(&state).await.gone();
    }
}

#[tokio::test]
async fn a_token_of_three_hours_is_renewed_half_an_hour_before_its_end() {
    for hours in [0.5, 0.1, 1.0 / 3.0] {
        let bench = bench_in_process().await;
        let config = short_lived(&bench.tenant, 180)
            .with("early_renewal_hours", hours)
            .with("expiry_warning_hours", 0.75);
        let state = bench.host.create(TOKEN, config.clone()).await;
        assert_eq!(state.at("early_renewal_hours"), &Val::Float(hours));
        let end = state.str_at("expires_at").parse::<Timestamp>().unwrap();
        let window = SignedDuration::try_from_secs_f64(hours * 3600.0).unwrap();
        let mut warned = Vec::new();
        for (at, action) in [
            (end - SignedDuration::from_mins(46), Action::NoOp),
            (end - SignedDuration::from_mins(44), Action::NoOp),
            (end - window - SignedDuration::from_secs(1), Action::NoOp),
            (end - window, Action::Update),
        ] {
            bench.clock.turn_to(at);
            let seen = bench.host.refresh(&state).await.unwrap();
            let planned = bench
                .host
                .plan(TOKEN, Some(&seen), config.clone())
                .await
                .assert(action);
            warned.push(planned.diagnostics.0.len());
        }
        assert_eq!(warned, [0, 1, 1, 0], "{hours}");
    }
}

#[tokio::test]
async fn a_tenant_whose_clock_is_a_day_off_neither_ends_a_token_nor_renews_it() {
    let begin: Timestamp = BEGIN.parse().unwrap();
    for hours_off in [-24, 0, 24] {
        let bench = bench_in_process().await;
        bench
            .tenant
            .set_now(begin + SignedDuration::from_hours(hours_off));
        let config = short_lived(&bench.tenant, 180).with("early_renewal_hours", 1);
        let planned = bench.host.plan(TOKEN, None, config.clone()).await;
        let minted = bench.host.apply(planned).await;
        if hours_off != 0 {
            minted.diagnostics.expect("The tenant's clock is 24 hours");
        }
        assert_eq!(minted.diagnostics.0.len(), usize::from(hours_off != 0));
        let state = minted.state.unwrap();
        assert_eq!(state.str_at("issued_at"), "2026-01-01T06:00:00Z");
        assert_eq!(state.str_at("expires_at"), "2026-01-01T08:59:59Z");
        for (minutes, action) in [(1, Action::NoOp), (119, Action::NoOp), (121, Action::Update)] {
            bench.clock.turn_to(begin + SignedDuration::from_mins(minutes));
            let seen = bench.host.refresh(&state).await.unwrap();
            let due = Val::from(action == Action::Update);
            assert_eq!(seen.value, state.value.clone().with("ready_for_renewal", due));
            let planned = bench
                .host
                .plan(TOKEN, Some(&seen), config.clone())
                .await
                .assert(action);
            assert!(planned.diagnostics.is_empty(), "{}", planned.diagnostics);
        }
    }
}

#[tokio::test]
async fn every_new_token_says_why_it_was_minted() {
    let begin: Timestamp = BEGIN.parse().unwrap();
    let bench = bench_in_process().await;
    let config = short_lived(&bench.tenant, 180).with("early_renewal_hours", 1);
    let state = bench.host.create(TOKEN, config.clone()).await;
    assert_eq!(state.str_at("last_minted_because"), "created");
    for (minutes, change, because) in [
        (1, config.clone(), ""),
        (125, config.clone(), "expires 2026-01-01T08:59:59Z"),
        (181, config.clone(), "expired 2026-01-01T08:59:59Z"),
        (181, config.clone().with("scopes", ["admin"]), "scopes changed"),
        (
            182,
            config.clone().with("rotate_when_changed", obj! { n: "1" }),
            "rotate_when_changed changed",
        ),
        (
            183,
            config.clone().with("rotate_when_changed", Val::Unknown),
            "unknown",
        ),
    ] {
        bench.clock.turn_to(begin + SignedDuration::from_mins(minutes));
        let seen = bench.host.refresh(&state).await.unwrap();
        let planned = bench.host.plan(TOKEN, Some(&seen), change.clone()).await;
        match because {
            "" => assert!(planned.is_empty()),
            "unknown" => {
                assert!(planned.at("last_minted_because").is_unknown());
                let known = change.with("rotate_when_changed", obj! { n: "2" });
                let minted = bench.host.apply_with(planned, known).await.ok();
                assert_eq!(
                    minted.str_at("last_minted_because"),
                    "rotate_when_changed changed"
                );
            }
            because => {
                assert_eq!(planned.at("last_minted_because"), &Val::from(because));
                let minted = bench.host.apply(planned).await.ok();
                assert_eq!(minted.str_at("last_minted_because"), because);
                let seen = bench.host.refresh(&minted).await.unwrap();
                assert!(bench.host.plan(TOKEN, Some(&seen), change).await.is_empty());
            }
        }
    }
}

/// The reason rests on nothing that a day changes: the plan that core makes once more in the apply finds the same one.
#[tokio::test]
async fn a_saved_plan_that_is_applied_a_day_later_mints_for_the_reason_that_it_showed() {
    let until = "2027-01-01T05:59:59Z";
    let (soon, over) = (format!("expires {until}"), format!("expired {until}"));
    let refused = |at: &str| format!("no longer accepted by the tenant, refused {at}");
    for (hours_left, trigger, revoked, because) in [
        (700, false, false, soon.as_str()),
        (1, false, false, &soon),
        (-1, false, false, &over),
        (700, true, false, "rotate_when_changed changed"),
        (-1, true, false, "rotate_when_changed changed"),
        (700, false, true, &refused("2026-12-03T01:59:59Z")),
        (8000, false, true, &refused("2026-02-01T21:59:59Z")),
        (1, false, true, &refused("2027-01-01T04:59:59Z")),
    ] {
        let bench = bench_in_process().await;
        let mut config = existing_client(&bench.tenant, "okta").with("early_renewal_hours", 720);
        let state = bench.host.create(TOKEN, config.clone()).await;
        assert_eq!(state.str_at("expires_at"), until);
        bench
            .clock
            .turn_to(until.parse::<Timestamp>().unwrap() - SignedDuration::from_hours(hours_left));
        if trigger {
            config = config.with("rotate_when_changed", obj! { n: "1" });
        }
        if revoked {
            bench.tenant.revoke_token(state.str_at("access_token"));
        }
        let seen = bench.host.refresh(&state).await.unwrap();
        let saved = bench.host.plan(TOKEN, Some(&seen), config).await;
        assert_eq!(
            saved.at("last_minted_because"),
            &Val::from(because),
            "{hours_left}"
        );
        bench.clock.advance(Duration::from_secs(24 * 3600));
        let minted = bench.host.apply(saved).await.ok();
        assert_eq!(minted.str_at("last_minted_because"), because, "{hours_left}");
        assert_ne!(minted.at("access_token"), state.at("access_token"));
    }
}

#[tokio::test]
async fn a_token_that_lives_for_less_than_a_week_is_warned_of_unless_something_renews_it() {
    let week = 7 * 24 * 60;
    for (minutes, early, warned) in [
        (180, Val::Null, true),
        (week - 2, Val::Null, true),
        (week, Val::Null, false),
        (525_600, Val::Null, false),
        (180, Val::from(1), false),
    ] {
        let bench = bench_in_process().await;
        let config = short_lived(&bench.tenant, minutes).with("early_renewal_hours", early);
        let planned = bench.host.plan(TOKEN, None, config).await;
        let minted = bench.host.apply(planned).await;
        minted.diagnostics.assert_no_errors();
        assert_eq!(
            minted.diagnostics.0.len(),
            usize::from(warned),
            "{minutes}: {}",
            minted.diagnostics
        );
        if warned {
            let told = minted.diagnostics.expect("rotate_when_changed = { ttl =");
            assert!(!told.detail.contains("  "), "{}", told.detail);
            assert_eq!(told.path, "early_renewal_hours");
            assert!(
                told.summary.starts_with("The token lives for "),
                "{}",
                told.summary
            );
        }
    }
}

/// A write-only secret may be null in a run that mints nothing, and in no other.
#[tokio::test]
async fn a_token_that_is_due_without_its_write_only_secret_is_told_of_by_the_plan() {
    const NO_SECRET: &str = "there is no secret to request it with";
    let bench = bench_in_process().await;
    existing_client(&bench.tenant, "okta");
    let with = |secret: Val| {
        obj! { client_id: "okta", client_secret_wo: secret, client_secret_wo_version: 1, early_renewal_hours: 720 }
    };
    let state = bench
        .host
        .create(TOKEN, with("secret-of-the-client".into()))
        .await;
    let planned = bench.host.plan(TOKEN, Some(&state), with(Val::Null)).await;
    assert!(planned.is_empty() && planned.diagnostics.is_empty());

    bench.clock.advance(Duration::from_secs(340 * 24 * 3600));
    let seen = bench.host.refresh(&state).await.unwrap();
    let planned = bench.host.plan(TOKEN, Some(&seen), with(Val::Unknown)).await;
    assert!(planned.diagnostics.is_empty(), "{}", planned.diagnostics);
    let planned = bench.host.plan(TOKEN, Some(&seen), with(Val::Null)).await;
    let told = planned.diagnostics.expect(NO_SECRET);
    assert_eq!(told.path, "client_secret_wo");
    assert!(told.detail.contains("(expires 2027-01-01"), "{}", told.detail);
    assert!(!told.detail.contains("  "), "{}", told.detail);
    let failed = bench.host.apply(planned).await;
    failed.diagnostics.expect("No client secret");
    assert_eq!(failed.state.as_ref(), Some(&seen));

    // a version that rises without it says so in words of its own
    let raised = with(Val::Null).with("client_secret_wo_version", 2);
    let planned = bench.host.plan(TOKEN, Some(&seen), raised).await;
    assert_eq!(planned.diagnostics.0.len(), 1, "{}", planned.diagnostics);
    planned.diagnostics.expect("New version without a secret");
}

#[tokio::test]
async fn a_token_of_a_state_that_does_not_say_why_it_was_minted_is_left_alone() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta").with("early_renewal_hours", 720);
    let made = bench.host.create(TOKEN, config.clone()).await;
    for private in [r#"{"rejected":false,"seen_at":"2026-01-01T06:00:00Z"}"#, ""] {
        let before = State {
            value: made.value.clone().with("last_minted_because", Val::Null),
            private: private.as_bytes().to_vec(),
            ..made.clone()
        };
        let seen = bench.host.refresh(&before).await.unwrap();
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&seen), config.clone())
                .await
                .is_empty()
        );
        let warned_earlier = config.clone().with("expiry_warning_hours", 24);
        let after = bench.host.update(&seen, warned_earlier).await;
        assert_eq!(after.at("access_token"), made.at("access_token"));
        assert!(after.at("last_minted_because").is_null());
    }
}

#[tokio::test]
async fn a_window_that_is_not_known_yet_leaves_the_token_open_and_then_keeps_it() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta").with("early_renewal_hours", 720);
    let state = bench.host.create(TOKEN, config.clone()).await;
    let unknown = config.clone().with("early_renewal_hours", Val::Unknown);
    for (hours, minted) in [(721, false), (8700, true)] {
        bench.clock.advance(Duration::from_secs(40 * 3600));
        let seen = bench.host.refresh(&state).await.unwrap();
        let planned = bench.host.plan(TOKEN, Some(&seen), unknown.clone()).await;
        assert!(planned.at("access_token").is_unknown());
        let known = config.clone().with("early_renewal_hours", hours);
        let after = bench.host.apply_with(planned, known).await.ok();
        assert_eq!(
            after.at("access_token") != state.at("access_token"),
            minted,
            "{hours}"
        );
    }
}

#[tokio::test]
async fn minutes_taken_for_seconds_are_told_at_once() {
    let bench = bench_switched(|switches| switches.ttl_unit = TtlUnit::Seconds).await;
    let config = existing_client(&bench.tenant, "okta");
    let planned = bench.host.plan(TOKEN, None, config).await;
    let minted = bench.host.apply(planned).await;
    minted.diagnostics.assert_no_errors();
    minted
        .diagnostics
        .expect("has a token lifetime of 525600 minutes, but");
}

#[tokio::test]
async fn a_token_does_not_wait_for_a_second_opinion_before_it_is_in_state() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    bench.fail(Fault::on("GET", "/oauth2clients/okta", Happens::status(503)).times(9));
    let planned = bench.host.plan(TOKEN, None, config).await;
    bench.requests();
    bench.host.apply(planned).await.ok();
    let requests = bench.requests();
    let opinions = requests.iter().filter(|request| *request == "GET okta");
    assert_eq!(opinions.count(), 1, "{requests:?}");
}

#[tokio::test]
async fn a_token_is_revoked_at_the_end_only_if_asked_for() {
    for revoke in [true, false] {
        let bench = bench_in_process().await;
        let config = existing_client(&bench.tenant, "okta").with("revoke_on_destroy", revoke);
        let state = bench.host.create(TOKEN, config).await;
        bench.host.destroy(&state).await.gone();
        let seen = bench.host.refresh(&state).await.unwrap();
        assert_eq!(
            seen.at("ready_for_renewal"),
            &Val::from(revoke),
            "revoked means ready for renewal"
        );
    }
}

#[tokio::test]
async fn revoking_where_the_tenant_offers_no_revocation_is_refused_before_anything_is_minted() {
    let bench = bench_switched(|switches| switches.acs_discovery = AcsDiscovery::NoRevocation).await;
    let config = existing_client(&bench.tenant, "okta").with("revoke_on_destroy", true);
    let planned = bench.host.plan(TOKEN, None, config).await;
    let refused = bench.host.apply(planned).await;
    assert!(refused.state.is_none());
    assert_eq!(
        refused.diagnostics.expect("cannot be revoked").path,
        "revoke_on_destroy"
    );
}

#[tokio::test]
async fn a_token_of_a_deleted_client_can_be_destroyed() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta").with("revoke_on_destroy", true);
    let state = bench.host.create(TOKEN, config).await;
    bench.tenant.delete_client("okta");
    bench.host.destroy(&state).await.gone();
}

#[tokio::test]
async fn a_token_cannot_be_imported_and_the_error_says_why() {
    let bench = bench().await;
    let refused = bench.host.try_import(TOKEN, "anything").await.unwrap_err();
    refused.expect("The tenant keeps no list of tokens");
}

/// A CLI from 1.16 on keeps the time of a plan: the plan is to the second, and its apply agrees however late it comes.
#[tokio::test]
async fn a_plan_that_is_kept_decides_by_the_clock_and_its_apply_by_the_plan() {
    let mut bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta").with("early_renewal_hours", 24);
    let state = bench.host.create(TOKEN, config.clone()).await;
    bench.restart_under_a_cli_that_keeps_plans().await;
    let state = bench.host.refresh(&state).await.unwrap();
    let remembered = |state: &State| serde_json::from_slice::<serde_json::Value>(&state.private).unwrap();
    let ends: jiff::Timestamp = state.str_at("expires_at").parse().unwrap();

    // nothing is due yet, and a plan of today is applied when it would be
    bench.clock.turn_to(ends - Duration::from_secs(25 * 3600));
    let other = config.with("expiry_warning_hours", 1);
    let planned = bench
        .host
        .plan(TOKEN, Some(&state), other.clone())
        .await
        .assert(Action::Update);
    assert_eq!(planned.at("access_token"), state.at("access_token"));
    bench.clock.advance(Duration::from_secs(3 * 3600));
    let kept = bench.host.apply(planned).await.ok();
    assert_eq!(kept.at("access_token"), state.at("access_token"));
    assert_eq!(
        remembered(&kept),
        remembered(&state),
        "what a plan notes for itself is not stored"
    );

    // now it is, and no refresh has to say so
    let planned = bench
        .host
        .plan(TOKEN, Some(&kept), other)
        .await
        .assert(Action::Update);
    assert!(planned.at("access_token").is_unknown());
    bench.clock.advance(Duration::from_secs(300 * 3600));
    let renewed = bench.host.apply(planned).await.ok();
    assert_ne!(renewed.at("access_token"), state.at("access_token"));
}
