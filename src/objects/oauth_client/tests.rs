//! What a plan for a client says, and what is refused before it.

use std::collections::BTreeSet;

use terraform_plugin::value::{Dynamic, Model as _, Path};
use terraform_plugin::{Private, self_check, testing};

use super::*;

type Change = fn(&mut State);

fn strings(list: &[&str]) -> Value<Set<String>> {
    Value::Known(list.iter().map(|text| Value::from(*text)).collect())
}

fn secret(text: &str) -> Value<Secret> {
    Value::Known(Secret::new(text))
}

fn triggers(value: &str) -> Value<Map<String>> {
    Value::Known(Map::from([("when".to_owned(), value.into())]))
}

fn config(change: Change) -> State {
    let mut config = State {
        client_id: "OktaSCIM".into(),
        ..State::default()
    };
    change(&mut config);
    config
}

/// A client as state has it after `config(|_| {})` was applied.
fn state(change: Change) -> State {
    let mut state = State {
        id: "OktaSCIM".into(),
        client_id: "OktaSCIM".into(),
        display_name: "OktaSCIM".into(),
        scopes: strings(&["admin"]),
        grant_types: strings(&["client_credentials"]),
        access_token_ttl_minutes: Value::Known(180),
        client_secret: secret("made-by-the-provider"),
        ..State::default()
    };
    change(&mut state);
    state
}

fn planned(config: &State, prior: Option<&State>, remembered: &Memory) -> Result<Plan<State>, String> {
    let mut private = Private::default();
    private.set(remembered);
    testing::plan(OAuthClient, config, prior, &private, jiff::Timestamp::UNIX_EPOCH)
        .map_err(|diagnostics| diagnostics.0[0].summary.clone())
}

#[test]
fn the_schema_is_one_that_terraform_accepts() {
    assert_eq!(self_check::resource::<OAuthClient>(), Vec::<String>::new());
}

#[test]
fn a_new_client_gets_the_defaults_and_a_secret_of_the_provider() {
    let plan = planned(&config(|_| {}), None, &Memory::default()).expect("a plan");
    assert!(plan.state.scopes == strings(&["admin"]));
    assert!(plan.state.grant_types == strings(&["client_credentials"]));
    assert!(plan.state.client_secret.is_unknown());
    for (name, value) in [("id", &plan.state.id), ("created_at", &plan.state.created_at)] {
        assert!(
            value.is_unknown(),
            "{name}: what refers to it waits for the client"
        );
    }
}

#[test]
fn nothing_changes_when_nothing_changed() {
    let plan = planned(&config(|_| {}), Some(&state(|_| {})), &Memory::default()).expect("a plan");
    assert!(plan.state == state(|_| {}));
    assert!(plan.replace.is_empty() && plan.diagnostics.0.is_empty());
}

#[test]
fn renaming_replaces_and_gives_a_new_secret() {
    let plan = planned(
        &config(|c| c.client_id = "Other".into()),
        Some(&state(|_| {})),
        &Memory::default(),
    )
    .expect("a plan");
    assert_eq!(plan.replace, [Path::attribute("client_id")]);
    assert!(plan.state.client_secret.is_unknown());
}

#[test]
fn the_schema_says_what_replaces() {
    let replaces: Vec<_> = State::schema()
        .attributes
        .iter()
        .filter(|a| a.replaces())
        .map(|a| a.name)
        .collect();
    assert_eq!(replaces, ["client_id"]);
}

