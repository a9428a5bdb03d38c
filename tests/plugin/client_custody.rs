//! OAuth clients on tenants, and under accidents, where one witness would be wrong: no secret is lost or overwritten, no
//! client of somebody else's is taken, and what may exist is not forgotten. Whole runs, under a clock that is turned.

use std::time::Duration;

use access_simulator::{
    Action as Happens, Client, DeleteAnswer, ErrorBody, Fault, PutSecret, SecretRead, Switches,
};
use wsoa_test_kit::{Action, Core as _, Instance, Resource, Run, State, Val, obj};

use crate::bench::{
    CLIENT, CLIENTS, InProcess, MINT, bench_in_process, bench_in_process_with, client, requests,
};

const MINUTE: Duration = Duration::from_secs(61);

fn given(id: &str, secret: &str) -> Val {
    client(id).with("client_secret", secret)
}

fn write_only(id: &str, secret: &str, version: i64) -> Val {
    client(id)
        .with("client_secret_wo", secret)
        .with("client_secret_wo_version", version)
}

fn trigger(n: &str) -> Val {
    client("okta").with("rotate_secret_when_changed", obj! { n: n })
}

fn nothing() -> Instance {
    Instance::default()
}

/// All ways in which a configuration gives a secret.
fn every_source() -> [(&'static str, Val); 3] {
    [
        ("generated", client("okta")),
        ("given", given("okta", "given-by-the-user")),
        ("write-only", write_only("okta", "given-by-the-user", 1)),
    ]
}

impl InProcess {
    fn secret(&self, id: &str) -> String {
        self.tenant
            .client(id)
            .map_or_else(String::new, |client| client.secret)
    }

    /// Plain applies until nothing is left to do: at most `most` of them.
    async fn heals(&self, what: &str, before: impl Into<Instance>, config: &Val, most: usize) -> Instance {
        let mut instance = before.into();
        for _ in 0..most {
            self.clock.advance(MINUTE);
            let run = self.apply(CLIENT, instance, config.clone()).await;
            instance = run.instance();
            if !run.failed() && self.plan_is_empty(CLIENT, instance.clone(), config.clone()).await {
                return instance;
            }
            println!("{what}: {}", run.diagnostics);
        }
        panic!("{what}: not healed by {most} applies");
    }
}

/// Row 1: a 200 or 201 without the client in it is no proof that we made the client that is there.
#[tokio::test]
async fn a_success_without_the_client_takes_nobody_elses() {
    for status in [200, 201] {
        for body in [ErrorBody::Empty, ErrorBody::Usual, ErrorBody::Html] {
            for (source, config) in every_source() {
                let what = format!("{status} {body:?} {source}");
                let bench = bench_in_process_with(|switches| {
                    switches.duplicate_client_status = status;
                    switches.duplicate_client_body = body;
                })
                .await;
                bench.tenant.put_client(Client::service("okta", "somebody-elses"));
                let run = bench.apply(CLIENT, nothing(), config.clone()).await;
                assert!(run.failed(), "{what}");
                assert!(run.state.is_none(), "{what}: {}", run.diagnostics);
                run.expect("exists already");
                assert_eq!(bench.secret("okta"), "somebody-elses", "{what}");
            }
        }
    }
}

/// Row 2: whatever form a mask has, it is neither taken for the secret nor sent as one.
#[tokio::test]
async fn a_mask_in_any_form_takes_the_place_of_no_secret() {
    use SecretRead::{Blank, Clear, Crosses, Dots, Hidden, LastFour, Omit, Sha256, Stars};
    for shown in [Blank, Omit, Clear, Stars, Dots, Crosses, LastFour, Hidden, Sha256] {
        for posted in [Clear, shown] {
            for (source, config) in every_source() {
                let what = format!("{shown:?}, POST {posted:?}, {source}");
                let bench = bench_in_process_with(|switches| {
                    switches.secret_read = shown;
                    switches.secret_post = posted;
                })
                .await;
                let made = bench.apply(CLIENT, nothing(), config.clone()).await;
                let secret = bench.secret("okta");
                let known = made.ok().at("client_secret").clone();
                if source == "write-only" {
                    assert!(known.is_null(), "{what}");
                } else {
                    assert_eq!(known, Val::from(secret.as_str()), "{what}");
                }
                bench.clock.advance(MINUTE);
                let changed = config.clone().with("display_name", "Okta");
                let run = bench
                    .apply(CLIENT, &made, changed.clone())
                    .await
                    .assert(Action::Update);
                assert_eq!(run.ok().at("client_secret"), &known, "{what}");
                assert_eq!(bench.secret("okta"), secret, "{what}");
                assert!(bench.plan_is_empty(CLIENT, &run, changed.clone()).await, "{what}");

                // imported, without a secret to compare with
                let import =
                    Resource::new(CLIENT, client("okta").with("display_name", "Again")).imported("okta");
                let run = bench.apply_resource(import, nothing()).await;
                assert_eq!(bench.secret("okta"), secret, "{what}");
                let expected = match shown {
                    Clear => Val::from(secret.as_str()),
                    _ => Val::Null,
                };
                assert_eq!(run.ok().at("client_secret"), &expected, "{what}");
            }
        }
    }
}

/// Row 6: what may have been made is in state, for every source of the secret.
#[tokio::test]
async fn a_creation_in_doubt_is_settled_later() {
    type Doubt = fn(&InProcess);
    let doubts: [(&str, Doubt); 4] = [
        ("answer lost, and looking fails too", |bench| {
            bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
            bench.fail(Fault::on("GET", CLIENTS, Happens::status(400)).after(1));
            bench.fail(Fault::on("GET", CLIENTS, Happens::status(400)));
        }),
        ("a fault, and the client appears late", |bench| {
            bench.fail(Fault::on("POST", CLIENTS, Happens::status(500).committed()));
            bench
                .tenant
                .switches(|switches| switches.lag_client_reads_ms = 20_000);
        }),
        ("answer lost, and its secret is accepted late", |bench| {
            bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
            bench.tenant.switches(|switches| switches.lag_token_ms = 8_000);
        }),
        ("answer lost, and nothing was made", |bench| {
            bench.fail(Fault::on("POST", CLIENTS, Happens::Reset));
        }),
    ];
    for (name, doubt) in doubts {
        for (source, config) in every_source() {
            let what = format!("{name}: {source}");
            let bench = bench_in_process().await;
            let before = bench.tenant.clients().len();
            doubt(&bench);
            let run = bench.apply(CLIENT, nothing(), config.clone()).await;
            println!("{what}: {}", run.diagnostics);
            assert!(run.state.is_some(), "{what}");
            bench.tenant.clear_faults();
            let healed = bench.heals(&what, &run, &config, 2).await;
            let state = healed.current.unwrap();
            assert_eq!(bench.tenant.clients().len(), before + 1, "{what}: no orphan");
            if source != "write-only" {
                assert_eq!(state.str_at("client_secret"), bench.secret("okta"), "{what}");
            }
        }
    }
}

/// Row 6, and a destroy in its place: what is not proved is not deleted, and what is, is.
#[tokio::test]
async fn what_may_be_ours_is_destroyed_only_when_it_is() {
    for (source, config) in every_source() {
        for ours in [true, false] {
            let what = format!("{source}, ours: {ours}");
            let bench = bench_in_process().await;
            bench.fail(Fault::on(
                "POST",
                CLIENTS,
                if ours {
                    Happens::CommitThenReset
                } else {
                    Happens::Reset
                },
            ));
            bench
                .tenant
                .switches(|switches| switches.lag_client_reads_ms = 40_000);
            let run = bench.apply(CLIENT, nothing(), config.clone()).await;
            assert!(run.failed() && run.state.is_some(), "{what}: {}", run.diagnostics);
            bench.tenant.switches(|switches| switches.lag_client_reads_ms = 0);
            if !ours {
                bench.tenant.put_client(Client::service("okta", "somebody-elses"));
            }
            bench.clock.advance(MINUTE);
            let end = bench.destroy(CLIENT, &run, config.clone()).await;
            println!("{what}: {}", end.diagnostics);
            let undecidable = source == "write-only";
            assert_eq!(end.failed(), undecidable, "{what}: {}", end.diagnostics);
            assert_eq!(end.state.is_some(), undecidable, "{what}");
            if undecidable {
                end.expect("state rm");
            }
            assert_eq!(
                bench.tenant.client("okta").is_some(),
                undecidable || !ours,
                "{what}"
            );
        }
    }
}

/// A creation with the write-only secret `the-first` that was carried out, got no answer, and was a minute ago.
async fn write_only_in_doubt() -> (InProcess, Run) {
    let bench = bench_in_process().await;
    bench
        .tenant
        .switches(|switches| switches.lag_client_reads_ms = 40_000);
    bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
    let open = bench
        .apply(CLIENT, nothing(), write_only("okta", "the-first", 1))
        .await;
    assert!(open.failed() && open.state.is_some());
    bench.clock.advance(MINUTE);
    (bench, open)
}

/// Row 6: a write-only secret that changes while it is open whose the client is proves nothing against us.
#[tokio::test]
async fn a_new_write_only_secret_does_not_lose_what_may_be_ours() {
    let (bench, open) = write_only_in_doubt().await;
    let next = bench
        .apply(CLIENT, &open, write_only("okta", "the-second", 2))
        .await;
    let told = next.told_by_apply.expect("It is not known whether");
    assert!(told.detail.contains("state rm"), "{told:?}");
    let kept = next.state.clone().expect("it is still in state");
    assert!(kept.at("id").is_null());
    // with the secret of that creation, it is settled
    bench.clock.advance(MINUTE);
    bench
        .heals("the first again", &next, &write_only("okta", "the-first", 3), 2)
        .await;
    assert_eq!(bench.secret("okta"), "the-first");
}

/// The same, where the secret is no longer a write-only one: nothing could prove any more whose the client is.
#[tokio::test]
async fn another_source_of_the_secret_does_not_lose_what_may_be_ours() {
    for config in [client("okta"), given("okta", "another")] {
        let (bench, open) = write_only_in_doubt().await;
        let next = bench.apply(CLIENT, &open, config).await;
        assert!(next.failed());
        let kept = next.state.clone().expect("it is still in state");
        assert!(kept.at("id").is_null());
        assert_eq!(bench.secret("okta"), "the-first");
        bench.clock.advance(MINUTE);
        let config = write_only("okta", "the-first", 3);
        bench.heals("the first again", &next, &config, 2).await;
    }
}

/// Row 7: the same id, the same given secret, the same settings: a given secret proves nothing of a client that was there.
#[tokio::test]
async fn a_twin_of_somebody_elses_is_not_adopted() {
    for happens in [Happens::Reset, Happens::status(500), Happens::status(409)] {
        for (source, config) in every_source() {
            let bench = bench_in_process().await;
            bench
                .tenant
                .put_client(Client::service("okta", "given-by-the-user"));
            bench.fail(Fault::on("POST", CLIENTS, happens.clone()));
            let run = bench.apply(CLIENT, nothing(), config.clone()).await;
            assert!(
                run.failed() && run.state.is_none(),
                "{source}: {}",
                run.diagnostics
            );
            run.expect("exists already");
            assert_eq!(bench.secret("okta"), "given-by-the-user");
        }
    }
}

/// Row 8: a client is gone when it cannot be read any more, whatever its DELETE answers.
#[tokio::test]
async fn a_deletion_is_believed_when_the_client_is_gone() {
    for (name, answer, fault, deleted) in [
        ("204", DeleteAnswer::Empty, None, true),
        ("text", DeleteAnswer::Text, None, true),
        ("errors", DeleteAnswer::Errors, None, true),
        (
            "204 and not done",
            DeleteAnswer::Empty,
            Some(Happens::status(204)),
            false,
        ),
        (
            "errors and not done",
            DeleteAnswer::Empty,
            Some(Happens::errors(200)),
            false,
        ),
    ] {
        let bench = bench_in_process_with(|switches| switches.client_delete_answer = answer).await;
        let made = bench.apply(CLIENT, nothing(), client("okta")).await;
        if let Some(fault) = fault {
            bench.fail(Fault::on("DELETE", CLIENTS, fault));
        }
        let end = bench.destroy(CLIENT, &made, client("okta")).await;
        assert_eq!(end.failed(), !deleted, "{name}: {}", end.diagnostics);
        assert_eq!(end.state.is_none(), deleted, "{name}");
        assert_eq!(bench.tenant.client("okta").is_none(), deleted, "{name}");
        if !deleted {
            bench.destroy(CLIENT, &end, client("okta")).await.gone();
        }
    }
}

/// Row 9: a token endpoint that lags, or something before it that answers 401, is no reason to set another secret.
#[tokio::test]
async fn the_secret_that_was_just_handed_out_is_kept() {
    for lag in [2_000, 8_000] {
        let bench = bench_in_process_with(|switches| switches.lag_token_ms = lag).await;
        let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
        let secret = made.ok().str_at("client_secret").to_owned();
        assert!(bench.plan_is_empty(CLIENT, &made, trigger("1")).await, "{lag}");
        let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
        let next = rotated.ok().str_at("client_secret").to_owned();
        assert_ne!(next, secret, "{lag}");
        assert_eq!(bench.secret("okta"), next, "{lag}");
        assert!(bench.plan_is_empty(CLIENT, &rotated, trigger("2")).await, "{lag}");
    }
    for happens in [
        Happens::status(401),
        Happens::html(401),
        Happens::status(403),
        Happens::html(503),
    ] {
        let bench = bench_in_process().await;
        let made = bench.apply(CLIENT, nothing(), client("okta")).await;
        let sign_in = 1;
        bench.fail(Fault::on("POST", MINT, happens.clone()).after(sign_in).times(9));
        let run = bench.plan(CLIENT, &made, client("okta")).await;
        assert!(run.is_empty(), "{happens:?}: {}", run.diagnostics);
        assert_eq!(
            run.refreshed.current.unwrap().str_at("client_secret"),
            bench.secret("okta")
        );
    }
}

/// Row 10: a tenant that takes no secret in a PUT. The one that works is not forgotten.
#[tokio::test]
async fn the_working_secret_is_kept_until_the_new_one_works() {
    for put in [PutSecret::Ignored, PutSecret::Refused] {
        let bench = bench_in_process_with(|switches| switches.put_secret = put).await;
        let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
        let secret = bench.secret("okta");
        let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
        assert!(rotated.failed(), "{put:?}");
        let state = rotated.state.clone().unwrap();
        assert_eq!(state.str_at("client_secret"), secret, "{put:?}");
        assert_eq!(bench.secret("okta"), secret, "{put:?}");
        if put == PutSecret::Ignored {
            assert!(!state.at("pending_client_secret").is_null());
            // the next refresh drops the pending one, and the rotation is still due
            bench.clock.advance(MINUTE);
            let next = bench
                .plan(CLIENT, &rotated, trigger("2"))
                .await
                .assert(Action::Update);
            let seen = next.refreshed.current.unwrap();
            assert_eq!(seen.str_at("client_secret"), secret);
            assert!(seen.at("pending_client_secret").is_null());
        }
        bench
            .tenant
            .switches(|switches| switches.put_secret = PutSecret::Taken);
        let healed = bench.heals("taken at last", &rotated, &trigger("2"), 2).await;
        let healed = healed.current.unwrap();
        assert_eq!(healed.str_at("client_secret"), bench.secret("okta"));
        assert_ne!(bench.secret("okta"), secret);
    }
}

/// Row 10, for a client that cannot mint: a tenant that tells the right secret from a wrong one tells it there as well.
#[tokio::test]
async fn the_secret_of_a_client_that_cannot_mint_is_kept_until_the_new_one_works() {
    let config = |n: &str| trigger(n).with("grant_types", ["password"]);
    let bench = bench_in_process_with(|switches| switches.put_secret = PutSecret::Ignored).await;
    let made = bench.apply(CLIENT, nothing(), config("1")).await;
    let secret = bench.secret("okta");
    let rotated = bench.apply(CLIENT, &made, config("2")).await;
    assert!(rotated.failed());
    assert_eq!(rotated.state.clone().unwrap().str_at("client_secret"), secret);
    bench
        .tenant
        .switches(|switches| switches.put_secret = PutSecret::Taken);
    let healed = bench.heals("taken at last", &rotated, &config("3"), 2).await;
    let healed = healed.current.unwrap();
    assert_eq!(healed.str_at("client_secret"), bench.secret("okta"));
    assert_ne!(bench.secret("okta"), secret);
}

/// A rotation without an answer, at a token endpoint that learns of it late and accepts the old secret meanwhile.
#[tokio::test]
async fn a_new_secret_is_kept_while_the_old_one_is_still_accepted() {
    for happens in [Happens::CommitThenReset, Happens::status(500).committed()] {
        let bench = bench_in_process().await;
        let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
        let before = bench.secret("okta");
        bench.clock.advance(MINUTE);
        bench.tenant.switches(|switches| switches.lag_token_ms = 50_000);
        bench.fail(Fault::on("PUT", CLIENTS, happens.clone()).times(9));
        let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
        assert!(rotated.failed(), "{happens:?}");
        bench.tenant.clear_faults();
        let in_force = bench.secret("okta");
        assert_ne!(in_force, before, "{happens:?}");
        let holds_both = |seen: &State| {
            assert_eq!(seen.str_at("client_secret"), before, "{happens:?}");
            assert_eq!(seen.str_at("pending_client_secret"), in_force, "{happens:?}");
        };
        holds_both(&rotated.state.clone().unwrap());
        // a refresh that comes at once is told the same, and drops nothing either
        let plan = bench.plan(CLIENT, &rotated, trigger("2")).await;
        holds_both(&plan.refreshed.current.clone().unwrap());
        let healed = bench.heals("known at last", &rotated, &trigger("2"), 1).await;
        let healed = healed.current.unwrap();
        assert_eq!(healed.str_at("client_secret"), in_force, "{happens:?}");
        assert_eq!(bench.secret("okta"), in_force, "no third one was made");
    }
}

/// The secret in state is left for a write-only one, and the tenant does not take that, or late.
#[tokio::test]
async fn a_secret_in_state_stays_there_until_a_write_only_one_works() {
    for (put, lag) in [(PutSecret::Ignored, 0), (PutSecret::Taken, 50_000)] {
        let bench = bench_in_process_with(|switches| switches.secret_read = SecretRead::Clear).await;
        let made = bench.apply(CLIENT, nothing(), client("okta")).await;
        let before = bench.secret("okta");
        bench.clock.advance(MINUTE);
        bench.tenant.switches(|switches| {
            switches.put_secret = put;
            switches.lag_token_ms = lag;
        });
        let config = write_only("okta", "kept-out-of-state", 1);
        let moved = bench.apply(CLIENT, &made, config.clone()).await;
        assert!(moved.failed(), "{put:?}");
        assert_eq!(moved.state.clone().unwrap().str_at("client_secret"), before);
        // accepted by now, and shown in clear
        bench.clock.advance(MINUTE);
        let plan = bench.plan(CLIENT, &moved, config.clone()).await;
        let seen = plan.refreshed.current.clone().unwrap();
        assert_eq!(seen.str_at("client_secret"), before, "{put:?}");
        bench
            .tenant
            .switches(|switches| switches.put_secret = PutSecret::Taken);
        let healed = bench.heals("taken at last", &moved, &config, 2).await;
        assert!(healed.current.unwrap().at("client_secret").is_null());
        assert_eq!(bench.secret("okta"), "kept-out-of-state");
    }
}

/// Two tries say nothing of a secret where a gateway answers them: only one that mints takes the place of another.
#[tokio::test]
async fn a_gateways_word_puts_no_secret_in_the_place_of_another() {
    let bench = bench_in_process_with(|switches| switches.put_secret = PutSecret::Ignored).await;
    let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
    let secret = bench.secret("okta");
    let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
    assert!(rotated.failed());
    bench.clock.advance(MINUTE);
    for code in ["access_denied", "unsupported_grant_type", "invalid_grant"] {
        let sign_in = 1;
        let answer = Happens::json(403, &serde_json::json!({ "error": code }));
        bench.fail(Fault::on("POST", MINT, answer).after(sign_in).times(99));
        let plan = bench.plan(CLIENT, &rotated, trigger("2")).await;
        let seen = plan.refreshed.current.clone().unwrap();
        assert_eq!(seen.str_at("client_secret"), secret, "{code}");
        assert!(!seen.at("pending_client_secret").is_null(), "{code}");
        bench.tenant.clear_faults();
    }
}

/// While nobody knows which of two secrets is in force, nothing is sent, and both are kept.
#[tokio::test]
async fn two_secrets_are_kept_until_it_is_known_which_is_in_force() {
    for carried_out in [true, false] {
        let bench = bench_in_process().await;
        let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
        let before = bench.secret("okta");
        let happens = if carried_out {
            Happens::status(500).committed()
        } else {
            Happens::status(500)
        };
        bench.fail(Fault::on("PUT", CLIENTS, happens));
        let sign_ins_and_probe = 3;
        bench.fail(
            Fault::on("POST", MINT, Happens::html(403))
                .after(sign_ins_and_probe)
                .times(99),
        );
        let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
        assert!(rotated.failed());
        let state = rotated.state.clone().unwrap();
        assert_eq!(state.str_at("client_secret"), before);
        assert_ne!(state.str_at("pending_client_secret"), before);
        assert_eq!(state.at("rotate_secret_when_changed"), &obj! { n: "2" });

        // still unknown: a plan that would make a third one says so, and its apply sends nothing
        bench.tenant.clear_faults();
        let sign_in = 1;
        bench.fail(
            Fault::on("POST", MINT, Happens::html(403))
                .after(sign_in)
                .times(4),
        );
        let plan = bench
            .plan(CLIENT, &rotated, trigger("3"))
            .await
            .assert(Action::Update);
        plan.expect("The next secret is not made before that is known");
        let puts = |bench: &InProcess| {
            let sent = bench.tenant.requests().into_iter();
            sent.filter(|sent| sent.method == "PUT").count()
        };
        let so_far = puts(&bench);
        bench.tenant.clear_faults();
        let refused = bench.apply_plan(plan).await;
        assert!(refused.failed());
        refused
            .told_by_apply
            .expect("It is not known which secret is in force");
        assert_eq!(puts(&bench), so_far);

        bench.clock.advance(MINUTE);
        let healed = bench.heals("known at last", &rotated, &trigger("2"), 2).await;
        let healed = healed.current.unwrap();
        assert!(healed.at("pending_client_secret").is_null());
        assert_eq!(healed.str_at("client_secret"), bench.secret("okta"));
        if carried_out {
            assert_eq!(
                healed.str_at("client_secret"),
                state.str_at("pending_client_secret")
            );
        }
    }
}

/// Row 11: a tenant that makes secrets itself, and shows them once.
#[tokio::test]
async fn a_secret_that_the_tenant_makes_itself_is_not_thrown_away() {
    for lost in [false, true] {
        for (source, config) in every_source() {
            for put in [PutSecret::Taken, PutSecret::Ignored] {
                let what = format!("{source}, lost: {lost}, PUT {put:?}");
                let bench = bench_in_process_with(|switches| {
                    switches.own_secret = true;
                    switches.put_secret = put;
                })
                .await;
                if lost {
                    bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
                }
                let run = bench.apply(CLIENT, nothing(), config.clone()).await;
                println!("{what}: {}", run.diagnostics);
                match (lost, source, put) {
                    (false, "generated", _) => {
                        assert_eq!(run.ok().str_at("client_secret"), bench.secret("okta"), "{what}");
                    }
                    (false, _, PutSecret::Taken) => {
                        run.ok();
                        assert_eq!(bench.secret("okta"), "given-by-the-user", "{what}");
                    }
                    (false, ..) => {
                        run.expect("generates its own secrets");
                        assert!(
                            run.state.is_none() && bench.tenant.client("okta").is_none(),
                            "{what}"
                        );
                        continue;
                    }
                    // the one secret that there is was in the answer: nobody has it, and nothing is claimed
                    (true, ..) => {
                        assert!(run.failed(), "{what}");
                        assert!(bench.tenant.client("okta").is_some(), "{what}");
                        continue;
                    }
                }
                bench.clock.advance(MINUTE);
                assert!(bench.plan_is_empty(CLIENT, &run, config.clone()).await, "{what}");
            }
        }
    }
}

/// A tenant that accepts the creation and shows the client only 8 s later: it is made once, and one deletion is enough.
#[tokio::test]
async fn a_client_that_shows_late_is_made_once_and_deleted_once() {
    for (source, config) in every_source() {
        let bench = bench_in_process_with(|switches| {
            switches.client_post_status = 202;
            switches.lag_client_reads_ms = 8_000;
        })
        .await;
        let made = bench.apply(CLIENT, nothing(), config.clone()).await;
        made.ok();
        bench.clock.advance(MINUTE);
        assert!(
            bench.plan_is_empty(CLIENT, &made, config.clone()).await,
            "{source}"
        );
        let posts = bench
            .requests()
            .iter()
            .filter(|it| it.starts_with("POST oauth2clients"))
            .count();
        assert_eq!(posts, 1, "{source}");
        bench.destroy(CLIENT, &made, config).await.gone();
        assert!(bench.tenant.client("okta").is_none(), "{source}");
    }
}

/// A token endpoint that lags far behind a creation, on a tenant whose answer shows another secret than it was sent.
#[tokio::test]
async fn a_new_client_whose_secret_is_accepted_late_is_kept() {
    use SecretRead::{Clear, Crosses, Hidden, LastFour, Sha256};
    for (shown, own) in [
        (Crosses, false),
        (LastFour, false),
        (Hidden, false),
        (Sha256, false),
        (Clear, true),
    ] {
        for (source, config) in every_source() {
            let what = format!("{shown:?}, own: {own}, {source}");
            let bench = bench_in_process_with(|switches| {
                switches.secret_post = shown;
                switches.own_secret = own;
                switches.lag_token_ms = 50_000;
            })
            .await;
            let made = bench.apply(CLIENT, nothing(), config.clone()).await;
            if source == "write-only" {
                made.expect("not accepted yet"); // nothing keeps it
                continue;
            }
            made.ok();
            made.expect("not accepted yet");
            let client = bench.tenant.client("okta").unwrap();
            // a change that is not about the secret leaves both
            let config = config.with("display_name", "Okta");
            let changed = bench.apply(CLIENT, &made, config.clone()).await;
            changed.ok();
            let healed = bench
                .heals(
                    &what,
                    &changed,
                    &config,
                    if own && source == "given" { 2 } else { 1 },
                )
                .await;
            let state = healed.current.unwrap();
            assert!(state.at("pending_client_secret").is_null(), "{what}");
            assert_eq!(state.str_at("client_secret"), bench.secret("okta"), "{what}");
            let now = bench.tenant.client("okta").unwrap();
            assert_eq!(now.subject, client.subject, "{what}: it was replaced");
            if !(own && source == "given") {
                assert_eq!(now.secret, client.secret, "{what}: it was rotated");
            }
        }
    }
}

/// A token endpoint that does not know the new client yet when the next run asks it.
#[tokio::test]
async fn a_refusal_right_after_a_write_asks_for_no_new_secret() {
    for config in [client("okta"), given("okta", "given-by-the-user")] {
        let bench = bench_in_process_with(|switches| switches.lag_token_ms = 50_000).await;
        let made = bench.apply(CLIENT, nothing(), config.clone()).await;
        let secret = bench.secret("okta");
        let changed = config.with("display_name", "Okta");
        let run = bench.apply(CLIENT, &made, changed.clone()).await;
        assert_eq!(run.ok().str_at("client_secret"), secret);
        assert_eq!(bench.secret("okta"), secret);
        bench.clock.advance(MINUTE);
        assert!(bench.plan_is_empty(CLIENT, &run, changed.clone()).await);
        // and later it counts
        assert!(bench.tenant.set_client_secret("okta", "made-in-the-console"));
        bench.clock.advance(MINUTE);
        assert!(!bench.plan_is_empty(CLIENT, &run, changed).await);
    }
}

/// Row 13: reads that lag behind a PUT, on a tenant that shows secrets in clear.
#[tokio::test]
async fn an_old_secret_that_is_still_shown_is_not_taken_back() {
    for lag in [2_000, 20_000] {
        let bench = bench_in_process_with(|switches| {
            switches.secret_read = SecretRead::Clear;
            switches.lag_client_reads_ms = lag;
        })
        .await;
        let made = bench.apply(CLIENT, nothing(), trigger("1")).await;
        bench.clock.advance(MINUTE);
        let rotated = bench.apply(CLIENT, &made, trigger("2")).await;
        let secret = rotated.ok().str_at("client_secret").to_owned();
        let plan = bench.plan(CLIENT, &rotated, trigger("2")).await;
        let seen = plan.refreshed.current.clone().unwrap();
        assert_eq!(seen.str_at("client_secret"), secret, "{lag}");
        assert!(
            seen.private == rotated.state.unwrap().private || plan.is_empty(),
            "{lag}"
        );
        assert_eq!(bench.secret("okta"), secret, "{lag}");
    }
}

/// Row 17: what a tenant does not tell is no drift.
#[tokio::test]
async fn redirect_uris_that_are_not_told_are_no_drift() {
    let bench = bench_in_process_with(|switches| switches.omit_redirect_uri = true).await;
    let config = client("okta").with("redirect_uris", ["https://example.com/callback"]);
    let made = bench.apply(CLIENT, nothing(), config.clone()).await;
    made.ok();
    bench.clock.advance(MINUTE);
    assert!(bench.plan_is_empty(CLIENT, &made, config).await);
}

/// Row 18: a read right after a write that the tenant has not spread yet.
#[tokio::test]
async fn a_client_that_was_just_made_does_not_leave_state() {
    for lag in [2_000, 8_000, 50_000] {
        for (source, config) in every_source() {
            let bench = bench_in_process_with(|switches| {
                switches.lag_client_reads_ms = lag;
                switches.lag_client_list_ms = lag;
            })
            .await;
            let made = bench.apply(CLIENT, nothing(), config.clone()).await;
            made.ok();
            assert!(
                bench.plan_is_empty(CLIENT, &made, config.clone()).await,
                "{lag} {source}"
            );
            bench.clock.advance(MINUTE);
            let later = bench.refresh(CLIENT, &made, config.clone()).await;
            assert!(later.state.is_some(), "{lag} {source}");
        }
    }
}

/// Two looks prove that a client is gone, and then it is said loudly.
#[tokio::test]
async fn a_client_that_is_gone_leaves_state_with_a_word() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, nothing(), client("okta")).await;
    bench.clock.advance(MINUTE);
    bench.tenant.delete_client("okta");
    // one look, and no second one
    bench.clock.hurry_after(0);
    let plan = bench.plan(CLIENT, &made, client("okta")).await;
    assert!(plan.is_empty());
    plan.expect("was not found");
    bench.clock.no_hurry();
    let plan = bench
        .plan(CLIENT, &made, client("okta"))
        .await
        .assert(Action::Create);
    plan.expect("is gone");
}

