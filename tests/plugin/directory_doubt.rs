//! A directory of which nobody knows whether it was created: it is in state, settled by the next looks, and left alone
//! until then.

use std::time::Duration;

use access_simulator::{Action as Happens, DirectoryType, Fault, PostAnswer};
use wsoa_test_kit::{Action, Core as _, Instance, Resource, Run, State, Val};

use crate::bench::{DIRECTORIES, DIRECTORY, InProcess, bench_in_process, bench_in_process_with, directory};

const MINUTE: Duration = Duration::from_secs(60);

fn config() -> Val {
    directory("Okta", "example.com")
}

fn ids(bench: &InProcess) -> Vec<String> {
    let all = bench.tenant.directories().into_iter();
    all.filter(|it| it.directory_type == DirectoryType::OtherDirectory)
        .map(|it| it.id)
        .collect()
}

/// The state after a creation that got this answer, while the list lags behind for longer than it is looked at.
async fn left_open(bench: &InProcess, happens: Happens, config: Val) -> State {
    bench
        .tenant
        .switches(|switches| switches.lag_directory_list_ms = 40_000);
    bench.fail(Fault::on("POST", DIRECTORIES, happens));
    let run = bench.apply(DIRECTORY, None, config).await;
    let told = run.expect("It is not known whether the directory was created");
    assert!(
        told.detail.contains("state rm") && told.detail.contains("import {"),
        "{told:?}"
    );
    let state = run.state.clone().expect("it is in state");
    assert!(state.tainted && state.at("id").is_null(), "{}", state.value);
    assert_eq!(bench.clock.take_slept(), [2, 5, 5, 8].map(Duration::from_secs));
    state
}

/// Every answer that proves nothing, to a POST that was carried out.
fn doubts() -> Vec<Happens> {
    vec![
        Happens::status(500).committed(),
        Happens::html(502).committed(),
        Happens::errors(200).committed(),
        Happens::CommitThenReset,
        Happens::CommitThenTruncate,
    ]
}

#[tokio::test]
async fn what_was_created_after_all_gets_its_id_and_is_kept_with_untaint() {
    for happens in doubts() {
        let what = format!("{happens:?}");
        let bench = bench_in_process().await;
        let marked = left_open(&bench, happens, config()).await;
        let [id] = &ids(&bench)[..] else { panic!("{what}") };
        // at once, everything is as unclear as before, and nothing is done
        let run = bench.apply(DIRECTORY, &marked, config()).await;
        run.told_by_refresh.expect("still not known");
        run.told_by_apply.expect("nobody knows whether it exists");
        assert_eq!(run.state.as_ref(), Some(&marked), "{what}");

        bench.clock.advance(MINUTE);
        let run = bench.refresh(DIRECTORY, &marked, config()).await;
        run.expect("was created after all")
            .detail
            .contains("terraform untaint");
        let settled = run.state.unwrap();
        assert_eq!(settled.str_at("id"), id, "{what}");
        assert!(
            !settled.at("user_store_id").is_null() && settled.tainted,
            "{what}"
        );
        let kept = settled.untainted();
        assert!(bench.plan_is_empty(DIRECTORY, &kept, config()).await, "{what}");
        bench.destroy(DIRECTORY, &kept, config()).await.gone();
        assert!(ids(&bench).is_empty(), "{what}");
    }
}

/// Where the tenant has said that it is done, that is waited for, so that nothing is left open.
#[tokio::test]
async fn what_the_tenant_has_promised_is_there_in_the_same_run() {
    for happens in [Happens::status(202).committed(), Happens::CommitThenEmpty] {
        let what = format!("{happens:?}");
        let bench = bench_in_process().await;
        bench
            .tenant
            .switches(|switches| switches.lag_directory_list_ms = 50_000);
        bench.fail(Fault::on("POST", DIRECTORIES, happens));
        let run = bench.apply(DIRECTORY, None, config()).await;
        let state = run.ok();
        assert!(!state.tainted && ids(&bench) == [state.str_at("id")], "{what}");
    }
}

