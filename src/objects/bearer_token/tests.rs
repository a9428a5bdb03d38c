//! What a plan for a token says, and what is refused before it. When a token is renewed is in `renewal`.

use jiff::Timestamp;
use terraform_plugin::{Private, self_check, testing};

use super::mint::taken_for_seconds;
use super::*;

type Change = fn(&mut State);

const ISSUED: &str = "2026-01-01T00:00:00Z";
const EXPIRES: &str = "2027-01-01T00:00:00Z";

fn secret(text: &str) -> Value<Secret> {
    Value::Known(Secret::new(text))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn config(change: Change) -> State {
    let mut config = State {
        client_id: "OktaSCIM".into(),
        client_secret: secret("s3cret"),
        ..State::default()
    };
    change(&mut config);
    config
}

fn state(change: Change) -> State {
    let mut state = State {
        id: "6f0c".into(),
        expiry_warning_hours: Value::Known(Number::Int(720)),
        revoke_on_destroy: Value::Known(false),
        access_token: secret("token"),
        token_type: "Bearer".into(),
        granted_scopes: Value::Known(["admin"].into()),
        issued_at: ISSUED.into(),
        expires_at: EXPIRES.into(),
        ready_for_renewal: Value::Known(false),
        token_id: "jti".into(),
        ..config(|_| {})
    };
    change(&mut state);
    state
}

fn planned(
    config: &State,
    prior: Option<&State>,
    remembered: &Memory,
    now: &str,
) -> Result<Plan<State>, String> {
    let mut private = Private::default();
    private.set(remembered);
    testing::plan(BearerToken, config, prior, &private, at(now))
        .map_err(|diagnostics| diagnostics.0[0].summary.clone())
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(self_check::resource::<BearerToken>(), Vec::<String>::new());
}

#[test]
fn an_unrelated_change_never_mints() {
    for (name, change) in [
        ("nothing", (|_| {}) as Change),
        ("expiry_warning_hours", |c| {
            c.expiry_warning_hours = Value::Known(Number::Int(1));
        }),
        ("revoke_on_destroy", |c| c.revoke_on_destroy = Value::Known(true)),
        ("verify_scim", |c| c.verify_scim = Value::Known(true)),
        ("verify_scim, off", |c| c.verify_scim = Value::Known(false)),
        ("early_renewal_hours", |c| {
            c.early_renewal_hours = Value::Known(Number::Int(24));
        }),
    ] {
        let plan = planned(
            &config(change),
            Some(&state(|_| {})),
            &Memory::default(),
            "2026-06-01T00:00:00Z",
        );
        let plan = plan.expect("a plan");
        assert!(plan.state.access_token == secret("token"), "{name}");
        assert!(plan.diagnostics.0.is_empty(), "{name}");
    }
}

#[test]
fn what_scim_said_is_planned_as_it_is_unless_verify_scim_changes_whether_it_is_asked() {
    let (ok, yes, no) = (|| Value::from("ok"), Value::Known(true), Value::Known(false));
    for (before, said, after, expected) in [
        (Value::Null, Value::Null, Value::Null, Value::Null), // a state of a version that did not ask
        (Value::Null, ok(), Value::Null, ok()),
        (Value::Null, ok(), yes.clone(), ok()),
        (Value::Null, Value::Null, yes.clone(), Value::Unknown),
        (no.clone(), Value::Null, Value::Null, Value::Unknown),
        (no.clone(), Value::Null, no.clone(), Value::Null),
        (yes.clone(), ok(), no, Value::Null),
        (yes, ok(), Value::Unknown, Value::Unknown),
    ] {
        let prior = state(|_| {});
        let prior = State {
            verify_scim: before.clone(),
            scim_access: said.clone(),
            ..prior
        };
        let config = State {
            verify_scim: after.clone(),
            ..config(|_| {})
        };
        let plan = planned(&config, Some(&prior), &Memory::default(), "2026-06-01T00:00:00Z");
        let plan = plan.expect("a plan").state;
        assert_eq!(plan.scim_access, expected, "{before:?}, {said:?}, then {after:?}");
        assert!(plan.access_token == secret("token"), "{before:?}, then {after:?}");
    }
}

#[test]
fn a_renewal_is_in_place_keeps_the_id_and_says_why() {
    let write_only: Change = |c| {
        c.client_secret = Value::Null;
        c.client_secret_wo = secret("s3cret");
        c.client_secret_wo_version = Value::Known(1);
    };
    for (name, change, because) in [
        (
            "the client",
            (|c| c.client_id = "Other".into()) as Change,
            "client_id changed",
        ),
        ("the client, not known yet", |c| c.client_id = Value::Unknown, ""),
        (
            "the secret",
            |c| c.client_secret = secret("new"),
            "client_secret changed",
        ),
        (
            "the secret, not known yet",
            |c| c.client_secret = Value::Unknown,
            "",
        ),
        (
            "the secret, not known yet, and a trigger that is",
            |c| {
                c.client_secret = Value::Unknown;
                c.rotate_when_changed = Value::Known(Map::from([("k".to_owned(), "v".into())]));
            },
            "",
        ),
        (
            "a write-only secret",
            write_only,
            "client_secret_wo_version raised",
        ),
        (
            "the scopes",
            |c| c.scopes = Value::Known(["admin"].into()),
            "scopes changed",
        ),
        (
            "the scopes, one not known yet",
            |c| c.scopes = Value::Known(["admin".into(), Value::Unknown].into()),
            "",
        ),
        (
            "a trigger",
            |c| {
                c.rotate_when_changed = Value::Known(Map::from([("k".to_owned(), "v".into())]));
            },
            "rotate_when_changed changed",
        ),
        (
            "a trigger with an unknown value",
            |c| {
                c.rotate_when_changed = Value::Known(Map::from([("k".to_owned(), Value::Unknown)]));
            },
            "",
        ),
        (
            "a known change, and a trigger with an unknown value",
            |c| {
                c.client_id = "Other".into();
                c.rotate_when_changed = Value::Unknown;
            },
            "client_id changed",
        ),
        (
            "the window",
            |c| c.early_renewal_hours = Value::Known(Number::Int(8000)),
            "expires 2027-01-01T00:00:00Z",
        ),
        (
            "the window, not known yet",
            |c| c.early_renewal_hours = Value::Unknown,
            "",
        ),
    ] {
        let prior = state(|s| s.last_minted_because = "created".into());
        let plan = planned(
            &config(change),
            Some(&prior),
            &Memory::default(),
            "2026-06-01T00:00:00Z",
        );
        let plan = plan.expect("a plan").state;
        assert!(
            plan.access_token.is_unknown() && plan.expires_at.is_unknown(),
            "{name}"
        );
        assert_eq!(plan.id, "6f0c".into(), "{name}");
        let because = Value::from(Some(because.to_owned()).filter(|because| !because.is_empty()));
        let expected = if because.is_null() {
            Value::Unknown
        } else {
            because
        };
        assert_eq!(plan.last_minted_because, expected, "{name}");
    }
}

#[test]
fn the_reason_stays_with_the_token_and_is_new_with_a_new_one() {
    let now = "2026-06-01T00:00:00Z";
    for reason in [Value::Null, "scopes changed".into()] {
        let mut prior = state(|_| {});
        prior.last_minted_because = reason;
        let changed = config(|c| c.expiry_warning_hours = Value::Known(Number::Int(1)));
        let plan = planned(&changed, Some(&prior), &Memory::default(), now).expect("a plan");
        assert_eq!(plan.state.last_minted_because, prior.last_minted_because);
    }
    let plan = planned(&config(|_| {}), None, &Memory::default(), now).expect("a plan");
    assert_eq!(plan.state.last_minted_because, "created".into());
}

#[test]
fn a_plan_that_lets_the_token_run_out_says_when() {
    let warning = |config: &State, now: &str| {
        let plan = planned(config, Some(&state(|_| {})), &Memory::default(), now).expect("a plan");
        plan.diagnostics
            .0
            .first()
            .map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail))
    };
    assert_eq!(warning(&config(|_| {}), "2026-12-01T00:00:00Z"), None);
    let text = warning(&config(|_| {}), "2026-12-10T00:00:00Z").expect("a warning");
    assert!(
        text.starts_with("The bearer token expires on 2027-01-01"),
        "{text}"
    );
    assert!(text.contains("Nothing renews it before that"), "{text}");
    let early = config(|c| c.early_renewal_hours = Value::Known(Number::Int(24)));
    let text = warning(&early, "2026-12-10T00:00:00Z").expect("a warning");
    assert!(
        text.contains("The first apply after 2026-12-31T00:00:00Z renews it"),
        "{text}"
    );
    assert_eq!(
        warning(
            &config(|c| c.expiry_warning_hours = Value::Known(Number::Int(0))),
            "2026-12-31T00:00:00Z"
        ),
        None
    );
    assert_eq!(warning(&config(|_| {}), EXPIRES), None, "it is renewed");
}

