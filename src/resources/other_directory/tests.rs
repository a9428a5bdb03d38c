//! What a plan for a directory says, and what is refused before it.

use super::*;
use crate::plugin::Private;
use crate::plugin::rpc::ResourceRpcs as _;
use crate::plugin::served::Served;
use crate::value::Model as _;

type Change = fn(&mut State);

fn strings(list: &[&str]) -> Value<Strings> {
    Value::Known(list.iter().map(|text| Value::from(*text)).collect())
}

fn config(change: Change) -> State {
    let mut config = State {
        name: "Okta".into(),
        domains: strings(&["example.com"]),
        ..State::default()
    };
    change(&mut config);
    config
}

fn state(change: Change) -> State {
    let mut state = State {
        id: "dd1131db".into(),
        deletion_protection: Value::Known(false),
        delete_timeout_minutes: Value::Known(DELETE_TIMEOUT_MINUTES),
        user_store_id: "store".into(),
        r#type: DIRECTORY_TYPE.into(),
        scim_base_url: "https://acme/scim".into(),
        ..config(|_| {})
    };
    change(&mut state);
    state
}

fn planned(config: &State, prior: &State) -> Result<Plan<State>, String> {
    Served::new(OtherDirectory)
        .plan(
            config.clone().into_object(),
            Some(prior.clone().into_object()),
            &Private::default(),
            jiff::Timestamp::UNIX_EPOCH,
        )
        .map(|plan| Plan {
            state: State::from_object(plan.state).expect("a state"),
            replace: plan.replace,
            private: plan.private,
            diagnostics: plan.diagnostics,
        })
        .map_err(|diagnostics| diagnostics.0[0].detail.clone())
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(Served::new(OtherDirectory).self_check(), Vec::<String>::new());
}

#[test]
fn what_changes_in_place_and_what_replaces() {
    let domains = [Path::attribute("domains")];
    let table: [(&str, Change, &[Path]); 6] = [
        ("nothing", |_| {}, &[]),
        ("protection", |c| c.deletion_protection = Value::Known(true), &[]),
        (
            "another case of a domain",
            |c| c.domains = strings(&["Example.COM"]),
            &[],
        ),
        (
            "another name",
            |c| c.name = "Other".into(),
            &[Path::attribute("name")],
        ),
        (
            "one more domain",
            |c| c.domains = strings(&["example.com", "example.org"]),
            &domains,
        ),
        (
            "a domain that is not known yet",
            |c| c.domains = Value::Known(vec![Value::Unknown]),
            &domains,
        ),
    ];
    for (name, change, replace) in table {
        let plan = planned(&config(change), &state(|_| {})).expect("a plan");
        assert_eq!(plan.replace, replace, "{name}");
    }
    let imported = state(|s| s.domains = Value::Null);
    let plan = planned(&config(|_| {}), &imported).expect("a plan");
    assert!(
        plan.replace.is_empty(),
        "domains that the tenant did not tell do not differ"
    );
}

#[test]
fn the_schema_says_what_replaces() {
    let schema = schema();
    let replaces: Vec<_> = schema
        .attributes
        .iter()
        .filter(|a| a.replaces)
        .map(|a| a.name)
        .collect();
    assert_eq!(replaces, ["name", "domains"]);
}

#[test]
fn a_protected_directory_is_neither_replaced_nor_deleted() {
    let protected = state(|s| s.deletion_protection = Value::Known(true));
    let refused = planned(&config(|c| c.name = "Other".into()), &protected)
        .err()
        .unwrap_or_default();
    assert!(
        refused.contains("set deletion_protection = false, apply that, and then replace it"),
        "{refused}"
    );
    assert!(OtherDirectory.plan_destroy(&protected).has_errors());
    assert!(!OtherDirectory.plan_destroy(&state(|_| {})).has_errors());
    let unknown = state(|s| s.deletion_protection = Value::Null);
    assert!(
        OtherDirectory.plan_destroy(&unknown).has_errors(),
        "only an explicit false lifts it"
    );
}

#[test]
fn domains_are_dns_names() {
    for good in [
        "example.com",
        "a.b-c.example",
        "localhost",
        "xn--bcher-kva.example",
        "_x.example.com",
        "EXAMPLE.com",
    ] {
        assert_eq!(domain(good), Ok(()), "{good}");
    }
    let long = format!("{}.com", "a".repeat(64));
    let longer = "abc.".repeat(70);
    for bad in [
        "",
        "exa mple.com",
        "example.com.",
        ".com",
        "a..b",
        "-a.com",
        "a-.com",
        "bücher.example",
        "a/b",
        &long,
        &longer,
    ] {
        assert!(domain(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_domain_twice_is_refused_whatever_its_case() {
    let complaint = |domains: &[&str]| {
        duplicates(&State {
            domains: strings(domains),
            ..config(|_| {})
        })
        .0
        .first()
        .map(|d| d.summary.clone())
    };
    assert_eq!(complaint(&["a.com", "b.com"]), None);
    assert_eq!(
        complaint(&["a.com", "A.com"]).as_deref(),
        Some("Duplicate domain")
    );
}