/// Of a client after the first, the secret is tried while the tenant looks for it. That proves no more than before.
#[tokio::test]
async fn what_is_tried_beside_the_look_is_believed_no_sooner() {
    let bench = bench_in_process().await;
    let first = bench.host.create(CLIENT, client("first")).await;
    let gone = bench.host.create(CLIENT, client("gone")).await;
    let changed = bench.host.create(CLIENT, client("changed")).await;
    bench.clock.advance(MINUTE);
    bench.host.refresh(&first).await.unwrap();
    assert!(bench.tenant.delete_client("gone"));
    assert!(bench.host.refresh(&gone).await.is_none());
    assert!(bench.tenant.set_client_secret("changed", "made-in-the-console"));
    bench.tenant.clear_requests();
    let read = bench.host.refresh(&changed).await.unwrap();
    let tries = requests(&bench.tenant)
        .iter()
        .filter(|it| *it == "POST oauthtoken")
        .count();
    assert_eq!(tries, 2, "a refusal, and later a mint that is refused as well");
    assert_eq!(read.str_at("client_secret"), changed.str_at("client_secret"));
    let plan = bench.host.plan(CLIENT, Some(&read), client("changed")).await;
    let _rotates = plan.assert(Action::Update);
}

/// Row 20: a new id that another client has. The old client is not deleted for it.
#[tokio::test]
async fn a_replacement_that_would_fail_is_refused_while_it_is_a_plan() {
    for (source, config) in every_source() {
        let bench = bench_in_process().await;
        let made = bench.apply(CLIENT, nothing(), config.clone()).await;
        bench
            .tenant
            .put_client(Client::service("taken", "somebody-elses"));
        let refused = bench
            .apply(CLIENT, &made, config.clone().with("client_id", "taken"))
            .await;
        assert!(refused.failed(), "{source}");
        let told = refused.expect("-refresh=false");
        assert_eq!(told.path, "client_id");
        assert!(bench.tenant.client("okta").is_some(), "{source}");
        let replaced = bench
            .apply(CLIENT, &made, config.clone().with("client_id", "free"))
            .await;
        replaced.assert(Action::Replace).ok();
    }
    // a creation meets it by itself, so it is only warned of
    let bench = bench_in_process().await;
    bench
        .tenant
        .put_client(Client::service("taken", "somebody-elses"));
    let plan = bench
        .plan(CLIENT, nothing(), given("taken", "given-by-the-user"))
        .await;
    assert!(!plan.failed());
    plan.expect("already");
}

