//! A year in a minute: the provider, the tenant and a SCIM client under one clock that the test turns.
//!
//! On each day the configuration is refreshed, planned and applied, and before and after that a SCIM client uses the
//! token that it was last given.

mod world;

use std::fmt::Write as _;
use std::ops::Range;

use access_simulator::Profile;
use jiff::SignedDuration;
use wsoa_test_kit::{Val, obj};

use self::world::{Diary, World};

const DAYS: Range<i32> = 0..400;

/// Fourteen quiet days are like one.
fn fortnightly_and_daily_in(interesting: &Range<i32>) -> impl Iterator<Item = i32> {
    DAYS.filter(|day| day % 14 == 0 || interesting.contains(day))
}

/// How the token lives.
struct Life {
    /// `access_token_ttl_minutes` of its client.
    minutes: i64,
    early_renewal_hours: Val,
    /// The day on which the client's secret is made anew.
    rotated_on: Option<i32>,
    /// How many hours the tenant's clock is ahead.
    tenant_ahead: i64,
    /// The kind of tenant.
    profile: Profile,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            minutes: 525_600,
            early_renewal_hours: 720.into(),
            rotated_on: None,
            tenant_ahead: 0,
            profile: Profile::default(),
        }
    }
}

/// What happens on these days.
async fn live(days: impl Iterator<Item = i32>, life: Life) -> Diary {
    let times = days.map(|day| {
        let clock_drifts = SignedDuration::from_mins(i64::from(day * 37 % 60));
        SignedDuration::from_hours(24) * day + clock_drifts
    });
    live_at(times, life).await
}

/// What happens at these times since the beginning.
async fn live_at(times: impl Iterator<Item = SignedDuration>, life: Life) -> Diary {
    let mut world = World::begin(SignedDuration::from_hours(life.tenant_ahead), life.profile).await;
    for time in times {
        world.turn_to(time);
        let secret_of = match life.rotated_on {
            Some(rotated_on) if world.day >= rotated_on => "the second half",
            _ => "the first half",
        };
        world.use_token("before the apply").await;
        world
            .apply(
                obj! {
                    client_id: "okta",
                    access_token_ttl_minutes: life.minutes,
                    rotate_secret_when_changed: obj! { period: secret_of },
                },
                obj! { client_id: "okta", early_renewal_hours: life.early_renewal_hours.clone() },
            )
            .await;
        world
            .use_token("after the apply, before the new token is handed over")
            .await;
        world.hand_over();
        world.use_token("in the evening").await;
    }
    world.diary
}

fn print(title: &str, diary: &Diary) {
    wsoa_test_kit::tell(&format!("\n{title}\n{diary}"));
}

fn days(events: &[(i32, String)]) -> Vec<i32> {
    events.iter().map(|(day, _)| *day).collect()
}

#[tokio::test]
async fn with_early_renewal_no_scim_request_fails_in_400_days_and_two_tokens_are_minted() {
    let diary = live(DAYS, Life::default()).await;
    print("early_renewal_hours = 720", &diary);
    assert_eq!(days(&diary.failures), [] as [i32; 0]);
    assert_eq!(days(&diary.mints), [0, 335]);
    assert_eq!(days(&diary.warnings), [] as [i32; 0]);
    assert_eq!(days(&diary.changes), [0, 335]);
    assert_eq!(diary.secrets, 1);
}

#[tokio::test]
async fn without_early_renewal_every_plan_of_the_last_month_warns_of_the_date() {
    let diary = live(
        fortnightly_and_daily_in(&(320..380)),
        Life {
            early_renewal_hours: Val::Null,
            ..Life::default()
        },
    )
    .await;
    print("no early_renewal_hours", &diary);
    assert_eq!(days(&diary.mints), [0, 365]);
    // the token had run out when the apply of that day began
    assert_eq!(
        diary.failures,
        [
            (365, "before the apply: 401".to_owned()),
            (
                365,
                "after the apply, before the new token is handed over: 401".to_owned()
            )
        ]
    );
    assert_eq!(days(&diary.warnings), (335..365).collect::<Vec<_>>());
    for (_, text) in &diary.warnings {
        assert!(text.contains("expires on 2027-01-01"), "{text}");
        assert!(text.contains("set early_renewal_hours"), "{text}");
    }
    assert_eq!(days(&diary.changes), [0, 365]);
}

