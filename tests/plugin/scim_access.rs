//! The proof that a token works: SCIM is asked with it, and whatever it says, no token is lost for that.

use access_simulator::{Action as Happens, Fault, Tenant};
use wsoa_test_kit::{Action, Diagnostics, State, Val, obj};

use crate::bench::{CLIENT, InProcess, TOKEN, bench_in_process, client, existing_client};

const USERS: &str = "/scim/Users";
const REFUSED: &str = "SCIM refuses the token";
const OPEN: &str = "Whether SCIM takes the token is not known";

/// What a SCIM that answers in an odd way says of a person, which is nobody's business here.
const PERSON: &str = "jane.doe@example.com";

fn answer(status: u16, body: &serde_json::Value) -> Happens {
    Happens::json(status, body)
}

/// Everything that may come in place of a list of users, and what becomes of it.
fn answers() -> Vec<(Happens, &'static str, &'static str)> {
    let errors = serde_json::json!({ "Errors": [{ "code": "403", "description": PERSON }] });
    let user = serde_json::json!({ "id": PERSON });
    vec![
        (answer(403, &errors), "forbidden", REFUSED),
        (Happens::status(403), "forbidden", REFUSED),
        (answer(401, &errors), "unauthorized", REFUSED),
        (Happens::html(403), "unreachable", OPEN),
        (Happens::html(401), "unreachable", OPEN),
        (Happens::html(200), "unreachable", OPEN),
        (answer(200, &user), "unreachable", OPEN),
        (Happens::status(200), "unreachable", OPEN),
        (answer(400, &errors), "unreachable", OPEN),
        (answer(404, &errors), "unreachable", OPEN),
        (Happens::status(429), "unreachable", OPEN),
        (Happens::status(500), "unreachable", OPEN),
        (Happens::status(503), "unreachable", OPEN),
        (Happens::Reset, "unreachable", OPEN),
    ]
}

fn times_asked(tenant: &Tenant) -> usize {
    tenant
        .requests()
        .iter()
        .filter(|seen| seen.path.contains(USERS))
        .count()
}

fn assert_nobody_is_named(told: &Diagnostics, state: &State) {
    let private = String::from_utf8_lossy(&state.private);
    let text = format!("{told} {} {private}", state.value);
    assert!(!text.contains(PERSON), "{text}");
}

async fn minted(bench: &InProcess, config: Val) -> (State, Diagnostics) {
    let planned = bench.host.plan(TOKEN, None, config).await;
    assert!(planned.at("scim_access").is_unknown());
    let applied = bench.host.apply(planned).await;
    applied.diagnostics.assert_no_errors();
    (applied.state.unwrap(), applied.diagnostics)
}

#[tokio::test]
async fn a_token_that_works_is_proved_without_a_word() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    let (state, told) = minted(&bench, config.clone()).await;
    assert_eq!(state.str_at("scim_access"), "ok");
    assert!(told.is_empty(), "{told}");
    let seen = bench.host.look(&state).await.unwrap();
    assert!(seen.diagnostics.is_empty(), "{}", seen.diagnostics);
    assert_eq!(seen.state.as_ref().unwrap().value, state.value);
    let asked = bench.tenant.requests();
    let asked = asked.iter().find(|seen| seen.path.contains(USERS)).unwrap();
    assert_eq!(asked.query, "count=1&attributes=id");
    assert!(bench.host.plan(TOKEN, Some(&state), config).await.is_empty());
}