type Expected<'a> = &'a dyn Fn(&State) -> bool;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_becomes_of_the_secret() {
    let keep = |state: &State| state.client_secret == secret("made-by-the-provider");
    let unknown = |state: &State| state.client_secret.is_unknown();
    let null = |state: &State| state.client_secret.is_null();
    let given = |state: &State| state.client_secret == secret("given");
    let no_change: Change = |_| {};
    let versioned: Change = |s| {
        s.client_secret = Value::Null;
        s.client_secret_wo_version = Value::Known(1);
    };
    let again = |state: &State| {
        state.client_secret == secret("made-by-the-provider")
            && state.last_secret_change == "set again, refused 1970-01-01T00:00:00Z".into()
    };
    let anew = |state: &State| {
        state.client_secret.is_unknown()
            && state.last_secret_change == "regenerated, refused 1970-01-01T00:00:00Z".into()
    };
    let refused = || Memory {
        refused_at: Some(jiff::Timestamp::UNIX_EPOCH),
        ..Memory::default()
    };
    let table: [(&str, Change, Change, Memory, Expected<'_>); 17] = [
        (
            "an unrelated change",
            |c| c.display_name = "x".into(),
            no_change,
            Memory::default(),
            &keep,
        ),
        (
            "a trigger for the first time",
            |c| c.rotate_secret_when_changed = triggers("1"),
            no_change,
            Memory::default(),
            &unknown,
        ),
        (
            "the same trigger",
            |c| c.rotate_secret_when_changed = triggers("1"),
            |s| s.rotate_secret_when_changed = triggers("1"),
            Memory::default(),
            &keep,
        ),
        (
            "another trigger",
            |c| c.rotate_secret_when_changed = triggers("2"),
            |s| s.rotate_secret_when_changed = triggers("1"),
            Memory::default(),
            &unknown,
        ),
        (
            "a trigger that is not known yet",
            |c| c.rotate_secret_when_changed = Value::Unknown,
            |s| s.rotate_secret_when_changed = triggers("1"),
            Memory::default(),
            &unknown,
        ),
        (
            "the trigger removed",
            no_change,
            |s| s.rotate_secret_when_changed = triggers("1"),
            Memory::default(),
            &keep,
        ),
        (
            "no trigger, as Terraform 1.0 says it under ignore_changes",
            |c| c.rotate_secret_when_changed = Value::Known(Map::new()),
            no_change,
            Memory::default(),
            &keep,
        ),
        (
            "a trigger for the first time after that",
            |c| c.rotate_secret_when_changed = triggers("1"),
            |s| s.rotate_secret_when_changed = Value::Known(Map::new()),
            Memory::default(),
            &unknown,
        ),
        (
            "a secret given",
            |c| c.client_secret = secret("given"),
            no_change,
            Memory::default(),
            &given,
        ),
        (
            "a write-only secret instead",
            |c| {
                c.client_secret_wo = secret("given");
                c.client_secret_wo_version = Value::Known(1);
            },
            no_change,
            Memory::default(),
            &null,
        ),
        (
            "the write-only secret removed",
            no_change,
            versioned,
            Memory::default(),
            &null,
        ),
        (
            "imported, secret not shown",
            no_change,
            |s| s.client_secret = Value::Null,
            Memory::default(),
            &null,
        ),
        ("refused by the tenant", no_change, no_change, refused(), &anew),
        (
            "refused by the tenant, and held by ignore_changes",
            |c| c.client_secret = secret("made-by-the-provider"),
            no_change,
            refused(),
            &again,
        ),
        (
            "refused by the tenant, with another trigger, and held by ignore_changes: No new secret",
            |c| {
                c.client_secret = secret("made-by-the-provider");
                c.rotate_secret_when_changed = triggers("2");
            },
            |s| s.rotate_secret_when_changed = triggers("1"),
            refused(),
            &again,
        ),
        (
            "refused by the tenant, and another one given",
            |c| c.client_secret = secret("given"),
            no_change,
            refused(),
            &given,
        ),
        (
            "a secret that is not known yet",
            |c| c.client_secret = Value::Unknown,
            no_change,
            Memory::default(),
            &unknown,
        ),
    ];
    for (name, change_config, change_state, remembered, expected) in table {
        let plan = planned(&config(change_config), Some(&state(change_state)), &remembered);
        let plan = plan.unwrap_or_else(|summary| panic!("{name}: {summary}"));
        assert!(expected(&plan.state), "{name}");
        assert!(plan.replace.is_empty(), "{name}: in place");
        assert!(
            plan.state.client_secret_wo.is_null(),
            "{name}: nothing write-only is planned"
        );
        assert_eq!(
            plan.diagnostics.0.len(),
            ["refused", "first time", "instead", "No new secret"]
                .into_iter()
                .filter(|why| name.contains(why) && !name.contains("another one given"))
                .count(),
            "{name}: says why"
        );
    }
}

#[test]
fn a_write_only_secret_is_used_when_its_version_is_raised_and_only_then() {
    let used = |before: i64, now: i64| {
        let prior = versioned(before);
        let write_only = config(|c| c.client_secret_wo = secret("differs-in-every-run"));
        secret::to_set(&prior, &versioned(now), &write_only).map(|secret| secret.is_some())
    };
    assert_eq!(used(1, 1), Ok(false));
    assert_eq!(used(1, 2), Ok(true));
    assert!(used(2, 1).is_err());
    assert!(secret::to_set(&versioned(1), &versioned(2), &config(|_| {})).is_err());
}

#[test]
fn a_version_that_cannot_be_used_is_no_obstacle_to_a_plan_and_says_why() {
    for (version, given, summary) in [
        (1, "given", "Version lowered"),
        (3, "", "New version without a secret"),
    ] {
        let mut config = config(|_| {});
        config.client_secret_wo = Some(given).filter(|it| !it.is_empty()).map(Secret::new).into();
        config.client_secret_wo_version = Value::Known(version);
        let plan = planned(&config, Some(&versioned(2)), &Memory::default()).expect("a plan");
        let said: Vec<_> = plan.diagnostics.0.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!(said, [summary]);
    }
}

/// A client with a write-only secret of this version, as state has it.
fn versioned(version: i64) -> State {
    let mut state = state(|s| s.client_secret = Value::Null);
    state.client_secret_wo_version = Value::Known(version);
    state
}

/// What an apply sets follows from the plan alone: not from what the configuration says then.
#[test]
fn an_apply_sets_what_the_plan_changed_and_nothing_else() {
    let set = |planned: Change| {
        let write_only = config(|c| c.client_secret_wo = secret("write-only"));
        let secret = secret::to_set(&state(|_| {}), &state(planned), &write_only).expect("a decision");
        secret.map(|secret| secret.expose().to_owned())
    };
    assert_eq!(set(|_| {}), None);
    assert_eq!(set(|s| s.rotate_secret_when_changed = triggers("2")), None);
    assert_eq!(
        set(|s| s.client_secret = secret("given")).as_deref(),
        Some("given")
    );
    assert_eq!(
        set(|s| s.last_secret_change = "set again, refused TODAY".into()).as_deref(),
        Some("made-by-the-provider")
    );
    let made = set(|s| s.client_secret = Value::Unknown).unwrap_or_default();
    assert_eq!(made.len(), crate::access::client_secret::LENGTH);
    assert_eq!(
        set(|s| {
            s.client_secret = Value::Null;
            s.client_secret_wo_version = Value::Known(1);
        })
        .as_deref(),
        Some("write-only")
    );
}

#[test]
fn what_was_removed_is_sent_as_empty_and_not_left_out() {
    let removed = columns::change(
        &state(|s| s.redirect_uris = strings(&["https://a/b"])),
        &state(|_| {}),
    );
    assert_eq!(removed.redirect_uris, Some(BTreeSet::new()));
    let untouched = columns::change(&state(|_| {}), &state(|_| {}));
    assert_eq!(untouched.redirect_uris, None);
}

#[test]
fn the_users_spelling_stays_while_it_means_the_same() {
    let mut seen = state(|s| s.scopes = strings(&["user", "admin"]));
    let found = access::OAuthClient {
        client_id: "OktaSCIM".into(),
        scopes: ["admin", "user"].map(str::to_owned).into(),
        ..access::OAuthClient::default()
    };
    columns::refresh(&mut seen, &found);
    assert!(seen.scopes == strings(&["user", "admin"]));
    assert_eq!(
        seen.access_token_ttl_minutes,
        Value::Known(180),
        "what the tenant does not tell stays"
    );
    assert!(seen.redirect_uris.is_null(), "none is none, told or not");
    seen.redirect_uris = strings(&["https://a/b"]);
    columns::refresh(&mut seen, &found);
    assert!(seen.redirect_uris == strings(&["https://a/b"]), "not told");
    let none = access::OAuthClient {
        redirect_uris: Some(BTreeSet::new()),
        ..found
    };
    columns::refresh(&mut seen, &none);
    assert!(seen.redirect_uris == strings(&[]), "told that there are none");
}

#[test]
fn an_address_that_differs_in_its_path_is_seen() {
    for (written, told, kept) in [
        ("https://app.example/Path", "HTTPS://App.Example/Path", true),
        ("https://app.example/Path", "https://app.example/path", false),
        ("https://app.example?To=A", "https://app.example?to=a", false),
    ] {
        let mut seen = state(|_| {});
        seen.redirect_uris = strings(&[written]);
        let found = access::OAuthClient {
            client_id: "OktaSCIM".into(),
            redirect_uris: Some([told.to_owned()].into()),
            ..access::OAuthClient::default()
        };
        columns::refresh(&mut seen, &found);
        let expected = if kept { written } else { told };
        assert!(seen.redirect_uris == strings(&[expected]), "{written} {told}");
    }
}

#[test]
fn bad_configurations_are_refused_at_the_right_attribute() {
    let long = "x".repeat(300);
    let text = |value: &str| Dynamic::String(value.to_owned());
    let number = |value: i64| Dynamic::Number(terraform_plugin::value::Number::Int(value));
    let set = |values: &[&str]| Dynamic::Sequence(values.iter().map(|value| text(value)).collect());
    for (attribute, value) in [
        ("client_id", text("")),
        ("client_id", text(".")),
        ("client_id", text("..")),
        ("client_id", text("a/b")),
        ("client_id", text("a b")),
        ("client_id", text("ä")),
        ("client_id", text(&long)),
        ("display_name", text(" ")),
        ("scopes", set(&[])),
        ("scopes", set(&["admin user"])),
        ("grant_types", set(&[""])),
        ("redirect_uris", set(&["https://a, https://b"])),
        ("redirect_uris", set(&["nowhere"])),
        ("access_token_ttl_minutes", number(0)),
        ("access_token_ttl_minutes", number(-1)),
        ("access_token_ttl_minutes", number(1 << 31)),
        ("refresh_token_ttl_minutes", number(0)),
        ("resource_uuid", text("1234")),
        (
            "client_secret",
            Dynamic::Secret(Secret::new("opensesame\nopensesame")),
        ),
        ("client_secret", Dynamic::Secret(Secret::new(""))),
        (
            "client_secret_wo",
            Dynamic::Secret(Secret::new("opensesame opensesame")),
        ),
        ("client_secret_wo_version", number(0)),
    ] {
        let mut config = config(|_| {}).into_object();
        config.insert(attribute.to_owned(), value);
        let objections = State::schema().objections(&config);
        assert_eq!(objections.len(), 1, "{attribute}");
        assert_eq!(objections[0].path, Path::attribute(attribute));
        let said = &objections[0].detail;
        assert!(
            !said.contains("opensesame"),
            "{attribute}: a secret is not repeated: {said}"
        );
    }
}

#[test]
fn scopes_and_grants_that_nobody_has_seen_are_for_the_tenant_to_judge() {
    let told = |change: Change| {
        let told = rules::validate(&config(change));
        assert!(!told.has_errors());
        told.0.into_iter().map(|d| d.summary).collect::<Vec<_>>()
    };
    assert!(told(|c| c.scopes = strings(&["admin", "dd1131db-0000-4000-8000-000000000000"])).is_empty());
    assert_eq!(
        told(|c| c.scopes = strings(&["root"])),
        ["Unknown element of scopes"]
    );
    assert_eq!(
        told(|c| c.grant_types = strings(&["implicit"])),
        ["Unknown element of grant_types"]
    );
}

#[test]
fn arguments_that_contradict_each_other_are_refused() {
    let complaint = |change: Change| {
        rules::validate(&config(change))
            .0
            .first()
            .map(|d| d.summary.clone())
    };
    assert_eq!(complaint(|_| {}), None);
    assert_eq!(
        complaint(|c| c.grant_types = strings(&["authorization_code"])).as_deref(),
        Some("No redirect URI")
    );
    assert_eq!(
        complaint(|c| c.grant_types = Value::Known([Value::Unknown].into())),
        None,
        "may still be anything"
    );
    assert_eq!(
        complaint(|c| {
            c.refresh_token_ttl_minutes = Value::Known(60);
            c.refresh_token_idle_ttl_minutes = Value::Known(60);
        })
        .as_deref(),
        Some("Idle time not below lifetime")
    );
    assert_eq!(
        complaint(|c| {
            c.client_secret = secret("s");
            c.rotate_secret_when_changed = triggers("1");
        })
        .as_deref(),
        Some("A given secret is not rotated")
    );
}