/// Row 21: a client whose secret cannot be tried, and that has another one since.
#[tokio::test]
async fn a_secret_that_cannot_be_tried_is_not_put_back() {
    let config = |name: &str| {
        client("okta")
            .with("grant_types", ["password"])
            .with("display_name", name)
    };
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, nothing(), config("one")).await;
    bench.clock.advance(MINUTE);
    assert!(bench.tenant.set_client_secret("okta", "made-in-the-console"));
    bench.apply(CLIENT, &made, config("two")).await.ok();
    assert_eq!(bench.secret("okta"), "made-in-the-console");
    assert_eq!(
        bench.tenant.client("okta").unwrap().remember_as.as_deref(),
        Some("two")
    );
}

/// Row 2, and a client whose secret cannot be tried by a token: a mask in the place of its secret is not pending for ever,
/// in the way of every new one.
#[tokio::test]
async fn a_mask_is_not_pending_in_the_way_of_the_next_secret() {
    let config = |n: &str| trigger(n).with("grant_types", ["password"]);
    for lost in [false, true] {
        let bench = bench_in_process_with(|switches| {
            switches.secret_post = SecretRead::Crosses;
            switches.secret_read = SecretRead::Crosses;
        })
        .await;
        if lost {
            bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
        }
        let made = bench.apply(CLIENT, nothing(), config("1")).await;
        assert_eq!(
            made.ok().str_at("client_secret"),
            bench.secret("okta"),
            "lost: {lost}"
        );
        assert!(made.ok().at("pending_client_secret").is_null(), "lost: {lost}");
        bench.clock.advance(MINUTE);
        let rotated = bench.apply(CLIENT, &made, config("2")).await;
        assert_eq!(
            rotated.ok().str_at("client_secret"),
            bench.secret("okta"),
            "lost: {lost}"
        );
        assert_ne!(
            rotated.ok().str_at("client_secret"),
            made.ok().str_at("client_secret")
        );
    }
}