#[tokio::test]
async fn whatever_scim_answers_to_a_new_token_it_is_kept_and_asked_for_once() {
    for (happens, access, summary) in answers() {
        let bench = bench_in_process().await;
        let config = existing_client(&bench.tenant, "okta");
        let what = format!("{happens:?}");
        bench.fail(Fault::on("GET", USERS, happens).always());
        let (state, told) = minted(&bench, config.clone()).await;
        assert_eq!(state.str_at("scim_access"), access, "{what}");
        assert!(!state.str_at("access_token").is_empty());
        let warning = told.expect(summary);
        assert_eq!(
            (warning.path.as_str(), told.0.len()),
            ("scim_access", 1),
            "{what}"
        );
        assert_eq!(times_asked(&bench.tenant), 1, "{what}");
        assert!(bench.clock.take_slept().is_empty(), "{what}");
        assert_nobody_is_named(&told, &state);

        // at a refresh the tenant's own check tells whether the token is valid
        let seen = bench.host.look(&state).await.unwrap();
        let told = seen.diagnostics;
        let after = seen.state.unwrap();
        assert_eq!(after.value, state.value, "{what}");
        assert_eq!(times_asked(&bench.tenant), 2, "{what}");
        assert_eq!(told.0.len(), usize::from(summary == REFUSED), "{what}: {told}");
        assert_nobody_is_named(&told, &after);
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&after), config.clone())
                .await
                .is_empty()
        );

        // and an outage that passes leaves nothing behind
        bench.tenant.clear_faults();
        let seen = bench.host.look(&after).await.unwrap();
        let after = seen.state.unwrap();
        assert_eq!(after.str_at("scim_access"), "ok", "{what}");
        assert!(seen.diagnostics.is_empty(), "{what}: {}", seen.diagnostics);
        assert!(bench.host.plan(TOKEN, Some(&after), config).await.is_empty());
    }
}

#[tokio::test]
async fn a_refusal_names_the_causes_the_likeliest_first() {
    let bench = bench_in_process().await;
    bench
        .tenant
        .switches(|switches| switches.api_clients_lack_role = true);
    let made = bench.host.create(CLIENT, client("okta")).await;
    let config = obj! { client_id: "okta", client_secret: made.str_at("client_secret") };
    let (state, told) = minted(&bench, config.clone()).await;
    assert_eq!(state.str_at("scim_access"), "forbidden");
    let text = told.expect(REFUSED).detail.clone();
    let mut rest = text.as_str();
    for part in [
        "\"okta\", which was granted the scope admin",
        "The scope is not admin",
        "gets the user APIs by default",
        "lacks an admin role",
        "Settings > OAuth 2.0 Management",
        "not opened for the tenant",
        "Omnissa Identity Service",
        "verify_scim = false",
    ] {
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} is not there, or not in its place: {text}"));
        rest = &rest[at..];
    }

    // the console gives the role
    bench
        .tenant
        .switches(|switches| switches.api_clients_lack_role = false);
    let seen = bench.host.look(&state).await.unwrap();
    assert!(seen.diagnostics.is_empty(), "{}", seen.diagnostics);
    let state = seen.state.unwrap();
    assert_eq!(state.str_at("scim_access"), "ok");

    // and takes it away, and SCIM is closed
    for close in [
        (|it| it.api_clients_lack_role = true) as fn(&mut access_simulator::Switches),
        |it| (it.api_clients_lack_role, it.scim_closed) = (false, true),
    ] {
        bench.tenant.switches(close);
        let seen = bench.host.look(&state).await.unwrap();
        seen.diagnostics.expect(REFUSED);
        let refused = seen.state.unwrap();
        assert_eq!(refused.str_at("scim_access"), "forbidden");
        assert_eq!(refused.at("ready_for_renewal"), &Val::from(false));
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&refused), config.clone())
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_and_not_taken_for_one_without_a_role() {
    for happens in [None, Some(Happens::status(403)), Some(Happens::status(500))] {
        let bench = bench_in_process().await;
        let config = existing_client(&bench.tenant, "okta");
        let (state, _) = minted(&bench, config.clone()).await;
        bench.tenant.revoke_token(state.str_at("access_token"));
        if let Some(happens) = happens {
            bench.fail(Fault::on("GET", USERS, happens).always());
        }
        let seen = bench.host.look(&state).await.unwrap();
        assert!(seen.diagnostics.is_empty(), "{}", seen.diagnostics);
        let state = seen.state.unwrap();
        assert_ne!(state.str_at("scim_access"), "ok");
        assert_ne!(state.str_at("scim_access"), "forbidden");
        bench.tenant.clear_faults();
        let planned = bench
            .host
            .plan(TOKEN, Some(&state), config)
            .await
            .assert(Action::Update);
        assert_eq!(planned.diagnostics.0.len(), 1, "{}", planned.diagnostics);
        planned.diagnostics.expect("no longer valid at the tenant");
        assert!(planned.at("scim_access").is_unknown());
        let healed = bench.host.apply(planned).await.ok();
        assert_eq!(healed.str_at("scim_access"), "ok");
    }
}