#[tokio::test]
async fn what_was_never_created_leaves_state_and_two_plain_applies_make_it() {
    for happens in [
        Happens::Reset,
        Happens::status(500),
        Happens::status(503),
        Happens::html(200),
    ] {
        let what = format!("{happens:?}");
        let bench = bench_in_process().await;
        let marked = left_open(&bench, happens, config()).await;
        assert!(ids(&bench).is_empty());
        bench.clock.advance(MINUTE);
        let run = bench
            .apply(DIRECTORY, &marked, config())
            .await
            .assert(Action::Create);
        run.told_by_refresh.expect("was not created");
        assert_eq!(bench.clock.take_slept(), [Duration::from_secs(3)], "{what}");
        bench.clock.advance(MINUTE); // past the lag
        assert!(bench.plan_is_empty(DIRECTORY, run.ok(), config()).await, "{what}");
        assert_eq!(ids(&bench).len(), 1, "{what}");
    }
}

#[tokio::test]
async fn an_answer_lost_while_the_list_is_out_of_reach_is_settled_later() {
    let bench = bench_in_process().await;
    bench.fail(Fault::on("POST", DIRECTORIES, Happens::CommitThenReset));
    let in_the_plan_and_before_the_post = 2;
    bench.fail(
        Fault::on("GET", DIRECTORIES, Happens::status(403))
            .after(in_the_plan_and_before_the_post)
            .times(99),
    );
    let run = bench.apply(DIRECTORY, None, config()).await;
    run.expect("the list of directories failed too");
    bench.tenant.clear_faults();
    bench.clock.advance(MINUTE);
    let run = bench.refresh(DIRECTORY, &run.instance(), config()).await;
    assert_eq!(run.state.unwrap().str_at("id"), ids(&bench)[0]);
}

/// 202 with the address of a job: its id is none of a directory.
#[tokio::test]
async fn a_job_is_not_taken_for_a_directory() {
    for lag in [0, 20_000] {
        let bench = bench_in_process_with(|switches| {
            switches.directory_post_answer = PostAnswer::Job;
            switches.lag_directory_list_ms = lag;
        })
        .await;
        let run = bench.apply(DIRECTORY, None, config()).await;
        let id = ids(&bench).pop().unwrap();
        let mut state = run.state.clone().unwrap();
        if lag == 0 {
            assert!(!run.failed());
        } else {
            bench.clock.advance(MINUTE);
            state = bench
                .refresh(DIRECTORY, &state, config())
                .await
                .state
                .unwrap()
                .untainted();
        }
        assert_eq!(state.str_at("id"), id);
        assert!(bench.plan_is_empty(DIRECTORY, &state, config()).await);
    }
}

#[tokio::test]
async fn until_it_is_proved_it_is_neither_deleted_nor_replaced_nor_changed() {
    let bench = bench_in_process().await;
    let marked = left_open(&bench, Happens::CommitThenReset, config()).await;
    let kept = marked.clone().untainted();
    let changed = |name: &str, value: Val| Resource::new(DIRECTORY, config().with(name, value));
    let same = || Resource::new(DIRECTORY, config());
    let refused = |run: &Run, before: &State| {
        let told = run.told_by_apply.expect("nobody knows whether it exists");
        assert!(
            told.detail.contains("state rm") && told.detail.contains("untaint"),
            "{told:?}"
        );
        assert!(told.detail.contains("import {"), "{told:?}");
        assert_eq!(run.state.as_ref(), Some(before));
    };
    for (resource, before) in [
        (same(), &marked),
        (same().unrefreshed(), &marked),
        (same().replaced(), &kept),
        (changed("name", "Other".into()), &marked),
        (changed("name", "Other".into()), &kept),
        (
            changed(
                "domains",
                ["other.example"]
                    .into_iter()
                    .map(Val::from)
                    .collect::<Vec<_>>()
                    .into(),
            ),
            &kept,
        ),
        (changed("delete_timeout_minutes", 5.into()), &kept),
    ] {
        refused(&bench.apply_resource(resource, before).await, before);
    }
    for resource in [same(), same().unrefreshed()] {
        let run = bench.destroy_resource(resource, &marked).await;
        run.told_by_plan
            .expect("Nobody knows whether the directory exists");
        refused(&run, &marked);
    }
    refused(&bench.remove(DIRECTORY, &marked).await, &marked);
    assert!(
        bench.plan_is_empty(DIRECTORY, &kept, config()).await,
        "it may stay like this"
    );
    let deletions = bench
        .tenant
        .requests()
        .into_iter()
        .filter(|seen| seen.method == "DELETE");
    assert_eq!(deletions.count(), 0);
    assert_eq!(ids(&bench).len(), 1);
}