/// Row 24: the provider's own client.
#[tokio::test]
async fn the_client_that_the_provider_signs_in_as_is_not_deleted() {
    let bench = bench_in_process().await;
    let config = client("terraform-admin");
    let import = Resource::new(CLIENT, config.clone()).imported("terraform-admin");
    let imported = bench.apply_resource(import, nothing()).await;
    let end = bench.destroy(CLIENT, &imported, config.clone()).await;
    end.expect("is the provider's own");
    assert!(end.state.is_some() && bench.tenant.client("terraform-admin").is_some());
    let rotation = config.with("rotate_secret_when_changed", obj! { n: "1" });
    let plan = bench.plan(CLIENT, &imported, rotation).await;
    plan.expect("The provider signs in as this client");
}

/// A tenant that spells ids its own way.
#[tokio::test]
async fn the_tenants_spelling_of_an_id_is_no_difference() {
    let bench = bench_in_process_with(|switches| switches.client_ids_lower = true).await;
    let made = bench.apply(CLIENT, nothing(), client("OktaSCIM")).await;
    assert_eq!(made.ok().str_at("id"), "oktascim");
    assert_eq!(made.ok().str_at("client_id"), "OktaSCIM");
    bench.clock.advance(MINUTE);
    assert!(bench.plan_is_empty(CLIENT, &made, client("OktaSCIM")).await);
    let changed = client("OktaSCIM").with("display_name", "Okta");
    let run = bench.apply(CLIENT, &made, changed.clone()).await;
    run.ok();
    bench.destroy(CLIENT, &run, changed).await.gone();
    assert!(bench.tenant.client("oktascim").is_none());
}