#[test]
fn a_token_that_the_tenant_rejects_is_renewed_and_the_plan_says_why() {
    let remembered = Memory {
        rejected: true,
        ..Memory::default()
    };
    let plan = planned(
        &config(|_| {}),
        Some(&state(|_| {})),
        &remembered,
        "2026-06-01T00:00:00Z",
    )
    .expect("a plan");
    assert!(plan.state.access_token.is_unknown());
    assert_eq!(
        plan.state.last_minted_because,
        "no longer accepted by the tenant".into()
    );
    assert_eq!(
        plan.diagnostics.0[0].summary,
        "The token is no longer valid at the tenant"
    );
}

#[test]
fn a_window_that_is_no_part_of_the_life_is_warned_of_and_stops_no_plan() {
    let three_hours = state(|s| s.expires_at = "2026-01-01T02:59:59Z".into());
    let planned = |hours: Number, now: &str| {
        let config = config(|_| {});
        let config = State {
            early_renewal_hours: Value::Known(hours),
            ..config
        };
        let plan = planned(&config, Some(&three_hours), &Memory::default(), now).expect("a plan");
        let warned: Vec<_> = plan.diagnostics.0.into_iter().map(|d| d.detail).collect();
        (plan.state.access_token.is_unknown(), warned)
    };
    let (renewed, warned) = planned(Number::Int(8760), "2026-01-01T01:59:00Z");
    assert!(!renewed && warned.len() == 1, "{warned:?}");
    for part in [
        "asks for a renewal 365 days before the token expires",
        "lives for 3 hours only",
        "from 1 hour before it expires",
    ] {
        assert!(warned[0].contains(part), "{warned:?}");
    }
    let (renewed, warned) = planned(Number::Int(3), "2026-01-01T02:00:00Z");
    assert!(renewed && warned.len() == 1, "{warned:?}");
    assert_eq!(
        planned(Number::Float(2.5), "2026-01-01T00:29:00Z"),
        (false, vec![])
    );
    assert_eq!(
        planned(Number::Float(2.5), "2026-01-01T00:30:00Z"),
        (true, vec![])
    );
}