/// Its protection would refuse the replacement for ever.
#[tokio::test]
async fn a_protected_one_that_is_proved_names_the_way_out() {
    let bench = bench_in_process().await;
    let config = config().without("deletion_protection");
    let marked = left_open(&bench, Happens::CommitThenReset, config.clone()).await;
    bench.clock.advance(MINUTE);
    let run = bench.apply(DIRECTORY, &marked, config.clone()).await;
    let told = run.told_by_apply.expect("The directory is protected");
    assert_eq!(told.path, "deletion_protection");
    assert!(
        told.detail.contains("terraform untaint") && told.detail.contains("tofu untaint"),
        "{told:?}"
    );
    let settled = run.state.unwrap();
    assert_eq!(
        settled.str_at("id"),
        ids(&bench)[0],
        "what the refresh found out is stored"
    );
    assert!(bench.plan_is_empty(DIRECTORY, &settled.untainted(), config).await);
}

#[tokio::test]
async fn somebody_elses_that_looks_like_it_is_named_and_not_taken() {
    let bench = bench_in_process_with(|switches| switches.directory_list_domains = true).await;
    let marked = left_open(&bench, Happens::Reset, config()).await;
    let id = bench
        .tenant
        .add_directory("Okta", &["other.example"], DirectoryType::OtherDirectory);
    bench.clock.advance(MINUTE);
    let run = bench.apply(DIRECTORY, &marked, config()).await;
    let told = run.told_by_refresh.expect("still not known");
    assert!(told.detail.contains(&format!("id = \"{id}\"")), "{told:?}");
    run.told_by_apply.expect("nobody knows whether it exists");
    assert_eq!(ids(&bench), [id]);
}

#[tokio::test]
async fn a_creation_is_refused_while_the_list_is_cut_short() {
    let bench = bench_in_process().await;
    let cut = Happens::json(200, &serde_json::json!({"items": [], "totalCount": 7}));
    bench.fail(Fault::on("GET", DIRECTORIES, cut).always());
    let run = bench.apply(DIRECTORY, None, config()).await;
    let told = run.told_by_apply.expect("Directories cannot be told apart");
    assert!(told.detail.contains("import it"), "{told:?}");
    assert!(run.state.is_none() && ids(&bench).is_empty());
}

#[tokio::test]
async fn one_of_another_type_is_told_and_stays_in_state() {
    let bench = bench_in_process().await;
    let body = serde_json::json!({"directoryId": "42", "name": "Okta", "type": "LOCAL_DIRECTORY"});
    bench.fail(Fault::on("POST", DIRECTORIES, Happens::json(201, &body)));
    let run = bench.apply(DIRECTORY, None, config()).await;
    let told = run.told_by_apply.expect("of another type");
    assert!(
        told.detail.contains("42") && told.detail.contains("LOCAL_DIRECTORY"),
        "{told:?}"
    );
    let state = run.state.unwrap();
    assert_eq!((state.str_at("id"), state.tainted), ("42", true));
}

/// With `create_before_destroy` the new one comes first. Should it turn out to be the old one, nothing is deleted.
#[tokio::test]
async fn a_predecessor_with_the_id_of_its_successor_is_not_deleted() {
    let bench = bench_in_process_with(|switches| switches.directory_list_domains = true).await;
    let made = bench.apply(DIRECTORY, None, config()).await.ok().clone();
    bench.clock.advance(MINUTE);
    let in_the_plan = 1;
    let others =
        serde_json::json!({"items": [{"directoryId": "1", "name": "System", "type": "LOCAL_DIRECTORY"}]});
    bench.fail(Fault::on("GET", DIRECTORIES, Happens::json(200, &others)).after(in_the_plan));
    bench.fail(Fault::on("POST", DIRECTORIES, Happens::status(500)));
    let resource = Resource::new(DIRECTORY, config()).created_before_destroyed();
    let run = bench.apply_resource(resource, made.clone().tainted()).await;
    assert_eq!(
        run.state.as_ref().unwrap().str_at("id"),
        made.str_at("id"),
        "adopted, for want of better"
    );
    run.told_by_apply.expect("The directory is in use again");
    assert_eq!(run.deposed.len(), 1);
    assert_eq!(ids(&bench), [made.str_at("id")]);
}