/// Row 14: a client that is made anew with the same secret says so in an attribute that tokens can follow.
#[tokio::test]
async fn a_replaced_client_was_made_at_another_time() {
    for (source, config) in every_source() {
        let bench = bench_in_process().await;
        let made = bench.apply(CLIENT, nothing(), config.clone()).await;
        bench.clock.advance(MINUTE);
        let resource = Resource::new(CLIENT, config.clone()).replaced();
        let plan = bench
            .plan_resource(resource.clone(), &made)
            .await
            .assert(Action::Replace);
        assert!(plan.planned.unwrap().at("created_at").is_unknown(), "{source}");
        let replaced = bench.apply_resource(resource, &made).await;
        assert_ne!(
            replaced.ok().str_at("created_at"),
            made.ok().str_at("created_at"),
            "{source}"
        );
        if source != "generated" {
            replaced.expect("The tokens of the client end with it");
        }
    }
}

/// With `create_before_destroy` the new object comes first, and may be the one that the old state names.
#[tokio::test]
async fn what_was_made_in_a_run_is_not_deleted_as_its_own_predecessor() {
    let bench = bench_in_process().await;
    let made = bench.apply(CLIENT, nothing(), client("okta")).await;
    bench.clock.advance(MINUTE);
    // gone since, and the look at it failed: so the replacement comes first and takes its id
    bench.tenant.delete_client("okta");
    let resource = Resource::new(CLIENT, client("okta"))
        .created_before_destroyed()
        .replaced()
        .unrefreshed();
    let run = bench.apply_resource(resource, &made).await;
    run.expect("was created in this run");
    assert!(bench.tenant.client("okta").is_some());
    assert_eq!(
        run.state.as_ref().unwrap().str_at("client_secret"),
        bench.secret("okta")
    );
    assert_eq!(run.deposed.len(), 1);
}

