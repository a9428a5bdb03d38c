//! A year in a minute: the provider, the tenant and a SCIM client under one clock that the test turns.
//!
//! On each day the configuration is refreshed, planned and applied, and before and after that a SCIM client uses the
//! token that it was last given.

mod world;

use std::ops::Range;

use jiff::SignedDuration;
use wsoa_test_kit::obj;

use self::world::Diary;
use self::world::World;

const DAYS: Range<i32> = 0..400;

/// Fourteen quiet days are like one.
fn fortnightly_and_daily_in(interesting: &Range<i32>) -> impl Iterator<Item = i32> {
    DAYS.filter(|day| day % 14 == 0 || interesting.contains(day))
}

/// What happens on these days, with these arguments of the token, and with the client's secret made anew on some day.
async fn live(
    days: impl Iterator<Item = i32>,
    early_renewal_hours: Option<i64>,
    rotated_on: Option<i32>,
) -> Diary {
    let mut world = World::begin().await;
    for day in days {
        let clock_drifts = SignedDuration::from_mins(i64::from(day * 37 % 60));
        world.turn_to(SignedDuration::from_hours(24) * day + clock_drifts);
        let secret_of = match rotated_on {
            Some(rotated_on) if day >= rotated_on => "the second half",
            _ => "the first half",
        };
        world.use_token("before the apply").await;
        world
            .apply(
                obj! {
                    client_id: "okta",
                    access_token_ttl_minutes: 525_600,
                    rotate_secret_when_changed: obj! { period: secret_of },
                },
                obj! { client_id: "okta", early_renewal_hours: early_renewal_hours },
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
    let diary = live(DAYS, Some(720), None).await;
    print("early_renewal_hours = 720", &diary);
    assert_eq!(days(&diary.failures), [] as [i32; 0]);
    assert_eq!(days(&diary.mints), [0, 335]);
    assert_eq!(days(&diary.warnings), [] as [i32; 0]);
    assert_eq!(days(&diary.changes), [0, 335]);
    assert_eq!(diary.secrets, 1);
}

#[tokio::test]
async fn without_early_renewal_every_plan_of_the_last_month_warns_of_the_date() {
    let diary = live(fortnightly_and_daily_in(&(320..380)), None, None).await;
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
    let diary = live(fortnightly_and_daily_in(&(170..190)), Some(720), Some(180)).await;
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
