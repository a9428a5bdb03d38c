//! What a plan for a directory says, and what is refused before it.

use std::collections::BTreeSet;

use terraform_plugin::private::Purpose;
use terraform_plugin::{self_check, testing};

use super::memory::Shown;
use super::*;

type Edit = fn(&mut State);

fn strings(list: &[&str]) -> Value<Set<String>> {
    Value::Known(list.iter().map(|text| Value::from(*text)).collect())
}

fn config(change: Edit) -> State {
    config_with(change)
}

fn config_with(change: impl FnOnce(&mut State)) -> State {
    let mut config = State {
        name: "Okta".into(),
        domains: strings(&["example.com"]),
        ..State::default()
    };
    change(&mut config);
    config
}

impl State {
    fn protected(self, deletion_protection: Value<bool>) -> Self {
        Self {
            deletion_protection,
            ..self
        }
    }
}

fn state(change: impl FnOnce(&mut State)) -> State {
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

fn planned_with(
    config: &State,
    prior: Option<&State>,
    memory: &Memory,
    purpose: Option<Purpose>,
) -> Result<Plan<State>, String> {
    let mut private = Private::default();
    private.set(memory);
    let private = purpose.map_or(private.clone(), |purpose| private.planned(purpose));
    testing::plan(
        OtherDirectory,
        config,
        prior,
        &private,
        jiff::Timestamp::UNIX_EPOCH,
    )
    .map_err(|diagnostics| diagnostics.0[0].detail.clone())
}

fn planned(config: &State, prior: &State) -> Result<Plan<State>, String> {
    planned_with(config, Some(prior), &applied(prior), None)
}

fn objections_to_destroy(prior: &State) -> Diagnostics {
    OtherDirectory.plan_destroy(prior)
}

/// What is remembered of a directory that this version has made.
fn applied(state: &State) -> Memory {
    let mut memory = Memory::default();
    memory.change(state, state);
    memory
}

fn shown(name: &str, domains: &[&str]) -> Shown {
    Shown {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        domains: Some(domains.iter().map(|it| (*it).to_owned()).collect())
            .filter(|it: &BTreeSet<_>| !it.is_empty()),
    }
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(self_check::resource::<OtherDirectory>(), Vec::<String>::new());
}

#[test]
fn what_changes_in_place_and_what_replaces() {
    let (name, domains) = ([Path::attribute("name")], [Path::attribute("domains")]);
    let table: [(&str, Edit, &[Path]); 9] = [
        ("nothing", |_| {}, &[]),
        ("protection", |c| c.delete_timeout_minutes = Value::Known(5), &[]),
        (
            "another case of a domain",
            |c| c.domains = strings(&["Example.COM"]),
            &[],
        ),
        ("another case of the name", |c| c.name = "OKTA".into(), &[]),
        ("another name", |c| c.name = "Other".into(), &name),
        (
            "one more domain",
            |c| c.domains = strings(&["example.com", "example.org"]),
            &domains,
        ),
        (
            "another domain",
            |c| c.domains = strings(&["example.org"]),
            &domains,
        ),
        ("a name that is not known yet", |c| c.name = Value::Unknown, &name),
        (
            "a domain that is not known yet",
            |c| c.domains = Value::Known([Value::Unknown].into()),
            &domains,
        ),
    ];
    for (what, change, replace) in table {
        let config = |c: &mut State| {
            c.deletion_protection = Value::Known(false);
            change(c);
        };
        let plan = planned(&config_with(config), &state(|_| {})).expect("a plan");
        assert_eq!(plan.replace, replace, "{what}");
        let told = format!("{:?}", plan.diagnostics);
        assert_eq!(
            told.contains("user and group in it"),
            !replace.is_empty(),
            "{what}: {told}"
        );
        assert_eq!(
            told.contains("cannot rename"),
            what == "another case of the name",
            "{what}: {told}"
        );
    }
}

/// A directory is replaced for what its configuration changed, whatever the tenant shows.
#[test]
fn what_the_tenant_shows_decides_what_a_change_takes() {
    let before = state(|s| s.domains = strings(&["a.example", "xn--bcher-kva.example"]));
    let applied = applied(&before);
    let ours = ["a.example", "xn--bcher-kva.example"];
    let more = ["a.example", "xn--bcher-kva.example", "more.example"];
    for (tenant, name, domains, replaced) in [
        // unchanged
        (None, "Okta", &ours[..], 0),
        (Some(shown("Renamed", &["z.example"])), "Okta", &ours, 0),
        (
            Some(shown("OKTA", &["A.EXAMPLE", "bücher.example"])),
            "Okta",
            &ours,
            0,
        ),
        (Some(shown("", &more)), "Okta", &ours, 0),
        // to what the tenant shows
        (Some(shown("Renamed", &[])), "Renamed", &ours, 0),
        (Some(shown("Renamed", &[])), "RENAMED", &ours, 0),
        (Some(shown("O\u{308}kta", &[])), "Ökta", &ours, 0),
        (Some(shown("", &more)), "Okta", &more, 0),
        (Some(shown("", &["a.example"])), "Okta", &["a.example"], 0),
        (
            Some(shown("", &["a.example", "more.example"])),
            "Okta",
            &["a.example"],
            0,
        ),
        // to something else
        (Some(shown("Renamed", &[])), "Other", &ours, 1),
        (None, "Okta", &["a.example"], 1),
        (None, "Okta", &more, 1),
        (Some(shown("", &more)), "Okta", &["a.example"], 1),
        (
            Some(shown("", &["a.example"])),
            "Okta",
            &["a.example", "more.example"],
            1,
        ),
        (None, "Other", &["a.example"], 2),
    ] {
        let memory = Memory {
            shown: tenant,
            ..applied.clone()
        };
        let config = config_with(|c| {
            c.deletion_protection = Value::Known(false);
            (c.name, c.domains) = (name.into(), strings(domains));
        });
        let plan = planned_with(&config, Some(&before), &memory, None).expect("a plan");
        assert_eq!(plan.replace.len(), replaced, "{memory:?} {name} {domains:?}");
        assert_eq!(plan.state.name, config.name);
    }
}

#[test]
fn after_an_import_a_part_of_the_domains_may_be_configured() {
    let imported = state(|s| s.domains = strings(&["example.com", "more.example"]));
    for (domains, replaced) in [
        (&["example.com"][..], 0),
        (&["EXAMPLE.com", "more.example"], 0),
        (&["example.org"], 1),
    ] {
        let config = config_with(|c| {
            c.deletion_protection = Value::Known(false);
            c.domains = strings(domains);
        });
        let plan = planned_with(&config, Some(&imported), &Memory::default(), None).expect("a plan");
        assert_eq!(plan.replace.len(), replaced, "{domains:?}");
    }
    let untold = state(|s| (s.name, s.domains) = (Value::Null, Value::Null));
    let plan = planned_with(&config(|_| {}), Some(&untold), &Memory::default(), None).expect("a plan");
    assert!(
        plan.replace.is_empty(),
        "what the tenant did not tell does not differ"
    );
}

#[test]
fn the_schema_says_what_replaces() {
    let replaces: Vec<_> = State::schema()
        .attributes
        .iter()
        .filter(|a| a.replaces())
        .map(|a| a.name)
        .collect();
    assert_eq!(replaces, ["name", "domains"]);
}

#[test]
fn a_directory_is_protected_if_state_or_configuration_says_so() {
    let protected = |flag| state(|_| {}).protected(flag);
    for (before, after, refused) in [
        (Value::Known(true), Value::Known(true), true),
        (Value::Known(true), Value::Known(false), true),
        (Value::Known(false), Value::Known(true), true),
        (Value::Known(false), Value::Null, true), // the default
        (Value::Known(false), Value::Unknown, true),
        (Value::Null, Value::Known(false), true),
        (Value::Known(false), Value::Known(false), false),
    ] {
        let prior = protected(before.clone());
        let what = format!("{before:?} {after:?}");
        let wanted = config_with(|c| c.name = "Other".into()).protected(after.clone());
        assert_eq!(planned(&wanted, &prior).is_err(), refused, "{what}");
        // -replace: a plan in place, and then one without a prior state, which has the private data of the first
        let config = config(|_| {}).protected(after);
        let first = planned(&config, &prior).expect("in place");
        let memory: Memory = first.private.expect("a memory").get();
        let second = planned_with(&config, None, &memory, Some(Purpose::Change));
        assert_eq!(second.is_err(), refused, "{what}");
    }
    for (flag, refused) in [
        (Value::Known(true), true),
        (Value::Null, true),
        (Value::Known(false), false),
    ] {
        assert_eq!(objections_to_destroy(&protected(flag)).has_errors(), refused);
    }
}

/// Core plans it as if it were not there; what its deletion finds is what the configuration says.
#[test]
fn the_plan_for_a_tainted_directory_notes_the_protection() {
    for (flag, noted) in [
        (Value::Null, true),
        (Value::Known(true), true),
        (Value::Unknown, true),
        (Value::Known(false), false),
    ] {
        let config = config(|_| {}).protected(flag.clone());
        let plan = planned_with(&config, None, &Memory::default(), None).expect("a plan");
        let memory: Memory = plan.private.expect("a memory").get();
        assert_eq!(memory.protected, noted, "{flag:?}");
    }
}

#[test]
fn what_may_not_exist_is_not_replaced() {
    let marked = state(|s| s.id = Value::Null);
    for change in [
        (|c| c.name = "Other".into()) as Edit,
        |c| c.domains = strings(&["example.org"]),
        |c| c.deletion_protection = Value::Known(true),
    ] {
        let plan = planned(&config(change), &marked).expect("a plan");
        assert!(plan.replace.is_empty());
        assert_eq!(plan.state.id, Value::Null);
        assert!(!plan.diagnostics.has_errors() && !plan.diagnostics.0.is_empty());
    }
    let told = objections_to_destroy(&marked);
    assert!(!told.has_errors() && !told.0.is_empty());
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