/// With `create_before_destroy` and a given secret, the old client looks like the new one whose creation failed, if the
/// look before it was wrong: both would be the same one, and deleting the old one would be the end of it.
#[tokio::test]
async fn a_predecessor_is_not_taken_for_its_successor() {
    let bench = bench_in_process().await;
    let config = given("okta", "given-by-the-user");
    let made = bench.apply(CLIENT, nothing(), config.clone()).await;
    bench.clock.advance(MINUTE);
    let first = bench.tenant.client("okta");
    // refresh, plan and list are asked before
    bench.fail(Fault::on("GET", &format!("{CLIENTS}/okta"), Happens::errors(404)).after(1));
    bench.fail(Fault::on("POST", CLIENTS, Happens::status(500)));
    let resource = Resource::new(CLIENT, config)
        .created_before_destroyed()
        .replaced();
    let run = bench.apply_resource(resource, &made).await;
    run.expect("exists already");
    assert_eq!(bench.tenant.client("okta"), first);
    assert_eq!(run.state.as_ref().unwrap().str_at("id"), "okta");
    assert_eq!(run.deposed.len(), 0);
}

/// A marked client that is replaced has no private data any more, but state says when it was made: for a minute, that its
/// secret is refused says nothing.
#[tokio::test]
async fn a_marked_client_is_not_given_up_while_the_token_endpoint_may_lag() {
    for (grants, hurry) in [(None, false), (Some(["password"]), false), (None, true)] {
        let bench = bench_in_process_with(|switches| switches.lag_token_ms = 8_000).await;
        bench.clock.advance(MINUTE); // the admin's own client is known
        let config = client("okta").with("grant_types", grants.map_or(Val::Null, Val::from));
        bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
        bench.clock.hurry_after(1); // the user presses Ctrl-C
        let marked = bench.apply(CLIENT, nothing(), config.clone()).await;
        bench.clock.no_hurry();
        assert!(marked.state.as_ref().unwrap().at("id").is_null());
        if hurry {
            bench.clock.hurry_after(2);
        }
        let next = bench.apply(CLIENT, &marked, config.clone()).await;
        bench.clock.no_hurry();
        assert!(next.state.is_some(), "{hurry}: {}", next.diagnostics);
        bench.heals("marked", &next, &config, 2).await;
        assert_eq!(bench.tenant.client("okta").unwrap().secret.len(), 48);
        let clients = bench.tenant.clients().into_iter();
        assert_eq!(clients.filter(|it| it.over_api).count(), 1);
    }
}