/// It was left open, and what comes after it is made first: by then it is known that the tenant had none.
#[tokio::test]
async fn a_predecessor_of_which_nobody_knew_leaves_with_its_successor() {
    let bench = bench_in_process().await;
    let marked = left_open(&bench, Happens::Reset, config()).await;
    let resource = || Resource::new(DIRECTORY, config()).created_before_destroyed();
    let run = bench.apply_resource(resource(), &marked).await;
    run.told_by_apply.expect("in state already");
    assert_eq!(run.ok().str_at("id"), ids(&bench)[0]);
    assert!(run.deposed.is_empty());

    // and if the run was cut short in between
    let broken = Instance {
        current: run.state.clone(),
        deposed: vec![marked],
    };
    bench.clock.advance(MINUTE * 2);
    let run = bench.apply_resource(resource(), &broken).await;
    let told = run.told_by_refresh.to_string();
    if run.failed() {
        assert!(told.contains("twice in state"), "{told}"); // the one that is settled came first
    } else {
        assert!(
            told.contains("in state already") && run.deposed.is_empty(),
            "{told}"
        );
    }
    assert_eq!(
        run.state.unwrap().str_at("id"),
        ids(&bench)[0],
        "in no case is it deleted"
    );
}

/// Importing it under another address lifts the mark as well.
#[tokio::test]
async fn one_that_was_imported_elsewhere_is_not_taken_again() {
    let bench = bench_in_process().await;
    let marked = left_open(&bench, Happens::CommitThenReset, config()).await;
    bench.clock.advance(MINUTE);
    let imported = bench.host.import(DIRECTORY, &ids(&bench)[0]).await;
    let runs = bench.apply_all(vec![
        (Resource::new(DIRECTORY, config()), Instance::from(imported)),
        (Resource::removed(DIRECTORY), Instance::from(marked)),
    ]);
    let runs = runs.await;
    assert!(
        runs[0].failed() || runs[1].state.is_none(),
        "{}",
        runs[1].diagnostics
    );
    assert_eq!(ids(&bench).len(), 1);
}

/// A colleague makes a directory of the same name at the same time. Where the tenant tells domains and not yet those of this
/// one, the name alone proves nothing.
#[tokio::test]
async fn a_name_alone_adopts_nothing_while_its_domains_are_not_shown_yet() {
    let bench = bench_in_process().await;
    bench
        .tenant
        .add_directory("Else", &["else.example"], DirectoryType::OtherDirectory);
    bench.clock.advance(MINUTE * 2);
    // the lists of the plan and of the creation lack what the colleague makes meanwhile
    let before = bench.tenant.directories().into_iter();
    let before: Vec<_> = before
        .map(|it| serde_json::json!({ "id": it.id, "name": it.name, "type": "OTHER_DIRECTORY" }))
        .collect();
    let list = Happens::json(200, &serde_json::json!({ "items": before }));
    let theirs = bench
        .tenant
        .add_directory("Okta", &["elsewhere.example"], DirectoryType::OtherDirectory);
    let one = Fault::on("GET", &format!("{DIRECTORIES}/{theirs}"), Happens::errors(404));
    bench.fail(one.times(99));
    bench.fail(Fault::on("GET", DIRECTORIES, list).times(2));
    bench.fail(Fault::on("POST", DIRECTORIES, Happens::Reset));
    let run = bench.apply(DIRECTORY, None, config()).await;
    run.expect("It is not known whether the directory was created");
    let state = run.state.clone().expect("it is in state");
    assert!(state.at("id").is_null(), "{}", state.value);
    bench.tenant.clear_faults();
    bench.clock.advance(MINUTE);
    let plan = bench.plan(DIRECTORY, &state, config()).await;
    let seen = plan.refreshed.current.clone();
    let id = seen.map(|seen| seen.at("id").clone());
    assert_ne!(id, Some(Val::from(theirs.as_str())));
}