#[tokio::test]
async fn a_new_client_secret_in_the_middle_of_the_year_interrupts_nothing() {
    let diary = live(
        fortnightly_and_daily_in(&(170..190)),
        Life {
            rotated_on: Some(180),
            ..Life::default()
        },
    )
    .await;
    print(
        "early_renewal_hours = 720, client secret made anew on day 180",
        &diary,
    );
    assert_eq!(days(&diary.failures), [] as [i32; 0]);
    assert_eq!(days(&diary.mints), [0, 180]);
    assert_eq!(days(&diary.warnings), [] as [i32; 0]);
    assert_eq!(days(&diary.changes), [0, 180]);
    assert_eq!(diary.secrets, 2);
}

#[tokio::test]
async fn a_tenant_whose_clock_is_a_day_off_changes_nothing_about_the_year() {
    for tenant_ahead in [-24, 24] {
        let life = Life {
            tenant_ahead,
            ..Life::default()
        };
        let diary = live(fortnightly_and_daily_in(&(330..340)), life).await;
        print(&format!("the tenant's clock {tenant_ahead} hours ahead"), &diary);
        assert_eq!(days(&diary.failures), [] as [i32; 0]);
        assert_eq!(days(&diary.mints), [0, 335]);
        assert_eq!(days(&diary.changes), [0, 335]);
        assert_eq!(days(&diary.warnings), [] as [i32; 0]);
    }
}

#[tokio::test]
async fn a_token_that_the_tenant_caps_is_renewed_in_its_last_third_and_each_plan_warns() {
    let life = Life {
        minutes: 30 * 24 * 60,
        early_renewal_hours: 720.into(),
        ..Life::default()
    };
    let diary = live(0..65, life).await;
    print("early_renewal_hours = 720, tokens of 30 days", &diary);
    assert_eq!(days(&diary.failures), [] as [i32; 0]);
    assert_eq!(days(&diary.mints), [0, 20, 40, 61]);
    assert_eq!(days(&diary.changes), [0, 20, 40, 61]);
    assert_eq!(days(&diary.warnings), (1..65).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_token_of_three_hours_is_renewed_in_its_last_half_hour() {
    let life = Life {
        minutes: 180,
        early_renewal_hours: 0.5.into(),
        ..Life::default()
    };
    let every_twenty_minutes = (0..3 * 48).map(|turn| SignedDuration::from_mins(20) * turn);
    let diary = live_at(every_twenty_minutes, life).await;
    print("early_renewal_hours = 0.5, tokens of 3 hours", &diary);
    assert_eq!(days(&diary.failures), [] as [i32; 0]);
    assert_eq!(diary.mints.len(), 18, "one in every 2 h 40 min");
    assert_eq!(diary.changes.len(), 18);
    for (_, text) in &diary.warnings {
        assert!(
            text.contains("The first apply after 2026-01-0"),
            "the last quarter: {text}"
        );
    }
}

/// On every kind of tenant: what a tenant does otherwise costs no token and no plan, and a night is like the one before.
async fn nights_on_every_kind_of_tenant(nights: impl Fn() -> Vec<i32>) {
    let mut table = String::from("\nrequests per night: quiet, busy; nights; tokens minted on days\n");
    for profile in Profile::ALL {
        let name = profile.name();
        let life = Life {
            profile: *profile,
            ..Life::default()
        };
        let nights = nights();
        let diary = live(nights.iter().copied(), life).await;
        let (quiet, busy) = (diary.quiet.to_string(), diary.busy.to_string());
        let mut minted = days(&diary.mints);
        assert!(
            minted.len() <= 3,
            "one at most proves the client's secret: {name}: {diary}"
        );
        minted.dedup();
        let _ = writeln!(
            table,
            "  {name:<14} {quiet:>6} {busy:>8}; {}; {minted:?}",
            nights.len()
        );
        assert_eq!(days(&diary.failures), [] as [i32; 0], "{name}: {diary}");
        assert_eq!(days(&diary.changes), [0, 335], "{name}: {diary}");
        assert_eq!(minted, [0, 335], "{name}: {diary}");
        assert_eq!(
            days(&diary.warnings),
            [] as [i32; 0],
            "{name}: {:?}",
            diary.warnings
        );
        assert_eq!(diary.secrets, 1, "{name}");
        assert_eq!(diary.quiet.count, nights.len() - 2, "{name}");
        assert_eq!(diary.quiet.least, Some(diary.quiet.most), "{name}: {diary}");
    }
    wsoa_test_kit::tell(&table);
}

#[tokio::test]
async fn on_every_kind_of_tenant_a_night_is_like_the_one_before() {
    nights_on_every_kind_of_tenant(|| {
        DAYS.filter(|day| day % 28 == 0 || (333..338).contains(day))
            .collect()
    })
    .await;
}

#[tokio::test]
#[ignore = "takes minutes: make test-profiles"]
async fn on_every_kind_of_tenant_400_nights_are_like_the_one_before() {
    nights_on_every_kind_of_tenant(|| DAYS.collect()).await;
}