#[test]
fn the_same_number_in_the_digits_of_stored_state_is_no_change() {
    let third = |digits: &str| Value::Known(Number::Text(format!("0.3333333333333333{digits}")));
    let prior = state(|s| s.expiry_warning_hours = Value::Known(Number::Text("0.5".to_owned())));
    let prior = State {
        early_renewal_hours: third("7"),
        ..prior
    };
    let config = State {
        early_renewal_hours: third(&"3".repeat(140)),
        expiry_warning_hours: Value::Known(Number::Float(0.5)),
        ..config(|_| {})
    };
    let plan = planned(&config, Some(&prior), &Memory::default(), ISSUED).expect("a plan");
    assert!(plan.state == prior);
    let config = State {
        early_renewal_hours: Value::Known(Number::Text("0.34".to_owned())),
        ..config
    };
    let plan = planned(&config, Some(&prior), &Memory::default(), ISSUED).expect("a plan");
    assert!(plan.state.early_renewal_hours == config.early_renewal_hours);
}

#[test]
fn moving_the_secret_out_of_state_and_back() {
    let write_only: Change = |c| {
        c.client_secret = Value::Null;
        c.client_secret_wo = secret("s3cret");
        c.client_secret_wo_version = Value::Known(1);
    };
    let now = "2026-06-01T00:00:00Z";
    let plan = planned(&config(write_only), Some(&state(|_| {})), &Memory::default(), now).expect("a plan");
    assert!(
        plan.state.access_token.is_unknown(),
        "a first version is a new secret"
    );
    let versioned = state(|s| {
        s.client_secret = Value::Null;
        s.client_secret_wo_version = Value::Known(1);
    });
    let plan = planned(&config(write_only), Some(&versioned), &Memory::default(), now).expect("a plan");
    assert!(
        plan.state.access_token == secret("token"),
        "the same version never mints, whatever the value"
    );
    let plan = planned(&config(|_| {}), Some(&versioned), &Memory::default(), now).expect("a plan");
    assert!(
        plan.state.access_token == secret("token"),
        "back in state, nothing says that it is another secret"
    );
}

#[test]
fn arguments_that_contradict_each_other_are_refused() {
    let complaint = |change: Change| validate(&config(change)).0.first().map(|d| d.summary.clone());
    assert_eq!(complaint(|_| {}), None);
    assert_eq!(
        complaint(|c| c.client_secret = Value::Null).as_deref(),
        Some("No client secret")
    );
    assert_eq!(
        complaint(|c| c.client_secret_wo = secret("x")).as_deref(),
        Some("Two client secrets")
    );
    assert_eq!(
        complaint(|c| {
            c.client_secret = Value::Null;
            c.client_secret_wo_version = Value::Known(1);
            c.revoke_on_destroy = Value::Known(true);
        })
        .as_deref(),
        Some("Revoking needs the secret in state")
    );
}

#[test]
fn minutes_taken_for_seconds_are_recognised() {
    assert!(taken_for_seconds(179, 180));
    assert!(taken_for_seconds(525_599, 525_600));
    assert!(!taken_for_seconds(10_799, 180));
    assert!(!taken_for_seconds(59, 1), "a minute is a minute");
}