/// An import whose configured secret is another one is about to overwrite that; one that fits is not.
#[tokio::test]
async fn an_imported_clients_secret_is_not_overwritten_without_a_word() {
    for (secret, warned) in [("the-present-one", false), ("another-one", true)] {
        let bench = bench_in_process().await;
        bench
            .tenant
            .put_client(Client::service("okta", "the-present-one"));
        let import = Resource::new(CLIENT, given("okta", secret)).imported("okta");
        let plan = bench.plan_resource(import, nothing()).await;
        let said = plan
            .diagnostics
            .0
            .iter()
            .any(|it| it.summary == "The client has another secret");
        assert_eq!(said, warned, "{}", plan.diagnostics);
    }
}

/// What an undisturbed run asks of the tenant, sign-ins aside.
#[tokio::test]
async fn an_undisturbed_run_waits_for_nothing_and_asks_little() {
    let quiet: fn(&mut Switches) = |_| {};
    for (source, config, create, update) in [
        ("generated", client("okta"), 1, 3),
        ("given", given("okta", "given-by-the-user"), 4, 3),
        ("write-only", write_only("okta", "given-by-the-user", 1), 4, 3),
    ] {
        let mut bench = bench_in_process_with(quiet).await;
        let count = |bench: &InProcess| {
            let requests = bench.requests();
            println!("{source}: {requests:?}");
            requests.len()
        };
        let sign_in = 1;
        let planned = bench.host.plan(CLIENT, None, config.clone()).await;
        let state = bench.host.apply(planned).await.ok();
        assert_eq!(count(&bench), create + sign_in, "{source}: create");
        let read = bench.host.refresh(&state).await.unwrap();
        assert_eq!(
            count(&bench),
            if source == "write-only" { 1 } else { 2 },
            "{source}: read"
        );
        let changed = config.with("display_name", "Okta");
        let planned = bench.host.plan(CLIENT, Some(&read), changed).await;
        assert_eq!(count(&bench), 0, "{source}: plan");
        let state = bench.host.apply(planned).await.ok();
        assert_eq!(count(&bench), update, "{source}: update");
        bench.restart().await;
        bench.clock.advance(MINUTE);
        bench.host.destroy(&state).await.gone();
        assert_eq!(count(&bench), 2 + sign_in, "{source}: delete");
        assert!(bench.clock.slept().is_empty(), "{source}");
    }
}

/// A DELETE that fails and is not carried out, while reads lag behind the creation: what is not shown yet is not deleted.
#[tokio::test]
async fn a_failed_deletion_of_what_was_just_created_keeps_the_state() {
    for lag in [0, 8_000, 50_000] {
        for (answer, deleted) in [
            (Happens::status(500), false),
            (Happens::html(502), false),
            (Happens::Reset, false),
            (Happens::errors(404), false),
            (Happens::html(502).committed(), true),
            (Happens::status(500).committed(), true),
        ] {
            for (source, config) in every_source() {
                let what = format!("{lag} {answer:?} {source}");
                let bench = bench_in_process_with(|switches| switches.lag_client_reads_ms = lag).await;
                let made = bench.apply(CLIENT, nothing(), config.clone()).await;
                made.ok();
                bench.fail(Fault::on("DELETE", CLIENTS, answer.clone()).always());
                let end = bench.destroy(CLIENT, &made, config.clone()).await;
                assert_eq!(end.failed(), !deleted, "{what}: {}", end.diagnostics);
                assert_eq!(end.state.is_none(), deleted, "{what}");
                assert_eq!(bench.tenant.client("okta").is_none(), deleted, "{what}");
                if !deleted {
                    end.expect("was not deleted");
                    bench.tenant.clear_faults();
                    bench.tenant.switches(|switches| switches.lag_client_reads_ms = 0);
                    bench.destroy(CLIENT, &end, config).await.gone();
                    assert!(bench.tenant.client("okta").is_none(), "{what}");
                }
            }
        }
    }
}

