//! Values as they come before everything is known, and in every form in which they come.

use wsoa_test_kit::schema::Kind;
use wsoa_test_kit::value::types::Type;
use wsoa_test_kit::{Action, Host, Val, list, obj};

use crate::bench::{Bench, CLIENT, DIRECTORY, TOKEN, bench, client, directory, existing_client};

/// Every type with a configuration that gives a value to every argument that goes together.
fn full(bench: &Bench) -> Vec<(&'static str, Val)> {
    let client = obj! {
        client_id: "okta",
        display_name: "Okta",
        scopes: ["admin", "user"],
        grant_types: ["client_credentials", "authorization_code"],
        redirect_uris: ["https://example.com/a", "https://example.com/b"],
        access_token_ttl_minutes: 525_600,
        refresh_token_ttl_minutes: 1000,
        refresh_token_idle_ttl_minutes: 100,
        display_user_grant: true,
        inheritance_allowed: true,
        internal_system_client: false,
        resource_uuid: "01234567-89ab-cdef-0123-456789abcdef",
    };
    let token = existing_client(&bench.tenant, "existing")
        .with("scopes", ["admin"])
        .with("early_renewal_hours", 24)
        .with("expiry_warning_hours", 48)
        .with("rotate_when_changed", obj! { a: "1", b: "2" })
        .with("revoke_on_destroy", true);
    let directory = obj! {
        name: "Okta",
        domains: ["example.com", "example.org"],
        deletion_protection: false,
        delete_timeout_minutes: 5,
    };
    vec![
        (
            CLIENT,
            client.clone().with("rotate_secret_when_changed", obj! { a: "1" }),
        ),
        (
            CLIENT,
            client
                .clone()
                .with("client_secret", "a-secret-from-the-configuration"),
        ),
        (
            CLIENT,
            client
                .with("client_secret_wo", "a-write-only-secret")
                .with("client_secret_wo_version", 1),
        ),
        (TOKEN, token.clone()),
        (
            TOKEN,
            token
                .without("client_secret")
                .without("revoke_on_destroy")
                .with("client_secret_wo", "secret-of-the-client")
                .with("client_secret_wo_version", 1),
        ),
        (DIRECTORY, directory),
    ]
}

/// This configuration with one thing after the other not yet known: each argument, a part of it, and all at once.
async fn with_unknowns(host: &Host, type_name: &str, config: &Val) -> Vec<(String, Val)> {
    let schemas = host.schema().await;
    let attributes = &schemas.resource(type_name).block.attributes;
    let refined = || Val::RefinedUnknown {
        prefix: "pre-".to_owned(),
    };
    let mut variants = Vec::new();
    let mut all = config.clone();
    for name in config.fields().keys() {
        let Kind::Plain(ty) = &attributes[name].kind else {
            panic!("{name} is nested")
        };
        all = all.with(name, Val::Unknown);
        let mut add = |what: &str, value: Val| {
            variants.push((format!("{name} {what}"), config.clone().with(name, value)));
        };
        add("unknown", Val::Unknown);
        match ty {
            Type::String => add("refined", refined()),
            Type::Set(_) => add(
                "with unknown elements",
                list![Val::Unknown, refined(), Val::Unknown],
            ),
            Type::Map(_) => {
                let key = config.at(name).fields().keys().next().unwrap();
                add(
                    "with an unknown element",
                    config.at(name).clone().with(key, Val::Unknown),
                );
                add(
                    "with a refined element",
                    config.at(name).clone().with(key, refined()),
                );
            }
            _ => {}
        }
    }
    variants.push(("everything unknown".to_owned(), all));
    variants
}

#[tokio::test]
async fn whatever_is_not_known_yet_can_be_planned_and_then_applied() {
    let bench = bench().await;
    for (type_name, config) in full(&bench) {
        for (what, open) in with_unknowns(&bench.host, type_name, &config).await {
            println!("{type_name}: {what}");
            let planned = bench
                .host
                .plan(type_name, None, open)
                .await
                .assert(Action::Create);
            let state = bench.host.apply_with(planned, config.clone()).await.ok();
            let again = bench.host.plan(type_name, Some(&state), config.clone()).await;
            assert!(again.is_empty(), "{type_name}, {what}: {}", again.value);
            bench.host.destroy(&state).await.gone();
        }
    }
}

