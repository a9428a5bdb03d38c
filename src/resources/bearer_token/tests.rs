//! What a plan for a token says, and what is refused before it. When a token is renewed is in `renewal`.

use super::mint::taken_for_seconds;
use super::*;
use crate::plugin::Private;
use crate::plugin::rpc::ResourceRpcs as _;
use crate::plugin::served::Served;
use crate::value::Model as _;

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
        expiry_warning_hours: Value::Known(720),
        revoke_on_destroy: Value::Known(false),
        access_token: secret("token"),
        token_type: "Bearer".into(),
        granted_scopes: Value::Known(vec!["admin".into()]),
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
    remembered: &Remembered,
    now: &str,
) -> Result<Plan<State>, String> {
    let mut private = Private::default();
    private.set(remembered);
    Served::new(BearerToken)
        .plan(
            config.clone().into_object(),
            prior.cloned().map(State::into_object),
            &private,
            at(now),
        )
        .map(|plan| Plan {
            state: State::from_object(plan.state).expect("a state"),
            replace: plan.replace,
            private: plan.private,
            diagnostics: plan.diagnostics,
        })
        .map_err(|diagnostics| diagnostics.0[0].summary.clone())
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(Served::new(BearerToken).self_check(), Vec::<String>::new());
}

#[test]
fn an_unrelated_change_never_mints() {
    for (name, change) in [
        ("nothing", (|_| {}) as Change),
        ("expiry_warning_hours", |c| {
            c.expiry_warning_hours = Value::Known(1);
        }),
        ("revoke_on_destroy", |c| c.revoke_on_destroy = Value::Known(true)),
        ("early_renewal_hours", |c| {
            c.early_renewal_hours = Value::Known(24);
        }),
    ] {
        let plan = planned(
            &config(change),
            Some(&state(|_| {})),
            &Remembered::default(),
            "2026-06-01T00:00:00Z",
        );
        let plan = plan.expect("a plan");
        assert!(plan.state.access_token == secret("token"), "{name}");
        assert!(plan.diagnostics.0.is_empty(), "{name}");
    }
}

#[test]
fn a_renewal_is_in_place_and_keeps_the_id() {
    for (name, change) in [
        ("the client", (|c| c.client_id = "Other".into()) as Change),
        ("the secret", |c| c.client_secret = secret("new")),
        ("the secret, not known yet", |c| c.client_secret = Value::Unknown),
        ("the scopes", |c| c.scopes = Value::Known(vec!["admin".into()])),
        ("a trigger", |c| {
            c.rotate_when_changed = Value::Known(BTreeMap::from([("k".to_owned(), "v".into())]));
        }),
        ("a trigger with an unknown value", |c| {
            c.rotate_when_changed = Value::Known(BTreeMap::from([("k".to_owned(), Value::Unknown)]));
        }),
    ] {
        let plan = planned(
            &config(change),
            Some(&state(|_| {})),
            &Remembered::default(),
            "2026-06-01T00:00:00Z",
        );
        let plan = plan.expect("a plan");
        assert!(
            plan.state.access_token.is_unknown() && plan.state.expires_at.is_unknown(),
            "{name}"
        );
        assert_eq!(plan.state.id, "6f0c".into(), "{name}");
        assert!(plan.replace.is_empty(), "{name}");
    }
}

#[test]
fn a_plan_that_lets_the_token_run_out_says_when() {
    let warning = |config: &State, now: &str| {
        let plan = planned(config, Some(&state(|_| {})), &Remembered::default(), now).expect("a plan");
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
    let early = config(|c| c.early_renewal_hours = Value::Known(24));
    let text = warning(&early, "2026-12-10T00:00:00Z").expect("a warning");
    assert!(
        text.contains("The first apply after 2026-12-31T00:00:00Z renews it"),
        "{text}"
    );
    assert_eq!(
        warning(
            &config(|c| c.expiry_warning_hours = Value::Known(0)),
            "2026-12-31T00:00:00Z"
        ),
        None
    );
    assert_eq!(warning(&config(|_| {}), EXPIRES), None, "it is renewed");
}

#[test]
fn a_token_that_the_tenant_rejects_is_renewed_and_the_plan_says_why() {
    let remembered = Remembered {
        rejected: true,
        seen_at: None,
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
        plan.diagnostics.0[0].summary,
        "The token is no longer valid at the tenant"
    );
}

#[test]
fn a_window_longer_than_the_lifetime_is_refused() {
    let config = config(|c| c.early_renewal_hours = Value::Known(8760));
    let refused = planned(&config, Some(&state(|_| {})), &Remembered::default(), ISSUED).err();
    assert_eq!(
        refused.as_deref(),
        Some("Renewal window not shorter than the token's lifetime")
    );
}

#[test]
fn moving_the_secret_out_of_state_and_back() {
    let write_only: Change = |c| {
        c.client_secret = Value::Null;
        c.client_secret_wo = secret("s3cret");
        c.client_secret_wo_version = Value::Known(1);
    };
    let now = "2026-06-01T00:00:00Z";
    let plan = planned(
        &config(write_only),
        Some(&state(|_| {})),
        &Remembered::default(),
        now,
    )
    .expect("a plan");
    assert!(
        plan.state.access_token.is_unknown(),
        "a first version is a new secret"
    );
    let versioned = state(|s| {
        s.client_secret = Value::Null;
        s.client_secret_wo_version = Value::Known(1);
    });
    let plan = planned(&config(write_only), Some(&versioned), &Remembered::default(), now).expect("a plan");
    assert!(
        plan.state.access_token == secret("token"),
        "the same version never mints, whatever the value"
    );
    let plan = planned(&config(|_| {}), Some(&versioned), &Remembered::default(), now).expect("a plan");
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