/// Without `verify_scim` SCIM is asked where the token may do everything.
#[tokio::test]
async fn the_argument_or_else_the_granted_scopes_say_whether_scim_is_asked() {
    for (scopes, verify, access) in [
        (&["admin", "user"][..], Val::Null, "ok"),
        (&["admin"], Val::from(true), "ok"),
        (&["admin"], Val::from(false), ""),
        (&["user"], Val::Null, ""),
        (&["user"], Val::from(false), ""),
        (&["user"], Val::from(true), "forbidden"),
    ] {
        let bench = bench_in_process().await;
        let config = existing_client(&bench.tenant, "okta");
        bench.tenant.change_client("okta", |client| {
            client.scope = scopes.join(" ");
        });
        let config = config.with("verify_scim", verify.clone());
        let (state, told) = minted(&bench, config.clone()).await;
        let what = format!("{scopes:?} {verify}");
        assert_eq!(state.at("scim_access").is_null(), access.is_empty(), "{what}");
        if !access.is_empty() {
            assert_eq!(state.str_at("scim_access"), access, "{what}");
        }
        assert_eq!(told.0.len(), usize::from(access == "forbidden"), "{what}: {told}");
        let seen = bench.host.refresh(&state).await.unwrap();
        assert_eq!(seen.value, state.value, "{what}");
        assert_eq!(
            times_asked(&bench.tenant),
            if access.is_empty() { 0 } else { 2 },
            "{what}"
        );
        assert!(
            bench.host.plan(TOKEN, Some(&seen), config).await.is_empty(),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_change_of_the_argument_asks_or_forgets_and_mints_nothing() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    let with = |verify: Val| config.clone().with("verify_scim", verify);
    let (mut state, _) = minted(&bench, config.clone()).await;
    let token = state.str_at("access_token").to_owned();
    for (verify, access, requests) in [
        (Val::from(true), "ok", 0),
        (Val::from(false), "", 0),
        (Val::from(true), "forbidden", 1),
        (Val::from(false), "", 0),
        (Val::Null, "forbidden", 1),
    ] {
        bench.tenant.clear_requests();
        bench
            .tenant
            .switches(|switches| switches.scim_closed = access == "forbidden");
        let planned = bench
            .host
            .plan(TOKEN, Some(&state), with(verify.clone()))
            .await
            .assert(Action::Update);
        assert_eq!(planned.at("scim_access").is_unknown(), requests == 1, "{verify}");
        let applied = bench.host.apply(planned).await;
        assert_eq!(applied.diagnostics.0.len(), usize::from(access == "forbidden"));
        state = applied.state.unwrap();
        assert_eq!(
            state.at("scim_access"),
            &Some(access)
                .filter(|it| !it.is_empty())
                .map_or(Val::Null, Val::from)
        );
        assert_eq!(state.str_at("access_token"), token);
        assert_eq!(bench.tenant.requests().len(), requests, "{verify}");
        assert!(
            bench
                .host
                .plan(TOKEN, Some(&state), with(verify))
                .await
                .is_empty()
        );
    }
    // only the apply knows it
    for (known, access) in [(true, "ok"), (false, "")] {
        bench.tenant.switches(|switches| switches.scim_closed = false);
        let planned = bench
            .host
            .plan(TOKEN, Some(&state), with(Val::Unknown))
            .await
            .assert(Action::Update);
        assert!(planned.at("scim_access").is_unknown());
        state = bench
            .host
            .apply_with(planned, with(known.into()))
            .await
            .ok()
            .clone();
        assert_eq!(state.at("scim_access").is_null(), access.is_empty());
    }
}

#[tokio::test]
async fn a_token_of_a_version_that_did_not_ask_plans_no_change() {
    let bench = bench_in_process().await;
    let config = existing_client(&bench.tenant, "okta");
    let (made, _) = minted(&bench, config.clone()).await;
    let before = State {
        value: made.value.clone().with("scim_access", Val::Null),
        ..made.clone()
    };
    assert!(
        bench
            .host
            .plan(TOKEN, Some(&before), config.clone())
            .await
            .is_empty()
    );
    let seen = bench.host.refresh(&before).await.unwrap();
    assert_eq!(seen.value, made.value);
    assert!(
        bench
            .host
            .plan(TOKEN, Some(&seen), config.clone())
            .await
            .is_empty()
    );
    let warned_earlier = config.with("expiry_warning_hours", 24);
    let planned = bench.host.plan(TOKEN, Some(&before), warned_earlier).await;
    assert!(planned.at("scim_access").is_null());
}