#[tokio::test]
async fn what_is_not_known_yet_may_turn_out_to_be_what_it_was() {
    let bench = bench().await;
    for (type_name, config) in full(&bench) {
        let mut state = bench.host.create(type_name, config.clone()).await;
        for (what, open) in with_unknowns(&bench.host, type_name, &config).await {
            println!("{type_name}: {what}");
            if open.get("deletion_protection") == Some(&Val::Unknown) && open.at("name").is_unknown() {
                // it may turn out that the directory is protected, and then it is too late
                let refused = bench.host.try_plan(type_name, Some(&state), open).await;
                refused.unwrap_err().expect("The directory is protected");
                continue;
            }
            let planned = bench.host.plan(type_name, Some(&state), open).await;
            state = bench.host.apply_with(planned, config.clone()).await.ok();
            let read = bench.host.refresh(&state).await.unwrap();
            assert_eq!(read.value, state.value, "{type_name}, {what}");
            let again = bench.host.plan(type_name, Some(&read), config.clone()).await;
            assert!(again.is_empty(), "{type_name}, {what}: {}", again.value);
        }
        bench.host.destroy(&state).await.gone();
    }
}

#[tokio::test]
async fn a_token_that_turns_out_to_need_no_renewal_is_kept() {
    let bench = bench().await;
    let config = existing_client(&bench.tenant, "existing").with("scopes", ["admin"]);
    let state = bench.host.create(TOKEN, config.clone()).await;
    for name in ["client_id", "client_secret", "scopes"] {
        let open = config.clone().with(name, Val::Unknown);
        let planned = bench
            .host
            .plan(TOKEN, Some(&state), open)
            .await
            .assert(Action::Update);
        assert!(planned.at("access_token").is_unknown());
        let same = bench.host.apply_with(planned, config.clone()).await.ok();
        assert_eq!(same.value, state.value, "{name}");
    }
}

/// Terraform sends numbers as integers, floats or text, whichever is exact.
#[tokio::test]
async fn a_number_is_a_number_in_whatever_form_it_comes() {
    let bench = bench().await;
    let with = |ttl: Val| client("okta").with("access_token_ttl_minutes", ttl);
    let state = bench.host.create(CLIENT, with(60.into())).await;
    for same in [Val::Int(60), Val::Float(60.0)] {
        let planned = bench.host.plan(CLIENT, Some(&state), with(same)).await;
        assert!(planned.is_empty(), "{}", planned.value);
    }
    for wrong in [
        Val::Float(0.5), // arrives as a float
        Val::Float(0.1), // arrives as text, and so does the next
        Val::Float(1e300),
        0.into(),
        (-1).into(),
        (1_i64 << 31).into(),
        i64::MAX.into(),
    ] {
        let refused = bench
            .host
            .try_plan(CLIENT, Some(&state), with(wrong.clone()))
            .await;
        let told = refused.expect_err(&wrong.to_string());
        assert_eq!(told.0[0].path, "access_token_ttl_minutes", "{told}");
        assert_eq!(told.errors().count(), 1, "{told}");
    }
}

#[tokio::test]
async fn null_is_as_good_as_absent_and_null_elements_are_refused_by_name() {
    let bench = bench().await;
    for (type_name, config) in full(&bench) {
        let schemas = bench.host.schema().await;
        let required = |name: &String| schemas.resource(type_name).block.attributes[name].required;
        for name in config.fields().keys().filter(|name| !required(name)) {
            let without = bench
                .host
                .validate_resource(type_name, config.clone().without(name))
                .await;
            let null = bench
                .host
                .validate_resource(type_name, config.clone().with(name, Val::Null))
                .await;
            assert_eq!(without, null, "{type_name}.{name}");
        }
    }
    for (type_name, config, name) in [
        (CLIENT, client("okta"), "scopes"),
        (CLIENT, client("okta"), "grant_types"),
        (CLIENT, client("okta"), "redirect_uris"),
        (TOKEN, existing_client(&bench.tenant, "existing"), "scopes"),
        (DIRECTORY, directory("Okta", "example.com"), "domains"),
    ] {
        let config = config.with(name, list![Val::Null]);
        let told = bench
            .host
            .try_plan(type_name, None, config)
            .await
            .expect_err(name);
        assert!(told.0[0].path.starts_with(name), "{told}");
    }
}

#[tokio::test]
async fn an_argument_that_is_removed_falls_back_to_its_default_or_stays_with_the_tenant() {
    let bench = bench().await;
    for (type_name, config) in full(&bench) {
        let schemas = bench.host.schema().await;
        let required = |name: &String| schemas.resource(type_name).block.attributes[name].required;
        for name in config.fields().keys().filter(|name| !required(name)) {
            let without = config.clone().without(name);
            if bench
                .host
                .validate_resource(type_name, without.clone())
                .await
                .has_errors()
            {
                continue; // the others do not work without it
            }
            println!("{type_name} without {name}");
            let state = bench.host.create(type_name, config.clone()).await;
            let planned = bench.host.plan(type_name, Some(&state), without.clone()).await;
            let state = bench.host.apply(planned).await.ok();
            let read = bench.host.refresh(&state).await.unwrap();
            let again = bench.host.plan(type_name, Some(&read), without).await;
            assert!(again.is_empty(), "{type_name} without {name}: {}", again.value);
            let back = bench.host.update(&read, config.clone()).await; // protection is a default, too
            bench.host.destroy(&back).await.gone();
        }
    }
}