/// The same for one that is tainted: it has no private data, but state says when it was created.
#[tokio::test]
async fn a_failed_deletion_of_a_new_and_tainted_client_keeps_the_state() {
    let bench = bench_in_process_with(|switches| switches.lag_client_reads_ms = 50_000).await;
    let made = bench.apply(CLIENT, nothing(), client("okta")).await;
    let tainted = made.ok().clone().tainted();
    bench.fail(Fault::on("DELETE", CLIENTS, Happens::status(500)));
    let run = bench.apply(CLIENT, &tainted, client("okta")).await;
    run.expect("was not deleted");
    assert!(run.state.is_some() && bench.tenant.client("okta").is_some());
    let healed = bench.heals("tainted", &run, &client("okta"), 2).await;
    assert_eq!(
        healed.current.unwrap().str_at("client_secret"),
        bench.secret("okta")
    );
}

/// A creation that was carried out and got no answer, an interruption before it was looked for, and another apply at once,
/// while reads lag: what is not shown yet is not given up.
#[tokio::test]
async fn what_may_be_ours_is_not_given_up_while_reads_lag() {
    for lag in [8_000, 30_000, 40_000, 50_000] {
        for (source, config) in every_source() {
            let what = format!("{lag} {source}");
            let bench = bench_in_process_with(|switches| {
                (switches.lag_client_reads_ms, switches.lag_client_list_ms) = (lag, lag);
            })
            .await;
            let before = bench.tenant.clients().len();
            bench.fail(Fault::on("POST", CLIENTS, Happens::CommitThenReset));
            bench.clock.hurry_after(0);
            let open = bench.apply(CLIENT, nothing(), config.clone()).await;
            bench.clock.no_hurry();
            assert!(
                open.failed() && open.state.is_some(),
                "{what}: {}",
                open.diagnostics
            );
            let next = bench.apply(CLIENT, &open, config.clone()).await;
            println!("{what}: {}", next.diagnostics);
            let healed = bench.heals(&what, &next, &config, 2).await;
            assert_eq!(bench.tenant.clients().len(), before + 1, "{what}");
            if source != "write-only" {
                let state = healed.current.unwrap();
                assert_eq!(state.str_at("client_secret"), bench.secret("okta"), "{what}");
            }
        }
    }
}

/// A tenant may wipe a secret that a PUT leaves out: where nobody here knows it, the plan of a change says so.
#[tokio::test]
async fn a_change_that_leaves_an_unknown_secret_out_is_warned_of() {
    for wipes in [false, true] {
        let bench = bench_in_process_with(|switches| {
            switches.secret_read = SecretRead::Omit;
            switches.put_without_secret_wipes = wipes;
        })
        .await;
        bench
            .tenant
            .put_client(Client::service("okta", "the-present-one"));
        let run = bench
            .apply_resource(Resource::new(CLIENT, client("okta")).imported("okta"), nothing())
            .await;
        let imported = run.ok().clone();
        let warning = "The client's secret is not known here";
        let warned = |run: &wsoa_test_kit::Run| run.diagnostics.to_string().contains(warning);
        assert!(!warned(&run), "nothing is sent: {}", run.diagnostics);
        let renamed = client("okta").with("display_name", "Okta");
        assert!(warned(&bench.plan(CLIENT, &imported, renamed.clone()).await));
        // with the present one in the configuration it is sent along
        let with_secret = renamed
            .with("client_secret_wo", "the-present-one")
            .with("client_secret_wo_version", 1);
        let run = bench.apply(CLIENT, &imported, with_secret.clone()).await;
        assert!(!warned(&run), "{}", run.diagnostics);
        let again = with_secret.with("display_name", "Okta again");
        let run = bench.apply(CLIENT, &run, again).await;
        assert!(!warned(&run) && !run.failed(), "{}", run.diagnostics);
        assert_eq!(bench.secret("okta"), "the-present-one", "{wipes}");
    }
}

/// A client that cannot mint: where its new secret was not tried to the end, the one before is kept beside it.
#[tokio::test]
async fn a_rotation_that_was_not_tried_to_the_end_keeps_both_secrets() {
    type Trouble = fn(&InProcess);
    let troubles: [(&str, Trouble); 2] = [
        ("interrupted", |bench| bench.clock.hurry_after(1)),
        ("no answer", |bench| {
            bench.fail(Fault::on("POST", MINT, Happens::status(500)).after(1).always());
        }),
    ];
    for (name, trouble) in troubles {
        for put in [PutSecret::Ignored, PutSecret::Taken] {
            let what = format!("{name} {put:?}");
            let bench = bench_in_process_with(|switches| switches.put_secret = put).await;
            let config = client("okta").with("grant_types", ["password"]);
            let made = bench.apply(CLIENT, nothing(), config.clone()).await;
            bench.clock.advance(MINUTE);
            let rotated = config.with("rotate_secret_when_changed", obj! { n: "1" });
            trouble(&bench);
            let run = bench.apply(CLIENT, &made, rotated.clone()).await;
            println!("{what}: {}", run.diagnostics);
            bench.clock.no_hurry();
            bench.tenant.clear_faults();
            let state = run.state.as_ref().expect("it is in state");
            let known = [state.at("client_secret"), state.at("pending_client_secret")];
            let secret = Val::from(bench.secret("okta"));
            assert!(known.contains(&&secret), "{what}: {}", state.value);
            bench
                .tenant
                .switches(|switches| switches.put_secret = PutSecret::Taken);
            let healed = bench.heals(&what, &run, &rotated, 2).await;
            assert_eq!(
                healed.current.unwrap().str_at("client_secret"),
                bench.secret("okta"),
                "{what}"
            );
        }
    }
}

/// A write-only client in doubt, and another id in the configuration: what is made under that id cannot find out whose the
/// first one is, so it is not given up.
#[tokio::test]
async fn what_may_be_ours_is_not_given_up_for_another_id() {
    let bench = bench_in_process().await;
    bench.fail(Fault::on("POST", CLIENTS, Happens::html(502).committed()));
    bench
        .tenant
        .switches(|switches| switches.lag_client_reads_ms = 40_000);
    let config = write_only("okta", "given-by-the-user", 1);
    let open = bench.apply(CLIENT, nothing(), config.clone()).await;
    bench.clock.advance(MINUTE);
    let marked = open.state.as_ref().expect("it is in state");
    assert!(marked.at("id").is_null() && bench.tenant.client("okta").is_some());
    let renamed = write_only("another", "given-by-the-user", 1);
    let run = bench.apply(CLIENT, &open, renamed).await;
    run.expect("It is not known whose the OAuth client \"okta\" is");
    assert!(run.state.is_some() && bench.tenant.client("another").is_none());
    // under its own id it is settled
    bench.heals("its own id", &run, &config, 2).await;
    assert_eq!(bench.secret("okta"), "given-by-the-user");
}
